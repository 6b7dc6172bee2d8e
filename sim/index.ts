/** The door of `sim`. */
export * from "./engine.js";
