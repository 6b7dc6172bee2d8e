/**
 * Statistics of features as LeRobot v3.0 keeps them (huggingface/lerobot, `compute_stats.py`): smallest, largest,
 * mean, population standard deviation, count, and five quantiles read off a histogram of 5000 bins with
 * interpolation inside the bin. Computed in float64 (LeRobot: in the feature's own float32). Not a quality check.
 */

/** A statistic is a vector with one number a component; `count` has one number in all. */
export interface FeatureStatistics {
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly count: readonly [number];
  readonly q01: readonly number[];
  readonly q10: readonly number[];
  readonly q50: readonly number[];
  readonly q90: readonly number[];
  readonly q99: readonly number[];
}

/** By feature name, in the order of `info.json`. Sets converted from older versions have no quantiles. */
export type Statistics = Readonly<Record<string, FeatureStatistics>>;

/** Statistics as a file has them: those of cameras as pictures of one pixel, channel first. */
export const nestedFor = (
  cameras: readonly string[],
  statistics: Statistics,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(statistics).map(([name, feature]) => [
      name,
      cameras.includes(name)
        ? Object.fromEntries(
            Object.entries(feature).map(([key, values]: [string, readonly number[]]) => [
              key,
              key === "count" ? values : values.map((value) => [[value]]),
            ]),
          )
        : feature,
    ]),
  );

export const QUANTILES = { q01: 0.01, q10: 0.1, q50: 0.5, q90: 0.9, q99: 0.99 } as const;
export type QuantileName = keyof typeof QUANTILES;
export const QUANTILE_NAMES = Object.keys(QUANTILES) as QuantileName[];

const BINS = 5000;
/** widens the outer edges, so that the extremes fall inside */
const PADDING = 1e-10;

/**
 * Statistics of one feature over the frames of one episode.
 * @param values [rows * size], row by row
 */
export function statisticsOf(values: ArrayLike<number>, size: number): FeatureStatistics {
  const rows = values.length / size;
  const vector = (): number[] => new Array<number>(size).fill(0);
  const [min, max, mean, std] = [vector(), vector(), vector(), vector()];
  const quantiles = { q01: vector(), q10: vector(), q50: vector(), q90: vector(), q99: vector() };
  const sorted = new Float64Array(rows);
  for (let c = 0; c < size; c++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) {
      const value = values[r * size + c]!;
      sorted[r] = value;
      sum += value;
    }
    sorted.sort();
    const centre = sum / rows;
    let squares = 0;
    for (let r = 0; r < rows; r++) squares += (sorted[r]! - centre) ** 2;
    min[c] = sorted[0]!;
    max[c] = sorted[rows - 1]!;
    mean[c] = centre;
    std[c] = Math.sqrt(squares / rows);
    for (const name of QUANTILE_NAMES)
      quantiles[name][c] = rows < 2 ? centre : histogramQuantile(sorted, QUANTILES[name]);
  }
  return { min, max, mean, std, count: [rows], ...quantiles };
}

/**
 * The quantile a histogram of 5000 equal bins gives, from sorted values. The bins are never made: only where
 * the wanted count falls matters.
 * @param counts how often each value was seen; default once
 */
export function histogramQuantile(sorted: ArrayLike<number>, q: number, counts?: ArrayLike<number>): number {
  const n = sorted.length;
  const low = sorted[0]! - PADDING;
  const high = sorted[n - 1]! + PADDING;
  const step = (high - low) / BINS;
  const edge = (i: number): number => (i === BINS ? high : low + i * step);
  const binOf = (value: number): number => {
    let bin = Math.min(BINS - 1, Math.max(0, Math.floor((value - low) / step)));
    while (bin > 0 && value < edge(bin)) bin--;
    while (bin < BINS - 1 && value >= edge(bin + 1)) bin++;
    return bin;
  };
  const { at, wanted, upTo } = reached(n, q, counts);
  // values so far apart from zero that the padding is lost all share the last bin
  if (!(step > 0)) return high;
  const bin = binOf(sorted[at]!);
  if (bin === 0) return low;
  let first = at;
  while (first > 0 && binOf(sorted[first - 1]!) === bin) first--;
  let after = at + 1;
  while (after < n && binOf(sorted[after]!) === bin) after++;
  const before = upTo(first);
  return edge(bin) + ((wanted - before) / (upTo(after) - before)) * (edge(bin + 1) - edge(bin));
}

/** The first value with which the running count reaches share `q`, that count, and the count below a value. */
function reached(n: number, q: number, counts: ArrayLike<number> | undefined) {
  if (counts === undefined) {
    const wanted = q * n;
    const at = Math.min(n - 1, Math.max(0, Math.ceil(wanted) - 1));
    return { at, wanted, upTo: (index: number): number => index };
  }
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i]! + counts[i]!;
  const wanted = q * sums[n]!;
  let at = 0;
  while (at < n - 1 && sums[at + 1]! < wanted) at++;
  return { at, wanted, upTo: (index: number): number => sums[index]! };
}

/**
 * Statistics of two sets of frames together: count-weighted mean, parallel variance; quantiles up to the median
 * by the smaller, above by the larger (a bound, not the quantile of the whole).
 */
export function mergeStatistics(a: Statistics, b: Statistics): Statistics {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(
    names.map((name) => {
      const [x, y] = [a[name], b[name]];
      return [name, x === undefined ? y! : y === undefined ? x : mergeFeature(x, y)];
    }),
  );
}

function mergeFeature(a: FeatureStatistics, b: FeatureStatistics): FeatureStatistics {
  const [n, m] = [a.count[0], b.count[0]];
  const total = n + m;
  const both = (pick: (s: FeatureStatistics) => readonly number[], how: (x: number, y: number) => number) =>
    pick(a).map((x, i) => how(x, pick(b)[i]!));
  const mean = both(
    (s) => s.mean,
    (x, y) => (x * n + y * m) / total,
  );
  const std = mean.map((centre, i) =>
    Math.sqrt(
      ((a.std[i]! ** 2 + (a.mean[i]! - centre) ** 2) * n +
        (b.std[i]! ** 2 + (b.mean[i]! - centre) ** 2) * m) /
        total,
    ),
  );
  return {
    min: both((s) => s.min, Math.min),
    max: both((s) => s.max, Math.max),
    mean,
    std,
    count: [total],
    q01: both((s) => s.q01, Math.min),
    q10: both((s) => s.q10, Math.min),
    q50: both((s) => s.q50, Math.min),
    q90: both((s) => s.q90, Math.max),
    q99: both((s) => s.q99, Math.max),
  };
}
