/**
 * What a benchmark gives: rows that set a figure of ours beside one of a peer, or of a limit, taken in the same
 * run. Ratios are what counts; absolute figures belong to the machine. Not here: how anything is measured.
 */

/** One comparison. */
export interface BenchRow {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: { readonly name: string; readonly value: number } | null;
  /** ours / peer; null without a peer, where `ours` itself is judged */
  readonly ratio: number | null;
  readonly better: "higher" | "lower";
  /** of the ratio, or of `ours` without a peer; null where nothing is promised */
  readonly atLeast: number | null;
  readonly aim: number | null;
  readonly note: string;
}

/** What one benchmark found. */
export interface BenchResult {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly BenchRow[];
  /** how it was measured, and what must be known to read it */
  readonly notes: readonly string[];
  /** why nothing was measured; null when it was */
  readonly skipped: string | null;
  /** parts that could not be measured, and why: the whole then counts as failed */
  readonly failures?: readonly string[];
}

/** A benchmark: a module of `bench/` that exports this as `bench`. */
export interface Bench {
  readonly name: string;
  readonly title: string;
  /**
   * @param log one line about what goes on
   * @param options words of the command line that are for this benchmark
   */
  run(log: (line: string) => void, options: readonly string[]): Promise<BenchResult>;
}

/** The middle of the values; the mean of both middles of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** A row with its ratio. */
export function compare(row: Omit<BenchRow, "ratio">): BenchRow {
  return { ...row, ratio: row.peer === null ? null : row.ours / row.peer.value };
}

/** `aim`, `held` or `short` of what is promised; null where nothing is. */
export function verdict(row: BenchRow): "aim" | "held" | "short" | null {
  const value = row.ratio ?? row.ours;
  const reaches = (bound: number | null) =>
    bound !== null && (row.better === "higher" ? value >= bound : value <= bound);
  if (row.atLeast === null && row.aim === null) return null;
  if (reaches(row.aim)) return "aim";
  return reaches(row.atLeast) ? "held" : "short";
}
