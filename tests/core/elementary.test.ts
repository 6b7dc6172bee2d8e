/** The elementary functions against the engine's own: to the last bit or two of any engine, and with the bits of one. */
import { describe, expect, it } from "vitest";
import { acos, asin, atan2, cos, createRandom, log, sin, tan } from "../../core/index.js";

const random = createRandom("elementary");
/** of every size that angles and distances have, and beyond */
const numbers = Array.from(
  { length: 20_000 },
  (_, i) => random.uniform(-1, 1) * 10 ** (random.uniform(-9, 2) + (i % 5 === 0 ? 3 : 0)),
);
const small = numbers.map(() => random.uniform(-1, 1));
const EDGES = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  Math.PI / 4,
  Math.PI / 2,
  -Math.PI,
  5e-324,
  1e300,
  1 / 0,
  -1 / 0,
  Number.NaN,
];

/** Largest difference in units of the last place of what is right. */
function worst(ours: (i: number) => number, engine: (i: number) => number): number {
  return numbers.reduce((most, _, i) => {
    const [a, b] = [ours(i), engine(i)];
    return Math.max(most, Math.abs(a - b) / (Math.abs(b) * Number.EPSILON || 1));
  }, 0);
}

const CASES = {
  sin: [(i: number) => sin(numbers[i]!), (i: number) => Math.sin(numbers[i]!)],
  cos: [(i: number) => cos(numbers[i]!), (i: number) => Math.cos(numbers[i]!)],
  tan: [(i: number) => tan(numbers[i]!), (i: number) => Math.tan(numbers[i]!)],
  asin: [(i: number) => asin(small[i]!), (i: number) => Math.asin(small[i]!)],
  acos: [(i: number) => acos(small[i]!), (i: number) => Math.acos(small[i]!)],
  log: [(i: number) => log(Math.abs(numbers[i]!)), (i: number) => Math.log(Math.abs(numbers[i]!))],
  atan2: [
    (i: number) => atan2(numbers[i]!, numbers[numbers.length - 1 - i]!),
    (i: number) => Math.atan2(numbers[i]!, numbers[numbers.length - 1 - i]!),
  ],
} as const;

describe("elementary functions of our own", () => {
  it.each(Object.entries(CASES))("%s is right to the last place", (_, [ours, engine]) => {
    expect(worst(ours, engine)).toBeLessThan(2);
  });

  it("have the engine's answers at their edges", () => {
    for (const x of EDGES) {
      expect(sin(x)).toBe(Math.sin(x));
      expect(tan(x)).toBe(Math.tan(x));
      expect(asin(x)).toBe(Math.asin(x));
      expect(acos(x)).toBe(Math.acos(x));
      expect(log(x)).toBe(Math.log(x));
      for (const y of EDGES) expect(atan2(y, x)).toBe(Math.atan2(y, x));
    }
  });

  it("have the bits of Node 20, by which everything recorded so far was made", () => {
    // On a later Node these bits stay, and the engine's may not.
    if (!process.versions.node.startsWith("20.")) return;
    for (const [ours, engine] of Object.values(CASES))
      expect(numbers.filter((_, i) => !Object.is(ours(i), engine(i)))).toEqual([]);
  });
});
