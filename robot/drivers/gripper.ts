/**
 * A gripper with a controller of its own, by one of three ways: the GripperCommand action, the ParallelGripperCommand
 * action, or a trajectory on a topic where the bridge knows no actions. Widths are the opening between the pads, metres.
 * A stream of widths becomes a command only when it changes; what a hand does with an object between its pads is its own
 * affair. A jaw that is one more joint of the arm's controller is in `jaw.ts`.
 */
import { impossible, messageOf } from "../../core/index.js";
import { gripperGoal, jointTrajectoryMessage, parallelGripperGoal, ROS_TYPE } from "../ros2/messages.js";
import type { GoalHandle, RosClient } from "../ros2/ros-client.js";
import { type Opening, positionOf } from "./opening.js";
import type { ArmProfile } from "./profile.js";

export interface Gripper {
  /** To be called with every command. @returns false when the link is down */
  command(width: number): boolean;
  /** Tries again what could not be sent. */
  tick(): void;
  /** Stops a motion under way. */
  cancel(): void;
}

/** m: smaller changes are noise of a policy */
const CHANGE = 0.002;
/** goals that may be under way at once: each replaces the one before, so they end at once */
const MOST_GOALS = 3;
/** s */
const TIMEOUT = 10;

export function createGripper(
  client: RosClient,
  profile: Exclude<ArmProfile["gripper"], { readonly via: "with-arm" }>,
  opening: Opening,
  onTrouble: (detail: string) => void,
): Gripper {
  let wanted: number | null = null;
  let sent: number | null = null;
  let running = 0;
  let newest: GoalHandle | null = null;

  const act = (action: string, type: string, goal: Parameters<RosClient["sendGoal"]>[2]): boolean => {
    if (!client.up) return false;
    if (running >= MOST_GOALS) return true;
    const handle = client.sendGoal(action, type, goal, { timeout: TIMEOUT });
    newest = handle;
    running++;
    handle.result
      .catch((error: unknown) => {
        // What was not carried out is sent again when it is still wanted.
        if (newest === handle) sent = null;
        onTrouble(messageOf(error));
      })
      .finally(() => {
        running--;
      });
    return true;
  };

  const send = (width: number): boolean => {
    const position = positionOf(opening, width);
    switch (profile.via) {
      case "gripper-command":
        return act(
          profile.action,
          ROS_TYPE.gripperCommand,
          gripperGoal({ position, maxEffort: profile.effort }),
        );
      case "parallel-gripper":
        return act(
          profile.action,
          ROS_TYPE.parallelGripperCommand,
          parallelGripperGoal(profile.joint, { position, maxEffort: profile.effort }),
        );
      case "trajectory":
        return client.publish(
          profile.topic,
          ROS_TYPE.jointTrajectory,
          jointTrajectoryMessage({
            stamp: null,
            joints: profile.joints,
            points: [
              {
                positions: profile.joints.map(() => position),
                velocities: profile.joints.map(() => 0),
                time: profile.seconds,
              },
            ],
          }),
        );
      default:
        return impossible(profile);
    }
  };

  const settle = (): boolean => {
    if (wanted === null || (sent !== null && Math.abs(wanted - sent) < CHANGE)) return true;
    const before = running;
    if (!send(wanted)) return false;
    if (profile.via === "trajectory" || running > before) sent = wanted;
    return true;
  };

  return {
    command: (width) => {
      wanted = width;
      return settle();
    },
    tick: () => {
      settle();
    },
    cancel: () => {
      wanted = null;
      sent = null;
      if (running > 0) newest?.cancel();
    },
  };
}
