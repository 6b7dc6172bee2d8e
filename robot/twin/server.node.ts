/**
 * The twin's bridge: a WebSocket server that speaks rosbridge v2 as one of the real servers does, over a graph of
 * nodes in this process. Listens on loopback unless told otherwise. Node only; the protocol itself is `session.ts`.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { type Clock, refuse } from "../../core/index.js";
import { type AdmissionRules, isLoopbackName, refusalOfUpgrade } from "../ros2/admission.js";
import type { RosGraph } from "../ros2/graph.js";
import { rosTime } from "../ros2/time.js";
import { KNOWN_TYPES, type TypeTable } from "../ros2/types.js";
import { upgradeRequest } from "../ros2/upgrade.node.js";
import { openBroker } from "./broker.js";
import { type Dialect, type DialectName, dialectOf } from "./dialects.js";
import { serveRosapi } from "./rosapi.js";
import { openSession } from "./session.js";
import type { SessionHost, SessionLimits } from "./session-frames.js";

/** What to speak, where to listen, whom to let in. */
export interface TwinServerOptions {
  readonly dialect: DialectName | Dialect;
  readonly clock: Clock;
  /** seconds since 1970 on the robot's clock, for stamps; default the machine's */
  readonly timeOfDay?: () => number;
  /** address to listen on; default 127.0.0.1. Beyond loopback a token is required. */
  readonly host?: string;
  /** TCP port; 0 takes a free one */
  readonly port: number;
  readonly token?: string;
  /** further page origins and host names that are let in */
  readonly origins?: readonly string[];
  readonly hosts?: readonly string[];
  readonly types?: TypeTable;
  readonly limits?: Partial<TwinServerLimits>;
  /** what the server would write to the robot's log */
  readonly onLog?: (text: string) => void;
}

/** Bounds of the whole server. */
export interface TwinServerLimits extends SessionLimits {
  readonly connections: number;
  /** bytes that may wait for a slow client before newer messages are left out; four times that ends it */
  readonly backlog: number;
}

/** A running bridge and the graph behind it. */
export interface TwinServer {
  /** where the twin's robots register */
  readonly graph: RosGraph;
  readonly url: string;
  readonly port: number;
  readonly connections: number;
  close(): Promise<void>;
}

const LIMITS: TwinServerLimits = {
  connections: 64,
  subscriptions: 256,
  publishers: 256,
  served: 64,
  pending: 256,
  backlog: 8 * 1024 * 1024,
};

/** Starts the bridge; resolves once it listens. */
export async function startTwinServer(options: TwinServerOptions): Promise<TwinServer> {
  const dialect = typeof options.dialect === "string" ? dialectOf(options.dialect) : options.dialect;
  const host = options.host ?? "127.0.0.1";
  const token = options.token ?? null;
  if (!isLoopbackName(host) && token === null) refuse("twin", "a token is required beyond loopback", host);
  const log = options.onLog ?? (() => {});
  const limits = { ...LIMITS, ...options.limits };
  const timeOfDay = options.timeOfDay ?? (() => Date.now() / 1000);
  const now = () => rosTime(timeOfDay());
  const broker = openBroker(options.types ?? KNOWN_TYPES, options.clock, log);
  if (dialect.rosapi) serveRosapi(broker, "/twin", now);

  const rules: AdmissionRules = {
    origins: options.origins ?? [],
    hosts: [...(options.hosts ?? []), ...(isLoopbackName(host) ? [] : [host])],
    token,
  };
  const http = createServer((_, response) => {
    response.writeHead(426, { Connection: "close" }).end("rosbridge speaks WebSocket\n");
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: dialect.maxMessageSize });
  http.on("upgrade", (request, socket, head) => {
    const refusal = refusalOfUpgrade(rules, upgradeRequest(request));
    const full = sockets.clients.size >= limits.connections;
    if (refusal === null && !full)
      return sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit("connection", opened));
    const reason = refusal?.reason ?? `${limits.connections} connections are open already`;
    log(`connection refused: ${reason}`);
    socket.end(`HTTP/1.1 ${refusal?.status ?? 503} Refused\r\nConnection: close\r\n\r\n${reason}\n`);
  });

  const sessionHost: SessionHost = {
    broker,
    dialect,
    clock: options.clock,
    now,
    goals: new Map(),
    limits,
    log,
    crash: (reason) => {
      log(`every connection ended, as the real server would have: ${reason}`);
      for (const client of sockets.clients) client.terminate();
    },
  };
  sockets.on("connection", (socket: WebSocket) => serveSocket(socket, sessionHost, limits.backlog));

  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(options.port, host, resolve);
  });
  const { port } = http.address() as AddressInfo;
  return {
    graph: broker,
    url: `ws://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    get connections() {
      return sockets.clients.size;
    },
    close: async () => {
      broker.close();
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      const closed = new Promise((resolve) => http.close(resolve));
      // Also those that connected and have not asked for anything yet.
      http.closeAllConnections();
      await closed;
    },
  };
}

function serveSocket(socket: WebSocket, host: SessionHost, backlog: number): void {
  const session = openSession(
    host,
    (data, droppable) => {
      if (socket.readyState !== socket.OPEN || (droppable && socket.bufferedAmount > backlog)) return;
      if (socket.bufferedAmount > 4 * backlog) {
        host.log("a client that reads too slowly was disconnected");
        return socket.terminate();
      }
      socket.send(data);
    },
    (reason) => {
      host.log(`disconnected: ${reason}`);
      socket.terminate();
    },
  );
  // Text and binary frames alike hold JSON: the real servers read both.
  socket.on("message", (data) => session.receive(String(data)));
  socket.on("close", () => session.close());
  socket.on("error", (error) => host.log(`socket: ${error.message}`));
}
