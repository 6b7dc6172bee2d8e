/**
 * A training that was interrupted, in a file: the checkpoint, the curve and the candidates so far. The next call with
 * the same data, recipe and seed goes on from it and ends with the bits of one that was never stopped. Layout: the
 * length of a JSON header (u32, little-endian), the header, the weights, the candidates one after the other.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { RandomState } from "../core/index.js";
import type { TrainResult } from "../policy/index.js";

interface Header {
  readonly key: string;
  readonly step: number;
  /** the kept normal draw is null when there is none */
  readonly random: readonly (number | null)[];
  readonly weights: number;
  readonly curve: TrainResult["curve"];
  readonly candidates: readonly { readonly step: number; readonly bytes: number }[];
  readonly parameters: number;
}

/** Keeps what a stopped training has. @param key of everything that decides its result */
export function keepPartial(file: string, key: string, result: TrainResult): void {
  const { checkpoint, candidates, curve, parameters } = result;
  const { weights, step, random } = checkpoint;
  const header: Header = {
    key,
    step,
    random: random.map((word) => (Number.isNaN(word) ? null : word)),
    weights: weights.length,
    curve,
    candidates: candidates.map(({ step: at, model }) => ({ step: at, bytes: model.length })),
    parameters,
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  const parts = [
    length,
    text,
    new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength),
    ...candidates.map(({ model }) => model),
  ];
  // Written beside and renamed: a half-written file is never found under this name.
  writeFileSync(`${file}.new`, Buffer.concat(parts));
  renameSync(`${file}.new`, file);
}

/** What was kept under that key; null when there is nothing, or it belongs to another training. */
export function findPartial(file: string, key: string): TrainResult | null {
  if (!existsSync(file)) return null;
  try {
    const bytes = readFileSync(file);
    const textEnd = 4 + bytes.readUInt32LE(0);
    const header = JSON.parse(bytes.subarray(4, textEnd).toString("utf8")) as Header;
    if (header.key !== key) return null;
    let at = textEnd;
    const take = (count: number): Uint8Array<ArrayBuffer> => {
      if (at + count > bytes.length) throw new RangeError("cut short");
      at += count;
      return new Uint8Array(bytes.subarray(at - count, at));
    };
    const weights = new Float32Array(take(header.weights * 4).buffer);
    const random = header.random.map((word) => word ?? Number.NaN) as unknown as RandomState;
    return {
      checkpoint: { step: header.step, random, weights },
      curve: header.curve,
      candidates: header.candidates.map(({ step, bytes: count }) => ({ step, model: take(count) })),
      parameters: header.parameters,
    };
  } catch {
    return null; // not a file of ours: the training begins anew
  }
}

/** Forgets it, once the training has ended. */
export const dropPartial = (file: string): void => rmSync(file, { force: true });
