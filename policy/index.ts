/** The door of `policy`: the graph, networks, algorithms, training, export, the runtime, evaluation. */

export { gradients, RULES } from "./graph/gradients.js";
export {
  BATCH,
  type Constant,
  constant,
  createGraph,
  type Graph,
  input,
  integers,
  type Node,
  type Operator,
  output,
  scalar,
  type Value,
} from "./graph/graph.js";
export { encodeModel, type Metadata } from "./graph/onnx-encode.js";
export { type ModelSummary, type Port, readModel, withMetadata } from "./graph/onnx-read.js";
export * as operators from "./graph/operators.js";
export {
  type Buffer32,
  type Buffers,
  type OnnxRuntime,
  type OpenSession,
  type Session,
  sessionsOf,
} from "./runtime/session.js";
