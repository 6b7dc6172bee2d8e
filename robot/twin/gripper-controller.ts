/**
 * A gripper's controllers as a robot would have them, in front of a simulated hand: the GripperCommand action
 * (`gripper_controllers`), the ParallelGripperCommand action (`parallel_gripper_controller`), and a trajectory topic
 * of its joints. Positions on the wire are what the profile's opening counts; metres, newtons. A goal ends when its
 * opening is reached or the gripper has stalled on something (stalling is allowed: that is how one grasps).
 */
import { impossible, messageOf, refuse } from "../../core/index.js";
import { type Opening, positionOf, widthOf } from "../drivers/opening.js";
import type { ArmProfile } from "../drivers/profile.js";
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
  /** N, where a goal says none */
  readonly force: number;
  readonly opening: Opening;
  /** every way to reach it; what goes with the arm is the arm's controller's */
  readonly ways: readonly ArmProfile["gripper"][];
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

/** m between the pads */
const REACHED = 0.002;
/** m/s of the opening: slower is standing; s: standing for so long is stalled */
const STALL = { speed: 0.002, seconds: 0.25 };
const FEEDBACK = 0.1;
/** share of the range of positions that a goal may lie beyond its ends */
const SLACK = 0.025;

interface ActiveGoal {
  /** m between the pads */
  readonly width: number;
  readonly context: GoalContext;
  answer(status: GoalStatus, state: GripperState): void;
  feedback(state: GripperState): void;
  still: number;
  feedbackDue: number;
}

export function openGripperController(options: GripperControllerOptions): GripperController {
  const { graph, hand, opening } = options;
  const [low, high] = [opening[0]![1], opening.at(-1)![1]].sort((a, b) => a - b) as [number, number];
  let goal: ActiveGoal | null = null;
  let before = hand.width();

  const state = (stalled: boolean, reached: boolean): GripperState => ({
    position: positionOf(opening, hand.width()),
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
    hand.set(widthOf(opening, position), maxEffort > 0 ? maxEffort : options.force);
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
        const slack = SLACK * (high - low);
        return position < low - slack || position > high + slack
          ? `position must be from ${low} to ${high}`
          : null;
      } catch (error) {
        return messageOf(error);
      }
    },
    execute: (message, context) =>
      new Promise((resolve) => {
        end(GOAL_STATUS.aborted);
        const wanted = read(message);
        const active: ActiveGoal = {
          width: widthOf(opening, wanted.position),
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
          hand.set(hand.width(), options.force);
          end(GOAL_STATUS.canceled);
        };
        context.canceled.addEventListener("abort", cancel, { once: true });
      }),
  });
  /** The state alone: the newer action's feedback has nothing else. */
  const stateOf = (joint: string, each: GripperState): RosMessage => ({
    state: parallelGripperResult(joint, each)["state"],
  });
  const register = (way: ArmProfile["gripper"]): (() => void) => {
    switch (way.via) {
      case "gripper-command":
        return graph.serveAction(
          way.action,
          ROS_TYPE.gripperCommand,
          serve(readGripperGoal, gripperResult, gripperResult),
        );
      case "parallel-gripper": {
        const read = (message: RosMessage): GripperGoal => {
          const wanted = readParallelGripperGoal(message);
          return wanted.joint === way.joint
            ? wanted
            : refuse("gripper goal", `joint must be ${way.joint}`, wanted.joint);
        };
        return graph.serveAction(
          way.action,
          ROS_TYPE.parallelGripperCommand,
          serve(
            read,
            (each) => parallelGripperResult(way.joint, each),
            (each) => stateOf(way.joint, each),
          ),
        );
      }
      case "trajectory":
        return graph.subscribe(way.topic, ROS_TYPE.jointTrajectory, (message) => {
          if (options.blocked() !== null) return;
          const { joints, points } = readJointTrajectory(message);
          const last = points.at(-1);
          const index = joints.findIndex((joint) => way.joints.includes(joint));
          if (last === undefined || index < 0)
            return refuse(
              "gripper trajectory",
              `must move one of ${way.joints.join(", ")}`,
              joints.join(", "),
            );
          end(GOAL_STATUS.aborted);
          move({ position: last.positions[index]!, maxEffort: 0 });
        });
      case "with-arm":
        return () => {};
      default:
        return impossible(way);
    }
  };
  const registrations = options.ways.map(register);

  return {
    update: (dt) => {
      const now = hand.width();
      const speed = Math.abs(now - before) / dt;
      before = now;
      if (goal === null) return;
      goal.still = speed < STALL.speed ? goal.still + dt : 0;
      goal.feedbackDue -= dt;
      if (Math.abs(now - goal.width) < REACHED) return end(GOAL_STATUS.succeeded, false, true);
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
