/**
 * The wire format of Protocol Buffers, as far as ONNX files need it: a writer, and a reader that walks the fields of
 * one message without copying. Not a schema: field numbers are given by the caller.
 */
import { refuse } from "../../core/index.js";

/** Collects the fields of one message. */
export class MessageWriter {
  private bytes = new Uint8Array(1024);
  private length = 0;

  /** A whole number, negative ones as 64-bit two's complement. */
  integer(field: number, value: number | bigint): this {
    this.varint(field * 8);
    return this.varint(value);
  }

  text(field: number, value: string): this {
    return this.blob(field, new TextEncoder().encode(value));
  }

  blob(field: number, value: Uint8Array): this {
    this.varint(field * 8 + 2);
    this.varint(value.length);
    return this.raw(value);
  }

  message(field: number, fill: (inner: MessageWriter) => void): this {
    const inner = new MessageWriter();
    fill(inner);
    return this.blob(field, inner.finish());
  }

  /** Bytes as they are: fields encoded elsewhere. */
  raw(value: Uint8Array): this {
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
    return this;
  }

  /** The message so far; a view, valid until more is written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  private varint(value: number | bigint): this {
    this.reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      this.bytes[this.length++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.bytes[this.length++] = Number(rest);
    return this;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.length + more));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

/** One field of a message: a number, or a view of its bytes; `from`..`to` are the field's own bytes, with its tag. */
export interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** Walks the fields of a message. Refuses what runs past its end. */
export function* fieldsOf(place: string, message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++] ?? refuse(place, "must not end within a field");
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return refuse(place, "must hold numbers of at most 64 bits");
  };
  const bytes = (length: number): Uint8Array => {
    if (length > message.length - at) refuse(place, "must not end within a field");
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const from = at;
    const tag = varint();
    const number = Number(tag >> 3n);
    const kind = Number(tag & 7n);
    let value: bigint | Uint8Array;
    if (kind === 0) value = varint();
    else if (kind === 1) value = bytes(8);
    else if (kind === 2) value = bytes(Number(varint()));
    else if (kind === 5) value = bytes(4);
    else return refuse(place, "must hold fields of kind 0, 1, 2 or 5", kind);
    yield { number, value, from, to: at };
  }
}
