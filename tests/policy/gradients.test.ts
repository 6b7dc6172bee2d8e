/**
 * Every operator: its derivative against central finite differences in float64, and its value against ONNX Runtime.
 * The float64 reference (`interpreter.ts`) is independent of the product; a rule without a case fails.
 */
import { describe, expect, test } from "vitest";
import { createRandom } from "../../core/index.js";
import {
  constant,
  createGraph,
  encodeModel,
  type Graph,
  gradients,
  input,
  type Operator,
  operators as op,
  output,
  RULES,
  scalar,
  type Value,
} from "../../policy/index.js";
import { openNodeSession } from "../../policy/index.node.js";
import { interpret, type Tensor64, tensor64 } from "./interpreter.js";

interface Case {
  readonly operator: Operator;
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly build: (...inputs: Value[]) => Value;
  /** draws inputs away from where the operator is undefined or has a kink */
  readonly positive?: boolean;
}

const of = (
  operator: Operator,
  name: string,
  shapes: Case["shapes"],
  build: (...inputs: [Value, Value, Value]) => Value,
  positive = false,
): Case => ({ operator, name, shapes, build: build as Case["build"], positive });

const m = [3, 4] as const;
const CASES: readonly Case[] = [
  of("Abs", "|x|", [m], (x) => op.abs(x)),
  of("Add", "same shape", [m, m], (a, b) => op.add(a, b)),
  of("Add", "a row spread over a batch", [m, [4]], (a, b) => op.add(a, b)),
  of("Add", "a value used twice", [m], (a) => op.add(a, op.mul(a, a))),
  of("Cast", "truth values carry no derivative", [m], (a) => op.mul(a, op.toFloat(op.greater(a, 0.1)))),
  of("Concat", "along columns", [m, [3, 2]], (a, b) => op.concat([a, b], 1)),
  of("Concat", "along rows", [m, [2, 4]], (a, b) => op.concat([a, b], 0)),
  of("Cos", "cos x", [m], (x) => op.cos(x)),
  of("Div", "same shape", [m, m], (a, b) => op.div(a, b), true),
  of("Div", "by a column", [m, [3, 1]], (a, b) => op.div(a, b), true),
  of("Exp", "e^x", [m], (x) => op.exp(x)),
  of("Expand", "a column to a matrix", [[3, 1]], (x) => op.expand(x, m)),
  of("Expand", "a scalar to a matrix", [[]], (x) => op.expand(x, m)),
  of("Gemm", "A B", [m, [4, 2]], (a, b) => op.gemm(a, b)),
  of(
    "Gemm",
    "Aᵀ B",
    [
      [4, 3],
      [4, 2],
    ],
    (a, b) => op.gemm(a, b, null, true),
  ),
  of("Gemm", "A Bᵀ", [m, [2, 4]], (a, b) => op.gemm(a, b, null, false, true)),
  of(
    "Gemm",
    "Aᵀ Bᵀ",
    [
      [4, 3],
      [2, 4],
    ],
    (a, b) => op.gemm(a, b, null, true, true),
  ),
  of("Gemm", "A B + a row", [m, [4, 2], [2]], (a, b, c) => op.gemm(a, b, c)),
  of("Gemm", "A B + a row [1, N]", [m, [4, 2], [1, 2]], (a, b, c) => op.gemm(a, b, c)),
  of("Gemm", "A B + a column", [m, [4, 2], [3, 1]], (a, b, c) => op.gemm(a, b, c)),
  of("Gemm", "A B + a number", [m, [4, 2], []], (a, b, c) => op.gemm(a, b, c)),
  of("Gemm", "A B + a matrix", [m, [4, 2], [3, 2]], (a, b, c) => op.gemm(a, b, c)),
  of("Greater", "a comparison carries no derivative", [m], (a) => op.where(op.greater(a, 0.2), a, 0)),
  of("Identity", "an output used again", [m], (x) => op.mul(output(x, "seen"), 3)),
  of("Log", "ln x", [m], (x) => op.log(x), true),
  of("Max", "of two", [m, m], (a, b) => op.max(a, b)),
  of("Max", "of a matrix and a row", [m, [4]], (a, b) => op.max(a, b)),
  of("Min", "of two", [m, m], (a, b) => op.min(a, b)),
  of("Min", "of a matrix and a number", [m], (a) => op.min(a, 0.3)),
  of("Mul", "same shape", [m, m], (a, b) => op.mul(a, b)),
  of(
    "Mul",
    "a column and a row",
    [
      [3, 1],
      [1, 4],
    ],
    (a, b) => op.mul(a, b),
  ),
  of("Neg", "-x", [m], (x) => op.neg(x)),
  of("Pad", "columns of zeros", [m], (x) => op.pad(x, 1, 2, 1)),
  of("ReduceSum", "all", [m], (x) => op.sum(x)),
  of("ReduceSum", "rows, axis dropped", [m], (x) => op.sum(x, [0])),
  of("ReduceSum", "columns, axis kept", [m], (x) => op.sum(x, [1], true)),
  of("ReduceSum", "mean", [m], (x) => op.mean(x)),
  of("Relu", "max(x, 0)", [m], (x) => op.relu(x)),
  of("Reshape", "to a line", [m], (x) => op.reshape(x, [12])),
  of("Sigmoid", "1 / (1 + e^-x)", [m], (x) => op.sigmoid(x)),
  of("Sign", "carries no derivative", [m], (x) => op.mul(x, op.sign(x))),
  of("Sin", "sin x", [m], (x) => op.sin(x)),
  of("Slice", "columns", [m], (x) => op.slice(x, 1, 1, 3)),
  of("Slice", "overlapping rows", [m], (x) => op.add(op.slice(x, 0, 0, 2), op.slice(x, 0, 1, 3))),
  of("Sqrt", "√x", [m], (x) => op.sqrt(x), true),
  of("Sub", "a matrix and a row", [m, [4]], (a, b) => op.sub(a, b)),
  of("Tanh", "tanh x", [m], (x) => op.tanh(x)),
  of("Transpose", "a matrix", [m], (x) => op.transpose(x, [1, 0])),
  of("Transpose", "three axes in a ring", [[2, 3, 4]], (x) => op.transpose(x, [1, 2, 0])),
  of("Where", "between two", [m, m, m], (a, b, c) => op.add(op.where(op.greater(a, 0), b, c), a)),
  of("Where", "between a row and a column", [m, [4], [3, 1]], (a, b, c) =>
    op.add(op.where(op.greater(a, 0), b, c), a),
  ),
];

/** loss = Σ w · f(x), with weights of all different sizes, so that no error can cancel. */
function lossGraph(each: Case): { graph: Graph; feeds: Record<string, Tensor64> } {
  const graph = createGraph();
  const random = createRandom(`${each.operator} ${each.name}`);
  const draw = (shape: readonly number[]) =>
    tensor64(
      shape,
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
        Math.fround(each.positive ? random.uniform(0.5, 2) : random.normal()),
      ),
    );
  const inputs = each.shapes.map((shape, i) => input(graph, `x${i}`, shape));
  const feeds = Object.fromEntries(each.shapes.map((shape, i) => [`x${i}`, draw(shape)]));
  const y = each.build(...inputs);
  const weights = Array.from({ length: y.shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + 1));
  const loss = op.sum(op.mul(y, constant(graph, weights, y.shape)));
  output(y, "y");
  output(loss, "loss");
  gradients(loss, inputs).forEach((d, i) => {
    output(d, `d${i}`);
  });
  return { graph, feeds };
}

describe("the derivative of an operator", () => {
  test("has a case for every operator of the graph", () => {
    const covered = new Set(CASES.map((each) => each.operator));
    expect(Object.keys(RULES).filter((name) => !covered.has(name as Operator))).toEqual([]);
  });

  test.each(CASES.map((each) => [`${each.operator}: ${each.name}`, each] as const))(
    "agrees with finite differences and ONNX Runtime: %s",
    async (_, each) => {
      const { graph, feeds } = lossGraph(each);
      const exact = interpret(graph, feeds);
      const h = 1e-5;
      for (const [name, x] of Object.entries(feeds))
        for (let i = 0; i < x.data.length; i++) {
          const moved = (by: number) => {
            const data = x.data.slice();
            data[i] = data[i]! + by;
            return interpret(graph, { ...feeds, [name]: { ...x, data } })["loss"]!.data[0]!;
          };
          const difference = (moved(h) - moved(-h)) / (2 * h);
          expect(exact[name.replace("x", "d")]!.data[i]).toBeCloseTo(difference, 7);
        }

      const session = await openNodeSession(encodeModel(graph, "case"));
      const results = Object.fromEntries(
        Object.entries(exact).map(([name, t]) => [
          name,
          { shape: t.shape, data: new Float32Array(t.data.length) },
        ]),
      );
      const run = session.bind(
        Object.fromEntries(
          Object.entries(feeds).map(([name, t]) => [
            name,
            { shape: t.shape, data: Float32Array.from(t.data) },
          ]),
        ),
        results,
      );
      await run();
      await session.free();
      for (const [name, t] of Object.entries(exact))
        t.data.forEach((x, i) => {
          expect(Math.abs(results[name]!.data[i]! - x)).toBeLessThan(2e-6 * (1 + Math.abs(x)));
        });
    },
  );
});

describe("differentiation", () => {
  test("can be applied to its own result", () => {
    // f = x³ y: f_x = 3 x² y, f_xx = 6 x y, f_xy = 3 x²
    const graph = createGraph();
    const [x, y] = [input(graph, "x", []), input(graph, "y", [])];
    const f = op.mul(op.mul(op.mul(x, x), x), y);
    const [fx] = gradients(f, [x]) as [Value];
    const [fxx, fxy] = gradients(fx, [x, y]) as [Value, Value];
    output(fxx, "fxx");
    output(fxy, "fxy");
    const found = interpret(graph, { x: tensor64([], [2]), y: tensor64([], [5]) });
    expect([found["fxx"]!.data[0], found["fxy"]!.data[0]]).toEqual([60, 12]);
  });

  test("refuses a parameter that the loss does not depend on", () => {
    const graph = createGraph();
    const [x, y] = [input(graph, "x", []), input(graph, "unused", [])];
    expect(() => gradients(op.mul(x, x), [x, y])).toThrow(
      'gradients: the loss must depend on every parameter, got "unused"',
    );
  });

  test("refuses a loss that is not one number", () => {
    const x = input(createGraph(), "x", [2]);
    expect(() => gradients(x, [x])).toThrow("gradients: the loss must be a scalar");
  });
});

describe("an operator", () => {
  test.each([
    ["broadcast", () => op.add(matrix(3, 4), matrix(3, 5)), "shapes must broadcast"],
    ["reshape", () => op.reshape(matrix(3, 4), [5]), "must keep the count"],
    ["gemm", () => op.gemm(matrix(3, 4), matrix(3, 4)), "matrices must fit"],
    ["slice", () => op.slice(matrix(3, 4), 1, 2, 6), "slice must lie in 0..4"],
    ["concat", () => op.concat([matrix(3, 4), matrix(2, 3)], 1), "must agree elsewhere"],
    ["two graphs", () => op.add(matrix(3, 4), scalar(createGraph(), 1)), "must be of one graph"],
  ])("refuses what does not fit: %s", (_, build, rule) => {
    expect(build).toThrow(rule);
  });
});

const shared = createGraph();
const matrix = (rows: number, columns: number): Value =>
  constant(shared, new Float32Array(rows * columns), [rows, columns]);
