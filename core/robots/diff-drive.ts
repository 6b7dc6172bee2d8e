/**
 * A small differential-drive base with a laser scanner, as typed data; the size and limits of a service robot
 * of the TurtleBot 4 class. Frame `base_link`: between the wheels on the floor, x forward, z up.
 */
import type { Contract } from "../contract.js";
import { baseContract, PLACE_POSITION } from "./mobile-base.js";

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
export const diffDriveContract = (
  task: string,
  simulated: { readonly physics: number; readonly engine: Contract["engine"] } | null,
): Contract => baseContract(DIFF_DRIVE, { task, simulated, goals: [PLACE_POSITION] });
