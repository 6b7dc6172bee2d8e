/**
 * How a joint path reaches the arm's controller: on its topic, or as goals of its action. Each path replaces the
 * one before; an empty goal list is never sent. One way a profile, so that two of them never compete.
 */
import { messageOf } from "../../core/index.js";
import { followGoal, jointTrajectoryMessage, ROS_TYPE, type TrajectoryData } from "../ros2/messages.js";
import type { GoalHandle, RosClient } from "../ros2/ros-client.js";
import type { JointPath } from "../trajectory.js";
import type { ArmProfile } from "./profile.js";

export interface ArmSender {
  /** @returns why it could not be sent, or null */
  send(path: JointPath): string | null;
  /** Comes to rest along `rest`. @param stop on the connection that nothing else uses */
  halt(rest: JointPath, stop: boolean): void;
  close(): void;
}

/** s beyond the end of a path for which an answer is awaited */
const PATIENCE = 5;

/** @param names the wire's names of the joints, in the order of the path */
export function createArmSender(
  client: RosClient,
  arm: ArmProfile["arm"],
  names: readonly string[],
  onTrouble: (detail: string) => void,
): ArmSender {
  const data = (path: JointPath): TrajectoryData => ({
    stamp: null,
    joints: names,
    points: path.map(({ positions, velocities, time }) => ({
      positions: Array.from(positions),
      velocities: velocities === null ? [] : Array.from(velocities),
      time,
    })),
  });
  if (arm.via === "topic") {
    const close = client.advertise(arm.topic, ROS_TYPE.jointTrajectory);
    return {
      send: (path) =>
        client.publish(arm.topic, ROS_TYPE.jointTrajectory, jointTrajectoryMessage(data(path)))
          ? null
          : "the link to the robot is down",
      halt: (rest, stop) => {
        const message = jointTrajectoryMessage(data(rest));
        if (stop) client.publishStop(arm.topic, ROS_TYPE.jointTrajectory, message);
        else client.publish(arm.topic, ROS_TYPE.jointTrajectory, message);
      },
      close,
    };
  }
  let newest: GoalHandle | null = null;
  return {
    send: (path) => {
      try {
        const timeout = (path.at(-1)?.time ?? 0) + PATIENCE;
        const handle = client.sendGoal(arm.action, ROS_TYPE.followJointTrajectory, followGoal(data(path)), {
          timeout,
        });
        newest = handle;
        handle.result.catch((error: unknown) => {
          // Goals that were replaced end as they like; only the newest one's fate matters.
          if (newest === handle) onTrouble(messageOf(error));
        });
        return null;
      } catch (error) {
        return messageOf(error);
      }
    },
    halt: () => {
      newest?.cancel();
      newest = null;
    },
    close: () => {},
  };
}
