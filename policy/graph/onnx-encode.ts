/**
 * Writes a graph as an ONNX file: ModelProto of onnx.proto3, IR version 8, opset 17, which every common runtime since
 * 2022 reads. Only operators of the standard domain. Field numbers: github.com/onnx/onnx, onnx/onnx.proto3.
 */
import { BATCH, type Constant, type ElementType, type Graph, type Node, type Value } from "./graph.js";
import { MessageWriter } from "./protobuf.js";

const IR_VERSION = 8;
const OPSET = 17;
const ELEMENT: Readonly<Record<ElementType, number>> = { float32: 1, int64: 7, bool: 9 };
const ATTRIBUTE = { int: 2, ints: 7 };

/** Words kept in the file beside the graph; ONNX Runtime shows them as `custom_metadata_map`. */
export type Metadata = Readonly<Record<string, string>>;

/** The file of a graph. @param name what a viewer shows, e.g. `lift` */
export function encodeModel(graph: Graph, name: string, metadata: Metadata = {}): Uint8Array<ArrayBuffer> {
  const model = new MessageWriter()
    .integer(1, IR_VERSION)
    .text(2, "apprentice")
    .message(7, (body) => writeGraph(body, graph, name))
    .message(8, (opset) => opset.text(1, "").integer(2, OPSET));
  return writeMetadata(model, metadata).finish().slice();
}

/** Appends the metadata fields (14) of a model. */
export function writeMetadata(model: MessageWriter, metadata: Metadata): MessageWriter {
  for (const [key, value] of Object.entries(metadata))
    model.message(14, (entry) => entry.text(1, key).text(2, value));
  return model;
}

function writeGraph(body: MessageWriter, graph: Graph, name: string): void {
  for (const node of graph.nodes) body.message(1, (message) => writeNode(message, node));
  body.text(2, name);
  for (const constant of graph.constants) body.message(5, (message) => writeTensor(message, constant));
  for (const each of graph.inputs) body.message(11, (message) => writeValue(message, each));
  for (const each of graph.outputs) body.message(12, (message) => writeValue(message, each));
}

function writeNode(message: MessageWriter, node: Node): void {
  for (const each of node.inputs) message.text(1, each.name);
  message.text(2, node.output.name).text(3, node.output.name).text(4, node.operator);
  for (const [name, value] of Object.entries(node.attributes))
    message.message(5, (attribute) => {
      attribute.text(1, name);
      if (typeof value === "number") attribute.integer(3, value).integer(20, ATTRIBUTE.int);
      else {
        for (const each of value) attribute.integer(8, each);
        attribute.integer(20, ATTRIBUTE.ints);
      }
    });
}

function writeTensor(message: MessageWriter, { value, data }: Constant): void {
  for (const length of value.shape) message.integer(1, length);
  message.integer(2, ELEMENT[value.type]).text(8, value.name);
  // Little-endian, as the format demands; so is every machine this runs on.
  message.blob(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValue(message: MessageWriter, value: Value): void {
  message.text(1, value.name).message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.integer(1, ELEMENT[value.type]).message(2, (shape) => {
        for (const length of value.shape)
          shape.message(1, (dimension) =>
            length === BATCH ? dimension.text(2, "batch") : dimension.integer(1, length),
          );
      });
    }),
  );
}
