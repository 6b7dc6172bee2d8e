/** What the house promises of a computed picture beside that of graphics, as one check. */
import { expect } from "vitest";
import type { PictureGaps } from "./gaps.js";

/** A grey level in the mean, all but one of a thousand values within eight, and ids alike but for edges. */
export function expectAlike(gaps: PictureGaps, where: string): void {
  const { mean, far, otherIds, otherDepths, ...rest } = gaps;
  expect.soft(rest, where).toMatchObject({ sameLens: true, strangers: 0 });
  expect.soft(gaps.labels, where).toBeGreaterThan(1);
  expect.soft(mean, where).toBeLessThan(1);
  for (const share of [far, otherIds, otherDepths]) expect.soft(share, where).toBeLessThan(0.001);
}
