/** The table: how layouts are drawn, the arm that a twin drives, and how each failure of a task comes about. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  createToolPoseControl,
  type Environment,
  FRANKA_HAND,
  objectById,
  toolYaw,
  type Vec3,
} from "../../core/index.js";
import { createArmSim, drawLayout, initEngine, TABLETOP, taskByName } from "../../sim/index.js";

beforeAll(initEngine);

const offBy = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, k) => Math.abs(value - b[k]!)));

describe("layouts", () => {
  const layouts = Array.from({ length: 3000 }, (_, i) => drawLayout(200_000 + i));

  test("put the target uniformly over its whole range, in any yaw, of any colour, in front of either bin", () => {
    const targets = layouts.map((layout) => layout.cubes.find((cube) => cube.id === layout.target)!);
    for (const pick of [
      (c: (typeof targets)[0]) => (c.x - 0.4) / 0.2,
      (c: (typeof targets)[0]) => (c.y + 0.1) / 0.2,
      (c: (typeof targets)[0]) => c.yaw / (2 * Math.PI) + 0.5,
    ]) {
      // Ten bins of a uniform distribution: chi-square with 9 degrees of freedom, 99.9 % below 27.9.
      const counts = new Array<number>(10).fill(0);
      for (const cube of targets) counts[Math.min(9, Math.max(0, Math.floor(10 * pick(cube))))]! += 1;
      const expected = targets.length / 10;
      expect(counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(27.9);
    }
    expect(new Set(layouts.map((layout) => `${layout.target} ${layout.place}`)).size).toBe(8);
  });

  test("never put the target in a bin; one or two others lie in bins in 30 % of layouts", () => {
    const binned = layouts.map((layout) => layout.cubes.filter((cube) => cube.bin !== null));
    expect(layouts.some((layout, i) => binned[i]!.some((cube) => cube.id === layout.target))).toBe(false);
    const share = binned.filter((cubes) => cubes.length > 0).length / layouts.length;
    expect(share).toBeGreaterThan(0.27);
    expect(share).toBeLessThan(0.33);
    expect(Math.max(...binned.map((cubes) => cubes.length))).toBe(2);
  });

  test("leave room between cubes, and keep every cube on the table or inside its bin", () => {
    const diagonal = TABLETOP.cube.size * Math.SQRT2;
    for (const layout of layouts) {
      const apart = layout.cubes.flatMap((cube, i) =>
        layout.cubes.slice(i + 1).map((other) => {
          const both = cube.bin !== null && other.bin !== null;
          return Math.hypot(cube.x - other.x, cube.y - other.y) - (both ? diagonal : TABLETOP.cubes.apart);
        }),
      );
      expect(Math.min(...apart)).toBeGreaterThanOrEqual(0);
      const outside = layout.cubes.map((cube) => {
        const bin = layout.bins.find((each) => each.side === cube.bin);
        const room = bin === undefined ? TABLETOP.cubes.range[0] : (TABLETOP.bin.inner - diagonal) / 2;
        const [x, y] = bin === undefined ? TABLETOP.cubes.centre : [bin.x, bin.y];
        return Math.max(Math.abs(cube.x - x), Math.abs(cube.y - y)) - room;
      });
      expect(Math.max(...outside)).toBeLessThanOrEqual(0);
    }
  });
});

describe("the arm in joint space", () => {
  test("lies still as it was laid out, and says so in its scene", () => {
    const sim = createArmSim(200_000);
    const before = sim.scene();
    for (let tick = 0; tick < 120; tick++) sim.tick();
    const after = sim.scene();
    expect(after.time).toBeCloseTo(1, 9);
    expect(after).toMatchObject({ frame: "panda_link0", source: "simulator", privileged: true });
    expect(after.objects.map((object) => object.id)).toEqual([
      "red_cube",
      "green_cube",
      "blue_cube",
      "yellow_cube",
      "left_bin",
      "right_bin",
    ]);
    after.objects.forEach((object, i) => {
      const moved = Math.hypot(
        ...object.pose.position.map((x, k) => x - before.objects[i]!.pose.position[k]!),
      );
      expect(moved).toBeLessThan(2e-4);
    });
    const bin = objectById(after, "left_bin")!;
    expect(bin.size).toEqual([0.12, 0.12, 0.04]);
    expect(bin.pose.position[2]).toBe(0);
    expect(bin.pose.position[1]).toBeGreaterThan(0.2);
    sim.free();
  });

  test("reaches joint targets to 0.1 mrad, holds its own weight, and keeps within limits", () => {
    const sim = createArmSim(200_001);
    const { chain } = sim;
    const target = sim.q.map((q, i) => q + (i % 2 === 0 ? 0.3 : -0.2));
    sim.setJointTarget(target, new Float64Array(7), 1);
    for (let tick = 0; tick < 240; tick++) {
      sim.tick();
      sim.q.forEach((q, i) => {
        expect(q).toBeGreaterThanOrEqual(chain.lower[i]!);
        expect(q).toBeLessThanOrEqual(chain.upper[i]!);
        expect(Math.abs(sim.effort[i]!)).toBeLessThanOrEqual(chain.effort[i]!);
      });
    }
    expect(offBy(sim.q, target)).toBeLessThan(1e-4);
    expect(Math.abs(sim.effort[1]!)).toBeGreaterThan(5);
    sim.setJointTarget(
      chain.upper.map((x) => x + 1),
      new Float64Array(7),
      2,
    );
    for (let tick = 0; tick < 360; tick++) sim.tick();
    expect(sim.q.every((q, i) => q <= chain.upper[i]!)).toBe(true);
    sim.free();
  });

  test("follows 20 Hz set-points without a jump of velocity", () => {
    const sim = createArmSim(200_002);
    const home = sim.q.slice();
    let worst = 0;
    let before = sim.qd.slice();
    for (let tick = 0; tick < 480; tick++) {
      if (tick % 6 === 0) {
        const wave = (t: number) => home.map((q, i) => q + 0.2 * Math.sin(2 * t + i) - 0.2 * Math.sin(i));
        const t = tick / 120;
        const rate = home.map((_, i) => (wave(t + 0.1)[i]! - wave(t)[i]!) / 0.1);
        sim.setJointTarget(wave(t + 0.05), rate, 0.05);
      }
      sim.tick();
      if (tick > 60) worst = Math.max(worst, ...sim.qd.map((v, i) => Math.abs(v - before[i]!) * 120));
      before = sim.qd.slice();
    }
    // The wave itself accelerates by 0.8 rad/s²; steps of velocity every 50 ms would show as ten times that.
    expect(worst).toBeLessThan(1.6);
    sim.free();
  });

  test("opens and closes its gripper to a width at the speed of the hand", () => {
    const sim = createArmSim(200_003);
    expect(sim.gripperWidth()).toBeCloseTo(2 * 0.0395, 3);
    sim.setGripper(0.03);
    for (let tick = 0; tick < 120; tick++) sim.tick();
    expect(Math.abs(sim.gripperWidth() - 0.03)).toBeLessThan(5e-4);
    sim.setGripper(0);
    let ticks = 0;
    while (sim.gripperWidth() > 2e-3 && ticks < 120) {
      sim.tick();
      ticks++;
    }
    const speed = 0.028 / (ticks / 120);
    expect(speed).toBeGreaterThan(0.6 * FRANKA_HAND.speed);
    expect(speed).toBeLessThan(1.1 * FRANKA_HAND.speed);
    sim.free();
  });
});

/** Goes to a tool position in straight steps; the gripper as told. */
function go(environment: Environment, to: Vec3, width: number, steps: number, yaw = 0): void {
  for (let step = 0; step < steps; step++) {
    const command = environment.command();
    const gap = to.map((x, k) => x - command[k]!);
    const share = Math.min(1, 0.03 / Math.max(1e-9, Math.hypot(...gap)));
    environment.step([...gap.map((d, k) => command[k]! + share * d), yaw, width]);
  }
}

/** Runs the demonstrator until the target is held above the table. */
function take(environment: Environment, task: ReturnType<typeof taskByName>, seed: number): void {
  environment.reset(seed);
  const demonstrator = task.demonstrator(seed, "clean");
  const height = () => objectById(environment.scene(), environment.goal().target!)!.pose.position[2];
  while (height() < 0.05 && environment.outcome().state === "running")
    environment.step(demonstrator.act(environment));
}

describe("a task ends", () => {
  test("with `missed` when the cube was never taken", async () => {
    const environment = await taskByName("lift").create();
    environment.reset(200_010);
    go(environment, [0.5, 0, 0.3], 0.08, 160);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "missed" });
    environment.free();
  });

  test("with `dropped` when it was taken and let go, with `timed-out` when it is still held", async () => {
    const task = taskByName("pick-place");
    const environment = await task.create();
    take(environment, task, 200_011);
    const [x, y, z] = environment.command();
    go(environment, [x!, y!, z!], 0.08, 300);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "dropped" });
    take(environment, task, 200_012);
    const held = environment.command();
    go(environment, [held[0]!, held[1]!, held[2]!], 0, 300, held[3]!);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "timed-out" });
    environment.free();
  });

  test("with `disturbed` when another cube is pushed away, with `left-workspace` when the target flies off", async () => {
    const environment = await taskByName("lift").create({ frictionScale: 0.02 });
    environment.reset(200_013);
    const { goal, scene } = { goal: environment.goal(), scene: environment.scene() };
    const other = scene.objects.find(
      (object) =>
        object.class === "cube" && object.id !== goal.target && Math.abs(object.pose.position[1]) < 0.15,
    )!;
    const push = (id: string) => {
      const [px, py] = objectById(environment.scene(), id)!.pose.position;
      go(environment, [px - 0.07, py, 0.15], 0, 30);
      go(environment, [px - 0.07, py, 0.02], 0, 15);
      go(environment, [px + 0.1, py, 0.02], 0, 30);
    };
    push(other.id);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "disturbed" });
    environment.reset(200_013);
    push(goal.target!);
    for (let step = 0; step < 60 && environment.outcome().state === "running"; step++)
      environment.step(environment.command());
    expect(environment.outcome()).toEqual({ state: "failure", kind: "left-workspace" });
    environment.free();
  });

  test("with success only after half a second, and a new goal begins anew", async () => {
    const task = taskByName("lift");
    const environment = await task.create({ detector: null });
    take(environment, task, 200_014);
    const held = environment.command();
    let frames = 0;
    while (environment.outcome().state === "running") {
      environment.step(held);
      frames++;
    }
    expect(environment.outcome()).toEqual({ state: "success" });
    expect(frames).toBeGreaterThanOrEqual(9);
    const other = environment
      .scene()
      .objects.find((object) => object.class === "cube" && object.id !== environment.goal().target)!;
    environment.bind({ target: other.id });
    expect(environment.outcome()).toEqual({ state: "running" });
    environment.free();
  });
});

describe("Cartesian control", () => {
  test("clips each command to 4 cm and 0.15 rad, keeps to the workspace, and solves it exactly", () => {
    const sim = createArmSim(200_020);
    const control = createToolPoseControl(sim.chain);
    control.reset(sim.q, 0.08);
    const start = control.command.slice();
    expect(control.apply([start[0]! + 0.3, start[1]! - 0.4, start[2]!, start[3]! + 1, 0.2])).toBe(true);
    expect(Math.hypot(control.command[0]! - start[0]!, control.command[1]! - start[1]!)).toBeCloseTo(0.04, 9);
    expect(control.command[3]! - start[3]!).toBeCloseTo(0.15, 9);
    expect(control.command[4]).toBe(FRANKA_HAND.open);
    for (let i = 0; i < 40; i++) control.apply([0.5, 0.6, -1, 0, 0]);
    expect([...control.command.subarray(1, 3)]).toEqual([0.45, 0.008]);
    sim.setJointTarget(control.q, new Float64Array(7), 2);
    for (let tick = 0; tick < 480; tick++) sim.tick();
    const { position, orientation } = sim.toolPose();
    expect(offBy(position, control.command)).toBeLessThan(4e-3);
    expect(Math.abs(toolYaw(orientation) - control.command[3]!)).toBeLessThan(5e-3);
    sim.free();
  });

  test("does not let the elbow wander: after a long way round it stands as it did", () => {
    const sim = createArmSim(200_021);
    const control = createToolPoseControl(sim.chain);
    control.reset(sim.q, 0.08);
    const visit = ([x, y, z]: Vec3, yaw: number) => {
      for (let i = 0; i < 60; i++) control.apply([x, y, z, yaw, 0.08]);
    };
    visit([0.5, 0, 0.2], 0);
    const before = control.q.slice();
    for (let round = 0; round < 20; round++)
      for (const [x, y] of [
        [0.35, 0.35],
        [0.65, 0.35],
        [0.65, -0.35],
        [0.35, -0.35],
      ] as const)
        visit([x, y, 0.05 + 0.01 * round], round % 3 === 0 ? 1 : -1);
    visit([0.5, 0, 0.2], 0);
    expect(offBy(control.q, before)).toBeLessThan(0.02);
    sim.free();
  });
});
