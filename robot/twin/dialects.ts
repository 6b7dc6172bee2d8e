/**
 * How the rosbridge servers differ, as data. Each value was seen on the wire of the server named, or read in its
 * source; nothing here is a wish. A dialect is what the twin speaks (`--as`).
 */
import { refuse } from "../../core/index.js";
import type { WritingStyle } from "../ros2/json.js";

/** The servers that the twin can speak as. */
export type DialectName = "rosbridge-suite-2.1" | "rosbridge-suite-2.2" | "ros2-web-bridge";

/** What a server says, and keeps silent about. */
export interface Dialect {
  readonly name: DialectName;
  readonly operations: readonly string[];
  /** what a client hears of a frame that is wrong: nothing, or a `status` message */
  readonly complaints: "none" | "status";
  /**
   * What holds up everything after it on the same connection until it has ended: cancel, publish and an emergency
   * stop wait too.
   */
  readonly blocking: { readonly services: boolean; readonly actions: boolean };
  /** `subscribe` and `call_service` must say the type */
  readonly typeRequired: boolean;
  /** `publish` without `advertise` */
  readonly publishUnadvertised: "as known type" | "error";
  /** throttle_rate, queue_length, fragment_size, compression; else they are ignored */
  readonly modifiers: boolean;
  /** subscriptions to best-effort publishers: those that exist at that moment, or never */
  readonly bestEffort: "if publisher exists" | "never";
  /** its publishers keep this for late subscribers: messages, and seconds; null: nothing */
  readonly retention: { readonly depth: number; readonly lifespan: number } | null;
  readonly writing: WritingStyle;
  readonly reading: {
    /** the tokens NaN and Infinity */
    readonly tokens: boolean;
    /** `"now"`, a header without a stamp, `secs`, `nsecs` */
    readonly timeAliases: boolean;
    readonly unknownFields: "refused" | "ignored";
    /** base64 text in `uint8[]`: read, or the end of the whole server */
    readonly base64: "read" | "fatal";
    /** what follows a frame that is not JSON: read as if it had not been there, or glued to it for ever */
    readonly afterBrokenFrame: "reads on" | "deaf";
  };
  readonly services: {
    /** a call of a service that does not exist */
    readonly missing: "answered" | "silent";
    /** seconds after which a call is answered with failure when the client names none; null: never */
    readonly timeout: number | null;
  };
  readonly actions: {
    /** a goal that the robot refuses; one to no server at all is silent everywhere */
    readonly refused: "answered" | "silent";
  };
  /** whether a rosapi node stands beside it */
  readonly rosapi: boolean;
  /** bytes of a frame: larger ones from clients close the connection, larger binary ones to clients are dropped */
  readonly maxMessageSize: number;
}

const TOPIC_OPERATIONS = ["advertise", "unadvertise", "publish", "subscribe", "unsubscribe"];
const SERVICE_OPERATIONS = ["call_service", "advertise_service", "service_response", "unadvertise_service"];
const ACTION_OPERATIONS = [
  "send_action_goal",
  "cancel_action_goal",
  "advertise_action",
  "unadvertise_action",
  "action_feedback",
  "action_result",
];

const SUITE_2_2: Dialect = {
  name: "rosbridge-suite-2.2",
  operations: [...TOPIC_OPERATIONS, ...SERVICE_OPERATIONS, ...ACTION_OPERATIONS, "fragment"],
  complaints: "none",
  blocking: { services: false, actions: false },
  typeRequired: false,
  publishUnadvertised: "as known type",
  modifiers: true,
  bestEffort: "if publisher exists",
  retention: { depth: 100, lifespan: 1 },
  writing: { bytes: "base64", fixedNonFinite: "token", python: true },
  reading: {
    tokens: true,
    timeAliases: true,
    unknownFields: "refused",
    base64: "read",
    afterBrokenFrame: "reads on",
  },
  services: { missing: "answered", timeout: 5 },
  actions: { refused: "answered" },
  rosapi: true,
  maxMessageSize: 1_000_000,
};

/** The dialects by name. */
export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  "rosbridge-suite-2.2": SUITE_2_2,
  "rosbridge-suite-2.1": {
    ...SUITE_2_2,
    name: "rosbridge-suite-2.1",
    blocking: { services: true, actions: true },
    services: { missing: "answered", timeout: null },
    actions: { refused: "silent" },
    maxMessageSize: 10_000_000,
  },
  "ros2-web-bridge": {
    name: "ros2-web-bridge",
    operations: [...TOPIC_OPERATIONS, ...SERVICE_OPERATIONS, "set_level"],
    complaints: "status",
    blocking: { services: false, actions: false },
    typeRequired: true,
    publishUnadvertised: "error",
    modifiers: false,
    bestEffort: "never",
    retention: null,
    writing: { bytes: "numbers", fixedNonFinite: "null", python: false },
    reading: {
      tokens: false,
      timeAliases: false,
      unknownFields: "ignored",
      base64: "fatal",
      afterBrokenFrame: "deaf",
    },
    services: { missing: "silent", timeout: null },
    actions: { refused: "silent" },
    rosapi: false,
    maxMessageSize: 100 * 1024 * 1024,
  },
};

/** The dialect of that name, or a refusal that lists them. */
export function dialectOf(name: string): Dialect {
  const found = Object.values(DIALECTS).find((dialect) => dialect.name === name);
  return found ?? refuse("twin", `dialect must be one of ${Object.keys(DIALECTS).join(", ")}`, name);
}
