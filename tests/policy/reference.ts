/**
 * The methods in plain float64 loops, from their papers: what the graphs of `policy` are compared with. Shares nothing
 * with the product but the layout of a network's parameters.
 */
import type { Encoding } from "../../policy/index.js";

type Weights = ReadonlyMap<string, Float32Array>;

/** ReLU layers and a linear one. */
export function mlp64(x: readonly number[], weights: Weights): number[] {
  const layers = weights.size / 2;
  let h = [...x];
  for (let layer = 0; layer < layers; layer++) {
    const w = weights.get(`layer${layer}.weight`)!;
    const b = weights.get(`layer${layer}.bias`)!;
    const last = layer === layers - 1;
    h = Array.from(b, (bias, j) => {
      const sum = h.reduce((total, value, i) => total + value * w[i * b.length + j]!, bias);
      return last ? sum : Math.max(0, sum);
    });
  }
  return h;
}

/** The time of a flow as 16 sines and 16 cosines, frequencies 1 to 200. */
const time64 = (t: number): number[] => {
  const angles = Array.from({ length: 16 }, (_, i) => t * Math.exp((i / 15) * Math.log(200)));
  return [...angles.map(Math.sin), ...angles.map(Math.cos)];
};

/** Normalised observation (and noise) → normalised chunk. */
export function act64(
  algorithm: string,
  observation: readonly number[],
  noise: readonly number[],
  weights: Weights,
): number[] {
  if (algorithm === "bc") return mlp64(observation, weights);
  let chunk = [...noise];
  for (let step = 0; step < 4; step++) {
    const velocity = mlp64([...observation, ...chunk, ...time64(step / 4)], weights);
    chunk = chunk.map((x, i) => x + velocity[i]! / 4);
  }
  return chunk;
}

/** The loss of one sample. */
export function loss64(
  algorithm: string,
  sample: {
    observation: readonly number[];
    chunk: readonly number[];
    noise: readonly number[];
    time: number;
  },
  weights: Weights,
): number {
  const { observation, chunk, noise, time } = sample;
  const target = algorithm === "bc" ? chunk : chunk.map((x, i) => x - noise[i]!);
  const found =
    algorithm === "bc"
      ? mlp64(observation, weights)
      : mlp64(
          [...observation, ...chunk.map((x, i) => time * x + (1 - time) * noise[i]!), ...time64(time)],
          weights,
        );
  return found.reduce((sum, x, i) => sum + (x - target[i]!) ** 2, 0) / found.length;
}

/** Normalised chunk → absolute commands, row by row. */
export function decode64(
  { layout, action, binary, horizon }: Encoding,
  chunk: readonly number[],
  previous: readonly number[],
): number[] {
  const out: number[] = [];
  const sums = [...previous];
  for (let h = 0; h < horizon; h++)
    layout.components.forEach(({ kind, low, high }, i) => {
      const k = h * layout.size + i;
      const raw = chunk[k]! * action.std[k]! + action.mean[k]!;
      let command = raw;
      if (kind !== "absolute") {
        sums[i] = sums[i]! + raw;
        command = sums[i]!;
      }
      const pair = binary[i];
      if (pair) command = command > (pair[0] + pair[1]) / 2 ? pair[1] : pair[0];
      out.push(Math.min(high, Math.max(low, command)));
    });
  return out;
}
