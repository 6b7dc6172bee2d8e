/**
 * Copies of a take in which a base points a little to the side of where it was driven, sees what it would see from there,
 * and is told to turn back. Who drives well hardly shows how to come back; a policy strays, and then nothing tells it
 * what to do. Pomerleau 1989 (ALVINN) turned pictures of a road so. By whole beams of the scanner, so that every range
 * is one that was measured. Frames: `base_link` and the map; metres, radians, seconds.
 */
import {
  actionOffsets,
  type Contract,
  type Feature,
  featureOf,
  fromAxisAngle,
  multiply,
  type Quat,
  refuse,
  sizeOf,
  TILT,
} from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import { keepFrames } from "./retime.js";

/** How far the copies point to the side, and how fast they turn back. */
export interface Turned {
  /** that the scan is turned by, to either side */
  readonly beams: number;
  /** s in which it is told to turn back */
  readonly within: number;
}

/** m/s: slower than this it is not driven anywhere that it could point beside */
const DRIVEN = 0.05;
const LINEAR = "action.base.linear";
const ANGULAR = "action.base.angular";

/** Both copies of a take, with only the frames that drive forward and the features that are looked at; none of a take that never does. */
export function turnedCopies(
  contract: Contract,
  episode: Episode,
  observations: readonly string[],
  { beams, within }: Turned,
): Episode[] {
  if (contract.control !== "base-twist")
    refuse("turned copies", "the robot must be a base", contract.control);
  const seen = [...observations.map((name) => featureOf(contract, name)), ...contract.goals];
  const scan =
    seen.find(({ representation: { kind } }) => kind === "ranges") ??
    refuse("turned copies", "the policy must look at a scan, which says how far is turned", observations);
  const offsets = actionOffsets(contract);
  const [linear, angular] = [offsets.get(LINEAR)!, offsets.get(ANGULAR)!];
  const size = episode.actions.length / episode.length;
  const kept = Array.from({ length: episode.length }, (_, t) => t).filter(
    (t) => episode.actions[t * size + linear]! > DRIVEN,
  );
  if (kept.length === 0) return [];
  const driven = keepFrames(episode, kept);
  const { low, high } = featureOf(contract, ANGULAR).limits ?? { low: [-Infinity], high: [Infinity] };
  return [beams, -beams].map((by) => {
    const angle = (2 * Math.PI * by) / sizeOf(scan);
    const actions = driven.actions.slice();
    for (let at = angular; at < actions.length; at += size)
      actions[at] = Math.min(high[0]!, Math.max(low[0]!, actions[at]! - angle / within));
    const features = Object.fromEntries(
      seen.map((feature) => [feature.name, turnedFeature(driven, feature, by, angle)]),
    );
    return { ...driven, actions, features };
  });
}

/** What a base sees that is turned counter-clockwise by so many beams of its scanner. */
function turnedFeature(episode: Episode, feature: Feature, by: number, angle: number): Float32Array {
  const { name, representation, source } = feature;
  const values = (episode.features[name] ?? refuse("turned copies", "episode must hold", name)).slice();
  if (source.kind === "scene" || representation.kind === "position") return values;
  const size = sizeOf(feature);
  for (let at = 0; at < values.length; at += size) {
    const row = values.slice(at, at + size);
    if (representation.kind === "ranges")
      for (let beam = 0; beam < size; beam++) values[at + beam] = row[(beam + by + size) % size]!;
    else if (representation.kind === "quaternion")
      values.set(multiply(Array.from(row) as unknown as Quat, fromAxisAngle([0, 0, 1], angle)), at);
    else if (name === TILT.name) {
      // How it leans is, for leans that are small, a vector of its own frame.
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      values.set([c * row[0]! + s * row[1]!, c * row[1]! - s * row[0]!], at);
    } else if (name !== "observation.base.twist")
      refuse("turned copies", "every feature that is looked at must be known to turn", name);
  }
  return values;
}
