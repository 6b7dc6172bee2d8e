/**
 * Copies of a take in which a base drives a little to the side of where it was driven, sees what it would see from there
 * (`moved-scan.ts`), and is told to turn back to the way. With `turned.ts`, what a policy learns of coming back. Frames:
 * `base_link` and the map; metres, radians, seconds.
 */
import { type Contract, type Quat, refuse, sizeOf, yawOf } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import { scanFromBeside } from "./moved-scan.js";
import { keepFrames } from "./retime.js";
import { drivenFrames, scanOf, seenFeatures, turningBy } from "./straying.js";

/** How far beside the way the copies are, and how they come back. */
export interface Moved {
  /** m, to either side */
  readonly aside: number;
  /** m ahead at which they are to be on the way again */
  readonly ahead: number;
  /** s in which they are told to turn there */
  readonly within: number;
  /** m from the scanner to what is nearest that a copy must have: none stands where the base could not */
  readonly room: number;
}

const POSITION = "observation.base.position";
const ORIENTATION = "observation.base.orientation";

/** Both copies of a take, with only the frames that drive forward and have room there, and the features that are looked at. */
export function movedCopies(
  contract: Contract,
  episode: Episode,
  observations: readonly string[],
  { aside, ahead, within, room }: Moved,
): Episode[] {
  const scan = scanOf(contract, observations);
  const beams = sizeOf(scan);
  for (const name of [POSITION, ORIENTATION])
    if (!observations.includes(name))
      refuse("moved copies", "the policy must look at where the base is", name);
  const ranges = episode.features[scan.name]!;
  const farthest = ranges.reduce((most, range) => Math.max(most, range), 0);
  return [aside, -aside].flatMap((left) => {
    const seen = drivenFrames(contract, episode)
      .map((frame) => ({
        frame,
        scan: scanFromBeside(ranges.subarray(frame * beams, (frame + 1) * beams), left, farthest),
      }))
      .filter((each) => each.scan.every((range) => range > room));
    if (seen.length === 0) return [];
    const kept = keepFrames(
      episode,
      seen.map(({ frame }) => frame),
    );
    const position = kept.features[POSITION]!.slice();
    const orientation = kept.features[ORIENTATION]!;
    for (const t of seen.keys()) {
      const yaw = yawOf(orientation.subarray(4 * t, 4 * t + 4) as unknown as Quat);
      position[3 * t]! -= left * Math.sin(yaw);
      position[3 * t + 1]! += left * Math.cos(yaw);
    }
    const shown = Object.fromEntries(
      seenFeatures(contract, observations).map(({ name }) => [name, kept.features[name]!]),
    );
    return [
      {
        ...kept,
        actions: turningBy(contract, kept, -Math.atan2(left, ahead) / within),
        features: {
          ...shown,
          [POSITION]: position,
          [scan.name]: Float32Array.from(seen.flatMap((each) => [...each.scan])),
        },
      },
    ];
  });
}
