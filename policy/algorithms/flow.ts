/**
 * Flow matching over action chunks: a network learns the velocity that carries noise to a demonstrated chunk along
 * a straight line, given the observation; acting integrates it in a few Euler steps. It keeps what demonstrators
 * do differently apart instead of averaging it.
 * Lipman et al. 2022, arXiv 2210.02747; Liu et al. 2022 (rectified flow), arXiv 2209.03003.
 */
import type { Value } from "../graph/graph.js";
import { add, column, concat, cos, mean, mul, row, sin, sub } from "../graph/operators.js";
import { mlp, mlpParameters, type ParameterValues } from "../networks/mlp.js";
import type { Algorithm } from "./algorithm.js";

/** Euler steps when acting: 2 to 10 make no measurable difference. */
const STEPS = 4;
/** Sinusoids of the time embedding: frequencies from 1 to 200, geometric. */
const FREQUENCIES = Array.from({ length: 16 }, (_, i) => 200 ** (i / 15));

/** t [B, 1] → [B, 32] */
function embedTime(t: Value): Value {
  const angles = mul(t, row(t, FREQUENCIES));
  return concat([sin(angles), cos(angles)], 1);
}

/** velocity(observation [B, D], point [B, H * A], time [B, 32]) → [B, H * A] */
const velocity = (observation: Value, point: Value, time: Value, parameters: ParameterValues): Value =>
  mlp(concat([observation, point, time], 1), parameters);

/** Flow matching, the default. */
export const flow: Algorithm = {
  name: "flow",
  summary: "flow matching over action chunks, straight paths, four Euler steps",
  parameters: ({ observation, chunk, hidden }, random) =>
    mlpParameters([observation + chunk + 2 * FREQUENCIES.length, ...hidden, chunk], 0.1, random),
  draws: ({ chunk }) => [
    { name: "noise", size: chunk, distribution: "normal" },
    { name: "time", size: 1, distribution: "uniform" },
  ],
  loss: (observation, chunk, drawn, parameters) => {
    const noise = drawn.get("noise")!; // (B, HA)
    const t = drawn.get("time")!; // (B, 1)
    const direction = sub(chunk, noise);
    const point = add(noise, mul(t, direction)); // (B, HA): (1 - t) noise + t chunk
    const error = sub(velocity(observation, point, embedTime(t), parameters), direction);
    return mean(mul(error, error));
  },
  noiseSize: ({ chunk }) => chunk,
  act: (observation, noise, parameters) => {
    let point = noise!;
    const none = mul(column(observation, 0), 0); // (B, 1) of zeros: the batch's size is the caller's
    for (let step = 0; step < STEPS; step++) {
      const time = embedTime(add(none, step / STEPS));
      point = add(point, mul(velocity(observation, point, time, parameters), 1 / STEPS));
    }
    return point;
  },
};
