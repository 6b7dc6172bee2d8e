/**
 * The operators, as functions from values to values: they infer shapes and refuse what does not fit. Each stands for
 * one ONNX operator (opset 17) or a short chain of them. Broadcasting as in NumPy. Their derivatives: `gradients.ts`.
 */
import { refuse } from "../../core/index.js";
import { append, BATCH, constant, countOf, integers, scalar, type Value } from "./graph.js";

/** A tensor, or a number that is spread over the other operand. */
export type Operand = Value | number;

/** The shape of an element-wise operation on two tensors. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) refuse("graph", "shapes must broadcast", `[${a}] and [${b}]`);
    return x === 1 ? y : x;
  });
}

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

const binary =
  (operator: "Add" | "Sub" | "Mul" | "Div" | "Min" | "Max") =>
  (a: Value, b: Operand): Value => {
    const other = typeof b === "number" ? scalar(a.graph, b) : b;
    return append(operator, [a, other], broadcast(a.shape, other.shape));
  };

const unary =
  (operator: "Abs" | "Cos" | "Exp" | "Log" | "Neg" | "Relu" | "Sigmoid" | "Sign" | "Sin" | "Sqrt" | "Tanh") =>
  (x: Value): Value =>
    append(operator, [x], x.shape);

/** a + b */
export const add = binary("Add");
/** a - b */
export const sub = binary("Sub");
/** a · b, element by element */
export const mul = binary("Mul");
/** a / b */
export const div = binary("Div");
/** the smaller of the two; where they are equal the derivative goes to `a` */
export const min = binary("Min");
/** the larger of the two; where they are equal the derivative goes to `a` */
export const max = binary("Max");
/** |x|; derivative 0 at 0 */
export const abs = unary("Abs");
export const cos = unary("Cos");
export const exp = unary("Exp");
/** natural logarithm */
export const log = unary("Log");
/** -x */
export const neg = unary("Neg");
/** max(x, 0); derivative 0 at 0 */
export const relu = unary("Relu");
/** 1 / (1 + e^-x) */
export const sigmoid = unary("Sigmoid");
/** -1, 0 or 1; derivative 0 everywhere */
export const sign = unary("Sign");
export const sin = unary("Sin");
export const sqrt = unary("Sqrt");
export const tanh = unary("Tanh");

/** a > b, as truth values; no derivative. */
export function greater(a: Value, b: Operand): Value {
  const other = typeof b === "number" ? scalar(a.graph, b) : b;
  return append("Greater", [a, other], broadcast(a.shape, other.shape), {}, "bool");
}

/** Truth values as 0 and 1; no derivative. */
export const toFloat = (truth: Value): Value => append("Cast", [truth], truth.shape, { to: 1 });

/** `yes` where `truth` holds, else `no`. */
export function where(truth: Value, yes: Value, no: Operand): Value {
  const other = typeof no === "number" ? scalar(yes.graph, no) : no;
  return append("Where", [truth, yes, other], broadcast(truth.shape, broadcast(yes.shape, other.shape)));
}

/** The same numbers in another shape; one length may be -1: the rest. */
export function reshape(x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x;
  const fixed = (lengths: readonly number[]) => countOf(lengths.filter((n) => n !== BATCH));
  if (x.shape.includes(BATCH) !== shape.includes(BATCH) || fixed(x.shape) !== fixed(shape))
    refuse("graph", `reshape of [${x.shape}] must keep the count`, `[${shape}]`);
  return append("Reshape", [x, integers(x.graph, shape)], shape);
}

/** Axes in another order: axis i of the result is axis `order[i]` of x. */
export function transpose(x: Value, order: readonly number[]): Value {
  if (order.length !== x.shape.length || order.some((_, axis) => !order.includes(axis)))
    refuse("graph", `transpose of [${x.shape}] must name every axis`, `[${order}]`);
  return append(
    "Transpose",
    [x],
    order.map((axis) => x.shape[axis]!),
    { perm: order },
  );
}

/** Tensors one after the other along an axis. */
export function concat(parts: readonly Value[], axis: number): Value {
  const first = parts[0]!;
  for (const part of parts)
    if (!sameShape(part.shape.with(axis, 0), first.shape.with(axis, 0)))
      refuse(
        "graph",
        `concat along axis ${axis} must agree elsewhere`,
        `[${first.shape}] and [${part.shape}]`,
      );
  if (parts.length === 1) return first;
  const length = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
  return append("Concat", parts, first.shape.with(axis, length), { axis });
}

/** Positions `from` (included) to `to` (excluded) along an axis. */
export function slice(x: Value, axis: number, from: number, to: number): Value {
  const length = x.shape[axis]!;
  if (!(from >= 0 && from < to && to <= length))
    refuse("graph", `slice must lie in 0..${length}`, `${from}..${to}`);
  if (from === 0 && to === length) return x;
  const list = (n: number) => integers(x.graph, [n]);
  return append("Slice", [x, list(from), list(to), list(axis)], x.shape.with(axis, to - from));
}

/** Zeros put before and after along an axis. */
export function pad(x: Value, axis: number, before: number, after: number): Value {
  const pads = new Array<number>(2 * x.shape.length).fill(0);
  pads[axis] = before;
  pads[x.shape.length + axis] = after;
  return append("Pad", [x, integers(x.graph, pads)], x.shape.with(axis, x.shape[axis]! + before + after));
}

/** Copies along axes of length 1 until the shape is reached. */
export function expand(x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x;
  if (shape.includes(BATCH) || !sameShape(broadcast(x.shape, shape), shape))
    refuse("graph", `expand of [${x.shape}] must reach the shape`, `[${shape}]`);
  return append("Expand", [x, integers(x.graph, shape)], shape);
}

/** Sum over axes; they stay with length 1 when `keep`. */
export function sum(x: Value, axes: readonly number[] = x.shape.map((_, axis) => axis), keep = false): Value {
  if (axes.length === 0) return x;
  const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  const shape = keep ? kept : x.shape.filter((_, axis) => !axes.includes(axis));
  return append("ReduceSum", [x, integers(x.graph, axes)], shape, { keepdims: keep ? 1 : 0 });
}

/** Mean of all numbers, as a scalar. */
export const mean = (x: Value): Value => mul(sum(x), 1 / countOf(x.shape));

/** Sums a tensor down to a shape that broadcasts to its own: what broadcasting spread, comes together again. */
export function sumTo(x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.shape.length - shape.length;
  const axes = x.shape.flatMap((n, axis) =>
    axis < extra || (shape[axis - extra] === 1 && n !== 1) ? [axis] : [],
  );
  return reshape(sum(x, axes), shape);
}

/**
 * op(a) · op(b) + c for matrices, where op transposes when asked; `c` broadcasts to the result.
 * [M, K] · [K, N] → [M, N]
 */
export function gemm(a: Value, b: Value, c: Value | null = null, transA = false, transB = false): Value {
  const [rows, inner] = transA ? [a.shape[1], a.shape[0]] : [a.shape[0], a.shape[1]];
  const [innerB, columns] = transB ? [b.shape[1], b.shape[0]] : [b.shape[0], b.shape[1]];
  if (a.shape.length !== 2 || b.shape.length !== 2 || inner !== innerB)
    refuse(
      "graph",
      "matrices must fit",
      `[${a.shape}]${transA ? "ᵀ" : ""} · [${b.shape}]${transB ? "ᵀ" : ""}`,
    );
  const shape = [rows!, columns!];
  if (c !== null && !sameShape(broadcast(c.shape, shape), shape))
    refuse("graph", `the added term must broadcast to [${shape}]`, `[${c.shape}]`);
  return append("Gemm", c === null ? [a, b] : [a, b, c], shape, {
    transA: transA ? 1 : 0,
    transB: transB ? 1 : 0,
  });
}

/** A column [B, 1] of a matrix [B, N]. */
export const column = (x: Value, index: number): Value => slice(x, 1, index, index + 1);

/** A row of constants [1, N], to be spread over a batch. */
export const row = (like: Value, numbers: ArrayLike<number>, name?: string): Value =>
  constant(like.graph, numbers, [1, numbers.length], name);
