/** The task `climb`: what counts, what fails, and how its demonstrator drives. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Environment, objectById, planarDistance, SKID_STEER, type Vec3 } from "../../core/index.js";
import { initEngine, type TaskModule, taskByName } from "../../sim/index.js";

const TUNING = 200_000;

let task: TaskModule;
let environment: Environment;
beforeAll(async () => {
  await initEngine();
  task = taskByName("climb");
  environment = await task.create();
});
afterAll(() => environment.free());

const stands = (): Vec3 => environment.robotState!().root.position;
const platform = (): Vec3 => objectById(environment.scene(), "platform")!.pose.position;

describe("success", () => {
  test("is standing on the platform for a second", () => {
    environment.reset(TUNING + 1);
    const demonstrator = task.demonstrator(TUNING + 1);
    let still = 0;
    while (environment.outcome().state === "running") {
      environment.step(demonstrator.act(environment));
      const slow = Math.abs(environment.observe().values["observation.base.twist"]![0]!) < 0.05;
      still = slow && planarDistance(stands(), platform()) < 0.25 ? still + 1 : 0;
    }
    expect(environment.outcome()).toEqual({ state: "success" });
    expect(still).toBe(10);
    expect(stands()[2]).toBeCloseTo(platform()[2], 2);
  });
});

describe("failure", () => {
  test("is the middle of the base beyond the track's edge", () => {
    environment.reset(TUNING + 2);
    for (let step = 0; step < 100 && environment.outcome().state === "running"; step++)
      environment.step([0.3, 0.5]);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "left-workspace" });
  });

  test("is tipping off the side of a high platform", () => {
    let seed = TUNING;
    do environment.reset(++seed);
    while (platform()[2] < 0.29);
    const demonstrator = task.demonstrator(seed);
    while (planarDistance(stands(), platform()) > 0.3) environment.step(demonstrator.act(environment));
    for (let step = 0; step < 30; step++) environment.step([0, 0.7]);
    for (let step = 0; step < 60 && environment.outcome().state === "running"; step++)
      environment.step([0.5, 0]);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "tipped-over" });
  });

  test("is a horizon that is over before the step", () => {
    environment.reset(TUNING + 3);
    for (let step = 0; step < task.card.horizon * 10 - 1; step++) environment.step([0, 0]);
    expect(environment.outcome().state).toBe("running");
    environment.step([0, 0]);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "timed-out" });
  });
});

describe("what it shows", () => {
  test("how far it leans: level on the floor, nose up on the ramp, with a third of a degree of noise", () => {
    environment.reset(TUNING + 4);
    const tilts = Array.from({ length: 40 }, () => {
      environment.step([0, 0]);
      return environment.observe().values["observation.base.tilt"]!;
    });
    for (const k of [0, 1]) {
      const spread = Math.sqrt(tilts.reduce((sum, tilt) => sum + tilt[k]! ** 2, 0) / tilts.length);
      expect(spread).toBeGreaterThan(0.003);
      expect(spread).toBeLessThan(0.008);
    }
    const demonstrator = task.demonstrator(TUNING + 4);
    let steepest = 0;
    while (environment.outcome().state === "running") {
      environment.step(demonstrator.act(environment));
      steepest = Math.min(steepest, environment.observe().values["observation.base.tilt"]![1]!);
    }
    expect(steepest).toBeLessThan(-0.19);
  });
});

test("the demonstrator keeps within the base's limits and comes to rest", () => {
  const { limits } = SKID_STEER;
  for (let seed = TUNING + 10; seed < TUNING + 16; seed++) {
    environment.reset(seed);
    const demonstrator = task.demonstrator(seed);
    let last: Float64Array = new Float64Array(2);
    while (environment.outcome().state === "running") {
      last = demonstrator.act(environment);
      expect(Math.abs(last[1]!)).toBeLessThanOrEqual(limits.turn);
      expect(last[0]!).toBeLessThanOrEqual(limits.forward);
      expect(last[0]!).toBeGreaterThanOrEqual(-limits.backward);
      environment.step(last);
    }
    expect([seed, environment.outcome().state]).toEqual([seed, "success"]);
    expect([...last]).toEqual([0, 0]);
  }
});
