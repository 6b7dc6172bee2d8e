/**
 * The physics engine: loads Rapier and makes worlds with the settings that manipulation needs. Metres, seconds,
 * newtons; gravity along -z. Nothing is loaded before `initEngine`. Not here: robots, tasks, what is in a world.
 *
 * Three settings have no setter in Rapier's JavaScript: the Coulomb friction model (the default adds a free twist
 * friction, so that an object pushed off its centre does not turn), contact recycling (stale points let a sphere roll
 * out of a grasp and pegs jam) and, for worlds that ask for it, friction in the solver's pass that corrects positions
 * (without it a light link slips out between fingers). They are set in the bytes of an empty world's snapshot. The layout of
 * those bytes is known for the versions in `LAYOUTS`, checked byte by byte, and the result is proved by pushing a
 * T at start-up. Where any of it fails, worlds fall back to what the public interface offers: recycling is off by
 * contact hooks, friction stays the default (grasps and stacks are as good, pushed objects turn too little).
 */
import type {
  Collider,
  ColliderDesc,
  PhysicsHooks,
  RigidBody,
  RigidBodyDesc,
  World,
} from "@dimforge/rapier3d";
import { atan2, integerIn, positive, refuse } from "../core/index.js";

/** Rapier's module, as `initEngine` loads it. */
export type Rapier = typeof import("@dimforge/rapier3d");

/** How a world got its contact settings; trajectories of the two differ. */
export type EngineSettings = "patched" | "fallback";

const PINNED_VERSION = "0.20.0";

/** Snapshot offset of the first of the contact flags, by version: found by comparing snapshots. */
const LAYOUTS: Readonly<Record<string, number>> = { "0.20.0": 92, "0.21.0": 176 };

/** Versions before 0.21 report contact impulses as the sum over one solver iteration too many. */
const OVER_REPORTING = /^0\.20\./;

let loaded: Rapier | null = null;
let settings: EngineSettings = "patched";
let reason = "not initialised";

/** What a contract says of the simulator. */
export const ENGINE = {
  name: "rapier3d-simd-compat",
  /** of the engine once loaded, before that the one this package is made for */
  get version(): string {
    return loaded?.version() ?? PINNED_VERSION;
  },
} as const;

let loading: Promise<void> | null = null;

/** Loads the engine and proves its settings, once: a second instance under live worlds would corrupt them. */
export function initEngine(): Promise<void> {
  loading ??= load();
  return loading;
}

async function load(): Promise<void> {
  const module: Rapier = await import("@dimforge/rapier3d");
  await module.init();
  loaded = module;
  const patch = contactPatch();
  if (patch === null) {
    settings = "fallback";
    reason = `the snapshot layout of version ${module.version()} is not known`;
    return;
  }
  const yaw = pushedYaw("patched");
  settings = yaw > LEAST_YAW ? "patched" : "fallback";
  reason = `a T pushed off its centre turned by ${((yaw * 180) / Math.PI).toFixed(1)} degrees`;
}

/** Which settings worlds get by default, and why. */
export const engineStatus = (): { readonly settings: EngineSettings; readonly reason: string } => ({
  settings,
  reason,
});

/** The loaded engine; a fault of ours when `initEngine` has not been awaited. */
export function rapier(): Rapier {
  if (loaded === null) throw new Error("internal: the physics engine is used before initEngine()");
  return loaded;
}

/** What two worlds must share to exchange snapshots. */
export const engineVariant = (worldSettings: EngineSettings = settings): string =>
  `${ENGINE.name}@${ENGINE.version}/${worldSettings}`;

/** How a world steps and how stiff its contacts are. */
export interface WorldOptions {
  /** seconds of a physics step */
  readonly dt: number;
  /** solver iterations; default 4 */
  readonly iterations?: number;
  /**
   * passes over joints and contacts in each of them; default 1. What stands on its joints by contacts alone, a heavy base on
   * light wheels, creeps with one: friction has the last word, and the joints are not told
   */
  readonly passes?: number;
  /** hertz; stiffness of contacts, at most iterations / (4 dt); default 120 */
  readonly contactFrequency?: number;
  /** metres, the size of typical objects; default 0.1 */
  readonly lengthUnit?: number;
  /** m/s² along -z; default 9.81 */
  readonly gravity?: number;
  /**
   * friction already holds while the solver corrects positions: what is light between heavy fingers slips less. Needs the
   * patched settings; default false
   */
  readonly earlyFriction?: boolean;
  /** forces the fall-back, for tests */
  readonly settings?: EngineSettings;
}

/**
 * Collision groups: who meets whom. Arm links and the base are kinematic: against the environment they get no
 * force from the engine, whoever drives them reads the contact and answers it.
 */
export const GROUPS = {
  environment: 1,
  object: 2,
  arm: 4,
  finger: 8,
  base: 16,
} as const;

/** A kind of collider, by name. */
export type Group = keyof typeof GROUPS;

const MEETS: Readonly<Record<Group, readonly Group[]>> = {
  environment: ["object", "arm", "finger", "base"],
  object: ["environment", "object", "arm", "finger", "base"],
  arm: ["environment", "object"],
  finger: ["environment", "object"],
  base: ["environment", "object"],
};

/** The first bit that tells the arms of a world apart, and how many bits there are for it. */
const FIRST_MEMBER = 5;
const MOST_MEMBERS = 11;
const MEMBERS = ((1 << MOST_MEMBERS) - 1) << FIRST_MEMBER;

/**
 * Rapier's interaction groups (membership << 16 | filter) of a collider of this kind.
 * @param member which of several arms it belongs to: what is an arm's meets what is another's, and nothing of its own
 */
export function interactionGroups(group: Group, member: number | null = null): number {
  const meets = MEETS[group].reduce((bits, other) => bits | GROUPS[other], 0);
  if (member === null) return ((GROUPS[group] << 16) | meets) >>> 0;
  const own = 1 << (FIRST_MEMBER + integerIn("world", "member", member, 0, MOST_MEMBERS - 1));
  return (((GROUPS[group] | own) << 16) | meets | (MEMBERS & ~own)) >>> 0;
}

/**
 * A Rapier world with its settings. Bodies and colliders are reached by handle after `restore`: every wrapper
 * object taken before reads the old world.
 */
export class PhysicsWorld {
  raw: World;
  readonly dt: number;
  readonly iterations: number;
  readonly settings: EngineSettings;
  private readonly hooks: PhysicsHooks | undefined;

  constructor(raw: World, options: WorldOptions, worldSettings: EngineSettings) {
    this.raw = raw;
    this.dt = options.dt;
    this.iterations = options.iterations ?? 4;
    this.settings = worldSettings;
    // A pair that a hook looks at is never recycled.
    const { SolverFlags } = rapier();
    this.hooks =
      worldSettings === "patched"
        ? undefined
        : {
            filterContactPair: () => SolverFlags.COMPUTE_IMPULSE,
            filterIntersectionPair: () => true,
          };
  }

  addBody(description: RigidBodyDesc): RigidBody {
    return this.raw.createRigidBody(description);
  }

  addCollider(
    description: ColliderDesc,
    group: Group,
    body?: RigidBody,
    member: number | null = null,
  ): Collider {
    description.setCollisionGroups(interactionGroups(group, member));
    if (this.hooks !== undefined) description.setActiveHooks(rapier().ActiveHooks.FILTER_CONTACT_PAIRS);
    return this.raw.createCollider(description, body);
  }

  /** Advances by `dt`. */
  step(): void {
    if (this.hooks === undefined) this.raw.step();
    else this.raw.step(undefined, this.hooks);
  }

  /** Newtons for one newton-second of a contact's reported impulse: the one place that knows the engine's fault. */
  get forcePerImpulse(): number {
    const correction = OVER_REPORTING.test(ENGINE.version) ? this.iterations / (this.iterations + 1) : 1;
    return correction / this.dt;
  }

  /** Normal force between two colliders in the last step, N. */
  normalForce(a: Collider, b: Collider): number {
    let impulse = 0;
    this.raw.contactPair(a, b, (manifold) => {
      for (let i = 0; i < manifold.numContacts(); i++) impulse += manifold.contactImpulse(i);
    });
    return impulse * this.forcePerImpulse;
  }

  snapshot(): Uint8Array {
    return this.raw.takeSnapshot();
  }

  /** Puts the world of a snapshot in place of this one; old wrappers are void. */
  restore(snapshot: Uint8Array): void {
    const restored = rapier().World.restoreSnapshot(snapshot);
    this.raw.free();
    this.raw = restored;
  }

  free(): void {
    this.raw.free();
  }
}

/** An empty world. */
export function createWorld(options: WorldOptions): PhysicsWorld {
  positive("world", "dt", options.dt);
  const wanted = options.settings ?? settings;
  if (wanted === "fallback" && options.earlyFriction === true)
    refuse(
      "world",
      "friction while positions are corrected needs an engine whose snapshots are known",
      wanted,
    );
  const plain = plainWorld(options);
  if (wanted === "fallback") return new PhysicsWorld(plain, options, wanted);
  const bytes = plain.takeSnapshot();
  plain.free();
  const patch = contactPatch();
  if (patch === null) throw new Error("internal: a patched world of an unknown snapshot layout");
  patch(bytes, options);
  return new PhysicsWorld(rapier().World.restoreSnapshot(bytes), options, wanted);
}

function plainWorld(options: WorldOptions): World {
  const world = new (rapier().World)({ x: 0, y: 0, z: -(options.gravity ?? 9.81) });
  world.timestep = options.dt;
  world.numSolverIterations = options.iterations ?? 4;
  world.integrationParameters.numInternalPgsIterations = options.passes ?? 1;
  world.lengthUnit = options.lengthUnit ?? 0.1;
  world.integrationParameters.contact_natural_frequency = options.contactFrequency ?? 120;
  return world;
}

type Patch = (snapshot: Uint8Array, options: WorldOptions) => void;
let knownPatch: { readonly patch: Patch | null } | null = null;

/** Sets the flags in a snapshot of an empty world; null when the layout is not the known one. */
function contactPatch(): Patch | null {
  if (knownPatch !== null) return knownPatch.patch;
  const world = plainWorld(LAYOUT_PROBE);
  const offset = contactFlagsAt(world.takeSnapshot(), rapier().version());
  world.free();
  const patch: Patch = (snapshot, { earlyFriction = false }) => {
    snapshot[offset! + 1] = 0; // contact_recycling
    snapshot[offset! + 6] = earlyFriction ? 1 : 0; // friction_in_bias_pass
    snapshot[offset! + 8] = 1; // friction_model: Coulomb
  };
  knownPatch = { patch: offset === null ? null : patch };
  return knownPatch.patch;
}

/** Values that nothing else in a snapshot has: a layout is known when they are found where they should be. */
export const LAYOUT_PROBE: WorldOptions = { dt: 1 / 128, lengthUnit: 0.375 };

/**
 * Where the contact flags begin in the snapshot of an empty world made with `LAYOUT_PROBE`; null when the version is
 * not known or any byte around them is not what it should be.
 */
export function contactFlagsAt(snapshot: Uint8Array, version: string): number | null {
  const offset = LAYOUTS[version];
  if (offset === undefined || snapshot.length < offset + 12) return null;
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength);
  const known =
    view.getFloat32(12, true) === LAYOUT_PROBE.dt &&
    view.getFloat32(40, true) === LAYOUT_PROBE.lengthUnit &&
    view.getUint8(offset) === 1 && // contact_clustering
    view.getUint8(offset + 1) === 1 && // contact_recycling
    Math.abs(view.getFloat32(offset + 2, true) - 0.05) < 1e-6 && // its distance
    view.getUint8(offset + 6) === 0 && // friction_in_bias_pass
    view.getUint8(offset + 7) === 0 && // warmstart_joints
    view.getUint32(offset + 8, true) === 0; // friction_model: simplified
  return known ? offset : null;
}

/** Between the 0.7 degrees of the default settings and the 35 of the right ones. */
const LEAST_YAW = (15 * Math.PI) / 180;

/**
 * The self-test: a T-shaped block of 0.2 kg pushed 64 mm beside its centre of mass, at 5 cm/s for 1.5 s.
 * @returns its yaw, rad
 */
export function pushedYaw(worldSettings: EngineSettings, dt = 1 / 120, seconds = 1.5): number {
  const { ColliderDesc, RigidBodyDesc } = rapier();
  const world = createWorld({ dt, settings: worldSettings });
  world.addCollider(
    ColliderDesc.cuboid(2, 2, 0.1).setTranslation(0, 0, -0.1).setFriction(0.5),
    "environment",
  );
  const block = world.addBody(RigidBodyDesc.dynamic().setTranslation(0, 0, 0.015).setCanSleep(false));
  const part = (hx: number, hy: number, y: number, mass: number) =>
    world.addCollider(
      ColliderDesc.cuboid(hx, hy, 0.015).setTranslation(0, y, 0).setMass(mass).setFriction(0.5),
      "object",
      block,
    );
  part(0.06, 0.015, 0.03, 0.114);
  part(0.015, 0.045, -0.03, 0.086);
  const pusher = world.addBody(RigidBodyDesc.kinematicPositionBased().setTranslation(-0.05, -0.06, 0.02));
  const upright = { x: Math.SQRT1_2, y: 0, z: 0, w: Math.SQRT1_2 };
  world.addCollider(ColliderDesc.cylinder(0.02, 0.01).setRotation(upright).setFriction(0.5), "arm", pusher);
  for (let step = 1; step <= Math.round(seconds / dt); step++) {
    pusher.setNextKinematicTranslation({ x: -0.05 + 0.05 * step * dt, y: -0.06, z: 0.02 });
    world.step();
  }
  const { z, w } = block.rotation();
  world.free();
  return 2 * atan2(z, w);
}
