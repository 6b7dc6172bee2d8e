/**
 * What a scripted demonstrator is to do at a table, as data: take this thing here, put it there, in this order. Frame
 * of the arm's base; metres, radians. Not here: how the hand does it (`grasp-script.ts`, `hand-motion.ts`).
 */
import {
  type GoalSlot,
  invert,
  planarDistance,
  type SceneObject,
  transformPoint,
  type Vec3,
} from "../../core/index.js";

/** How something is put where it belongs: set down from above, or pushed in along a hole. */
export type Put = SetDown | PushIn;

interface Putting {
  readonly place: GoalSlot;
  /** how far beside its way the thing may be to be put, and to go on */
  readonly reach: number;
  readonly keep: number;
  /** how far people miss the middle of the place, in units of how far they miss what they take */
  readonly spread: number;
  /** share of the speed and of the tremble while it is put */
  care(target: SceneObject, place: SceneObject): number;
  /** how far ahead the hand is sent at once, m: the less, the better it keeps its way */
  lead(target: SceneObject, place: SceneObject): number;
  /** turns of 2π/n of the thing on its place that are as good; null: any turn will do */
  readonly symmetry: number | null;
  /** whether it is there, or another thing of the goal comes first */
  done(target: SceneObject, place: SceneObject, bound: (slot: GoalSlot) => SceneObject): boolean;
}

/** From above. */
export interface SetDown extends Putting {
  readonly kind: "down";
  /** height of the tool at which it lets go */
  release(target: SceneObject, place: SceneObject, tool: number): number;
  /** m above `release` at which it is low enough */
  readonly settle: number;
  /** whether it is let go as well where it comes no lower for a while: a rope's end, which is held anyhow */
  readonly loose?: boolean;
  /** the point of the thing that is brought over its place, in its own frame; default its origin */
  tip?(target: SceneObject, place: SceneObject): Vec3;
}

/** Along the x of its place, as high as that lies; the hand does not let go. */
export interface PushIn extends Putting {
  readonly kind: "along";
  /** how far in the thing is along the place's x, and how far off that axis, m */
  at(target: SceneObject, place: SceneObject): Vec3;
  /** where on the axis it is brought first, and how far it is pushed, m */
  from(target: SceneObject, place: SceneObject): number;
  readonly to: number;
}

/** Something that slides, drawn or pushed along its x. */
export interface Slide {
  /** how far open it is to be, m, and how near to that is enough */
  readonly to: number;
  readonly near: number;
  /** share of the speed, and how far ahead the hand is sent at once, m */
  readonly care: number;
  readonly lead: number;
  /** whether it need not be done, any more or at all */
  done(bound: (slot: GoalSlot) => SceneObject): boolean;
}

/** One thing to be taken, and put somewhere or slid. */
export interface Move {
  readonly target: GoalSlot;
  /** null: it is lifted and held, or slid */
  readonly put: Put | null;
  readonly slide?: Slide;
  /** turns of 2π/n of the hand about the vertical that grasp as well; null: any turn will do */
  readonly symmetry: number | null;
  /** where it is grasped, in its own frame; default its origin */
  readonly grasp?: Vec3 | ((target: SceneObject) => Vec3);
  /** rad that the hand is turned from the thing's x; default 0 */
  readonly turn?: number;
  /** m that the hand opens; default all it can */
  readonly width?: number;
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

/** Inside the walls of a drawer, lower than they are. */
export const inDrawer = (target: SceneObject, drawer: SceneObject): boolean => {
  const [x, y, z] = transformPoint(invert(drawer.pose), target.pose.position);
  const [length, width, height] = drawer.size;
  return Math.abs(x) < length / 2 && Math.abs(y) < width / 2 && z > 0 && z < height;
};

/** Middle over middle within 2 cm, as high as both sizes say within 1 cm. */
export const onTop = (target: SceneObject, place: SceneObject): boolean =>
  planarDistance(target.pose.position, place.pose.position) < 0.02 &&
  Math.abs(heightOver(target, place) - (target.size[2] + place.size[2]) / 2) < 0.01;

const heightOver = (target: SceneObject, place: SceneObject): number =>
  target.pose.position[2] - place.pose.position[2];

/** Drops it into a bin from above. */
export const intoBin = (place: GoalSlot, height = RELEASE): SetDown => ({
  kind: "down",
  place,
  release: () => height,
  reach: 0.015,
  keep: 0.02,
  settle: 0.01,
  spread: 2,
  care: () => 0.8,
  lead: () => Number.POSITIVE_INFINITY,
  symmetry: null,
  done: inBin,
});

/** Drops it into an open drawer from above. */
export const intoDrawer = (place: GoalSlot, height: number): SetDown => ({
  kind: "down",
  place,
  release: () => height,
  reach: 0.012,
  keep: 0.02,
  settle: 0.01,
  spread: 1,
  care: () => 0.8,
  lead: () => Number.POSITIVE_INFINITY,
  symmetry: null,
  done: inDrawer,
});

/** Sets it down on another thing, 1 mm above it. */
export const ontoTop = (place: GoalSlot): SetDown => ({
  kind: "down",
  place,
  release: (target, below, tool) =>
    tool + (target.size[2] + below.size[2]) / 2 + 0.001 - heightOver(target, below),
  reach: 0.006,
  keep: 0.012,
  settle: 0.002,
  spread: 0.4,
  care: () => 0.5,
  lead: () => 0.04,
  symmetry: null,
  done: onTop,
});

/**
 * Lays an end of a rope on a mark of that radius, any way round, and lets go on the table. Of both ends the one
 * that is farther off comes first: what was laid springs back until the other one holds it.
 * @param other the other end and its mark
 */
export const layOn = (
  place: GoalSlot,
  radius: number,
  other: readonly [end: GoalSlot, mark: GoalSlot],
): SetDown => ({
  kind: "down",
  place,
  release: ({ pose, size }, _, tool) => tool - (pose.position[2] - size[2] / 2),
  reach: 0.012,
  keep: radius,
  settle: 0.002,
  loose: true,
  spread: 0.6,
  care: () => 0.7,
  lead: () => Number.POSITIVE_INFINITY,
  symmetry: null,
  done: (end, mark, bound) => {
    const off = planarDistance(end.pose.position, mark.pose.position);
    const [otherEnd, otherMark] = [bound(other[0]).pose.position, bound(other[1]).pose.position];
    return (off < 0.8 * radius && onTable(end)) || planarDistance(otherEnd, otherMark) > off;
  },
});

const onTable = ({ pose, size }: SceneObject): boolean => pose.position[2] < size[2];

/** Lowers what has a hole over a peg, and lets go at that height of the tool. */
export const ontoPeg = (place: GoalSlot, height: number): SetDown => ({
  kind: "down",
  place,
  release: () => height,
  reach: 0.003,
  keep: 0.01,
  settle: 0.003,
  spread: 0.15,
  care: () => 0.5,
  lead: () => 0.025,
  symmetry: 4,
  done: (target, peg) =>
    planarDistance(target.pose.position, peg.pose.position) < 0.03 && target.pose.position[2] < 0.05,
});

/**
 * m from the mouth of a hole at which what is put in waits until it fits, from which on it needs care, how far ahead the hand is sent in it, and how
 * far back where something has caught on its edge.
 */
const MOUTH = 0.003;
const NEAR = 0.012;
const INSIDE = 0.004;
const BACK = 0.012;
/** share of the room that something may be off the middle to go in, and how far off it has caught for certain, m */
const FITS = 0.5;
const CAUGHT = 0.0012;

/**
 * Lowers something upright into a hole that stands on the table, and lets go 1 mm above its ground.
 * @param room m between the two on each side when one is in the middle of the other
 */
export const downInto = (place: GoalSlot, room: number): SetDown => ({
  kind: "down",
  place,
  release: ({ pose, size }, _, tool) => tool - (pose.position[2] - size[2] / 2) + 0.001,
  reach: 0.004,
  keep: 0.008,
  settle: 0.002,
  spread: 25 * room,
  // The tighter it is, the more care near it.
  care: (target, hole) =>
    transformPoint(target.pose, lowerEnd(target))[2] - hole.size[2] > NEAR ? 0.4 : Math.min(0.3, 300 * room),
  // Once the end is in, the rest is brought over it: a peg that leans in the hand is put straight by the hole.
  tip: (target, hole) =>
    transformPoint(target.pose, lowerEnd(target))[2] > hole.size[2] - MOUTH ? lowerEnd(target) : [0, 0, 0],
  lead: (target, hole) => {
    const end = transformPoint(target.pose, lowerEnd(target));
    const above = end[2] - hole.size[2];
    const off = planarDistance(end, hole.pose.position);
    if (above > MOUTH) return Math.max(MOUTH, 0.8 * above);
    if (above > -MOUTH && off > room + CAUGHT) return -BACK;
    return above > 0 && off > FITS * room ? 0 : INSIDE;
  },
  symmetry: 4,
  done: (target, hole) =>
    planarDistance(target.pose.position, hole.pose.position) < 0.01 &&
    target.pose.position[2] < target.size[2] / 2 + 0.005,
});

const lowerEnd = ({ size }: SceneObject): Vec3 => [0, 0, -size[2] / 2];

/** Where the head of a lying peg is in the frame of a hole, m: the middle of its side towards +x. */
export const headIn = (peg: SceneObject, hole: SceneObject): Vec3 =>
  transformPoint(invert(hole.pose), transformPoint(peg.pose, headOf(peg)));

const headOf = ({ size }: SceneObject): Vec3 => [size[0] / 2, 0, 0];

/**
 * Pushes a lying peg into a hole in a wall, until its head is nearly in the middle.
 * @param room m between the two on each side
 */
export const sidewaysInto = (place: GoalSlot, room: number): PushIn => ({
  kind: "along",
  place,
  // Once the head is in, the rest is brought before it: a peg that leans in the hand is put straight by the hole.
  at: (peg, hole) => {
    const head = headIn(peg, hole);
    if (head[0] < -hole.size[0] / 2 + NEAR) return head;
    const [, y, z] = transformPoint(invert(hole.pose), peg.pose.position);
    return [head[0], y, z];
  },
  from: (_, hole) => -hole.size[0] / 2 - 0.03,
  to: -0.005,
  reach: 0.006,
  keep: 0.012,
  spread: 50 * room,
  care: () => 0.4,
  lead: (peg, hole) => {
    const [x, y, z] = headIn(peg, hole);
    const before = -hole.size[0] / 2 - x;
    if (before > MOUTH) return Math.max(MOUTH, 0.8 * before);
    return before > 0 && Math.max(Math.abs(y), Math.abs(z)) > FITS * room ? 0 : 2 * INSIDE;
  },
  symmetry: 1,
  done: (peg, hole) => {
    const [x, y, z] = headIn(peg, hole);
    return x > -0.015 && Math.hypot(y, z) < hole.size[2] / 2;
  },
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
