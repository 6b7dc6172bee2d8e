/**
 * A small typed graph of standard ONNX operators, as data: what a network is written in, once. The same graph is
 * differentiated for training (`gradients.ts`) and encoded as a file (`onnx-encode.ts`); ONNX Runtime computes it.
 *
 * Shapes are known when a graph is built. A length of -1 (`BATCH`) is one the caller of the finished file chooses;
 * graphs with it can be run but not differentiated. Not here: what each operator means (`operators.ts`).
 */
import { refuse } from "../../core/index.js";

/** A length that is known only when the graph runs. */
export const BATCH = -1;

export type ElementType = "float32" | "int64" | "bool";

/** One tensor of a graph: an input, a constant, or what a node computes. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
}

/** The operators the house uses, by their ONNX names. */
export type Operator =
  | "Abs"
  | "Add"
  | "Cast"
  | "Concat"
  | "Cos"
  | "Div"
  | "Exp"
  | "Expand"
  | "Gemm"
  | "Greater"
  | "Identity"
  | "Log"
  | "Max"
  | "Min"
  | "Mul"
  | "Neg"
  | "Pad"
  | "ReduceSum"
  | "Relu"
  | "Reshape"
  | "Sigmoid"
  | "Sign"
  | "Sin"
  | "Slice"
  | "Sqrt"
  | "Sub"
  | "Tanh"
  | "Transpose"
  | "Where";

/** One application of an operator; every operator of the house gives one tensor. */
export interface Node {
  readonly operator: Operator;
  readonly inputs: readonly Value[];
  readonly output: Value;
  /** integers and lists of integers: the only kinds these operators take */
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
}

/** A tensor whose numbers stand in the file. */
export interface Constant {
  readonly value: Value;
  readonly data: Float32Array | BigInt64Array;
}

/** A graph under construction. Nodes stand in an order in which they can be computed. */
export interface Graph {
  readonly nodes: Node[];
  readonly inputs: Value[];
  readonly outputs: Value[];
  readonly constants: Constant[];
  /** constants that were asked for before, by their content */
  readonly known: Map<string, Value>;
}

/** An empty graph. */
export const createGraph = (): Graph => ({
  nodes: [],
  inputs: [],
  outputs: [],
  constants: [],
  known: new Map(),
});

/** Numbers in a tensor of that shape. */
export const countOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Declares an input, fed by name when the graph runs. */
export function input(graph: Graph, name: string, shape: readonly number[]): Value {
  if (graph.inputs.some((other) => other.name === name)) refuse("graph", "input names must be unique", name);
  const value: Value = { graph, name, shape, type: "float32" };
  graph.inputs.push(value);
  return value;
}

/** A tensor of fixed numbers; `name` is what a reader of the file sees, e.g. `layer0.weight`. */
export function constant(
  graph: Graph,
  data: ArrayLike<number>,
  shape: readonly number[],
  name = `constant${graph.constants.length}`,
): Value {
  if (data.length !== countOf(shape))
    refuse("graph", `constant of shape [${shape}] needs other data`, data.length);
  const value: Value = { graph, name, shape, type: "float32" };
  graph.constants.push({ value, data: Float32Array.from(data) });
  return value;
}

/** One number; asked for again, it is the same tensor. */
export function scalar(graph: Graph, x: number): Value {
  const key = `scalar ${Object.is(x, -0) ? "-0" : x}`;
  const value = graph.known.get(key) ?? constant(graph, [x], []);
  graph.known.set(key, value);
  return value;
}

/** A list of integers: the axes, bounds and shapes that operators take as inputs. */
export function integers(graph: Graph, list: readonly number[]): Value {
  const key = `integers ${list}`;
  const known = graph.known.get(key);
  if (known !== undefined) return known;
  const value: Value = {
    graph,
    name: `integers${graph.constants.length}`,
    shape: [list.length],
    type: "int64",
  };
  graph.constants.push({ value, data: BigInt64Array.from(list, BigInt) });
  graph.known.set(key, value);
  return value;
}

/** Appends a node and returns what it computes. Shapes and types are the caller's word: see `operators.ts`. */
export function append(
  operator: Operator,
  inputs: readonly Value[],
  shape: readonly number[],
  attributes: Node["attributes"] = {},
  type: ElementType = "float32",
): Value {
  const graph = inputs[0]!.graph;
  if (inputs.some((each) => each.graph !== graph))
    refuse("graph", `inputs of ${operator} must be of one graph`);
  const output: Value = { graph, name: `${operator.toLowerCase()}${graph.nodes.length}`, shape, type };
  graph.nodes.push({ operator, inputs, output, attributes });
  return output;
}

/** Gives a value a name of its own and makes it a result of the graph. */
export function output(value: Value, name: string): Value {
  const { graph } = value;
  if (graph.outputs.some((other) => other.name === name))
    refuse("graph", "output names must be unique", name);
  const named: Value = { ...value, name };
  graph.nodes.push({ operator: "Identity", inputs: [value], output: named, attributes: {} });
  graph.outputs.push(named);
  return named;
}
