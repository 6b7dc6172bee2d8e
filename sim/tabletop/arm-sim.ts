/**
 * A simulated arm at a table with what a setup puts there, at the level of joints: what a robot's own controller would
 * command. The twin drives it through ROS 2, tasks through a Cartesian controller. Frame: the arm's base, the table
 * top at z = 0; metres, radians, seconds, newtons. Scenes are exact and privileged: see `detector.ts` for what a
 * camera would give.
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
import { cubesAndBins, drawLayout, TABLETOP } from "./layout.js";
import type { TableSetup } from "./setup.js";

/** A simulated arm and what stands around it, in joint space. */
export interface ArmSim {
  readonly robot: ArmRobot;
  readonly chain: Chain;
  /** seconds of a physics step */
  readonly dt: number;
  /** seconds since it was made */
  time(): number;
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
  /** Advances by `dt`. */
  tick(): void;
  /** base ← tool */
  toolPose(): Pose;
  /** What presses on links and fingers from outside. */
  contacts(): RobotContact[];
  /** What the hand feels now. */
  feel(): Feel;
  /** N on the wrist by what the fingers carry and push, base frame: of what the hand feels what costs least. */
  wrist(): Vec3;
  scene(): Scene;
  /** speed of an object, m/s */
  speedOf(id: string): number;
  /** whether two objects press on each other */
  touching(a: string, b: string): boolean;
  /** how many fingers press on an object: 2 when it is grasped */
  fingersOn(id: string): number;
  /** Moves an object at once, as a hand would: to disturb an experiment. */
  moveObject(id: string, pose: Pose): void;
  readonly setup: TableSetup;
  snapshot(): Uint8Array;
  restore(snapshot: Uint8Array): void;
  hash(): string;
  free(): void;
}

/** What may differ from the table of a seed. */
export interface ArmSimOptions extends HandOptions {
  /** default the Panda */
  readonly robot?: ArmRobot;
  /** seconds of a physics step; default 1/120 */
  readonly dt?: number;
  /** instead of the seed's own cubes and bins */
  readonly setup?: TableSetup;
  /** whether resting things may sleep (faster, same motion); default true */
  readonly sleep?: boolean;
  /** factors on mass and friction of things, table and pads; default 1 */
  readonly massScale?: number;
  readonly frictionScale?: number;
  /** factor on stiffness and damping of the servos; default 1 */
  readonly gains?: number;
  readonly settings?: EngineSettings;
}

/** The tabletop of that seed with the arm at the setup's start pose. Needs `initEngine` first. */
export function createArmSim(seed: number, options: ArmSimOptions = {}): ArmSim {
  const { dt = 1 / 120, massScale = 1, frictionScale = 1, sleep = true, robot = PANDA_ROBOT } = options;
  const setup = options.setup ?? cubesAndBins(drawLayout(seed, robot.zone, robot.workspace.yawCentre));
  const world = createWorld({
    dt,
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  const table = addTable(world, frictionScale);
  const things = addProps(world, setup.props, { massScale, frictionScale, sleep });
  const chain = armChain(robot);
  const { tool } = setup;
  const start = createIk(chain).solve(
    { position: [tool.x, tool.y, tool.z], orientation: toolDown(tool.yaw) },
    robot.home,
    { iterations: 200 },
  );
  const arm = new SimulatedArm(world, withGains(robot, options.gains ?? 1), start.q, {
    ...options,
    padFriction: (options.padFriction ?? TABLETOP.cube.friction) * frictionScale,
  });
  const thing = (id: string) => {
    const found = things.find(({ prop }) => prop.id === id);
    if (found === undefined) throw new Error(`internal: no ${id} on the table`);
    return found;
  };
  const nameOf = (collider: number): string | undefined =>
    collider === table ? "table" : things.find(({ colliders }) => colliders.includes(collider))?.prop.id;
  let ticks = 0;
  const kind = "arm";
  const variant = `${engineVariant(world.settings)} ${dt}${robot === PANDA_ROBOT ? "" : ` ${robot.name}`}`;

  const motion = (): number[] => [
    ticks,
    ...arm.q,
    ...arm.qd,
    ...motionOf([
      ...things.flatMap(({ body }) => body ?? []),
      ...arm.hand.fingers.map((finger) => finger.rigid),
    ]),
  ];

  return {
    robot,
    chain,
    dt,
    setup,
    time: () => ticks * dt,
    q: arm.q,
    qd: arm.qd,
    effort: arm.effort,
    gripperWidth: () => arm.hand.width(),
    gripperForce: () => arm.hand.squeeze(),
    setJointTarget: (q, qd, duration = dt) => arm.setPoint.aim(q, qd, duration),
    setGripper: (width, maxForce = robot.gripper.force) => arm.hand.aim(width, maxForce),
    tick: () => {
      arm.tick();
      world.step();
      arm.read();
      ticks++;
    },
    toolPose: () => arm.toolPose(),
    contacts: () => arm.contacts(nameOf),
    feel: () => arm.feel(),
    wrist: () => arm.hand.springs().wrist,
    scene: () => ({
      frame: robot.model.root,
      time: ticks * dt,
      source: "simulator",
      privileged: true,
      objects: things.map((each) => objectOf(each, ticks * dt)),
    }),
    speedOf: (id) => speedOf(thing(id)),
    touching: (a, b) => pressing(world, thing(a).colliders, thing(b).colliders),
    fingersOn: (id) =>
      arm.hand.fingers.filter(({ colliders }) => pressing(world, colliders, thing(id).colliders)).length,
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
      arm.save(state);
      return packSnapshot({ kind, variant, numbers: state.finish(), engine: world.snapshot() });
    },
    restore: (bytes) => {
      const parts = unpackSnapshot(bytes, kind, variant);
      world.restore(parts.engine);
      attachProps(world, things);
      arm.attach();
      const state = new StateReader(parts.numbers);
      ticks = state.get();
      arm.load(state);
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
