/**
 * Reverse-mode differentiation over a graph: the derivatives are nodes of the same graph, of the same operators.
 * One rule an operator, in `RULES`; each is tested against finite differences in float64.
 */
import { refuse } from "../../core/index.js";
import { BATCH, constant, type Graph, type Node, type Operator, scalar, type Value } from "./graph.js";
import {
  add,
  broadcast,
  cos,
  div,
  expand,
  gemm,
  greater,
  mul,
  neg,
  pad,
  reshape,
  sameShape,
  sign,
  sin,
  slice,
  sub,
  sumTo,
  toFloat,
  transpose,
  where,
} from "./operators.js";

/**
 * For each input of the node, how to compute the derivative of the loss by it from `d`, that by the output (of the
 * output's shape). Only the asked-for ones are computed. Null: none flows there.
 */
type Rule = (node: Node, d: Value) => readonly ((() => Value) | null)[];

/** No derivative: truth values and whole numbers, or one that is zero almost everywhere. */
const none: Rule = (node) => node.inputs.map(() => null);

const of = (node: Node): [Value, Value] => [node.inputs[0]!, node.inputs[1]!];

/**
 * `sumTo` for the usual bias, one row spread over a batch: as a product with a row of ones, which ONNX Runtime computes
 * in a fifth of the time of a sum over the first axis.
 */
function sumRows(d: Value, shape: readonly number[]): Value {
  const [rows, columns] = d.shape as [number, number];
  if (rows === 1 || shape.at(-1) !== columns || shape.reduce((a, b) => a * b, 1) !== columns)
    return sumTo(d, shape);
  return reshape(gemm(ones(d.graph, rows), d), shape);
}

/** A row [1, n] of ones, made once a graph. */
function ones(graph: Graph, n: number): Value {
  const key = `ones ${n}`;
  const value = graph.known.get(key) ?? constant(graph, new Float32Array(n).fill(1), [1, n]);
  graph.known.set(key, value);
  return value;
}

/** The derivative goes to `a` where `truth`, else to `b`. */
const choose = (a: Value, b: Value, takesB: Value, d: Value) => [
  () => sumTo(mul(d, sub(scalar(d.graph, 1), toFloat(takesB))), a.shape),
  () => sumTo(mul(d, toFloat(takesB)), b.shape),
];

/** The derivative of every operator; the type sees to it that none is missing. */
export const RULES: Readonly<Record<Operator, Rule>> = {
  Abs: (node, d) => [() => mul(d, sign(node.inputs[0]!))],
  Add: (node, d) => node.inputs.map((each) => () => sumTo(d, each.shape)),
  Cast: none,
  Concat: (node, d) => {
    const axis = node.attributes["axis"] as number;
    let from = 0;
    return node.inputs.map((part) => {
      const start = from;
      from += part.shape[axis]!;
      return () => slice(d, axis, start, start + part.shape[axis]!);
    });
  },
  Cos: (node, d) => [() => neg(mul(d, sin(node.inputs[0]!)))],
  Div: (node, d) => {
    const [a, b] = of(node);
    return [() => sumTo(div(d, b), a.shape), () => neg(sumTo(div(mul(d, node.output), b), b.shape))];
  },
  Exp: (node, d) => [() => mul(d, node.output)],
  Expand: (node, d) => [() => sumTo(d, node.inputs[0]!.shape), null],
  Gemm: (node, d) => {
    const [a, b] = of(node);
    const [ta, tb] = [node.attributes["transA"] === 1, node.attributes["transB"] === 1];
    return [
      () => (ta ? gemm(b, d, null, tb, true) : gemm(d, b, null, false, !tb)),
      () => (tb ? gemm(d, a, null, true, ta) : gemm(a, d, null, !ta, false)),
      () => sumRows(d, node.inputs[2]!.shape),
    ];
  },
  Greater: none,
  Identity: (_, d) => [() => d],
  Log: (node, d) => [() => div(d, node.inputs[0]!)],
  Max: (node, d) => choose(...of(node), greater(node.inputs[1]!, node.inputs[0]!), d),
  Min: (node, d) => choose(...of(node), greater(...of(node)), d),
  Mul: (node, d) => {
    const [a, b] = of(node);
    return [() => sumTo(mul(d, b), a.shape), () => sumTo(mul(d, a), b.shape)];
  },
  Neg: (_, d) => [() => neg(d)],
  Pad: (node, d) => {
    const x = node.inputs[0]!;
    // `pad` of this house touches one axis; where a zero was added cannot be told from shapes, so it is read back.
    const axis = x.shape.findIndex((n, i) => n !== node.output.shape[i]);
    if (axis < 0) return [() => d, null];
    const pads = node.inputs[1]!;
    const { data } = d.graph.constants.find((each) => each.value === pads)!;
    const from = Number(data[axis]);
    return [() => slice(d, axis, from, from + x.shape[axis]!), null];
  },
  ReduceSum: (node, d) => {
    const x = node.inputs[0]!;
    const axes = node.inputs[1]!;
    const { data } = d.graph.constants.find((each) => each.value === axes)!;
    const kept = x.shape.map((n, axis) => (Array.from(data, Number).includes(axis) ? 1 : n));
    return [() => expand(reshape(d, kept), x.shape), null];
  },
  // Only the sign of the output is needed, so the input need not be kept alive.
  Relu: (node, d) => [() => where(greater(node.output, 0), d, 0)],
  Reshape: (node, d) => [() => reshape(d, node.inputs[0]!.shape), null],
  Sigmoid: (node, d) => [() => mul(d, mul(node.output, sub(scalar(d.graph, 1), node.output)))],
  Sign: none,
  Sin: (node, d) => [() => mul(d, cos(node.inputs[0]!))],
  Slice: (node, d) => {
    const x = node.inputs[0]!;
    const integer = (index: number) =>
      Number(d.graph.constants.find((each) => each.value === node.inputs[index])!.data[0]);
    const axis = integer(3);
    return [() => pad(d, axis, integer(1), x.shape[axis]! - integer(2)), null, null, null];
  },
  Sqrt: (node, d) => [() => div(mul(d, 0.5), node.output)],
  Sub: (node, d) => {
    const [a, b] = of(node);
    return [() => sumTo(d, a.shape), () => neg(sumTo(d, b.shape))];
  },
  Tanh: (node, d) => [() => mul(d, sub(scalar(d.graph, 1), mul(node.output, node.output)))],
  Transpose: (node, d) => {
    const order = node.attributes["perm"] as readonly number[];
    return [
      () =>
        transpose(
          d,
          order.map((_, axis) => order.indexOf(axis)),
        ),
    ];
  },
  Where: (node, d) => {
    const [truth, yes, no] = node.inputs as [Value, Value, Value];
    const zero = scalar(d.graph, 0);
    return [
      null,
      () => sumTo(where(truth, d, zero), yes.shape),
      () => sumTo(where(truth, zero, d), no.shape),
    ];
  },
};

/**
 * The derivatives of a scalar `loss` by each of `by`, appended to the graph; each has the shape of its value.
 * Refuses a value that the loss does not depend on, and graphs with a length left open.
 */
export function gradients(loss: Value, by: readonly Value[]): Value[] {
  const { graph } = loss;
  if (loss.shape.length > 0) refuse("gradients", "the loss must be a scalar", `[${loss.shape}]`);
  const nodes = [...graph.nodes];
  const active = new Set<Value>(by);
  for (const node of nodes) if (node.inputs.some((each) => active.has(each))) active.add(node.output);

  const found = new Map<Value, Value>([[loss, scalar(graph, 1)]]);
  for (const node of nodes.reverse()) {
    const d = found.get(node.output);
    if (d === undefined || !active.has(node.output)) continue;
    if (node.output.shape.includes(BATCH))
      refuse("gradients", "shapes must be closed", `[${node.output.shape}]`);
    const rules = RULES[node.operator](node, d);
    node.inputs.forEach((each, index) => {
      const rule = rules[index];
      if (!active.has(each) || rule === undefined || rule === null) return;
      const share = rule();
      const known = found.get(each);
      found.set(each, known === undefined ? share : add(known, share));
    });
  }
  return by.map((value) => {
    const d = found.get(value) ?? refuse("gradients", "the loss must depend on every parameter", value.name);
    return sameShape(d.shape, value.shape) ? d : expand(d, broadcast(d.shape, value.shape));
  });
}
