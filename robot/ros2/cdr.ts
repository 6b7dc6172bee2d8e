/**
 * CDR, the encoding of ROS 2 messages on DDS (OMG DDSI-RTPS 10, plain CDR version 1), for `cbor-raw`: four bytes of
 * header, then the fields in order, each number aligned to its own size counted from after the header. Written
 * little-endian, read in both orders. `wstring` is not supported.
 */
import { refuse } from "../../core/index.js";
import type { RosMessage } from "./graph.js";
import { fieldsOf, isPrimitive, type MessageField, type Primitive, type TypeTable } from "./types.js";

/** How each number lies in memory. */
interface Layout {
  /** bytes, and alignment */
  readonly size: number;
  read(view: DataView, at: number, little: boolean): number | boolean;
  write(view: DataView, at: number, value: number): void;
}

const LAYOUT: Readonly<Record<Exclude<Primitive, "string">, Layout>> = {
  bool: { size: 1, read: (v, at) => v.getUint8(at) !== 0, write: (v, at, x) => v.setUint8(at, x) },
  int8: { size: 1, read: (v, at) => v.getInt8(at), write: (v, at, x) => v.setInt8(at, x) },
  uint8: { size: 1, read: (v, at) => v.getUint8(at), write: (v, at, x) => v.setUint8(at, x) },
  int16: { size: 2, read: (v, at, le) => v.getInt16(at, le), write: (v, at, x) => v.setInt16(at, x, true) },
  uint16: {
    size: 2,
    read: (v, at, le) => v.getUint16(at, le),
    write: (v, at, x) => v.setUint16(at, x, true),
  },
  int32: { size: 4, read: (v, at, le) => v.getInt32(at, le), write: (v, at, x) => v.setInt32(at, x, true) },
  uint32: {
    size: 4,
    read: (v, at, le) => v.getUint32(at, le),
    write: (v, at, x) => v.setUint32(at, x, true),
  },
  int64: {
    size: 8,
    read: (v, at, le) => Number(v.getBigInt64(at, le)),
    write: (v, at, x) => v.setBigInt64(at, BigInt(x), true),
  },
  uint64: {
    size: 8,
    read: (v, at, le) => Number(v.getBigUint64(at, le)),
    write: (v, at, x) => v.setBigUint64(at, BigInt(x), true),
  },
  float32: {
    size: 4,
    read: (v, at, le) => v.getFloat32(at, le),
    write: (v, at, x) => v.setFloat32(at, x, true),
  },
  float64: {
    size: 8,
    read: (v, at, le) => v.getFloat64(at, le),
    write: (v, at, x) => v.setFloat64(at, x, true),
  },
};
const HEADER = 4;

/** The CDR bytes of a complete message. */
export function encodeCdr(types: TypeTable, type: string, message: RosMessage): Uint8Array {
  let bytes = new Uint8Array(256);
  let view = new DataView(bytes.buffer);
  let length = HEADER;
  bytes[1] = 1; // CDR_LE
  const room = (size: number, alignment: number): number => {
    const at = HEADER + Math.ceil((length - HEADER) / alignment) * alignment;
    length = at + size;
    if (length > bytes.length) {
      const larger = new Uint8Array(Math.max(length, bytes.length * 2));
      larger.set(bytes);
      bytes = larger;
      view = new DataView(bytes.buffer);
    }
    return at;
  };
  // `room` may replace `bytes` and `view`, so it always runs before they are read.
  const count = (elements: number): void => {
    const at = room(4, 4);
    view.setUint32(at, elements, true);
  };
  const one = (kind: string, value: unknown): void => {
    if (!isPrimitive(kind)) all(kind, value as RosMessage);
    else if (kind === "string") {
      const text = UTF8_BYTES.encode(String(value));
      count(text.length + 1);
      const at = room(text.length + 1, 1);
      bytes.set(text, at);
    } else {
      const { size, write } = LAYOUT[kind];
      const at = room(size, size);
      write(view, at, Number(value));
    }
  };
  const all = (kind: string, value: RosMessage): void => {
    for (const field of fieldsOf(types, kind)) {
      const content = value[field.name];
      if (field.arity.kind === "one") {
        one(field.type, content);
        continue;
      }
      const list = content as readonly unknown[] | Uint8Array;
      if (field.arity.kind === "many") count(list.length);
      if (list instanceof Uint8Array) {
        const at = room(list.length, 1);
        bytes.set(list, at);
      } else for (const item of list) one(field.type, item);
    }
  };
  all(type, message);
  return bytes.slice(0, length);
}

const UTF8 = new TextDecoder();
const UTF8_BYTES = new TextEncoder();

/** The message of CDR bytes. Bounded by the bytes that are there. */
export function decodeCdr(types: TypeTable, type: string, bytes: Uint8Array): RosMessage {
  if (bytes.length < HEADER || bytes[0] !== 0 || bytes[1]! > 1)
    refuse("cdr", "must begin with the header of plain CDR", [...bytes.subarray(0, HEADER)]);
  const little = bytes[1] === 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let next = HEADER;
  const take = (size: number, alignment: number): number => {
    const at = HEADER + Math.ceil((next - HEADER) / alignment) * alignment;
    if (at + size > bytes.length) refuse("cdr", "must not end in the middle of a field");
    next = at + size;
    return at;
  };
  const one = (kind: string): unknown => {
    if (!isPrimitive(kind)) return all(kind);
    if (kind === "string") {
      const length = view.getUint32(take(4, 4), little);
      const at = take(length, 1);
      return UTF8.decode(bytes.subarray(at, at + Math.max(0, length - 1)));
    }
    const { size, read } = LAYOUT[kind];
    return read(view, take(size, size), little);
  };
  const list = (field: MessageField): unknown => {
    const length = field.arity.kind === "fixed" ? field.arity.length : view.getUint32(take(4, 4), little);
    if (field.type === "uint8") {
      const at = take(length, 1);
      return bytes.slice(at, at + length);
    }
    const smallest = isPrimitive(field.type) && field.type !== "string" ? LAYOUT[field.type].size : 1;
    if (length * smallest > bytes.length - next)
      refuse("cdr", "must not promise more elements than bytes", length);
    return Array.from({ length }, () => one(field.type));
  };
  const all = (kind: string): RosMessage => {
    const message: Record<string, unknown> = {};
    for (const field of fieldsOf(types, kind))
      message[field.name] = field.arity.kind === "one" ? one(field.type) : list(field);
    return message;
  };
  return all(type);
}
