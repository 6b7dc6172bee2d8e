/**
 * A rig for experiments with the simulated arm: a table, an object, a motion given as tool positions at 20 Hz, and
 * what is measured. The protocols are those of the engine study that chose the settings, so that its tables can
 * be compared line by line. Metres, seconds, newtons, radians.
 */
import type { Collider, RigidBody } from "@dimforge/rapier3d";
import {
  type ArmRobot,
  angleBetween,
  armChain,
  compose,
  createIk,
  distance,
  invert,
  PANDA_ROBOT,
  type Pose,
  type Quat,
  toolDown,
  type Vec3,
} from "../../core/index.js";
import {
  createWorld,
  type EngineSettings,
  type HandOptions,
  type PhysicsWorld,
  rapier,
  SimulatedArm,
} from "../../sim/index.js";

export const smooth = (u: number): number => {
  const x = Math.min(1, Math.max(0, u));
  return x * x * x * (x * (6 * x - 15) + 10);
};

const PERIOD = 0.05;

export interface RigOptions extends HandOptions {
  readonly dt: number;
  readonly settings?: EngineSettings;
  /** default the Panda */
  readonly robot?: ArmRobot;
}

export interface Rig {
  readonly world: PhysicsWorld;
  readonly arm: SimulatedArm;
  readonly table: Collider;
  /** Follows `tool(t)` from t to t + seconds; `each` is called after every physics step. */
  run(seconds: number, tool: (t: number) => Vec3, each?: (t: number) => void): void;
  time(): number;
  free(): void;
}

/** An arm over an empty table with its tool at `start`, fingers open. Needs `initEngine`. */
export function createRig(start: Vec3, options: RigOptions): Rig {
  const { dt, robot = PANDA_ROBOT } = options;
  const chain = armChain(robot);
  const world = createWorld(options);
  const table = world.addCollider(
    rapier().ColliderDesc.cuboid(0.5, 0.5, 0.05).setTranslation(0.5, 0, -0.05).setFriction(0.8),
    "environment",
  );
  const ik = createIk(chain);
  const solve = (position: Vec3, from: ArrayLike<number>) =>
    ik.solve({ position, orientation: toolDown(robot.workspace.yawCentre ?? 0) }, from, { iterations: 300 })
      .q;
  const arm = new SimulatedArm(world, robot, solve(start, robot.home), options);
  let ticks = 0;
  return {
    world,
    arm,
    table,
    time: () => ticks * dt,
    run: (seconds, tool, each) => {
      const begin = ticks * dt;
      let here: Float64Array = arm.setPoint.q.slice();
      let next = solve(tool(begin + PERIOD), here);
      for (let k = 0; k < Math.round(seconds / PERIOD); k++) {
        const after = solve(tool(begin + (k + 2) * PERIOD), next);
        // Central differences: the set-points' own velocity at the end of this period.
        const rate = next.map((_, i) => (after[i]! - here[i]!) / (2 * PERIOD));
        arm.setPoint.aim(next, rate, PERIOD);
        for (let s = 0; s < Math.round(PERIOD / dt); s++) {
          arm.tick();
          world.step();
          arm.read();
          ticks++;
          each?.(ticks * dt);
        }
        here = next;
        next = after;
      }
    },
    free: () => world.free(),
  };
}

export type Shape = "cube" | "cylinder" | "sphere" | "thin box";

/** Half height of each shape as it stands on the table, m. */
const HALF: Readonly<Record<Shape, number>> = { cube: 0.02, cylinder: 0.04, sphere: 0.02, "thin box": 0.03 };

export function addObject(
  world: PhysicsWorld,
  shape: Shape,
  mass: number,
  [x, y]: readonly [number, number],
  friction = 0.8,
): { readonly body: RigidBody; readonly collider: Collider } {
  const { ColliderDesc, RigidBodyDesc } = rapier();
  const upright = { x: Math.SQRT1_2, y: 0, z: 0, w: Math.SQRT1_2 };
  const description = {
    cube: () => ColliderDesc.cuboid(0.02, 0.02, 0.02),
    cylinder: () => ColliderDesc.cylinder(0.04, 0.02).setRotation(upright),
    sphere: () => ColliderDesc.ball(0.02),
    "thin box": () => ColliderDesc.cuboid(0.03, 0.005, 0.03),
  }[shape]();
  const body = world.addBody(RigidBodyDesc.dynamic().setTranslation(x, y, HALF[shape]).setCanSleep(false));
  const collider = world.addCollider(description.setMass(mass).setFriction(friction), "object", body);
  return { body, collider };
}

export const poseOf = (body: RigidBody): Pose => {
  const p = body.translation();
  const r = body.rotation();
  return { position: [p.x, p.y, p.z], orientation: [r.x, r.y, r.z, r.w] as Quat };
};

export interface GraspTrial {
  readonly shape: Shape;
  readonly mass: number;
  readonly dt: number;
  readonly force?: number;
  readonly friction?: number;
  /** factor on the shaking of about 7 m/s² */
  readonly shake?: number;
  /** seconds at rest, shaking, at rest again; default 5, 10, 5 */
  readonly phases?: readonly [number, number, number];
  readonly settings?: EngineSettings;
}

export interface GraspResult {
  readonly held: boolean;
  /** mm that the object crept in the hand, per 10 s at rest */
  readonly creep: number;
  /** mm more after the shaking */
  readonly shaken: number;
  /** mm and degrees at the end, against the start of the first rest */
  readonly slip: number;
  readonly turned: number;
}

/** Takes the object, lifts it 0.2 m, rests, shakes (x ± 5 cm 1.3 Hz, y ± 10 cm 1 Hz, z ± 3 cm 2 Hz), rests. */
export function graspTrial(trial: GraspTrial): GraspResult {
  const { shape, mass, dt, force = 30, friction = 0.8, shake = 1 } = trial;
  const [rest, shaking, after] = trial.phases ?? [5, 10, 5];
  const height = shape === "cylinder" ? 0.05 : HALF[shape];
  const lifted = 5;
  const start = lifted + rest;
  const stop = start + shaking;
  const tool = (t: number): Vec3 => {
    let z = height + 0.12 - 0.12 * smooth(t - 0.5) + 0.2 * smooth((t - 3) / 1.5);
    let [x, y] = [0.5, 0];
    if (t > start && t < stop) {
      const u = t - start;
      const w = shake * smooth(u / 0.5) * smooth((stop - t) / 0.5);
      x += w * 0.05 * Math.sin(2 * Math.PI * 1.3 * u);
      y += w * 0.1 * Math.sin(2 * Math.PI * u);
      z += w * 0.03 * Math.sin(2 * Math.PI * 2 * u);
    }
    return [x, y, z];
  };
  const rig = createRig(tool(0), {
    dt,
    padFriction: friction,
    ...(trial.settings === undefined ? {} : { settings: trial.settings }),
  });
  const { body } = addObject(rig.world, shape, mass, [0.5, 0], friction);
  const inHand = () => compose(invert(rig.arm.toolPose()), poseOf(body));
  rig.arm.hand.aim(0.08, force);
  rig.run(2, tool);
  rig.arm.hand.aim(0, force);
  rig.run(3, tool);
  const first = inHand();
  const moved = () => 1000 * distance(inHand().position, first.position);
  rig.run(rest, tool);
  const resting = moved();
  rig.run(shaking, tool);
  const shaken = moved() - resting;
  rig.run(after, tool);
  const result = {
    held: body.translation().z > 0.1 && moved() < 60,
    creep: (resting * 10) / rest,
    shaken,
    slip: moved(),
    turned: (angleBetween(inHand().orientation, first.orientation) * 180) / Math.PI,
  };
  rig.free();
  return result;
}
