/** A node in a real ROS 2 graph from Node: sockets of `ws`, the machine's clock. */
import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import { realClock } from "../../core/index.js";
import { socketsOf } from "./socket.js";
import { graphThrough, type ThroughGraph, type ThroughOptions } from "./through.js";

/** Connects to the bridge at `url`; everything else has a default. */
export function graphThroughFromNode(
  url: string,
  options: Partial<Omit<ThroughOptions, "url">> = {},
): ThroughGraph {
  return graphThrough({
    openSocket: socketsOf(WebSocket),
    clock: realClock(),
    session: `apprentice-twin-${randomUUID()}`,
    ...options,
    url,
  });
}
