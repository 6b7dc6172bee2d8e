/** Draws a course and a start from a seed: the reset distribution of `climb`. Metres, radians. */
import { compose, fromAxisAngle, type Random, tan, yawOf } from "../../core/index.js";
import { type Course, mapFromCourse } from "./course.js";
import type { PlanarPose } from "./room.js";

/** The constants courses are drawn with; places are x in the course's frame. */
export const COURSE_LAYOUT = {
  /** the track runs along one of the room's axes, turned by up to this, rad */
  turned: 0.08,
  step: { from: [-1.25, -1.05], length: [0.35, 0.6], height: [0.04, 0.065] },
  crest: 1.35,
  height: [0.18, 0.3],
  /** rad */
  slope: [0.2, 0.31],
  /** where the middle of the base stands, and how it is turned against the track */
  start: { x: [-2.15, -1.95], y: 0.25, yaw: 0.35 },
} as const;

/** A course with a base at rest before its step. */
export function drawCourse(random: Random): { readonly course: Course; readonly start: PlanarPose } {
  const { turned, step, crest, start } = COURSE_LAYOUT;
  const quarter = random.integer(4) * (Math.PI / 2);
  const yaw = quarter + random.uniform(-turned, turned);
  const from = random.uniform(...step.from);
  const height = random.uniform(...COURSE_LAYOUT.height);
  const course: Course = {
    at: { x: 0, y: 0, yaw },
    step: { from, to: from + random.uniform(...step.length), height: random.uniform(...step.height) },
    ramp: { foot: crest - height / tan(random.uniform(...COURSE_LAYOUT.slope)), crest },
    height,
  };
  const mapFromBase = compose(mapFromCourse(course), {
    position: [random.uniform(...start.x), random.uniform(-start.y, start.y), 0],
    orientation: fromAxisAngle([0, 0, 1], random.uniform(-start.yaw, start.yaw)),
  });
  const [x, y] = mapFromBase.position;
  return { course, start: { x, y, yaw: yawOf(mapFromBase.orientation) } };
}
