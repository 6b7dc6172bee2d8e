/**
 * Seeds and what they may be used for. The ranges are disjoint by construction, so that a figure called a test result
 * stands on layouts that neither demonstrations (nor what is made of them) nor any choice has seen.
 */
import { refuse } from "../../core/index.js";

/** What a seed may be used for; its range decides. */
export type SeedUse = "demonstration" | "checkpoint" | "tuning" | "amplification" | "test";

/** First seed of each use, and the first one beyond it. */
export const SEED_RANGES: Readonly<Record<SeedUse, { readonly from: number; readonly to: number }>> = {
  demonstration: { from: 0, to: 100_000 },
  checkpoint: { from: 100_000, to: 200_000 },
  tuning: { from: 200_000, to: 300_000 },
  amplification: { from: 300_000, to: 400_000 },
  test: { from: 1_000_000, to: Number.MAX_SAFE_INTEGER },
};

/** `count` seeds of a use, from its `offset`-th on. */
export function seedsFor(use: SeedUse, count: number, offset = 0): number[] {
  const { from, to } = SEED_RANGES[use];
  if (from + offset + count > to) refuse("seeds", `${use} has ${to - from} seeds`, offset + count);
  return Array.from({ length: count }, (_, i) => from + offset + i);
}

/** What these seeds may be called; refuses a list that crosses ranges, or lies between them. */
export function useOf(seeds: readonly number[]): SeedUse {
  const uses = Object.entries(SEED_RANGES) as [SeedUse, { from: number; to: number }][];
  const use = uses.find(([, { from, to }]) => seeds.every((seed) => seed >= from && seed < to))?.[0];
  return (
    use ??
    refuse(
      "seeds",
      `must lie in one range (${uses.map(([name, { from, to }]) => `${name} ${from} to ${to - 1}`).join(", ")})`,
      `${Math.min(...seeds)} to ${Math.max(...seeds)}`,
    )
  );
}
