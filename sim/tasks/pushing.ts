/**
 * How a flat thing slides on a table when it is pushed at one point: quasi-static, with the ellipsoidal limit surface
 * of Howe and Cutkosky (1996) and the motion of a pushed slider after Lynch, Maekawa and Tanie (1992). For scripts that
 * choose where to push; the physics decides what really happens. Metres, radians.
 */
import type { Point2 } from "../../core/index.js";

/** A flat thing's pose on the table: its centre of friction and its turn. */
export interface Slider {
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
}

/** What resists. */
export interface Sliding {
  /** m: the torque that turns it over the force that moves it */
  readonly length: number;
  /** friction coefficient between it and what pushes */
  readonly friction: number;
}

/**
 * The thing after its pusher went on by `step`.
 * @param at where it is pushed, from its centre, table frame
 * @param normal into the thing, unit, table frame
 * @param step of the pusher, table frame
 * @returns null when the pusher leaves it
 */
export function pushed(
  slider: Slider,
  at: Point2,
  normal: Point2,
  step: Point2,
  { length, friction }: Sliding,
): Slider | null {
  const inward = step[0] * normal[0] + step[1] * normal[1];
  if (inward <= 0) return null;
  const moved = sticking(at, step, length);
  const along = moved.force[0] * -normal[1] + moved.force[1] * normal[0];
  const pressing = moved.force[0] * normal[0] + moved.force[1] * normal[1];
  let { x, y, yaw } = moved;
  if (Math.abs(along) > friction * pressing) {
    // It slips along the pusher: the force is at the edge of the friction cone, and only the normal motion is given.
    const side = Math.sign(along) * friction;
    const force: Point2 = [normal[0] - side * normal[1], normal[1] + side * normal[0]];
    const turn = (at[0] * force[1] - at[1] * force[0]) / (length * length);
    const contact = [force[0] - turn * at[1], force[1] + turn * at[0]] as const;
    const share = inward / (contact[0] * normal[0] + contact[1] * normal[1]);
    [x, y, yaw] = [share * force[0], share * force[1], share * turn];
  }
  return { x: slider.x + x, y: slider.y + y, yaw: slider.yaw + yaw };
}

/** How it moves when its point `at` goes with the pusher, and the direction of the force that this takes. */
function sticking([x, y]: Point2, [dx, dy]: Point2, length: number): Slider & { readonly force: Point2 } {
  const l = length * length;
  const all = l + x * x + y * y;
  const vx = ((l + x * x) * dx + x * y * dy) / all;
  const vy = (x * y * dx + (l + y * y) * dy) / all;
  return { x: vx, y: vy, yaw: (x * vy - y * vx) / l, force: [vx, vy] };
}
