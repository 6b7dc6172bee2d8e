/**
 * The ear of a simulated base: Twist or TwistStamped, with the time-out and the check of stamps that
 * `diff_drive_controller` has. m/s, rad/s, seconds.
 */
import type { BaseProfile } from "../drivers/profile.js";
import type { RosGraph } from "../ros2/graph.js";
import { ROS_TYPE, readTwist, readTwistStamped, type TwistData } from "../ros2/messages.js";
import type { StopNode } from "./stop-node.js";
import type { TwinTime } from "./twin-time.js";

/** s: a command older than this, on its way or in force, is over */
export const COMMAND_TIMEOUT = 0.5;

export interface TwistEarOptions {
  readonly graph: RosGraph;
  readonly time: TwinTime;
  readonly stop: StopNode;
  readonly command: BaseProfile["command"];
  readonly base: { setTwist(linear: number, angular: number): void };
  /** default what the profile says; TwistStamped, as diff_drive_controller takes since Jazzy, where that is to ask */
  readonly twist?: "twist" | "twist-stamped";
  /** hears why a command was dropped: over a bridge its sender does not */
  readonly onDropped?: (reason: string) => void;
}

export interface TwistEar {
  /** One control period of `dt` s on: what has timed out is over. */
  update(dt: number): void;
  close(): void;
}

export function hearTwists({ graph, time, stop, command, base, ...options }: TwistEarOptions): TwistEar {
  const dropped = options.onDropped ?? (() => {});
  let age = Number.POSITIVE_INFINITY;
  const obey = ({ linear, angular }: TwistData): void => {
    if (stop.stopped) return;
    base.setTwist(linear[0], angular[2]);
    age = 0;
  };
  const type = options.twist ?? (command.type === ROS_TYPE.twist ? "twist" : "twist-stamped");
  const leave =
    type === "twist"
      ? graph.subscribe(command.topic, ROS_TYPE.twist, (message) => obey(readTwist(message)))
      : graph.subscribe(command.topic, ROS_TYPE.twistStamped, (message) => {
          const { stamp, ...twist } = readTwistStamped(message);
          const late = stamp === null ? 0 : time.age(stamp);
          if (Math.abs(late) > COMMAND_TIMEOUT) dropped(`a command stamped ${late.toFixed(2)} s ago`);
          else obey(twist);
        });
  const leaveStop = stop.on((stopped) => {
    if (!stopped) return;
    base.setTwist(0, 0);
    age = Number.POSITIVE_INFINITY;
  });
  return {
    update: (dt) => {
      if (age > COMMAND_TIMEOUT) base.setTwist(0, 0);
      age += dt;
    },
    close: () => {
      leaveStop();
      leave();
    },
  };
}
