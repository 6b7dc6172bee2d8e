/** What `robot/ros2` gives to the door of `robot` on Node. */
export { connectRosFromNode } from "./client.node.js";
