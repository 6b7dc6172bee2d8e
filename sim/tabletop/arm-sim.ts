/**
 * A simulated Panda at a table with cubes and bins, at the level of joints: what a robot's own controller would
 * command. The twin drives it through ROS 2, tasks through a Cartesian controller. Frame `panda_link0`, the table
 * top at z = 0; metres, radians, seconds, newtons. Scenes are exact and privileged: see `detector.ts` for what a
 * camera would give.
 */
import type { RigidBody } from "@dimforge/rapier3d";
import {
  type Chain,
  chainTo,
  createIk,
  FRANKA_HAND,
  fromAxisAngle,
  PANDA,
  PANDA_READY,
  PANDA_TOOL,
  type Pose,
  type Quat,
  type RobotContact,
  type Scene,
  type SceneObject,
  toolDown,
  type Vec3,
} from "../../core/index.js";
import type { HandOptions } from "../arm/hand.js";
import { PANDA_DRIVE } from "../arm/panda.js";
import { SimulatedArm } from "../arm/simulated-arm.js";
import { createWorld, type EngineSettings, engineVariant, type PhysicsWorld, rapier } from "../engine.js";
import { packSnapshot, StateReader, StateWriter, unpackSnapshot } from "../state.js";
import { stateHash } from "../state-hash.js";
import { drawLayout, type Layout, TABLETOP } from "./layout.js";

/** Frame of every scene and pose of the arm. */
export const ARM_FRAME = "panda_link0";

/** A simulated arm and what stands around it, in joint space. */
export interface ArmSim {
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
  /** @param width m between the pads, 0 to grasp; @param maxForce N, default 30 */
  setGripper(width: number, maxForce?: number): void;
  /** Advances by `dt`. */
  tick(): void;
  /** base ← tool */
  toolPose(): Pose;
  /** What presses on links and fingers from outside. */
  contacts(): RobotContact[];
  scene(): Scene;
  /** speed of an object, m/s */
  speedOf(id: string): number;
  /** Moves an object at once, as a hand would: to disturb an experiment. */
  moveObject(id: string, pose: Pose): void;
  readonly layout: Layout;
  snapshot(): Uint8Array;
  restore(snapshot: Uint8Array): void;
  hash(): string;
  free(): void;
}

/** What may differ from the table of a seed. */
export interface ArmSimOptions extends HandOptions {
  /** seconds of a physics step; default 1/120 */
  readonly dt?: number;
  /** instead of the seed's own */
  readonly layout?: Layout;
  /** whether resting cubes may sleep (faster, same motion); default true */
  readonly sleep?: boolean;
  /** factors on the mass and the friction of cubes, table and pads; default 1 */
  readonly massScale?: number;
  readonly frictionScale?: number;
  readonly settings?: EngineSettings;
}

/** The tabletop of that seed with the arm at the layout's start pose. Needs `initEngine` first. */
export function createArmSim(seed: number, options: ArmSimOptions = {}): ArmSim {
  const { dt = 1 / 120, massScale = 1, frictionScale = 1, sleep = true } = options;
  const layout = options.layout ?? drawLayout(seed);
  const world = createWorld({
    dt,
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  addTable(world, layout, frictionScale);
  const cubes = layout.cubes.map((place) => {
    const { RigidBodyDesc, ColliderDesc } = rapier();
    const half = TABLETOP.cube.size / 2;
    const [, , qz, qw] = fromAxisAngle([0, 0, 1], place.yaw);
    const body = world.addBody(
      RigidBodyDesc.dynamic()
        .setTranslation(place.x, place.y, half)
        .setRotation({ x: 0, y: 0, z: qz, w: qw })
        .setCanSleep(sleep),
    );
    world.addCollider(
      ColliderDesc.cuboid(half, half, half)
        .setMass(TABLETOP.cube.mass * massScale)
        .setFriction(TABLETOP.cube.friction * frictionScale),
      "object",
      body,
    );
    // They lie at rest already; asked for in the description, sleep would end with the first step.
    if (sleep) body.sleep();
    return { place, handle: body.handle, body };
  });
  const chain = chainTo(PANDA, PANDA_TOOL);
  const { tool } = layout;
  const start = createIk(chain).solve(
    { position: [tool.x, tool.y, tool.z], orientation: toolDown(tool.yaw) },
    PANDA_READY,
    { iterations: 200 },
  );
  const arm = new SimulatedArm(world, chain, PANDA_DRIVE, start.q, {
    ...options,
    padFriction: (options.padFriction ?? TABLETOP.cube.friction) * frictionScale,
  });
  const bodyOf = (id: string) => {
    const found = cubes.find(({ place }) => place.id === id);
    if (found === undefined) throw new Error(`internal: no cube ${id} on the table`);
    return found.body;
  };
  let ticks = 0;
  const kind = "arm";
  const variant = `${engineVariant(world.settings)} ${dt}`;

  const motion = (): number[] => {
    const numbers = [ticks, ...arm.q, ...arm.qd];
    for (const body of [
      ...cubes.map((cube) => cube.body),
      ...arm.hand.fingers.map((finger) => finger.rigid),
    ]) {
      const p = body.translation();
      const r = body.rotation();
      const v = body.linvel();
      const w = body.angvel();
      numbers.push(p.x, p.y, p.z, r.x, r.y, r.z, r.w, v.x, v.y, v.z, w.x, w.y, w.z);
    }
    return numbers;
  };

  return {
    chain,
    dt,
    layout,
    time: () => ticks * dt,
    q: arm.q,
    qd: arm.qd,
    effort: arm.effort,
    gripperWidth: () => arm.hand.width(),
    gripperForce: () => arm.hand.squeeze(),
    setJointTarget: (q, qd, duration = dt) => arm.setPoint.aim(q, qd, duration),
    setGripper: (width, maxForce = FRANKA_HAND.force) => arm.hand.aim(width, maxForce),
    tick: () => {
      arm.tick();
      world.step();
      arm.read();
      ticks++;
    },
    toolPose: () => arm.toolPose(),
    contacts: () => arm.contacts(),
    scene: () => ({
      frame: ARM_FRAME,
      time: ticks * dt,
      source: "simulator",
      privileged: true,
      objects: [
        ...cubes.map(({ place, body }) => cubeObject(place.id, place.colour, poseOf(body), ticks * dt)),
        ...layout.bins.map((bin) => binObject(bin.id, [bin.x, bin.y, 0], ticks * dt)),
      ],
    }),
    speedOf: (id) => {
      const v = bodyOf(id).linvel();
      return Math.hypot(v.x, v.y, v.z);
    },
    moveObject: (id, { position: [x, y, z], orientation: [qx, qy, qz, qw] }) => {
      const body = bodyOf(id);
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
      for (const cube of cubes) cube.body = world.raw.getRigidBody(cube.handle);
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

function addTable(world: PhysicsWorld, layout: Layout, frictionScale: number): void {
  const { ColliderDesc } = rapier();
  const { low, high, friction } = TABLETOP.table;
  const thick = 0.05;
  world.addCollider(
    ColliderDesc.cuboid((high[0] - low[0]) / 2, (high[1] - low[1]) / 2, thick)
      .setTranslation((high[0] + low[0]) / 2, (high[1] + low[1]) / 2, -thick)
      .setFriction(friction * frictionScale),
    "environment",
  );
  const { inner, wall, height } = TABLETOP.bin;
  const middle = (inner + wall) / 2;
  for (const bin of layout.bins)
    for (const sign of [1, -1]) {
      const add = (x: number, y: number, hx: number, hy: number) =>
        world.addCollider(
          ColliderDesc.cuboid(hx, hy, height / 2)
            .setTranslation(bin.x + x, bin.y + y, height / 2)
            .setFriction(TABLETOP.bin.friction * frictionScale),
          "environment",
        );
      add(sign * middle, 0, wall / 2, inner / 2 + wall);
      add(0, sign * middle, inner / 2 + wall, wall / 2);
    }
}

function poseOf(body: RigidBody): Pose {
  const p = body.translation();
  const r = body.rotation();
  return { position: [p.x, p.y, p.z], orientation: [r.x, r.y, r.z, r.w] as Quat };
}

const EXACT = { position: 0, rotation: 0 } as const;

const cubeObject = (id: string, colour: SceneObject["colour"], pose: Pose, time: number): SceneObject => ({
  id,
  class: "cube",
  colour,
  size: [TABLETOP.cube.size, TABLETOP.cube.size, TABLETOP.cube.size],
  pose,
  uncertainty: EXACT,
  time,
});

const binObject = (id: string, position: Vec3, time: number): SceneObject => ({
  id,
  class: "bin",
  colour: null,
  size: [TABLETOP.bin.inner, TABLETOP.bin.inner, TABLETOP.bin.height],
  pose: { position, orientation: [0, 0, 0, 1] },
  uncertainty: EXACT,
  time,
});
