/**
 * The small server behind the page: it serves the built page and a folder of data sets, over `node:http` alone.
 * Loopback only unless told otherwise; every request must name this server as its host (no DNS rebinding) and, from
 * a browser, come from its own page; data wants the token, which the page gets with itself. Paths are checked by the
 * stores, bodies bounded before they are taken.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { InputError, messageOf } from "../../core/index.js";
import { checkPath } from "../../datasets/index.js";
import { servePage } from "./serve-page.node.js";
import { type SetServer, serveSet } from "./serve-set.node.js";

/** How a server is set up. */
export interface StudioServerOptions {
  /** folder of data sets, one folder each; made when first written to */
  readonly folder: string;
  /** folder of the built page */
  readonly page: string;
  /** default 127.0.0.1 */
  readonly host?: string;
  /** default: any that is free */
  readonly port?: number;
  /** other names this server may be called by, with port, e.g. `robot-lab.local:8770` */
  readonly names?: readonly string[];
  /** default: a new one of 128 bits */
  readonly token?: string;
}

/** A server that runs. */
export interface StudioServer {
  /** to open in a browser; beyond loopback it carries the token */
  readonly url: string;
  readonly token: string;
  /** Ends it at once: open requests are cut, locks given free. */
  close(): Promise<void>;
}

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];
/** Sets in the folder that are listed. */
const MOST_SETS = 10_000;

/** Starts the server; resolves when it listens. */
export async function startStudioServer(options: StudioServerOptions): Promise<StudioServer> {
  const { host = "127.0.0.1", port = 0, names = [] } = options;
  const token = options.token ?? randomBytes(16).toString("hex");
  const folder = resolve(options.folder);
  const sets = new Map<string, SetServer>();
  const local = LOOPBACK.includes(host);
  let hosts: readonly string[] = [];

  const setOf = (name: string): SetServer => {
    const known = sets.get(name) ?? serveSet(join(folder, checkPath(name)));
    sets.set(name, known);
    return known;
  };
  const listSets = (): string[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory())
          .slice(0, MOST_SETS)
      : [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const problem = strangeCaller(request, hosts);
    if (problem !== null) return refuseCall(response, 403, problem);
    const url = new URL(request.url ?? "/", "http://studio");
    if (!url.pathname.startsWith("/api/")) {
      const trusted = local || sameText(url.searchParams.get("token") ?? "", token);
      return servePage(options.page, url.pathname, request, response, trusted ? token : null);
    }
    if (!sameText(bearer(request), token))
      return refuseCall(response, 401, "the token must be this server's");
    if (url.pathname === "/api/sets") return json(response, listSets());
    const [, name, what] = /^\/api\/sets\/([^/]+)\/(list|file|files|lock)$/.exec(url.pathname) ?? [];
    if (name === undefined || what === undefined) return refuseCall(response, 404, "there is no such thing");
    await setOf(decodeURIComponent(name)).answer(what, url.searchParams, request, response);
  };

  const server: Server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        refuseCall(
          response,
          error instanceof InputError || error instanceof URIError ? 400 : 500,
          messageOf(error),
        );
    });
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 120_000;
  await new Promise<void>((started, failed) => {
    server.once("error", failed);
    server.listen(port, host, started);
  });
  const bound = (server.address() as AddressInfo).port;
  hosts = [...(local ? LOOPBACK : [...LOOPBACK, host]).map((name) => withPort(name, bound)), ...names];
  const address = `http://${withPort(host, bound)}/`;
  return {
    url: local ? address : `${address}?token=${token}`,
    token,
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
      await Promise.all([...sets.values()].map((set) => set.close()));
    },
  };
}

const withPort = (name: string, port: number): string =>
  name.includes(":") ? `[${name}]:${port}` : `${name}:${port}`;

/** Why a caller is not served: it calls us by another name, or comes from another page; null when it is welcome. */
function strangeCaller({ headers }: IncomingMessage, hosts: readonly string[]): string | null {
  if (!hosts.includes(headers.host ?? "")) return "the host must be this server";
  const { origin } = headers;
  if (origin !== undefined && !hosts.some((name) => origin === `http://${name}`))
    return "the origin must be this server's page";
  const site = headers["sec-fetch-site"];
  return site === undefined || site === "same-origin" || site === "none"
    ? null
    : "the request must come from this server's page";
}

const bearer = ({ headers }: IncomingMessage): string =>
  /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";

/** Compares without telling by its time how much was right. */
function sameText(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(value));
}

function refuseCall(response: ServerResponse, status: number, reason: string): void {
  // The rest of a body that is not wanted is not waited for either.
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    connection: "close",
  });
  response.end(reason);
}
