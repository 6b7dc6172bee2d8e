/**
 * Unit quaternions, x y z w, right-handed: `rotate(aFromB, pInB) = pInA`.
 * Angles in radians. Not for interpolation of more than small steps.
 */
import { acos, atan2, cos, sin } from "./elementary.js";
import type { Vec3 } from "./vec3.js";

/** x y z w, unit length. */
export type Quat = readonly [number, number, number, number];

/** No rotation. */
export const IDENTITY_QUAT: Quat = [0, 0, 0, 1];

/** Rotation by `angle` rad about the unit vector `axis`. */
export function fromAxisAngle(axis: Vec3, angle: number): Quat {
  const s = sin(angle / 2);
  return [axis[0] * s, axis[1] * s, axis[2] * s, cos(angle / 2)];
}

/** Hamilton product: `multiply(aFromB, bFromC) = aFromC`. */
export function multiply(a: Quat, b: Quat): Quat {
  const [ax, ay, az, aw] = a;
  const [bx, by, bz, bw] = b;
  return [
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ];
}

/** Inverse of a unit quaternion. */
export const conjugate = (q: Quat): Quat => [-q[0], -q[1], -q[2], q[3]];

/** `q / |q|` */
export function normalize(q: Quat): Quat {
  const n = Math.hypot(q[0], q[1], q[2], q[3]);
  return [q[0] / n, q[1] / n, q[2] / n, q[3] / n];
}

/** `v' = v + 2w (u × v) + 2 u × (u × v)` with q = (u, w). */
export function rotate(q: Quat, v: Vec3): Vec3 {
  const [x, y, z, w] = q;
  const tx = 2 * (y * v[2] - z * v[1]);
  const ty = 2 * (z * v[0] - x * v[2]);
  const tz = 2 * (x * v[1] - y * v[0]);
  return [v[0] + w * tx + y * tz - z * ty, v[1] + w * ty + z * tx - x * tz, v[2] + w * tz + x * ty - y * tx];
}

/** Roll, pitch, yaw about fixed x, y, z (the URDF convention): `R = Rz(yaw) Ry(pitch) Rx(roll)`. */
export function fromRollPitchYaw(roll: number, pitch: number, yaw: number): Quat {
  return multiply(
    multiply(fromAxisAngle([0, 0, 1], yaw), fromAxisAngle([0, 1, 0], pitch)),
    fromAxisAngle([1, 0, 0], roll),
  );
}

/** Heading: the angle of the rotated x axis in the xy plane, in (-π, π]. */
export function yawOf(q: Quat): number {
  const [x, y, z, w] = q;
  return atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z));
}

/** Lean: the angle between the rotated z axis and z, in [0, π]. */
export const leanOf = ([x, y]: Quat): number => acos(Math.max(-1, Math.min(1, 1 - 2 * (x * x + y * y))));

/** The angle of the twist of `q` about the unit vector `axis`, in (-π, π]. */
export function twistAngle(q: Quat, axis: Vec3): number {
  return wrapAngle(2 * atan2(q[0] * axis[0] + q[1] * axis[1] + q[2] * axis[2], q[3]));
}

/** Rotation vector (axis times angle, rad) of the shorter way round. */
export function toRotationVector(q: Quat): Vec3 {
  const sign = q[3] < 0 ? -1 : 1;
  const s = Math.hypot(q[0], q[1], q[2]);
  if (s < 1e-12) return [2 * sign * q[0], 2 * sign * q[1], 2 * sign * q[2]];
  const k = (sign * 2 * atan2(s, sign * q[3])) / s;
  return [q[0] * k, q[1] * k, q[2] * k];
}

/** Angle between two orientations, rad, in [0, π]. */
export const angleBetween = (a: Quat, b: Quat): number =>
  2 * acos(Math.min(1, Math.abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3])));

/** The same angle in (-π, π]. */
export function wrapAngle(angle: number): number {
  const wrapped = angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
  return wrapped <= -Math.PI ? wrapped + 2 * Math.PI : wrapped;
}

/** Of all angles equal to `angle` under a symmetry of `period` rad, the one nearest to `reference`. */
export const nearestSymmetric = (angle: number, reference: number, period: number): number =>
  angle + period * Math.round((reference - angle) / period);
