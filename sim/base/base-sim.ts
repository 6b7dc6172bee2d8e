/**
 * A mobile base in its surroundings, at the level a ROS 2 driver sees: it takes a twist, as a
 * `diff_drive_controller` does (velocity and acceleration limits, then wheel speeds), and gives wheel odometry
 * and a laser scan. Frame `map`; metres, radians, seconds. The bodies are in `base-body.ts` and `skid-body.ts`. No
 * time-out of commands: that is the driver's.
 */
import {
  cos,
  DIFF_DRIVE,
  fromAxisAngle,
  type MobileBase,
  type Pose,
  type Random,
  type Scene,
  type SceneObject,
  sin,
  stateHash,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import { createWorld, engineVariant, type PhysicsWorld } from "../engine.js";
import { packSnapshot, StateReader, unpackSnapshot } from "../state.js";
import { buildBase } from "./base-body.js";
import { type PlanarPose, type Room, roomObjects } from "./room.js";
import { castScan } from "./scan.js";
import { type BaseHandles, baseParts, driveWheels, integrate, touching, wheelSpeeds } from "./wheels.js";

/** A velocity of the base in its own frame: m/s forward, rad/s counter-clockwise. */
export interface Twist {
  readonly linear: number;
  readonly angular: number;
}

/** A simulated base, driven by twists and ticked at a fixed rate. */
export interface BaseSim {
  /** seconds of one tick */
  readonly dt: number;
  /** seconds since it was made */
  time(): number;
  /** Sets the twist to reach, clamped to the base's limits; it holds until the next. */
  setTwist(linear: number, angular: number): void;
  /** the clamped twist in force */
  command(): Twist;
  /** Advances physics by `dt`. */
  tick(): void;
  /** map from base_link, exactly: no robot knows this, see `localise` */
  pose(): Pose;
  /** odom from base_link, from the wheels alone; odom is where the base stood at the beginning */
  odometry(): Pose;
  /** from the wheels */
  twist(): Twist;
  /** One scan with the scanner's noise, [beams] m: counter-clockwise from the front, `rangeMax` when clear. */
  scan(random: Random): Float32Array;
  /** Whether the body touched anything but by its wheels in the last tick. */
  inContact(): boolean;
  /** What stands around it, exactly; frame `map`. */
  scene(): Scene;
  snapshot(): Uint8Array;
  /** Continues a snapshot of a base in the same surroundings, bit for bit. */
  restore(snapshot: Uint8Array): void;
  /** of every pose, velocity and command */
  hash(): string;
  free(): void;
}

/** Where a differential-drive base stands, in which room, and how finely time is cut. */
export interface BaseSimOptions {
  readonly room: Room;
  /** map from base_link, at rest */
  readonly start: PlanarPose;
  /** seconds; default 1/120 */
  readonly dt?: number;
}

/** What a tick reads and writes beside the engine's own state. */
const FIELDS = [
  "ticks",
  "targetLinear",
  "targetAngular",
  "linear",
  "angular",
  "odomX",
  "odomY",
  "odomYaw",
  "wheelLinear",
  "wheelAngular",
  "contact",
] as const;
type State = Record<(typeof FIELDS)[number], number>;

/** A base and what it drives among. */
export interface BaseSetting {
  readonly base: MobileBase;
  /** what its snapshots are of */
  readonly kind: string;
  /** as in `WorldOptions` */
  readonly passes?: number;
  /** Puts everything at its beginning into an empty world. */
  build(into: PhysicsWorld): BaseHandles;
  /** What the scanner of a base at `pose` sees without noise, [beams] m, written into `ranges`. */
  cast(pose: Pose, ranges: Float32Array): void;
  /** frame `map` */
  objects(time: number): SceneObject[];
}

/** A differential-drive base at rest in a room. Needs `initEngine()`. */
export function createBaseSim({ room, start, dt }: BaseSimOptions): BaseSim {
  const { rangeMax } = DIFF_DRIVE.scan;
  const setting: BaseSetting = {
    base: DIFF_DRIVE,
    kind: "base",
    build: (into) => buildBase(into, room, start),
    cast: ({ position: [x, y], orientation }, ranges) =>
      castScan(room, { x, y, yaw: yawOf(orientation) }, rangeMax, ranges),
    objects: (time) => roomObjects(room, time),
  };
  return simulateBase(setting, dt);
}

/** A base at rest. @param dt seconds of a tick */
export function simulateBase(setting: BaseSetting, dt = 1 / 120): BaseSim {
  const { kind } = setting;
  const { limits, scan, wheelRadius, wheelSeparation } = setting.base;
  const world = createWorld({ dt, ...(setting.passes === undefined ? {} : { passes: setting.passes }) });
  const handles = setting.build(world);
  const state = Object.fromEntries(FIELDS.map((field) => [field, 0])) as State;
  const ranges = new Float32Array(scan.beams);
  const variant = `${engineVariant()} ${dt} s`;
  let parts = baseParts(world, handles);
  /** rad/s that the loops of the wheels add; none where they have no integral part */
  const added = new Float64Array(parts.loop.integral === undefined ? 0 : parts.wheels.length);

  const pose = (): Pose => {
    const { x, y, z } = parts.body.translation();
    const q = parts.body.rotation();
    return { position: [x, y, z], orientation: [q.x, q.y, q.z, q.w] };
  };

  const readWheels = () => {
    const [left, right] = wheelSpeeds(parts);
    state.wheelLinear = ((left + right) * wheelRadius) / 2;
    state.wheelAngular = ((right - left) * wheelRadius) / wheelSeparation;
    const midway = state.odomYaw + (state.wheelAngular * dt) / 2;
    state.odomX += state.wheelLinear * dt * cos(midway);
    state.odomY += state.wheelLinear * dt * sin(midway);
    state.odomYaw = wrapAngle(state.odomYaw + state.wheelAngular * dt);
  };

  return {
    dt,
    time: () => state.ticks * dt,
    setTwist(linear, angular) {
      state.targetLinear = clamp(linear, -limits.backward, limits.forward);
      state.targetAngular = clamp(angular, -limits.turn, limits.turn);
    },
    command: () => ({ linear: state.targetLinear, angular: state.targetAngular }),
    tick() {
      state.linear += clamp(
        state.targetLinear - state.linear,
        -limits.acceleration * dt,
        limits.acceleration * dt,
      );
      state.angular += clamp(
        state.targetAngular - state.angular,
        -limits.turnAcceleration * dt,
        limits.turnAcceleration * dt,
      );
      const half = (state.angular * wheelSeparation) / 2;
      const [left, right] = [(state.linear - half) / wheelRadius, (state.linear + half) / wheelRadius];
      driveWheels(parts, left, right, added);
      world.step();
      integrate(parts, left, right, dt, added);
      state.ticks += 1;
      state.contact = touching(world, parts) ? 1 : 0;
      readWheels();
    },
    pose,
    odometry: () => ({
      position: [state.odomX, state.odomY, 0],
      orientation: fromAxisAngle([0, 0, 1], state.odomYaw),
    }),
    twist: () => ({ linear: state.wheelLinear, angular: state.wheelAngular }),
    scan(random) {
      setting.cast(pose(), ranges);
      return ranges.map((range) =>
        range < scan.rangeMax
          ? clamp(range + scan.noise * random.normal(), scan.rangeMin, scan.rangeMax)
          : range,
      );
    },
    inContact: () => state.contact === 1,
    scene: () => ({
      frame: "map",
      time: state.ticks * dt,
      source: "simulator",
      privileged: true,
      objects: setting.objects(state.ticks * dt),
    }),
    snapshot() {
      const numbers = Float64Array.from([...FIELDS.map((field) => state[field]), ...added]);
      return packSnapshot({ kind, variant, numbers, engine: world.snapshot() });
    },
    restore(snapshot) {
      const { numbers, engine } = unpackSnapshot(snapshot, kind, variant);
      const reader = new StateReader(numbers);
      for (const field of FIELDS) state[field] = reader.get();
      for (const i of added.keys()) added[i] = reader.get();
      reader.finish();
      world.restore(engine);
      parts = baseParts(world, handles);
    },
    hash() {
      const bodies = [parts.body, ...parts.wheels].flatMap((body) => {
        const [p, q, v, w] = [body.translation(), body.rotation(), body.linvel(), body.angvel()];
        return [p.x, p.y, p.z, q.x, q.y, q.z, q.w, v.x, v.y, v.z, w.x, w.y, w.z];
      });
      return stateHash(Float64Array.from([...FIELDS.map((field) => state[field]), ...added, ...bodies]));
    },
    free: () => world.free(),
  };
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
