/**
 * The whole tables of the engine study as regression bounds: four shapes, four masses, two rates, twenty seconds
 * with shaking; pegs over their clearance; demonstrators over 200 seeds. `tests/sim` has a sample.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { initEngine, pushedYaw, TASKS } from "../../../sim/index.js";
import { type GraspResult, graspTrial, type Shape } from "../../sim/rig.js";
import { holdStill, insertPeg, pressPalm, pressTable, stackDrift } from "../../sim/trials.js";

beforeAll(initEngine);

const RATES = [120, 240] as const;
const SHAPES: readonly Shape[] = ["cube", "cylinder", "sphere", "thin box"];

describe("grasps: lifted, 5 s still, 10 s shaken with 7 m/s², 5 s still", () => {
  const rows: object[] = [];
  const trials = RATES.flatMap((rate) =>
    [0.05, 0.1, 0.2, 0.5].flatMap((mass) => SHAPES.map((shape) => ({ rate, mass, shape }))),
  );
  test.each(trials)("$shape of $mass kg at $rate Hz", ({ rate, mass, shape }) => {
    const result: GraspResult = graspTrial({ shape, mass, dt: 1 / rate });
    rows.push({ rate, mass, shape, ...result });
    expect(result.held).toBe(true);
    // At 120 Hz some light objects settle for a few seconds before they are still.
    const [creep, slip] = rate === 120 ? [0.4, 0.3] : [0.1, 0.05];
    expect(result.creep).toBeLessThan(creep);
    expect(result.slip).toBeLessThan(slip);
    expect(result.turned).toBeLessThan(0.2);
  });

  test("with half the friction, a third of the force, twice the shaking, a kilogram", () => {
    const hard = { shape: "cube", dt: 1 / 240 } as const;
    for (const trial of [
      { ...hard, mass: 0.2, friction: 0.3 },
      { ...hard, mass: 0.2, force: 10 },
      { ...hard, mass: 0.5, shake: 2 },
      { ...hard, mass: 1 },
    ]) {
      const result = graspTrial(trial);
      rows.push({ rate: 240, ...trial, ...result });
      expect(result.held).toBe(true);
      expect(result.slip).toBeLessThan(0.2);
    }
    console.table(rows);
  });
});

test("a T pushed off its centre: 35 degrees at half the stroke, 60 at the whole", () => {
  for (const rate of [120, 240, 480]) {
    const [half, whole] = [1.5, 3].map(
      (seconds) => (pushedYaw("patched", 1 / rate, seconds) * 180) / Math.PI,
    );
    expect(half).toBeGreaterThan(33);
    expect(half).toBeLessThan(37);
    expect(whole).toBeGreaterThan(58);
    expect(whole).toBeLessThan(62);
  }
});

describe("stacks of five, 20 s", () => {
  test.each([120, 240, 480])("at %i Hz", (rate) => {
    expect(stackDrift(1 / rate, 20)).toBeLessThan(0.02);
  });
});

describe("square pegs, up to 0.8 of the clearance beside the middle", () => {
  const shares = [0, 0.2, 0.4, 0.6, 0.8];
  test.each([
    { clearance: 1e-3, rate: 240, fingerSide: 20_000 },
    { clearance: 5e-4, rate: 240, fingerSide: 20_000 },
    { clearance: 1e-3, rate: 240, fingerSide: 5000 },
    { clearance: 5e-4, rate: 240, fingerSide: 5000 },
    { clearance: 1e-3, rate: 120, fingerSide: 5000 },
  ])("$clearance m at $rate Hz, fingers of $fingerSide N/m", ({ clearance, rate, fingerSide }) => {
    const inserted = shares.filter(
      (share) => insertPeg({ clearance, offset: (share * clearance) / 2, dt: 1 / rate, fingerSide }).inserted,
    );
    expect(inserted).toEqual(shares);
  });
});

describe.each(RATES)("forces at %i Hz", (rate) => {
  const dt = 1 / rate;
  test("on the table, on a block", () => {
    const rows = [pressTable(dt), pressPalm(dt, "movable"), pressPalm(dt, "fixed")];
    for (const { newtons, noise } of rows) {
      expect(newtons).toBeGreaterThan(50);
      expect(newtons).toBeLessThan(450);
      expect(noise).toBeLessThan(0.5);
    }
    console.table(rows);
  });

  test.each([0.1, 0.2, 0.5, 1])("%d kg held still: weight, droop, squeeze", (mass) => {
    const { held, squeeze, load, droop } = holdStill({ dt, mass, force: 30 });
    expect(held).toBe(true);
    expect(Math.abs(squeeze - 30)).toBeLessThan(0.5);
    expect(Math.abs(load + mass * 9.81)).toBeLessThan(0.05);
    // Servo stiffness alone: in proportion to the weight.
    expect(Math.abs(droop / mass - 1.065)).toBeLessThan(0.05);
  });
});

describe.each(TASKS)("demonstrator of $card.name", (task) => {
  test.each(["better", "clean"] as const)("%s: at least 99 % of 200 seeds", async (style) => {
    const environment = await task.create();
    const failures: Record<string, number[]> = {};
    const lengths: number[] = [];
    const limit = Math.round(task.card.horizon * environment.contract.rates.policy);
    for (let seed = 210_000; seed < 210_200; seed++) {
      environment.reset(seed);
      const demonstrator = task.demonstrator(seed, style);
      let steps = 0;
      for (; steps < limit && environment.outcome().state === "running"; steps++)
        environment.step(demonstrator.act(environment));
      const outcome = environment.outcome();
      lengths.push(steps);
      if (outcome.state !== "success") {
        const kind = outcome.state === "failure" ? outcome.kind : "running";
        failures[kind] = [...(failures[kind] ?? []), seed];
      }
    }
    environment.free();
    console.log(task.card.name, style, failures, "mean steps", lengths.reduce((sum, x) => sum + x, 0) / 200);
    expect(Object.values(failures).flat().length).toBeLessThanOrEqual(2);
  });
});
