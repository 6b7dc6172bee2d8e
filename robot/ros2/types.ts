/**
 * ROS interface types as data: what fields a message has, in order, with their kinds. Made by parsing the text of
 * .msg, .srv and .action files. A service or action `X` gives the parts `X_Request`, `X_Response`, `X_Goal`,
 * `X_Result`, `X_Feedback`. Knows nothing of any encoding.
 */
import { refuse } from "../../core/index.js";
import { DEFINITIONS } from "./definitions.js";

/** The built-in kinds of a .msg file, under their canonical names. */
export type Primitive =
  | "bool"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float32"
  | "float64"
  | "string";

/** One value, any number of them (at most `most`), or exactly `length` of them. */
export type Arity =
  | { readonly kind: "one" }
  | { readonly kind: "many"; readonly most: number }
  | { readonly kind: "fixed"; readonly length: number };

/** One field of a message. */
export interface MessageField {
  readonly name: string;
  /** a `Primitive`, or the full name of another message */
  readonly type: string;
  readonly arity: Arity;
  /** what the field holds when nothing is said; null: zero, false, empty */
  readonly initial: number | boolean | string | null;
}

/** All types that someone knows, by full name (`sensor_msgs/msg/JointState`, `std_srvs/srv/Trigger_Request`). */
export type TypeTable = ReadonlyMap<string, readonly MessageField[]>;

const PRIMITIVES = new Map<string, Primitive>(
  (
    [
      ["bool", "bool"],
      ["boolean", "bool"],
      ["byte", "uint8"],
      ["octet", "uint8"],
      ["char", "uint8"],
      ["float", "float32"],
      ["double", "float64"],
      ["wstring", "string"],
      ...["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"].map((n) => [n, n]),
      ...["float32", "float64", "string"].map((n) => [n, n]),
    ] as [string, Primitive][]
  ).map(([name, kind]) => [name, kind]),
);

/** Whether a field's type is built in. */
export const isPrimitive = (type: string): type is Primitive => PRIMITIVES.get(type) === type;

/** Whether a kind holds fractions. */
export const isFloat = (type: string): boolean => type === "float32" || type === "float64";

/** Lowest and highest value of each whole-number kind; of 64 bits only what a double holds exactly. */
export const INTEGER_RANGE: Readonly<Record<string, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER],
};

/** `sensor_msgs/JointState` and `sensor_msgs/msg/JointState` name the same message; the longer is canonical. */
export function fullTypeName(name: string, family: "msg" | "srv" | "action"): string {
  const parts = name.split("/");
  return parts.length === 2 ? `${parts[0]}/${family}/${parts[1]}` : name;
}

/** The fields of a type, or a refusal that names it. */
export function fieldsOf(types: TypeTable, type: string): readonly MessageField[] {
  return types.get(type) ?? refuse("message", "type must be a known one", type);
}

/**
 * A type table from definitions in the syntax of `definitions.ts`: `=== pkg/msg/Name`, then the file's text.
 * @param base types that the new ones may use and that stay known
 */
export function typeTable(text: string, base: TypeTable = new Map()): TypeTable {
  const table = new Map(base);
  for (const section of text.split(/^=== /m).slice(1)) {
    const end = section.indexOf("\n");
    const name = section.slice(0, end).trim();
    const family = name.split("/")[1];
    const parts = section.slice(end + 1).split(/^---$/m);
    const suffixes = FAMILIES.get(family ?? "") ?? refuse("type", "must be pkg/msg|srv|action/Name", name);
    if (parts.length !== suffixes.length)
      refuse("type", `${name} must have ${suffixes.length} parts`, parts.length);
    parts.forEach((part, index) => {
      table.set(name + suffixes[index], parseFields(name, part));
    });
  }
  for (const [name, fields] of table)
    for (const field of fields)
      if (!isPrimitive(field.type) && !table.has(field.type))
        refuse(`type ${name}`, `${field.name} must be of a known type`, field.type);
  return table;
}

const FAMILIES = new Map<string, readonly string[]>([
  ["msg", [""]],
  ["srv", ["_Request", "_Response"]],
  ["action", ["_Goal", "_Result", "_Feedback"]],
]);

function parseFields(owner: string, text: string): MessageField[] {
  const fields: MessageField[] = [];
  for (const line of text.split("\n")) {
    const bare = line.replace(/#.*$/, "").trim();
    if (bare === "" || /^\S+\s+[A-Z][A-Z0-9_]*\s*=/.test(bare)) continue;
    const match = /^([\w/]+)(<=\d+)?(\[(<=)?(\d*)\])?\s+(\w+)(?:\s+(\S.*))?$/.exec(bare);
    if (match === null) refuse(`type ${owner}`, "line must be `type name`", bare);
    const [, type, , brackets, bounded, length, name, initial] = match as unknown as string[];
    const primitive = PRIMITIVES.get(type!);
    fields.push({
      name: name!,
      type: primitive ?? fullTypeName(type!, "msg"),
      arity:
        brackets === undefined
          ? { kind: "one" }
          : length === "" || bounded !== undefined
            ? { kind: "many", most: length === "" ? MOST_ELEMENTS : Number(length) }
            : { kind: "fixed", length: Number(length) },
      initial: initial === undefined ? null : (JSON.parse(initial) as number | boolean | string),
    });
  }
  return fields;
}

/** Bound on the elements of an unbounded array: an image of 64 MB. */
const MOST_ELEMENTS = 64 * 1024 * 1024;

/** The types of `definitions.ts`. */
export const KNOWN_TYPES: TypeTable = typeTable(DEFINITIONS);
