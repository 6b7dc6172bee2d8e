/** The door of `robot`: safety, drivers, deployment. What needs Node is in `index.node.ts`. */

export * from "./deploy.js";
export * from "./facts.js";
export * from "./live.js";
export * from "./loop.js";
export * from "./onset.js";
export * from "./primitives.js";
export * from "./safety/decide.js";
export * from "./safety/gate.js";
export * from "./safety/joints.js";
export * from "./safety/lease.js";
export * from "./safety/limits.js";
export * from "./safety/scan-guard.js";
export * from "./safety/share.js";
