/**
 * What a mobile base hears and says as typed plain data: twists, odometry, localisation, laser scans; metres,
 * radians, seconds. A twist is refused when a number is not finite; what a sensor says is taken with its NaN.
 */
import type { Pose, Quat, Vec3 } from "../../core/index.js";
import type { RosMessage } from "./graph.js";
import {
  allFinite,
  frameOf,
  headerOf,
  number,
  numbers,
  poseMessage,
  readPose,
  readQuat,
  record,
  type Stamp,
  text,
  vector,
  vectorMessage,
} from "./message-fields.js";
import { stampOf } from "./time.js";

/** Velocities in m/s and rad/s, in the frame of the base. */
export interface TwistData {
  readonly linear: Vec3;
  readonly angular: Vec3;
}

/** Command: refused when not finite. */
export const twistMessage = ({ linear, angular }: TwistData): RosMessage => ({
  linear: vectorMessage(allFinite("twist", "linear", linear)),
  angular: vectorMessage(allFinite("twist", "angular", angular)),
});
/** A `TwistStamped`; refused when not finite. */
export const twistStampedMessage = (stamp: Stamp, frame: string, data: TwistData): RosMessage => ({
  header: headerOf(stamp, frame),
  twist: twistMessage(data),
});
/** Command: refused when not finite. */
export function readTwist(message: RosMessage): TwistData {
  const data = readVelocities(message);
  allFinite("twist", "linear", data.linear);
  allFinite("twist", "angular", data.angular);
  return data;
}
/** Command: refused when not finite. */
export const readTwistStamped = (message: RosMessage): TwistData & { readonly stamp: Stamp } => ({
  stamp: stampOf(message),
  ...readTwist(record("twist", message["twist"])),
});
const readVelocities = (message: RosMessage): TwistData => ({
  linear: vector("twist", message["linear"]),
  angular: vector("twist", message["angular"]),
});

/** Where a base is and how it moves. */
export interface OdometryData {
  readonly stamp: Stamp;
  readonly frame: string;
  readonly childFrame: string;
  /** frame ← child frame */
  readonly pose: Pose;
  /** in the child frame */
  readonly twist: TwistData;
}
/** A `nav_msgs/Odometry`; covariances are left at zero, "unknown". */
export const odometryMessage = (data: OdometryData): RosMessage => ({
  header: headerOf(data.stamp, data.frame),
  child_frame_id: data.childFrame,
  pose: { pose: poseMessage(data.pose) },
  twist: {
    twist: { linear: vectorMessage(data.twist.linear), angular: vectorMessage(data.twist.angular) },
  },
});
/** Sensor: values may be NaN. */
export function readOdometry(message: RosMessage): OdometryData {
  const pose = record("odometry", message["pose"]);
  const twist = record("odometry", message["twist"]);
  return {
    stamp: stampOf(message),
    frame: frameOf(message),
    childFrame: text("odometry", message, "child_frame_id"),
    pose: readPose("odometry", pose["pose"]),
    twist: readVelocities(record("odometry", twist["twist"])),
  };
}

/** Where something is, as localisation says it. */
export interface LocatedData {
  readonly stamp: Stamp;
  readonly frame: string;
  readonly pose: Pose;
}
/** PoseWithCovarianceStamped; the covariance is left at zero, "unknown". */
export const locatedMessage = ({ stamp, frame, pose }: LocatedData): RosMessage => ({
  header: headerOf(stamp, frame),
  pose: { pose: poseMessage(pose) },
});
/** Sensor: values may be NaN. */
export const readLocated = (message: RosMessage): LocatedData => ({
  stamp: stampOf(message),
  frame: frameOf(message),
  pose: readPose("located", record("located", message["pose"])["pose"]),
});

/** How an inertial sensor is turned against a frame with z up. */
export interface InertialData {
  readonly stamp: Stamp;
  readonly frame: string;
  /** null: the sensor estimates none (it says so by a covariance of -1) */
  readonly orientation: Quat | null;
}
/** A `sensor_msgs/Imu` of an orientation alone: what it does not measure is marked so, by -1 in the covariance. */
export const imuMessage = ({ stamp, frame, orientation }: InertialData): RosMessage => {
  const [x, y, z, w] = orientation ?? [0, 0, 0, 1];
  return {
    header: headerOf(stamp, frame),
    orientation: { x, y, z, w },
    orientation_covariance: covarianceOf(orientation !== null),
    angular_velocity_covariance: covarianceOf(false),
    linear_acceleration_covariance: covarianceOf(false),
  };
};
const covarianceOf = (measured: boolean): number[] => [measured ? 0 : -1, ...new Array<number>(8).fill(0)];
/** Sensor: values may be NaN. */
export function readImu(message: RosMessage): InertialData {
  const [unmeasured] = numbers("imu", message, "orientation_covariance", [9]);
  return {
    stamp: stampOf(message),
    frame: frameOf(message),
    orientation: unmeasured === -1 ? null : readQuat("imu", record("imu", message["orientation"])),
  };
}

/** Distances by angle (rad, counter-clockwise from the sensor's x axis); out of range is infinite or NaN (REP 117). */
export interface LaserScanData {
  readonly stamp: Stamp;
  readonly frame: string;
  readonly angleMin: number;
  readonly angleIncrement: number;
  readonly rangeMin: number;
  readonly rangeMax: number;
  readonly ranges: readonly number[];
}
/** A `sensor_msgs/LaserScan`. */
export const laserScanMessage = (data: LaserScanData): RosMessage => ({
  header: headerOf(data.stamp, data.frame),
  angle_min: data.angleMin,
  angle_max: data.angleMin + data.angleIncrement * Math.max(0, data.ranges.length - 1),
  angle_increment: data.angleIncrement,
  range_min: data.rangeMin,
  range_max: data.rangeMax,
  ranges: data.ranges,
});
/** Sensor: ranges may be NaN; bridges write infinity as null too, so that both mean "nothing seen". */
export const readLaserScan = (message: RosMessage): LaserScanData => ({
  stamp: stampOf(message),
  frame: frameOf(message),
  angleMin: number("scan", message, "angle_min"),
  angleIncrement: number("scan", message, "angle_increment"),
  rangeMin: number("scan", message, "range_min"),
  rangeMax: number("scan", message, "range_max"),
  ranges: numbers("scan", message, "ranges", null),
});
