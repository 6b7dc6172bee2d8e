/** What the parts of a session share: frames, their fields, and how an answer is written. */
import { type Clock, refuse } from "../../core/index.js";
import type { ReadingRules } from "../ros2/conversion.js";
import type { RosMessage } from "../ros2/graph.js";
import type { RosTime } from "../ros2/ros-client.js";
import type { Broker, GoalRun } from "./broker.js";
import type { Dialect } from "./dialects.js";

/** What all sessions of a bridge share. */
export interface SessionHost {
  readonly broker: Broker;
  readonly dialect: Dialect;
  readonly clock: Clock;
  /** the robot's time of day */
  readonly now: () => RosTime;
  /** running goals by the id the client gave: any connection may cancel any goal */
  readonly goals: Map<string, GoalRun>;
  readonly limits: SessionLimits;
  /** one frame ended the whole server, as it ends the real one */
  readonly crash: (reason: string) => void;
  readonly log: (text: string) => void;
}

/** Bounds on what one connection may hold. */
export interface SessionLimits {
  readonly subscriptions: number;
  readonly publishers: number;
  /** services and actions that the client serves */
  readonly served: number;
  /** calls and goals that run, and frames that wait behind a blocking one */
  readonly pending: number;
}

/** A frame as it came: an object with an `op`. */
export type Frame = Readonly<Record<string, unknown>>;

/** How a session answers: in its server's style and order of fields. */
export interface SessionWire {
  readonly host: SessionHost;
  readonly rules: ReadingRules;
  /** JSON of a text, of a complete message, of an id (undefined: there is none) */
  quote(text: string): string;
  write(type: string, message: RosMessage): string;
  quoteId(id: unknown): string | undefined;
  /** a frame whose fields are JSON text already, in the order in which the real server writes them */
  sendFields(fields: Readonly<Record<string, string | undefined>>): void;
  /** `droppable`: a newer one will come, so a slow client may go without */
  sendText(text: string, droppable?: boolean): void;
  sendBinary(bytes: Uint8Array): void;
}

/** One frame that ends the whole server, as it ends the real one. */
export class FatalFrame extends Error {}

/** What a real server reports as a warning only. */
export class Warning extends Error {}

/** Names without a leading slash are under the root, where the bridge's node is. */
export const absolute = (name: string): string => (name.startsWith("/") ? name : `/${name}`);

/** A text of a frame, or a refusal. */
export function textOf(frame: Frame, field: string): string {
  const value = frame[field];
  return typeof value === "string" && value.length > 0 && value.length <= 1000
    ? value
    : refuse(String(frame["op"]), `${field} must be text`, value);
}

/** A number from 0 of a frame, `otherwise` when it is not said. */
export function numberOf(frame: Frame, field: string, otherwise: number): number {
  const value = frame[field];
  if (value === undefined || value === null) return otherwise;
  return typeof value === "number" && value >= 0
    ? value
    : refuse(String(frame["op"]), `${field} must be a number from 0`, value);
}
