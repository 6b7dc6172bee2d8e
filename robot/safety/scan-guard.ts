/**
 * Slow-and-stop for a round base from its laser scan: the forward speed is cut until the base could brake
 * before it touches anything that the scan sees along the arc it drives. Turning on the spot is always free,
 * and so is driving away from, or along, what is already too near. Base frame: x forward, metres, rad, seconds.
 * It sees only what the scan sees, at the scan's height; it plans no way round.
 */

import { DIFF_DRIVE, SKID_STEER } from "../../core/index.js";

/** What the guard must know of a base. */
export interface ScanGuard {
  /** radius of the body, m */
  readonly radius: number;
  /** distance to keep beyond the body, m */
  readonly margin: number;
  /** what the base brakes with, m/s² */
  readonly deceleration: number;
  /** from the scan to the brakes, s */
  readonly reaction: number;
}

/** For the house's base: it brakes with 1 m/s²; scan, way to the base and its controller take 0.15 s at most. */
export const DIFF_DRIVE_GUARD: ScanGuard = {
  radius: DIFF_DRIVE.radius,
  margin: 0.03,
  deceleration: DIFF_DRIVE.limits.acceleration,
  reaction: 0.15,
};

/** For the skid-steer base, taken as round about its middle, out to its corners: it may come to a wall at any angle. */
export const SKID_STEER_GUARD: ScanGuard = {
  radius: Math.hypot(SKID_STEER.body.length, SKID_STEER.body.width) / 2,
  margin: 0.03,
  deceleration: SKID_STEER.limits.acceleration,
  reaction: 0.15,
};

/** The guard of the base that a contract names. */
export const guardOf = (robot: string): ScanGuard =>
  robot === SKID_STEER.name ? SKID_STEER_GUARD : DIFF_DRIVE_GUARD;

/** Speeds tried, as shares of the wanted one. */
const SHARES = 16;
/** m/s: slower than this is not driving */
const STANDING = 1e-6;
/** m: the arc is walked in steps no longer than this */
const STEP = 0.02;
/** Sliding along a wall that is already too near: it may come nearer by this share of the way driven. */
const SLIDE = 0.02;

/** x, y and distance of something seen, base frame. */
type Point = readonly [number, number, number];

/**
 * The share of the wanted forward speed that is safe, in [0, 1], for a turn rate that stays as it is.
 * @param linear m/s, negative backwards
 * @param angular rad/s
 * @param ranges m from the centre of the base, counter-clockwise from straight ahead, evenly over the circle;
 * infinite where nothing is seen. NaN counts as an obstacle at the margin: what is not known is not free.
 */
export function safeShare(
  linear: number,
  angular: number,
  ranges: ArrayLike<number>,
  guard: ScanGuard,
): number {
  if (!Number.isFinite(linear) || !Number.isFinite(angular)) return 0;
  if (Math.abs(linear) < STANDING) return 1;
  const keep = guard.radius + guard.margin;
  const reach = stoppingDistance(linear, guard) + keep;
  const points: Point[] = [];
  let nearest = Number.POSITIVE_INFINITY;
  for (let beam = 0; beam < ranges.length; beam++) {
    const angle = (2 * Math.PI * beam) / ranges.length;
    const range = ranges[beam]!;
    const distance = Number.isNaN(range) ? keep : Math.max(0, range);
    if (distance > reach) continue;
    points.push([distance * Math.cos(angle), distance * Math.sin(angle), distance]);
    nearest = Math.min(nearest, distance);
  }
  const nearer = Math.min(keep, Math.max(guard.radius, nearest));
  for (let k = SHARES; k > 0; k--)
    if (isFree((linear * k) / SHARES, angular, points, nearer, guard)) return k / SHARES;
  return 0;
}

/** Reaction and braking, metres: `v t + v² / 2a`. */
const stoppingDistance = (linear: number, guard: ScanGuard): number =>
  Math.abs(linear) * guard.reaction + linear ** 2 / (2 * guard.deceleration);

/** Whether the base, driving so, can stop before any point is nearer than `keep`, and nearer than it was. */
function isFree(
  linear: number,
  angular: number,
  points: readonly Point[],
  keep: number,
  guard: ScanGuard,
): boolean {
  const length = stoppingDistance(linear, guard);
  const steps = Math.max(1, Math.ceil(length / STEP));
  const curvature = angular / linear;
  for (let k = 1; k <= steps; k++) {
    const way = (length * k) / steps;
    const s = Math.sign(linear) * way;
    const turn = curvature * s;
    const x = Math.abs(turn) < 1e-6 ? s : Math.sin(turn) / curvature;
    const y = Math.abs(turn) < 1e-6 ? 0 : (1 - Math.cos(turn)) / curvature;
    for (const [px, py, before] of points)
      if (Math.hypot(px - x, py - y) < Math.min(keep, before) - SLIDE * way) return false;
  }
  return true;
}
