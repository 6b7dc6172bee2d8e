/**
 * An independent reference for the graphs of `policy`: computes every operator in float64 with plain loops, from the
 * ONNX operator documentation. Slow and small; shares no code with the product beyond the graph's own data type.
 */
import type { Graph, Node, Value } from "../../policy/index.js";

export interface Tensor64 {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
export const tensor64 = (shape: readonly number[], data: ArrayLike<number>): Tensor64 => {
  if (data.length !== count(shape)) throw new Error(`shape [${shape}] does not hold ${data.length} numbers`);
  return { shape, data: Float64Array.from(data) };
};

const stridesOf = (shape: readonly number[]) => shape.map((_, i) => count(shape.slice(i + 1)));

/** Calls `visit` for every index of a shape, with the flat position. */
function each(shape: readonly number[], visit: (index: readonly number[], flat: number) => void): void {
  const strides = stridesOf(shape);
  for (let flat = 0; flat < count(shape); flat++)
    visit(
      shape.map((n, i) => Math.floor(flat / strides[i]!) % n),
      flat,
    );
}

/** The element of `t` that broadcasting pairs with `index`. */
function at(t: Tensor64, index: readonly number[]): number {
  const offset = index.length - t.shape.length;
  const strides = stridesOf(t.shape);
  return t.data[t.shape.reduce((sum, n, i) => sum + (n === 1 ? 0 : index[i + offset]!) * strides[i]!, 0)]!;
}

function spread(operation: (...xs: number[]) => number, ...inputs: Tensor64[]): Tensor64 {
  const rank = Math.max(...inputs.map((t) => t.shape.length));
  const shape = Array.from({ length: rank }, (_, i) =>
    Math.max(...inputs.map((t) => t.shape[t.shape.length - rank + i] ?? 1)),
  );
  const data = new Float64Array(count(shape));
  each(shape, (index, flat) => {
    data[flat] = operation(...inputs.map((t) => at(t, index)));
  });
  return { shape, data };
}

function gather(
  shape: readonly number[],
  source: Tensor64,
  from: (index: readonly number[]) => number[] | null,
) {
  const data = new Float64Array(count(shape));
  each(shape, (index, flat) => {
    const origin = from(index);
    data[flat] = origin === null ? 0 : at(source, origin);
  });
  return { shape, data };
}

function compute(node: Node, xs: readonly Tensor64[]): Tensor64 {
  const [a, b, c] = xs as [Tensor64, Tensor64, Tensor64];
  const map = (f: (x: number) => number) => spread(f, a);
  const list = (t: Tensor64) => Array.from(t.data);
  switch (node.operator) {
    case "Abs":
      return map(Math.abs);
    case "Add":
      return spread((x, y) => x + y, a, b);
    case "Cast":
    case "Identity":
      return a;
    case "Concat": {
      const axis = node.attributes["axis"] as number;
      const total = xs.reduce((sum, t) => sum + t.shape[axis]!, 0);
      const shape = a.shape.map((n, i) => (i === axis ? total : n));
      const data = new Float64Array(count(shape));
      each(shape, (index, flat) => {
        let position = index[axis]!;
        for (const t of xs) {
          if (position < t.shape[axis]!) {
            data[flat] = at(
              t,
              index.map((n, i) => (i === axis ? position : n)),
            );
            return;
          }
          position -= t.shape[axis]!;
        }
      });
      return { shape, data };
    }
    case "Cos":
      return map(Math.cos);
    case "Div":
      return spread((x, y) => x / y, a, b);
    case "Exp":
      return map(Math.exp);
    case "Expand": {
      const data = new Float64Array(count(list(b)));
      return spread((x) => x, a, { shape: list(b), data });
    }
    case "Gemm": {
      const ta = node.attributes["transA"] === 1;
      const tb = node.attributes["transB"] === 1;
      const [m, k] = ta ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
      const n = tb ? b.shape[0]! : b.shape[1]!;
      const data = new Float64Array(m * n);
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) {
          let sum = xs.length > 2 ? at(c, [i, j]) : 0;
          for (let l = 0; l < k; l++) sum += at(a, ta ? [l, i] : [i, l]) * at(b, tb ? [j, l] : [l, j]);
          data[i * n + j] = sum;
        }
      return { shape: [m, n], data };
    }
    case "Greater":
      return spread((x, y) => (x > y ? 1 : 0), a, b);
    case "Log":
      return map(Math.log);
    case "Max":
      return spread((x, y) => Math.max(y, x), a, b);
    case "Min":
      return spread((x, y) => Math.min(y, x), a, b);
    case "Mul":
      return spread((x, y) => x * y, a, b);
    case "Neg":
      return map((x) => -x);
    case "Pad": {
      const pads = list(b);
      const rank = a.shape.length;
      const shape = a.shape.map((n, i) => n + pads[i]! + pads[rank + i]!);
      return gather(shape, a, (index) => {
        const origin = index.map((n, i) => n - pads[i]!);
        return origin.every((n, i) => n >= 0 && n < a.shape[i]!) ? origin : null;
      });
    }
    case "ReduceSum": {
      const axes = list(b);
      const kept = a.shape.map((n, i) => (axes.includes(i) ? 1 : n));
      const data = new Float64Array(count(kept));
      const strides = stridesOf(kept);
      each(a.shape, (index, flat) => {
        const target = index.reduce((sum, n, i) => sum + (axes.includes(i) ? 0 : n) * strides[i]!, 0);
        data[target] = data[target]! + a.data[flat]!;
      });
      return node.attributes["keepdims"] === 1
        ? { shape: kept, data }
        : { shape: a.shape.filter((_, i) => !axes.includes(i)), data };
    }
    case "Relu":
      return map((x) => Math.max(x, 0));
    case "Reshape": {
      const wanted = list(b);
      const fixed = count(wanted.filter((n) => n !== -1));
      return { shape: wanted.map((n) => (n === -1 ? a.data.length / fixed : n)), data: a.data };
    }
    case "Sigmoid":
      return map((x) => 1 / (1 + Math.exp(-x)));
    case "Sign":
      return map(Math.sign);
    case "Sin":
      return map(Math.sin);
    case "Slice": {
      const [from, to, axis] = [xs[1]!.data[0]!, xs[2]!.data[0]!, xs[3]!.data[0]!];
      const shape = a.shape.map((n, i) => (i === axis ? to - from : n));
      return gather(shape, a, (index) => index.map((n, i) => (i === axis ? n + from : n)));
    }
    case "Sqrt":
      return map(Math.sqrt);
    case "Sub":
      return spread((x, y) => x - y, a, b);
    case "Tanh":
      return map(Math.tanh);
    case "Transpose": {
      const order = node.attributes["perm"] as readonly number[];
      const shape = order.map((axis) => a.shape[axis]!);
      return gather(shape, a, (index) => order.map((_, axis) => index[order.indexOf(axis)]!));
    }
    case "Where":
      return spread((truth, yes, no) => (truth !== 0 ? yes : no), a, b, c);
  }
}

/** The outputs of a graph for the given inputs, both by name, in float64. */
export function interpret(graph: Graph, feeds: Readonly<Record<string, Tensor64>>): Record<string, Tensor64> {
  const values = new Map<string, Tensor64>(Object.entries(feeds));
  for (const { value, data } of graph.constants)
    values.set(value.name, { shape: value.shape, data: Float64Array.from(data, Number) });
  const get = (value: Value): Tensor64 => {
    const found = values.get(value.name);
    if (found === undefined) throw new Error(`no value for ${value.name}`);
    return found;
  };
  for (const node of graph.nodes) {
    const result = compute(node, node.inputs.map(get));
    node.output.shape.forEach((n, i) => {
      if (n !== -1 && n !== result.shape[i])
        throw new Error(`${node.operator}: inferred [${node.output.shape}], computed [${result.shape}]`);
    });
    values.set(node.output.name, result);
  }
  return Object.fromEntries(graph.outputs.map((each) => [each.name, get(each)]));
}
