/** How fast a device drives: five steps for each body, a quarter of them when fine. m/s and rad/s. */
import type { Body } from "./intent.js";

/** The speeds of a step. */
export interface SpeedStep {
  /** m/s */
  readonly linear: number;
  /** rad/s */
  readonly angular: number;
}

const DEGREE = Math.PI / 180;

/** Slowest first. */
export const SPEEDS: Readonly<Record<Body, readonly SpeedStep[]>> = {
  arm: [
    { linear: 0.02, angular: 6 * DEGREE },
    { linear: 0.06, angular: 18 * DEGREE },
    { linear: 0.12, angular: 36 * DEGREE },
    { linear: 0.2, angular: 60 * DEGREE },
    { linear: 0.3, angular: 90 * DEGREE },
  ],
  base: [
    { linear: 0.1, angular: 0.25 },
    { linear: 0.2, angular: 0.5 },
    { linear: 0.35, angular: 0.8 },
    { linear: 0.5, angular: 1.2 },
    { linear: 0.8, angular: 1.5 },
  ],
  // What it carries swings at every start and stop.
  carrier: [
    { linear: 0.05, angular: 0.15 },
    { linear: 0.1, angular: 0.3 },
    { linear: 0.2, angular: 0.5 },
    { linear: 0.35, angular: 0.8 },
    { linear: 0.6, angular: 1.2 },
  ],
};

/** The step a device begins with, from 1. */
export const FIRST_STEP: Readonly<Record<Body, number>> = { arm: 3, base: 4, carrier: 3 };

/** What Shift and its like leave of a speed. */
export const FINE = 0.25;

/** One step faster or slower, as far as there is one. */
export const otherStep = (body: Body, step: number, by: 1 | -1): number =>
  Math.min(SPEEDS[body].length, Math.max(1, step + by));

/** m from a joint to the tool, about as far as an arm stands over its table. */
const LEVER = 0.5;

/** rad/s of a joint that leads: a tool on a lever of half a metre goes as fast as the step says. */
export const jointSpeedOf = (step: number): number => speedOf("arm", step).linear / LEVER;

/** The speeds of a step from 1. */
export const speedOf = (body: Body, step: number): SpeedStep => SPEEDS[body][step - 1]!;
