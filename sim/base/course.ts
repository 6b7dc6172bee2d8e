/**
 * A course to climb between the walls of a room: a straight track over a step, up a ramp, onto a platform. Frame
 * `course`: x along the track, y to the left, z up, its origin on the floor; `map` is the room's. Metres, radians. Plain
 * data, and the solids that it is made of; `skid-body.ts` has its physics, `course-scan.ts` the laser's view of it,
 * `course-layout.ts` draws one from a seed.
 */
import {
  compose,
  fromAxisAngle,
  IDENTITY_QUAT,
  invert,
  type Pose,
  type SceneObject,
  transformPoint,
  type Vec3,
} from "../../core/index.js";
import type { PlanarPose } from "./room.js";

/** A course. Places are x in its own frame. */
export interface Course {
  /** map ← course */
  readonly at: PlanarPose;
  readonly step: { readonly from: number; readonly to: number; readonly height: number };
  /** x of the ramp's foot and of its crest, where the platform begins */
  readonly ramp: { readonly foot: number; readonly crest: number };
  /** height of crest and platform */
  readonly height: number;
}

/** What every course has, metres: half the width of track, step, ramp and platform, and where the track begins and ends. */
export const TRACK = { halfWidth: 0.75, from: -2.85, to: 2.85 } as const;

/** map ← course. */
export const mapFromCourse = ({ at }: Course): Pose => ({
  position: [at.x, at.y, 0],
  orientation: fromAxisAngle([0, 0, 1], at.yaw),
});

/** An upright profile, x and z of its corners counter-clockwise seen from the right; a convex solid as wide as the track. */
export type Profile = readonly (readonly [x: number, z: number])[];

/** What stands on the floor: the step, and ramp and platform as one solid, so that no wheel feels a seam. */
export function solidsOf({ step, ramp, height }: Course): readonly Profile[] {
  return [
    [
      [step.from, 0],
      [step.to, 0],
      [step.to, step.height],
      [step.from, step.height],
    ],
    [
      [ramp.foot, 0],
      [TRACK.to, 0],
      [TRACK.to, height],
      [ramp.crest, height],
    ],
  ];
}

/** The middle of the platform's top, course frame. */
export const platformMiddle = ({ ramp, height }: Course): Vec3 => [(ramp.crest + TRACK.to) / 2, 0, height];

/** Whether a point of the map is over the track, seen from above, between its edges. */
export const isOnTrack = (course: Course, point: Vec3): boolean =>
  Math.abs(transformPoint(invert(mapFromCourse(course)), point)[1]) <= TRACK.halfWidth;

/** The course as scene objects in frame `map`: `track`, `step`, `ramp`, `platform`. */
export function courseObjects(course: Course, time: number): SceneObject[] {
  const { step, ramp, height } = course;
  const place = mapFromCourse(course);
  const width = 2 * TRACK.halfWidth;
  const object = (kind: SceneObject["class"], position: Vec3, length: number, tall: number): SceneObject => ({
    id: kind,
    class: kind,
    colour: null,
    size: [length, width, tall],
    pose: compose(place, { position, orientation: IDENTITY_QUAT }),
    uncertainty: { position: 0, rotation: 0 },
    time,
  });
  return [
    object("track", [(TRACK.from + TRACK.to) / 2, 0, 0], TRACK.to - TRACK.from, 0),
    object("step", [(step.from + step.to) / 2, 0, step.height / 2], step.to - step.from, step.height),
    object("ramp", [(ramp.foot + ramp.crest) / 2, 0, height / 2], ramp.crest - ramp.foot, height),
    object("platform", platformMiddle(course), TRACK.to - ramp.crest, height),
  ];
}
