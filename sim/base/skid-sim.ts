/** A skid-steer base on a course, at the level of `base-sim.ts`. Frame `map`; metres, radians, seconds. */
import { SKID_STEER } from "../../core/index.js";
import { type BaseSim, simulateBase } from "./base-sim.js";
import { type Course, courseObjects } from "./course.js";
import { castCourse } from "./course-scan.js";
import type { PlanarPose } from "./room.js";
import { buildSkidSteer } from "./skid-body.js";

/** On which course the base stands, where, and how finely time is cut. */
export interface SkidSimOptions {
  readonly course: Course;
  /** map from base_link, at rest */
  readonly start: PlanarPose;
  /** seconds; default 1/120 */
  readonly dt?: number;
}

/** A skid-steer base at rest. Needs `initEngine()`. */
export const createSkidSim = ({ course, start, dt }: SkidSimOptions): BaseSim =>
  simulateBase(
    {
      base: SKID_STEER,
      kind: "skid-steer",
      passes: 4,
      build: (into) => buildSkidSteer(into, course, start),
      cast: (pose, ranges) => castCourse(course, pose, ranges),
      objects: (time) => courseObjects(course, time),
    },
    dt,
  );
