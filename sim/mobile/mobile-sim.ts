/**
 * A mobile manipulator in a room with furniture, at the level its own controllers see: a twist for the base, a height
 * for the lift, joint targets for the arm, a width for the gripper. Frame `map`; metres, radians, seconds, newtons.
 *
 * The base goes where its twist says, within its limits of speed and acceleration: it rolls without slip, level on the
 * floor, and is as strong as it takes. Kept is all that its motion does to the lift, the arm and what the fingers
 * hold (see `SimulatedArm`). Left out is what these do to it: recoil, tipping, wheels that slip or sink. Where its hull
 * or the lift's column meets something that stands fast it stands at once, and moves only away from it.
 * The load hangs between the fingers by friction alone.
 */
import {
  armChain,
  BASE_JOINTS,
  CARRIED_PANDA,
  type Chain,
  cos,
  createIk,
  fromAxisAngle,
  MOBILE_BASE,
  MOBILE_PANDA,
  type Pose,
  type RobotContact,
  type Scene,
  sin,
  stateHash,
  toolDown,
  toolPose,
} from "../../core/index.js";
import type { Obstacle } from "../arm/links.js";
import { SimulatedArm } from "../arm/simulated-arm.js";
import type { Twist } from "../base/base-sim.js";
import type { PlanarPose } from "../base/room.js";
import { createWorld, engineVariant, type PhysicsWorld, rapier } from "../engine.js";
import { packSnapshot, StateReader, StateWriter, unpackSnapshot } from "../state.js";
import { addProps, attachProps, motionOf, objectOf, pressing, speedOf } from "../tabletop/bodies.js";
import type { Prop, TableSetup } from "../tabletop/setup.js";

/** What stands in a room at the start of an episode, and how the robot stands in it. */
export interface MobileSetup {
  /** in the order of the scene, frame `map` */
  readonly props: readonly Prop[];
  /** m from the middle of the room to each wall */
  readonly halfWidth: number;
  readonly start: PlanarPose;
  /** m */
  readonly lift: number;
  /** where the tool begins in `panda_link0`, pointing down */
  readonly tool: TableSetup["tool"];
  readonly goal: TableSetup["goal"];
}

/** A simulated mobile manipulator, in joint space. */
export interface MobileSim {
  readonly setup: MobileSetup;
  /** of the arm alone, rooted in `panda_link0` */
  readonly arm: Chain;
  /** seconds of a physics step */
  readonly dt: number;
  time(): number;
  /** Sets the twist to reach, clamped to the base's limits; it holds until the next. */
  setTwist(linear: number, angular: number): void;
  /** the clamped twist in force */
  command(): Twist;
  /** Where the servos of lift (m) and arm (rad, [7]) are to be `duration` s from now, and how fast they move then. */
  setTarget(
    lift: number,
    liftRate: number,
    q: ArrayLike<number>,
    qd: ArrayLike<number>,
    duration: number,
  ): void;
  /** @param width m between the pads, 0 to grasp */
  setGripper(width: number): void;
  tick(): void;
  /** map ← `base_link` */
  base(): Pose;
  /** how fast the base moves now */
  twist(): Twist;
  /** measured: m of the lift, then rad of the arm; a view, [8] */
  readonly joints: Float64Array;
  /** rad and rad/s of the arm, [7]; views */
  readonly q: Float64Array;
  readonly qd: Float64Array;
  /** map ← tool, and `panda_link0` ← tool */
  tool(): Pose;
  armTool(): Pose;
  gripperWidth(): number;
  /** Whether hull or column met something that stands fast in the last tick. */
  inContact(): boolean;
  /** What presses on links and fingers from outside. */
  contacts(): RobotContact[];
  scene(): Scene;
  /** m/s */
  speedOf(id: string): number;
  touching(a: string, b: string): boolean;
  fingersOn(id: string): number;
  snapshot(): Uint8Array;
  restore(snapshot: Uint8Array): void;
  hash(): string;
  free(): void;
}

/** What may differ from the setup. */
export interface MobileSimOptions {
  /** seconds of a physics step */
  readonly dt: number;
  /** factors on mass and friction of things; default 1 */
  readonly massScale?: number;
  readonly frictionScale?: number;
}

const FLOOR_FRICTION = 0.8;
const WALL = { thickness: 0.1, height: 0.5 } as const;
const ARM_JOINTS = BASE_JOINTS + 1;
/** m/s into what is touched that counts as along it */
const GRAZING = 1e-3;
const KIND = "mobile";

/** The room of a setup with the robot at rest in it. Needs `initEngine` first. */
export function createMobileSim(setup: MobileSetup, options: MobileSimOptions): MobileSim {
  const { dt, massScale = 1, frictionScale = 1 } = options;
  const world = createWorld({ dt });
  addRoom(world, setup.halfWidth, frictionScale);
  const things = addProps(world, setup.props, { massScale, frictionScale, sleep: true });
  const { x, y, yaw } = setup.start;
  const chain = armChain(CARRIED_PANDA);
  const begin = createIk(chain).solve(
    { position: [setup.tool.x, setup.tool.y, setup.tool.z], orientation: toolDown(setup.tool.yaw) },
    CARRIED_PANDA.home,
    { iterations: 200 },
  );
  const robot = new SimulatedArm(world, MOBILE_PANDA, [x, y, yaw, setup.lift, ...begin.q], {}, BASE_JOINTS);
  const { limits } = MOBILE_BASE;
  const wanted = { linear: 0, angular: 0 };
  const moving = { linear: 0, angular: 0 };
  const joints = robot.q.subarray(BASE_JOINTS);
  const q = robot.q.subarray(ARM_JOINTS);
  const qd = robot.qd.subarray(ARM_JOINTS);
  const target = new Float64Array(robot.chain.n);
  const rate = new Float64Array(robot.chain.n);
  const variant = `${engineVariant(world.settings)} ${dt} ${MOBILE_PANDA.name}`;
  let ticks = 0;
  /** what the hull and the column touch */
  let met: readonly Obstacle[] = [];

  const thing = (id: string) => {
    const found = things.find(({ prop }) => prop.id === id);
    if (found === undefined) throw new Error(`internal: no ${id} in the room`);
    return found;
  };

  /** Velocities of the base's joints after the next tick. */
  const nextVelocity = (): readonly [number, number, number] => {
    moving.linear += clamp(
      wanted.linear - moving.linear,
      -limits.acceleration * dt,
      limits.acceleration * dt,
    );
    moving.angular += clamp(
      wanted.angular - moving.angular,
      -limits.turnAcceleration * dt,
      limits.turnAcceleration * dt,
    );
    const heading = robot.q[2]! + (moving.angular * dt) / 2;
    const [vx, vy] = [moving.linear * cos(heading), moving.linear * sin(heading)];
    const into = met.some(
      ({ away, at }) =>
        away[0] * (vx - moving.angular * (at[1] - robot.q[1]!)) +
          away[1] * (vy + moving.angular * (at[0] - robot.q[0]!)) <
        -GRAZING,
    );
    if (!into) return [vx, vy, moving.angular];
    moving.linear = 0;
    moving.angular = 0;
    return [0, 0, 0];
  };

  return {
    setup,
    arm: chain,
    dt,
    time: () => ticks * dt,
    setTwist: (linear, angular) => {
      wanted.linear = clamp(linear, -limits.backward, limits.forward);
      wanted.angular = clamp(angular, -limits.turn, limits.turn);
    },
    command: () => ({ ...wanted }),
    setTarget: (lift, liftRate, armQ, armQd, duration) => {
      target[BASE_JOINTS] = lift;
      rate[BASE_JOINTS] = liftRate;
      target.set(armQ, ARM_JOINTS);
      rate.set(armQd, ARM_JOINTS);
      robot.setPoint.aim(target, rate, duration);
    },
    setGripper: (width) => robot.hand.aim(width, MOBILE_PANDA.gripper.force),
    tick: () => {
      const next = nextVelocity();
      robot.carry(next.map((v, i) => (v - robot.qd[i]!) / dt));
      robot.tick();
      world.step();
      robot.read();
      met = [BASE_JOINTS - 1, BASE_JOINTS].flatMap((joint) => robot.links.obstacles(joint));
      ticks++;
    },
    base: () => ({
      position: [robot.q[0]!, robot.q[1]!, 0],
      orientation: fromAxisAngle([0, 0, 1], robot.q[2]!),
    }),
    twist: () => ({ ...moving }),
    joints,
    q,
    qd,
    tool: () => robot.toolPose(),
    armTool: () => toolPose(chain, q),
    gripperWidth: () => robot.hand.width(),
    inContact: () => met.length > 0,
    contacts: () => robot.contacts(),
    scene: () => ({
      frame: MOBILE_PANDA.model.root,
      time: ticks * dt,
      source: "simulator",
      privileged: true,
      objects: things.map((each) => objectOf(each, ticks * dt)),
    }),
    speedOf: (id) => speedOf(thing(id)),
    touching: (a, b) => pressing(world, thing(a).colliders, thing(b).colliders),
    fingersOn: (id) =>
      robot.hand.fingers.filter(({ colliders }) => pressing(world, colliders, thing(id).colliders)).length,
    snapshot: () => {
      const state = new StateWriter();
      state.put(ticks, wanted.linear, wanted.angular, moving.linear, moving.angular, met.length);
      for (const { away, at } of met) state.put(...away, ...at);
      robot.save(state);
      return packSnapshot({ kind: KIND, variant, numbers: state.finish(), engine: world.snapshot() });
    },
    restore: (bytes) => {
      const parts = unpackSnapshot(bytes, KIND, variant);
      world.restore(parts.engine);
      attachProps(world, things);
      robot.attach();
      const state = new StateReader(parts.numbers);
      ticks = state.get();
      wanted.linear = state.get();
      wanted.angular = state.get();
      moving.linear = state.get();
      moving.angular = state.get();
      const three = (): [number, number, number] => [state.get(), state.get(), state.get()];
      met = Array.from({ length: state.get() }, () => ({ away: three(), at: three() }));
      robot.load(state);
      state.finish();
    },
    hash: () =>
      stateHash(
        Float64Array.from([
          ticks,
          ...robot.q,
          ...robot.qd,
          ...motionOf([
            ...things.flatMap(({ body }) => body ?? []),
            ...robot.hand.fingers.map((finger) => finger.rigid),
          ]),
        ]),
      ),
    free: () => world.free(),
  };
}

/** Floor and walls. */
function addRoom(world: PhysicsWorld, halfWidth: number, frictionScale: number): void {
  const { ColliderDesc } = rapier();
  const { thickness, height } = WALL;
  const long = halfWidth + 2 * thickness;
  const reach = halfWidth + thickness;
  world.addCollider(
    ColliderDesc.cuboid(long, long, thickness)
      .setTranslation(0, 0, -thickness)
      .setFriction(FLOOR_FRICTION * frictionScale),
    "environment",
  );
  for (const side of [1, -1]) {
    world.addCollider(
      ColliderDesc.cuboid(thickness, long, height / 2).setTranslation(side * reach, 0, height / 2),
      "environment",
    );
    world.addCollider(
      ColliderDesc.cuboid(long, thickness, height / 2).setTranslation(0, side * reach, height / 2),
      "environment",
    );
  }
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
