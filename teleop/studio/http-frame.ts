/**
 * Several files in one body, as the page sends them to its server: a count, then for each the lengths of its path and
 * of its bytes, then both. Little-endian 32-bit numbers. Lengths are checked before anything is taken.
 */
import { refuse } from "../../core/index.js";
import type { NewFile } from "../../datasets/index.js";

/** Files in one write, and bytes of a path. */
const MOST_FILES = 64;
const MOST_PATH = 500;

/** One body. */
export function packFiles(files: readonly NewFile[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const paths = files.map((file) => encoder.encode(file.path));
  const size = files.reduce((sum, { bytes }, i) => sum + 8 + paths[i]!.length + bytes.length, 4);
  const body = new Uint8Array(size);
  const view = new DataView(body.buffer);
  view.setUint32(0, files.length, true);
  let at = 4;
  for (const [i, { bytes }] of files.entries()) {
    const path = paths[i]!;
    view.setUint32(at, path.length, true);
    view.setUint32(at + 4, bytes.length, true);
    body.set(path, at + 8);
    body.set(bytes, at + 8 + path.length);
    at += 8 + path.length + bytes.length;
  }
  return body;
}

/** The files of a body, as views of it; refuses one that does not add up. */
export function unpackFiles(body: Uint8Array): NewFile[] {
  const place = "files";
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (body.length < 4) refuse(place, "must begin with their number", body.length);
  const count = view.getUint32(0, true);
  if (count > MOST_FILES) refuse(place, `must be at most ${MOST_FILES}`, count);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const files: NewFile[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    if (at + 8 > body.length) refuse(place, "must be as long as they say", body.length);
    const [name, size] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    if (name > MOST_PATH) refuse(place, `a path must have at most ${MOST_PATH} bytes`, name);
    if (at + 8 + name + size > body.length) refuse(place, "must be as long as they say", body.length);
    const bytes = body.subarray(at + 8 + name, at + 8 + name + size);
    files.push({ path: decoder.decode(body.subarray(at + 8, at + 8 + name)), bytes });
    at += 8 + name + size;
  }
  if (at !== body.length) refuse(place, "must be as long as they say", body.length);
  return files;
}
