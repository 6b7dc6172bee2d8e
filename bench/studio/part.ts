/** A part of the benchmark of the studio: measured by itself, chosen by name. */
import type { BenchRow } from "../result.js";
import type { StudioOptions } from "./options.js";

/** What a part is given. */
export interface PartContext {
  readonly options: StudioOptions;
  /** one line about what goes on */
  log(line: string): void;
}

/** What it found. */
export interface Found {
  readonly rows: readonly BenchRow[];
  /** how, and whether it was shortened */
  readonly notes: readonly string[];
}

/** One of them. */
export interface Part {
  readonly name: string;
  /** @throws Error when it cannot be measured */
  measure(context: PartContext): Promise<Found>;
}

/** The value below which the share `p` of the values lies. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]!;
}

/** A figure without a peer. */
export const figure = (
  row: Omit<BenchRow, "peer" | "ratio" | "note"> & { readonly note?: string },
): BenchRow => ({
  note: "",
  ...row,
  peer: null,
  ratio: null,
});
