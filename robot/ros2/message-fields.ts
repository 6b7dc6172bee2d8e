/**
 * The fields of messages, looked up by name and checked: what the typed readers of this folder are made of. Each
 * refusal names the message, the field and the value. Frames and units are the messages' own.
 */
import { type Pose, type Quat, refuse, type Vec3 } from "../../core/index.js";
import { isRecord } from "./conversion.js";
import type { RosMessage } from "./graph.js";
import type { RosTime } from "./ros-client.js";
import { secondsOf } from "./time.js";

/** Null: not stamped, which ROS writes as zero. */
export type Stamp = RosTime | null;

export const headerOf = (stamp: Stamp, frame = ""): RosMessage => ({
  stamp: stamp === null ? { sec: 0, nanosec: 0 } : { ...stamp },
  frame_id: frame,
});

/** Bound on the elements of a list of names or objects. */
export const MOST_ITEMS = 1000;

export const vectorMessage = ([x, y, z]: Vec3): RosMessage => ({ x, y, z });
export const poseMessage = ({ position, orientation: [x, y, z, w] }: Pose): RosMessage => ({
  position: vectorMessage(position),
  orientation: { x, y, z, w },
});

export function vector(place: string, value: unknown): Vec3 {
  const found = record(place, value);
  return [number(place, found, "x"), number(place, found, "y"), number(place, found, "z")];
}

export function readPose(place: string, value: unknown): Pose {
  const pose = record(place, value);
  return {
    position: vector(place, pose["position"]),
    orientation: readQuat(place, record(place, pose["orientation"])),
  };
}

export const readQuat = (place: string, turn: RosMessage): Quat => [
  number(place, turn, "x"),
  number(place, turn, "y"),
  number(place, turn, "z"),
  number(place, turn, "w"),
];

export const frameOf = (message: RosMessage): string =>
  text("header", record("header", message["header"]), "frame_id");

export const record = (place: string, value: unknown): RosMessage =>
  isRecord(value) ? value : refuse(place, "must be a message", value);

export function list(place: string, message: RosMessage, field: string, most: number): readonly unknown[] {
  const value = message[field];
  return Array.isArray(value) && value.length <= most
    ? value
    : refuse(place, `${field} must be a list of at most ${most}`, value);
}

export function number(place: string, message: RosMessage, field: string): number {
  const value = message[field];
  return typeof value === "number" ? value : refuse(place, `${field} must be a number`, value);
}

export function text(place: string, message: RosMessage, field: string): string {
  const value = message[field];
  return typeof value === "string" ? value : refuse(place, `${field} must be text`, value);
}

export const texts = (place: string, message: RosMessage, field: string): string[] =>
  list(place, message, field, MOST_ITEMS).map((item) =>
    typeof item === "string" ? item : refuse(place, `${field} must be texts`, item),
  );

export function numbers(
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

export function duration(place: string, message: RosMessage, field: string): number {
  const time = record(place, message[field]);
  return secondsOf({ sec: number(place, time, "sec"), nanosec: number(place, time, "nanosec") });
}

export function allFinite<List extends readonly number[]>(place: string, name: string, values: List): List {
  return values.every(Number.isFinite) ? values : refuse(place, `${name} must be finite`, values);
}

export const finite = (place: string, name: string, value: number): number =>
  Number.isFinite(value) ? value : refuse(place, `${name} must be finite`, value);
