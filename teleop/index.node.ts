/** The door of `teleop` on Node: everything of `index.ts`, and the small server behind the page. */

export * from "./index.js";
export { type StudioServer, type StudioServerOptions, startStudioServer } from "./studio/server.node.js";
