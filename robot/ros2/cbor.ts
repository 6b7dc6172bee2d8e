/**
 * The part of CBOR (RFC 8949) that rosbridge speaks, with the typed arrays of RFC 8746. Decoding is bounded by the
 * bytes that are there; encoding gives what rosbridge_suite sends: shortest lengths, little-endian typed arrays,
 * `uint8[]` as a byte string.
 */
import { refuse } from "../../core/index.js";
import { isRecord, MOST_DEPTH } from "./conversion.js";
import type { RosMessage } from "./graph.js";
import { fieldsOf, isFloat, isPrimitive, type MessageField, type TypeTable } from "./types.js";

type NumericArray = ArrayLike<number | bigint> & ArrayBufferView;

/** Element size and constructor of each little-endian typed-array tag. */
const TYPED: ReadonlyMap<number, readonly [number, (buffer: ArrayBuffer) => NumericArray]> = new Map<
  number,
  readonly [number, (buffer: ArrayBuffer) => NumericArray]
>([
  [64, [1, (buffer) => new Uint8Array(buffer)]],
  [69, [2, (buffer) => new Uint16Array(buffer)]],
  [70, [4, (buffer) => new Uint32Array(buffer)]],
  [71, [8, (buffer) => new BigUint64Array(buffer)]],
  [72, [1, (buffer) => new Int8Array(buffer)]],
  [77, [2, (buffer) => new Int16Array(buffer)]],
  [78, [4, (buffer) => new Int32Array(buffer)]],
  [79, [8, (buffer) => new BigInt64Array(buffer)]],
  [85, [4, (buffer) => new Float32Array(buffer)]],
  [86, [8, (buffer) => new Float64Array(buffer)]],
]);

/** The value of one CBOR item that fills the bytes. Typed arrays come as typed arrays, byte strings as bytes. */
export function decodeCbor(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number): number => {
    if (length > bytes.length - at) refuse("cbor", "must not end in the middle of an item");
    at += length;
    return at - length;
  };
  const argument = (info: number): number => {
    if (info < 24) return info;
    if (info === 24) return view.getUint8(take(1));
    if (info === 25) return view.getUint16(take(2));
    if (info === 26) return view.getUint32(take(4));
    if (info === 27) return Number(view.getBigUint64(take(8)));
    return refuse("cbor", "must not use indefinite lengths", info);
  };
  const item = (depth: number): unknown => {
    if (depth > MOST_DEPTH) refuse("cbor", `must nest at most ${MOST_DEPTH} deep`);
    const head = view.getUint8(take(1));
    const info = head & 31;
    switch (head >> 5) {
      case 0:
        return argument(info);
      case 1:
        return -1 - argument(info);
      case 2: {
        const length = argument(info);
        const start = take(length);
        return bytes.subarray(start, start + length);
      }
      case 3: {
        const length = argument(info);
        const start = take(length);
        return UTF8.decode(bytes.subarray(start, start + length));
      }
      case 4: {
        const length = argument(info);
        if (length > bytes.length - at) refuse("cbor", "must not promise more elements than bytes", length);
        return Array.from({ length }, () => item(depth + 1));
      }
      case 5: {
        const length = argument(info);
        if (length > bytes.length - at) refuse("cbor", "must not promise more entries than bytes", length);
        const record: Record<string, unknown> = {};
        for (let i = 0; i < length; i++) {
          const key = String(item(depth + 1));
          const value = item(depth + 1);
          if (key !== "__proto__") record[key] = value;
        }
        return record;
      }
      case 6:
        return tagged(argument(info), item(depth + 1));
      default:
        return simple(info);
    }
  };
  const simple = (info: number): unknown => {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22 || info === 23) return null;
    if (info === 25) return halfFloat(view.getUint16(take(2)));
    if (info === 26) return view.getFloat32(take(4));
    if (info === 27) return view.getFloat64(take(8));
    return refuse("cbor", "must not use simple value", info);
  };
  const value = item(0);
  return at === bytes.length ? value : refuse("cbor", "must hold one item", bytes.length - at);
}

const UTF8 = new TextDecoder();
const UTF8_BYTES = new TextEncoder();

function tagged(tag: number, value: unknown): unknown {
  const typed = TYPED.get(tag);
  if (typed === undefined || !(value instanceof Uint8Array)) return value;
  const [size, make] = typed;
  if (value.length % size !== 0) refuse("cbor", `typed array must hold whole elements of ${size} bytes`);
  // Copied: a typed array must begin at a multiple of its element size.
  return make(value.slice().buffer);
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15));
}

/** Writes CBOR items one after the other. */
class CborWriter {
  private bytes = new Uint8Array(256);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  /** Major type and its argument, in the fewest bytes. */
  head(major: number, argument: number): void {
    const size = argument < 24 ? 0 : argument < 256 ? 1 : argument < 65536 ? 2 : argument < 2 ** 32 ? 4 : 8;
    const at = this.room(1 + size);
    this.bytes[at] = (major << 5) | (size === 0 ? argument : 24 + Math.log2(size));
    if (size === 1) this.view.setUint8(at + 1, argument);
    if (size === 2) this.view.setUint16(at + 1, argument);
    if (size === 4) this.view.setUint32(at + 1, argument);
    if (size === 8) this.view.setBigUint64(at + 1, BigInt(argument));
  }

  raw(bytes: Uint8Array): void {
    const at = this.room(bytes.length);
    this.bytes.set(bytes, at);
  }

  text(text: string): void {
    const bytes = UTF8_BYTES.encode(text);
    this.head(3, bytes.length);
    this.raw(bytes);
  }

  byteString(bytes: Uint8Array): void {
    this.head(2, bytes.length);
    this.raw(bytes);
  }

  float64(value: number): void {
    const at = this.room(9);
    this.bytes[at] = 0xfb;
    this.view.setFloat64(at + 1, value);
  }

  integer(value: number): void {
    if (value >= 0) this.head(0, value);
    else this.head(1, -1 - value);
  }

  bool(value: boolean): void {
    const at = this.room(1);
    this.bytes[at] = value ? 0xf5 : 0xf4;
  }

  result(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private room(size: number): number {
    const at = this.length;
    this.length += size;
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return at;
  }
}

/** Typed-array tag of each numeric kind, and how to lay its elements out. */
const TAGS: Readonly<Record<string, readonly [number, (list: readonly number[]) => NumericArray]>> = {
  int8: [72, (list) => Int8Array.from(list)],
  uint16: [69, (list) => Uint16Array.from(list)],
  int16: [77, (list) => Int16Array.from(list)],
  uint32: [70, (list) => Uint32Array.from(list)],
  int32: [78, (list) => Int32Array.from(list)],
  uint64: [71, (list) => BigUint64Array.from(list, BigInt)],
  int64: [79, (list) => BigInt64Array.from(list, BigInt)],
  float32: [85, (list) => Float32Array.from(list)],
  float64: [86, (list) => Float64Array.from(list)],
};

/** A `publish` frame as CBOR, the message by its type. */
export function encodePublish(
  types: TypeTable,
  topic: string,
  type: string,
  message: RosMessage,
): Uint8Array {
  const writer = publishHead(topic);
  writeMessage(types, writer, type, message);
  return writer.result();
}

/** A `publish` frame of `cbor-raw`: the message as CDR bytes, with the robot's time. */
export function encodeRawPublish(
  topic: string,
  time: { readonly sec: number; readonly nanosec: number },
  cdr: Uint8Array,
): Uint8Array {
  const writer = publishHead(topic);
  writer.head(5, 3);
  writer.text("secs");
  writer.integer(time.sec);
  writer.text("nsecs");
  writer.integer(time.nanosec);
  writer.text("bytes");
  writer.byteString(cdr);
  return writer.result();
}

function publishHead(topic: string): CborWriter {
  const writer = new CborWriter();
  writer.head(5, 3);
  writer.text("op");
  writer.text("publish");
  writer.text("topic");
  writer.text(topic);
  writer.text("msg");
  return writer;
}

function writeMessage(types: TypeTable, writer: CborWriter, type: string, message: RosMessage): void {
  const fields = fieldsOf(types, type);
  writer.head(5, fields.length);
  for (const field of fields) {
    writer.text(field.name);
    writeField(types, writer, field, message[field.name]);
  }
}

function writeField(types: TypeTable, writer: CborWriter, field: MessageField, value: unknown): void {
  if (field.arity.kind === "one") writeOne(types, writer, field.type, value);
  else if (value instanceof Uint8Array) writer.byteString(value);
  else {
    const list = Array.isArray(value) ? value : refuse("cbor", `${field.name} must be a list`, value);
    const [tag, layOut] = TAGS[field.type] ?? [null, null];
    if (layOut === null) {
      writer.head(4, list.length);
      for (const item of list) writeOne(types, writer, field.type, item);
    } else {
      const array = layOut(list as number[]);
      writer.head(6, tag);
      writer.byteString(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    }
  }
}

function writeOne(types: TypeTable, writer: CborWriter, type: string, value: unknown): void {
  if (!isPrimitive(type))
    writeMessage(types, writer, type, isRecord(value) ? value : refuse("cbor", "must be a message", value));
  else if (typeof value === "string") writer.text(value);
  else if (typeof value === "boolean") writer.bool(value);
  else if (isFloat(type)) writer.float64(Number(value));
  else writer.integer(Number(value));
}
