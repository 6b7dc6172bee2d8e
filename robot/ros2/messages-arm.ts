/**
 * Joint states and joint trajectories as typed plain data; radians or metres, seconds. A command is refused as a
 * whole when a number is not finite; what a sensor says is taken with its NaN. No gripper here.
 */
import { refuse } from "../../core/index.js";
import type { RosMessage } from "./graph.js";
import {
  allFinite,
  duration,
  headerOf,
  list,
  number,
  numbers,
  record,
  type Stamp,
  text,
  texts,
} from "./message-fields.js";
import { rosTime, stampOf } from "./time.js";

/** control_msgs/action/FollowJointTrajectory result codes */
export const TRAJECTORY_ERROR = {
  successful: 0,
  invalidGoal: -1,
  invalidJoints: -2,
  oldHeaderTimestamp: -3,
  pathToleranceViolated: -4,
  goalToleranceViolated: -5,
} as const;

/** Joint angles (rad) or strokes (m), velocities and efforts; a list is empty when the sender does not know it. */
export interface JointStateData {
  readonly stamp: Stamp;
  readonly name: readonly string[];
  readonly position: readonly number[];
  readonly velocity: readonly number[];
  readonly effort: readonly number[];
}

/** A `sensor_msgs/JointState`. */
export const jointStateMessage = (data: JointStateData): RosMessage => ({
  header: headerOf(data.stamp),
  name: data.name,
  position: data.position,
  velocity: data.velocity,
  effort: data.effort,
});

/** Sensor: values may be NaN, lists empty, joints in any order. */
export function readJointState(message: RosMessage): JointStateData {
  const place = "joint state";
  const name = texts(place, message, "name");
  return {
    stamp: stampOf(message),
    name,
    position: numbers(place, message, "position", [0, name.length]),
    velocity: numbers(place, message, "velocity", [0, name.length]),
    effort: numbers(place, message, "effort", [0, name.length]),
  };
}

/** One point of a trajectory; `time` in seconds from its start. */
export interface TrajectoryPoint {
  readonly positions: readonly number[];
  /** empty: the controller interpolates without them */
  readonly velocities: readonly number[];
  readonly time: number;
}
/** Where joints are to be, when. */
export interface TrajectoryData {
  /** null: start now */
  readonly stamp: Stamp;
  readonly joints: readonly string[];
  readonly points: readonly TrajectoryPoint[];
}

/** A `trajectory_msgs/JointTrajectory`; refused as a whole as `readJointTrajectory` does. */
export const jointTrajectoryMessage = (data: TrajectoryData): RosMessage => {
  checkTrajectory(data);
  return {
    header: headerOf(data.stamp),
    joint_names: data.joints,
    points: data.points.map((point) => pointMessage(point)),
  };
};

const pointMessage = ({ positions, velocities, time }: TrajectoryPoint): RosMessage => ({
  positions,
  velocities,
  accelerations: [],
  effort: [],
  time_from_start: rosTime(time),
});

/** Command: refused as a whole unless every number is finite, every list complete and time goes forward. */
export function readJointTrajectory(message: RosMessage): TrajectoryData {
  const joints = texts("trajectory", message, "joint_names");
  const points = list("trajectory", message, "points", MOST_POINTS).map((item): TrajectoryPoint => {
    const point = record("trajectory point", item);
    return {
      positions: numbers("trajectory point", point, "positions", [joints.length]),
      velocities: numbers("trajectory point", point, "velocities", [0, joints.length]),
      time: duration("trajectory point", point, "time_from_start"),
    };
  });
  const data = { stamp: stampOf(message), joints, points };
  checkTrajectory(data);
  return data;
}

const MOST_POINTS = 10_000;

function checkTrajectory({ joints, points }: TrajectoryData): void {
  if (new Set(joints).size !== joints.length) refuse("trajectory", "joint names must be unique", joints);
  let before = -1;
  for (const { positions, velocities, time } of points) {
    if (positions.length !== joints.length)
      refuse("trajectory", `point must have ${joints.length} positions`, positions);
    if (velocities.length !== 0 && velocities.length !== joints.length)
      refuse("trajectory", `point must have ${joints.length} velocities or none`, velocities);
    allFinite("trajectory", "positions", positions);
    allFinite("trajectory", "velocities", velocities);
    if (!(Number.isFinite(time) && time >= 0 && time > before))
      refuse("trajectory", "times must be finite and increasing", time);
    before = time;
  }
}

/** @param tolerance seconds that the end may be late; 0: the controller's own */
export const followGoal = (trajectory: TrajectoryData, tolerance = 0): RosMessage => ({
  trajectory: jointTrajectoryMessage(trajectory),
  goal_time_tolerance: rosTime(tolerance),
});

/** Command: the trajectory of a `FollowJointTrajectory` goal, refused as `readJointTrajectory` does. */
export const readFollowGoal = (goal: RosMessage): TrajectoryData =>
  readJointTrajectory(record("goal", goal["trajectory"]));

/** How a trajectory ended, as its controller says it. */
export interface FollowResult {
  /** one of `TRAJECTORY_ERROR` */
  readonly code: number;
  readonly text: string;
}
/** A `FollowJointTrajectory` result. */
export const followResult = ({ code, text }: FollowResult): RosMessage => ({
  error_code: code,
  error_string: text,
});
/** The result of `FollowJointTrajectory`. */
export const readFollowResult = (values: RosMessage): FollowResult => ({
  code: number("result", values, "error_code"),
  text: text("result", values, "error_string"),
});

/** How a trajectory goes. */
export interface FollowFeedback {
  readonly stamp: Stamp;
  readonly joints: readonly string[];
  readonly desired: TrajectoryPoint;
  readonly actual: TrajectoryPoint;
  readonly error: TrajectoryPoint;
}
/** A `FollowJointTrajectory` feedback. */
export const followFeedback = (data: FollowFeedback): RosMessage => ({
  header: headerOf(data.stamp),
  joint_names: data.joints,
  desired: pointMessage(data.desired),
  actual: pointMessage(data.actual),
  error: pointMessage(data.error),
});
/** Sensor: values may be NaN. */
export function readFollowFeedback(values: RosMessage): FollowFeedback {
  const joints = texts("feedback", values, "joint_names");
  const point = (name: string): TrajectoryPoint => {
    const found = record("feedback", values[name]);
    return {
      positions: numbers("feedback", found, "positions", [0, joints.length]),
      velocities: numbers("feedback", found, "velocities", [0, joints.length]),
      time: duration("feedback", found, "time_from_start"),
    };
  };
  return {
    stamp: stampOf(values),
    joints,
    desired: point("desired"),
    actual: point("actual"),
    error: point("error"),
  };
}
