/** Several arms at one table: each moves as it would alone, they meet one another, and their features carry their names. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  armAt,
  armChain,
  armsOf,
  compose,
  createToolPoseControl,
  distance,
  featureOf,
  fromAxisAngle,
  norm,
  PANDA_READY,
  PANDA_ROBOT,
  pandaContract,
  parseContract,
  subtract,
  TWO_PANDAS,
  tableGoals,
  teamContract,
  toolPose,
  unmetRequirements,
  type Vec3,
} from "../../core/index.js";
import { createTableSim, initEngine, sensesOf, type TableSim, taskByName } from "../../sim/index.js";

beforeAll(() => initEngine());

const CONTRACT = teamContract(
  TWO_PANDAS,
  "two-arm-lift",
  tableGoals(["target"], { target: 1 }, "table"),
  null,
);
const [LEFT, RIGHT] = TWO_PANDAS.arms as [(typeof TWO_PANDAS.arms)[number], (typeof TWO_PANDAS.arms)[number]];
const TOOLS = [
  { x: 0.5, y: 0.24, z: 0.3, yaw: 0 },
  { x: 0.5, y: -0.24, z: 0.3, yaw: Math.PI },
] as const;

const openTable = (): TableSim =>
  createTableSim([LEFT.robot, RIGHT.robot], { props: [], tool: TOOLS[0], otherTools: [TOOLS[1]], goal: {} });

/** Drives every tool to a place, `steps` periods of 50 ms long. */
function drive(sim: TableSim, to: readonly Vec3[], steps: number, each?: () => void): void {
  const controls = sim.arms.map(({ chain, q, robot }) => {
    const control = createToolPoseControl(chain, robot.workspace, robot.home, robot.gripper.open);
    control.reset(q, robot.gripper.open);
    return control;
  });
  for (let step = 0; step < steps; step++) {
    sim.arms.forEach((arm, i) => {
      const control = controls[i]!;
      const gap = to[i]!.map((x, k) => x - control.command[k]!);
      const share = Math.min(1, 0.01 / Math.max(1e-9, Math.hypot(...gap)));
      const next = gap.map((d, k) => control.command[k]! + share * d);
      control.apply([...next, control.command[3]!, 0.08]);
      arm.setJointTarget(control.q, control.qd, 0.05);
    });
    for (let tick = 0; tick < 6; tick++) sim.tick();
    each?.();
  }
}

describe("the contract of two arms", () => {
  test("names every feature of an arm by the arm, and survives being written and read", () => {
    expect(armsOf(CONTRACT)).toEqual(["left", "right"]);
    expect(CONTRACT.actions.map(({ name }) => name)).toEqual([
      "action.left.ee.position",
      "action.left.ee.yaw",
      "action.left.gripper.width",
      "action.right.ee.position",
      "action.right.ee.yaw",
      "action.right.gripper.width",
    ]);
    expect(featureOf(CONTRACT, "observation.right.joints.position").names[0]).toBe("right_panda_joint1");
    expect(CONTRACT.actions.every(({ frame }) => frame === "table" || frame === null)).toBe(true);
    expect(parseContract(JSON.parse(JSON.stringify(CONTRACT)))).toEqual(CONTRACT);
  });

  test("is met by the same arms told in another order, and by no arm alone", () => {
    const swapped = {
      ...CONTRACT,
      observations: [...CONTRACT.observations].reverse(),
      actions: [...CONTRACT.actions].reverse(),
    };
    expect(unmetRequirements(CONTRACT, swapped)).toEqual([]);
    const alone = pandaContract("lift", tableGoals(["target"]), null);
    const unmet = unmetRequirements(CONTRACT, alone).join("\n");
    expect(unmet).toContain("control: the policy commands arm-team, the robot takes tool-pose");
    expect(unmet).toContain("action.left.ee.position: the robot does not provide it");
    expect(unmet).toContain("action.ee.position: the robot needs it, the policy does not give it");
    expect(armsOf(alone)).toEqual([]);
  });

  test("says of each arm what it feels, where that was asked for", async () => {
    const environment = await taskByName("two-arm-lift").create({ senses: ["wrist-force", "touch"] });
    expect(sensesOf(environment.contract)).toEqual(["wrist-force", "touch"]);
    const { values } = environment.observe();
    for (const arm of ["left", "right"]) {
      expect(values[`observation.${arm}.wrist.force`]).toHaveLength(3);
      expect(values[`observation.${arm}.gripper.touch`]).toHaveLength(8);
    }
    environment.free();
  });
});

describe("an arm that stands elsewhere", () => {
  test("reaches from there as it does from the origin", () => {
    const { base, robot } = armAt("far", PANDA_ROBOT, {
      frame: "table",
      position: [0.4, -0.3, 0.1],
      yaw: 0.7,
      workspace: PANDA_ROBOT.workspace,
    });
    expect(base).toEqual({ position: [0.4, -0.3, 0.1], orientation: fromAxisAngle([0, 0, 1], 0.7) });
    const q = PANDA_READY.map((angle, i) => angle + 0.1 * Math.sin(i));
    const expected = compose(base, toolPose(armChain(PANDA_ROBOT), q));
    const found = toolPose(armChain(robot), q);
    expect(distance(found.position, expected.position)).toBeLessThan(1e-12);
    found.orientation.forEach((value, k) => {
      expect(Math.abs(value)).toBeCloseTo(Math.abs(expected.orientation[k]!), 12);
    });
  });

  test("is told its yaw as the angle that lies in its workspace, wherever the half turn is", () => {
    const chain = armChain(RIGHT.robot);
    const control = createToolPoseControl(chain, RIGHT.robot.workspace, RIGHT.robot.home);
    const sim = openTable();
    for (const offset of [-0.2, 0.2]) {
      control.reset(sim.arms[1]!.q, 0.08);
      for (let i = 0; i < 5; i++)
        control.apply([...control.command.subarray(0, 3), control.command[3]! + offset / 5, 0.08]);
      const q = Float64Array.from(control.q);
      control.reset(q, 0.08);
      expect(control.command[3]).toBeCloseTo(Math.PI + offset, 2);
    }
    sim.free();
  });

  test("moves as it would alone, while the other one is far", () => {
    const both = openTable();
    const alone = createTableSim([LEFT.robot], { props: [], tool: TOOLS[0], goal: {} });
    const to: Vec3 = [0.4, 0.2, 0.2];
    const trace = (sim: TableSim): number[][] => {
      const seen: number[][] = [];
      drive(sim, [to, [0.6, -0.2, 0.25]].slice(0, sim.arms.length) as Vec3[], 40, () =>
        seen.push([...sim.arms[0]!.q]),
      );
      return seen;
    };
    const [together, single] = [trace(both), trace(alone)];
    expect(distance(both.arms[0]!.toolPose().position, to)).toBeLessThan(2e-3);
    const apart = together.flatMap((q, t) => q.map((value, i) => Math.abs(value - single[t]![i]!)));
    // The engine's solver shares its rounding among all bodies of a world.
    expect(Math.max(...apart)).toBeLessThan(1e-4);
    both.free();
    alone.free();
  });
});

describe("two hands that are sent to the same place", () => {
  test("stop at each other, pushed apart by forces that are about opposite, and never change sides", () => {
    const sim = openTable();
    let pressed = 0;
    let apart = Number.POSITIVE_INFINITY;
    drive(
      sim,
      [
        [0.5, 0, 0.2],
        [0.5, 0, 0.2],
      ],
      60,
      () => {
        const [left, right] = sim.arms.map((arm) => arm.toolPose().position) as [Vec3, Vec3];
        apart = Math.min(apart, left[1] - right[1]);
        const forces = sim.arms.map((arm) =>
          arm.contacts().reduce((sum, { force }) => sum.map((f, k) => f + force![k]!), [0, 0, 0] as number[]),
        ) as [number[], number[]];
        pressed = Math.max(pressed, ...forces.map((force) => Math.abs(force[1]!)));
      },
    );
    const [left, right] = sim.arms.map((arm) =>
      arm.contacts().reduce((sum, { force }) => sum + force![1], 0),
    ) as [number, number];
    expect(pressed).toBeGreaterThan(10);
    expect(left).toBeGreaterThan(0);
    expect(right).toBeLessThan(0);
    expect(Math.abs(left + right)).toBeLessThan(0.4 * pressed);
    // Their hands are 20 cm wide along the way.
    expect(apart).toBeGreaterThan(0.1);
    sim.free();
  });
});

describe("a pot between two hands", () => {
  test("hangs in them by friction alone: their wrists carry its weight, each about a half", async () => {
    const task = taskByName("two-arm-lift");
    const environment = await task.create({ senses: ["wrist-force"], horizon: 100 });
    environment.reset(200_001);
    const script = task.demonstrator(200_001, "clean");
    while (environment.outcome().state === "running") environment.step(script.act(environment));
    expect(environment.outcome().state).toBe("success");
    const still = environment.command();
    for (let i = 0; i < 20; i++) environment.step(still);
    const down = ["left", "right"].map(
      (arm) => environment.observe().values[`observation.${arm}.wrist.force`]![2]!,
    );
    const weight = 1.212 * 9.81;
    expect(-(down[0]! + down[1]!)).toBeGreaterThan(0.97 * weight);
    expect(-(down[0]! + down[1]!)).toBeLessThan(1.03 * weight);
    for (const force of down) expect(-force).toBeGreaterThan(0.3 * weight);
    environment.free();
  });

  test("a command that is not finite for one arm moves neither", async () => {
    const environment = await taskByName("two-arm-lift").create();
    environment.reset(3);
    const before = environment.hash();
    const command = environment.command();
    command[0]! += 0.03;
    command[7] = Number.NaN;
    expect(() => environment.step(command)).toThrow("command: must be 10 finite numbers");
    expect(environment.hash()).toBe(before);
    expect(
      norm(
        subtract([...environment.command()].slice(0, 3) as unknown as Vec3, [
          command[0]!,
          command[1]!,
          command[2]!,
        ]),
      ),
    ).toBeGreaterThan(0.02);
    environment.free();
  });
});
