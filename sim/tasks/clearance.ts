/**
 * How much room a hand has to come down beside other things: gaps between rectangles seen from above. Metres, frame
 * of the arm's base. For scripts that choose how to grasp; the physics decides what really happens.
 */
import { cos, FRANKA_HAND, HAND_DRIVE, type SceneObject, sin, type Vec3, yawOf } from "../../core/index.js";

/** A rectangle on the table: middle, turn of its long side, half extents. */
interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
  readonly half: readonly [number, number];
}

/** Half extents of an open finger along the tool's x and y, and how far out its middle is. */
const FINGER = { half: [0.0115, 0.009], out: FRANKA_HAND.open / 2 + 0.0075 } as const;
/** Height of the palm's lower side above the tool. */
const PALM = -HAND_DRIVE.palm.centre[2] - HAND_DRIVE.palm.half[2];

/**
 * The smallest gap between a hand that comes down open at this place and yaw and anything it could meet; negative
 * when they overlap.
 * @param others what stands around, without what is grasped
 */
export function roomForHand([x, y, z]: Vec3, yaw: number, others: readonly SceneObject[]): number {
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
    // A finger opens along the tool's y, which points to -y of the base at yaw 0: the sign does not matter here.
    for (const side of [1, -1])
      room = Math.min(
        room,
        gap(
          {
            x: x - side * FINGER.out * sin(yaw),
            y: y + side * FINGER.out * cos(yaw),
            yaw,
            half: FINGER.half,
          },
          thing,
        ),
      );
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
