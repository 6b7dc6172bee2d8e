/** Smoothing of commanded positions and angles, in both directions of time, so that nothing is delayed. */
import { actionOffsets, type Contract, wrapAngle } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";

/**
 * The episode with its commanded positions and angles under a Gaussian; the ends repeat. Everything else that is
 * commanded, a gripper above all, stays.
 * @param sigma frames; 0 leaves it as it is
 */
export function smoothCommands(contract: Contract, episode: Episode, sigma: number): Episode {
  if (sigma === 0) return episode;
  const { length } = episode;
  const size = episode.actions.length / length;
  const actions = episode.actions.slice();
  const reach = Math.ceil(3 * sigma);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const column = new Float64Array(length);
  for (const i of smoothedComponents(contract)) {
    for (let t = 0; t < length; t++) column[t] = episode.actions[t * size + i.at]!;
    if (i.angle) unwrap(column);
    for (let t = 0; t < length; t++) {
      let sum = 0;
      for (let d = -reach; d <= reach; d++)
        sum += weights[d + reach]! * column[Math.min(length - 1, Math.max(0, t + d))]!;
      actions[t * size + i.at] = i.angle ? wrapAngle(sum / total) : sum / total;
    }
  }
  return { ...episode, actions };
}

function smoothedComponents(contract: Contract): { readonly at: number; readonly angle: boolean }[] {
  const offsets = actionOffsets(contract);
  return contract.actions.flatMap(({ name, names, representation: { kind } }) =>
    kind === "position" || kind === "angle"
      ? names.map((_, i) => ({ at: offsets.get(name)! + i, angle: kind === "angle" }))
      : [],
  );
}

/** Angles without jumps of a turn, in place. */
function unwrap(angles: Float64Array): void {
  for (let t = 1; t < angles.length; t++) angles[t] = angles[t - 1]! + wrapAngle(angles[t]! - angles[t - 1]!);
}
