/**
 * A zip of stored (not compressed) files, as a stream of chunks: how a data set leaves a browser. Parquet and video
 * are compressed already. Format: PKWARE APPNOTE 6.3.9, names in UTF-8, no ZIP64: at most 4 GiB and 65,535 files,
 * refused beyond.
 */
import { refuse } from "../../core/index.js";
import type { FileStore } from "../../datasets/index.js";

/** What the format's 32- and 16-bit fields can say, without the values that mean ZIP64. */
const MOST_BYTES = 0xfffffffe;
const MOST_FILES = 0xfffe;
/** Midnight of 1 January 1980, the earliest date there is: the same set gives the same bytes. */
const DATE = 0x0021;
const UTF8 = 0x0800;

/**
 * Every file below these folders of a store, and a file at a time in memory.
 * @param top folder that all of it lies in within the zip
 */
export async function* zipOf(
  store: FileStore,
  folders: readonly string[],
  top: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const paths = (await Promise.all(folders.map((folder) => store.list(folder)))).flat().filter(isData);
  if (paths.length > MOST_FILES) refuse("zip", `must hold at most ${MOST_FILES} files`, paths.length);
  const entries: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const path of paths) {
    const bytes = await store.read(path);
    const name = new TextEncoder().encode(`${top}/${path}`);
    if (at + bytes.length + 128 + name.length > MOST_BYTES)
      refuse("zip", `must have at most ${MOST_BYTES} bytes`, path);
    const sum = crc32(bytes);
    const header = localHeader(name, bytes.length, sum);
    entries.push(directoryEntry(name, bytes.length, sum, at));
    yield header;
    yield Uint8Array.from(bytes);
    at += header.length + bytes.length;
  }
  const size = entries.reduce((total, entry) => total + entry.length, 0);
  if (at + size + 22 > MOST_BYTES) refuse("zip", `must have at most ${MOST_BYTES} bytes`, at + size);
  yield* entries;
  yield endRecord(entries.length, size, at);
}

/** What belongs to a set: not a writer's lock, nor what was being written. */
const isData = (path: string): boolean => !path.endsWith(".lock") && !path.endsWith(".pending");

/** The fields that a local header and a directory entry share, from `version needed` on. */
function common(view: DataView, at: number, name: Uint8Array, size: number, sum: number): void {
  view.setUint16(at, 20, true);
  view.setUint16(at + 2, UTF8, true);
  view.setUint16(at + 8, DATE, true);
  view.setUint32(at + 10, sum, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, name.length, true);
}

function localHeader(name: Uint8Array, size: number, sum: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(30 + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x04034b50, true);
  common(view, 4, name, size, sum);
  bytes.set(name, 30);
  return bytes;
}

function directoryEntry(
  name: Uint8Array,
  size: number,
  sum: number,
  offset: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(46 + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, 20, true);
  common(view, 6, name, size, sum);
  view.setUint32(42, offset, true);
  bytes.set(name, 46);
  return bytes;
}

function endRecord(count: number, size: number, offset: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(22);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  return bytes;
}

/** CRC-32 of ISO 3309, by table. */
function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 0xff]! ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});
