/**
 * A part of a take brought to another layout. Near the object it ends at, the motion is carried over rigidly: moved and
 * turned about the vertical with that object (MimicGen, Mandlekar et al. 2023, arXiv:2310.17596). On the way there it
 * keeps its own shape and is bent: each point is a mean of where the beginning and where the end would put it, weighed
 * by the way that lies behind. So parts join without a jump, and heights and detours stay as they were shown; MimicGen
 * drives straight lines there instead. Pure. Frame of the scene; metres, radians.
 */
import {
  add,
  fromAxisAngle,
  nearestSymmetric,
  type Pose,
  rotate,
  subtract,
  type Vec3,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import type { Part } from "./parts.js";
import { COMMAND, type WatchedTake } from "./watch.js";

/** A commanded pose and opening: m, rad, m. */
export interface WayPoint {
  readonly position: Vec3;
  readonly yaw: number;
  readonly width: number;
  /** 0 where it hangs on the beginning, 1 where it is carried over with the object */
  readonly bound: number;
}

/** Where a part is to begin, and where what it ends at stands. */
export interface Circumstances {
  /** the command in force */
  readonly from: Pick<WayPoint, "position" | "yaw">;
  /** of the reference; null for a part without one */
  readonly reference: Pose | null;
  /** of the object in the hand; null where there is none, or it does not matter */
  readonly carried: Pose | null;
  /** as `symmetry`, of that object */
  readonly carriedSymmetry: number | null;
  /** turns of 2π/n of the reference cannot be told apart; null: its yaw is not looked at, and nothing turns with it */
  readonly symmetry: number | null;
  /** rad either way that the tool may be turned to */
  readonly reach: number;
}

/** m from its end within which a part is carried over rigidly, and from its beginning within which it is not bent. */
export const NEAR = 0.05;
/** m that a turn of 1 rad counts as on the way */
export const RADIUS = 0.06;

/** The way points of a part there; null when the tool would have to be turned too far. */
export function movePart(take: WatchedTake, part: Part, there: Circumstances): WayPoint[] | null {
  const shown = commandsOf(take, part);
  const first = shown[0]!;
  const start = { shift: subtract(there.from.position, first.position), turn: there.from.yaw - first.yaw };
  const end = endOf(take, part, there, shown);
  if (end === null) return null;
  const weights = end.bound ? weightsOf(shown) : shown.map(() => 0);
  return shown.map(({ position, yaw, width }, i) => {
    const bound = weights[i]!;
    const hung = add(position, start.shift);
    const carried = end.move(position);
    return {
      position: hung.map((value, k) => value + bound * (carried[k]! - value)) as unknown as Vec3,
      yaw: yaw + start.turn + bound * (end.turn - start.turn),
      width,
      bound,
    };
  });
}

interface End {
  /** whether there is an end to be carried over to */
  readonly bound: boolean;
  readonly turn: number;
  move(position: Vec3): Vec3;
}

function endOf(take: WatchedTake, part: Part, there: Circumstances, shown: readonly Shown[]): End | null {
  const turnOfHand = there.from.yaw - shown[0]!.yaw;
  if (part.reference === null || there.reference === null) {
    const shift = subtract(there.from.position, shown[0]!.position);
    return { bound: false, turn: turnOfHand, move: (position) => add(position, shift) };
  }
  const here = referencePose(take, part);
  const last = shown.at(-1)!;
  // What is held turned in the hand otherwise than it was shown arrives as it was shown: the hand is turned back by as much.
  const held = heldOtherwise(take, part, there);
  const turn = turnOf(part, there, here, last.yaw, held, turnOfHand);
  if (turn === null) return null;
  // What turns with the reference are the motion's offsets from it; of one that is not looked at, none do.
  const about = there.symmetry === null ? 0 : turn + held;
  const inHand = handDifference(take, part, there, turn, about);
  return {
    bound: true,
    turn,
    move: (position) =>
      add(add(there.reference!.position, rotated(subtract(position, here.position), about)), inHand),
  };
}

/** Where the reference of a part stood when the motion near it began. */
export function referencePose(take: WatchedTake, part: Part): Pose {
  const poses = take.objects[part.reference!]!;
  return poses[part.reference === part.carries ? part.to - 1 : nearFrame(take, part)]!;
}

/** The first frame from which on a part stays near its end. */
function nearFrame({ commands }: WatchedTake, { from, to }: Part): number {
  const at = (frame: number): Vec3 => positionAt(commands, frame);
  const end = at(to - 1);
  let frame = to - 1;
  while (frame > from && away(at(frame - 1), end) < NEAR) frame--;
  return frame;
}

/**
 * How many turns of 2π/n a part may end with; null where nothing says how the hand is to be turned. An orientation that
 * the contract does not show is the same in every layout, or does not matter: what is brought there is turned as it was
 * shown in either case.
 */
export const alikeAt = ({ carries }: Part, { symmetry, carriedSymmetry }: Circumstances): number | null =>
  symmetry ?? (carries === null ? null : carriedSymmetry);

/**
 * The turn of the hand about the vertical: that of the object, plus whole symmetric turns, so that the hand turns as
 * little as possible from how it is held now and may be turned so far.
 * @param ofHand how far the hand is turned from what was shown, where nothing says how it is to be
 */
function turnOf(
  part: Part,
  there: Circumstances,
  here: Pose,
  last: number,
  held: number,
  ofHand: number,
): number | null {
  const { from, reach, reference, symmetry } = there;
  const alike = alikeAt(part, there);
  if (alike === null) return ofHand;
  const turned = (symmetry === null ? 0 : yawOf(reference!.orientation) - yawOf(here.orientation)) - held;
  const period = (2 * Math.PI) / alike;
  const choices = Array.from({ length: alike }, (_, k) => wrapAngle(last + turned + k * period))
    .filter((yaw) => Math.abs(yaw) <= reach)
    .sort((a, b) => Math.abs(a - from.yaw) - Math.abs(b - from.yaw));
  return choices[0] === undefined ? null : choices[0] - last;
}

/** rad by which an object is held turned otherwise than it was shown; turns of it that cannot be told apart are none. */
function heldOtherwise(take: WatchedTake, part: Part, there: Circumstances): number {
  if (part.carries === null || there.carried === null || there.carriedSymmetry === null) return 0;
  const frame = settledFrame(take, part);
  const shown = yawOf(take.objects[part.carries]![frame]!.orientation) - yawAt(take.commands, frame);
  const now = yawOf(there.carried.orientation) - there.from.yaw;
  return wrapAngle(nearestSymmetric(now - shown, 0, (2 * Math.PI) / there.carriedSymmetry));
}

/** The last frame in which the hand still stands where it has taken something: the fingers are closed as far as they go. */
function settledFrame({ commands }: WatchedTake, { from, to }: Part): number {
  let frame = from;
  while (frame + 1 < to && away(positionAt(commands, frame + 1), positionAt(commands, from)) < 1e-6) frame++;
  return frame;
}

/** It is the object that is to arrive, not the hand: what must be added because it is held elsewhere than was shown. */
function handDifference(
  take: WatchedTake,
  part: Part,
  there: Circumstances,
  turn: number,
  about: number,
): Vec3 {
  if (part.carries === null || there.carried === null) return [0, 0, 0];
  const { commands, objects } = take;
  const last = yawAt(commands, part.to - 1);
  const frame = settledFrame(take, part);
  const shown = subtract(positionAt(commands, frame), objects[part.carries]![frame]!.position);
  const now = subtract(there.from.position, there.carried.position);
  // Both as they stand at the end: what is held turns with the hand on the way.
  const shownThere = rotated(shown, last - yawAt(commands, frame) + about);
  return subtract(rotated(now, last + turn - there.from.yaw), shownThere);
}

interface Shown {
  readonly position: Vec3;
  readonly yaw: number;
  readonly width: number;
}

/** The commands of a part without those that repeat the one before: standing still is no part of a way. */
function commandsOf({ commands }: WatchedTake, { from, to }: Part): Shown[] {
  const shown: Shown[] = [];
  for (let frame = from; frame < to; frame++) {
    const position = positionAt(commands, frame);
    const [yaw, width] = [yawAt(commands, frame), commands[frame * COMMAND + 4]!];
    const last = shown.at(-1);
    const same =
      last !== undefined && away(last.position, position) < 1e-6 && last.yaw === yaw && last.width === width;
    if (!same) shown.push({ position, yaw, width });
  }
  return shown;
}

/** How far each point is on the bent stretch of the way, 0 to 1: none near the beginning, all near the end. */
function weightsOf(shown: readonly Shown[]): number[] {
  const [first, end] = [shown[0]!, shown.at(-1)!];
  let near = shown.length - 1;
  while (near > 0 && away(shown[near - 1]!.position, end.position) < NEAR) near--;
  let far = 0;
  while (far < near && away(shown[far + 1]!.position, first.position) < NEAR) far++;
  // A part that is near its end all along has no stretch to be bent on: it begins with a straight line.
  if (near === 0) return shown.map(() => 1);
  if (away(first.position, end.position) < 2 * NEAR) far = 0;
  const way = [0];
  for (let i = 1; i < shown.length; i++) way.push(way[i - 1]! + stepOf(shown[i - 1]!, shown[i]!));
  const [begin, whole] = [way[far]!, Math.max(1e-9, way[near]! - way[far]!)];
  return way.map((behind, i) => (i >= near ? 1 : Math.max(0, (behind - begin) / whole)));
}

/** Way between two poses, m: a turn counts by `RADIUS`. */
export const stepOf = (a: Pick<Shown, "position" | "yaw">, b: Pick<Shown, "position" | "yaw">): number =>
  Math.max(away(a.position, b.position), RADIUS * Math.abs(wrapAngle(b.yaw - a.yaw)));

const away = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const rotated = (v: Vec3, angle: number): Vec3 => rotate(fromAxisAngle([0, 0, 1], angle), v);
const yawAt = (commands: Float32Array, frame: number): number => commands[frame * COMMAND + 3]!;
const positionAt = (commands: Float32Array, frame: number): Vec3 => [
  commands[frame * COMMAND]!,
  commands[frame * COMMAND + 1]!,
  commands[frame * COMMAND + 2]!,
];
