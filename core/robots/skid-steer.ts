/**
 * A four-wheel skid-steer base for rough ground with a laser scanner, as typed data: a Clearpath Husky A200. It has no
 * steering: to turn, its wheels slip sideways. Frame `base_link`: in the middle between the wheels on the floor (the
 * maker's `base_footprint`), x forward, z up.
 *
 * Sizes, masses and inertias: husky.urdf of bullet3 (pybullet_data, BSD-3). Kinematics and limits: control.yaml of
 * clearpathrobotics/clearpath_common (a200). What is ours is marked so.
 */
import type { Contract } from "../contract.js";
import { baseContract, PLACE_ORIENTATION, PLACE_POSITION, TILT } from "./mobile-base.js";

/** Sizes (m), masses (kg), inertias (kg m²) and limits (m/s, rad/s, m/s², rad/s²) of the base and its scanner. */
export const SKID_STEER = {
  name: "skid-steer",
  wheelRadius: 0.17775,
  wheelWidth: 0.1143,
  /** m between the middles of the left and the right wheels, and between the front and the rear axle */
  track: 0.5708,
  wheelbase: 0.512,
  /**
   * So far apart the wheels would be if they did not slip. Quasi-static Coulomb friction says 0.837 m with the weight as far
   * back as here, 1.030 m with it in the middle; the maker's controller takes 0.555 m x 1.875 = 1.041 m.
   */
  wheelSeparation: 0.84,
  /** m; the body's box, and the height of its middle */
  body: { length: 1.0074, width: 0.5709, height: 0.2675, middle: 0.2699 },
  bodyMass: 33.455,
  bodyCentre: { x: -0.0875, y: -0.0009, z: 0.2444 },
  bodyInertia: { x: 0.602, y: 1.739, z: 2.03 },
  wheelMass: 2.637,
  /** about the axle */
  wheelInertia: 0.0441,
  limits: {
    forward: 1,
    /** ours: half of the way forward */
    backward: 0.5,
    turn: 1,
    acceleration: 1,
    /** ours */
    turnAcceleration: 2,
  },
  /** ours: the scanner of `diff-drive`, on the top plate */
  scan: {
    beams: 36,
    rangeMin: 0.02,
    rangeMax: 3.5,
    noise: 0.01,
    /** m above the origin of `base_link`, on its z axis: it leans with the base */
    height: 0.44,
  },
} as const;

/** What the base shows and takes under `base-twist` control at 10 Hz, with its tilt. Poses are in the map's frame. */
export const skidSteerContract = (
  task: string,
  simulated: { readonly physics: number; readonly engine: Contract["engine"] } | null,
): Contract =>
  baseContract(SKID_STEER, {
    task,
    simulated,
    senses: [TILT],
    goals: [PLACE_POSITION, PLACE_ORIENTATION],
  });
