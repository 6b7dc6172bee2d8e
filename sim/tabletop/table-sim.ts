/**
 * A table with arms at it and what a setup puts there, at the level of joints: what a robot's own controller would
 * command. One arm or several: each has its own dynamics, servos and gripper, and several touch one another. Frame: the
 * root of the arms' models, the table top at z = 0; metres, radians, seconds, newtons. Scenes are exact and privileged:
 * see `detector.ts` for what a camera would give. Not here: who drives (tasks through Cartesian controllers, a twin
 * through ROS 2).
 */
import {
  type ArmRobot,
  armChain,
  type Chain,
  createIk,
  PANDA_ROBOT,
  type Pose,
  type RobotContact,
  refuse,
  type Scene,
  stateHash,
  toolDown,
  type Vec3,
} from "../../core/index.js";
import type { Feel } from "../arm/feel.js";
import type { HandOptions } from "../arm/gripper.js";
import { SimulatedArm } from "../arm/simulated-arm.js";
import { createWorld, type EngineSettings, engineVariant, type PhysicsWorld, rapier } from "../engine.js";
import { packSnapshot, StateReader, StateWriter, unpackSnapshot } from "../state.js";
import { addProps, attachProps, motionOf, objectOf, pressing, speedOf } from "./bodies.js";
import { TABLETOP } from "./layout.js";
import { ropeWorld } from "./rope.js";
import type { TableSetup } from "./setup.js";

/** One arm at a table, in joint space. */
export interface TableArm {
  readonly robot: ArmRobot;
  readonly chain: Chain;
  /** measured: views that stay valid and change with every tick, [n] rad, rad/s, N m */
  readonly q: Float64Array;
  readonly qd: Float64Array;
  readonly effort: Float64Array;
  /** opening between the pads, m */
  gripperWidth(): number;
  /** force with which the drive squeezes, N */
  gripperForce(): number;
  /**
   * Where the servos are to be `duration` seconds from now, and how fast they move then; on the way they follow
   * a cubic. Streams of set-points call it once a period with that period; the default is one tick.
   */
  setJointTarget(q: ArrayLike<number>, qd: ArrayLike<number>, duration?: number): void;
  /** @param width m between the pads, 0 to grasp; @param maxForce N, default the gripper's */
  setGripper(width: number, maxForce?: number): void;
  /** base ← tool */
  toolPose(): Pose;
  /** What presses on links and fingers from outside. */
  contacts(): RobotContact[];
  /** What the hand feels now. */
  feel(): Feel;
  /** N on the wrist by what the fingers carry and push, base frame: of what the hand feels what costs least. */
  wrist(): Vec3;
  /** how many fingers press on an object: 2 when it is grasped */
  fingersOn(id: string): number;
}

/** A table, the arms at it, and what stands on it. */
export interface TableSim {
  /** in the order in which they were named */
  readonly arms: readonly TableArm[];
  readonly setup: TableSetup;
  /** seconds of a physics step */
  readonly dt: number;
  /** seconds since it was made */
  time(): number;
  /** Advances by `dt`. */
  tick(): void;
  scene(): Scene;
  /** speed of an object, m/s */
  speedOf(id: string): number;
  /** whether two objects press on each other */
  touching(a: string, b: string): boolean;
  /** Moves an object at once, as a hand would: to disturb an experiment. */
  moveObject(id: string, pose: Pose): void;
  snapshot(): Uint8Array;
  restore(snapshot: Uint8Array): void;
  hash(): string;
  free(): void;
}

/** What may differ from a setup. */
export interface TableSimOptions extends HandOptions {
  /** seconds of a physics step; default 1/120 */
  readonly dt?: number;
  /** whether resting things may sleep (faster, same motion); default true */
  readonly sleep?: boolean;
  /** factors on mass and friction of things, table and pads; default 1 */
  readonly massScale?: number;
  readonly frictionScale?: number;
  /** factor on stiffness and damping of the servos; default 1 */
  readonly gains?: number;
  readonly settings?: EngineSettings;
}

/** The table of that setup with every arm's tool where it begins. Needs `initEngine` first. */
export function createTableSim(
  robots: readonly [ArmRobot, ...ArmRobot[]],
  setup: TableSetup,
  options: TableSimOptions = {},
): TableSim {
  const { dt = 1 / 120, massScale = 1, frictionScale = 1, sleep = true } = options;
  const tools = [setup.tool, ...(setup.otherTools ?? [])];
  if (tools.length !== robots.length)
    refuse("table", "every arm at it must have a place for its tool to begin at", tools.length);
  const roped = setup.props.some(({ body }) => body.kind === "link");
  const world = createWorld({
    dt,
    ...(roped ? ropeWorld(dt) : {}),
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  const table = addTable(world, frictionScale);
  const things = addProps(world, setup.props, { massScale, frictionScale, sleep });
  const thing = (id: string) => {
    const found = things.find(({ prop }) => prop.id === id);
    if (found === undefined) throw new Error(`internal: no ${id} on the table`);
    return found;
  };
  const nameOf = (collider: number): string | undefined =>
    collider === table ? "table" : things.find(({ colliders }) => colliders.includes(collider))?.prop.id;
  const crew = robots.map((robot, index) => {
    const chain = armChain(robot);
    const tool = tools[index]!;
    const start = createIk(chain).solve(
      { position: [tool.x, tool.y, tool.z], orientation: toolDown(tool.yaw) },
      robot.home,
      { iterations: 200 },
    );
    const hand = { ...options, padFriction: (options.padFriction ?? TABLETOP.cube.friction) * frictionScale };
    const member = robots.length === 1 ? null : index;
    const arm = new SimulatedArm(world, withGains(robot, options.gains ?? 1), start.q, hand, 0, member);
    return { robot, chain, arm };
  });
  let ticks = 0;
  const kind = "arm";
  const alone = robots.length === 1 && robots[0] === PANDA_ROBOT;
  const variant = `${engineVariant(world.settings)} ${dt}${alone ? "" : ` ${robots.map(({ name }) => name).join(" ")}`}`;

  const motion = (): number[] => [
    ticks,
    ...crew.flatMap(({ arm }) => [...arm.q, ...arm.qd]),
    ...motionOf([
      ...things.flatMap(({ body }) => body ?? []),
      ...crew.flatMap(({ arm }) => arm.hand.fingers.map((finger) => finger.rigid)),
    ]),
  ];

  return {
    arms: crew.map(
      ({ robot, chain, arm }): TableArm => ({
        robot,
        chain,
        q: arm.q,
        qd: arm.qd,
        effort: arm.effort,
        gripperWidth: () => arm.hand.width(),
        gripperForce: () => arm.hand.squeeze(),
        setJointTarget: (q, qd, duration = dt) => arm.setPoint.aim(q, qd, duration),
        setGripper: (width, maxForce = robot.gripper.force) => arm.hand.aim(width, maxForce),
        toolPose: () => arm.toolPose(),
        contacts: () => arm.contacts(nameOf),
        feel: () => arm.feel(),
        wrist: () => arm.hand.springs().wrist,
        fingersOn: (id) =>
          arm.hand.fingers.filter(({ colliders }) => pressing(world, colliders, thing(id).colliders)).length,
      }),
    ),
    dt,
    setup,
    time: () => ticks * dt,
    tick: () => {
      for (const { arm } of crew) arm.tick();
      world.step();
      for (const { arm } of crew) arm.read();
      ticks++;
    },
    scene: () => ({
      frame: robots[0].model.root,
      time: ticks * dt,
      source: "simulator",
      privileged: true,
      objects: things.map((each) => objectOf(each, ticks * dt)),
    }),
    speedOf: (id) => speedOf(thing(id)),
    touching: (a, b) => pressing(world, thing(a).colliders, thing(b).colliders),
    moveObject: (id, { position: [x, y, z], orientation: [qx, qy, qz, qw] }) => {
      const { body, prop } = thing(id);
      if (body === null || prop.body.kind !== "free")
        return refuse("table", "what is moved must be free to move", id);
      body.setTranslation({ x, y, z }, true);
      body.setRotation({ x: qx, y: qy, z: qz, w: qw }, true);
      body.setLinvel({ x: 0, y: 0, z: 0 }, true);
      body.setAngvel({ x: 0, y: 0, z: 0 }, true);
    },
    snapshot: () => {
      const state = new StateWriter();
      state.put(ticks);
      for (const { arm } of crew) arm.save(state);
      return packSnapshot({ kind, variant, numbers: state.finish(), engine: world.snapshot() });
    },
    restore: (bytes) => {
      const parts = unpackSnapshot(bytes, kind, variant);
      world.restore(parts.engine);
      attachProps(world, things);
      for (const { arm } of crew) arm.attach();
      const state = new StateReader(parts.numbers);
      ticks = state.get();
      for (const { arm } of crew) arm.load(state);
      state.finish();
    },
    hash: () => stateHash(Float64Array.from(motion())),
    free: () => world.free(),
  };
}

function withGains(robot: ArmRobot, gains: number): ArmRobot {
  if (gains === 1) return robot;
  const { drive } = robot;
  const times = (values: readonly number[]) => values.map((value) => gains * value);
  return { ...robot, drive: { ...drive, stiffness: times(drive.stiffness), damping: times(drive.damping) } };
}

/** @returns its collider */
function addTable(world: PhysicsWorld, frictionScale: number): number {
  const { ColliderDesc } = rapier();
  const { low, high, friction } = TABLETOP.table;
  const thick = 0.05;
  return world.addCollider(
    ColliderDesc.cuboid((high[0] - low[0]) / 2, (high[1] - low[1]) / 2, thick)
      .setTranslation((high[0] + low[0]) / 2, (high[1] + low[1]) / 2, -thick)
      .setFriction(friction * frictionScale),
    "environment",
  ).handle;
}
