/**
 * Copies of a take in which a base points a little to the side of where it was driven, sees what it would see from there,
 * and is told to turn back. Who drives well hardly shows how to come back; a policy strays, and then nothing tells it
 * what to do. Pomerleau 1989 (ALVINN) turned pictures of a road so. By whole beams of the scanner, so that every range
 * is one that was measured. Frames: `base_link` and the map; metres, radians, seconds.
 */
import {
  type Contract,
  type Feature,
  fromAxisAngle,
  multiply,
  type Quat,
  refuse,
  sizeOf,
  TILT,
} from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import { keepFrames } from "./retime.js";
import { drivenFrames, scanOf, seenFeatures, turningBy } from "./straying.js";

/** How far the copies point to the side, and how fast they turn back. */
export interface Turned {
  /** that the scan is turned by, to either side */
  readonly beams: number;
  /** s in which it is told to turn back */
  readonly within: number;
}

/** Both copies of a take, with only the frames that drive forward and the features that are looked at; none of a take that never does. */
export function turnedCopies(
  contract: Contract,
  episode: Episode,
  observations: readonly string[],
  { beams, within }: Turned,
): Episode[] {
  const scan = scanOf(contract, observations);
  const kept = drivenFrames(contract, episode);
  if (kept.length === 0) return [];
  const driven = keepFrames(episode, kept);
  return [beams, -beams].map((by) => {
    const angle = (2 * Math.PI * by) / sizeOf(scan);
    const features = Object.fromEntries(
      seenFeatures(contract, observations).map((feature) => [
        feature.name,
        turnedFeature(driven, feature, by, angle),
      ]),
    );
    return { ...driven, actions: turningBy(contract, driven, -angle / within), features };
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
