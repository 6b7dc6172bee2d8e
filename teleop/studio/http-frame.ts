/**
 * Several files in one body, as the page sends them to its server: a count, then for each the lengths of its path and of
 * its bytes, how many bytes at the beginning of the file in place come before these, and how many that file has; then path and
 * bytes. Little-endian 32-bit numbers. Lengths are checked before anything is taken.
 */
import { refuse } from "../../core/index.js";
import type { NewFile } from "../../datasets/index.js";

/** Files in one write, and bytes of a path. */
const MOST_FILES = 64;
const MOST_PATH = 500;
/** bytes before each file */
const HEAD = 16;

/** What is sent of a file. */
export interface SentFile {
  readonly path: string;
  /** what comes after the `bytes` that are taken from the file in place, which has `of` */
  readonly rest: Uint8Array;
  readonly from: { readonly bytes: number; readonly of: number };
}

/** One body, without what the files in place have already. */
export function packFiles(files: readonly NewFile[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const sent = files.map(({ path, bytes, same = { bytes: 0, of: 0 } }) => ({
    path: encoder.encode(path),
    rest: bytes.subarray(same.bytes),
    from: same,
  }));
  const size = sent.reduce((sum, { path, rest }) => sum + HEAD + path.length + rest.length, 4);
  const body = new Uint8Array(size);
  const view = new DataView(body.buffer);
  view.setUint32(0, files.length, true);
  let at = 4;
  for (const { path, rest, from } of sent) {
    for (const [i, value] of [path.length, rest.length, from.bytes, from.of].entries())
      view.setUint32(at + 4 * i, value, true);
    body.set(path, at + HEAD);
    body.set(rest, at + HEAD + path.length);
    at += HEAD + path.length + rest.length;
  }
  return body;
}

/** The files of a body, as views of it; refuses one that does not add up. */
export function unpackFiles(body: Uint8Array): SentFile[] {
  const place = "files";
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (body.length < 4) refuse(place, "must begin with their number", body.length);
  const count = view.getUint32(0, true);
  if (count > MOST_FILES) refuse(place, `must be at most ${MOST_FILES}`, count);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const files: SentFile[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    if (at + HEAD > body.length) refuse(place, "must be as long as they say", body.length);
    const [name, size, bytes, of] = [0, 4, 8, 12].map((k) => view.getUint32(at + k, true)) as [
      number,
      number,
      number,
      number,
    ];
    if (name > MOST_PATH) refuse(place, `a path must have at most ${MOST_PATH} bytes`, name);
    if (at + HEAD + name + size > body.length) refuse(place, "must be as long as they say", body.length);
    if (bytes > of) refuse(place, `no more than its ${of} bytes can be taken from a file`, bytes);
    files.push({
      path: decoder.decode(body.subarray(at + HEAD, at + HEAD + name)),
      rest: body.subarray(at + HEAD + name, at + HEAD + name + size),
      from: { bytes, of },
    });
    at += HEAD + name + size;
  }
  if (at !== body.length) refuse(place, "must be as long as they say", body.length);
  return files;
}
