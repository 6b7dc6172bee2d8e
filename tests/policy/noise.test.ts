/** The noise of training against the normal distribution. */
import { expect, test } from "vitest";
import { createRandom } from "../../core/index.js";
import { fillNormal } from "../../policy/index.js";

test("noise is standard normal: moments, tails and independence of neighbours", () => {
  const n = 200_001; // odd: the last pair is cut
  const draws = new Float32Array(n);
  fillNormal(draws, createRandom("noise"));
  const moment = (k: number) => draws.reduce((sum, x) => sum + x ** k, 0) / n;
  // Each bound is five standard errors of its estimate.
  const error = Math.sqrt(1 / n);
  expect(Math.abs(moment(1))).toBeLessThan(5 * error);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2) * error);
  expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15) * error);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96) * error);
  const beyond = draws.filter((x) => Math.abs(x) > 1.959964).length / n;
  expect(Math.abs(beyond - 0.05)).toBeLessThan(5 * Math.sqrt(0.05 * 0.95) * error);
  let product = 0;
  for (let i = 1; i < n; i++) product += draws[i]! * draws[i - 1]!;
  expect(Math.abs(product / n)).toBeLessThan(5 * error);
});
