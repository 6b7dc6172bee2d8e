/**
 * What may pass to `ros2-web-bridge`, a server that one malformed frame ends. Each client frame is parsed, checked
 * against the type it claims and written anew with every field in place, so that only what we wrote reaches the
 * bridge: `uint8[]` as numbers, no null, every number finite and in range. Plain functions over one connection's
 * memory; the sockets are `gate.node.ts`.
 */
import { messageOf, refuse } from "../../core/index.js";
import { bytesOf, completeMessage, isRecord, MOST_DEPTH, type ReadingRules } from "./conversion.js";
import { encodeFrame } from "./link.js";
import type { RosTime } from "./ros-client.js";
import { fullTypeName, type TypeTable } from "./types.js";

export interface GateRules {
  readonly types: TypeTable;
  /** characters of a frame */
  readonly frame: number;
  /** topics and services that one connection may name */
  readonly names: number;
  /** for `"now"` and headers without a stamp, which the bridge does not understand */
  readonly now: () => RosTime;
}

/** What one connection has announced: the types of its topics and services. */
export interface GateMemory {
  readonly published: Map<string, string>;
  readonly served: Map<string, string>;
}

export const gateMemory = (): GateMemory => ({ published: new Map(), served: new Map() });

export type GateVerdict =
  /** goes to the bridge, as it stands here */
  | { readonly kind: "pass"; readonly text: string }
  /** goes back to the client: a `status` frame, as the bridge would complain */
  | { readonly kind: "refuse"; readonly text: string };

/** Checks one frame of a client. */
export function passFrame(rules: GateRules, memory: GateMemory, text: string): GateVerdict {
  let op = "frame";
  let id: string | number | undefined;
  try {
    if (text.length > rules.frame) refuse("gate", `frame must have at most ${rules.frame} characters`);
    const frame = parseFrame(text);
    op = typeof frame["op"] === "string" ? frame["op"] : refuse("gate", "op must be text", frame["op"]);
    const given = frame["id"];
    if (typeof given === "string" && given.length <= MOST_NAME) id = given;
    else if (typeof given === "number" && Number.isFinite(given)) id = given;
    else if (given !== undefined && given !== null) refuse("gate", "id must be text or a number", given);
    const write = Object.hasOwn(OPERATIONS, op) ? OPERATIONS[op] : undefined;
    // The bridge's own words, which clients know it by.
    if (write === undefined) throw new Error(`Operation ${op} is not supported`);
    return { kind: "pass", text: encodeFrame({ op, id, ...write(frame, rules, memory) }) };
  } catch (error) {
    const msg = `${op.slice(0, MOST_NAME)}: Error: ${messageOf(error)}`;
    return { kind: "refuse", text: JSON.stringify({ op: "status", level: "error", msg, id }) };
  }
}

function parseFrame(text: string): Record<string, unknown> {
  // Before parsing, so that no later walk can be made to overflow.
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted) {
      if (character === "\\") i++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    if (depth > MOST_DEPTH) refuse("gate", `frame must nest at most ${MOST_DEPTH} deep`);
  }
  const frame: unknown = JSON.parse(text);
  return isRecord(frame) ? frame : refuse("gate", "frame must be an object", frame);
}

type Frame = Readonly<Record<string, unknown>>;
type Writer = (frame: Frame, rules: GateRules, memory: GateMemory) => Record<string, unknown>;

const OPERATIONS: Readonly<Record<string, Writer>> = {
  advertise: (frame, rules, { published }) => {
    const topic = nameOf(frame, "topic");
    const type = typeOf(frame, "msg", rules.types, "");
    remember(published, topic, type, rules.names);
    return { topic, type };
  },
  unadvertise: (frame, _, { published }) => {
    const topic = nameOf(frame, "topic");
    published.delete(topic);
    return { topic };
  },
  publish: (frame, rules, { published }) => {
    const topic = nameOf(frame, "topic");
    const type = published.get(topic) ?? refuse("publish", "topic must be advertised first", topic);
    return { topic, msg: sound(rules, type, frame["msg"]) };
  },
  // Only what flows outward: any well-formed type may be asked for, the bridge says when it has none.
  subscribe: (frame) => ({ topic: nameOf(frame, "topic"), type: typeName(frame, "msg") }),
  unsubscribe: (frame) => ({ topic: nameOf(frame, "topic") }),
  call_service: (frame, rules) => {
    const service = nameOf(frame, "service");
    const type = typeOf(frame, "srv", rules.types, "_Request");
    return { service, type, args: sound(rules, `${type}_Request`, frame["args"]) };
  },
  advertise_service: (frame, rules, { served }) => {
    const service = nameOf(frame, "service");
    const type = typeOf(frame, "srv", rules.types, "_Response");
    remember(served, service, type, rules.names);
    return { service, type };
  },
  unadvertise_service: (frame, _, { served }) => {
    const service = nameOf(frame, "service");
    served.delete(service);
    return { service };
  },
  service_response: (frame, rules, { served }) => {
    const service = nameOf(frame, "service");
    const type =
      served.get(service) ?? refuse("service_response", "service must be advertised first", service);
    // The bridge hands `values` on whatever `result` says: a failure is an answer that holds nothing.
    return {
      service,
      values: sound(rules, `${type}_Response`, frame["values"]),
      result: frame["result"] !== false,
    };
  },
  set_level: ({ level }) =>
    level === "error" || level === "warning" || level === "info" || level === "none"
      ? { level }
      : refuse("set_level", "level must be error, warning, info or none", level),
};

/** The message with every field of its type, or a refusal. */
function sound(rules: GateRules, type: string, message: unknown): object {
  const reading: ReadingRules = {
    now: rules.now,
    oldTimeNames: true,
    unknownFields: "refused",
    bytesOfText: bytesOf,
  };
  return completeMessage(rules.types, type, message ?? {}, reading);
}

function nameOf(frame: Frame, field: string): string {
  const name = frame[field];
  return typeof name === "string" && name.length <= MOST_NAME && NAME.test(name)
    ? name
    : refuse(String(frame["op"]), `${field} must be a ROS name`, name);
}

function typeName(frame: Frame, family: "msg" | "srv"): string {
  const type = frame["type"];
  if (typeof type !== "string" || type.length > MOST_NAME || !TYPE.test(type))
    return refuse(String(frame["op"]), "type must be said, as pkg/Name", type);
  const full = fullTypeName(type, family);
  return full.split("/")[1] === family ? full : refuse(String(frame["op"]), `type must be a ${family}`, type);
}

function typeOf(frame: Frame, family: "msg" | "srv", types: TypeTable, part: string): string {
  const type = typeName(frame, family);
  return types.has(type + part)
    ? type
    : refuse(String(frame["op"]), "type must be one that the gate can check", type);
}

function remember(map: Map<string, string>, name: string, type: string, most: number): void {
  const known = map.get(name);
  if (known !== undefined && known !== type) refuse("gate", `${name} is announced with type ${known}`, type);
  if (known === undefined && map.size >= most) refuse("gate", `at most ${most} names for one connection`);
  map.set(name, type);
}

const MOST_NAME = 255;
const NAME = /^[/~]?[A-Za-z_]\w*(\/[A-Za-z_]\w*)*$/;
const TYPE = /^[a-z]\w*(\/(msg|srv))?\/[A-Za-z]\w*$/;
