/**
 * What a scripted demonstrator is to do at a table, as data: take this thing here, put it there, in this order. Frame
 * of the arm's base; metres, radians. Not here: how the hand does it (`grasp-script.ts`, `hand-motion.ts`).
 */
import { type GoalSlot, planarDistance, type SceneObject, type Vec3 } from "../../core/index.js";

/** How something is put down. */
export interface Put {
  readonly place: GoalSlot;
  /** height of the tool at which it lets go */
  release(target: SceneObject, place: SceneObject, tool: number): number;
  /** how far beside its place the thing may be to be lowered, and to be let go */
  readonly reach: number;
  readonly keep: number;
  /** m above `release` at which it is low enough */
  readonly settle: number;
  /** how far people miss the middle of the place, in units of how far they miss what they take */
  readonly spread: number;
  /** share of the speed while lowering, and how far down at once, m: the less, the better it keeps over its place */
  readonly care: number;
  readonly lead: number;
  /** turns of 2π/n of the thing on its place that are as good; null: any turn will do */
  readonly symmetry: number | null;
  /** whether it is there */
  done(target: SceneObject, place: SceneObject): boolean;
}

/** One thing to be taken, and put somewhere. */
export interface Move {
  readonly target: GoalSlot;
  /** null: it is lifted and held */
  readonly put: Put | null;
  /** turns of 2π/n of the hand about the vertical that grasp as well; null: any turn will do */
  readonly symmetry: number | null;
  /** where it is grasped, in its own frame; default its origin */
  readonly grasp?: Vec3;
  /** height of the tool for carrying, m, and the share of it from which it may go sideways */
  readonly lift: number;
  readonly clear: number;
  /** height to leave to, m */
  readonly leave: number;
}

/** Height of the tool when it lets go over a bin: fingers and cube clear a cube that lies in it. */
const RELEASE = 0.075;

/** Inside the walls of a bin, lower than its rim. */
export const inBin = (target: SceneObject, bin: SceneObject): boolean => {
  const [x, y, z] = target.pose.position;
  const [bx, by] = bin.pose.position;
  return (
    Math.abs(x - bx) < bin.size[0] / 2 &&
    Math.abs(y - by) < bin.size[1] / 2 &&
    z < bin.size[2] + target.size[2]
  );
};

/** Middle over middle within 2 cm, as high as both sizes say within 1 cm. */
export const onTop = (target: SceneObject, place: SceneObject): boolean =>
  planarDistance(target.pose.position, place.pose.position) < 0.02 &&
  Math.abs(heightOver(target, place) - (target.size[2] + place.size[2]) / 2) < 0.01;

const heightOver = (target: SceneObject, place: SceneObject): number =>
  target.pose.position[2] - place.pose.position[2];

/** Drops it into a bin from above. */
export const intoBin = (place: GoalSlot, height = RELEASE): Put => ({
  place,
  release: () => height,
  reach: 0.015,
  keep: 0.02,
  settle: 0.01,
  spread: 2,
  care: 0.8,
  lead: Number.POSITIVE_INFINITY,
  symmetry: null,
  done: inBin,
});

/** Sets it down on another thing, 1 mm above it. */
export const ontoTop = (place: GoalSlot): Put => ({
  place,
  release: (target, below, tool) =>
    tool + (target.size[2] + below.size[2]) / 2 + 0.001 - heightOver(target, below),
  reach: 0.006,
  keep: 0.012,
  settle: 0.002,
  spread: 0.4,
  care: 0.5,
  lead: 0.04,
  symmetry: null,
  done: onTop,
});

/** Lowers what has a hole over a peg, and lets go at that height of the tool. */
export const ontoPeg = (place: GoalSlot, height: number): Put => ({
  place,
  release: () => height,
  reach: 0.003,
  keep: 0.01,
  settle: 0.003,
  spread: 0.15,
  care: 0.5,
  lead: 0.025,
  symmetry: 4,
  done: (target, peg) =>
    planarDistance(target.pose.position, peg.pose.position) < 0.03 && target.pose.position[2] < 0.05,
});

/** Takes a cube and drops it into a bin: the moves of `lift` and `pick-place`. */
export const CUBE_MOVE: Move = {
  target: "target",
  put: intoBin("place"),
  symmetry: 4,
  lift: 0.16,
  clear: 0.7,
  leave: 0.2,
};
