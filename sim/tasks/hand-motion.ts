/**
 * How a scripted demonstrator's hand moves: towards a way point with bounded speed and acceleration, with the
 * tremble, the pauses, the uneven speed and the bumps of a person at a joystick. One command a policy period; metres,
 * radians, seconds. It knows nothing of tasks.
 */
import { cos, type Random, sin, TOOL_STEP, type Vec3, wrapAngle } from "../../core/index.js";
import type { DemonstrationStyle } from "./task.js";

/** What a style of moving is made of. */
interface Manner {
  /** how far way points are missed, as a factor */
  readonly scatter: number;
  /** range of the top speed of an episode, m/s */
  readonly slowest: number;
  readonly fastest: number;
  /** m/s²: a slow one gathers speed late, and brakes too late where it moves freely */
  readonly acceleration: number;
  /** probability of a pause in a step */
  readonly pause: number;
  /** m of tremble in a step */
  readonly tremble: number;
  /** probability of a mistake (a detour, a grasp at nothing) in an attempt */
  readonly lapse: number;
  /** probability that the hand is bumped off its way in a step, where it moves freely */
  readonly bump: number;
}

const STYLES: Readonly<Record<DemonstrationStyle, Manner>> = {
  worse: {
    scatter: 1.5,
    slowest: 0.12,
    fastest: 0.3,
    acceleration: 0.4,
    pause: 0.015,
    tremble: 0.0014,
    lapse: 0.5,
    bump: 0.012,
  },
  okay: {
    scatter: 1.25,
    slowest: 0.16,
    fastest: 0.38,
    acceleration: 0.7,
    pause: 0.01,
    tremble: 0.0011,
    lapse: 0.25,
    bump: 0.006,
  },
  better: {
    scatter: 1,
    slowest: 0.2,
    fastest: 0.45,
    acceleration: 2,
    pause: 0.006,
    tremble: 0.0008,
    lapse: 0,
    bump: 0,
  },
  clean: {
    scatter: 0,
    slowest: 0.35,
    fastest: 0.35,
    acceleration: 2,
    pause: 0,
    tremble: 0,
    lapse: 0,
    bump: 0,
  },
};

/** m/s² of careful moves, whoever makes them */
const CAREFUL = 2;
/** 1/s: it brakes in proportion to what is left */
const APPROACH = 4;
/** rad/s and rad/s per step */
const TURN = 1.5;
const TURN_CHANGE = 0.3;
/** steps a pause lasts: 0.25 to 1 s */
const PAUSE = { least: 5, most: 20 };
/** steps a bump lasts, and its speed, m/s */
const BUMP = { least: 3, most: 6, speed: 0.16 };
/** tremble: an Ornstein-Uhlenbeck process a axis, memory a step and drive */
const MEMORY = 0.85;
const DRIVE = 0.5;

export interface WayPoint {
  readonly position: Vec3;
  readonly yaw: number;
  /** share of the speed and of the tremble: below one for careful moves */
  readonly care: number;
}

export interface HandMotion {
  /** how far way points are missed, as a factor: 0 for the clean style */
  readonly scatter: number;
  /** probability of a mistake in an attempt */
  readonly lapse: number;
  /** The next x y z yaw, from the command in force. */
  next(command: ArrayLike<number>, to: WayPoint): [number, number, number, number];
}

/** The hand of one episode. */
export function createHandMotion(random: Random, style: DemonstrationStyle): HandMotion {
  const { scatter, slowest, fastest, acceleration, pause, tremble, lapse, bump } = STYLES[style];
  const top = random.uniform(slowest, fastest);
  const velocity = [0, 0, 0];
  const sway = [0, 0, 0, 0];
  let turning = 0;
  let paused = 0;
  /** steps left of a bump, and where it goes, m a step */
  let bumped = 0;
  const aside = [0, 0];
  const h = TOOL_STEP.period;

  return {
    scatter,
    lapse,
    next: (command, to) => {
      if (paused > 0) paused--;
      else if (random.next() < pause) paused = Math.floor(random.uniform(PAUSE.least, PAUSE.most));
      const still = paused > 0;
      const gap = to.position.map((x, k) => x - command[k]!);
      const left = Math.hypot(...gap);
      const speed = still ? 0 : Math.min(top * to.care, APPROACH * left);
      const change = gap.map((d, k) => (left > 1e-6 ? (d * speed) / left : 0) - velocity[k]!);
      const most = to.care === 1 ? acceleration : CAREFUL;
      const share = Math.min(1, (most * h) / Math.max(1e-9, Math.hypot(...change)));
      for (let k = 0; k < 3; k++) velocity[k]! += share * change[k]!;
      const wanted = still ? 0 : Math.min(TURN, Math.max(-TURN, APPROACH * wrapAngle(to.yaw - command[3]!)));
      turning += Math.min(TURN_CHANGE, Math.max(-TURN_CHANGE, wanted - turning));
      if (bumped > 0) bumped--;
      else if (bump > 0 && to.care === 1 && random.next() < bump) {
        bumped = Math.floor(random.uniform(BUMP.least, BUMP.most + 1));
        const angle = random.uniform(-Math.PI, Math.PI);
        aside[0] = BUMP.speed * h * cos(angle);
        aside[1] = BUMP.speed * h * sin(angle);
      }
      const push = bumped > 0 && to.care === 1 ? 1 : 0;
      for (let k = 0; k < 4; k++) sway[k] = MEMORY * sway[k]! + DRIVE * random.normal();
      const shake = still ? 0 : tremble * Math.min(1, to.care);
      return [
        command[0]! + velocity[0]! * h + shake * sway[0]! + push * aside[0]!,
        command[1]! + velocity[1]! * h + shake * sway[1]! + push * aside[1]!,
        command[2]! + velocity[2]! * h + 0.7 * shake * sway[2]!,
        command[3]! + turning * h + 4 * shake * sway[3]!,
      ];
    },
  };
}
