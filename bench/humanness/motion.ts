/**
 * Figures of one motion by which people and scripts can be told apart: how even its speed is, how often it stands, how
 * smooth it is, how straight it goes for its goal. A motion is a path of points at an even rate, in any space with a
 * length (joints in radians, a tool in metres); every figure is free of that space's unit. Not here: where motions come
 * from (`takes.ts`).
 *
 * Smoothness is the log dimensionless jerk of Hogan and Sternad (2009) with the speed's peak as its scale, as
 * Balasubramanian et al. (2012, 2015) write it: nearer to 0 is smoother, a minimum-jerk movement has −ln 204.8 = −5.32
 * whatever its length and time. Submovements are counted as peaks of speed (Rohrer et al. 2002).
 */

/** A path: points of the same size at an even rate. */
export interface Motion {
  readonly points: readonly ArrayLike<number>[];
  /** seconds between points */
  readonly period: number;
}

/** Hertz at which motions of any rate are compared: what is faster is sensor noise or a tremble. */
export const COMMON_RATE = 10;
/** Samples that a period of the common rate is averaged over. */
const FINE = 8;
/** Share of the speed's 95th percentile below which a motion counts as standing. */
const STILL = 0.1;
/** s that it stands to be called a pause. */
const PAUSE = 0.3;
/** Share of the 95th percentile by which speed must rise and fall to be a peak of its own. */
const PEAK = 0.15;
/** Share of a reach by which it must go away from its goal again to be a correction. */
const AWAY = 0.03;

/** The motion at another rate: every point is the mean of the path, taken as straight between points, over a period. */
export function atRate({ points, period }: Motion, rate: number): Motion {
  const cells = Math.floor((points.length - 1) * period * rate + 1e-9);
  const size = points[0]?.length ?? 0;
  const averaged = Array.from({ length: cells }, (_, cell) => {
    const mean = new Float64Array(size);
    for (let fine = 0; fine < FINE; fine++) {
      const at = (cell + (fine + 0.5) / FINE) / rate / period;
      const i = Math.min(points.length - 2, Math.floor(at));
      const [from, to] = [points[i]!, points[i + 1]!];
      for (let k = 0; k < size; k++) mean[k]! += (from[k]! + (at - i) * (to[k]! - from[k]!)) / FINE;
    }
    return mean;
  });
  return { points: averaged, period: 1 / rate };
}

/** Units a second between points. */
export function speeds({ points, period }: Motion): number[] {
  return points.slice(1).map((point, i) => distance(point, points[i]!) / period);
}

/** How the speed of a motion goes. */
export interface SpeedFigures {
  /** share of the time in which it stands */
  readonly idle: number;
  /** pauses a second */
  readonly pauses: number;
  /** standard deviation of the speed over its mean */
  readonly unevenness: number;
  /** 95th percentile of the speed over its mean */
  readonly peak: number;
  /** peaks of speed a second: submovements */
  readonly submovements: number;
}

/** How the speed goes; null for a motion that never moves. */
export function speedFigures(motion: Motion): SpeedFigures | null {
  const speed = speeds(motion);
  const top = quantile(speed, 0.95);
  if (!(top > 0)) return null;
  const seconds = speed.length * motion.period;
  const mean = average(speed);
  const still = speed.map((value) => value < STILL * top);
  let pauses = 0;
  let run = 0;
  for (const each of [...still, false]) {
    if (!each && run * motion.period >= PAUSE - 1e-9) pauses++;
    run = each ? run + 1 : 0;
  }
  return {
    idle: average(still.map(Number)),
    pauses: pauses / seconds,
    unevenness: Math.sqrt(average(speed.map((value) => (value - mean) ** 2))) / mean,
    peak: top / mean,
    submovements: submovementsOf(speed, top) / seconds,
  };
}

/** Peaks of speed; before and after it, everything is at rest. */
const submovementsOf = (speed: readonly number[], top: number): number =>
  turns([0, ...speed, 0], PEAK * top).maxima;

/** Log dimensionless jerk, see above; NaN for what is too short for a third difference or never moves. */
export function logJerk(motion: Motion): number {
  const { points, period: h } = motion;
  let squares = 0;
  for (let i = 3; i < points.length; i++) {
    const [a, b, c, d] = [points[i - 3]!, points[i - 2]!, points[i - 1]!, points[i]!];
    for (let k = 0; k < a.length; k++) squares += (d[k]! - 3 * c[k]! + 3 * b[k]! - a[k]!) ** 2;
  }
  const duration = (points.length - 1) * h;
  const peak = Math.max(...speeds(motion));
  return -Math.log(((squares / h ** 6) * h * duration ** 3) / peak ** 2);
}

/** How straight a motion goes for where it ends. */
export interface ReachFigures {
  readonly seconds: number;
  /** length of the path over the distance of its ends */
  readonly path: number;
  /** when it is fastest, as a share of its time: 0.5 for a minimum-jerk movement */
  readonly fastest: number;
  /** peaks of speed: 1 for a single movement */
  readonly submovements: number;
  /** times that it goes away from where it ends again */
  readonly corrections: number;
  readonly logJerk: number;
}

/** Figures of a reach, from when it first moves until its end; null where it goes nowhere. */
export function reachFigures(motion: Motion): ReachFigures | null {
  const all = speeds(motion);
  const top = quantile(all, 0.95);
  const onset = all.findIndex((value) => value >= STILL * top);
  if (!(top > 0) || onset < 0) return null;
  const points = motion.points.slice(onset);
  const speed = all.slice(onset);
  const end = points.at(-1)!;
  const chord = distance(points[0]!, end);
  if (points.length < 5 || !(chord > 0)) return null;
  const left = points.map((point) => distance(point, end));
  return {
    seconds: speed.length * motion.period,
    path: (speed.reduce((sum, value) => sum + value, 0) * motion.period) / chord,
    fastest: (speed.indexOf(Math.max(...speed)) + 0.5) / speed.length,
    submovements: submovementsOf(speed, top),
    corrections: turns(left, AWAY * chord).maxima,
    logJerk: logJerk({ points, period: motion.period }),
  };
}

/** Inner turning points of a series that differ from the last one by more than `least`. */
export function turns(
  series: readonly number[],
  least: number,
): { readonly maxima: number; readonly minima: number } {
  let [low, high] = [series[0]!, series[0]!];
  let rising: boolean | null = null;
  let [maxima, minima] = [0, 0];
  for (const value of series) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    if (rising !== false && value < high - least) {
      if (rising === true) maxima++;
      rising = false;
      low = value;
    } else if (rising !== true && value > low + least) {
      if (rising === false) minima++;
      rising = true;
      high = value;
    }
  }
  return { maxima, minima };
}

/** What was done in a moment: which take, the state then, and how it went on from there. */
export interface Moment {
  readonly take: number;
  readonly state: ArrayLike<number>;
  /** displacement over the time to come */
  readonly action: ArrayLike<number>;
}

/**
 * How much of what is done is not said by the state: 0 where every take does the same at like states, 1 where what they
 * do cancels out. For each moment asked about, the nearest moment of each other take, of these the `count` nearest: the
 * share of their actions' mean square that is about their mean.
 * @returns the mean over the moments, and the mean distance of the neighbours, in units of the state
 */
export function actionSpread(
  asked: readonly Moment[],
  all: readonly Moment[],
  count: number,
): { readonly spread: number; readonly distance: number } {
  const spreads: number[] = [];
  const distances: number[] = [];
  for (const moment of asked) {
    const nearest = new Map<number, { readonly away: number; readonly moment: Moment }>();
    for (const other of all) {
      if (other.take === moment.take) continue;
      const away = distance(other.state, moment.state);
      if (away < (nearest.get(other.take)?.away ?? Number.POSITIVE_INFINITY))
        nearest.set(other.take, { away, moment: other });
    }
    const like = [...nearest.values()].sort((a, b) => a.away - b.away).slice(0, count);
    if (like.length < count) continue;
    const actions = like.map(({ moment: { action } }) => action);
    const square = average(actions.map((action) => dot(action, action)));
    if (square === 0) continue;
    const mean = Array.from(actions[0]!, (_, k) => average(actions.map((action) => action[k]!)));
    spreads.push(1 - dot(mean, mean) / square);
    distances.push(average(like.map(({ away }) => away)));
  }
  return { spread: average(spreads), distance: average(distances) };
}

/** The value below which that share of the others lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2;
  return Math.sqrt(sum);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
