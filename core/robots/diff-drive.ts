/**
 * A small differential-drive base with a laser scanner, as typed data; the size and limits of a service robot
 * of the TurtleBot 4 class. Frame `base_link`: between the wheels on the floor, x forward, z up.
 */
import type { Contract, Feature } from "../contract.js";

/** Sizes (m), mass (kg) and limits (m/s, rad/s, m/s², rad/s²) of the base and its scanner. */
export const DIFF_DRIVE = {
  name: "diff-drive",
  /** metres, of the round body */
  radius: 0.22,
  height: 0.25,
  wheelRadius: 0.05,
  /** metres between the wheels' contact lines */
  wheelSeparation: 0.34,
  mass: 10,
  limits: {
    /** m/s, forward and backward */
    forward: 0.5,
    backward: 0.2,
    /** rad/s */
    turn: 1.5,
    /** m/s² and rad/s² */
    acceleration: 1,
    turnAcceleration: 4,
  },
  /**
   * Measured from the origin of `base_link`. Beam k is one ray at 2πk / beams from the front, counter-clockwise
   * (beam 9 looks left); it reads `rangeMax` when it meets nothing nearer. A wire's infinity becomes `rangeMax`.
   */
  scan: {
    beams: 36,
    /** metres */
    rangeMin: 0.02,
    rangeMax: 3.5,
    /** metres, standard deviation of a range */
    noise: 0.01,
  },
} as const;

/** What the base shows and takes under `base-twist` control at 10 Hz. Poses are in the map's frame. */
export function diffDriveContract(
  task: string,
  simulated: { readonly physics: number; readonly engine: Contract["engine"] } | null,
): Contract {
  const { limits, scan } = DIFF_DRIVE;
  const measured = { kind: "proprioception" } as const;
  const goal: Feature = {
    name: "goal.place.position",
    names: ["x", "y", "z"],
    unit: "m",
    frame: "map",
    limits: null,
    representation: { kind: "position" },
    source: { kind: "scene", slot: "place", part: "position" },
  };
  return {
    version: 1,
    robot: DIFF_DRIVE.name,
    task,
    control: "base-twist",
    rates: { physics: simulated?.physics ?? null, policy: 10, record: 10 },
    observations: [
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
    goals: [goal],
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
