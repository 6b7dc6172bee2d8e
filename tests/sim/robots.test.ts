/**
 * Every arm of the house, one suite: its kinematics against matrices multiplied by hand, its limits, gravity, inverse
 * kinematics over its table, determinism, snapshots, and a friction grasp.
 */
import { beforeAll, describe, expect, it, test } from "vitest";
import {
  ARM_ROBOTS,
  type ArmRobot,
  armChain,
  armContract,
  armOption,
  chainTo,
  compose,
  createIk,
  createRandom,
  createToolPoseControl,
  distance,
  invert,
  type JointModel,
  parseContract,
  SO101,
  stateHash,
  toolDown,
  toolPose,
  toolYaw,
  UR5E,
  type Vec3,
} from "../../core/index.js";
import {
  createDynamics,
  createWorld,
  initEngine,
  SimulatedArm,
  StateReader,
  StateWriter,
  taskByName,
} from "../../sim/index.js";
import { addObject, createRig, poseOf, smooth } from "./rig.js";

beforeAll(initEngine);

/** 4 × 4, row by row */
type Matrix = readonly number[];
const times = (a: Matrix, b: Matrix): number[] =>
  Array.from({ length: 16 }, (_, i) =>
    [0, 1, 2, 3].reduce((sum, k) => sum + a[4 * Math.floor(i / 4) + k]! * b[4 * k + (i % 4)]!, 0),
  );

/** A pose's matrix by the textbook's formula of a quaternion, independent of `math/quat`. */
const matrixOf = ({
  position: [px, py, pz],
  orientation: [x, y, z, w],
}: JointModel["parentFromJoint"]): Matrix => [
  ...[w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y), px],
  ...[2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x), py],
  ...[2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z, pz],
  ...[0, 0, 0, 1],
];

/** Rodrigues' formula. */
const turn = ([x, y, z]: Vec3, q: number): Matrix => {
  const [c, s, k] = [Math.cos(q), Math.sin(q), 1 - Math.cos(q)];
  return [
    ...[c + x * x * k, x * y * k - z * s, x * z * k + y * s, 0],
    ...[y * x * k + z * s, c + y * y * k, y * z * k - x * s, 0],
    ...[z * x * k - y * s, z * y * k + x * s, c + z * z * k, 0],
    ...[0, 0, 0, 1],
  ];
};

function byMatrices(robot: ArmRobot, tool: string, q: ArrayLike<number>): Matrix {
  const path: JointModel[] = [];
  for (let link = tool; link !== robot.model.root; ) {
    const joint = robot.model.joints.find((each) => each.child === link)!;
    path.unshift(joint);
    link = joint.parent;
  }
  let next = 0;
  return path.reduce<Matrix>(
    (matrix, joint) => {
      const at = times(matrix, matrixOf(joint.parentFromJoint));
      return joint.type === "fixed" ? at : times(at, turn(joint.axis, q[next++]!));
    },
    [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  );
}

describe.each(ARM_ROBOTS.map((robot) => [robot.name, robot] as const))("%s", (_, robot) => {
  const chain = armChain(robot);
  const { workspace, zone } = robot;
  const middle = workspace.yawCentre ?? 0;
  const seeded = (count: number, name: string) => {
    const random = createRandom(7).fork(name);
    return Array.from({ length: count }, () =>
      Float64Array.from(chain.lower, (low, i) =>
        random.uniform(Math.max(low, -3), Math.min(chain.upper[i]!, 3)),
      ),
    );
  };

  it("has the kinematics that matrices give", () => {
    for (const q of seeded(200, "poses")) {
      const { position } = toolPose(chain, q);
      const m = byMatrices(robot, robot.tool, q);
      expect(Math.hypot(position[0] - m[3]!, position[1] - m[7]!, position[2] - m[11]!)).toBeLessThan(1e-9);
    }
  });

  it("points its tool down at home, over the table, with the middle yaw", () => {
    const { position, orientation } = toolPose(chain, robot.home);
    expect(Math.abs(toolYaw(orientation) - middle)).toBeLessThan(0.01);
    expect(byMatrices(robot, robot.tool, robot.home)[10]).toBeLessThan(-0.9999);
    for (let k = 0; k < 3; k++) {
      expect(position[k]).toBeGreaterThan(workspace.low[k]!);
      expect(position[k]).toBeLessThan(workspace.high[k]!);
    }
  });

  it("reaches its zone of the table with any yaw of its workspace, from table to lift height", () => {
    const ik = createIk(chain);
    const random = createRandom(11).fork("reach");
    let reached = 0;
    const tries = 300;
    for (let i = 0; i < tries; i++) {
      const position: Vec3 = [
        zone.centre[0] + random.uniform(-1, 1) * zone.range[0],
        zone.centre[1] + random.uniform(-1, 1) * zone.range[1],
        random.uniform(workspace.low[2], zone.lift),
      ];
      const orientation = toolDown(middle + random.uniform(-1, 1) * Math.min(workspace.yaw, Math.PI / 3));
      const { q, error } = ik.solve({ position, orientation }, robot.home, { iterations: 200 });
      if (error > 1e-3) continue;
      reached++;
      expect(distance(toolPose(chain, q).position, position)).toBeLessThan(1e-3);
      q.forEach((value, k) => {
        expect(value).toBeGreaterThanOrEqual(chain.lower[k]!);
        expect(value).toBeLessThanOrEqual(chain.upper[k]!);
      });
    }
    expect(reached / tries).toBe(1);
  });

  it("solves most of its own poses back, starting beside them", () => {
    const ik = createIk(chain);
    const random = createRandom(13).fork("round trip");
    let found = 0;
    const poses = seeded(200, "round trip");
    for (const q of poses) {
      const goal = toolPose(chain, q);
      const start = q.map((value, i) =>
        Math.min(chain.upper[i]!, Math.max(chain.lower[i]!, value + random.uniform(-0.2, 0.2))),
      );
      if (ik.solve(goal, start, { iterations: 200 }).error < 1e-3) found++;
    }
    expect(found / poses.length).toBeGreaterThan(0.97);
  });

  it("says what it shows and takes in a contract that survives writing and reading", () => {
    const contract = armContract(robot, "lift", [], null);
    expect(parseContract(JSON.parse(JSON.stringify(contract)))).toEqual(contract);
    expect(contract.observations.find(({ name }) => name.endsWith("joints.position"))!.names).toEqual([
      ...chain.names,
    ]);
  });

  const stand = () => {
    const world = createWorld({ dt: 1 / 120 });
    const arm = new SimulatedArm(world, robot, robot.home);
    const step = (count: number) => {
      for (let i = 0; i < count; i++) {
        arm.tick();
        world.step();
        arm.read();
      }
    };
    return { world, arm, step };
  };

  it("holds itself against gravity: at once where that is compensated, with a small sag where it is felt", () => {
    const { world, arm, step } = stand();
    const start = arm.toolPose().position;
    step(360);
    const sag = distance(arm.toolPose().position, start);
    const felt = robot.drive.gravity === "felt";
    expect(sag).toBeLessThan(felt ? 0.01 : 1e-4);
    if (felt) expect(sag).toBeGreaterThan(1e-4);
    expect(Math.max(...arm.qd.map(Math.abs))).toBeLessThan(1e-3);
    const dynamics = createDynamics(chain);
    dynamics.setPosition(arm.q);
    const weight = dynamics.gravity(9.81, new Float64Array(chain.n));
    weight.forEach((torque, i) => {
      expect(arm.effort[i]).toBeCloseTo(torque, 1);
    });
    world.free();
  });

  it("never leaves its limits of position and effort, whatever it is told", () => {
    const { world, arm, step } = stand();
    const random = createRandom(5).fork("wild");
    const rest = new Float64Array(chain.n);
    for (let i = 0; i < 40; i++) {
      arm.setPoint.aim(
        Float64Array.from(chain.lower, () => random.uniform(-9, 9)),
        rest,
        0.1,
      );
      arm.hand.aim(i % 2 === 0 ? 0 : 1, 30);
      for (let tick = 0; tick < 12; tick++) {
        step(1);
        for (let k = 0; k < chain.n; k++) {
          expect(arm.q[k]).toBeGreaterThanOrEqual(chain.lower[k]!);
          expect(arm.q[k]).toBeLessThanOrEqual(chain.upper[k]!);
          expect(Math.abs(arm.effort[k]!)).toBeLessThanOrEqual(chain.effort[k]! * (1 + 1e-12));
        }
      }
    }
    world.free();
  });

  it("opens and closes to the width it is told", () => {
    const { world, arm, step } = stand();
    for (const width of [0.03, 0.06, robot.gripper.open, 0.02]) {
      arm.hand.aim(width, robot.gripper.force);
      step(240);
      expect(Math.abs(arm.hand.width() - width)).toBeLessThan(0.0015);
    }
    world.free();
  });

  it("moves alike in every run, and goes on to the bit from a snapshot", () => {
    const run = (from: { bytes: Uint8Array; numbers: Float64Array } | null) => {
      const { world, arm, step } = stand();
      const target = chain.lower.map((low, i) => 0.7 * robot.home[i]! + 0.3 * Math.max(low, -1));
      arm.setPoint.aim(target, new Float64Array(chain.n), 1);
      arm.hand.aim(0, robot.gripper.force);
      let saved = null;
      if (from === null) {
        step(50);
        const state = new StateWriter();
        arm.save(state);
        saved = { bytes: world.snapshot(), numbers: state.finish() };
      } else {
        world.restore(from.bytes);
        arm.attach();
        arm.load(new StateReader(from.numbers));
      }
      step(70);
      const fingers = arm.hand.fingers.flatMap(({ rigid }) => Object.values(rigid.translation()) as number[]);
      const hash = stateHash(Float64Array.from([...arm.q, ...arm.qd, ...fingers]));
      world.free();
      return { hash, saved };
    };
    const first = run(null);
    expect(run(null).hash).toBe(first.hash);
    expect(run(first.saved).hash).toBe(first.hash);
  });

  it("takes a cube by friction, lifts it and keeps it while it is shaken", () => {
    const [x, y] = zone.centre;
    const top = zone.lift;
    const tool = (t: number): Vec3 => {
      const shake = smooth(t - 5) * smooth(8 - t) * 0.015 * Math.sin(2 * Math.PI * 1.3 * (t - 5));
      return [x + shake, y, top - (top - 0.02) * smooth(t - 0.5) + (top - 0.02) * smooth((t - 3) / 1.5)];
    };
    const rig = createRig(tool(0), { dt: 1 / 120, robot });
    const { body } = addObject(rig.world, "cube", 0.1, [x + 0.002, y]);
    const inHand = () => compose(invert(rig.arm.toolPose()), poseOf(body)).position;
    rig.arm.hand.aim(robot.gripper.open, robot.gripper.force);
    rig.run(2, tool);
    rig.arm.hand.aim(0, robot.gripper.force);
    rig.run(3, tool);
    const before = inHand();
    rig.run(4, tool);
    expect(body.translation().z).toBeGreaterThan(0.02 + 0.04);
    expect(distance(inHand(), before)).toBeLessThan(5e-4);
    expect(rig.arm.hand.squeeze()).toBeGreaterThan(0.9 * robot.gripper.force);
    // The springs of the fingers carry the weight, and the arm feels it.
    expect(rig.arm.hand.pull[2]).toBeCloseTo(-0.1 * 9.81, 1);
    rig.free();
  });

  it("follows commands of its controller, and stays where a command cannot be reached", () => {
    const control = createToolPoseControl(chain, workspace, robot.home, robot.gripper.open);
    control.reset(robot.home, robot.gripper.open);
    const [x, y, z, yaw] = control.command as unknown as [number, number, number, number];
    for (let i = 0; i < 20; i++) expect(control.apply([x, y + 0.03, z - 0.01, yaw + 0.3, 1])).toBe(true);
    expect(toolPose(chain, control.q).position[1]).toBeCloseTo(y + 0.03, 3);
    expect(toolYaw(toolPose(chain, control.q).orientation)).toBeCloseTo(yaw + 0.3, 2);
    expect(control.command[4]).toBe(robot.gripper.open);
  });

  it("is shown lift in layouts of its own zone, and what stands beside is left where it stood", async () => {
    const task = taskByName("lift");
    const environment = await task.create(armOption(robot.name));
    let [lifted, pushed] = [0, 0];
    for (let seed = 200_000; seed < 200_030; seed++) {
      environment.reset(seed);
      const others = () =>
        environment.scene().objects.filter(({ id }) => id !== environment.goal()["target"]);
      const before = others();
      const script = task.demonstrator(seed);
      while (environment.outcome().state === "running") environment.step(script.act(environment));
      lifted += Number(environment.outcome().state === "success");
      pushed += Number(
        others().some(({ pose }, i) => distance(pose.position, before[i]!.pose.position) > 0.005),
      );
    }
    environment.free();
    expect(lifted).toBeGreaterThanOrEqual(29);
    expect(pushed).toBeLessThanOrEqual(1);
  });
});

// Published or computed elsewhere from the makers' descriptions: position and quaternion x y z w, sign free.
test.each([
  [
    "SO-101",
    SO101,
    "gripper_frame",
    [0, 0, 0, 0, 0],
    [0.391362, -0.000011, 0.226469],
    [0.017209, 0.706897, 0.017209, 0.706897],
  ],
  [
    "SO-101",
    SO101,
    "gripper_frame",
    [0.3, -0.6, 0.5, 0.7, -0.4],
    [0.279524, -0.071259, 0.1481],
    [0.323421, 0.823238, 0.034652, 0.465272],
  ],
  [
    "SO-101",
    SO101,
    "gripper_frame",
    [-0.9, 0.8, -1, -0.5, 1.2],
    [0.284368, 0.297373, 0.307108],
    [-0.360639, 0.218703, -0.113637, 0.899553],
  ],
  ["UR5e", UR5E, "tool0", [0, 0, 0, 0, 0, 0], [0.8172, 0.2329, 0.0628], [0, -Math.SQRT1_2, -Math.SQRT1_2, 0]],
  [
    "UR5e",
    UR5E,
    "tool0",
    [0.7, -1.2, 1.5, -1.9, -1.3, 0.4],
    [0.379688, 0.528926, 0.349695],
    [-0.798554, 0.586417, 0.127874, 0.045548],
  ],
] as const)("%s stands where its maker's description puts it", (_, model, tool, q, position, orientation) => {
  const pose = toolPose(chainTo(model, tool), q);
  expect(distance(pose.position, position)).toBeLessThan(2e-6);
  const dot = pose.orientation.reduce((sum, value, i) => sum + value * orientation[i]!, 0);
  expect(Math.abs(dot)).toBeCloseTo(1, 5);
});

test("SO-101 and UR5e need the torques to stand still that their makers' masses ask for", () => {
  const torques = (model: typeof SO101, tool: string, q: readonly number[]) => {
    const dynamics = createDynamics(chainTo(model, tool));
    dynamics.setPosition(q);
    return [...dynamics.gravity(9.81, new Float64Array(q.length))];
  };
  for (const [i, torque] of [0, -0.539, -0.453, -0.117, 0].entries())
    expect(torques(SO101, "so101_tool", [0, 0, 0, 0, 0])[i]).toBeCloseTo(torque, 2);
  // without the gripper of 0.9 kg, which the published figures leave out
  const bare = { ...UR5E, links: UR5E.links.filter(({ name }) => name !== "gripper_body") };
  for (const [i, torque] of [0, -59.756, -18.439, 0, 0, 0].entries())
    expect(torques(bare, "tool0", [0, 0, 0, 0, 0, 0])[i]).toBeCloseTo(torque, 2);
});
