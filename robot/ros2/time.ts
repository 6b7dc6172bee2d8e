/** ROS time as data: seconds and nanoseconds since the robot's own epoch. No clock here. */
import { isRecord } from "./conversion.js";
import type { RosTime } from "./ros-client.js";

/** Seconds as ROS writes them; exact to a quarter of a microsecond for today's dates. */
export function rosTime(seconds: number): RosTime {
  const sec = Math.floor(seconds);
  const nanosec = Math.round((seconds - sec) * 1e9);
  return nanosec >= 1_000_000_000 ? { sec: sec + 1, nanosec: 0 } : { sec, nanosec };
}

/** Seconds of a ROS time or duration. */
export const secondsOf = (time: RosTime): number => time.sec + time.nanosec * 1e-9;

/** The stamp of a message with a header, null when it has none or it is zero (which means "not stamped"). */
export function stampOf(message: Readonly<Record<string, unknown>>): RosTime | null {
  const header = message["header"];
  const stamp = isRecord(header) ? header["stamp"] : null;
  if (!isRecord(stamp)) return null;
  const { sec, nanosec } = stamp;
  return typeof sec === "number" && typeof nanosec === "number" && (sec !== 0 || nanosec !== 0)
    ? { sec, nanosec }
    : null;
}
