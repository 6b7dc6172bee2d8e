/**
 * Plain behaviour cloning with action chunks: a network regresses the chunk, mean squared error. The baseline: it
 * averages over what demonstrators do differently in like states (they stall, then the policy hovers between).
 * Chunks: Zhao et al. 2023, arXiv 2304.13705.
 */
import { mean, mul, sub } from "../graph/operators.js";
import { mlp, mlpParameters } from "../networks/mlp.js";
import type { Algorithm } from "./algorithm.js";

/** Behaviour cloning by regression. */
export const bc: Algorithm = {
  name: "bc",
  summary: "behaviour cloning: mean squared error over action chunks",
  parameters: ({ observation, hidden, chunk }, random) =>
    mlpParameters([observation, ...hidden, chunk], 1, random),
  draws: () => [],
  loss: (observation, chunk, _, parameters) => {
    const error = sub(mlp(observation, parameters), chunk);
    return mean(mul(error, error));
  },
  noiseSize: () => 0,
  act: (observation, _, parameters) => mlp(observation, parameters),
};
