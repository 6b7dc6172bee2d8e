/**
 * Writes the Parquet subset LeRobot uses: optional columns of numbers, texts and lists of them, Snappy, as pyarrow
 * lays them out. A growing file gains one row group at a time and is complete after each: its earlier bytes never
 * change, only the footer moves. Floating point is never put in a dictionary, which would lose the sign of zero.
 */
import type { SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter, parquetWriteBuffer } from "hyparquet-writer";
import type { NewFile } from "../file-store.js";
import { footerFrame } from "./parquet-footer.js";

type Primitive = "float" | "double" | "int64" | "bool" | "string";

/** A column's name, what its values are, and whether each row holds a list of them. */
export interface ColumnType {
  readonly name: string;
  readonly type: Primitive;
  /** `picture`: a list of lists of lists, as statistics of pictures stand in the table */
  readonly list: boolean | "picture";
}

/** Rows of one column: numbers, bigints for `int64`, texts, or arrays of them; null where there is none. */
export type ColumnValues = readonly unknown[] | Float32Array | BigInt64Array;

const PHYSICAL = {
  float: { type: "FLOAT" },
  double: { type: "DOUBLE" },
  int64: { type: "INT64" },
  bool: { type: "BOOLEAN" },
  string: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
} as const satisfies Record<Primitive, Partial<SchemaElement>>;

function schemaOf(columns: readonly ColumnType[]): SchemaElement[] {
  return [
    { name: "schema", num_children: columns.length },
    ...columns.flatMap(({ name, type, list }) =>
      elementOf(name, type, list === "picture" ? 3 : list ? 1 : 0),
    ),
  ];
}

/** A value, or a list of what is one list less deep. */
const elementOf = (name: string, type: Primitive, depth: number): SchemaElement[] =>
  depth === 0
    ? [{ name, repetition_type: "OPTIONAL", ...PHYSICAL[type] }]
    : [
        {
          name,
          repetition_type: "OPTIONAL",
          num_children: 1,
          converted_type: "LIST",
          logical_type: { type: "LIST" },
        },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        ...elementOf("element", type, depth - 1),
      ];

/** Smallest and largest values stand in the footer for plain columns only: nobody filters by parts of a vector. */
const sources = (columns: readonly ColumnType[], values: readonly ColumnValues[]) =>
  columns.map(({ name, type, list }, i) => ({
    name,
    data: values[i] as unknown[],
    offsetIndex: false,
    statistics: !list,
    ...(type === "float" || type === "double" ? { encoding: "PLAIN" as const } : {}),
  }));

/** A whole file of one row group. */
export function encodeTable(
  columns: readonly ColumnType[],
  values: readonly ColumnValues[],
  keyValues: Readonly<Record<string, string>> = {},
): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      schema: schemaOf(columns),
      columnData: sources(columns, values),
      rowGroupSize: Math.max(1, values[0]?.length ?? 0),
      kvMetadata: Object.entries(keyValues).map(([key, value]) => ({ key, value })),
      createdBy: "apprentice",
    }),
  );
}

/** A growing file with one row group more, to be used before it grows again. */
export type GrownFile = Omit<NewFile, "path">;

/** A file that grows by row groups. */
export interface GrowingTable {
  /** rows so far */
  readonly rows: number;
  /** bytes of the whole file */
  readonly size: number;
  /** Adds a row group. */
  append(values: readonly ColumnValues[]): GrownFile;
  /** Replaces the last row group. */
  replaceLast(values: readonly ColumnValues[]): GrownFile;
}

/** An empty growing file of those columns. */
export function growingTable(columns: readonly ColumnType[]): GrowingTable {
  const bytes = new ByteWriter(1 << 16);
  const schema = schemaOf(columns);
  const file = new ParquetWriter({ writer: bytes, schema });
  const frame = footerFrame(schema, schemaOf(columns.filter((column) => !column.list)));
  /** where each row group begins, how many rows it has, and its part of the footer */
  const groups: { start: number; rows: number; described: Uint8Array }[] = [];
  let rows = 0;
  let size = 0;

  const append = (values: readonly ColumnValues[]): GrownFile => {
    const start = bytes.offset;
    const before = size;
    file.write({ columnData: sources(columns, values), rowGroupSize: values[0]!.length });
    file.pendingIndexes = [];
    const group = file.row_groups.pop()!;
    const added = Number(group.num_rows);
    groups.push({ start, rows: added, described: frame.describe(group) });
    rows += added;
    const end = bytes.offset;
    const footer = frame.footer(
      rows,
      groups.map((each) => each.described),
    );
    bytes.appendBytes(footer);
    const whole = bytes.getBytes();
    size = whole.length;
    rewind(end);
    return before === 0 ? { bytes: whole } : { bytes: whole, same: { bytes: start, of: before } };
  };
  const rewind = (to: number): void => {
    bytes.offset = to;
    bytes.index = to;
  };

  return {
    get rows() {
      return rows;
    },
    get size() {
      return size;
    },
    append,
    replaceLast: (values) => {
      const last = groups.pop();
      if (last !== undefined) {
        rows -= last.rows;
        rewind(last.start);
      }
      return append(values);
    },
  };
}
