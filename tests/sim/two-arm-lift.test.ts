/** What counts as two arms lifting a pot, and by what an episode fails, each caused by what the hands do. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Environment, rotate } from "../../core/index.js";
import { taskByName } from "../../sim/index.js";

const TASK = taskByName("two-arm-lift");
const SEED = 200_004;
/** Where the second arm's command begins. */
const RIGHT = 5;
const HEIGHT = 2;
const WIDTH = 4;

let environment: Environment;
beforeAll(async () => {
  environment = await TASK.create({ horizon: 8 });
});
afterAll(() => environment.free());

const pot = () => environment.scene().objects[0]!.pose;
const lean = (): number => Math.acos(rotate(pot().orientation, [0, 0, 1])[2]);

/** The script goes on until something is so, or for so many steps. */
function demonstrate(until: () => boolean): void {
  const script = TASK.demonstrator(SEED, "clean");
  environment.reset(SEED);
  for (let step = 0; step < 140 && !until(); step++) environment.step(script.act(environment));
  expect(until()).toBe(true);
}

/** The command in force, changed, until the episode is over. */
function goOn(change: (command: Float64Array) => void): void {
  for (let step = 0; step < 200 && environment.outcome().state === "running"; step++) {
    const command = environment.command();
    change(command);
    environment.step(command);
  }
}

const raised = (height: number) => () => pot().position[2] > 0.07 + height;

describe("an episode of the pot", () => {
  test("succeeds when it has been up and level for ten frames in both hands, and not in the ninth", () => {
    demonstrate(raised(0.1));
    let frames = 1;
    goOn((command) => {
      expect(environment.outcome().state).toBe("running");
      frames++;
      for (const arm of [0, RIGHT]) command[arm + HEIGHT]! += frames < 4 ? 0.005 : 0;
    });
    expect([environment.outcome().state, frames]).toEqual(["success", 10]);
    expect(lean()).toBeLessThan(0.05);
  });

  test("fails as missed when no hand takes it", () => {
    environment.reset(SEED);
    goOn(() => undefined);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "missed" });
  });

  test("fails as timed out when it is still held, but low, at the end", () => {
    demonstrate(raised(0.03));
    goOn(() => undefined);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "timed-out" });
  });

  test("fails as dropped when the hands let it go in the air: nothing else holds it", () => {
    demonstrate(raised(0.05));
    goOn((command) => {
      for (const arm of [0, RIGHT]) command[arm + WIDTH] = 0.08;
    });
    expect(environment.outcome()).toEqual({ state: "failure", kind: "dropped" });
    expect(pot().position[2]).toBeLessThan(0.08);
  });

  test("fails as force exceeded when fingers are pressed on the table", () => {
    environment.reset(SEED);
    goOn((command) => {
      command[0]! -= command[0]! > 0.25 ? 0.01 : 0;
      command[HEIGHT]! -= 0.01;
      command[WIDTH] = 0;
    });
    expect(environment.outcome()).toEqual({ state: "failure", kind: "force-exceeded" });
  });

  test("fails as collided when one hand is pushed against the other", () => {
    environment.reset(SEED);
    goOn((command) => {
      command[1]! -= 0.01;
      command[RIGHT + 1]! += 0.01;
      for (const arm of [0, RIGHT]) command[arm]! += Math.max(-0.01, Math.min(0.01, 0.5 - command[arm]!));
    });
    expect(environment.outcome()).toEqual({ state: "failure", kind: "collided" });
  });

  test("is no success while one hand alone is up: the pot leans on the table and comes out of it", () => {
    demonstrate(raised(0.005));
    let most = 0;
    goOn((command) => {
      command[HEIGHT]! += 0.005;
      command[RIGHT + WIDTH] = 0.08;
      most = Math.max(most, lean());
    });
    expect(environment.outcome().state).toBe("failure");
    expect(most).toBeGreaterThan(0.3);
  });
});
