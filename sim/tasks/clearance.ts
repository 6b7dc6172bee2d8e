/**
 * How much room a hand has to come down beside other things: gaps between rectangles seen from above. Metres, frame
 * of the arm's base. For scripts that choose how to grasp; the physics decides what really happens.
 */
import {
  armOfRobot,
  cos,
  FRANKA_HAND,
  HAND_DRIVE,
  type JawDrive,
  type SceneObject,
  sin,
  type Vec3,
  yawOf,
} from "../../core/index.js";

/** A rectangle on the table: middle, turn of its long side, half extents. */
interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
  readonly half: readonly [number, number];
}

/** An open hand from above: its fingers, and how far it opens to come down on a thing, m. */
export interface OpenHand {
  readonly opening: number;
  /** where the middle of each is along the tool's y, and half extents along the tool's x and y, a little larger than they are */
  readonly fingers: readonly { readonly at: number; readonly half: readonly [number, number] }[];
}

/** Of two fingers that slide, open all the way. */
export const SLIDING_HAND: OpenHand = {
  opening: FRANKA_HAND.open,
  fingers: [1, -1].map((side) => ({ at: side * (FRANKA_HAND.open / 2 + 0.0075), half: [0.0115, 0.009] })),
};

/** m: what a jaw opens farther than its fixed one is off the middle, and by which jaws are taken for wider and thicker. */
const FARTHER = 0.005;
const MARGIN = { wide: 0.0005, thick: 0.0015 } as const;

/**
 * Of a jaw that turns against a fixed one: it opens so far that there is about as much room on both sides of what is taken, as
 * the fixed one cannot give way. Opened wider, it meets what stands beside, and has to be turned or moved aside for it.
 */
export function jawHand({ face, fixed, moving }: JawDrive): OpenHand {
  const opening = 2 * Math.abs(face) + FARTHER;
  const half = (boxes: JawDrive["fixed"], axis: 0 | 1): number =>
    Math.max(...boxes.map((box) => box.half[axis]));
  const wide = Math.max(...fixed.map((box) => Math.abs(box.centre[0]) + box.half[0])) + MARGIN.wide;
  return {
    opening,
    fingers: [
      { at: face - half(fixed, 1), half: [wide, half(fixed, 1) + MARGIN.thick] },
      { at: face + opening + half(moving, 1), half: [wide, half(moving, 1) + MARGIN.thick] },
    ],
  };
}

/** The hand of the built-in robot of that name; of others two fingers that slide. */
export function openHandOf(robot: string): OpenHand {
  const gripper = armOfRobot(robot)?.gripper;
  return gripper?.kind === "jaw" ? jawHand(gripper.drive) : SLIDING_HAND;
}

/** Height of the palm's lower side above the tool. */
const PALM = -HAND_DRIVE.palm.centre[2] - HAND_DRIVE.palm.half[2];

/**
 * The smallest gap between a hand that comes down open at this place and yaw and anything it could meet; negative
 * when they overlap.
 * @param others what stands around, without what is grasped
 */
export function roomForHand(
  { fingers }: OpenHand,
  [x, y, z]: Vec3,
  yaw: number,
  others: readonly SceneObject[],
): number {
  let room = Number.POSITIVE_INFINITY;
  for (const other of others) {
    if (other.class === "bin" || other.class === "mark") continue;
    const [ox, oy, oz] = other.pose.position;
    const thing: Rectangle = {
      x: ox,
      y: oy,
      yaw: yawOf(other.pose.orientation),
      half: [other.size[0] / 2, other.size[1] / 2],
    };
    const top = oz + other.size[2] / 2;
    // The tool's y points to -y of the base at yaw 0.
    for (const { at, half } of fingers)
      room = Math.min(room, gap({ x: x + at * sin(yaw), y: y - at * cos(yaw), yaw, half }, thing));
    if (top > z + PALM) {
      const [px, py] = HAND_DRIVE.palm.half;
      room = Math.min(room, gap({ x, y, yaw, half: [px, py] }, thing));
    }
  }
  return room;
}

/** The largest separation along the sides of either: the gap of rectangles that lie side by side, else a bound of it. */
function gap(a: Rectangle, b: Rectangle): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const yaw of [a.yaw, a.yaw + Math.PI / 2, b.yaw, b.yaw + Math.PI / 2]) {
    const [ux, uy] = [cos(yaw), sin(yaw)];
    const apart = Math.abs((b.x - a.x) * ux + (b.y - a.y) * uy);
    most = Math.max(most, apart - reach(a, yaw) - reach(b, yaw));
  }
  return most;
}

const reach = ({ yaw, half }: Rectangle, along: number): number =>
  Math.abs(half[0] * cos(along - yaw)) + Math.abs(half[1] * sin(along - yaw));
