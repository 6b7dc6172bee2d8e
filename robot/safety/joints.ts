/**
 * Limits in joint space, below the tool's: a step of the joints is shortened as a whole, in its own direction,
 * until no joint is beyond its limits or faster than its velocity allows. Radians, seconds.
 */

/** What the joints of an arm allow. */
export interface JointLimits {
  /** [n] */
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  /** rad/s, all positive */
  readonly velocity: ArrayLike<number>;
}

/**
 * Where the joints may be one `period` after `from`, on the way to `to`. Never beyond a limit when `from` is
 * not; from beyond a limit, only towards it.
 * @returns the largest share of the step that is allowed, 1 when all of it is, and the joints there
 */
export function limitJointStep(
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  period: number,
  limits: JointLimits,
): { readonly q: Float64Array; readonly share: number } {
  const n = from.length;
  const q = new Float64Array(n);
  let share = 1;
  for (let i = 0; i < n; i++) {
    q[i] = Math.min(limits.upper[i]!, Math.max(limits.lower[i]!, to[i]!));
    const step = Math.abs(q[i]! - from[i]!);
    const most = limits.velocity[i]! * period;
    if (step > most) share = Math.min(share, most / step);
  }
  if (!Number.isFinite(share) || q.some((value) => !Number.isFinite(value)))
    return { q: Float64Array.from(from), share: 0 };
  if (share < 1) for (let i = 0; i < n; i++) q[i] = from[i]! + (q[i]! - from[i]!) * share;
  return { q, share };
}
