/**
 * The files of the built page, compressed: where the build has left none beside a file, here and once. The page itself
 * is told where its data lies, and may load nothing from elsewhere.
 */
import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".wasm": "application/wasm",
  ".onnx": "application/octet-stream",
  ".woff2": "font/woff2",
};
/** Types that shrink. */
const SHRINKS = new Set([".html", ".js", ".mjs", ".css", ".json", ".svg", ".wasm"]);

/** WebAssembly and workers of our own; robots by WebSocket; pictures that the page made. Nothing else. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval' blob:",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self' blob: data: ws: wss:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const compressed = new Map<string, Promise<Buffer>>();

/** Answers with a file of the page. @param token told to the page; null tells it nothing */
export async function servePage(
  folder: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  token: string | null,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") return plain(response, 405, "only GET");
  const place = await placeOf(folder, path === "/" ? "/index.html" : path);
  const bytes = place === null ? null : await readFile(place).catch(() => null);
  if (place === null || bytes === null) return plain(response, 404, "there is no such file");
  const kind = extname(place);
  const isPage = kind === ".html";
  const told = isPage && token !== null ? withNote(bytes, `http://${request.headers.host}`, token) : bytes;
  const how = SHRINKS.has(kind) ? encodingOf(request) : null;
  const ready = how === "br" && !isPage ? await readFile(`${place}.br`).catch(() => null) : null;
  const body = how === null ? told : (ready ?? (await shrunk(told, how, !isPage)));
  response.writeHead(200, {
    ...HEADERS,
    "content-type": TYPES[kind] ?? "application/octet-stream",
    "content-length": body.length,
    // The names of built files carry a hash of what is in them.
    "cache-control": isPage
      ? "no-store"
      : /-[\w-]{8,}\.\w+$/.test(place)
        ? "max-age=31536000, immutable"
        : "no-cache",
    vary: "accept-encoding",
    ...(how === null ? {} : { "content-encoding": how }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** The file that a path means, or null when it lies elsewhere. */
async function placeOf(folder: string, path: string): Promise<string | null> {
  const root = await realpath(resolve(folder)).catch(() => null);
  if (root === null) return null;
  const parts = decodeURIComponent(path).split("/").slice(1);
  if (!parts.every((part) => /^[\w@][\w.@+-]*$/.test(part))) return null;
  const real = await realpath(join(root, ...parts)).catch(() => null);
  return real?.startsWith(root + sep) ? real : null;
}

/** The page with a note of where its data lies; the token is of hexadecimal digits, the address of our own making. */
function withNote(page: Buffer, url: string, token: string): Buffer {
  const note = JSON.stringify({ url, token }).replaceAll("&", "&amp;").replaceAll("'", "&#39;");
  const tag = `<meta name="apprentice-studio" content='${note}'>`;
  return Buffer.from(page.toString("utf8").replace(/<head>/i, (head) => `${head}\n    ${tag}`));
}

type Encoding = "br" | "gzip";

function encodingOf({ headers }: IncomingMessage): Encoding | null {
  const accepted = String(headers["accept-encoding"] ?? "");
  return /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : null;
}

/** Compressed; with `keep` once for all who ask for the same bytes. */
function shrunk(bytes: Buffer, how: Encoding, keep: boolean): Promise<Buffer> {
  const key = `${how} ${createHash("sha256").update(bytes).digest("hex")}`;
  const made =
    compressed.get(key) ??
    (how === "br"
      ? promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
      : promisify(gzip)(bytes));
  if (keep) compressed.set(key, made);
  return made;
}

function plain(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...HEADERS });
  response.end(reason);
}
