/** What a hand feels, against weight, action and reaction; and as features of a contract. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Environment, featureOf } from "../../core/index.js";
import { SENSES, TABLETOP, taskByName } from "../../sim/index.js";

const GRAVITY = 9.81;
const lift = taskByName("lift");
const navigate = taskByName("navigate");

const feel = (environment: Environment) => {
  const { values } = environment.observe();
  const of = (name: string): number[] => Array.from(values[name]!);
  return {
    finger: of("observation.gripper.force"),
    wrist: of("observation.wrist.force"),
    torque: of("observation.wrist.torque"),
    touch: of("observation.gripper.touch"),
    contact: of("observation.contact"),
  };
};

/** Lifts the target of a seed by the task's script and holds it still. */
async function held(seed: number, massScale: number): Promise<Environment> {
  const environment = await lift.create({ senses: SENSES, massScale });
  environment.reset(seed);
  const script = lift.demonstrator(seed, "clean");
  while (environment.outcome().state === "running") environment.step(script.act(environment));
  expect(environment.outcome().state).toBe("success");
  const still = environment.command();
  for (let i = 0; i < 20; i++) environment.step(still);
  return environment;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("the senses of an arm", () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await held(3, 1);
  });

  it.each([0.5, 1, 2])(
    "carry the weight of what is held, within 3 percent: mass times %d",
    async (massScale) => {
      const one = await held(3, massScale);
      const { wrist } = feel(one);
      one.free();
      const weight = massScale * TABLETOP.cube.mass * GRAVITY;
      expect(Math.abs(-wrist[2]! / weight - 1)).toBeLessThan(0.03);
      expect(Math.hypot(wrist[0]!, wrist[1]!)).toBeLessThan(0.1 * weight);
    },
  );

  it("squeeze with the force of the drive, and the pads are pressed as hard as the fingers press", () => {
    const { finger, touch } = feel(environment);
    for (const [side, force] of finger.entries()) {
      expect(force).toBeGreaterThan(20);
      expect(force).toBeLessThan(31);
      const quarters = touch.slice(4 * side, 4 * side + 4);
      expect(Math.abs(sum(quarters) / force - 1)).toBeLessThan(0.01);
      for (const quarter of quarters) expect(quarter).toBeGreaterThan(0.1 * force);
    }
    expect(feel(environment).contact).toEqual([1, 1, 0]);
  });

  it("go on from a snapshot with the same bits", async () => {
    const snapshot = environment.snapshot();
    const there = feel(environment);
    const other = await lift.create({ senses: SENSES });
    other.restore(snapshot);
    expect(feel(other)).toEqual(there);
    const still = environment.command();
    environment.step(still);
    other.step(still);
    expect(feel(other)).toEqual(feel(environment));
    other.free();
  });

  it("feel nothing in the air, and the table when it is pressed on", async () => {
    const free = await lift.create({ senses: SENSES });
    free.reset(4);
    const command = free.command();
    for (let i = 0; i < 10; i++) free.step(command);
    const air = feel(free);
    expect(Math.max(...[...air.finger, ...air.wrist].map(Math.abs))).toBeLessThan(0.05);
    expect(Math.max(...air.torque.map(Math.abs))).toBeLessThan(0.05 * 0.25);
    expect([...air.touch, ...air.contact].every((value) => value === 0)).toBe(true);
    // Beside everything: the pads' lower edges are below the place of the tool.
    for (let i = 0; i < 80; i++) free.step([0.35, -0.12, 0.008, 0, command[4]!]);
    const down = feel(free);
    expect(down.wrist[2]).toBeGreaterThan(5);
    expect(down.contact).toEqual([0, 0, 1]);
    free.free();
  });

  it("feel with what lever a push bends the wrist", async () => {
    const free = await lift.create({ senses: SENSES });
    free.reset(4);
    const command = free.command();
    // Down beside everything, then sideways with friction: the force is at the pads, the lever is the hand.
    for (let i = 0; i < 60; i++) free.step([0.35, -0.12, 0.008, 0, command[4]!]);
    for (let i = 0; i < 6; i++) free.step([0.35 + 0.004 * i, -0.12, 0.008, 0, command[4]!]);
    const { wrist, torque } = feel(free);
    expect(wrist[0]).toBeLessThan(-2);
    // The last joint's frame of a Panda is its flange less 0.107 m; the tool is 0.1034 m beyond that.
    const lever = 0.107 + 0.1034;
    const [fx, fy] = wrist as [number, number, number];
    expect(torque[1]! / (-lever * fx)).toBeCloseTo(1, 1);
    expect(Math.abs(torque[0]! - lever * fy)).toBeLessThan(0.1 * lever * Math.abs(fx));
    free.free();
  });

  it("stand in the contract with units and frames only where they are asked for", async () => {
    const some = await lift.create({ senses: ["wrist-force"] });
    const plain = await lift.create();
    const names = plain.contract.observations.map(({ name }) => name);
    expect(some.contract.observations.map(({ name }) => name)).toEqual([...names, "observation.wrist.force"]);
    expect(featureOf(some.contract, "observation.wrist.force")).toMatchObject({
      unit: "N",
      frame: "panda_link0",
    });
    for (const one of [some, plain]) {
      const { observations, goals } = one.contract;
      expect(Object.keys(one.observe().values).toSorted()).toEqual(
        [...observations, ...goals].map(({ name }) => name).toSorted(),
      );
      one.free();
    }
  });

  it("are refused by a robot without them", async () => {
    await expect(navigate.create({ senses: ["touch"] })).rejects.toThrow(
      /must have each of the senses, got "touch"/,
    );
  });
});
