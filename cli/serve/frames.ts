/**
 * The frames on the socket of `apprentice serve`, see docs/serve.md: two lengths (32 bits, little endian), a header in
 * JSON, then the arrays it names, raw and little endian. Both lengths are multiples of 8 and so is the place of every
 * array, so that a reader looks at the bytes where they lie. Not here: what a header says.
 */
import { InputError, integerIn, refuse } from "../../core/index.js";

/** Element types by their name in NumPy. */
export const TYPES = {
  "<f4": Float32Array,
  "<f8": Float64Array,
  "|u1": Uint8Array,
} as const;

export type ArrayType = keyof typeof TYPES;
export type Numbers = Float32Array | Float64Array | Uint8Array;

/** Numbers with a shape, row by row. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Numbers;
}

/** What a frame holds. */
export interface Frame {
  readonly header: Readonly<Record<string, unknown>>;
  readonly arrays: ReadonlyMap<string, NamedArray>;
}

/** Bytes that a header and the arrays of one frame may take. */
export interface FrameLimits {
  readonly header: number;
  readonly body: number;
}

const MOST_ARRAYS = 64;
const PREFIX = 8;
const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** A frame as pieces to be written one after the other; the arrays are not copied. */
export function encodeFrame(
  header: Readonly<Record<string, unknown>>,
  arrays: readonly NamedArray[] = [],
): Buffer[] {
  const described = arrays.map(({ name, shape, data }) => ({ name, type: typeOf(data), shape }));
  const text = Buffer.from(JSON.stringify({ ...header, arrays: described }));
  const head = Buffer.alloc(PREFIX + aligned(text.length), " ");
  text.copy(head, PREFIX);
  const body = arrays.reduce((sum, { data }) => sum + aligned(data.byteLength), 0);
  head.writeUInt32LE(head.length - PREFIX, 0);
  head.writeUInt32LE(body, 4);
  const pieces: Buffer[] = [head];
  for (const { data } of arrays) {
    pieces.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    const padding = aligned(data.byteLength) - data.byteLength;
    if (padding > 0) pieces.push(Buffer.alloc(padding));
  }
  return pieces;
}

/** Puts frames together from what a socket brings. */
export interface FrameReader {
  /** Frames beyond these are refused before anything is allocated for them. */
  limits: FrameLimits;
  /** The frames that these bytes complete. @throws InputError for what is no frame, or one too large */
  take(bytes: Uint8Array): Frame[];
}

/** A reader at the beginning of a stream. */
export function createFrameReader(limits: FrameLimits): FrameReader {
  const prefix = Buffer.alloc(PREFIX);
  let wanted: { readonly header: number; readonly bytes: Buffer<ArrayBuffer> } | null = null;
  let filled = 0;
  const reader: FrameReader = {
    limits,
    take: (bytes) => {
      const frames: Frame[] = [];
      let at = 0;
      while (true) {
        const target = wanted?.bytes ?? prefix;
        const share = Math.min(target.length - filled, bytes.length - at);
        target.set(bytes.subarray(at, at + share), filled);
        at += share;
        filled += share;
        if (filled < target.length) return frames;
        filled = 0;
        if (wanted === null) {
          const [header, body] = [prefix.readUInt32LE(0), prefix.readUInt32LE(4)];
          const most = reader.limits;
          if (header === 0 || header > most.header || header % 8 !== 0)
            refuse("frame", `the header must have 8 to ${most.header} bytes, a multiple of 8`, header);
          if (body > most.body || body % 8 !== 0)
            refuse("frame", `the arrays must have 0 to ${most.body} bytes, a multiple of 8`, body);
          // Memory of its own, so that the arrays are aligned and are the receiver's to keep.
          wanted = { header, bytes: Buffer.from(new ArrayBuffer(header + body)) };
        } else {
          frames.push(decode(wanted.bytes, wanted.header));
          wanted = null;
        }
      }
    },
  };
  return reader;
}

function decode(bytes: Buffer<ArrayBuffer>, headerLength: number): Frame {
  const header = parse(bytes.toString("utf8", 0, headerLength));
  const listed = header["arrays"] ?? [];
  if (!Array.isArray(listed) || listed.length > MOST_ARRAYS)
    return refuse("frame", `arrays must be a list of at most ${MOST_ARRAYS}`);
  const arrays = new Map<string, NamedArray>();
  let at = headerLength;
  for (const each of listed as unknown[]) {
    const { name, type, shape } = (each ?? {}) as Record<string, unknown>;
    if (typeof name !== "string") return refuse("frame", "an array must have a name", name ?? null);
    if (typeof type !== "string" || !Object.hasOwn(TYPES, type))
      return refuse(`frame: ${name}`, `type must be one of ${Object.keys(TYPES).join(", ")}`, type ?? null);
    if (!Array.isArray(shape) || shape.length > 5)
      return refuse(`frame: ${name}`, "shape must be a list of at most 5 numbers", shape ?? null);
    const sizes = shape.map((size) => integerIn(`frame: ${name}`, "a size", size as number, 0, 2 ** 32));
    const count = sizes.reduce((product, size) => product * size, 1);
    const Kind = TYPES[type as ArrayType];
    const length = count * Kind.BYTES_PER_ELEMENT;
    if (at + length > bytes.length) refuse(`frame: ${name}`, "must lie within the frame", sizes);
    arrays.set(name, { name, shape: sizes, data: new Kind(bytes.buffer, at, count) });
    at += aligned(length);
  }
  if (at !== bytes.length) refuse("frame", "the arrays must fill the frame", bytes.length - at);
  return { header, arrays };
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError("frame", "the header must be JSON");
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuse("frame", "the header must be an object", value);
}

function typeOf(data: Numbers): ArrayType {
  if (data instanceof Float32Array) return "<f4";
  return data instanceof Float64Array ? "<f8" : "|u1";
}
