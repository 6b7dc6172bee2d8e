/** The door of `robot` on Node: the same, with sockets and the twin's server. */
export * from "./index.js";
export * from "./ros2/index.node.js";
export * from "./twin/server.node.js";
export * from "./twin/twin.node.js";
