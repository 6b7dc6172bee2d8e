/** `wipe`: what wipes a spot and what does not, what is too hard, and that what was wiped belongs to the state. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Environment, featureOf, objectById, type Vec3 } from "../../core/index.js";
import { taskByName } from "../../sim/index.js";

const task = taskByName("wipe");
const SEED = 204_000;
let environment: Environment;
beforeAll(async () => {
  environment = await task.create({ detector: null, horizon: 20 });
});
afterAll(() => environment.free());

const spots = (world = environment) => world.scene().objects.filter((object) => object.class === "stain");
const left = (world = environment) => spots(world).filter((spot) => spot.pose.position[2] > -0.001).length;
const force = () => environment.observe().values["observation.wrist.force"]![2]!;
const at = (id: string): Vec3 => objectById(environment.scene(), id)!.pose.position;

/** The script takes the sponge; then it is held over the first spot, `height` m above the table. */
function over(height: number): void {
  environment.reset(SEED);
  const script = task.demonstrator(SEED, "clean");
  while (at("sponge")[2] < 0.06) environment.step(script.act(environment));
  for (let i = 0; i < 60; i++) {
    const command = environment.command();
    const [spot, sponge] = [at("stain_1"), at("sponge")];
    const step = (gap: number) => Math.max(-0.01, Math.min(0.01, gap));
    const z = i < 40 ? 0.1 - sponge[2] : height + 0.0225 - sponge[2];
    environment.step([
      command[0]! + step(spot[0] - sponge[0]),
      command[1]! + step(spot[1] - sponge[1]),
      command[2]! + Math.max(-0.002, z / 4),
      command[3]!,
      0,
    ]);
  }
}

/** Goes down by half a millimetre a frame until the wrist is pushed up with `newtons`. */
function press(newtons: number): void {
  for (let i = 0; i < 200 && force() < newtons && environment.outcome().state === "running"; i++) {
    const command = environment.command();
    command[2]! -= 0.0005;
    environment.step(command);
  }
}

describe("a spot of the stain", () => {
  test("stays while the sponge hangs over it or is pressed too lightly, and goes at once when it is pressed enough", () => {
    over(0.01);
    expect(left()).toBe(20);
    press(1);
    expect(force()).toBeLessThan(3);
    expect(left()).toBe(20);
    press(4);
    expect(left()).toBeLessThan(20);
    expect(left()).toBeGreaterThan(10);
    expect(environment.outcome().state).toBe("running");
  });

  test("is wiped by no sponge that is pressed too hard, and at 40 N the episode fails", () => {
    over(0.01);
    press(3.2);
    const first = left();
    press(30);
    // Pressed on: what lay under it went on the way to 18 N, nothing after.
    expect(force()).toBeGreaterThan(25);
    const gone = left();
    expect(gone).toBeLessThanOrEqual(first);
    // Dragged over where the stain goes on.
    const apart = () => Math.hypot(at("stain_1")[0] - at("sponge")[0], at("stain_1")[1] - at("sponge")[1]);
    for (let i = 0; i < 60 && apart() > 0.015; i++) {
      const command = environment.command();
      const [spot, sponge] = [at("stain_1"), at("sponge")];
      for (const k of [0, 1] as const) command[k]! += (0.003 * (spot[k] - sponge[k])) / apart();
      environment.step(command);
    }
    expect(apart()).toBeLessThan(0.016);
    expect(force()).toBeGreaterThan(18);
    expect(left()).toBe(gone);
    press(200);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "force-exceeded" });
  });

  test("is named in the order in which the stain goes on, and what is wiped is out of sight", () => {
    over(0.01);
    const before = spots().map(({ pose }) => pose.position);
    press(4);
    const after = spots().map(({ pose }) => pose.position);
    const wiped = 20 - left();
    for (const position of after.slice(0, 20 - wiped)) expect(before).toContainEqual(position);
    for (const position of after.slice(20 - wiped)) expect(position[2]).toBeLessThan(-0.01);
    expect(environment.scene().objects).toHaveLength(21);
    // The goal is the first spot that is left, as the robot sees it.
    const shown = environment.observe().values["goal.place.position"]!;
    expect([...shown]).toEqual([...Float32Array.from(after[0]!)]);
  });
});

describe("what was wiped", () => {
  test("is in the hash, in snapshots and in what goes on from them, to the bit", async () => {
    environment.reset(SEED);
    const script = task.demonstrator(SEED, "clean");
    while (left() > 12) environment.step(script.act(environment));
    const snapshot = environment.snapshot();
    const fresh = await task.create({ detector: null, horizon: 20 });
    fresh.restore(snapshot);
    expect(left(fresh)).toBe(left());
    expect(fresh.hash()).toBe(environment.hash());
    while (environment.outcome().state === "running") {
      const command = script.act(environment);
      environment.step(command);
      fresh.step(command);
      expect(fresh.hash()).toBe(environment.hash());
    }
    expect(left()).toBe(0);
    expect(fresh.outcome()).toEqual({ state: "success" });
    fresh.free();
  });

  test("ends an episode only half a second after the last spot", () => {
    environment.reset(SEED + 1);
    const script = task.demonstrator(SEED + 1, "clean");
    let frames = 0;
    while (environment.outcome().state === "running") {
      environment.step(script.act(environment));
      if (left() === 0) frames++;
    }
    expect(frames).toBe(10);
    expect(environment.outcome()).toEqual({ state: "success" });
  });
});

test("the wrist's force is always observed; an arm that never takes the sponge misses, one that lets it go drops it", () => {
  expect(featureOf(environment.contract, "observation.wrist.force").unit).toBe("N");
  environment.reset(SEED);
  const idle = environment.command();
  while (environment.outcome().state === "running") environment.step(idle);
  expect(environment.outcome()).toEqual({ state: "failure", kind: "missed" });
  over(0.02);
  const open = environment.command();
  open[4] = 0.08;
  while (environment.outcome().state === "running") environment.step(open);
  expect(environment.outcome()).toEqual({ state: "failure", kind: "dropped" });
});
