/**
 * The footer of a growing Parquet file, put together from the parts of its row groups, so that describing one
 * more costs the same however many there are. The library encodes footers whole; the part of one row group is
 * what a footer with it has beyond a footer without.
 */
import type { RowGroup, SchemaElement } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";

const MAGIC = 0x31524150;
/** Thrift compact protocol: a list header of 12 is "of structs", its count in the upper half or, from 15, after it */
const STRUCTS = 12;
const SHORT_LIST = 14;

/** What the footers of one schema share. */
export interface FooterFrame {
  /** The bytes that describe a row group in a footer. */
  describe(group: RowGroup): Uint8Array;
  /** A footer of those row groups, with its length and the closing magic number. */
  footer(rows: number, groups: readonly Uint8Array[]): Uint8Array;
}

/**
 * The frame of a schema's footers.
 * @param described the part of the schema whose columns have statistics: all that describing a row group needs
 */
export function footerFrame(schema: SchemaElement[], described: SchemaElement[]): FooterFrame {
  const whole = cutFrame(schema);
  const short = cutFrame(described);
  return {
    describe: (group) => {
      const one = encode(described, [group]);
      return one.slice(short.before.length + 1, one.length - short.after.length);
    },
    footer: (rows, groups) => {
      const writer = new ByteWriter(1 << 15);
      // at its end stand the number of rows, 0 in one byte, and the one byte that announces the list
      writer.appendBytes(whole.before.subarray(0, -2));
      writer.appendZigZag(BigInt(rows));
      writer.appendBytes(whole.before.subarray(-1));
      if (groups.length > SHORT_LIST) {
        writer.appendUint8((15 << 4) | STRUCTS);
        writer.appendVarInt(groups.length);
      } else writer.appendUint8((groups.length << 4) | STRUCTS);
      for (const group of groups) writer.appendBytes(group);
      writer.appendBytes(whole.after);
      writer.appendUint32(writer.offset);
      writer.appendUint32(MAGIC);
      return writer.getBytes();
    },
  };
}

/** A footer without rows, cut at the count of its empty list of row groups. */
function cutFrame(schema: SchemaElement[]): { before: Uint8Array; after: Uint8Array } {
  const none = encode(schema, []);
  const some = encode(schema, [{ columns: [], total_byte_size: 0n, num_rows: 0n }]);
  // the two differ first in that count
  let cut = 0;
  while (none[cut] === some[cut]) cut++;
  return { before: none.slice(0, cut), after: none.slice(cut + 1) };
}

/** The metadata as the library encodes it, with 0 rows, without the length behind it. */
function encode(schema: SchemaElement[], groups: RowGroup[]): Uint8Array {
  const writer = new ByteWriter(1 << 15);
  writeMetadata(writer, {
    version: 2,
    created_by: "apprentice",
    schema,
    num_rows: 0n,
    row_groups: groups,
    metadata_length: 0,
  });
  return writer.getBytes().slice(0, -4);
}
