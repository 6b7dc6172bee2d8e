/**
 * A `joint_trajectory_controller` as ros2_controllers has it, in front of a simulated arm: trajectories on a topic
 * (fire and forget) and as goals of FollowJointTrajectory, each replacing the one before; cubic between points with
 * velocities; an empty trajectory on the topic holds; every joint named, times increasing, the last point at rest.
 * Configured with `interpolate_from_desired_state`: a new trajectory starts where the old one was to be.
 * Joints in radians. Not here: partial goals, effort, multi-DOF parts, `cmd_timeout`.
 */
import { messageOf } from "../../core/index.js";
import {
  type ActionServer,
  GOAL_STATUS,
  type GoalContext,
  type RosGraph,
  type RosMessage,
} from "../ros2/graph.js";
import {
  followFeedback,
  followResult,
  jointTrajectoryMessage,
  ROS_TYPE,
  readJointTrajectory,
  TRAJECTORY_ERROR,
  type TrajectoryData,
} from "../ros2/messages.js";
import { secondsOf } from "../ros2/time.js";
import { type JointPath, type JointSample, samplePath } from "../trajectory.js";
import type { TwinTime } from "./twin-time.js";

export interface TrajectoryControllerOptions {
  readonly graph: RosGraph;
  readonly time: TwinTime;
  /** `/panda_arm_controller` */
  readonly name: string;
  readonly joints: readonly string[];
  /** rad; what is measured now */
  measured(): JointSample;
  /** why nothing may move now, or null */
  blocked(): string | null;
}

export interface TrajectoryController {
  /** One control period of `dt` s on: where the joints are to be at its end. */
  update(dt: number): JointSample;
  /** Stands where the arm was to be now; a goal under way is aborted with that reason. */
  halt(reason: string): void;
  /** Publishes `controller_state`. */
  publishState(): void;
  close(): void;
}

/** A goal with what it demands. */
interface ActiveGoal {
  readonly context: GoalContext;
  readonly tolerances: Tolerances;
  readonly end: (code: number, text: string, status: (typeof GOAL_STATUS)[keyof typeof GOAL_STATUS]) => void;
  feedbackDue: number;
}

/** Largest error of each joint on the way and at the end, rad; infinite where the goal demands none. */
interface Tolerances {
  readonly path: readonly number[];
  readonly goal: readonly number[];
  /** s that the end may be late; 0: no limit */
  readonly time: number;
}

/** s between two feedbacks of a goal */
const FEEDBACK = 0.05;
/** rad/s: a last point slower than this is at rest */
const REST = 1e-3;

export function openTrajectoryController(options: TrajectoryControllerOptions): TrajectoryController {
  const { graph, time, name, joints } = options;
  const n = joints.length;
  let path: JointPath = [];
  let elapsed = 0;
  let from: JointSample = { q: options.measured().q.slice(), qd: new Float64Array(n) };
  let desired: JointSample = from;
  let goal: ActiveGoal | null = null;

  const hold = (): void => {
    path = [];
    from = { q: desired.q, qd: new Float64Array(n) };
    desired = from;
  };
  const follow = (data: TrajectoryData): void => {
    const order = joints.map((joint) => data.joints.indexOf(joint));
    const pick = (values: readonly number[]) => Float64Array.from(order, (index) => values[index]!);
    path = data.points.map((point) => ({
      positions: pick(point.positions),
      velocities: point.velocities.length === 0 ? null : pick(point.velocities),
      time: point.time,
    }));
    from = desired;
    // A stamp in the future waits, one in the past joins on the way.
    elapsed = data.stamp === null ? 0 : time.age(data.stamp);
  };
  const refusal = (data: TrajectoryData): string | null => {
    const blocked = options.blocked();
    if (blocked !== null) return blocked;
    const unknown = data.joints.find((joint) => !joints.includes(joint));
    if (unknown !== undefined) return `Incoming joint ${unknown} doesn't match the controller's joints.`;
    if (data.joints.length !== n) return "Joints on incoming trajectory don't match the controller joints.";
    const last = data.points.at(-1);
    if (last?.velocities.some((velocity) => Math.abs(velocity) > REST))
      return "Velocity of last trajectory point is not zero.";
    if (last !== undefined && data.stamp !== null && time.age(data.stamp) > last.time)
      return "Received trajectory with non-zero start time that ends in the past.";
    return null;
  };
  const endGoal = (code: number, text: string, status: Parameters<ActiveGoal["end"]>[2]): void => {
    const ended = goal;
    goal = null;
    ended?.end(code, text, status);
  };

  const server: ActionServer = {
    refuse: (message) => {
      try {
        const data = readJointTrajectory(message["trajectory"] as RosMessage);
        if (data.points.length === 0) return "Empty trajectory received.";
        tolerancesOf(message, joints);
        return refusal(data);
      } catch (error) {
        return messageOf(error);
      }
    },
    execute: (message, context) =>
      new Promise((resolve) => {
        endGoal(
          TRAJECTORY_ERROR.invalidGoal,
          "Current goal cancelled due to new incoming action.",
          GOAL_STATUS.aborted,
        );
        const active: ActiveGoal = {
          context,
          tolerances: tolerancesOf(message, joints),
          end: (code, text, status) => resolve({ status, result: followResult({ code, text }) }),
          feedbackDue: 0,
        };
        goal = active;
        follow(readJointTrajectory(message["trajectory"] as RosMessage));
        const cancel = (): void => {
          if (goal !== active) return;
          hold();
          endGoal(TRAJECTORY_ERROR.successful, "Trajectory canceled.", GOAL_STATUS.canceled);
        };
        context.canceled.addEventListener("abort", cancel, { once: true });
      }),
  };

  const errors = (): Float64Array => {
    const { q } = options.measured();
    return desired.q.map((value, i) => value - q[i]!);
  };
  const judge = (active: ActiveGoal): void => {
    const error = errors();
    const { path: onWay, goal: atEnd, time: late } = active.tolerances;
    const end = path.at(-1)?.time;
    // An empty trajectory on the topic holds the arm; the goal's client goes on waiting, as on a real one.
    if (end === undefined) return;
    if (elapsed < end) {
      if (!error.some((value, i) => Math.abs(value) > onWay[i]!)) return;
      hold();
      endGoal(
        TRAJECTORY_ERROR.pathToleranceViolated,
        "Aborted due to path tolerance violation",
        GOAL_STATUS.aborted,
      );
      return;
    }
    if (error.every((value, i) => Math.abs(value) <= atEnd[i]!))
      endGoal(TRAJECTORY_ERROR.successful, "Goal successfully reached!", GOAL_STATUS.succeeded);
    else if (late > 0 && elapsed > end + late)
      endGoal(
        TRAJECTORY_ERROR.goalToleranceViolated,
        `Aborted due to goal_time_tolerance exceeding by ${(elapsed - end).toFixed(3)} seconds`,
        GOAL_STATUS.aborted,
      );
  };

  const points = () => {
    const { q, qd } = options.measured();
    const point = (positions: Float64Array, velocities: Float64Array) => ({
      positions: Array.from(positions),
      velocities: Array.from(velocities),
      time: Math.max(0, elapsed),
    });
    return {
      desired: point(desired.q, desired.qd),
      actual: point(q, qd),
      error: point(
        errors(),
        desired.qd.map((value, i) => value - qd[i]!),
      ),
    };
  };

  const publish = graph.advertise(`${name}/controller_state`, ROS_TYPE.controllerState);
  const registrations = [
    graph.subscribe(`${name}/joint_trajectory`, ROS_TYPE.jointTrajectory, (message) => {
      const data = readJointTrajectory(message);
      const refused = refusal(data);
      if (refused !== null) throw new Error(refused);
      if (data.points.length === 0) hold();
      else follow(data);
    }),
    graph.serveAction(`${name}/follow_joint_trajectory`, ROS_TYPE.followJointTrajectory, server),
  ];

  return {
    update: (dt) => {
      elapsed += dt;
      if (path.length > 0)
        desired = elapsed < 0 ? { q: from.q, qd: new Float64Array(n) } : samplePath(path, from, elapsed);
      if (goal !== null) {
        goal.feedbackDue -= dt;
        if (goal.feedbackDue <= 0) {
          goal.feedbackDue += FEEDBACK;
          goal.context.feedback(followFeedback({ stamp: time.now(), joints, ...points() }));
        }
        judge(goal);
      }
      return desired;
    },
    halt: (reason) => {
      hold();
      endGoal(TRAJECTORY_ERROR.invalidGoal, reason, GOAL_STATUS.aborted);
    },
    publishState: () => {
      const { desired: reference, actual, error } = points();
      const message = (point: typeof actual) =>
        (jointTrajectoryMessage({ stamp: null, joints, points: [point] })["points"] as RosMessage[])[0]!;
      publish({
        header: { stamp: { ...time.now() }, frame_id: "" },
        joint_names: joints,
        reference: message(reference),
        feedback: message(actual),
        error: message(error),
      });
    },
    close: () => {
      for (const unregister of registrations) unregister();
    },
  };
}

/** Of `path_tolerance`, `goal_tolerance` and `goal_time_tolerance`: 0 means "as configured", which is none here. */
function tolerancesOf(message: RosMessage, joints: readonly string[]): Tolerances {
  const of = (field: string): number[] => {
    const given = (message[field] ?? []) as readonly { readonly name: string; readonly position: number }[];
    const unknown = given.find((each) => !joints.includes(each.name));
    if (unknown !== undefined)
      throw new Error(`Tolerance of joint ${unknown.name}, which is not controlled.`);
    return joints.map((joint) => {
      const position = given.find((each) => each.name === joint)?.position ?? 0;
      return position > 0 ? position : Number.POSITIVE_INFINITY;
    });
  };
  const late = message["goal_time_tolerance"] as { readonly sec: number; readonly nanosec: number };
  return { path: of("path_tolerance"), goal: of("goal_tolerance"), time: Math.max(0, secondsOf(late)) };
}
