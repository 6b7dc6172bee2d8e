/**
 * The mobile manipulator: its base goes where it is told and carries the arm by the laws of mechanics, friction alone
 * holds what it carries, and every way to fail `box-move` is caused once.
 */
import { beforeAll, describe, expect, test } from "vitest";
import {
  BASE_JOINTS,
  chainTo,
  type Environment,
  fixedJoint,
  fromAxisAngle,
  invert,
  MOBILE_BASE,
  MOBILE_PANDA,
  objectById,
  PANDA,
  PANDA_READY,
  PANDA_ROBOT,
  PANDA_TOOL,
  transformPoint,
  yawOf,
} from "../../core/index.js";
import {
  createDynamics,
  createMobileSim,
  drawTwoTables,
  initEngine,
  type MobileSim,
  taskByName,
} from "../../sim/index.js";

const TUNING = 200_000;
const DT = 1 / 120;

beforeAll(initEngine);

/** A robot alone in a room, at rest. */
function alone(): MobileSim {
  const setup = { ...drawTwoTables(TUNING), props: [], start: { x: 0, y: 0, yaw: 0.3 }, lift: 0.1 };
  return createMobileSim(setup, { dt: DT });
}

const run = (sim: MobileSim, seconds: number): void => {
  for (let tick = 0; tick < Math.round(seconds / DT); tick++) sim.tick();
};

describe("the base", () => {
  test("drives and turns by its twist within its limits, and nothing of the arm comes along late", () => {
    const sim = alone();
    sim.setTwist(9, 0);
    expect(sim.command().linear).toBe(MOBILE_BASE.limits.forward);
    run(sim, 2);
    sim.setTwist(0, 0);
    run(sim, 2);
    // 1 s to speed up, 1 s at 0.6 m/s, 1 s to stop.
    const { position, orientation } = sim.base();
    expect(Math.hypot(position[0], position[1])).toBeCloseTo(1.2, 2);
    expect(Math.atan2(position[1], position[0])).toBeCloseTo(0.3, 6);
    expect(yawOf(orientation)).toBeCloseTo(0.3, 6);
    sim.setTwist(0, 1);
    run(sim, Math.PI / 2);
    sim.setTwist(0, 0);
    run(sim, 2);
    // As long to stop as to speed up: 1 rad/s for as long as it was asked for.
    expect(yawOf(sim.base().orientation)).toBeCloseTo(0.3 + Math.PI / 2, 1);
    expect(sim.twist()).toEqual({ linear: 0, angular: 0 });
    sim.free();
  });

  test("accelerating, it loads the arm as gravity that leans by as much would", () => {
    const [a, g] = [0.6, 9.81];
    const mobile = chainTo(MOBILE_PANDA.model, MOBILE_PANDA.tool);
    const q = [0, 0, 0, 0.1, ...PANDA_READY.map((angle, i) => angle + 0.1 * Math.sin(i))];
    const moving = createDynamics(mobile);
    moving.setPosition(q);
    const still = new Float64Array(mobile.n);
    const accelerating = Float64Array.from(still, (_, i) => (i === 0 ? a : 0));
    const found = moving.inverse(still, accelerating, g, new Float64Array(mobile.n));
    const leaning = createDynamics(
      chainTo(
        {
          ...PANDA,
          root: "leaning",
          joints: [
            fixedJoint("lean", "leaning", PANDA.root, {
              position: [0, 0, 0],
              orientation: fromAxisAngle([0, 1, 0], -Math.atan2(a, g)),
            }),
            ...PANDA.joints,
          ],
        },
        PANDA_TOOL,
      ),
    );
    leaning.setPosition(q.slice(BASE_JOINTS + 1));
    const expected = leaning.gravity(Math.hypot(a, g), new Float64Array(PANDA_READY.length));
    for (const [i, torque] of expected.entries()) expect(found[BASE_JOINTS + 1 + i]).toBeCloseTo(torque, 9);
  });

  test("swings the tool back as it starts, and the servos bring it home", () => {
    const sim = alone();
    run(sim, 0.5);
    const rest = sim.armTool().position[0];
    sim.setTwist(0.6, 0);
    run(sim, 0.3);
    const lag = rest - sim.armTool().position[0];
    expect(lag).toBeGreaterThan(1e-5);
    expect(lag).toBeLessThan(1e-3);
    run(sim, 2);
    expect(Math.abs(rest - sim.armTool().position[0])).toBeLessThan(1e-6);
    sim.free();
  });

  test("stands at once where it meets a table's leg, and can leave", () => {
    const setup = drawTwoTables(TUNING);
    const table = setup.props.find((prop) => prop.class === "table")!;
    // In front of a leg, facing it.
    const leg = transformPoint(table.pose, [-0.19, 0.39, 0]);
    const from = transformPoint(table.pose, [-0.69, 0.39, 0]);
    const sim = createMobileSim(
      { ...setup, lift: 0.38, start: { x: from[0], y: from[1], yaw: yawOf(table.pose.orientation) } },
      { dt: DT },
    );
    sim.setTwist(0.5, 0);
    let met = false;
    for (let tick = 0; tick < 240; tick++) {
      sim.tick();
      met ||= sim.inContact();
    }
    const [x, y] = sim.base().position;
    const gap = Math.hypot(x - leg[0], y - leg[1]) - MOBILE_BASE.radius;
    expect(met).toBe(true);
    // Half a leg, less the two ticks at 0.5 m/s in which it is noticed.
    expect(gap).toBeGreaterThan(0.015);
    expect(gap).toBeLessThan(0.026);
    sim.setTwist(-0.3, 0);
    run(sim, 1);
    expect(Math.hypot(sim.base().position[0] - x, sim.base().position[1] - y)).toBeGreaterThan(0.1);
    sim.free();
  });
});

describe("box-move", () => {
  const task = taskByName("box-move");
  /** Lets the demonstrator act until it is so. */
  const until = (environment: Environment, seed: number, so: () => boolean): void => {
    environment.reset(seed);
    const demonstrator = task.demonstrator(seed, "clean");
    for (let step = 0; step < 1200 && !so(); step++) environment.step(demonstrator.act(environment));
    expect(so()).toBe(true);
  };
  const targetOf = (environment: Environment) => objectById(environment.scene(), environment.goal().target!)!;
  /** Repeats the command in force, changed, until the episode is over. */
  const end = (environment: Environment, change: (command: Float64Array) => void): string => {
    for (let step = 0; step < 1200 && environment.outcome().state === "running"; step++) {
      const command = environment.command();
      change(command);
      environment.step(command);
    }
    const outcome = environment.outcome();
    return outcome.state === "failure" ? outcome.kind : outcome.state;
  };
  const held = (environment: Environment, by: number) => (): boolean => {
    const { tool, gripperWidth } = environment.robotState!();
    const { pose, size } = targetOf(environment);
    const lowest = Math.min(
      ...environment
        .scene()
        .objects.filter((object) => object.class === "table")
        .map((object) => object.pose.position[2]),
    );
    return (
      gripperWidth < 0.065 &&
      Math.hypot(...pose.position.map((x, k) => x - tool.position[k]!)) < 0.03 &&
      pose.position[2] - size[2] / 2 > lowest + by
    );
  };

  test("a heavy box does not slip while the robot drives, turns and lifts", async () => {
    const environment = await task.create({ massScale: 2 });
    const seed = TUNING + 1;
    until(environment, seed, held(environment, 0.12));
    const inHand = () =>
      transformPoint(invert(environment.robotState!().tool), targetOf(environment).pose.position);
    for (let step = 0; step < 20; step++) environment.step(environment.command());
    const before = inHand();
    for (let step = 0; step < 160; step++) {
      const command = environment.command();
      command[0] = step < 40 ? -0.3 : 0;
      command[1] = step >= 60 && step < 120 ? 1.2 : 0;
      command[2]! += step < 100 ? 0.005 : -0.005;
      environment.step(command);
    }
    const slip = Math.hypot(...inHand().map((x, k) => x - before[k]!));
    expect(slip).toBeLessThan(1e-4);
    environment.free();
  });

  test("a box let go beyond the table is dropped", async () => {
    const environment = await task.create();
    until(environment, TUNING + 2, held(environment, 0.12));
    let step = 0;
    const kind = end(environment, (command) => {
      command[0] = step < 80 ? -0.3 : 0;
      if (step++ > 80) command[7] = 0.08;
    });
    expect(kind).toBe("dropped");
    environment.free();
  });

  test("a box swept off the table by open fingers has left", async () => {
    const environment = await task.create();
    const around = () => {
      const { tool } = environment.robotState!();
      const { position } = targetOf(environment).pose;
      return Math.hypot(...position.map((x, k) => x - tool.position[k]!)) < 0.006;
    };
    // A layout with no other box in the way.
    until(environment, TUNING + 7, around);
    expect(environment.scene().objects.filter((object) => object.class === "box")).toHaveLength(1);
    expect(
      end(environment, (command) => {
        command[1] = 0.8;
        command[7] = 0.08;
      }),
    ).toBe("left-workspace");
    environment.free();
  });

  test("a robot that drives into a table has collided, one that does nothing has missed", async () => {
    const environment = await task.create({ horizon: 20 });
    until(environment, TUNING + 4, held(environment, 0.12));
    expect(
      end(environment, (command) => {
        command[0] = 0.6;
        command[2] = 0.38;
      }),
    ).toBe("collided");
    environment.reset(TUNING + 5);
    expect(end(environment, () => {})).toBe("missed");
    environment.free();
  });

  test("a box that is held when the time is up has timed out", async () => {
    const environment = await task.create({ horizon: 30 });
    until(environment, TUNING + 6, held(environment, 0.12));
    expect(end(environment, () => {})).toBe("timed-out");
    environment.free();
  });

  test("asks for the mobile manipulator, and refuses what it has not", async () => {
    await expect(task.create({ robot: PANDA_ROBOT })).rejects.toThrow(/mobile manipulator, not an arm/);
    await expect(task.create({ senses: ["touch"] })).rejects.toThrow(/must have each of the senses/);
    await expect(task.create({ randomise: () => null })).rejects.toThrow(/is not randomised/);
  });
});
