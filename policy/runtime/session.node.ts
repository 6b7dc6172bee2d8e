/** ONNX Runtime of Node, loaded when first asked for. */
import type { OnnxRuntime, OpenSession } from "./session.js";
import { sessionsOf } from "./session.js";

/** Opens models in `onnxruntime-node`. */
export const openNodeSession: OpenSession = async (model, options) => {
  const ort: OnnxRuntime = await import("onnxruntime-node");
  return sessionsOf(ort, true)(model, options);
};
