/**
 * The gate in front of `ros2-web-bridge`: a WebSocket server on loopback that lets in who may come (`admission.ts`),
 * checks and rewrites what they say (`gate-frames.ts`), and hands the bridge's answers back as they are. One
 * connection here is one connection there.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { refuse } from "../../core/index.js";
import { type AdmissionRules, isLoopbackName, refusalOfUpgrade } from "./admission.js";
import { type GateRules, gateMemory, passFrame } from "./gate-frames.js";
import { rosTime } from "./time.js";
import { KNOWN_TYPES, type TypeTable } from "./types.js";
import { upgradeRequest } from "./upgrade.node.js";

/** What is behind the gate, where it listens, whom it lets in. */
export interface BridgeGateOptions {
  /** the bridge: `ws://127.0.0.1:port` */
  readonly upstream: string;
  /** address to listen on; default 127.0.0.1. Beyond loopback a token is required. */
  readonly host?: string;
  /** TCP port; 0 takes a free one */
  readonly port: number;
  readonly token?: string;
  /** further page origins and host names that are let in */
  readonly origins?: readonly string[];
  readonly hosts?: readonly string[];
  /** types whose messages may be sent; others are refused */
  readonly types?: TypeTable;
  readonly limits?: Partial<BridgeGateLimits>;
  /** seconds since 1970, for `"now"`; default the machine's */
  readonly timeOfDay?: () => number;
  readonly onLog?: (text: string) => void;
}

/** Bounds of the gate. */
export interface BridgeGateLimits {
  readonly connections: number;
  /** bytes of a frame, each way */
  readonly frame: number;
  /** bytes that may wait for either side before the connection is ended */
  readonly backlog: number;
  /** topics and services that one connection may announce */
  readonly names: number;
}

/** A running gate. */
export interface BridgeGate {
  readonly url: string;
  readonly port: number;
  readonly connections: number;
  close(): Promise<void>;
}

const LIMITS: BridgeGateLimits = {
  connections: 32,
  frame: 8 * 1024 * 1024,
  backlog: 32 * 1024 * 1024,
  names: 256,
};

/** Starts the gate; resolves once it listens. */
export async function startBridgeGate(options: BridgeGateOptions): Promise<BridgeGate> {
  const host = options.host ?? "127.0.0.1";
  const token = options.token ?? null;
  if (!isLoopbackName(host) && token === null) refuse("gate", "a token is required beyond loopback", host);
  const limits = { ...LIMITS, ...options.limits };
  const log = options.onLog ?? (() => {});
  const timeOfDay = options.timeOfDay ?? (() => Date.now() / 1000);
  const admission: AdmissionRules = {
    origins: options.origins ?? [],
    hosts: [...(options.hosts ?? []), ...(isLoopbackName(host) ? [] : [host])],
    token,
  };
  const rules: GateRules = {
    types: options.types ?? KNOWN_TYPES,
    frame: limits.frame,
    names: limits.names,
    now: () => rosTime(timeOfDay()),
  };

  const http = createServer((_, response) => {
    response.writeHead(426, { Connection: "close" }).end("rosbridge speaks WebSocket\n");
  });
  const clients = new WebSocketServer({ noServer: true, maxPayload: limits.frame });
  http.on("upgrade", (request, socket, head) => {
    const refusal = refusalOfUpgrade(admission, upgradeRequest(request));
    const full = clients.clients.size >= limits.connections;
    if (refusal === null && !full)
      return clients.handleUpgrade(request, socket, head, (opened) =>
        join(opened, options.upstream, rules, limits, log),
      );
    const reason = refusal?.reason ?? `${limits.connections} connections are open already`;
    log(`connection refused: ${reason}`);
    socket.end(`HTTP/1.1 ${refusal?.status ?? 503} Refused\r\nConnection: close\r\n\r\n${reason}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(options.port, host, resolve);
  });
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    get connections() {
      return clients.clients.size;
    },
    close: async () => {
      for (const client of clients.clients) client.terminate();
      clients.close();
      const closed = new Promise((resolve) => http.close(resolve));
      // Also those that connected and have not asked for anything yet.
      http.closeAllConnections();
      await closed;
    },
  };
}

/** Ties a client to a connection of its own at the bridge, until either ends. */
function join(
  client: WebSocket,
  upstream: string,
  rules: GateRules,
  limits: BridgeGateLimits,
  log: (text: string) => void,
): void {
  const bridge = new WebSocket(upstream, { maxPayload: limits.frame, perMessageDeflate: false });
  const memory = gateMemory();
  /** frames that came before the bridge's connection stood */
  let early: string[] | null = [];
  let held = 0;
  const end = (reason: string) => {
    if (reason !== "") log(`connection ended: ${reason}`);
    client.terminate();
    bridge.terminate();
  };
  const send = (socket: WebSocket, data: string | Buffer, binary: boolean) => {
    if (socket.bufferedAmount > limits.backlog) return end("one side does not take what the other sends");
    if (socket.readyState === WebSocket.OPEN) socket.send(data, { binary });
  };

  client.on("message", (data) => {
    const verdict = passFrame(rules, memory, String(data));
    if (verdict.kind === "refuse") {
      log(`frame refused: ${verdict.text}`);
      return send(client, verdict.text, false);
    }
    if (early === null) return send(bridge, verdict.text, false);
    held += verdict.text.length;
    if (held > limits.backlog) return end("too much came before the bridge answered");
    early.push(verdict.text);
  });
  bridge.on("open", () => {
    for (const text of early ?? []) bridge.send(text);
    early = null;
  });
  bridge.on("message", (data, binary) => send(client, data as Buffer, binary));
  bridge.on("error", (error) => end(`bridge: ${error.message}`));
  bridge.on("close", () => end(""));
  client.on("error", (error) => end(`client: ${error.message}`));
  client.on("close", () => end(""));
}
