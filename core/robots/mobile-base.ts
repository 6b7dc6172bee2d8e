/**
 * What the mobile bases of the house have in common: how one is described as data, and the contract that such data
 * give. Frame `base_link`: between the wheels on the floor, x forward, z up; poses are in the map's frame. Not here:
 * how a base moves (`sim/base`).
 */
import type { Contract, Feature } from "../contract.js";
import { asin, atan2 } from "../math/elementary.js";
import type { Quat } from "../math/quat.js";

/** A base driven by twists, with a planar laser scanner. */
export interface MobileBase {
  readonly name: string;
  /** m */
  readonly wheelRadius: number;
  /** m between left and right as a twist is made of wheel speeds: turn = (right - left) / separation */
  readonly wheelSeparation: number;
  readonly limits: {
    /** m/s, forward and backward */
    readonly forward: number;
    readonly backward: number;
    /** rad/s */
    readonly turn: number;
    /** m/s² and rad/s² */
    readonly acceleration: number;
    readonly turnAcceleration: number;
  };
  /** Beam k is one ray at 2πk / beams from the front, counter-clockwise; `rangeMax` when it meets nothing nearer. */
  readonly scan: {
    readonly beams: number;
    /** m */
    readonly rangeMin: number;
    readonly rangeMax: number;
    /** m, standard deviation of a range */
    readonly noise: number;
  };
}

/** What differs between contracts of one base. */
export interface BaseContractOptions {
  readonly task: string;
  /** null on a real robot */
  readonly simulated: { readonly physics: number; readonly engine: Contract["engine"] } | null;
  /** shown beside pose, twist and scan; default nothing */
  readonly senses?: readonly Feature[];
  readonly goals: readonly Feature[];
}

const measured = { kind: "proprioception" } as const;

/** Where the base is to be, in the map's frame. */
export const PLACE_POSITION: Feature = {
  name: "goal.place.position",
  names: ["x", "y", "z"],
  unit: "m",
  frame: "map",
  limits: null,
  representation: { kind: "position" },
  source: { kind: "scene", slot: "place", part: "position" },
};

/** How what it drives to is turned. */
export const PLACE_ORIENTATION: Feature = {
  name: "goal.place.orientation",
  names: ["x", "y", "z", "w"],
  unit: "1",
  frame: "map",
  limits: null,
  representation: { kind: "quaternion", symmetry: 1 },
  source: { kind: "scene", slot: "place", part: "orientation" },
};

/** How far the base leans, as an inertial sensor knows it: about its x axis, then about its y axis; up is negative pitch. */
export const TILT: Feature = {
  name: "observation.base.tilt",
  names: ["roll", "pitch"],
  unit: "rad",
  frame: "map",
  limits: null,
  representation: { kind: "vector" },
  source: measured,
};

/** Where every base is and how it moves, by odometry in the map. */
export const BASE_OBSERVATIONS: readonly Feature[] = [
  {
    name: "observation.base.position",
    names: ["x", "y", "z"],
    unit: "m",
    frame: "map",
    limits: null,
    representation: { kind: "position" },
    source: measured,
  },
  {
    name: "observation.base.orientation",
    names: ["x", "y", "z", "w"],
    unit: "1",
    frame: "map",
    limits: null,
    representation: { kind: "quaternion", symmetry: 1 },
    source: measured,
  },
  {
    name: "observation.base.twist",
    names: ["linear", "angular"],
    unit: "1",
    frame: "base_link",
    limits: null,
    representation: { kind: "vector" },
    source: measured,
  },
];

/** Roll and pitch of a base that is turned so against a frame with z up, rad. */
export const tiltOf = ([x, y, z, w]: Quat): [roll: number, pitch: number] => [
  atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)),
  asin(Math.max(-1, Math.min(1, 2 * (w * y - z * x)))),
];

/** What a base shows and takes under `base-twist` control at 10 Hz. */
export function baseContract(base: MobileBase, options: BaseContractOptions): Contract {
  const { limits, scan } = base;
  const { task, simulated, senses = [], goals } = options;
  return {
    version: 1,
    robot: base.name,
    task,
    control: "base-twist",
    rates: { physics: simulated?.physics ?? null, policy: 10, record: 10 },
    observations: [
      ...BASE_OBSERVATIONS,
      ...senses,
      {
        name: "observation.scan",
        names: Array.from({ length: scan.beams }, (_, beam) => `beam${beam}`),
        unit: "m",
        frame: "base_link",
        limits: null,
        representation: { kind: "ranges" },
        source: { kind: "laser" },
      },
    ],
    goals,
    actions: [
      {
        name: "action.base.linear",
        names: ["x"],
        unit: "m/s",
        frame: "base_link",
        limits: { low: [-limits.backward], high: [limits.forward] },
        representation: { kind: "vector" },
        source: { kind: "command" },
      },
      {
        name: "action.base.angular",
        names: ["z"],
        unit: "rad/s",
        frame: "base_link",
        limits: { low: [-limits.turn], high: [limits.turn] },
        representation: { kind: "vector" },
        source: { kind: "command" },
      },
    ],
    gripper: null,
    engine: simulated?.engine ?? null,
  };
}
