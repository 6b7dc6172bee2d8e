/** Areas that figures share, against sums over thin strips, which know nothing of clipping. */
import { describe, expect, test } from "vitest";
import {
  areaOf,
  clipped,
  createRandom,
  type Polygon,
  placedAt,
  rectangle,
  sharedArea,
} from "../../core/index.js";

const SQUARE = rectangle([0, 0], [1, 1]);
/** A T of two rectangles. */
const TEE = [rectangle([-6, 0], [6, 3]), rectangle([-1.5, 3], [1.5, 12])];

/** Where a line at that height crosses convex pieces: an interval of x each. */
const cuts = (pieces: readonly Polygon[], y: number): [number, number][] =>
  pieces.flatMap((piece): [number, number][] => {
    const at = piece.flatMap(([ax, ay], i) => {
      const [bx, by] = piece[(i + 1) % piece.length]!;
      return ay > y === by > y ? [] : [ax + ((y - ay) / (by - ay)) * (bx - ax)];
    });
    return at.length === 2 ? [[Math.min(...at), Math.max(...at)]] : [];
  });

/** The shared area by strips of that width. */
function byStrips(a: readonly Polygon[], b: readonly Polygon[], width: number): number {
  let sum = 0;
  for (let y = -30 + width / 2; y < 30; y += width)
    for (const [al, ah] of cuts(a, y))
      for (const [bl, bh] of cuts(b, y)) sum += width * Math.max(0, Math.min(ah, bh) - Math.max(al, bl));
  return sum;
}

describe("the area that polygons share", () => {
  test("is that of the overlap, of the inner one, or none", () => {
    expect(areaOf(SQUARE)).toBe(1);
    expect(areaOf([...SQUARE].reverse())).toBe(-1);
    expect(sharedArea([SQUARE], [rectangle([0.5, 0.25], [2, 2])])).toBeCloseTo(0.375, 12);
    expect(sharedArea([SQUARE], [rectangle([-1, -1], [3, 3])])).toBeCloseTo(1, 12);
    expect(sharedArea([SQUARE], [rectangle([0.2, 0.2], [0.4, 0.4])])).toBeCloseTo(0.04, 12);
    expect(sharedArea([SQUARE], [rectangle([2, 0], [3, 1])])).toBe(0);
    expect(clipped(SQUARE, rectangle([2, 0], [3, 1]))).toEqual([]);
  });

  test("of a square and the same turned by an eighth about its middle is the regular octagon", () => {
    const middle = rectangle([-1, -1], [1, 1]);
    expect(sharedArea([middle], placedAt([middle], [0, 0], Math.PI / 4))).toBeCloseTo(
      8 * (Math.SQRT2 - 1),
      12,
    );
  });

  test("agrees with strips for 40 pairs of T, in whichever order, wherever both are", () => {
    const random = createRandom(7);
    let met = 0;
    for (let i = 0; i < 40; i++) {
      const pose = () =>
        placedAt(TEE, [random.uniform(-5, 5), random.uniform(-5, 5)], random.uniform(-Math.PI, Math.PI));
      const [a, b] = [pose(), pose()];
      const shared = sharedArea(a, b);
      expect(Math.abs(shared - byStrips(a, b, 0.02))).toBeLessThan(0.03);
      expect(sharedArea(b, a)).toBeCloseTo(shared, 9);
      const moved = [a, b].map((each) => placedAt(placedAt(each, [0, 0], 1.1), [2, -3], 0)) as [
        Polygon[],
        Polygon[],
      ];
      expect(sharedArea(...moved)).toBeCloseTo(shared, 9);
      if (shared > 0) met++;
    }
    expect(met).toBeGreaterThan(20);
  });
});
