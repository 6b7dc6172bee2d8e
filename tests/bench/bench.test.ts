/** What a benchmark says of its figures, and the motions and answers that simulators are compared with. */
import { describe, expect, it } from "vitest";
import { quasiStaticYaw } from "../../bench/quasi-static-push.js";
import { type BenchRow, compare, median, verdict } from "../../bench/result.js";
import { CONTROL_RATE, EPISODE_STEPS, setPoints, WAYPOINTS } from "../../bench/tabletop-motion.js";
import { engineStatus, initEngine, pushedYaw } from "../../sim/index.js";

const row = (more: Partial<BenchRow>): BenchRow =>
  compare({
    what: "steps",
    unit: "steps/s",
    ours: 10,
    peer: { name: "peer", value: 5 },
    better: "higher",
    atLeast: 1.5,
    aim: 3,
    note: "",
    ...more,
  });

describe("a comparison", () => {
  it("takes the middle of its rounds", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("judges the ratio, in the direction that is better", () => {
    expect(row({}).ratio).toBe(2);
    expect(verdict(row({}))).toBe("held");
    expect(verdict(row({ ours: 15 }))).toBe("aim");
    expect(verdict(row({ ours: 7 }))).toBe("short");
    const lower = { better: "lower", atLeast: 1.15, aim: 0.9 } as const;
    expect(verdict(row({ ...lower, ours: 5.5 }))).toBe("held");
    expect(verdict(row({ ...lower, ours: 4 }))).toBe("aim");
    expect(verdict(row({ ...lower, ours: 6 }))).toBe("short");
  });

  it("judges the figure itself where there is no peer, and nothing where nothing is promised", () => {
    const alone = { peer: null, better: "lower", atLeast: 0, aim: 0 } as const;
    expect(verdict(row({ ...alone, ours: 0 }))).toBe("aim");
    expect(verdict(row({ ...alone, ours: 1 }))).toBe("short");
    expect(verdict(row({ atLeast: null, aim: null }))).toBeNull();
  });
});

describe("the motion of the simulators", () => {
  it("begins and ends over the cube, at rest", () => {
    for (const k of [0, EPISODE_STEPS]) {
      WAYPOINTS.above.forEach((angle, joint) => {
        expect(setPoints[k]!.q[joint]).toBeCloseTo(angle, 12);
      });
      expect(Math.max(...setPoints[k]!.qd.map(Math.abs))).toBe(0);
    }
  });

  it("feeds forward velocities that are the slope of its positions", () => {
    for (let k = 1; k < EPISODE_STEPS; k++) {
      const [before, here, after] = [setPoints[k - 1]!, setPoints[k]!, setPoints[k + 1]!];
      here.qd.forEach((velocity, joint) => {
        const slope = ((after.q[joint]! - before.q[joint]!) * CONTROL_RATE) / 2;
        expect(Math.abs(velocity - slope)).toBeLessThan(0.02);
      });
    }
  });
});

describe("a T pushed beside its centre", () => {
  it("does not turn before it is touched, then ever further", () => {
    expect(quasiStaticYaw(0.3, "area")).toBe(0);
    const [some, more] = [quasiStaticYaw(0.6, "corners"), quasiStaticYaw(0.9, "corners")];
    expect(some).toBeGreaterThan(0);
    expect(more).toBeGreaterThan(some);
  });

  it("turns in our engine as mechanics without any engine says, within what they leave open", async () => {
    await initEngine();
    const yaw = pushedYaw(engineStatus().settings, 1 / 240, 1.5);
    expect(yaw).toBeGreaterThan(quasiStaticYaw(1.5, "corners"));
    expect(yaw).toBeLessThan(quasiStaticYaw(1.5, "area"));
  });
});
