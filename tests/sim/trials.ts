/**
 * Contact experiments with the simulated arm and with bare worlds: what the engine study measured, one function a
 * table. Units in the results are named by the fields.
 */
import type { Collider } from "@dimforge/rapier3d";
import { rotate, type Vec3 } from "../../core/index.js";
import { createWorld, type EngineSettings, rapier } from "../../sim/index.js";
import { addObject, createRig, poseOf, smooth } from "./rig.js";

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const spread = (values: readonly number[]) => Math.sqrt(mean(values.map((x) => (x - mean(values)) ** 2)));

export interface PressResult {
  readonly newtons: number;
  /** standard deviation */
  readonly noise: number;
  /** largest motor torque over its limit */
  readonly load: number;
}

/** Closed fingers sent 10 mm below the table top. */
export function pressTable(dt: number): PressResult {
  const tool = (t: number): Vec3 => [0.5, 0, 0.12 - 0.13 * smooth(t - 1)];
  const rig = createRig(tool(0), { dt });
  const { arm, world, table } = rig;
  arm.hand.aim(0, 1);
  rig.run(3.2, tool);
  const pads = arm.hand.fingers.flatMap(({ colliders }) =>
    colliders.map((each) => world.raw.getCollider(each)),
  );
  const forces: number[] = [];
  rig.run(0.8, tool, () => forces.push(pads.reduce((sum, pad) => sum + world.normalForce(table, pad), 0)));
  const load = Math.max(...arm.effort.map((x, i) => Math.abs(x) / arm.chain.effort[i]!));
  rig.free();
  return { newtons: mean(forces), noise: spread(forces), load };
}

/** The palm sent 10 mm too low on a block that stands on the table (movable), or is part of it (fixed). */
export function pressPalm(dt: number, block: "movable" | "fixed"): PressResult {
  const tool = (t: number): Vec3 => [0.5, 0, 0.12 - 0.0734 * smooth(t - 1)];
  const rig = createRig(tool(0), { dt });
  const { ColliderDesc, RigidBodyDesc } = rapier();
  const { world, arm } = rig;
  const shape = ColliderDesc.cuboid(0.015, 0.03, 0.05).setFriction(0.8);
  let collider: Collider | null = null;
  if (block === "movable") {
    const body = world.addBody(RigidBodyDesc.dynamic().setTranslation(0.5, 0, 0.05).setCanSleep(false));
    collider = world.addCollider(shape.setMass(0.2), "object", body);
  } else world.addCollider(shape.setTranslation(0.5, 0, 0.05), "environment");
  const forces: number[] = [];
  rig.run(3, tool);
  rig.run(1, tool, () =>
    forces.push(collider === null ? arm.links.forceOn(6) : world.normalForce(rig.table, collider)),
  );
  const load = Math.max(...arm.effort.map((x, i) => Math.abs(x) / arm.chain.effort[i]!));
  rig.free();
  return { newtons: mean(forces), noise: spread(forces), load };
}

export interface HoldResult {
  readonly held: boolean;
  /** N with which the drive squeezes, and what the fingers' springs carry (down is negative) */
  readonly squeeze: number;
  readonly load: number;
  /** mm that the loaded arm hangs below its set-point */
  readonly droop: number;
  /** rad/s that is left */
  readonly speed: number;
}

/** A cube taken, lifted and held still for three seconds. */
export function holdStill(options: {
  readonly dt: number;
  readonly mass: number;
  readonly force: number;
}): HoldResult {
  const tool = (t: number): Vec3 => [0.5, 0, 0.14 - 0.12 * smooth(t) + 0.2 * smooth((t - 2.5) / 1.5)];
  const rig = createRig(tool(0), { dt: options.dt });
  const { body } = addObject(rig.world, "cube", options.mass, [0.5, 0]);
  rig.arm.hand.aim(0.08, options.force);
  rig.run(1.5, tool);
  rig.arm.hand.aim(0, options.force);
  rig.run(6, tool);
  const result = {
    held: body.translation().z > 0.15,
    squeeze: rig.arm.hand.squeeze(),
    load: rig.arm.hand.pull[2]!,
    droop: 1000 * (tool(rig.time())[2] - rig.arm.toolPose().position[2]),
    speed: Math.hypot(...rig.arm.qd),
  };
  rig.free();
  return result;
}

/** Five 4 cm cubes on each other, set down with 1 mm between them. @returns mm of drift of the top cube */
export function stackDrift(dt: number, seconds: number, settings?: EngineSettings): number {
  const world = createWorld({ dt, ...(settings === undefined ? {} : { settings }) });
  const { ColliderDesc, RigidBodyDesc } = rapier();
  world.addCollider(
    ColliderDesc.cuboid(0.5, 0.5, 0.05).setTranslation(0, 0, -0.05).setFriction(0.8),
    "environment",
  );
  const cubes = Array.from({ length: 5 }, (_, i) => {
    const body = world.addBody(
      RigidBodyDesc.dynamic()
        .setTranslation(0.002 * (i % 2), 0, 0.02 + 0.04 * i)
        .setCanSleep(false),
    );
    world.addCollider(ColliderDesc.cuboid(0.02, 0.02, 0.02).setMass(0.1).setFriction(0.8), "object", body);
    return body;
  });
  for (let i = 0; i < 1 / dt; i++) world.step();
  const before = cubes.at(-1)!.translation();
  for (let i = 0; i < seconds / dt; i++) world.step();
  const after = cubes.at(-1)!.translation();
  world.free();
  return 1000 * Math.hypot(after.x - before.x, after.y - before.y, after.z - before.z);
}

export interface PegResult {
  readonly inserted: boolean;
  /** largest force on a wall, N */
  readonly force: number;
  readonly tilt: number;
}

/** A 20 mm square peg taken from the table and put into a hole `clearance` m wider, `offset` m beside its middle. */
export function insertPeg(options: {
  readonly clearance: number;
  readonly offset: number;
  readonly dt: number;
  readonly fingerSide?: number;
  readonly settings?: EngineSettings;
}): PegResult {
  const { clearance, offset, dt, fingerSide } = options;
  const [holeX, holeY] = [0.5, 0.15];
  const grasp = 0.06;
  const path: readonly (readonly [number, Vec3])[] = [
    [0, [0.5, 0, grasp + 0.06]],
    [1, [0.5, 0, grasp]],
    [2.2, [0.5, 0, grasp]],
    [3.2, [0.5, 0, grasp + 0.06]],
    [4.5, [holeX + offset, holeY, grasp + 0.06]],
    [5, [holeX + offset, holeY, grasp + 0.06]],
    [6.5, [holeX + offset, holeY, grasp + 0.001]],
    [8, [holeX + offset, holeY, grasp + 0.001]],
  ];
  const tool = (t: number): Vec3 => {
    const next = Math.max(
      1,
      path.findIndex(([at]) => at > t),
    );
    const [[from, a], [to, b]] = [path[next - 1]!, path[next]!];
    const u = smooth((t - from) / (to - from));
    return [0, 1, 2].map((k) => a[k]! + u * (b[k]! - a[k]!)) as unknown as Vec3;
  };
  const rig = createRig(tool(0), {
    dt,
    ...(fingerSide === undefined ? {} : { fingerSide }),
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  const { world, arm } = rig;
  const { ColliderDesc, RigidBodyDesc } = rapier();
  const half = 0.01 + clearance / 2;
  const walls: Collider[] = [];
  const wall = (hx: number, hy: number, x: number, y: number) =>
    walls.push(
      world.addCollider(
        ColliderDesc.cuboid(hx, hy, 0.02)
          .setTranslation(holeX + x, holeY + y, 0.02)
          .setFriction(0.3),
        "environment",
      ),
    );
  for (const side of [1, -1]) {
    wall(0.01, half + 0.02, side * (half + 0.01), 0);
    wall(half, 0.01, 0, side * (half + 0.01));
  }
  const peg = world.addBody(RigidBodyDesc.dynamic().setTranslation(0.5, 0, 0.04).setCanSleep(false));
  const collider = world.addCollider(
    ColliderDesc.cuboid(0.01, 0.01, 0.04).setMass(0.1).setFriction(0.3),
    "object",
    peg,
  );
  let force = 0;
  rig.run(1.5, tool);
  arm.hand.aim(0, 30);
  rig.run(3.5, tool);
  rig.run(2.2, tool, () => {
    force = Math.max(
      force,
      walls.reduce((sum, each) => sum + world.normalForce(each, collider), 0),
    );
  });
  const { position, orientation } = poseOf(peg);
  const result = {
    inserted: position[2] < 0.045 && Math.abs(position[0] - holeX) < 0.01,
    force,
    tilt: (Math.acos(Math.min(1, rotate(orientation, [0, 0, 1])[2])) * 180) / Math.PI,
  };
  rig.free();
  return result;
}
