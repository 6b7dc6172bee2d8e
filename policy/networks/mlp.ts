/**
 * A multilayer perceptron: `h = relu(h W + b)` layer by layer, the last one linear. Weights are drawn as He et al.
 * 2015 (std `sqrt(2 / fanIn)`), the last layer with std `sqrt(gain / fanIn)`, biases zero.
 */
import type { Random } from "../../core/index.js";
import type { Value } from "../graph/graph.js";
import { gemm, relu } from "../graph/operators.js";

/** A tensor that training changes. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** its value before the first step */
  readonly initial: Float32Array;
}

/** Parameters by name, as graph values: inputs while training, constants in an exported file. */
export type ParameterValues = ReadonlyMap<string, Value>;

/** @param sizes inputs, hidden layers, outputs: at least two numbers */
export function mlpParameters(sizes: readonly number[], lastGain: number, random: Random): Parameter[] {
  return sizes.slice(1).flatMap((outputs, layer) => {
    const inputs = sizes[layer]!;
    const std = Math.sqrt((layer === sizes.length - 2 ? lastGain : 2) / inputs);
    return [
      {
        name: `layer${layer}.weight`,
        shape: [inputs, outputs],
        initial: Float32Array.from({ length: inputs * outputs }, () => std * random.normal()),
      },
      { name: `layer${layer}.bias`, shape: [1, outputs], initial: new Float32Array(outputs) },
    ];
  });
}

/** x [B, inputs] → [B, outputs] */
export function mlp(x: Value, parameters: ParameterValues): Value {
  const layers = parameters.size / 2;
  let h = x;
  for (let layer = 0; layer < layers; layer++) {
    h = gemm(h, parameters.get(`layer${layer}.weight`)!, parameters.get(`layer${layer}.bias`)!);
    if (layer < layers - 1) h = relu(h);
  }
  return h;
}
