/**
 * Every robot that has a driver and a twin, behind every server dialect: it goes where it is sent, within its limits; it
 * holds on silence and on a lost link; a stop stays; what is not finite is refused whole; policies for it are run, and
 * those for another are refused with the feature that differs.
 */
import { beforeAll, describe, expect, it } from "vitest";
import {
  ARM_ROBOTS,
  actionOffsets,
  armChain,
  type Contract,
  MOBILE_BASE,
  type Policy,
  type Pose,
  planarDistance,
  refuse,
  totalSize,
  unmetRequirements,
} from "../../../core/index.js";
import {
  armAsDriven,
  connectRobot,
  connectRos,
  DIALECTS,
  type DialectName,
  DRIVEN_ROBOTS,
  type DrivenRobot,
  deploy,
  drivenRobot,
  IDENTITY_SERVICE,
  openTwinRobots,
  parseProfile,
  ROS_TYPE,
  type RosGraph,
  type RosRobot,
  runLoop,
  startRegionOf,
  whenUp,
  withoutActions,
  withProfile,
} from "../../../robot/index.js";
import { initEngine } from "../../../sim/index.js";
import { bridgeInTime, during, type World, withTwin } from "./bridge-in-time.js";

beforeAll(initEngine);

const NAMES = Object.keys(DIALECTS) as DialectName[];
const EVERY = DRIVEN_ROBOTS.flatMap((robot) =>
  NAMES.map((dialect) => ({ robot, dialect, name: robot.name })),
);
const SEED = 210_700;

/** What is asked of an arm: a little aside of where it begins, turned and half closed. */
function asideOf(robot: DrivenRobot): number[] {
  if (robot.kind === "base") return refuse("test", "must have an arm", robot.name);
  if (robot.kind === "mobile") return [0.45, 0.05, 0.22, 0.3, 0.04];
  const { position, yaw, width } = startRegionOf(robot.arm);
  return [position[0] + 0.02, position[1] + 0.05, position[2] - 0.02, yaw + 0.3, width / 2];
}

/** Slow driving backwards and turning: it shows, and nothing is in the way. */
const BACK = [-0.15, 0.4];
/** m that a lift goes up or down */
const RISE = 0.05;

/** The rows of a motion that shows: a second of driving, of a line to `asideOf`, or of both and of a lift. */
function motion(robot: DrivenRobot, from: ArrayLike<number>): { rows: number[][]; period: number } {
  if (robot.kind === "base") return { rows: Array.from({ length: 10 }, () => [...BACK]), period: 0.1 };
  const line = (to: readonly number[], at: number): number[][] =>
    Array.from({ length: 26 }, (_, row) =>
      to.map((end, i) => from[at + i]! + Math.min(1, (row + 1) / 20) * (end - from[at + i]!)),
    );
  const period = 0.05;
  if (robot.kind === "arm") return { rows: line(asideOf(robot), 0), period };
  const lift = from[2]! < robot.high / 2 ? from[2]! + RISE : from[2]! - RISE;
  const rows = line([lift, ...asideOf(robot)], 2).map((row, k) => [...(k < 20 ? BACK : [0, 0]), ...row]);
  return { rows, period };
}

const plan = (rows: readonly (readonly number[])[]) => ({
  commands: Float32Array.from(rows.flat()),
  rows: rows.length,
});

/** Carries the motion out, row after row. */
function carryOut({ robot, clock }: Pick<World, "robot" | "clock">, driven: DrivenRobot) {
  let told = false;
  return runLoop(
    robot,
    clock,
    {
      next: async (_, from) => {
        if (told) return { kind: "done", detail: "all rows" };
        told = true;
        const { rows } = motion(driven, from);
        return { kind: "plan", ...plan(rows), execute: rows.length };
      },
    },
    { timeout: 10 },
  );
}

/** Whether nothing of the twin moves but by what its weight does. */
const stands = ({ twin }: World): boolean => {
  const { linear, angular } = (twin.base ?? twin.mobile)?.twist() ?? { linear: 0, angular: 0 };
  const rates = (twin.arm ?? twin.mobile)?.qd ?? [];
  return Math.abs(linear) < 0.01 && Math.abs(angular) < 0.02 && rates.every((rate) => Math.abs(rate) < 0.005);
};

/** map ← base_link; null for what does not drive. */
const placeOf = ({ base, mobile }: World["twin"]): Pose | null => base?.pose() ?? mobile?.base() ?? null;

/** Where the twin is: place and heading, joints, opening; of what it has. */
const whereIs = ({ twin }: World): number[] => {
  const place = placeOf(twin);
  const joints = twin.arm?.q ?? twin.mobile?.joints ?? [];
  const hand = twin.arm ?? twin.mobile;
  return [
    ...(place === null ? [] : [...place.position, ...place.orientation]),
    ...joints,
    ...(hand === null ? [] : [hand.gripperWidth()]),
  ];
};

const moved = (before: readonly number[], after: readonly number[]): number =>
  Math.max(...before.map((value, i) => Math.abs(value - after[i]!)));

async function until(world: World, what: () => boolean, seconds: number): Promise<number> {
  const begin = world.clock.now();
  while (!what()) {
    if (world.clock.now() - begin > seconds) throw new Error(`not within ${seconds} s`);
    await world.clock.sleep(0.01);
  }
  return world.clock.now() - begin;
}

const arms = ARM_ROBOTS.map(({ name }) => drivenRobot(name));

describe("the registry", () => {
  it("has every built-in arm, and profiles that survive being written as JSON", () => {
    expect(arms.map(({ kind }) => kind)).toEqual(ARM_ROBOTS.map(() => "arm"));
    for (const { profile } of DRIVEN_ROBOTS)
      expect(parseProfile(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
    expect(() => drivenRobot("r2d2")).toThrow(/robot: must be one of panda, .*mobile-panda, got "r2d2"/);
  });

  it("knows every robot by the name that a person types for it", () => {
    for (const { name, profile } of DRIVEN_ROBOTS) expect(profile.name).toBe(name);
  });
});

describe.each(EVERY)("$name behind $dialect", ({ robot: driven, dialect }) => {
  const inWorld = (work: (world: World) => Promise<void>) => withTwin(dialect, driven, SEED, work);

  it("goes where it is sent, and shows all that its contract says", async () => {
    await inWorld(async (world) => {
      const { twin, robot, clock, events } = world;
      const before = whereIs(world);
      const place = placeOf(twin);
      const result = await carryOut(world, driven);
      expect(result).toMatchObject({ outcome: "finished", missed: 0 });
      await clock.sleep(0.4);
      if (place !== null)
        expect(planarDistance(place.position, placeOf(twin)!.position)).toBeGreaterThan(0.05);
      const seen = robot.latest()!.observation.values;
      const hand = twin.arm ?? twin.mobile;
      if (hand !== null) {
        const to = asideOf(driven);
        const { position } = twin.arm?.toolPose() ?? twin.mobile!.armTool();
        expect(Math.hypot(...position.map((value, i) => value - to[i]!))).toBeLessThan(0.004);
        expect(Math.abs(hand.gripperWidth() - to[4]!)).toBeLessThan(0.003);
        expect(seen["observation.gripper.width"]![0]).toBeCloseTo(hand.gripperWidth(), 3);
      }
      if (twin.mobile !== null) {
        const height = twin.mobile.joints[0]!;
        expect(Math.abs(height - twin.mobile.setup.lift)).toBeCloseTo(RISE, 2);
        expect(seen["observation.lift.height"]![0]).toBeCloseTo(height, 3);
      }
      expect(moved(before, whereIs(world))).toBeGreaterThan(0.01);
      expect(events.filter((event) => event.kind === "limited")).toEqual([]);
      const shown = Object.keys(robot.latest()!.observation.values);
      for (const { name } of robot.contract.observations) expect(shown).toContain(name);
      expect(robot.scene()!.scene).toMatchObject({ privileged: false, source: "detector" });
    });
  });

  it("is held within its limits, whatever it is told", async () => {
    await inWorld(async (world) => {
      const { robot, twin, clock, events } = world;
      const offsets = actionOffsets(robot.contract);
      const size = totalSize(robot.contract.actions);
      let fastest = 0;
      const wild = (tick: number) =>
        Float32Array.from({ length: size }, (_, i) => (i % 2 === tick % 2 ? 50 : -50));
      for (let tick = 0; tick < 30; tick++) {
        const period = 1 / robot.contract.rates.policy;
        robot.command({ commands: wild(Math.floor(tick / 10)), rows: 1, period });
        await clock.sleep(period);
        const inForce = robot.commanded()!;
        for (const { name, limits, names } of robot.contract.actions)
          names.forEach((_, i) => {
            const value = inForce[offsets.get(name)! + i]!;
            expect(value).toBeGreaterThanOrEqual(limits!.low[i]! - 1e-3);
            expect(value).toBeLessThanOrEqual(limits!.high[i]! + 1e-3);
          });
        if (driven.kind !== "base") {
          const { velocity } = armChain(driven.arm);
          const { qd } = (twin.arm ?? twin.mobile)!;
          fastest = Math.max(fastest, ...qd.map((rate, i) => Math.abs(rate) / velocity[i]!));
        }
        if (driven.kind !== "arm") {
          const limits = driven.kind === "base" ? driven.base.limits : MOBILE_BASE.limits;
          const { linear, angular } = (twin.base ?? twin.mobile)!.command();
          fastest = Math.max(fastest, linear / limits.forward, -linear / limits.backward);
          fastest = Math.max(fastest, Math.abs(angular) / limits.turn);
        }
      }
      expect(fastest).toBeGreaterThan(0.05);
      expect(fastest).toBeLessThan(1.1);
      expect(events).toContainEqual(expect.objectContaining({ kind: "limited", rule: "limit" }));
    });
  });

  it("refuses a command whole when one number of it is not finite", async () => {
    await inWorld(async (world) => {
      const { robot, clock } = world;
      const before = whereIs(world);
      const { rows, period } = motion(driven, robot.commanded()!);
      for (const poison of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const commands = Float32Array.from(rows.flat());
        commands[commands.length - 1] = poison;
        const result = robot.command({ commands, rows: rows.length, period });
        expect(result).toEqual({ accepted: false, reason: expect.stringContaining("non-finite") });
      }
      await clock.sleep(0.5);
      expect(moved(before, whereIs(world))).toBeLessThan(0.003);
    });
  });

  it("carries a command on for half a second at most, then holds and says so", async () => {
    await inWorld(async (world) => {
      const { robot, clock, events } = world;
      const { rows, period } = motion(driven, robot.commanded()!);
      expect(robot.command({ ...plan(rows), period })).toEqual({ accepted: true });
      await clock.sleep(0.3);
      expect(stands(world)).toBe(false);
      await clock.sleep(0.2);
      expect(await until(world, () => stands(world), 1)).toBeLessThan(0.7);
      const rest = whereIs(world);
      await clock.sleep(0.5);
      expect(moved(rest, whereIs(world))).toBeLessThan(0.003);
      expect(events.at(-1)).toEqual({ kind: "holding", reason: expect.stringContaining("watchdog") });
    });
  });

  it("comes to rest when the link is cut, and nothing follows when it is back", async () => {
    await inWorld(async (world) => {
      const { robot, clock, events, cut, restore } = world;
      const running = carryOut(world, driven);
      await clock.sleep(0.6);
      expect(stands(world)).toBe(false);
      cut();
      expect(await until(world, () => stands(world), 2)).toBeLessThan(1.2);
      const rest = whereIs(world);
      expect((await running).outcome).not.toBe("finished");
      const { rows, period } = motion(driven, robot.commanded() ?? []);
      expect(robot.command({ ...plan(rows), period })).toMatchObject({
        accepted: false,
        reason: expect.stringMatching(/link|observation/),
      });
      restore();
      await until(world, () => events.some((event) => event.kind === "link" && event.up), 6);
      await clock.sleep(0.8);
      expect(moved(rest, whereIs(world))).toBeLessThan(0.003);
    });
  });

  it("stops at once, for every client, and stays stopped until it is released", async () => {
    await inWorld(async (world) => {
      const { robot, clock, join } = world;
      const other = await join("other");
      const running = carryOut(world, driven);
      await clock.sleep(0.6);
      other.stop("a person pressed stop");
      expect(await until(world, () => stands(world), 1)).toBeLessThan(0.6);
      expect((await running).outcome).toBe("stopped");
      const rest = whereIs(world);
      const { rows, period } = motion(driven, robot.commanded()!);
      expect(robot.command({ ...plan(rows), period }).accepted).toBe(false);
      expect(other.command({ ...plan(rows), period }).accepted).toBe(false);
      await clock.sleep(0.5);
      expect(moved(rest, whereIs(world))).toBeLessThan(0.003);
      other.releaseStop();
      await clock.sleep(0.3);
      expect(robot.command({ ...plan(rows), period }).accepted).toBe(false);
      robot.releaseStop();
      await clock.sleep(0.2);
      expect((await carryOut(world, driven)).outcome).toBe("finished");
    });
  });

  it("runs a policy that was made for it", async () => {
    await inWorld(async ({ robot, clock }) => {
      const policy = standing({ ...robot.contract, goals: [] });
      const result = await deploy(robot, policy, clock, { seed: 1, timeout: 0.5 });
      expect(result).toMatchObject({ outcome: "timed-out", missed: 0 });
    });
  });
});

/** A policy that stays where it is. */
const standing = (contract: Contract): Policy => ({
  contract,
  horizon: 1,
  execute: 1,
  noiseSize: 0,
  act: async (_, previous) => Float32Array.from(previous),
  free: async () => {},
});

describe("a policy for another robot", () => {
  const contractOf = (robot: DrivenRobot): Promise<Contract> =>
    withTwin("rosbridge-suite-2.2", robot, SEED, async ({ robot: connected }) => connected.contract);

  it.each(DRIVEN_ROBOTS.map((robot) => ({ robot, name: robot.name })))(
    "than $name is refused with the feature that differs",
    async ({ robot }) => {
      const provided = await contractOf(robot);
      expect(unmetRequirements(provided, provided)).toEqual([]);
      for (const other of DRIVEN_ROBOTS) {
        if (other === robot) continue;
        const unmet = unmetRequirements(await contractOf(other), provided);
        // What a plain base needs, a base with more senses has: that one policy may drive both.
        if (other.name === "diff-drive" && robot.name === "skid-steer") expect(unmet).toEqual([]);
        else if (other.kind !== robot.kind) expect(unmet.join("; ")).toMatch(/control: the policy commands/);
        else if (other.kind === "arm")
          expect(unmet.join("; ")).toMatch(/action\.ee\.position: .*expects frame/);
        else expect(unmet.join("; ")).toMatch(/observation\.base\.tilt: the robot does not provide it/);
      }
    },
  );

  it("is refused before anything moves", async () => {
    const foreign = await contractOf(drivenRobot("ur5e"));
    await withTwin("rosbridge-suite-2.2", drivenRobot("so101"), SEED, async (world) => {
      const before = whereIs(world);
      await expect(
        deploy(world.robot, standing(foreign), world.clock, { seed: 1, timeout: 1 }),
      ).rejects.toThrow(
        /observation\.ee\.position: the policy expects frame base_link, the robot gives base/,
      );
      expect(moved(before, whereIs(world))).toBeLessThan(0.003);
    });
  });
});

describe("a base that is driven straight on", () => {
  const bases = DRIVEN_ROBOTS.filter(({ kind }) => kind === "base").map((robot) => ({
    robot,
    name: robot.name,
  }));

  it.each(bases)("stands before what its laser sees, touching nothing: $name", async ({ robot: driven }) => {
    await withTwin("rosbridge-suite-2.2", driven, SEED, async ({ robot, clock, twin, events }) => {
      let touched = false;
      // Backwards: behind a skid-steer base is the wall, before it a course that its laser looks over.
      const way = Float32Array.of(-0.2, 0);
      for (let tick = 0; tick < 200; tick++) {
        robot.command({ commands: way, rows: 1, period: 0.1 });
        await clock.sleep(0.1);
        touched ||= twin.base!.inContact();
      }
      expect(touched).toBe(false);
      expect(Math.abs(twin.base!.twist().linear)).toBeLessThan(0.01);
      expect(events).toContainEqual(expect.objectContaining({ kind: "limited", rule: "obstacle" }));
    });
  });
});

describe("an arm whose servos know nothing of gravity", () => {
  /** m by which what an SO-101 with soft servos is sent to sinks in ten holds, and how far below that it hangs. */
  async function held(droop: number): Promise<{ readonly sank: number; readonly hangs: number }> {
    const so101 = drivenRobot("so101");
    if (so101.kind !== "arm") return refuse("test", "must be an arm", so101.name);
    const { drive } = so101.arm;
    const soft = { ...drive, stiffness: drive.stiffness.map((gain) => 0.03 * gain) };
    const profile = { ...so101.profile, joints: { ...so101.profile.joints, droop } };
    const driven: DrivenRobot = { ...so101, arm: { ...so101.arm, drive: soft }, profile };
    return withTwin("rosbridge-suite-2.2", driven, SEED, async ({ robot, clock, twin }) => {
      const height = (): number => robot.commanded()![2]!;
      const first = height();
      for (let hold = 0; hold < 10; hold++) {
        const stay = { commands: Float32Array.from(robot.commanded()!), rows: 1, period: 0.05 };
        expect(robot.command(stay)).toEqual({ accepted: true });
        await clock.sleep(1);
      }
      return { sank: first - height(), hangs: height() - twin.arm!.toolPose().position[2] };
    });
  }

  it("hangs below where it was sent, and does not sink from hold to hold: its profile says how far it may hang", async () => {
    const { sank, hangs } = await held(0.1);
    expect(hangs).toBeGreaterThan(0.005);
    expect(sank).toBeLessThan(1e-4);
    expect((await held(0)).sank).toBeGreaterThan(0.005);
  });
});

describe("what is no twin", () => {
  /** The same robot, but for the service by which a twin says that it is one. */
  async function connectTo(driven: DrivenRobot, real: string | null): Promise<RosRobot> {
    const { clock, graph, openSocket } = bridgeInTime("rosbridge-suite-2.2");
    const steel: RosGraph = {
      ...graph,
      serveService: (name, type, handler) =>
        name === IDENTITY_SERVICE ? () => {} : graph.serveService(name, type, handler),
    };
    const options = { robots: [driven], seed: SEED, clock, timeOfDay: 1_700_000_000 };
    const twin = await openTwinRobots(steel, options);
    const client = connectRos({ url: "ws://steel", openSocket, clock, session: "test" });
    const consent = real === null ? null : { name: real };
    const connecting = whenUp(client, clock, 3).then(() =>
      connectRobot(driven, { client, clock, real: consent, holder: "test" }),
    );
    try {
      const robot = await during(clock, connecting);
      await during(clock, robot.close());
      return robot;
    } finally {
      await during(clock, client.close());
      await during(clock, twin.close());
    }
  }

  it.each(DRIVEN_ROBOTS.map((robot) => ({ robot, name: robot.name })))(
    "moves $name for nobody who has not typed its name, and then at a tenth of its speed",
    async ({ robot, name }) => {
      await expect(connectTo(robot, null)).rejects.toThrow(/moves only with consent/);
      await expect(connectTo(robot, "another")).rejects.toThrow(/name that was typed must be this robot's/);
      expect((await connectTo(robot, name)).speedScale).toBe(0.1);
    },
  );
});

describe("an arm on a wire of its own", () => {
  const ur5e = drivenRobot("ur5e");
  const own = parseProfile({
    ...ur5e.profile,
    name: "cell-3",
    joints: {
      topic: "/cell3/joint_states",
      names: Object.fromEntries(
        ["shoulder_pan", "shoulder_lift", "elbow", "wrist_1", "wrist_2", "wrist_3"].map((joint) => [
          `${joint}_joint`,
          `cell3_${joint}`,
        ]),
      ),
      fingers: ["cell3_gripper"],
      opening: [
        [0, 255],
        [0.085, 0],
      ],
      droop: 0,
    },
    arm: { via: "topic", topic: "/cell3/arm/joint_trajectory" },
    gripper: { via: "with-arm", joint: "cell3_gripper", speed: 300 },
    detections: {
      topic: "/cell3/detections",
      frame: "camera",
      poseOfFrame: { position: [1, 0, 0.5], orientation: [0, 0, 1, 0] },
    },
    stop: { lock: "/cell3/estop", service: null },
  });

  it("is driven by those names, and so is its twin", async () => {
    const driven = withProfile(ur5e, own);
    await withTwin("rosbridge-suite-2.2", driven, SEED, async (world) => {
      const { twin, robot, client, clock } = world;
      expect((await carryOut(world, driven)).outcome).toBe("finished");
      await clock.sleep(0.4);
      expect(twin.arm!.gripperWidth()).toBeCloseTo(asideOf(driven)[4]!, 2);
      const cube = robot.scene()!.scene.objects.find(({ id }) => id === "red_cube")!;
      const truth = twin.arm!.scene().objects.find(({ id }) => id === "red_cube")!;
      expect(Math.hypot(...cube.pose.position.map((v, i) => v - truth.pose.position[i]!))).toBeLessThan(
        0.015,
      );
      client.advertise("/cell3/estop", ROS_TYPE.bool);
      client.publish("/cell3/estop", ROS_TYPE.bool, { data: true });
      await until(world, () => robot.stopped !== null, 1);
    });
  });

  it("is refused with the joint that is none of its own, or the kind of robot that it is not", async () => {
    const { joints } = arms[1]!.kind === "arm" ? arms[1]!.profile : refuse("test", "must be an arm");
    const misspelt = { ...own, joints: { ...joints, names: { shoulder_pan: "a" } } };
    await expect(
      withTwin("rosbridge-suite-2.2", withProfile(ur5e, parseProfile(misspelt)), SEED, async () => {}),
    ).rejects.toThrow(/profile cell-3: joints\.names: must be of shoulder_pan_joint, .*got "shoulder_pan"/);
    expect(() => withProfile(ur5e, drivenRobot("diff-drive").profile)).toThrow(
      /profile\.kind: must be arm, as ur5e is, got "base"/,
    );
  });

  it("is not sought behind a twin of another", async () => {
    await withTwin("rosbridge-suite-2.2", drivenRobot("panda"), SEED, async ({ client, clock }) => {
      await expect(connectRobot(ur5e, { client, clock, real: null, holder: "other" })).rejects.toThrow(
        /robot ur5e: the twin behind this bridge must be one of ur5e, got "panda"/,
      );
    });
  });

  it("that goes by actions alone is refused where a bridge knows none", () => {
    const byAction = withProfile(
      ur5e,
      parseProfile({ ...ur5e.profile, arm: { via: "action", action: "/a/follow_joint_trajectory" } }),
    );
    expect(() => withoutActions(byAction)).toThrow(/must go by topics .* got "action, gripper-command"/);
  });

  it("has names as ros2_control's examples give them, where nothing else is known of it", () => {
    const { arm } = ur5e.kind === "arm" ? ur5e : refuse("test", "must be an arm");
    const plain = armAsDriven({ ...arm, name: "my arm" }).profile;
    expect(plain.arm).toEqual({ via: "topic", topic: "/joint_trajectory_controller/joint_trajectory" });
    expect(plain.lease).toBe("/my_arm/command_lease");
    expect(parseProfile(plain)).toEqual(plain);
  });
});
