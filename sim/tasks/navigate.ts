/**
 * `navigate`: a differential-drive base drives among obstacles to a named place, stops there and touches nothing.
 * Frame `map`; metres, radians, seconds. What defines the task: reset, goal, success, failures, sentences. What it
 * shares with other tasks of a base is in `base-environment.ts`, the physics in `../base`.
 */
import { DIFF_DRIVE, diffDriveContract, holds, type TaskCard, TOLERANCES } from "../../core/index.js";
import { BASE_MODEL } from "../base/base-body.js";
import { createBaseSim } from "../base/base-sim.js";
import { drawRoom, ROOM_LAYOUT } from "../base/layout.js";
import { LOCALISATION } from "../base/localise.js";
import { createNavigator } from "../base/navigator.js";
import { HALF_WIDTH, PLACE_NAMES } from "../base/room.js";
import { DETECTOR } from "../detector.js";
import { initEngine } from "../engine.js";
import { type BaseTask, createBaseEnvironment } from "./base-environment.js";
import { textHash } from "./constants.js";
import type { TaskModule } from "./task.js";

const RULES = {
  physicsRate: 120,
  ticksPerStep: 12,
  /** frames in a row that the base must stand at the place */
  frames: 5,
} as const;

const CARD: TaskCard = {
  name: "navigate",
  robot: DIFF_DRIVE.name,
  summary:
    "A differential-drive base drives among obstacles to a named place, stops there and touches nothing.",
  horizon: 60,
  sentences: {
    en: ["drive to the {place}", "go to the {place}", "move to the {place}"],
    zh: ["开到{place}", "去{place}"],
  },
  reset:
    "room 6 x 6 m; 6 cylinders of radius 0.12 to 0.35 m; shelf, door and desk at least 2 m apart, cylinders 0.3 m " +
    "from a base that stands there; start x ± 2.4 m, y ± 2.4 m, any heading, at rest, 0.25 m clear, at least 2 m " +
    "from the goal; a way with 8 cm around the base leads to every place. Localisation 1 cm and 0.5 degrees, " +
    "36 ranges with 1 cm. Success: |v| < 0.05 m/s within 0.25 m of the place for 5 frames of 100 ms; any contact fails.",
};

const TASK: BaseTask = {
  card: CARD,
  rules: RULES,
  places: PLACE_NAMES,
  contract: diffDriveContract,
  begin: (random, dt) => {
    const { room, start, goal } = drawRoom(random.fork("room"));
    const sim = createBaseSim({ room, start, dt });
    return {
      sim,
      place: goal,
      sense: () => ({}),
      judge: ({ place }, touched) => {
        const base = { pose: sim.pose(), speed: Math.abs(sim.twist().linear) };
        const stands = holds({ predicate: "at", place: place! }, { scene: sim.scene(), tool: null, base });
        return { stands, failed: touched ? "collided" : null };
      },
    };
  },
};

export const navigate: TaskModule = {
  card: CARD,
  linger: 3,
  create: async (options) => {
    await initEngine();
    return createBaseEnvironment(TASK, options);
  },
  demonstrator: createNavigator,
  constantsHash: () =>
    textHash(
      JSON.stringify([
        CARD,
        RULES,
        ROOM_LAYOUT,
        HALF_WIDTH,
        DIFF_DRIVE,
        BASE_MODEL,
        LOCALISATION,
        DETECTOR,
        TOLERANCES,
      ]),
    ),
};
