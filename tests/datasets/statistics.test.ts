/** Statistics against a naive computation: the histogram with all its bins, the whole set at once. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/index.js";
import { mergeStatistics, statisticsOf } from "../../datasets/index.js";

/** Quantile of a column by numpy's histogram and LeRobot's walk over it, written out. */
function naiveQuantile(values: readonly number[], q: number): number {
  const low = Math.min(...values) - 1e-10;
  const high = Math.max(...values) + 1e-10;
  const edges = Array.from({ length: 5001 }, (_, i) => (i === 5000 ? high : low + i * ((high - low) / 5000)));
  const counts = new Array<number>(5000).fill(0);
  for (const value of values) {
    let bin = 0;
    while (bin < 4999 && value >= edges[bin + 1]!) bin++;
    counts[bin]!++;
  }
  const wanted = q * values.length;
  let before = 0;
  for (let bin = 0; bin < 5000; bin++) {
    const after = before + counts[bin]!;
    if (after >= wanted) {
      if (bin === 0) return edges[0]!;
      return edges[bin]! + ((wanted - before) / counts[bin]!) * (edges[bin + 1]! - edges[bin]!);
    }
    before = after;
  }
  return high;
}

const column = fc.array(fc.float({ noNaN: true, min: -1000, max: 1000 }), { minLength: 2, maxLength: 60 });

describe("statistics", () => {
  it("are those of a naive computation", () => {
    fc.assert(
      fc.property(column, (values) => {
        const found = statisticsOf(values, 1);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
        expect(found.min[0]).toBe(Math.min(...values));
        expect(found.max[0]).toBe(Math.max(...values));
        expect(found.count).toEqual([values.length]);
        expect(found.mean[0]).toBeCloseTo(mean, 8);
        expect(found.std[0]).toBeCloseTo(Math.sqrt(variance), 8);
        const quantiles = { q01: 0.01, q10: 0.1, q50: 0.5, q90: 0.9, q99: 0.99 } as const;
        for (const name of ["q01", "q10", "q50", "q90", "q99"] as const)
          expect(found[name][0]).toBeCloseTo(naiveQuantile(values, quantiles[name]), 7);
      }),
      { numRuns: 60 },
    );
  });

  it("keep the components of a vector apart", () => {
    const rows = [
      [1, -5],
      [2, -7],
      [3, -6],
    ];
    const found = statisticsOf(rows.flat(), 2);
    expect([found.min, found.max, found.mean]).toEqual([
      [1, -7],
      [3, -5],
      [2, -6],
    ]);
  });

  it("of a single frame are that frame", () => {
    const found = statisticsOf([4, 5], 2);
    for (const name of ["min", "max", "mean", "q01", "q50", "q99"] as const)
      expect(found[name]).toEqual([4, 5]);
    expect(found.std).toEqual([0, 0]);
  });

  it("of a constant do not leave it, however large", () => {
    for (const value of [0, 0.25, -3e7]) {
      const { q01, q50, q99, std } = statisticsOf(new Array<number>(40).fill(value), 1);
      for (const quantile of [q01, q50, q99]) expect(quantile[0]).toBeCloseTo(value, 9);
      expect(std).toEqual([0]);
    }
  });

  it("of episodes together are those of all frames, quantiles a bound of the episodes'", () => {
    const random = createRandom("episodes");
    const episodes = [3, 50, 17, 1].map((length) => Array.from({ length }, () => random.normal() * 3 + 1));
    const each = episodes.map((values) => ({ x: statisticsOf(values, 1) }));
    const merged = each.reduce((a, b) => ({ x: mergeStatistics(a, b)["x"]! })).x;
    const whole = statisticsOf(episodes.flat(), 1);
    expect([merged.min, merged.max, merged.count]).toEqual([whole.min, whole.max, whole.count]);
    expect(merged.mean[0]).toBeCloseTo(whole.mean[0]!, 10);
    expect(merged.std[0]).toBeCloseTo(whole.std[0]!, 10);
    expect(merged.q10[0]).toBe(Math.min(...each.map(({ x }) => x.q10[0]!)));
    expect(merged.q90[0]).toBe(Math.max(...each.map(({ x }) => x.q90[0]!)));
  });
});
