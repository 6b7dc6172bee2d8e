/** The door of `robot`: safety, drivers, deployment. What needs Node is in `index.node.ts`. */
export * from "./safety/decide.js";
export * from "./safety/gate.js";
export * from "./safety/joints.js";
export * from "./safety/lease.js";
export * from "./safety/limits.js";
export * from "./safety/scan-guard.js";
export * from "./safety/share.js";
