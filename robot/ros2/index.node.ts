/** What `robot/ros2` gives to the door of `robot` on Node. */
export { connectRosFromNode } from "./client.node.js";
export {
  type BridgeGate,
  type BridgeGateLimits,
  type BridgeGateOptions,
  startBridgeGate,
} from "./gate.node.js";
export { type Bridge, type BridgeOptions, startRos2WebBridge } from "./ros2-web-bridge.node.js";
export { graphThroughFromNode } from "./through.node.js";
