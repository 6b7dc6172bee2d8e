/**
 * Reads of an ONNX file what its user must know before running it: versions, domains, inputs, outputs, metadata; and
 * changes metadata without touching the rest. It does not read nodes or weights: ONNX Runtime does.
 */
import { integerIn, refuse } from "../../core/index.js";
import { BATCH } from "./graph.js";
import { type Metadata, writeMetadata } from "./onnx-encode.js";
import { type Field, fieldsOf, MessageWriter } from "./protobuf.js";

/** An input or output; a length the caller may choose is -1. `float32` or the number of another ONNX type. */
export interface Port {
  readonly name: string;
  readonly type: "float32" | number;
  readonly shape: readonly number[];
}

/** What a model file says of itself before it is run. */
export interface ModelSummary {
  readonly irVersion: number;
  /** domains of the operators used and their versions; "" is the standard one */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly metadata: Metadata;
  /** whether a weight lies in another file, which a reader would have to open */
  readonly external: boolean;
}

const PLACE = "onnx";
const MOST = { ports: 1024, dimensions: 16, entries: 256, bytes: 16 * 1024 * 1024 };

/** What stands at the surface of a model file. Refuses what is not one. */
export function readModel(bytes: Uint8Array): ModelSummary {
  let irVersion = 0;
  let graph: Uint8Array | null = null;
  const opsets: Record<string, number> = {};
  const metadata: [string, string][] = [];
  for (const field of fieldsOf(PLACE, bytes)) {
    if (field.number === 1) irVersion = Number(field.value);
    else if (field.number === 7) {
      // Two would be merged by other readers, so that what is checked here need not be what runs.
      if (graph !== null) refuse(PLACE, "must have one graph");
      graph = blobOf(field);
    } else if (field.number === 8) {
      let [domain, version] = ["", 0];
      for (const part of fieldsOf(PLACE, blobOf(field)))
        if (part.number === 1) domain = textOf(part);
        else if (part.number === 2) version = Number(part.value);
      opsets[domain] = version;
    } else if (field.number === 14) {
      integerIn(PLACE, "metadata entries", metadata.length + 1, 0, MOST.entries);
      metadata.push(entryOf(field));
    }
  }
  if (graph === null || irVersion < 1) refuse(PLACE, "must be an ONNX model");
  const inputs: Port[] = [];
  const outputs: Port[] = [];
  let external = false;
  for (const field of fieldsOf(PLACE, graph)) {
    if (field.number === 5) external ||= isExternal(blobOf(field));
    if (field.number !== 11 && field.number !== 12) continue;
    integerIn(PLACE, "inputs and outputs", inputs.length + outputs.length + 1, 0, MOST.ports);
    (field.number === 11 ? inputs : outputs).push(portOf(blobOf(field)));
  }
  return { irVersion, opsets, inputs, outputs, metadata: Object.fromEntries(metadata), external };
}

/** The same model with these metadata entries set; other entries and everything else stay as they are. */
export function withMetadata(bytes: Uint8Array, entries: Metadata): Uint8Array<ArrayBuffer> {
  const model = new MessageWriter();
  for (const field of fieldsOf(PLACE, bytes)) {
    if (field.number === 14 && entryOf(field)[0] in entries) continue;
    model.raw(bytes.subarray(field.from, field.to));
  }
  return writeMetadata(model, entries).finish().slice();
}

/** A TensorProto that names a file (13) or says that its data lies elsewhere (14). */
function isExternal(tensor: Uint8Array): boolean {
  for (const field of fieldsOf(PLACE, tensor))
    if (field.number === 13 || (field.number === 14 && field.value !== 0n)) return true;
  return false;
}

function portOf(message: Uint8Array): Port {
  let name = "";
  let type = 0;
  const shape: number[] = [];
  for (const field of fieldsOf(PLACE, message)) {
    if (field.number === 1) name = textOf(field);
    if (field.number !== 2) continue;
    for (const tensor of fieldsOf(PLACE, blobOf(field))) {
      if (tensor.number !== 1) continue;
      for (const part of fieldsOf(PLACE, blobOf(tensor))) {
        if (part.number === 1) type = Number(part.value);
        if (part.number !== 2) continue;
        for (const dimension of fieldsOf(PLACE, blobOf(part))) {
          integerIn(PLACE, `dimensions of ${name}`, shape.length + 1, 0, MOST.dimensions);
          let length = BATCH;
          for (const word of fieldsOf(PLACE, blobOf(dimension)))
            if (word.number === 1) length = Number(word.value);
          shape.push(length);
        }
      }
    }
  }
  return { name, type: type === 1 ? "float32" : type, shape };
}

function entryOf(field: Field): [string, string] {
  let [key, value] = ["", ""];
  for (const part of fieldsOf(PLACE, blobOf(field)))
    if (part.number === 1) key = textOf(part);
    else if (part.number === 2) value = textOf(part);
  return [key, value];
}

const blobOf = (field: Field): Uint8Array =>
  typeof field.value === "bigint" ? refuse(PLACE, `field ${field.number} must hold bytes`) : field.value;

function textOf(field: Field): string {
  const blob = blobOf(field);
  integerIn(PLACE, "length of a text in bytes", blob.length, 0, MOST.bytes);
  return new TextDecoder().decode(blob);
}
