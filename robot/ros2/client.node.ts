/** The rosbridge client on Node: sockets of `ws`, the machine's clock. */
import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import { realClock } from "../../core/index.js";
import { connectRos, type RosClientOptions } from "./client.js";
import type { RosClient } from "./ros-client.js";
import { socketsOf } from "./socket.js";

/** Connects to the bridge at `url`; everything else has a default. */
export function connectRosFromNode(
  url: string,
  options: Partial<Omit<RosClientOptions, "url">> = {},
): RosClient {
  return connectRos({
    openSocket: socketsOf(WebSocket),
    clock: realClock(),
    session: `apprentice-${randomUUID()}`,
    ...options,
    url,
  });
}
