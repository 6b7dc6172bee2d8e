/**
 * The Franka Hand's controllers as a robot would have them, in front of a simulated hand: the GripperCommand action
 * (`gripper_controllers`), the ParallelGripperCommand action (`parallel_gripper_controller`), and a trajectory topic
 * of the finger joints. Positions on the wire are one finger's, half the opening; metres, newtons. A goal ends when
 * its position is reached or the fingers have stalled on something (stalling is allowed: that is how one grasps).
 */
import { FRANKA_HAND, messageOf } from "../../core/index.js";
import {
  type ActionServer,
  GOAL_STATUS,
  type GoalContext,
  type GoalStatus,
  type RosGraph,
  type RosMessage,
} from "../ros2/graph.js";
import {
  type GripperGoal,
  type GripperState,
  gripperResult,
  parallelGripperResult,
  ROS_TYPE,
  readGripperGoal,
  readJointTrajectory,
  readParallelGripperGoal,
} from "../ros2/messages.js";

export interface Hand {
  /** m between the pads */
  width(): number;
  /** N */
  force(): number;
  set(width: number, force: number): void;
}

export interface GripperControllerOptions {
  readonly graph: RosGraph;
  readonly hand: Hand;
  /** action of type GripperCommand */
  readonly command: string;
  /** action of type ParallelGripperCommand */
  readonly parallel: string;
  /** topic of type JointTrajectory */
  readonly trajectory: string;
  /** why nothing may move now, or null */
  blocked(): string | null;
}

export interface GripperController {
  /** One control period of `dt` s on. */
  update(dt: number): void;
  /** Stays as it is; a goal under way is aborted. What is held stays held. */
  halt(): void;
  close(): void;
}

/** m of one finger */
const REACHED = 0.001;
/** m/s of one finger: slower is standing; s: standing for so long is stalled */
const STALL = { speed: 0.001, seconds: 0.25 };
const FEEDBACK = 0.1;
const FINGERS: ReadonlySet<string> = new Set(FRANKA_HAND.joints);

interface ActiveGoal {
  readonly position: number;
  readonly context: GoalContext;
  answer(status: GoalStatus, state: GripperState): void;
  feedback(state: GripperState): void;
  still: number;
  feedbackDue: number;
}

export function openGripperController(options: GripperControllerOptions): GripperController {
  const { graph, hand } = options;
  const half = FRANKA_HAND.open / 2;
  let goal: ActiveGoal | null = null;
  let before = hand.width() / 2;

  const state = (stalled: boolean, reached: boolean): GripperState => ({
    position: hand.width() / 2,
    effort: hand.force(),
    stalled,
    reached,
  });
  const end = (status: GoalStatus, stalled = false, reached = false): void => {
    const ended = goal;
    goal = null;
    ended?.answer(status, state(stalled, reached));
  };
  const move = ({ position, maxEffort }: GripperGoal): void => {
    hand.set(2 * Math.min(half, Math.max(0, position)), maxEffort > 0 ? maxEffort : FRANKA_HAND.force);
  };

  const serve = <Goal extends GripperGoal>(
    read: (message: RosMessage) => Goal,
    result: (state: GripperState) => RosMessage,
    feedback: (state: GripperState) => RosMessage,
  ): ActionServer => ({
    refuse: (message) => {
      const blocked = options.blocked();
      if (blocked !== null) return blocked;
      try {
        const { position } = read(message);
        return position < -REACHED || position > half + REACHED ? `position must be from 0 to ${half}` : null;
      } catch (error) {
        return messageOf(error);
      }
    },
    execute: (message, context) =>
      new Promise((resolve) => {
        end(GOAL_STATUS.aborted);
        const wanted = read(message);
        const active: ActiveGoal = {
          position: wanted.position,
          context,
          answer: (status, reached) => resolve({ status, result: result(reached) }),
          feedback: (now) => context.feedback(feedback(now)),
          still: 0,
          feedbackDue: FEEDBACK,
        };
        goal = active;
        move(wanted);
        const cancel = (): void => {
          if (goal !== active) return;
          hand.set(hand.width(), FRANKA_HAND.force);
          end(GOAL_STATUS.canceled);
        };
        context.canceled.addEventListener("abort", cancel, { once: true });
      }),
  });
  const finger = FRANKA_HAND.joints[0];
  const parallelResult = (each: GripperState): RosMessage => parallelGripperResult(finger, each);
  /** The state alone: this action's feedback has nothing else. */
  const parallelFeedback = (each: GripperState): RosMessage => ({ state: parallelResult(each)["state"] });
  const readParallel = (message: RosMessage): GripperGoal => {
    const wanted = readParallelGripperGoal(message);
    if (wanted.joint !== finger) throw new Error(`the gripper's joint is ${finger}, not ${wanted.joint}`);
    return wanted;
  };

  const registrations = [
    graph.serveAction(
      options.command,
      ROS_TYPE.gripperCommand,
      serve(readGripperGoal, gripperResult, gripperResult),
    ),
    graph.serveAction(
      options.parallel,
      ROS_TYPE.parallelGripperCommand,
      serve(readParallel, parallelResult, parallelFeedback),
    ),
    graph.subscribe(options.trajectory, ROS_TYPE.jointTrajectory, (message) => {
      if (options.blocked() !== null) return;
      const { joints, points } = readJointTrajectory(message);
      const last = points.at(-1);
      const index = joints.findIndex((joint) => FINGERS.has(joint));
      if (last === undefined || index < 0) throw new Error("must move a finger joint");
      end(GOAL_STATUS.aborted);
      move({ position: last.positions[index]!, maxEffort: 0 });
    }),
  ];

  return {
    update: (dt) => {
      const now = hand.width() / 2;
      const speed = Math.abs(now - before) / dt;
      before = now;
      if (goal === null) return;
      goal.still = speed < STALL.speed ? goal.still + dt : 0;
      goal.feedbackDue -= dt;
      if (Math.abs(now - goal.position) < REACHED) return end(GOAL_STATUS.succeeded, false, true);
      if (goal.still >= STALL.seconds) return end(GOAL_STATUS.succeeded, true, false);
      if (goal.feedbackDue > 0) return;
      goal.feedbackDue += FEEDBACK;
      goal.feedback(state(false, false));
    },
    halt: () => end(GOAL_STATUS.aborted),
    close: () => {
      for (const unregister of registrations) unregister();
    },
  };
}
