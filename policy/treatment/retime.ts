/**
 * A steady pace: of a take that stands and creeps, only those frames stay between which the command has moved far
 * enough, and those in which the gripper does something. Commands of the frames that stay are the recorded ones, so
 * the increments between them, which a policy learns, add up to the same way. Metres, radians, frames.
 */
import { actionOffsets, type Contract, wrapAngle } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";

/** Which frames stay. */
export interface Pace {
  /** m that the command must have moved since the last frame that stayed */
  readonly distance: number;
  /** m that a turn of 1 rad counts as */
  readonly radius: number;
  /** m that the fingers must move in a frame for it to stay */
  readonly fingers: number;
  /**
   * Frames that stay before and after a change of the gripper's command: without those after, a policy never sees it
   * close; those before say "wait here", and few do.
   */
  readonly before: number;
  readonly after: number;
}

/** m by which the gripper's command must change to be one: actions are float32, the initial command is not */
const TOLD = 1e-4;

/** The episode with the frames that stay. */
export const retime = (contract: Contract, episode: Episode, pace: Pace): Episode =>
  keepFrames(episode, keptFrames(contract, episode, pace));

/** The episode with only these of its frames, its meta information moved along. */
export function keepFrames(episode: Episode, kept: readonly number[]): Episode {
  const size = episode.actions.length / episode.length;
  /** how many frames before this one stay: where it lies now, or the next that stayed does */
  const now = (frame: number): number => {
    const at = kept.findIndex((each) => each >= frame);
    return at < 0 ? kept.length : at;
  };
  const { meta } = episode;
  return {
    ...episode,
    length: kept.length,
    actions: picked(episode.actions, size, kept),
    features: Object.fromEntries(
      Object.entries(episode.features).map(([name, values]) => [
        name,
        picked(values, values.length / episode.length, kept),
      ]),
    ),
    meta: {
      ...meta,
      goalChanges: meta.goalChanges.map(({ frame, goal }) => ({ frame: now(frame), goal })),
      interventions: meta.interventions
        .map(({ from, to }) => ({ from: now(from), to: now(to) }))
        .filter(({ from, to }) => from < to),
    },
  };
}

/** Indices of the frames that stay: the first, the last, and what `Pace` says. */
export function keptFrames(contract: Contract, episode: Episode, pace: Pace): number[] {
  const { length, actions, features, meta } = episode;
  const size = actions.length / length;
  const offsets = actionOffsets(contract);
  const [place, angle, grip] = ["action.ee.position", "action.ee.yaw", "action.gripper.width"].map((name) =>
    offsets.get(name),
  );
  const width = features["observation.gripper.width"];
  const at = (frame: number, i: number): number =>
    frame < 0 ? meta.initialCommand[i]! : actions[frame * size + i]!;
  const moved = (frame: number): number => {
    const step = (i: number): number => at(frame, i) - at(frame - 1, i);
    const way = place === undefined ? 0 : Math.hypot(step(place), step(place + 1), step(place + 2));
    return Math.max(way, angle === undefined ? 0 : pace.radius * Math.abs(wrapAngle(step(angle))));
  };
  const grips = (frame: number): boolean =>
    grip !== undefined &&
    frame >= 0 &&
    frame < length &&
    Math.abs(at(frame, grip) - at(frame - 1, grip)) > TOLD;
  const nearGrip = (frame: number): boolean => {
    for (let d = -pace.before; d <= pace.after; d++) if (grips(frame - d)) return true;
    return false;
  };
  const changes = new Set(meta.goalChanges.map(({ frame }) => frame));

  const kept: number[] = [];
  let way = 0;
  for (let frame = 0; frame < length; frame++) {
    if (frame > 0) way += moved(frame);
    const fingers =
      width !== undefined && frame > 0 && Math.abs(width[frame]! - width[frame - 1]!) > pace.fingers;
    const stays =
      frame === 0 ||
      frame === length - 1 ||
      way > pace.distance ||
      fingers ||
      nearGrip(frame) ||
      changes.has(frame);
    if (!stays) continue;
    kept.push(frame);
    way = 0;
  }
  return kept;
}

function picked(values: Float32Array, size: number, kept: readonly number[]): Float32Array {
  const out = new Float32Array(kept.length * size);
  for (const [i, frame] of kept.entries())
    out.set(values.subarray(frame * size, (frame + 1) * size), i * size);
  return out;
}
