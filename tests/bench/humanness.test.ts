/**
 * What the figures of how human a motion looks say of motions whose figures are known by formula: the minimum-jerk
 * movement of Flash and Hogan (1985), arcs, fans of directions.
 */
import { describe, expect, it } from "vitest";
import { figuresOf, meanOf, tableOf } from "../../bench/humanness/figures.js";
import {
  actionSpread,
  atRate,
  logJerk,
  type Moment,
  type Motion,
  reachFigures,
  speedFigures,
  speeds,
} from "../../bench/humanness/motion.js";
import { firstGrasp, takeOf } from "../../bench/humanness/takes.js";
import type { Episode } from "../../datasets/index.js";

/** A path by its place at a share of the time, 0 to 1. */
const motion = (seconds: number, rate: number, at: (share: number) => number[]): Motion => {
  const steps = Math.round(seconds * rate);
  return { points: Array.from({ length: steps + 1 }, (_, i) => at(i / steps)), period: 1 / rate };
};
const minimumJerk = (t: number): number => t ** 3 * (10 - 15 * t + 6 * t * t);
/** Along a line in three dimensions. */
const straight = (length: number) => (t: number) =>
  [0.6, 0, -0.8].map((along) => along * length * minimumJerk(t));

describe("a minimum-jerk movement", () => {
  const fine = motion(2, 500, straight(0.3));

  it("has the log jerk of its closed form, whatever its length and time", () => {
    // ∫jerk² = 720 A²/T⁵ and the peak of speed is 1.875 A/T, so that T³ ∫jerk² / peak² = 720 / 1.875².
    const known = -Math.log(720 / 1.875 ** 2);
    expect(logJerk(fine)).toBeCloseTo(known, 1);
    for (const [seconds, length] of [
      [2, 3],
      [7, 0.3],
    ] as const)
      expect(logJerk(motion(seconds, 1000 / seconds, straight(length)))).toBeCloseTo(logJerk(fine), 6);
  });

  it("has the speed profile of its closed form", () => {
    const figures = speedFigures(fine)!;
    // 30 t²(1 − t)² has the mean square 900 B(5, 5) = 10/7, is above its 95th percentile within 0.025 of its middle,
    // and below a tenth of that where t(1 − t) < 0.07886.
    expect(figures.unevenness).toBeCloseTo(Math.sqrt(3 / 7), 3);
    expect(figures.peak).toBeCloseTo(30 * (0.475 * 0.525) ** 2, 2);
    expect(figures.idle).toBeCloseTo(1 - Math.sqrt(1 - 4 * 0.0788594), 2);
    expect(figures.submovements).toBeCloseTo(1 / 2, 6);
  });

  it("is a straight reach, fastest in its middle, without a correction", () => {
    const reach = reachFigures(fine)!;
    expect(reach.path).toBeCloseTo(1, 9);
    // The onset is cut off where speed passes a tenth: 0.0863 of the time.
    expect(reach.fastest).toBeCloseTo((0.5 - 0.0863) / (1 - 0.0863), 2);
    expect(reach.seconds).toBeCloseTo(2 * (1 - 0.0863), 2);
    expect([reach.submovements, reach.corrections]).toEqual([1, 0]);
  });

  it("is told apart from the same way with a tremble, and from two movements with a stop between", () => {
    const trembling = motion(2, 500, (t) => straight(0.3)(t).map((x) => x + 0.002 * Math.sin(60 * t)));
    expect(logJerk(trembling)).toBeLessThan(logJerk(fine) - 1);
    const halves = (t: number): number[] =>
      straight(0.15)(Math.min(1, t / 0.4)).map(
        (x, k) => x + straight(0.15)(Math.max(0, (t - 0.6) / 0.4))[k]!,
      );
    const stopped = motion(4, 100, halves);
    const figures = speedFigures(stopped)!;
    expect(figures.submovements).toBeCloseTo(2 / 4, 6);
    // The stop, and no beginning or end: those are shorter than a pause.
    expect(figures.pauses).toBeCloseTo(1 / 4, 6);
    expect(reachFigures(stopped)!.corrections).toBe(0);
  });
});

describe("a reach", () => {
  it("along half a circle is π/2 as long as its distance", () => {
    const arc = motion(2, 200, (t) => [Math.cos(Math.PI * t), Math.sin(Math.PI * t)]);
    expect(reachFigures(arc)!.path).toBeCloseTo(Math.PI / 2, 4);
  });

  it("counts each time that it goes too far and comes back, unless by next to nothing", () => {
    // 1 − cos swings past 1 and back; in three and a half half-waves of fading height.
    const overshooting = (fade: number) =>
      motion(3, 100, (t) => [1 - Math.exp(-fade * t) * Math.cos(4 * Math.PI * t) * (1 - t)]);
    expect(reachFigures(overshooting(1))!.corrections).toBe(3);
    expect(reachFigures(overshooting(30))!.corrections).toBe(0);
  });

  it("is none where nothing moves", () => {
    const nothing = motion(1, 50, () => [1, 2]);
    expect(reachFigures(nothing)).toBeNull();
    expect(speedFigures(nothing)).toBeNull();
  });
});

describe("the common rate", () => {
  it("makes the same of a motion whatever rate it was recorded at", () => {
    const [of20, of30, of50] = [20, 30, 50].map(
      (rate) => speedFigures(atRate(motion(6, rate, straight(0.4)), 10))!,
    );
    for (const other of [of30!, of50!]) {
      expect(other.unevenness).toBeCloseTo(of20!.unevenness, 2);
      expect(other.peak).toBeCloseTo(of20!.peak, 2);
      expect(other.idle).toBeCloseTo(of20!.idle, 1);
    }
  });

  it("is a mean, so that even motion stays as it is and noise from frame to frame goes", () => {
    const even = atRate(
      motion(2, 30, (t) => [4 * t]),
      10,
    );
    for (const speed of speeds(even)) expect(speed).toBeCloseTo(2, 9);
    const shaking = atRate({ points: Array.from({ length: 61 }, (_, i) => [i % 2]), period: 1 / 20 }, 10);
    for (const [x] of shaking.points as number[][]) expect(x).toBeCloseTo(0.5, 9);
  });
});

describe("the spread of actions at like states", () => {
  /** Takes that stand in the same state and go different ways. */
  const fan = (angles: readonly number[]): Moment[] =>
    angles.map((angle, take) => ({ take, state: [0, 0], action: [Math.cos(angle), Math.sin(angle)] }));

  it("is 0 where all do the same, and 1 where they cancel out", () => {
    expect(actionSpread(fan(Array(11).fill(0.7)), fan(Array(11).fill(0.7)), 10).spread).toBeCloseTo(0, 9);
    const halves = fan(Array.from({ length: 12 }, (_, i) => i * Math.PI));
    // Of a take's ten neighbours six go the other way and four (of five that do not) with it, or five and five.
    const { spread } = actionSpread(halves, halves, 10);
    expect(spread).toBeGreaterThan(0.95);
  });

  it("is that of a fan of directions by formula", () => {
    const half = 1;
    const all = fan(Array.from({ length: 401 }, (_, i) => half * (i / 200 - 1)));
    const { spread } = actionSpread([all[200]!], all, 400);
    // The mean of unit vectors that are even within ± a is sin a / a long.
    expect(spread).toBeCloseTo(1 - (Math.sin(half) / half) ** 2, 2);
  });

  it("compares with other takes only, by their nearest moment, and says how far that lies", () => {
    const takes = [0, 1, 2].flatMap((take) =>
      [0, 1].map((x): Moment => ({ take, state: [x + take / 100], action: [x === 0 ? 1 : -1] })),
    );
    const { spread, distance } = actionSpread([takes[0]!], takes, 2);
    expect(spread).toBe(0);
    expect(distance).toBeCloseTo(0.015, 9);
  });
});

describe("the figures of a set", () => {
  const takes = (hand: readonly number[] | null) =>
    Array.from({ length: 12 }, (_, i) => ({ joints: motion(4, 20, straight(0.2 + i / 100)), hand }));
  const closing = Array.from({ length: 81 }, (_, i) => (i < 60 ? 0.08 : 0.04));

  it("are none of a reach where no hand closes, and a mean of sets is of those that have them", () => {
    const [some, none, still] = [closing, null, closing.map(() => 0.08)].map((hand) =>
      figuresOf(takes(hand)),
    );
    expect(some!.middle["reach"]).toBeGreaterThan(2);
    for (const figures of [none!, still!]) {
      expect(figures.middle["reach"]).toBeNaN();
      // All go the same way, some farther.
      expect(figures.spread).toBeLessThan(0.2);
    }
    expect(meanOf([some!, none!, still!]).middle["reach"]).toBe(some!.middle["reach"]);
    expect(meanOf([some!, none!]).takes).toBe(24);
    expect(tableOf([{ name: "x", figures: none! }])).toContain("| reach, s | – |");
  });
});

describe("a take of somebody else's set", () => {
  /** Left arm at rest, right arm and hand at work. */
  const episode = {
    features: {
      "observation.state": Float32Array.from(
        Array.from({ length: 20 }, (_, i) => [
          0.1,
          i / 20,
          -i / 20,
          0.3,
          i < 5 ? 0.6 : i < 12 ? 0.9 : 0.4,
        ]).flat(),
      ),
    },
    actions: new Float32Array(20),
    length: 20,
  } as unknown as Episode;
  const names = ["kLeftElbow", "kRightElbow", "kRightWrist", "kLeftHandIndex", "kRightHandIndex"];

  it("is measured by the arm that moves, and that arm's hand", () => {
    const { joints, hand } = takeOf(episode, null, 30, names);
    expect(Array.from(joints.points[10]!)).toEqual([Math.fround(0.5), Math.fround(-0.5)]);
    expect(joints.period).toBeCloseTo(1 / 30, 12);
    // It opens first; the grasp is when it closes.
    expect(firstGrasp(hand!)).toBe(12);
  });

  it("has no reach where no hand is named", () => {
    expect(takeOf(episode, null, 30, ["a", "b", "c", "d", "e"]).hand).toBeNull();
  });
});
