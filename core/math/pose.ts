/**
 * Poses: a position in metres and an orientation. Names say their frames: `worldFromTool` takes a point
 * in the tool's frame to the world.
 */
import { conjugate, IDENTITY_QUAT, multiply, type Quat, rotate } from "./quat.js";
import { add, subtract, type Vec3 } from "./vec3.js";

/** Where one frame stands in another. */
export interface Pose {
  /** metres */
  readonly position: Vec3;
  /** unit quaternion x y z w */
  readonly orientation: Quat;
}

/** No translation, no rotation. */
export const IDENTITY_POSE: Pose = { position: [0, 0, 0], orientation: IDENTITY_QUAT };

/** `compose(aFromB, bFromC) = aFromC` */
export const compose = (aFromB: Pose, bFromC: Pose): Pose => ({
  position: add(aFromB.position, rotate(aFromB.orientation, bFromC.position)),
  orientation: multiply(aFromB.orientation, bFromC.orientation),
});

/** `invert(aFromB) = bFromA` */
export function invert(aFromB: Pose): Pose {
  const orientation = conjugate(aFromB.orientation);
  return { position: rotate(orientation, subtract([0, 0, 0], aFromB.position)), orientation };
}

/** A point of frame B in frame A. */
export const transformPoint = (aFromB: Pose, pointInB: Vec3): Vec3 =>
  add(aFromB.position, rotate(aFromB.orientation, pointInB));
