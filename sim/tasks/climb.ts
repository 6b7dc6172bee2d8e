/**
 * `climb`: a four-wheel skid-steer base drives over a step and up a ramp and stands on the platform behind it, without
 * tipping over and without leaving the track. Frame `map`; metres, radians, seconds. What defines the task: reset, goal,
 * success, failures, sentences. What it shares with other tasks of a base is in `base-environment.ts`, the physics in
 * `../base`.
 */
import { holds, leanOf, SKID_STEER, skidSteerContract, type TaskCard, TOLERANCES } from "../../core/index.js";
import { createClimber } from "../base/climber.js";
import { isOnTrack, TRACK } from "../base/course.js";
import { COURSE_LAYOUT, drawCourse } from "../base/course-layout.js";
import { LOCALISATION, senseTilt, TILT_NOISE } from "../base/localise.js";
import { HALF_WIDTH, HEIGHT } from "../base/room.js";
import { SKID_MODEL } from "../base/skid-body.js";
import { createSkidSim } from "../base/skid-sim.js";
import { DETECTOR } from "../detector.js";
import { initEngine } from "../engine.js";
import { type BaseTask, createBaseEnvironment } from "./base-environment.js";
import { textHash } from "./constants.js";
import type { TaskModule } from "./task.js";

const RULES = {
  physicsRate: 120,
  ticksPerStep: 12,
  frames: 10,
  /** rad between the base's axis and the vertical at which it has tipped: nearly twice what any slope of a course asks for */
  tipped: Math.PI / 6,
  /** m that a base on the platform may be above or below its top */
  onTop: 0.03,
} as const;

const CARD: TaskCard = {
  name: "climb",
  robot: SKID_STEER.name,
  summary:
    "A four-wheel skid-steer base drives over a step and up a ramp and stands on the platform behind it.",
  horizon: 30,
  sentences: {
    en: ["climb the {place}", "drive up onto the {place}", "go up to the {place}"],
    zh: ["爬上{place}", "开上{place}"],
  },
  reset:
    "track 5.7 x 1.5 m along either axis of a room of 6 x 6 m, turned by ± 0.08 rad; step 4 to 6.5 cm high and 0.35 to " +
    "0.6 m long; ramp of 0.2 to 0.31 rad up to a platform 18 to 30 cm high and 1.5 m long; start 0.8 to 1.1 m before " +
    "the step, ± 0.25 m beside the middle, turned by ± 0.35 rad, at rest. Localisation 1 cm and 0.5 degrees, roll and " +
    "pitch 0.3 degrees, 36 ranges with 1 cm. Success: |v| < 0.05 m/s within 0.25 m of the platform's middle, on its top, " +
    "for 10 frames of 100 ms. Leaning by 30 degrees fails as tipped-over, the middle of the base beyond the track's edge " +
    "as left-workspace.",
};

const TASK: BaseTask = {
  card: CARD,
  rules: RULES,
  places: ["platform"],
  contract: skidSteerContract,
  begin: (random, dt) => {
    const { course, start } = drawCourse(random.fork("course"));
    const sim = createSkidSim({ course, start, dt });
    return {
      sim,
      place: "platform",
      sense: (noise) => senseTilt(sim.pose(), noise),
      judge: ({ place }) => {
        const pose = sim.pose();
        const base = { pose, speed: Math.abs(sim.twist().linear) };
        const arrived = holds({ predicate: "at", place: place! }, { scene: sim.scene(), tool: null, base });
        const onTop = Math.abs(pose.position[2] - course.height) < RULES.onTop;
        const failed =
          leanOf(pose.orientation) > RULES.tipped
            ? "tipped-over"
            : isOnTrack(course, pose.position)
              ? null
              : "left-workspace";
        return { stands: arrived && onTop, failed };
      },
    };
  },
};

export const climb: TaskModule = {
  card: CARD,
  linger: 3,
  create: async (options) => {
    await initEngine();
    return createBaseEnvironment(TASK, options);
  },
  demonstrator: createClimber,
  constantsHash: () =>
    textHash(
      JSON.stringify([
        CARD,
        RULES,
        COURSE_LAYOUT,
        TRACK,
        HALF_WIDTH,
        HEIGHT,
        SKID_STEER,
        SKID_MODEL,
        LOCALISATION,
        TILT_NOISE,
        DETECTOR,
        TOLERANCES,
      ]),
    ),
};
