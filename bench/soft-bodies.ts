/**
 * Whether the soft bodies of `@dimforge/rapier3d-compat` 0.21, the engine's next version, can be grasped by friction: a cloth,
 * a rope, a bag and an elastic block between two fingers as the house's hand has them (0.1 kg, 5 kN/m, 30 N, pads of five
 * boxes would be one box here), closed in a second, lifted by 15 cm in two, held for ten. Cloth hangs by its upper edge until
 * they are closed. A rigid cube of the same size and
 * weight beside them, in the same run: what is asked is whether they are still there, how far they slipped, what a step
 * costs beside the cube's, and whether a snapshot goes on to the bit. Not a part of the product, whose engine is 0.20.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { RigidBody, World } from "@dimforge/rapier3d";
import { contactFlagsAt, LAYOUT_PROBE, type Rapier } from "../sim/index.js";
import { makePeer, Unavailable } from "./peers/peer.js";
import { type Bench, type BenchRow, compare, median } from "./result.js";

/** What this file uses of soft bodies. */
interface SoftBody {
  numParticles(): number;
  particlePositions(): Float32Array;
  setParticlePinned(i: number, pinned: boolean): void;
}
interface SoftDescription {
  setMass(mass: number): SoftDescription;
  setParticleRadius(radius: number): SoftDescription;
  setSolver(solver: number): SoftDescription;
  setCellModel(model: number): SoftDescription;
  setMaterial(material: unknown): SoftDescription;
  setSurfaceCollider(collider: unknown): SoftDescription;
}
type Vector = { readonly x: number; readonly y: number; readonly z: number };
interface SoftRapier {
  readonly SoftBodyDesc: {
    cloth(origin: Vector, du: Vector, dv: Vector, nu: number, nv: number): SoftDescription;
    rope(start: Vector, end: Vector, particles: number): SoftDescription;
    sphere(centre: Vector, radius: number, subdivisions: number): SoftDescription;
    cuboid(centre: Vector, half: Vector, nx: number, ny: number, nz: number): SoftDescription;
  };
  readonly SoftBodyMaterial: new () => { youngModulus: number; poissonRatio: number };
  readonly SoftBodySolver: { readonly Fem: number };
  readonly SoftBodyCellModel: { readonly Corotational: number };
}
interface SoftWorld {
  createSoftBody(description: SoftDescription): SoftBody;
  getSoftBody(handle: number): SoftBody;
  forEachSoftBody(each: (body: SoftBody) => void): void;
}

const DT = 1 / 240;
const FRICTION = 0.8;
const FINGER = {
  mass: 0.1,
  inertia: 1e-3,
  half: [0.011, 0.0075, 0.009],
  open: 0.04,
  stiffness: 5000,
  damping: 100,
};
const SQUEEZE = 30;
const SIDE = 20_000;
const TIMES = { close: 1, lift: 2, hold: 10 } as const;
const LIFT = 0.15;
/** m above which a cloth of 10 cm that stands on the table is held until it is grasped */
const UPPER_EDGE = 0.1;
/** m of the fingers' middle above the table while they close, by thing */
const THINGS = {
  "rigid cube": 0.02,
  cloth: 0.06,
  rope: 0.012,
  bag: 0.03,
  "elastic block": 0.02,
} as const;
type Thing = keyof typeof THINGS;

/** How a thing came through. */
interface Trial {
  /** whether something of it is still between the fingers in the end, lifted */
  readonly held: boolean;
  /** m that what was between them has moved in the hand in ten seconds */
  readonly slip: number;
  /** ms of processor a step, median of tenths of a second */
  readonly cost: number;
  readonly exact: boolean;
}

const soft = (module: Rapier): SoftRapier => module as unknown as SoftRapier;
const points = (world: World, cube: RigidBody | null): number[] => {
  const all: number[] = [];
  if (cube === null)
    (world as unknown as SoftWorld).forEachSoftBody((body) => all.push(...body.particlePositions()));
  else {
    const { x, y, z } = cube.translation();
    all.push(x, y, z);
  }
  return all;
};

/** The house's settings: Coulomb friction, no recycling, contacts of 120 Hz. */
function emptyWorld(module: Rapier): World {
  const make = (dt: number, lengthUnit: number): World => {
    const world = new module.World({ x: 0, y: 0, z: -9.81 });
    world.timestep = dt;
    world.lengthUnit = lengthUnit;
    world.numSolverIterations = 4;
    world.integrationParameters.contact_natural_frequency = 120;
    return world;
  };
  const probe = make(LAYOUT_PROBE.dt, LAYOUT_PROBE.lengthUnit!);
  const offset = contactFlagsAt(probe.takeSnapshot(), module.version());
  probe.free();
  if (offset === null) throw new Unavailable(`the snapshots of ${module.version()} are not known`);
  const bytes = make(DT, 0.1).takeSnapshot();
  bytes[offset + 1] = 0;
  bytes[offset + 8] = 1;
  return module.World.restoreSnapshot(bytes);
}

function addThing(module: Rapier, world: World, thing: Thing): RigidBody | null {
  const { SoftBodyDesc, SoftBodyMaterial, SoftBodySolver, SoftBodyCellModel } = soft(module);
  const surface = module.ColliderDesc.ball(0.01).setFriction(FRICTION);
  const put = (description: SoftDescription, mass: number): null => {
    (world as unknown as SoftWorld).createSoftBody(description.setMass(mass).setSurfaceCollider(surface));
    return null;
  };
  switch (thing) {
    case "rigid cube": {
      const body = world.createRigidBody(
        module.RigidBodyDesc.dynamic().setTranslation(0, 0, 0.02).setCanSleep(false),
      );
      world.createCollider(
        module.ColliderDesc.cuboid(0.02, 0.02, 0.02).setMass(0.1).setFriction(FRICTION),
        body,
      );
      return body;
    }
    case "cloth":
      return put(
        SoftBodyDesc.cloth(
          { x: -0.05, y: 0, z: 0.002 },
          { x: 0.01, y: 0, z: 0 },
          { x: 0, y: 0, z: 0.01 },
          11,
          11,
        ).setParticleRadius(0.002),
        0.003,
      );
    case "rope":
      return put(
        SoftBodyDesc.rope({ x: -0.1, y: 0, z: 0.012 }, { x: 0.1, y: 0, z: 0.012 }, 21).setParticleRadius(
          0.01,
        ),
        0.05,
      );
    case "bag":
      return put(SoftBodyDesc.sphere({ x: 0, y: 0, z: 0.032 }, 0.03, 2), 0.1);
    case "elastic block": {
      const material = new SoftBodyMaterial();
      material.youngModulus = 1e5;
      material.poissonRatio = 0.3;
      return put(
        SoftBodyDesc.cuboid({ x: 0, y: 0, z: 0.022 }, { x: 0.02, y: 0.02, z: 0.02 }, 5, 5, 5)
          .setMaterial(material)
          .setCellModel(SoftBodyCellModel.Corotational)
          .setSolver(SoftBodySolver.Fem),
        0.1,
      );
    }
  }
}

/** A finger on the wrist: a motor along y, springs across it, no turning. */
function addFinger(module: Rapier, world: World, wrist: RigidBody, side: 1 | -1, height: number) {
  const { RigidBodyDesc, ColliderDesc, JointData, JointAxesMask } = module;
  const origin = { x: 0, y: 0, z: 0 };
  const { mass, inertia, half } = FINGER;
  const body = world.createRigidBody(
    RigidBodyDesc.dynamic()
      .setTranslation(0, side * FINGER.open, height)
      .setCanSleep(false)
      .setGravityScale(0)
      .setAdditionalMassProperties(mass, origin, { x: inertia, y: inertia, z: inertia }, { ...origin, w: 1 }),
  );
  world.createCollider(
    ColliderDesc.cuboid(half[0]!, half[1]!, half[2]!)
      .setTranslation(0, side * half[1]!, 0)
      .setDensity(0)
      .setFriction(FRICTION)
      .setCollisionGroups(0x0002_0001),
    body,
  );
  const { AngX, AngY, AngZ } = JointAxesMask;
  const joint = world.createImpulseJoint(
    JointData.generic(origin, origin, { x: 0, y: side, z: 0 }, AngX | AngY | AngZ),
    wrist,
    body,
    true,
  );
  const { raw } = world.impulseJoints;
  for (const axis of [0, 1, 2])
    raw.jointConfigureMotorModel(joint.handle, axis, Number(module.MotorModel.ForceBased));
  for (const axis of [1, 2])
    raw.jointConfigureMotor(joint.handle, axis, 0, 0, SIDE, 2 * Math.sqrt(SIDE * mass));
  raw.jointSetLimits(joint.handle, 0, 0, FINGER.open + 0.001);
  return { body: body.handle, joint: joint.handle };
}

function trial(module: Rapier, thing: Thing): Trial {
  let world = emptyWorld(module);
  const { ColliderDesc, RigidBodyDesc } = module;
  world.createCollider(
    ColliderDesc.cuboid(0.5, 0.5, 0.05)
      .setTranslation(0, 0, -0.05)
      .setFriction(FRICTION)
      .setCollisionGroups(0x0001_ffff),
  );
  const height = THINGS[thing];
  const wrist = world.createRigidBody(
    RigidBodyDesc.kinematicPositionBased().setTranslation(0, 0, height),
  ).handle;
  const cube = addThing(module, world, thing)?.handle ?? null;
  const fingers = ([1, -1] as const).map((side) =>
    addFinger(module, world, world.getRigidBody(wrist), side, height),
  );
  const opening = (): number =>
    fingers.reduce((sum, { body }) => sum + Math.abs(world.getRigidBody(body).translation().y), 0);
  let grip: number = FINGER.open;
  let step = 0;
  const costs: number[] = [];
  const advance = () => {
    const t = step * DT;
    const z = height + LIFT * Math.min(1, Math.max(0, (t - TIMES.close) / TIMES.lift));
    world.getRigidBody(wrist).setNextKinematicTranslation({ x: 0, y: 0, z });
    // As the house's hand: one set-point for both fingers, at most the squeeze inside of what is held.
    grip = Math.max(grip - 0.1 * DT, opening() / 2 - SQUEEZE / FINGER.stiffness);
    for (const { joint } of fingers)
      world.impulseJoints.raw.jointConfigureMotor(joint, 0, grip, 0, FINGER.stiffness, FINGER.damping);
    world.step();
    step++;
  };
  const upper: number[] = [];
  const pin = (pinned: boolean) =>
    (world as unknown as SoftWorld).forEachSoftBody((body) => {
      const all = body.particlePositions();
      if (pinned)
        for (let i = 0; i < body.numParticles(); i++) if (all[3 * i + 2]! > UPPER_EDGE) upper.push(i);
      for (const i of upper) body.setParticlePinned(i, pinned);
    });
  if (thing === "cloth") pin(true);
  const run = (seconds: number) => {
    for (let tenth = 0; tenth < Math.round(seconds * 10); tenth++) {
      const before = process.cpuUsage().user;
      for (let k = 0; k < 24; k++) advance();
      costs.push((process.cpuUsage().user - before) / 24_000);
    }
  };
  const now = (): number[] => points(world, cube === null ? null : world.getRigidBody(cube));
  /** Where the middle of what is between the fingers is seen from them; null: nothing is. */
  const between = (which: readonly number[] | null): { which: readonly number[]; z: number } | null => {
    const all = now();
    const { z } = world.getRigidBody(wrist).translation();
    const inside =
      which ??
      [...Array(all.length / 3).keys()].filter((i) => {
        const reach = cube === null ? 0.012 : 0.03;
        return Math.abs(all[3 * i]!) < reach && Math.abs(all[3 * i + 2]! - z) < reach;
      });
    if (inside.length === 0) return null;
    return { which: inside, z: inside.reduce((sum, i) => sum + all[3 * i + 2]!, 0) / inside.length - z };
  };
  run(TIMES.close);
  if (thing === "cloth") pin(false);
  run(TIMES.lift);
  const first = between(null);
  const snapshot = world.takeSnapshot();
  const [gripThen, stepThen] = [grip, step];
  run(0.5);
  const straight = now();
  world.free();
  world = module.World.restoreSnapshot(snapshot);
  [grip, step] = [gripThen, stepThen];
  run(0.5);
  const again = now();
  const exact = straight.length === again.length && straight.every((value, i) => Object.is(value, again[i]));
  run(TIMES.hold - 0.5);
  const last = first === null ? null : between(first.which);
  const slip = first === null || last === null ? Number.POSITIVE_INFINITY : Math.abs(last.z - first.z);
  world.free();
  return { held: slip < 0.02, slip, cost: median(costs), exact };
}

export const bench: Bench = {
  name: "soft-bodies",
  title: "Soft bodies of rapier3d-compat 0.21 between the house's fingers",
  run: async (log) => {
    const result = { name: "soft-bodies", title: bench.title, rows: [] as BenchRow[], notes: [] as string[] };
    let module: Rapier;
    try {
      const { folder } = await makePeer<{ readonly folder: string }>("rapier-soft");
      const file = join(folder, "node_modules", "@dimforge", "rapier3d-compat", "dist", "rapier.mjs");
      module = (await import(pathToFileURL(file).href)) as Rapier;
      await module.init();
    } catch (error) {
      if (error instanceof Unavailable) return { ...result, skipped: error.message };
      throw error;
    }
    const found = new Map<Thing, Trial>();
    for (const thing of Object.keys(THINGS) as Thing[]) {
      log(thing);
      found.set(thing, trial(module, thing));
    }
    const rigid = found.get("rigid cube")!;
    const judged = { better: "lower", atLeast: null, aim: null } as const;
    for (const [thing, { held, slip, cost, exact }] of found)
      result.rows.push(
        compare({
          ...judged,
          what: `${thing}: processor time of a step`,
          unit: "ms",
          ours: cost,
          peer: { name: "rigid cube", value: rigid.cost },
          note:
            `${held ? "held" : "NOT held"}, ` +
            `${Number.isFinite(slip) ? `slipped ${(1000 * slip).toFixed(2)} mm in 10 s` : "nothing of it was between the fingers after lifting"}; ` +
            `its snapshot goes on ${exact ? "to the bit" : "OTHERWISE"}`,
        }),
      );
    result.notes.push(`engine ${module.version()}, 240 Hz, 4 iterations, Coulomb friction, 30 N`);
    return { ...result, skipped: null };
  },
};
