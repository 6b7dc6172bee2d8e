/**
 * A store that lies behind the page's server, see `server.node.ts`. Works wherever there is `fetch`. The lock is a
 * request that stays open: when the tab dies, its connection does, and the server gives the lock free.
 */
import { refuse } from "../../core/index.js";
import type { FileStore, StoreLock } from "../../datasets/index.js";
import { packFiles } from "./http-frame.js";

/** Files in one list. */
const MOST_LISTED = 1_000_000;

/**
 * @param url of the server, e.g. `http://127.0.0.1:8770`
 * @param set name of the folder on it
 */
export function httpStore(url: string, token: string, set: string): FileStore {
  const headers = { authorization: `Bearer ${token}` };
  const addressOf = (what: string, query: Readonly<Record<string, string>> = {}): string =>
    `${url.replace(/\/$/, "")}/api/sets/${encodeURIComponent(set)}/${what}?${new URLSearchParams(query)}`;
  const ask = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(address, { ...init, headers: { ...headers, ...init.headers } });
    if (response.ok || response.status === 404) return response;
    return refuse(set, `the server must accept it (${response.status}: ${await reasonIn(response)})`);
  };

  return {
    name: set,
    list: async (folder) => {
      const list: unknown = await (await ask(addressOf("list", { folder }))).json();
      if (
        !Array.isArray(list) ||
        list.length > MOST_LISTED ||
        !list.every((path) => typeof path === "string")
      )
        return refuse(set, "the server must answer with a list of paths");
      return list;
    },
    size: async (path) => {
      const response = await ask(addressOf("file", { path }), { method: "HEAD" });
      const size = response.headers.get("x-size");
      return size === null ? null : Number(size);
    },
    read: async (path, from = 0, to) => {
      const range = to === undefined ? { from: String(from) } : { from: String(from), to: String(to) };
      const response = await ask(addressOf("file", { path, ...range }));
      if (response.status === 404) refuse(set, "file must exist", path);
      return new Uint8Array(await response.arrayBuffer());
    },
    write: async (files) => {
      await ask(addressOf("files"), { method: "POST", body: packFiles(files) });
    },
    remove: async (path) => {
      await ask(addressOf("file", { path }), { method: "DELETE" });
    },
    lock: async (path) => lock(ask, addressOf, path),
  };
}

type Ask = (address: string, init?: RequestInit) => Promise<Response>;
type AddressOf = (what: string, query?: Readonly<Record<string, string>>) => string;

async function lock(ask: Ask, addressOf: AddressOf, path: string): Promise<StoreLock> {
  const ending = new AbortController();
  const response = await ask(addressOf("lock", { path }), { method: "POST", signal: ending.signal });
  const reader = response.body!.getReader();
  // The first line names the lock; nothing more comes while it is held.
  let name = "";
  while (!name.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) refuse("lock", "the server must name it", path);
    name += new TextDecoder().decode(value);
  }
  const key = name.trim();
  let lost = false;
  const gone = reader.read().then(
    () => {
      lost = true;
    },
    () => {
      lost = true;
    },
  );
  return {
    held: async () => !lost && (await ask(addressOf("lock", { path, key }))).ok,
    release: async () => {
      if (!lost) await ask(addressOf("lock", { path, key }), { method: "DELETE" });
      ending.abort();
      await gone;
    },
  };
}

/** What the server says was wrong, in one line. */
async function reasonIn(response: Response): Promise<string> {
  const text = await response.text().catch(() => "");
  return text.slice(0, 500) || response.statusText;
}
