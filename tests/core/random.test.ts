import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/index.js";

describe("seeded random numbers", () => {
  it("give the same stream for the same seed and another for the next seed", () => {
    const draw = (seed: number) => Array.from({ length: 8 }, createRandom(seed).next);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("continue bit for bit from a saved state, the kept normal draw included", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 9 }), (seed, before) => {
        const random = createRandom(seed);
        for (let i = 0; i < before; i++) random.normal();
        const state = random.state();
        const expected = Array.from({ length: 5 }, () => random.normal());
        const other = createRandom(0);
        other.restore(state);
        expect(Array.from({ length: 5 }, () => other.normal())).toEqual(expected);
      }),
    );
  });

  it("are uniform and normal as far as 100,000 draws can tell", () => {
    const random = createRandom(1);
    const n = 100_000;
    const bins = new Array<number>(10).fill(0);
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) {
      bins[Math.floor(random.next() * 10)]! += 1;
      const z = random.normal();
      sum += z;
      squares += z * z;
    }
    const chiSquare = bins.reduce((total, count) => total + (count - n / 10) ** 2 / (n / 10), 0);
    expect(chiSquare).toBeLessThan(27.9); // 9 degrees of freedom, p = 0.001
    expect(Math.abs(sum / n)).toBeLessThan(0.011); // 3.4 standard errors
    expect(Math.abs(squares / n - 1)).toBeLessThan(0.016);
  });

  it("fork streams that do not depend on how much the parent has drawn", () => {
    const parent = createRandom(3);
    const early = parent.fork("detector").next();
    parent.next();
    expect(parent.fork("detector").next()).toBe(early);
    expect(parent.fork("scan").next()).not.toBe(early);
  });
});
