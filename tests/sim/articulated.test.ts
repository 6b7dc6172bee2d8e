/** What slides: along its axis alone, against its damper, by what touches it; and the drawer that is made of it. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Environment, objectById, rotate, subtract, type Vec3 } from "../../core/index.js";
import { createArmSim, initEngine, type Prop, taskByName } from "../../sim/index.js";

beforeAll(initEngine);

const TOOL = { x: 0.5, y: 0, z: 0.3, yaw: 0 };
const MASS = 0.5;
const DAMPING = 100;

/** A block of 4 cm that slides along `axis`. */
const slider = (axis: Vec3, z: number, range: number): Prop => ({
  id: "slider",
  class: "drawer",
  colour: null,
  shape: { kind: "box", size: [0.04, 0.04, 0.04] },
  size: [0.04, 0.04, 0.04],
  shown: true,
  pose: { position: [0.5, 0.3, z], orientation: [0, 0, 0, 1] },
  friction: 0.8,
  body: { kind: "prismatic", axis, range, damping: DAMPING, mass: MASS },
});

const opened = (sim: ReturnType<typeof createArmSim>): number => objectById(sim.scene(), "slider")!.opening!;

describe("a thing that slides", () => {
  test("falls as fast as weight and damper say, and no farther than its range", () => {
    for (const dt of [1 / 120, 1 / 240]) {
      const sim = createArmSim(0, {
        setup: { props: [slider([0, 0, -1], 0.3, 0.1)], tool: TOOL, goal: {} },
        dt,
        sleep: false,
      });
      const ticks = (seconds: number) => Math.round(seconds / dt);
      for (let tick = 0; tick < ticks(0.5); tick++) sim.tick();
      const before = opened(sim);
      for (let tick = 0; tick < ticks(0.5); tick++) sim.tick();
      // m v' = m g - c v is at its end speed after some m / c = 5 ms.
      expect((opened(sim) - before) / 0.5).toBeCloseTo((MASS * 9.81) / DAMPING, 3);
      for (let tick = 0; tick < ticks(2); tick++) sim.tick();
      expect(opened(sim)).toBeCloseTo(0.1, 3);
      expect(sim.speedOf("slider")).toBeLessThan(1e-3);
      sim.free();
    }
  });

  test("stays where nobody moves it, and cannot be put elsewhere", () => {
    const sim = createArmSim(0, {
      setup: { props: [slider([1, 0, 0], 0.1, 0.1)], tool: TOOL, goal: {} },
      sleep: false,
    });
    for (let tick = 0; tick < 600; tick++) sim.tick();
    expect(Math.abs(opened(sim))).toBeLessThan(1e-5);
    const { position } = objectById(sim.scene(), "slider")!.pose;
    expect(Math.abs(position[2] - 0.1)).toBeLessThan(1e-4);
    expect(() => sim.moveObject("slider", { position: [0, 0, 0], orientation: [0, 0, 0, 1] })).toThrow(
      /free to move/,
    );
    sim.free();
  });
});

describe("the drawer", () => {
  /** Lets a clean demonstrator act until something is so; whether it became so. */
  const actUntil = (environment: Environment, seed: number, when: () => boolean): boolean => {
    environment.reset(seed);
    const demonstrator = taskByName("drawer").demonstrator(seed, "clean");
    for (let step = 0; step < 400 && environment.outcome().state === "running"; step++) {
      environment.step(demonstrator.act(environment));
      if (when()) return true;
    }
    return false;
  };
  const drawerOf = (environment: Environment) => objectById(environment.scene(), "drawer")!;

  test("moves along its axis alone while it is drawn by its handle, and stays open when let go", async () => {
    const environment = await taskByName("drawer").create();
    const seed = 200_010;
    environment.reset(seed);
    const { pose } = drawerOf(environment);
    expect(actUntil(environment, seed, () => drawerOf(environment).opening! > 0.12)).toBe(true);
    const { pose: now, opening } = drawerOf(environment);
    const way = rotate(pose.orientation, [1, 0, 0]);
    const off = subtract(now.position, pose.position).map((x, k) => x - opening! * way[k]!);
    expect(Math.hypot(...off)).toBeLessThan(5e-4);
    for (let k = 0; k < 4; k++)
      expect(Math.abs(now.orientation[k]! - pose.orientation[k]!)).toBeLessThan(2e-3);
    // The hand opens and goes up: nothing holds the drawer, and it holds nothing.
    const command = environment.command();
    command[4] = 0.05;
    for (let step = 0; step < 10; step++) environment.step(command);
    const open = drawerOf(environment).opening!;
    for (let step = 0; step < 30; step++) {
      command[2]! += 0.005;
      environment.step(command);
    }
    expect(Math.abs(drawerOf(environment).opening! - open)).toBeLessThan(2e-3);
    environment.free();
  });

  test("is restored half open to the bit, and moves on as it did", async () => {
    const environment = await taskByName("drawer").create();
    const seed = 200_011;
    const half = () => drawerOf(environment).opening! > 0.06;
    expect(actUntil(environment, seed, half)).toBe(true);
    const snapshot = environment.snapshot();
    const opening = drawerOf(environment).opening!;
    const command = environment.command();
    const go = (world: Environment): string => {
      for (let step = 0; step < 20; step++)
        world.step(command.map((value, k) => (k === 1 ? value - 0.004 * step : value)));
      return `${world.hash()} ${drawerOf(world).opening}`;
    };
    const straight = go(environment);
    const fresh = await taskByName("drawer").create();
    fresh.restore(snapshot);
    expect(drawerOf(fresh).opening).toBe(opening);
    expect(go(fresh)).toBe(straight);
    environment.free();
    fresh.free();
  });

  test("counts only once it is closed over the cube for ten frames", async () => {
    const environment = await taskByName("drawer").create();
    const seed = 200_012;
    let shut = 0;
    let inside = 0;
    expect(
      actUntil(environment, seed, () => {
        const drawer = drawerOf(environment);
        const cube = objectById(environment.scene(), "red_cube")!.pose.position;
        // Turned into the drawer's frame by its yaw alone.
        const [ux, uy] = rotate(drawer.pose.orientation, [1, 0, 0]);
        const [dx, dy] = [cube[0] - drawer.pose.position[0], cube[1] - drawer.pose.position[1]];
        const within =
          Math.abs(dx * ux + dy * uy) < 0.08 && Math.abs(dy * ux - dx * uy) < 0.07 && cube[2] < 0.095;
        inside += Number(within);
        shut = within && drawer.opening! < 0.01 ? shut + 1 : 0;
        const done = environment.outcome().state === "success";
        expect(done).toBe(shut >= 10);
        return done;
      }),
    ).toBe(true);
    // It lay inside for long before it was shut in.
    expect(inside).toBeGreaterThan(30);
    environment.free();
  });
});
