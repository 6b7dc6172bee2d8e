/**
 * Reads Parquet files that anybody may have written: every size and count is checked against the file's own bytes
 * and against a bound before anything is allocated for it, down to the pages. Small files are read whole, large
 * ones a column chunk at a time.
 */
import {
  type AsyncBuffer,
  type ColumnChunk,
  type FileMetaData,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  snappyUncompress,
} from "hyparquet";
import { deserializeTCompactProtocol } from "hyparquet/src/thrift.js";
import { InputError, messageOf, refuse } from "../../core/index.js";
import type { FileStore } from "../file-store.js";

/** An open file; nothing of its rows has been read yet. */
export interface ParquetFile {
  readonly path: string;
  readonly rows: number;
  /** names of the top-level columns */
  readonly columns: readonly string[];
  /** rows of each row group */
  readonly rowGroups: readonly number[];
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
}

/** Values of a column, one entry a row: a number, bigint, text, boolean, list of them, or null. */
export type Column = ArrayLike<unknown>;

const WHOLE_BELOW = 32 * 2 ** 20;
const MOST_BYTES = 16 * 2 ** 30;
const MOST_FOOTER = 256 * 2 ** 20;
const MOST_ROWS = 2 ** 31;
const MOST_COLUMNS = 20_000;
/** values, nulls included, of one column in one row group */
const MOST_VALUES = 2 ** 27;
const MOST_CHUNK_BYTES = 2 ** 30;

/** Opens a file and checks its footer. */
export async function openParquet(store: FileStore, path: string): Promise<ParquetFile> {
  const size = (await store.size(path)) ?? refuse(store.name, "file must exist", path);
  if (size > MOST_BYTES) refuse(path, `must be at most ${MOST_BYTES} bytes`, size);
  if (size < 12) refuse(path, "must be a Parquet file", `${size} bytes`);
  const whole = size <= WHOLE_BELOW ? await store.read(path) : null;
  const buffer: AsyncBuffer = {
    byteLength: whole?.length ?? size,
    slice: async (start, end) => {
      const to = end ?? whole?.length ?? size;
      return exactBuffer(whole === null ? await store.read(path, start, to) : whole.subarray(start, to));
    },
  };
  const tail = new DataView(await buffer.slice(buffer.byteLength - 8));
  if (
    tail.getUint32(4, true) !== 0x31524150 ||
    tail.getUint32(0, true) > Math.min(MOST_FOOTER, buffer.byteLength - 12)
  )
    refuse(path, "must end with a Parquet footer (the program that wrote it may have been killed)");
  return guard(path, async () => {
    const metadata = await parquetMetadataAsync(buffer, { geoparquet: false });
    checkFooter(path, metadata, buffer.byteLength);
    return {
      path,
      rows: Number(metadata.num_rows),
      columns: parquetSchema(metadata).children.map((child) => child.element.name),
      rowGroups: metadata.row_groups.map((group) => Number(group.num_rows)),
      buffer,
      metadata,
    };
  });
}

/** Rows [rowStart, rowEnd) of the named columns. */
export async function readColumns(
  file: ParquetFile,
  names: readonly string[],
  rowStart = 0,
  rowEnd = file.rows,
): Promise<Record<string, Column>> {
  for (const name of names) if (!file.columns.includes(name)) refuse(file.path, "must have the column", name);
  if (rowStart < 0 || rowEnd > file.rows || rowStart > rowEnd)
    refuse(file.path, `rows must lie within its ${file.rows}`, [rowStart, rowEnd]);
  if (rowStart === rowEnd) return Object.fromEntries(names.map((name) => [name, []]));
  return guard(file.path, async () => {
    await checkPages(file, names, rowStart, rowEnd);
    const parts: Record<string, Column>[] = [];
    const scan = await parquetScan({
      file: file.buffer,
      metadata: file.metadata,
      columns: [...names],
      compressors: COMPRESSORS,
      useOffsetIndex: false,
    });
    for (const range of scan.ranges) {
      const from = Math.max(rowStart, range.rowStart);
      const to = Math.min(rowEnd, range.rowEnd);
      if (from >= to) continue;
      const part: Record<string, Column> = {};
      for (const column of names)
        part[column] = await scan.readColumn({ column, rowStart: from, rowEnd: to });
      parts.push(part);
    }
    return Object.fromEntries(names.map((name) => [name, joined(parts.map((part) => part[name]!))]));
  });
}

/** A whole number from a bigint, number or boolean column; refuses what a program cannot count with. */
export function indexOf(place: string, value: unknown): number {
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0
    ? number
    : refuse(place, "must be a whole number from 0 up", typeof value === "bigint" ? String(value) : value);
}

/**
 * One vector a row, one after the other; refuses rows of another length, nulls and values that are not numbers.
 * @returns [rows * size]
 */
export function vectorsOf(place: string, column: Column, size: number): Float32Array {
  const out = new Float32Array(column.length * size);
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    if (Array.isArray(value) || ArrayBuffer.isView(value)) {
      const list = value as ArrayLike<unknown>;
      if (list.length !== size) refuse(`${place} of row ${row}`, `must have ${size} numbers`, list.length);
      for (let i = 0; i < size; i++) out[row * size + i] = numberOf(place, row, list[i]);
    } else if (size === 1) out[row] = numberOf(place, row, value);
    else refuse(`${place} of row ${row}`, `must be a list of ${size} numbers`, value);
  }
  return out;
}

function numberOf(place: string, row: number, value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  return refuse(`${place} of row ${row}`, "must be a number", value ?? null);
}

const COMPRESSORS = {
  SNAPPY: (input: Uint8Array, length: number): Uint8Array => {
    const output = new Uint8Array(length);
    snappyUncompress(input, output);
    return output;
  },
};

const exactBuffer = (bytes: Uint8Array): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;

const joined = (parts: readonly Column[]): Column =>
  parts.length === 1 ? parts[0]! : parts.flatMap((part) => Array.from(part));

function checkFooter(path: string, metadata: FileMetaData, bytes: number): void {
  const { num_rows, row_groups } = metadata;
  if (num_rows < 0n || num_rows > MOST_ROWS)
    refuse(path, `must have at most ${MOST_ROWS} rows`, String(num_rows));
  let rows = 0n;
  for (const group of row_groups) {
    if (group.num_rows < 0n) refuse(path, "rows of a row group must not be negative", String(group.num_rows));
    rows += group.num_rows;
    if (group.columns.length > MOST_COLUMNS) refuse(path, `must have at most ${MOST_COLUMNS} columns`);
    for (const chunk of group.columns) {
      const { start, end } = chunkRange(path, chunk);
      if (start < 4 || end > bytes) refuse(path, "column chunks must lie within the file", [start, end]);
      const { num_values, total_uncompressed_size } = chunk.meta_data!;
      if (num_values < 0n || num_values > MOST_VALUES || total_uncompressed_size > MOST_CHUNK_BYTES)
        refuse(path, `a column chunk must have at most ${MOST_VALUES} values in ${MOST_CHUNK_BYTES} bytes`);
    }
  }
  if (rows !== num_rows) refuse(path, "row groups must add up to its rows", `${rows} of ${num_rows}`);
}

function chunkRange(path: string, chunk: ColumnChunk): { start: number; end: number } {
  const meta = chunk.meta_data ?? refuse(path, "column chunks must be described in the footer");
  const first = meta.dictionary_page_offset;
  const start = Number(
    first !== undefined && first > 0n && first < meta.data_page_offset ? first : meta.data_page_offset,
  );
  const length = Number(meta.total_compressed_size);
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(length) || length < 0)
    refuse(path, "column chunks must have a place and a size", [start, length]);
  return { start, end: start + length };
}

/** Walks the page headers of what will be decoded: together they may not claim more than the footer says. */
async function checkPages(
  file: ParquetFile,
  names: readonly string[],
  rowStart: number,
  rowEnd: number,
): Promise<void> {
  let groupStart = 0;
  for (const group of file.metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows);
    if (groupStart < rowEnd && groupEnd > rowStart)
      for (const chunk of group.columns)
        if (names.includes(chunk.meta_data!.path_in_schema[0]!)) await checkChunk(file, chunk);
    groupStart = groupEnd;
  }
}

async function checkChunk(file: ParquetFile, chunk: ColumnChunk): Promise<void> {
  const { start, end } = chunkRange(file.path, chunk);
  const bytes = await file.buffer.slice(start, end);
  const reader = { view: new DataView(bytes), offset: 0 };
  let values = 0;
  let size = 0;
  while (reader.offset < bytes.byteLength) {
    const header = deserializeTCompactProtocol(reader) as Record<string, unknown>;
    const [uncompressed, compressed] = [
      countIn(file.path, header["field_2"]),
      countIn(file.path, header["field_3"]),
    ];
    const page = (header["field_5"] ?? header["field_8"]) as Record<string, unknown> | undefined;
    const dictionary = header["field_7"] as Record<string, unknown> | undefined;
    values += page === undefined ? 0 : countIn(file.path, page["field_1"]);
    // a dictionary holds no more entries than the column has values, beside its own bytes
    if (dictionary !== undefined && countIn(file.path, dictionary["field_1"]) > uncompressed + 1)
      refuse(file.path, "a dictionary must not claim more entries than bytes");
    size += uncompressed;
    reader.offset += compressed;
    const meta = chunk.meta_data!;
    if (
      values > Number(meta.num_values) ||
      size > Number(meta.total_uncompressed_size) ||
      reader.offset > bytes.byteLength
    )
      refuse(file.path, "pages must not claim more than the footer says", meta.path_in_schema.join("."));
  }
}

const countIn = (path: string, value: unknown): number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0
    ? value
    : refuse(path, "page headers must count from 0 up", value ?? null);

/** Whatever a decoder throws becomes a refusal that names the file. */
async function guard<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(path, `must be readable Parquet (${messageOf(error)})`);
  }
}
