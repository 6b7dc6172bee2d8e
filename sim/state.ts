/**
 * State as numbers: how components save and load themselves, and how a whole simulation
 * becomes bytes. Bytes of one engine variant are refused by another: they would not continue alike.
 */
import { refuse } from "../core/index.js";

/** Collects numbers; a component writes and reads its own in the same order. */
export class StateWriter {
  private readonly numbers: number[] = [];

  /** Appends numbers; NaN and infinities survive. */
  put(...values: readonly number[]): void {
    for (const value of values) this.numbers.push(value);
  }

  /** Appends an array whose length the reader knows. */
  putArray(values: ArrayLike<number>): void {
    for (let i = 0; i < values.length; i++) this.numbers.push(values[i]!);
  }

  finish(): Float64Array {
    return Float64Array.from(this.numbers);
  }
}

/** Gives the numbers back in order. */
export class StateReader {
  private at = 0;

  constructor(private readonly numbers: Float64Array) {}

  get(): number {
    if (this.at >= this.numbers.length) refuse("snapshot", "must hold the whole state", this.numbers.length);
    return this.numbers[this.at++]!;
  }

  getInto<T extends { [index: number]: number; readonly length: number }>(out: T): T {
    for (let i = 0; i < out.length; i++) out[i] = this.get();
    return out;
  }

  finish(): void {
    if (this.at !== this.numbers.length)
      refuse("snapshot", `must hold ${this.at} numbers of state`, this.numbers.length);
  }
}

/** What a snapshot is made of. */
export interface SnapshotParts {
  /** what it is a snapshot of, e.g. `lift`: another kind refuses it */
  readonly kind: string;
  /** `engineVariant` of the world, or a word of its own where no engine is behind it */
  readonly variant: string;
  readonly numbers: Float64Array;
  /** the engine's own bytes; empty where there is none */
  readonly engine: Uint8Array;
}

const MAGIC = 0x41505331; // "APS1"
const HEADER = 20;

/** One block of bytes: header, kind, variant, numbers (little-endian float64), engine bytes. */
export function packSnapshot(parts: SnapshotParts): Uint8Array {
  const encoder = new TextEncoder();
  const kind = encoder.encode(parts.kind);
  const variant = encoder.encode(parts.variant);
  const { numbers, engine } = parts;
  const bytes = new Uint8Array(HEADER + kind.length + variant.length + numbers.length * 8 + engine.length);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of [MAGIC, kind.length, variant.length, numbers.length, engine.length].entries())
    view.setUint32(i * 4, word, true);
  let at = HEADER;
  bytes.set(kind, at);
  at += kind.length;
  bytes.set(variant, at);
  at += variant.length;
  for (const value of numbers) {
    view.setFloat64(at, value, true);
    at += 8;
  }
  bytes.set(engine, at);
  return bytes;
}

/** @throws InputError when the bytes are damaged, of another kind, or of another engine variant */
export function unpackSnapshot(bytes: Uint8Array, kind: string, variant: string): SnapshotParts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getUint32(0, true) !== MAGIC)
    refuse("snapshot", "must begin as a snapshot does", bytes.length);
  const [kindSize, variantSize, count, engineSize] = [4, 8, 12, 16].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
    number,
  ];
  if (bytes.length !== HEADER + kindSize + variantSize + count * 8 + engineSize)
    refuse("snapshot", "must be as long as its header says", bytes.length);
  const decoder = new TextDecoder();
  const textAt = (at: number, size: number) => decoder.decode(bytes.subarray(at, at + size));
  const foundKind = textAt(HEADER, kindSize);
  if (foundKind !== kind) refuse("snapshot", `must be of ${kind}`, foundKind);
  const foundVariant = textAt(HEADER + kindSize, variantSize);
  if (foundVariant !== variant) refuse("snapshot", `must come from the engine ${variant}`, foundVariant);
  let at = HEADER + kindSize + variantSize;
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++, at += 8) numbers[i] = view.getFloat64(at, true);
  return { kind, variant, numbers, engine: bytes.slice(at) };
}
