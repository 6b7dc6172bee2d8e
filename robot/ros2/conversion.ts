/**
 * Between messages as they come and messages as nodes see them. Inside the house a message is complete: every
 * field of its type, in order; numbers as numbers (NaN where unknown), `uint8[]` as Uint8Array, other lists as
 * arrays. `completeMessage` is strict (what a robot's side does with what it is sent); `readMessage` is tolerant
 * (what a client does with what a bridge gives it). No wire here.
 */
import { refuse } from "../../core/index.js";
import type { RosMessage } from "./graph.js";
import type { RosTime } from "./ros-client.js";
import {
  fieldsOf,
  INTEGER_RANGE,
  isFloat,
  isPrimitive,
  type MessageField,
  type Primitive,
  type TypeTable,
} from "./types.js";

/** How a server reads what it is sent; servers differ. */
export interface ReadingRules {
  /** what `"now"`, and a header without a stamp, stand for; null: neither is understood */
  readonly now: (() => RosTime) | null;
  /** also `secs`, `nsecs` */
  readonly oldTimeNames: boolean;
  readonly unknownFields: "refused" | "ignored";
  /** reads `uint8[]` that came as text; null: text is refused there */
  readonly bytesOfText: ((text: string) => Uint8Array) | null;
}

/** For messages of our own nodes: nothing is guessed. */
export const EXACT: ReadingRules = {
  now: null,
  oldTimeNames: false,
  unknownFields: "refused",
  bytesOfText: null,
};

const TIME = "builtin_interfaces/msg/Time";
const DURATION = "builtin_interfaces/msg/Duration";
const HEADER = "std_msgs/msg/Header";

/** The message with every field; what is left out is zero, false or empty. Refuses what does not fit its type. */
export function completeMessage(
  types: TypeTable,
  type: string,
  value: unknown,
  rules: ReadingRules = EXACT,
): RosMessage {
  if (type === TIME || type === DURATION) return completeTime(types, type, value, rules);
  if (!isRecord(value)) refuse(type, "must be an object", value);
  const fields = fieldsOf(types, type);
  if (rules.unknownFields === "refused")
    for (const name of Object.keys(value))
      if (!fields.some((field) => field.name === name)) refuse(type, "must have no field", name);
  const message: Record<string, unknown> = {};
  for (const field of fields) {
    const given = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
    if (given !== undefined)
      message[field.name] = strictField(types, `${type}.${field.name}`, field, given, rules);
    else if (type === HEADER && field.name === "stamp" && rules.now !== null) message["stamp"] = rules.now();
    else message[field.name] = initialValue(types, field);
  }
  return message;
}

function completeTime(types: TypeTable, type: string, value: unknown, rules: ReadingRules): RosMessage {
  if (value === "now" && type === TIME && rules.now !== null) return { ...rules.now() };
  if (!isRecord(value)) return refuse(type, "must be an object", value);
  const names = rules.oldTimeNames
    ? { sec: value["sec"] ?? value["secs"], nanosec: value["nanosec"] ?? value["nsecs"] }
    : value;
  const message: Record<string, unknown> = {};
  for (const field of fieldsOf(types, type)) {
    const given = names[field.name];
    message[field.name] = given === undefined ? 0 : strictField(types, type, field, given, rules);
  }
  return message;
}

function strictField(
  types: TypeTable,
  place: string,
  field: MessageField,
  value: unknown,
  rules: ReadingRules,
): unknown {
  if (field.arity.kind === "one") return strictOne(types, place, field.type, value, rules);
  const isText = field.type === "uint8" && typeof value === "string";
  const list = isText && rules.bytesOfText !== null ? rules.bytesOfText(value) : value;
  if (!isList(list)) return refuse(place, "must be a list", value);
  checkLength(place, field, list.length);
  if (field.type === "uint8" && list instanceof Uint8Array) return list;
  if (field.type === "uint8")
    return Uint8Array.from(list, (item) => strictOne(types, place, field.type, item, rules) as number);
  return Array.from(list, (item) => strictOne(types, place, field.type, item, rules));
}

function strictOne(
  types: TypeTable,
  place: string,
  type: string,
  value: unknown,
  rules: ReadingRules,
): unknown {
  if (!isPrimitive(type)) return completeMessage(types, type, value, rules);
  if (type === "bool") return typeof value === "boolean" ? value : refuse(place, "must be a bool", value);
  if (type === "string") return typeof value === "string" ? value : refuse(place, "must be a string", value);
  if (typeof value !== "number") return refuse(place, "must be a number", value);
  if (type === "float32" && Number.isFinite(value) && Math.abs(value) > MOST_FLOAT32)
    return refuse(place, "must fit a float32", value);
  if (isFloat(type)) return value;
  const [low, high] = INTEGER_RANGE[type]!;
  return Number.isInteger(value) && value >= low && value <= high
    ? value
    : refuse(place, `must be a whole number from ${low} to ${high}`, value);
}

const MOST_FLOAT32 = 3.4028234663852886e38;

/**
 * The message with every field of its type, read with patience: null or absent numbers are NaN in lists and where
 * a float stands, base64 text, numbers and bytes all give `uint8[]`, fields nobody knows are left out.
 * Refuses only what has another shape altogether. A type the table lacks is passed on, nulls among numbers as NaN.
 */
export function readMessage(types: TypeTable, type: string, value: unknown): RosMessage {
  const fields = types.get(type);
  if (!isRecord(value)) return refuse(type, "must be an object", value);
  if (fields === undefined) return readUnknown(value, 0) as RosMessage;
  const message: Record<string, unknown> = {};
  for (const field of fields) {
    const given = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
    message[field.name] =
      given === undefined
        ? initialValue(types, field)
        : readField(types, `${type}.${field.name}`, field, given);
  }
  return message;
}

function readField(types: TypeTable, place: string, field: MessageField, value: unknown): unknown {
  if (field.arity.kind === "one") return readOne(types, place, field.type, value);
  if (value === null) return initialValue(types, field);
  const list = field.type === "uint8" && typeof value === "string" ? bytesOf(value) : value;
  if (!isList(list)) return refuse(place, "must be a list", value);
  checkLength(place, field, list.length);
  if (field.type === "uint8")
    return list instanceof Uint8Array ? list : Uint8Array.from(list, (item) => Number(item));
  return Array.from(list, (item) => readOne(types, place, field.type, item));
}

function readOne(types: TypeTable, place: string, type: string, value: unknown): unknown {
  if (!isPrimitive(type)) return readMessage(types, type, value);
  if (type === "string") return typeof value === "string" ? value : refuse(place, "must be a string", value);
  if (type === "bool") return typeof value === "boolean" ? value : refuse(place, "must be a bool", value);
  if (value === null && isFloat(type)) return Number.NaN;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" ? value : refuse(place, "must be a number", value);
}

function readUnknown(value: unknown, depth: number): unknown {
  if (depth > MOST_DEPTH) return refuse("message", `must nest at most ${MOST_DEPTH} deep`);
  if (isList(value)) {
    const items = Array.from(value);
    return items.every((item) => item === null || typeof item === "number")
      ? items.map((item) => item ?? Number.NaN)
      : items.map((item) => readUnknown(item, depth + 1));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readUnknown(item, depth + 1)]));
}

/** Deepest nesting of a message of unknown type. */
export const MOST_DEPTH = 64;

function initialValue(types: TypeTable, field: MessageField): unknown {
  const { arity, type } = field;
  if (arity.kind === "many") return type === "uint8" ? new Uint8Array(0) : [];
  if (arity.kind === "one") return initialOne(types, type, field.initial);
  return type === "uint8"
    ? new Uint8Array(arity.length)
    : Array.from({ length: arity.length }, () => initialOne(types, type, null));
}

function initialOne(types: TypeTable, type: string, initial: MessageField["initial"]): unknown {
  if (initial !== null) return initial;
  if (!isPrimitive(type)) return completeMessage(types, type, {});
  return zeroOf(type);
}

const zeroOf = (type: Primitive): unknown => (type === "bool" ? false : type === "string" ? "" : 0);

function checkLength(place: string, field: MessageField, length: number): void {
  const { arity } = field;
  if (arity.kind === "fixed" && length !== arity.length)
    refuse(place, `must have ${arity.length} elements`, length);
  if (arity.kind === "many" && length > arity.most)
    refuse(place, `must have at most ${arity.most} elements`, length);
}

/** Bytes of base64 text (RFC 4648), without a DOM or Node. */
export function bytesOf(text: string): Uint8Array {
  let raw: string;
  try {
    raw = atob(text);
  } catch {
    return refuse("uint8[]", "must be base64 text", text);
  }
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

/** Base64 text of bytes. */
export function base64Of(bytes: Uint8Array): string {
  const step = 0x8000; // String.fromCharCode takes its arguments on the stack
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += step)
    parts.push(String.fromCharCode(...bytes.subarray(i, i + step)));
  return btoa(parts.join(""));
}

/** A plain object: neither null, nor a list, nor bytes. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

const isList = (value: unknown): value is ArrayLike<unknown> & Iterable<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
