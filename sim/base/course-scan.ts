/**
 * What the laser scanner of a leaning base sees of a course: exact rays against the floor, the walls as high as they
 * are, and the course's solids. Beams as `MobileBase.scan` says; metres, `rangeMax` where nothing is nearer. No noise.
 */
import { compose, cos, invert, type Pose, rotate, SKID_STEER, sin, type Vec3 } from "../../core/index.js";
import { type Course, mapFromCourse, type Profile, solidsOf, TRACK } from "./course.js";
import { HALF_WIDTH, HEIGHT } from "./room.js";

/** Distances [beams] from the scanner of a base at map ← `base_link`, written into `ranges`. */
export function castCourse(course: Course, mapFromBase: Pose, ranges: Float32Array): void {
  const { height, rangeMax } = SKID_STEER.scan;
  const mapFromScanner = compose(mapFromBase, { position: [0, 0, height], orientation: [0, 0, 0, 1] });
  const courseFromScanner = compose(invert(mapFromCourse(course)), mapFromScanner);
  const solids = solidsOf(course);
  for (let beam = 0; beam < ranges.length; beam++) {
    const angle = (2 * Math.PI * beam) / ranges.length;
    const ray: Vec3 = [cos(angle), sin(angle), 0];
    let range = Math.min(rangeMax, toRoom(mapFromScanner.position, rotate(mapFromScanner.orientation, ray)));
    const along = rotate(courseFromScanner.orientation, ray);
    for (const profile of solids)
      range = Math.min(range, toSolid(profile, courseFromScanner.position, along));
    ranges[beam] = range;
  }
}

/** To the floor, or to a wall where the ray leaves the room; infinite where it leaves over the walls. */
function toRoom([x, y, z]: Vec3, [dx, dy, dz]: Vec3): number {
  const exit = Math.min(
    ...[
      [x, dx],
      [y, dy],
    ].map(([from, along]) =>
      along === 0 ? Number.POSITIVE_INFINITY : ((along! > 0 ? HALF_WIDTH : -HALF_WIDTH) - from!) / along!,
    ),
  );
  const floor = dz < 0 ? z / -dz : Number.POSITIVE_INFINITY;
  if (floor < exit) return Math.max(0, floor);
  return z + exit * dz <= HEIGHT ? Math.max(0, exit) : Number.POSITIVE_INFINITY;
}

/** To the surface of a convex solid: the ray enters through the last of the faces it enters, before it leaves by any. */
function toSolid(profile: Profile, [x, y, z]: Vec3, [dx, dy, dz]: Vec3): number {
  let enter = 0;
  let leave = Number.POSITIVE_INFINITY;
  /** @param outside how far the origin is outside of a face @param speed how fast it comes in */
  const face = (outside: number, speed: number): void => {
    if (speed === 0) {
      if (outside > 0) leave = Number.NEGATIVE_INFINITY;
    } else if (speed > 0) enter = Math.max(enter, outside / speed);
    else leave = Math.min(leave, outside / speed);
  };
  profile.forEach(([ax, az], i) => {
    const [bx, bz] = profile[(i + 1) % profile.length]!;
    const [nx, nz] = [bz - az, ax - bx];
    face((x - ax) * nx + (z - az) * nz, -(dx * nx + dz * nz));
  });
  face(y - TRACK.halfWidth, -dy);
  face(-y - TRACK.halfWidth, dy);
  return enter <= leave ? enter : Number.POSITIVE_INFINITY;
}
