import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JointSample, pathThrough, restAfter, samplePath } from "../../robot/index.js";

const numbers = (n: number) =>
  fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: n, maxLength: n });
const LOWER = [-3, -3];
const UPPER = [3, 3];

describe("a joint path", () => {
  it("is the cubic with the given ends and slopes, against a reference solved by elimination", () => {
    // q(t) = a + b t + c t² + d t³ on [0.2, 0.5] with q, q' given at both ends.
    const path = [
      { positions: [0.3], velocities: [1.2], time: 0.2 },
      { positions: [-0.4], velocities: [0.5], time: 0.5 },
    ];
    const T = 0.3;
    const [a, b] = [0.3, 1.2];
    // c T² + d T³ = q1 - a - b T; 2 c T + 3 d T² = v1 - b
    const [r1, r2] = [-0.4 - a - b * T, 0.5 - b];
    const determinant = T ** 2 * 3 * T ** 2 - T ** 3 * 2 * T;
    const c = (r1 * 3 * T ** 2 - T ** 3 * r2) / determinant;
    const d = (T ** 2 * r2 - 2 * T * r1) / determinant;
    const start = { q: Float64Array.of(0), qd: Float64Array.of(0) };
    for (const t of [0, 0.05, 0.11, 0.29]) {
      const { q, qd } = samplePath(path, start, 0.2 + t);
      expect(q[0]).toBeCloseTo(a + b * t + c * t ** 2 + d * t ** 3, 12);
      expect(qd[0]).toBeCloseTo(b + 2 * c * t + 3 * d * t ** 2, 12);
    }
  });

  it("is linear between points without velocities, and stands after its end", () => {
    const path = [
      { positions: [1], velocities: null, time: 1 },
      { positions: [3], velocities: null, time: 2 },
    ];
    const start = { q: Float64Array.of(0), qd: Float64Array.of(5) };
    expect(samplePath(path, start, 0.25)).toEqual({ q: Float64Array.of(0.25), qd: Float64Array.of(1) });
    expect(samplePath(path, start, 1.5)).toEqual({ q: Float64Array.of(2), qd: Float64Array.of(2) });
    expect(samplePath(path, start, 9)).toEqual({ q: Float64Array.of(3), qd: Float64Array.of(0) });
  });

  it("through rows has no jump of position or velocity anywhere, and ends at rest within the limits", () => {
    fc.assert(
      fc.property(fc.array(numbers(2), { minLength: 1, maxLength: 8 }), numbers(2), (rows, before) => {
        const path = pathThrough(rows, before, 0.05, LOWER, UPPER);
        const start = { q: Float64Array.from(before), qd: new Float64Array(2) };
        rows.forEach((row, i) => {
          expect(Array.from(samplePath(path, start, 0.05 * (i + 1)).q)).toEqual(
            row.map((value) => expect.closeTo(value, 9)),
          );
        });
        const step = 1e-7;
        for (const { time } of path.slice(0, -1)) {
          const left = samplePath(path, start, time - step);
          const right = samplePath(path, start, time + step);
          for (let k = 0; k < 2; k++) {
            expect(Math.abs(left.q[k]! - right.q[k]!)).toBeLessThan(1e-4);
            expect(Math.abs(left.qd[k]! - right.qd[k]!)).toBeLessThan(2e-2);
          }
        }
        const end = path.at(-1)!;
        expect(Array.from(end.velocities!)).toEqual([0, 0]);
        Array.from(end.positions).forEach((value) => {
          expect(Math.abs(value)).toBeLessThanOrEqual(3);
        });
      }),
      { numRuns: 100, seed: 210010 },
    );
  });

  it("streamed anew each period never slows between rows", () => {
    // A constant velocity of 1 rad/s, commanded four rows at a time, every 50 ms.
    let now: JointSample = { q: Float64Array.of(0), qd: Float64Array.of(0) };
    const speeds: number[] = [];
    for (let tick = 0; tick < 10; tick++) {
      const rows = [1, 2, 3, 4].map((k) => [0.05 * (tick + k)]);
      const path = pathThrough(rows, [0.05 * tick], 0.05, [-9], [9]);
      for (let k = 1; k <= 5; k++) speeds.push(samplePath(path, now, 0.01 * k).qd[0]!);
      now = samplePath(path, now, 0.05);
    }
    for (const speed of speeds.slice(5)) expect(speed).toBeCloseTo(1, 6);
  });

  it("brakes evenly: the rest lies half the speed times the time ahead", () => {
    const rest = restAfter({ q: [0, 2.99], qd: [1, 2] }, 0.1, 0.1, LOWER, UPPER);
    expect(Array.from(rest.positions)).toEqual([expect.closeTo(0.05, 12), 3]);
  });
});
