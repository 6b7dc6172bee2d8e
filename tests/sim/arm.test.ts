/**
 * What the simulated arm does with things: the tables of the engine study, as bounds. A sample here, the whole
 * table in `tests/long/sim`.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { initEngine } from "../../sim/index.js";
import { graspTrial, type Shape } from "./rig.js";
import { holdStill, insertPeg, pressPalm, pressTable } from "./trials.js";

beforeAll(initEngine);

describe("a friction grasp", () => {
  const shapes: readonly Shape[] = ["cube", "cylinder", "sphere", "thin box"];
  test.each(shapes)("holds a shaken %s of 0.5 kg at 120 Hz without slipping", (shape) => {
    const result = graspTrial({ shape, mass: 0.5, dt: 1 / 120, phases: [2, 4, 1] });
    expect(result.held).toBe(true);
    expect(result.creep).toBeLessThan(0.15);
    expect(result.slip).toBeLessThan(0.2);
    expect(result.turned).toBeLessThan(0.5);
  });

  test("squeezes with the force it is told, and carries the weight it lifts", () => {
    const result = holdStill({ dt: 1 / 120, mass: 0.5, force: 30 });
    expect(result.held).toBe(true);
    expect(result.squeeze).toBeGreaterThan(29.5);
    expect(result.squeeze).toBeLessThan(30.5);
    expect(result.load).toBeCloseTo(-0.5 * 9.81, 1);
    expect(result.droop).toBeGreaterThan(0.45);
    expect(result.droop).toBeLessThan(0.65);
    expect(result.speed).toBeLessThan(1e-4);
  });

  test("is friction, not glue: 5 N at 0.8 hold 0.6 kg (8 N of friction) but not 1 kg", () => {
    expect(holdStill({ dt: 1 / 240, mass: 0.6, force: 5 }).held).toBe(true);
    expect(holdStill({ dt: 1 / 240, mass: 1, force: 5 }).held).toBe(false);
  });
});

describe("pressing has finite force", () => {
  test("closed fingers sent 10 mm into the table", () => {
    for (const dt of [1 / 120, 1 / 240]) {
      const { newtons, noise, load } = pressTable(dt);
      expect(newtons).toBeGreaterThan(250);
      expect(newtons).toBeLessThan(450);
      expect(noise).toBeLessThan(0.5);
      expect(load).toBeLessThanOrEqual(1);
    }
  });

  test("the palm sent 10 mm too low on a block, standing or fixed", () => {
    for (const block of ["movable", "fixed"] as const) {
      const { newtons, noise } = pressPalm(1 / 120, block);
      expect(newtons).toBeGreaterThan(50);
      expect(newtons).toBeLessThan(150);
      expect(noise).toBeLessThan(0.5);
    }
  });
});

test("a square peg goes into a hole 0.5 mm wider, up to 0.8 of the clearance beside its middle", () => {
  for (const share of [0, 0.8]) {
    const { inserted, force } = insertPeg({ clearance: 5e-4, offset: share * 2.5e-4, dt: 1 / 240 });
    expect(inserted).toBe(true);
    expect(force).toBeLessThan(100);
  }
});
