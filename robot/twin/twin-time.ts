/**
 * The twin's clock as its nodes stamp messages: seconds since 1970 on the robot, from a clock of ours and where it
 * began. A simulation that dropped time is still stamped with the time at which it happened.
 */
import type { Clock } from "../../core/index.js";
import type { RosTime } from "../ros2/ros-client.js";
import { rosTime, secondsOf } from "../ros2/time.js";

export interface TwinTime {
  now(): RosTime;
  /** the stamp of what happened `seconds` ago */
  ago(seconds: number): RosTime;
  /** s between a stamp and now */
  age(stamp: RosTime): number;
}

/** @param timeOfDay seconds since 1970 when the clock says `clock.now()` */
export function twinTime(clock: Clock, timeOfDay: number): TwinTime {
  const origin = timeOfDay - clock.now();
  return {
    now: () => rosTime(origin + clock.now()),
    ago: (seconds) => rosTime(origin + clock.now() - seconds),
    age: (stamp) => origin + clock.now() - secondsOf(stamp),
  };
}
