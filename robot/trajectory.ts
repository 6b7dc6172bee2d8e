/**
 * Joint trajectories as data, and what is between their points: cubic where both ends have velocities, linear
 * where not, as `joint_trajectory_controller` interpolates. Radians, seconds from the trajectory's start.
 * Shared by the drivers, which send them, and by the twin, which follows them. No messages here.
 */

/** One point of a path. */
export interface JointPoint {
  /** [n] */
  readonly positions: ArrayLike<number>;
  /** [n]; null: not given */
  readonly velocities: ArrayLike<number> | null;
  /** s from the start */
  readonly time: number;
}

/** Times strictly increasing. */
export type JointPath = readonly JointPoint[];

/** Positions and velocities at a moment, [n] each. */
export interface JointSample {
  readonly q: Float64Array;
  readonly qd: Float64Array;
}

/** Where the path is at `time`, coming from `start` at time 0; after its end it stands at the last point. */
export function samplePath(path: JointPath, start: JointSample, time: number): JointSample {
  const n = start.q.length;
  const q = new Float64Array(n);
  const qd = new Float64Array(n);
  const last = path.at(-1);
  if (last === undefined || time >= last.time) {
    q.set(last === undefined ? start.q : last.positions);
    return { q, qd };
  }
  const next = path.findIndex((point) => point.time > time);
  const to = path[next]!;
  const from: JointPoint =
    next === 0 ? { positions: start.q, velocities: start.qd, time: 0 } : path[next - 1]!;
  const T = to.time - from.time;
  const u = Math.max(0, time - from.time) / T;
  for (let i = 0; i < n; i++) {
    const a = from.positions[i]!;
    const b = to.positions[i]!;
    if (from.velocities === null || to.velocities === null) {
      q[i] = a + u * (b - a);
      qd[i] = (b - a) / T;
      continue;
    }
    const va = from.velocities[i]!;
    const vb = to.velocities[i]!;
    q[i] =
      a * (2 * u ** 3 - 3 * u ** 2 + 1) +
      b * (3 * u ** 2 - 2 * u ** 3) +
      va * T * (u ** 3 - 2 * u ** 2 + u) +
      vb * T * (u ** 3 - u ** 2);
    qd[i] = ((6 * u ** 2 - 6 * u) / T) * (a - b) + va * (3 * u ** 2 - 4 * u + 1) + vb * (3 * u ** 2 - 2 * u);
  }
  return { q, qd };
}

/**
 * A smooth path through joint positions `period` apart, that ends at rest: central differences as velocities,
 * and behind the last row a point where the arm, braking evenly, has come to rest. A stream of such paths, each
 * replacing the one before, never slows down between rows; when the stream ends, the arm stops by itself.
 * @param before where the arm is sent one period before the first row
 * @param lower @param upper the run-out stays within these
 */
export function pathThrough(
  rows: readonly ArrayLike<number>[],
  before: ArrayLike<number>,
  period: number,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
): JointPath {
  const n = before.length;
  const path: JointPoint[] = rows.map((positions, row) => {
    const previous = row === 0 ? before : rows[row - 1]!;
    const next = rows[row + 1];
    return {
      positions,
      velocities: Float64Array.from({ length: n }, (_, i) =>
        next === undefined
          ? (positions[i]! - previous[i]!) / period
          : (next[i]! - previous[i]!) / (2 * period),
      ),
      time: period * (row + 1),
    };
  });
  const last = path.at(-1);
  if (last === undefined) return path;
  return [
    ...path,
    restAfter({ q: last.positions, qd: last.velocities! }, last.time + period, period, lower, upper),
  ];
}

/** The point at `time` where a motion that brakes evenly for `braking` s has come to rest. */
export function restAfter(
  motion: { readonly q: ArrayLike<number>; readonly qd: ArrayLike<number> },
  time: number,
  braking: number,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
): JointPoint {
  const n = motion.q.length;
  return {
    positions: Float64Array.from({ length: n }, (_, i) =>
      Math.min(upper[i]!, Math.max(lower[i]!, motion.q[i]! + (motion.qd[i]! * braking) / 2)),
    ),
    velocities: new Float64Array(n),
    time,
  };
}
