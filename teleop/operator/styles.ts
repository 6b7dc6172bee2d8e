/**
 * How the modelled people differ: a third of them each. Judged, not measured on anybody; metres, seconds, radians.
 * Where the numbers come from and what they cannot say: the reference page on learning from operators.
 */
import type { Random } from "../../core/index.js";
import type { Axis } from "./keys.js";

/** A way of driving with keys. */
export interface Style {
  readonly name: "novice" | "okay" | "expert";
  /** usual speed step, lowest and highest */
  readonly step: readonly [number, number];
  /** share of the own motion during the delay that is foreseen: mean and spread */
  readonly foresight: readonly [number, number];
  /** aim error at the start of a movement and in the end (m), and the time in which it shrinks (s) */
  readonly aimFirst: number;
  readonly aimLast: number;
  readonly aimTime: number;
  /** median pause before the gripper, chance of one at a change of phase, and per second in mid-motion */
  readonly pause: number;
  readonly pauses: number;
  readonly hesitates: number;
  /** keys held at once, one drawn a take */
  readonly keys: readonly number[];
  /** error that is good enough: m, and rad of yaw */
  readonly tolerance: number;
  readonly yawTolerance: number;
  /** share of presses that hit a wrong key */
  readonly wrong: number;
  /** share of those that are taken back with a rewind instead of being put right */
  readonly regrets: number;
  /** time between decisions, and between letting a key go and pressing it again */
  readonly decides: readonly [number, number];
  readonly settles: readonly [number, number];
  /** chance of using Shift near the goal, of cutting corners, and spread of the length of a press */
  readonly shift: number;
  readonly arcs: number;
  readonly jitter: number;
}

/** The three styles. */
export const STYLES: readonly Style[] = [
  {
    name: "novice",
    step: [3, 3],
    foresight: [0.6, 0.25],
    aimFirst: 0.02,
    aimLast: 0.0055,
    aimTime: 0.9,
    pause: 0.75,
    pauses: 0.8,
    hesitates: 0.5,
    keys: [1, 1, 2],
    tolerance: 0.009,
    yawTolerance: 0.2,
    wrong: 0.04,
    regrets: 0.3,
    decides: [0.11, 0.15],
    settles: [0.2, 0.45],
    shift: 0.7,
    arcs: 0.1,
    jitter: 0.045,
  },
  {
    name: "okay",
    step: [3, 4],
    foresight: [0.85, 0.15],
    aimFirst: 0.012,
    aimLast: 0.0035,
    aimTime: 0.7,
    pause: 0.5,
    pauses: 0.55,
    hesitates: 0.25,
    keys: [1, 2, 2],
    tolerance: 0.006,
    yawTolerance: 0.14,
    wrong: 0.03,
    regrets: 0.2,
    decides: [0.09, 0.13],
    settles: [0.12, 0.3],
    shift: 0.85,
    arcs: 0.4,
    jitter: 0.035,
  },
  {
    name: "expert",
    step: [4, 5],
    foresight: [0.95, 0.1],
    aimFirst: 0.007,
    aimLast: 0.002,
    aimTime: 0.5,
    pause: 0.36,
    pauses: 0.3,
    hesitates: 0.1,
    keys: [2, 3, 3],
    tolerance: 0.005,
    yawTolerance: 0.1,
    wrong: 0.02,
    regrets: 0.1,
    decides: [0.08, 0.11],
    settles: [0.06, 0.18],
    shift: 0.95,
    arcs: 0.8,
    jitter: 0.025,
  },
];

/** How a person drives in one take. */
export interface Habits {
  readonly usualStep: number;
  /** keys held at once */
  readonly most: number;
  /** cuts corners, uses Shift near the goal, lowers a cube to the ground, hardly turns the fingers */
  readonly arcs: boolean;
  readonly usesShift: boolean;
  readonly careful: boolean;
  readonly lazyYaw: boolean;
  /** which axis is seen to first */
  readonly order: readonly Axis[];
  /** until what is seen is acted upon, s, at the beginning */
  readonly delay: number;
  /** factor of every pause */
  readonly slowness: number;
}

/** Draws the habits of a take. */
export function drawHabits(style: Style, random: Random): Habits {
  const chance = (p: number): boolean => random.next() < p;
  return {
    usualStep: style.step[0] + random.integer(style.step[1] - style.step[0] + 1),
    most: random.pick(style.keys),
    arcs: chance(style.arcs),
    usesShift: chance(style.shift),
    careful: chance(style.name === "expert" ? 0.4 : 0.75),
    lazyYaw: style.name === "novice" && chance(0.4),
    order: random.pick<readonly Axis[]>([
      ["x", "y", "yaw", "z"],
      ["y", "x", "yaw", "z"],
      ["yaw", "x", "y", "z"],
    ]),
    delay: random.uniform(0.2, 0.3),
    slowness: Math.exp(0.2 * random.normal()),
  };
}

/** A pause around a median, s: 0.3 to 1.5. */
export function drawPause({ slowness }: Habits, random: Random, median: number): number {
  return Math.min(1.5, Math.max(0.3, median * slowness * Math.exp(0.4 * random.normal())));
}
