/**
 * One data set of the server: the operations of a store as requests. The lock is a request that stays open and names
 * itself in its first line; it is given free when the request ends, however that comes about.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { refuse } from "../../core/index.js";
import { folderStore, type NewFile, type StoreLock } from "../../datasets/index.node.js";
import { type SentFile, unpackFiles } from "./http-frame.js";

/** One write: a take with its tables, or a policy. */
const MOST_BODY = 256 * 2 ** 20;
/** One read: a file of a set is a few MiB, a policy or a video may be larger. */
const MOST_READ = 512 * 2 ** 20;

/** How long a lock of this server's is waited for, and how often it is tried, ms. */
const MOST_WAIT = 4000;
const WAIT = 100;

/** A set that is served. */
export interface SetServer {
  answer(
    what: string,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void>;
  close(): Promise<void>;
}

/** Refuses a write that would become larger than one may be once it is put together, before anything is read. */
function checkSent(files: readonly SentFile[]): readonly SentFile[] {
  const size = files.reduce((sum, { rest, from }) => sum + from.bytes + rest.length, 0);
  if (size > MOST_BODY) refuse("files", `must have at most ${MOST_BODY} bytes together`, size);
  return files;
}

/** Serves the set in a folder. */
export function serveSet(folder: string): SetServer {
  const store = folderStore(folder);
  const locks = new Map<string, StoreLock>();

  /** What was sent, behind what the file in place has already. */
  const whole = async ({ path, rest, from }: SentFile): Promise<NewFile> => {
    if (from.bytes === 0) return { path, bytes: rest };
    const size = await store.size(path);
    if (size !== from.of) refuse(path, `must have the ${from.of} bytes that it was written with`, size);
    return { path, bytes: Buffer.concat([await store.read(path, 0, from.bytes), rest]) };
  };

  const answerFile = async (
    query: URLSearchParams,
    method: string,
    response: ServerResponse,
  ): Promise<void> => {
    const path = asked(query, "path");
    const size = await store.size(path);
    if (method === "DELETE") {
      await store.remove(path);
      return end(response, 204);
    }
    // A browser writes every 404 on its console; that a file is absent is an answer, not an error.
    if (size === null) return end(response, method === "HEAD" ? 204 : 404);
    if (method === "HEAD") return end(response, 200, { "x-size": String(size) });
    const [from, to] = [wholeNumber(query, "from", 0), wholeNumber(query, "to", size)];
    if (to - from > MOST_READ) refuse(path, `must be read in parts of at most ${MOST_READ} bytes`, to - from);
    const bytes = await store.read(path, from, to);
    response.writeHead(200, {
      "content-type": "application/octet-stream",
      "content-length": bytes.length,
      "cache-control": "no-store",
    });
    response.end(bytes);
  };

  /** A page that is loaded again may ask before the connection of its former self is seen to be dead. */
  const lockAfterReload = async (path: string): Promise<StoreLock> => {
    for (let wait = 0; wait < MOST_WAIT && locks.size > 0; wait += WAIT) {
      const lock = await store.lock(path).catch(() => null);
      if (lock !== null) return lock;
      await sleep(WAIT);
    }
    return store.lock(path);
  };

  const answerLock = async (
    query: URLSearchParams,
    method: string,
    response: ServerResponse,
  ): Promise<void> => {
    const path = asked(query, "path");
    const key = query.get("key") ?? "";
    if (method === "GET") return end(response, (await locks.get(key)?.held()) === true ? 200 : 404);
    if (method === "DELETE") {
      const lock = locks.get(key);
      locks.delete(key);
      await lock?.release();
      return end(response, 204);
    }
    const lock = await lockAfterReload(path);
    const name = randomUUID();
    locks.set(name, lock);
    const letGo = (): void => {
      locks.delete(name);
      void lock.release();
    };
    response.on("close", letGo);
    // Whoever has gone while it waited is not told of any more.
    if (response.closed || response.destroyed) return letGo();
    response.writeHead(200, { "content-type": "text/plain", "cache-control": "no-store" });
    response.write(`${name}\n`);
  };

  return {
    answer: async (what, query, request, response) => {
      const method = request.method ?? "GET";
      switch (`${method} ${what}`) {
        case "GET list":
          response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
          response.end(JSON.stringify(await store.list(asked(query, "folder"))));
          return;
        case "GET file":
        case "HEAD file":
        case "DELETE file":
          return answerFile(query, method, response);
        case "POST files":
          await store.write(await Promise.all(checkSent(unpackFiles(await bodyOf(request))).map(whole)));
          return end(response, 204);
        case "GET lock":
        case "POST lock":
        case "DELETE lock":
          return answerLock(query, method, response);
        default:
          return end(response, 405);
      }
    },
    close: async () => {
      await Promise.all([...locks.values()].map((lock) => lock.release()));
      locks.clear();
    },
  };
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "cache-control": "no-store", ...headers });
  response.end();
}

const asked = (query: URLSearchParams, name: string): string =>
  query.get(name) ?? refuse("request", "must name it", name);

function wholeNumber(query: URLSearchParams, name: string, missing: number): number {
  const text = query.get(name);
  if (text === null) return missing;
  return /^\d{1,15}$/.test(text) ? Number(text) : refuse("request", `${name} must be a whole number`, text);
}

/** The body, refused before it is taken when it says that it is too long, and while it is when it does not say. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const said = Number(request.headers["content-length"] ?? 0);
  if (said > MOST_BODY) refuse("request", `body must have at most ${MOST_BODY} bytes`, said);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BODY) refuse("request", `body must have at most ${MOST_BODY} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
