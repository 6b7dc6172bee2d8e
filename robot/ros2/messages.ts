/**
 * The messages that drivers and robots exchange, as typed plain data: builders and readers. Names and units are
 * those of the ROS definitions (metres, radians, seconds, x y z w). What commands a robot is refused as a whole when
 * a number is not finite; what a sensor says is taken with its NaN. Readers look fields up by name and ignore ones
 * they do not know, so later versions of a definition (control_msgs 6.3 adds `index` to feedback) do no harm.
 */
import { type Pose, type Quat, refuse, type Vec3 } from "../../core/index.js";
import { isRecord } from "./conversion.js";
import type { RosMessage } from "./graph.js";
import type { RosTime } from "./ros-client.js";
import { rosTime, secondsOf, stampOf } from "./time.js";

/** Full type names, by what they carry. */
export const ROS_TYPE = {
  jointState: "sensor_msgs/msg/JointState",
  laserScan: "sensor_msgs/msg/LaserScan",
  compressedImage: "sensor_msgs/msg/CompressedImage",
  image: "sensor_msgs/msg/Image",
  jointTrajectory: "trajectory_msgs/msg/JointTrajectory",
  controllerState: "control_msgs/msg/JointTrajectoryControllerState",
  followJointTrajectory: "control_msgs/action/FollowJointTrajectory",
  gripperCommand: "control_msgs/action/GripperCommand",
  parallelGripperCommand: "control_msgs/action/ParallelGripperCommand",
  twist: "geometry_msgs/msg/Twist",
  twistStamped: "geometry_msgs/msg/TwistStamped",
  poseWithCovariance: "geometry_msgs/msg/PoseWithCovarianceStamped",
  odometry: "nav_msgs/msg/Odometry",
  detections: "vision_msgs/msg/Detection3DArray",
  bool: "std_msgs/msg/Bool",
  string: "std_msgs/msg/String",
  trigger: "std_srvs/srv/Trigger",
} as const;

/** control_msgs/action/FollowJointTrajectory result codes */
export const TRAJECTORY_ERROR = {
  successful: 0,
  invalidGoal: -1,
  invalidJoints: -2,
  oldHeaderTimestamp: -3,
  pathToleranceViolated: -4,
  goalToleranceViolated: -5,
} as const;

/** Null: not stamped, which ROS writes as zero. */
export type Stamp = RosTime | null;

const headerOf = (stamp: Stamp, frame = ""): RosMessage => ({
  stamp: stamp === null ? { sec: 0, nanosec: 0 } : { ...stamp },
  frame_id: frame,
});

/** Joint angles (rad) or strokes (m), velocities and efforts; a list is empty when the sender does not know it. */
export interface JointStateData {
  readonly stamp: Stamp;
  readonly name: readonly string[];
  readonly position: readonly number[];
  readonly velocity: readonly number[];
  readonly effort: readonly number[];
}

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
export interface TrajectoryData {
  /** null: start now */
  readonly stamp: Stamp;
  readonly joints: readonly string[];
  readonly points: readonly TrajectoryPoint[];
}

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

export const readFollowGoal = (goal: RosMessage): TrajectoryData =>
  readJointTrajectory(record("goal", goal["trajectory"]));

export interface FollowResult {
  /** one of `TRAJECTORY_ERROR` */
  readonly code: number;
  readonly text: string;
}
export const followResult = ({ code, text }: FollowResult): RosMessage => ({
  error_code: code,
  error_string: text,
});
export const readFollowResult = (values: RosMessage): FollowResult => ({
  code: number("result", values, "error_code"),
  text: text("result", values, "error_string"),
});

export interface FollowFeedback {
  readonly stamp: Stamp;
  readonly joints: readonly string[];
  readonly desired: TrajectoryPoint;
  readonly actual: TrajectoryPoint;
  readonly error: TrajectoryPoint;
}
export const followFeedback = (data: FollowFeedback): RosMessage => ({
  header: headerOf(data.stamp),
  joint_names: data.joints,
  desired: pointMessage(data.desired),
  actual: pointMessage(data.actual),
  error: pointMessage(data.error),
});
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

/** What both gripper actions say: joint position (m or rad, as the gripper's controller counts) and effort. */
export interface GripperGoal {
  readonly position: number;
  /** 0: the controller's own limit */
  readonly maxEffort: number;
}
export interface GripperState {
  readonly position: number;
  readonly effort: number;
  readonly stalled: boolean;
  readonly reached: boolean;
}

export const gripperGoal = ({ position, maxEffort }: GripperGoal): RosMessage => ({
  command: {
    position: finite("gripper goal", "position", position),
    max_effort: finite("gripper goal", "maxEffort", maxEffort),
  },
});
/** Command: refused when not finite. */
export function readGripperGoal(goal: RosMessage): GripperGoal {
  const command = record("gripper goal", goal["command"]);
  return {
    position: finite("gripper goal", "position", number("gripper goal", command, "position")),
    maxEffort: finite("gripper goal", "max_effort", number("gripper goal", command, "max_effort")),
  };
}
/** Also its feedback. */
export const gripperResult = (state: GripperState): RosMessage => ({
  position: state.position,
  effort: state.effort,
  stalled: state.stalled,
  reached_goal: state.reached,
});
/** Also its feedback. */
export const readGripperResult = (values: RosMessage): GripperState => ({
  position: number("gripper result", values, "position"),
  effort: number("gripper result", values, "effort"),
  stalled: values["stalled"] === true,
  reached: values["reached_goal"] === true,
});

/** @param joint the gripper's joint, which this action must name */
export const parallelGripperGoal = (joint: string, { position, maxEffort }: GripperGoal): RosMessage => ({
  command: jointStateMessage({
    stamp: null,
    name: [joint],
    position: [finite("gripper goal", "position", position)],
    velocity: [],
    effort: maxEffort === 0 ? [] : [finite("gripper goal", "maxEffort", maxEffort)],
  }),
});
/** Command: refused when not finite. */
export function readParallelGripperGoal(goal: RosMessage): GripperGoal & { readonly joint: string } {
  const { name, position, effort } = readJointState(record("gripper goal", goal["command"]));
  if (name.length !== 1 || position.length !== 1)
    refuse("gripper goal", "must name one joint and its position", name);
  return {
    joint: name[0]!,
    position: finite("gripper goal", "position", position[0]!),
    maxEffort: finite("gripper goal", "effort", effort[0] ?? 0),
  };
}
export const parallelGripperResult = (joint: string, state: GripperState): RosMessage => ({
  state: jointStateMessage({
    stamp: null,
    name: [joint],
    position: [state.position],
    velocity: [],
    effort: [state.effort],
  }),
  stalled: state.stalled,
  reached_goal: state.reached,
});
/** Also its feedback, which says neither stalled nor reached. */
export function readParallelGripperResult(values: RosMessage): GripperState {
  const state = readJointState(record("gripper result", values["state"]));
  return {
    position: state.position[0] ?? Number.NaN,
    effort: state.effort[0] ?? Number.NaN,
    stalled: values["stalled"] === true,
    reached: values["reached_goal"] === true,
  };
}

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

/** One detected object: its best hypothesis, its box and how sure its place is (standard deviations, m and rad). */
export interface DetectionData {
  readonly id: string;
  readonly classId: string;
  /** 0 to 1 */
  readonly score: number;
  /** frame of the array ← centre of the box */
  readonly pose: Pose;
  readonly size: Vec3;
  readonly uncertainty: { readonly position: number; readonly rotation: number };
}
export interface DetectionsData {
  readonly stamp: Stamp;
  readonly frame: string;
  readonly detections: readonly DetectionData[];
}
export const detectionsMessage = (data: DetectionsData): RosMessage => ({
  header: headerOf(data.stamp, data.frame),
  detections: data.detections.map(({ id, classId, score, pose, size, uncertainty }) => ({
    header: headerOf(data.stamp, data.frame),
    id,
    results: [
      {
        hypothesis: { class_id: classId, score },
        pose: { pose: poseMessage(pose), covariance: diagonal(uncertainty) },
      },
    ],
    bbox: { center: poseMessage(pose), size: vectorMessage(size) },
  })),
});
/** Sensor: an object whose box is not finite, or that nothing is said of, is left out. */
export function readDetections(message: RosMessage): DetectionsData {
  const detections: DetectionData[] = [];
  for (const item of list("detections", message, "detections", MOST_DETECTIONS)) {
    const detection = record("detection", item);
    const results = list("detection", detection, "results", MOST_DETECTIONS).map((result) =>
      record("detection", result),
    );
    const scored = results.map((result) => ({ result, ...readHypothesis(result) }));
    const best = scored.reduce<(typeof scored)[number] | null>(
      (top, one) => (top === null || one.score > top.score ? one : top),
      null,
    );
    const bbox = record("detection", detection["bbox"]);
    const pose = readPose("detection", bbox["center"]);
    const size = vector("detection", bbox["size"]);
    const sound = [...pose.position, ...pose.orientation, ...size].every(Number.isFinite);
    if (best === null || !sound) continue;
    const { classId, score } = best;
    const id = text("detection", detection, "id");
    detections.push({ id, classId, score, pose, size, uncertainty: readDeviation(best.result) });
  }
  return { stamp: stampOf(message), frame: frameOf(message), detections };
}

const MOST_DETECTIONS = 1000;

function readHypothesis(result: RosMessage): { readonly classId: string; readonly score: number } {
  const hypothesis = record("hypothesis", result["hypothesis"]);
  return {
    classId: text("hypothesis", hypothesis, "class_id"),
    score: number("hypothesis", hypothesis, "score"),
  };
}

/** Row-major 6 × 6 (x, y, z, then rotations about x, y, z), variances on its diagonal. */
const diagonal = ({ position, rotation }: DetectionData["uncertainty"]): number[] =>
  Array.from({ length: 36 }, (_, i) => (i % 7 !== 0 ? 0 : i < 18 ? position ** 2 : rotation ** 2));

function readDeviation(result: RosMessage): DetectionData["uncertainty"] {
  const covariance = numbers("detection", record("detection", result["pose"]), "covariance", [36]);
  const largest = (from: number) =>
    Math.sqrt(Math.max(0, ...[0, 7, 14].map((step) => covariance[from + step]!).filter(Number.isFinite)));
  return { position: largest(0), rotation: largest(21) };
}

const vectorMessage = ([x, y, z]: Vec3): RosMessage => ({ x, y, z });
const poseMessage = ({ position, orientation: [x, y, z, w] }: Pose): RosMessage => ({
  position: vectorMessage(position),
  orientation: { x, y, z, w },
});

function vector(place: string, value: unknown): Vec3 {
  const found = record(place, value);
  return [number(place, found, "x"), number(place, found, "y"), number(place, found, "z")];
}

function readPose(place: string, value: unknown): Pose {
  const pose = record(place, value);
  const turn = record(place, pose["orientation"]);
  const orientation: Quat = [
    number(place, turn, "x"),
    number(place, turn, "y"),
    number(place, turn, "z"),
    number(place, turn, "w"),
  ];
  return { position: vector(place, pose["position"]), orientation };
}

const frameOf = (message: RosMessage): string =>
  text("header", record("header", message["header"]), "frame_id");

const record = (place: string, value: unknown): RosMessage =>
  isRecord(value) ? value : refuse(place, "must be a message", value);

function list(place: string, message: RosMessage, field: string, most: number): readonly unknown[] {
  const value = message[field];
  return Array.isArray(value) && value.length <= most
    ? value
    : refuse(place, `${field} must be a list of at most ${most}`, value);
}

function number(place: string, message: RosMessage, field: string): number {
  const value = message[field];
  return typeof value === "number" ? value : refuse(place, `${field} must be a number`, value);
}

function text(place: string, message: RosMessage, field: string): string {
  const value = message[field];
  return typeof value === "string" ? value : refuse(place, `${field} must be text`, value);
}

const texts = (place: string, message: RosMessage, field: string): string[] =>
  list(place, message, field, MOST_DETECTIONS).map((item) =>
    typeof item === "string" ? item : refuse(place, `${field} must be texts`, item),
  );

function numbers(
  place: string,
  message: RosMessage,
  field: string,
  lengths: readonly number[] | null,
): readonly number[] {
  const value = message[field];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "number"))
    return refuse(place, `${field} must be a list of numbers`, value);
  return lengths === null || lengths.includes(value.length)
    ? (value as number[])
    : refuse(place, `${field} must have ${lengths.join(" or ")} numbers`, value.length);
}

function duration(place: string, message: RosMessage, field: string): number {
  const time = record(place, message[field]);
  return secondsOf({ sec: number(place, time, "sec"), nanosec: number(place, time, "nanosec") });
}

function allFinite<List extends readonly number[]>(place: string, name: string, values: List): List {
  return values.every(Number.isFinite) ? values : refuse(place, `${name} must be finite`, values);
}

const finite = (place: string, name: string, value: number): number =>
  Number.isFinite(value) ? value : refuse(place, `${name} must be finite`, value);
