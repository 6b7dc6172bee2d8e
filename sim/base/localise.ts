/**
 * Where a base believes it is on the map: the true pose with the error of a particle filter on a laser scan
 * (AMCL); and how far it leans, with the error of an inertial sensor. Frame `map`. Errors are drawn anew at every look;
 * a real filter's wander slowly, with the same spread, which is the same to a policy without memory.
 */
import { fromAxisAngle, type Pose, type Random, TILT, tiltOf, yawOf } from "../../core/index.js";

/** Standard deviations: metres along x and along y, radians. */
export const LOCALISATION = { position: 0.01, heading: (0.5 * Math.PI) / 180 } as const;

/** map from base_link as localisation reports it: on the floor, without tilt. */
export function localise(truth: Pose, random: Random): Pose {
  const [x, y] = truth.position;
  const yaw = yawOf(truth.orientation) + LOCALISATION.heading * random.normal();
  return {
    position: [x + LOCALISATION.position * random.normal(), y + LOCALISATION.position * random.normal(), 0],
    orientation: fromAxisAngle([0, 0, 1], yaw),
  };
}

/** Standard deviation of roll and of pitch, rad. */
export const TILT_NOISE = (0.3 * Math.PI) / 180;

/** The feature `TILT` as an inertial sensor reports it. */
export function senseTilt({ orientation }: Pose, random: Random): Record<string, Float32Array> {
  const [roll, pitch] = tiltOf(orientation);
  return {
    [TILT.name]: Float32Array.of(roll + TILT_NOISE * random.normal(), pitch + TILT_NOISE * random.normal()),
  };
}
