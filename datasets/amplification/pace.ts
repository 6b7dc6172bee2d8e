/**
 * From way points to commands at the policy's rate: an even pace along the way, with a stop wherever the gripper is
 * told something. Of the timing of a take only its order is kept, and that fingers need time: how long somebody at a
 * keyboard stood and thought says nothing of the task. Pure. Metres, radians, frames.
 */
import { lerp, wrapAngle } from "../../core/index.js";
import { stepOf, type WayPoint } from "./move.js";

/** How fast it goes. */
export interface Pace {
  /** m (or the way of a turn) in a frame */
  readonly distance: number;
  /** frames in which the hand stands before and after the gripper is told something */
  readonly before: number;
  readonly after: number;
}

/** As fast as the takes of people are learned at: 8 mm a frame. */
export const PACE: Pace = { distance: 0.008, before: 2, after: 8 };

/** m by which the commanded width must change to be told something */
const TOLD = 1e-4;

/** Points one command apart, from behind the command in force to the last way point. */
export function paced(from: WayPoint, way: readonly WayPoint[], pace: Pace): WayPoint[] {
  const commands: WayPoint[] = [];
  let here = from;
  /** the way that is left over from the last command to the next */
  let behind = 0;
  const stand = (point: WayPoint, frames: number): void => {
    for (let i = 0; i < frames; i++) commands.push(point);
    behind = 0;
  };
  for (const next of way) {
    const step = stepOf(here, next);
    for (let to = pace.distance - behind; to <= step; to += pace.distance)
      commands.push(between(here, { ...next, width: here.width }, to / step));
    behind = step === 0 ? behind : (behind + step) % pace.distance;
    const told = Math.abs(next.width - here.width) > TOLD;
    if (told) {
      stand({ ...next, width: here.width }, 1 + pace.before);
      stand(next, 1 + pace.after);
    }
    here = next;
  }
  if (behind > 0) commands.push(here);
  return commands;
}

const between = (a: WayPoint, b: WayPoint, u: number): WayPoint => ({
  position: lerp(a.position, b.position, u),
  yaw: a.yaw + u * wrapAngle(b.yaw - a.yaw),
  width: a.width,
  bound: a.bound + u * (b.bound - a.bound),
});
