/** The door of `policy` in Node: everything of `index.ts`, and what needs files, workers or `onnxruntime-node`. */
export * from "./index.js";
export { openNodeSession } from "./runtime/session.node.js";
