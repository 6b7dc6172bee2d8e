/** What `robot/ros2` gives to the door of `robot`. */
export { type AdmissionRules, isLoopbackName } from "./admission.js";
export { connectRos, type RosClientLimits, type RosClientOptions } from "./client.js";
export { completeMessage, readMessage } from "./conversion.js";
export * from "./graph.js";
export * from "./messages.js";
export * from "./ros-client.js";
export { type OpenSocket, type Socket, type SocketEvents, socketsOf, type WebSocketLike } from "./socket.js";
export { graphThrough, type ThroughGraph, type ThroughOptions } from "./through.js";
export { rosTime, secondsOf, stampOf } from "./time.js";
export { KNOWN_TYPES, type MessageField, type TypeTable, typeTable } from "./types.js";
export { whenUp } from "./when-up.js";
