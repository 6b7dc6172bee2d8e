/** The door of `policy` in Node: everything of `index.ts`, and what needs files, workers or `onnxruntime-node`. */
export * from "./index.js";
export { loadPolicyFile } from "./runtime/load.node.js";
export { openNodeSession } from "./runtime/session.node.js";
export { trainInWorker } from "./training/in-worker.node.js";
