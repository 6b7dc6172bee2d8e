/**
 * JSON as rosbridge servers write and read it. Reading tolerates the tokens `NaN`, `Infinity` and `-Infinity`,
 * which Python writes and JSON lacks. Writing follows a message's type, in the style of the server that is spoken.
 * Never evaluates anything.
 */
import { refuse } from "../../core/index.js";
import { base64Of, MOST_DEPTH } from "./conversion.js";
import type { RosMessage } from "./graph.js";
import { fieldsOf, isFloat, isPrimitive, type MessageField, type TypeTable } from "./types.js";

/** The value of a JSON text, with the non-finite tokens allowed; throws SyntaxError on anything else. */
export function parseTolerant(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return parseWithTokens(text);
  }
}

function parseWithTokens(text: string): unknown {
  let at = 0;
  const fail = (): never => {
    throw new SyntaxError(`unexpected ${text.slice(at, at + 12)} at ${at}`);
  };
  const space = () => {
    while (at < text.length && " \t\r\n".includes(text[at]!)) at++;
  };
  const take = (mark: string) => {
    space();
    if (!text.startsWith(mark, at)) return false;
    at += mark.length;
    return true;
  };
  const string = (): string => {
    space();
    STRING.lastIndex = at;
    const found = STRING.exec(text) ?? fail();
    at = STRING.lastIndex;
    return JSON.parse(found[0]) as string;
  };
  const value = (depth: number): unknown => {
    if (depth > MOST_DEPTH) throw new SyntaxError(`nested more than ${MOST_DEPTH} deep`);
    space();
    if (text[at] === '"') return string();
    if (take("[")) {
      const list: unknown[] = [];
      if (take("]")) return list;
      do list.push(value(depth + 1));
      while (take(","));
      return take("]") ? list : fail();
    }
    if (take("{")) {
      const record: Record<string, unknown> = {};
      if (take("}")) return record;
      do {
        const key = string();
        if (!take(":")) fail();
        const item = value(depth + 1);
        if (key !== "__proto__") record[key] = item;
      } while (take(","));
      return take("}") ? record : fail();
    }
    SCALAR.lastIndex = at;
    const found = (SCALAR.exec(text) ?? fail())[0];
    at = SCALAR.lastIndex;
    return TOKENS.has(found) ? TOKENS.get(found) : JSON.parse(found);
  };
  const result = value(0);
  space();
  return at === text.length ? result : fail();
}

const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /-?Infinity|NaN|true|false|null|-?\d[\d.eE+-]*/y;
const TOKENS = new Map<string, number>([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

/** How a server writes JSON. */
export interface WritingStyle {
  readonly bytes: "base64" | "numbers";
  /** non-finite numbers of arrays of fixed length: as tokens that JSON lacks, or null as everywhere else */
  readonly fixedNonFinite: "token" | "null";
  /** `1.0` for a whole float and `\/` for a slash, as Python's ujson writes */
  readonly python: boolean;
}

/** The JSON text of a complete message. */
export function writeMessage(
  types: TypeTable,
  type: string,
  message: RosMessage,
  style: WritingStyle,
): string {
  const parts = fieldsOf(types, type).map(
    (field) => `"${field.name}":${writeField(types, field, message[field.name], style)}`,
  );
  return `{${parts.join(",")}}`;
}

/** The JSON text of a string, in the server's style. */
export function writeText(text: string, style: WritingStyle): string {
  const json = JSON.stringify(text);
  return style.python ? json.replaceAll("/", "\\/") : json;
}

function writeField(types: TypeTable, field: MessageField, value: unknown, style: WritingStyle): string {
  if (field.arity.kind === "one") return writeOne(types, field.type, value, style, "null");
  if (value instanceof Uint8Array)
    return style.bytes === "base64" ? writeText(base64Of(value), style) : `[${value.join(",")}]`;
  if (!Array.isArray(value)) return refuse("message", `${field.name} must be a list`, value);
  const nonFinite = field.arity.kind === "fixed" ? style.fixedNonFinite : "null";
  return `[${value.map((item) => writeOne(types, field.type, item, style, nonFinite)).join(",")}]`;
}

function writeOne(
  types: TypeTable,
  type: string,
  value: unknown,
  style: WritingStyle,
  nonFinite: WritingStyle["fixedNonFinite"],
): string {
  if (!isPrimitive(type)) return writeMessage(types, type, value as RosMessage, style);
  if (typeof value === "string") return writeText(value, style);
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) return nonFinite === "token" ? String(value) : "null";
  return style.python && isFloat(type) && Number.isInteger(value) && Math.abs(value) < 1e16
    ? `${Object.is(value, -0) ? "-0" : value}.0`
    : String(value);
}
