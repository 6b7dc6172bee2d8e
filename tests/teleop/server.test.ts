/**
 * The server behind the page: data sets through HTTP as through a folder, and everything a stranger must not do.
 */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createDataset, type Episode, memoryStore } from "../../datasets/index.js";
import { folderStore, openDataset, resumeDataset } from "../../datasets/index.node.js";
import { taskByName } from "../../sim/index.js";
import {
  httpStore,
  recordDemonstration,
  type StudioServer,
  startStudioServer,
} from "../../teleop/index.node.js";

const root = mkdtempSync(join(tmpdir(), "studio-"));
const folder = join(root, "data");
const page = join(root, "page");
let server: StudioServer;
let episode: Episode;

beforeAll(async () => {
  mkdirSync(join(page, "assets"), { recursive: true });
  writeFileSync(join(page, "index.html"), "<!doctype html><html><head><title>x</title></head></html>");
  writeFileSync(join(page, "assets", "main-1a2b3c4d.js"), "export {};".repeat(500));
  writeFileSync(join(root, "secret.txt"), "secret");
  symlinkSync(join(root, "secret.txt"), join(page, "assets", "link.js"));
  server = await startStudioServer({ folder, page });
  const task = taskByName("lift");
  const environment = await task.create();
  episode = recordDemonstration(environment, task.demonstrator(1), {
    seed: 1,
    linger: 2,
    sentence: "lift it",
    maker: "scripted:lift/better",
  })!;
  environment.free();
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});
let sets = 0;
let name = "";
beforeEach(() => {
  name = `set${++sets}`;
});
const store = (token = server.token) => httpStore(server.url, token, name);

describe("a data set behind the server", () => {
  it("is written, read and continued as one in a folder", async () => {
    const environment = await taskByName("lift").create();
    const { contract } = environment;
    environment.free();
    const writer = await createDataset(store(), { contract });
    for (let i = 0; i < 3; i++) await writer.append(episode);
    await writer.close();
    const again = await resumeDataset(store(), { contract });
    await again.append(episode);
    await again.close();
    const [through, direct] = await Promise.all([
      openDataset(store()),
      openDataset(folderStore(join(folder, name))),
    ]);
    expect([through.length, direct.length]).toEqual([4, 4]);
    expect(await through.episode(3)).toEqual(await direct.episode(3));
    expect((await through.episode(3)).actions).toEqual(episode.actions);
  });

  it("keeps the promises of a store: sizes, ranges, absence, removal", async () => {
    const s = store();
    expect(await s.size("a/b.bin")).toBeNull();
    expect(await s.list("a")).toEqual([]);
    await expect(s.read("a/b.bin")).rejects.toThrow(/file must exist, got "a\/b.bin"/);
    await s.write([
      { path: "a/b.bin", bytes: Uint8Array.of(1, 2, 3, 4) },
      { path: "a/empty.bin", bytes: new Uint8Array(0) },
    ]);
    expect([await s.size("a/b.bin"), await s.size("a/empty.bin")]).toEqual([4, 0]);
    expect(await s.list("a")).toEqual(["a/b.bin", "a/empty.bin"]);
    expect([...(await s.read("a/b.bin", 1, 3))]).toEqual([2, 3]);
    expect([...(await s.read("a/b.bin", 2))]).toEqual([3, 4]);
    await expect(s.read("a/b.bin", 2, 9)).rejects.toThrow(/range must lie within its 4 bytes/);
    await s.remove("a/b.bin");
    await s.remove("a/b.bin");
    expect(await s.size("a/b.bin")).toBeNull();
  });

  it("is sent what a take adds to its files, not all of them again, and is the same to the byte", async () => {
    const environment = await taskByName("lift").create();
    const { contract } = environment;
    environment.free();
    const sent: number[] = [];
    const { fetch } = globalThis;
    const counted = vi.spyOn(globalThis, "fetch").mockImplementation((address, init) => {
      if (init?.body instanceof Uint8Array) sent.push(init.body.length);
      return fetch(address, init);
    });
    const memory = memoryStore();
    const writers = [await createDataset(store(), { contract }), await createDataset(memory, { contract })];
    sent.length = 0;
    for (let i = 0; i < 50; i++) for (const writer of writers) await writer.append(episode);
    expect(sent).toHaveLength(50);
    const written = ["data/chunk-000/file-000.parquet", "meta/episodes/chunk-000/file-000.parquet"];
    const sizes = await Promise.all(written.map(async (path) => (await memory.size(path))!));
    // What grows is where Parquet keeps its table of contents: at the end.
    expect(sent[49]!).toBeLessThan(0.25 * (sizes[0]! + sizes[1]!));
    expect(sent[49]!).toBeLessThan(sent[4]! + 0.15 * (sizes[0]! + sizes[1]!));
    for (const writer of writers) await writer.append(episode);
    for (const writer of writers) await writer.close();
    counted.mockRestore();
    const files = ["data", "meta"].map((below) => memory.list(below));
    for (const path of (await Promise.all(files)).flat()) {
      if (path.endsWith(".lock")) continue;
      expect(Buffer.compare(await store().read(path), await memory.read(path)), path).toBe(0);
    }
  });

  it("adds nothing to a file that is not the one it has written, and goes on beside it", async () => {
    const environment = await taskByName("lift").create();
    const { contract } = environment;
    environment.free();
    const writer = await createDataset(store(), { contract });
    await writer.append(episode);
    const file = join(folder, name, "data", "chunk-000", "file-000.parquet");
    const before = readFileSync(file);
    writeFileSync(file, Buffer.concat([before, Buffer.from("x")]));
    await expect(writer.append(episode)).rejects.toThrow(/must have the \d+ bytes that it was written with/);
    expect(readFileSync(file).length).toBe(before.length + 1);
    await writer.close();
    writeFileSync(file, before);
    const again = await resumeDataset(store(), { contract });
    await again.append(episode);
    await again.close();
    expect((await openDataset(folderStore(join(folder, name)))).length).toBe(2);
  });

  it("has one writer at a time, until that one lets go", async () => {
    const lock = await store().lock("meta/x.lock");
    expect(await lock.held()).toBe(true);
    await expect(store().lock("meta/x.lock")).rejects.toThrow(/one writer at a time/);
    await lock.release();
    expect(await lock.held()).toBe(false);
    const next = await store().lock("meta/x.lock");
    await next.release();
  });

  it("is not kept from the next one by a tab that went away while it waited", async () => {
    const first = await store().lock("meta/x.lock");
    const gone = new AbortController();
    const address = `${server.url}api/sets/${name}/lock?path=meta%2Fx.lock`;
    const waiting = fetch(address, { method: "POST", headers: mine(), signal: gone.signal }).catch(
      () => null,
    );
    await new Promise((resolve) => setTimeout(resolve, 250));
    gone.abort();
    await waiting;
    await first.release();
    // It is tried again and again for those who wait: the one that is gone is given it, too, and gives it back.
    await new Promise((resolve) => setTimeout(resolve, 250));
    const next = await store().lock("meta/x.lock");
    expect(await next.held()).toBe(true);
    await next.release();
  });

  it("survives a tab that is killed in mid-take and in mid-write: every kept take is there, the set goes on", async () => {
    const client = join(root, `client${sets}.mjs`);
    const index = (room: string) => JSON.stringify(new URL(`../../dist/${room}/index.js`, import.meta.url));
    // A page without a browser: appends as fast as it can, says so after each, and never closes anything.
    writeFileSync(
      client,
      `import { createDataset, isDataset, openDataset, resumeDataset } from ${index("datasets")};
       import { httpStore } from ${index("teleop")};
       import { taskByName } from ${index("sim")};
       const store = httpStore(${JSON.stringify(server.url)}, ${JSON.stringify(server.token)}, ${JSON.stringify(name)});
       const from = httpStore(${JSON.stringify(server.url)}, ${JSON.stringify(server.token)}, ${JSON.stringify(`${name}-from`)});
       const { contract } = await taskByName("lift").create();
       const episode = await (await openDataset(from)).episode(0);
       const writer = await ((await isDataset(store)) ? resumeDataset(store) : createDataset(store, { contract }));
       for (;;) { await writer.append(episode); console.log(writer.length); }`,
    );
    const environment = await taskByName("lift").create();
    const source = await createDataset(httpStore(server.url, server.token, `${name}-from`), {
      contract: environment.contract,
    });
    await source.append(episode);
    await source.close();
    environment.free();
    let kept = 0;
    for (const extra of [2, 4]) {
      const tab = spawn(process.execPath, [client]);
      let said = 0;
      await new Promise<void>((done, failed) => {
        tab.stderr.on("data", (text: Buffer) => failed(new Error(text.toString())));
        tab.stdout.on("data", (text: Buffer) => {
          said = Number(text.toString().trim().split("\n").at(-1));
          if (said >= kept + extra) tab.kill("SIGKILL");
        });
        tab.on("exit", () => done());
      });
      const { length } = await openDataset(store());
      expect(length).toBeGreaterThanOrEqual(said);
      expect(length).toBeLessThanOrEqual(said + 1);
      kept = length;
    }
    const reader = await openDataset(store());
    for (let i = 0; i < reader.length; i++)
      expect((await reader.episode(i)).actions).toEqual(episode.actions);
    const writer = await resumeDataset(store());
    await writer.append(episode);
    await writer.close();
  });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request with whatever headers, also such as no browser sends. */
function call(
  path: string,
  headers: Record<string, string> = {},
  { method = "GET", body }: { method?: string; body?: Uint8Array } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: text }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}
const mine = (): Record<string, string> => ({ authorization: `Bearer ${server.token}` });

describe("a stranger", () => {
  it("without the token gets no data", async () => {
    for (const headers of [{}, { authorization: "Bearer 0000" }, { authorization: `Basic ${server.token}` }])
      expect((await call("/api/sets", headers)).status).toBe(401);
    expect((await call("/api/sets", mine())).status).toBe(200);
    await expect(store("no").list("meta")).rejects.toThrow(/401/);
  });

  it("by another name (DNS rebinding) or from another page gets nothing at all", async () => {
    for (const headers of [
      { host: "evil.example" },
      { host: "127.0.0.1:1" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ])
      for (const path of ["/", "/api/sets", "/assets/main-1a2b3c4d.js"])
        expect((await call(path, { ...mine(), ...headers } as Record<string, string>)).status).toBe(403);
  });

  it("does not get out of the folder, by any spelling", async () => {
    const tries = [
      "../secret.txt",
      "..%2fsecret.txt",
      "a/../../secret.txt",
      "/etc/passwd",
      "a\\..\\b",
      "a//b",
      "a/./b",
      "a\0b",
      ".hidden",
    ];
    for (const path of tries) {
      const encoded = encodeURIComponent(path);
      const read = await call(`/api/sets/x/file?path=${encoded}`, mine());
      expect([path, read.status]).toEqual([path, 400]);
      const remove = await call(`/api/sets/x/file?path=${encoded}`, mine(), { method: "DELETE" });
      expect([path, remove.status]).toEqual([path, 400]);
      await expect(
        httpStore(server.url, server.token, "x").write([{ path, bytes: new Uint8Array(1) }]),
      ).rejects.toThrow(/400/);
      await expect(httpStore(server.url, server.token, "x").lock(path)).rejects.toThrow(/400/);
    }
    for (const set of ["..", "a%2f..", "%2e%2e", "..%5c", "%00"])
      expect((await call(`/api/sets/${set}/list?folder=meta`, mine())).status).toBeGreaterThanOrEqual(400);
    for (const path of [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/assets/link.js",
    ])
      expect([path, (await call(path)).status]).toEqual([path, 404]);
    expect(readFileSync(join(root, "secret.txt"), "utf8")).toBe("secret");
    expect(existsSync(join(folder, "x"))).toBe(false);
  });

  it("cannot send more than is good, nor what does not add up", async () => {
    const long = await call(
      "/api/sets/x/files",
      { ...mine(), "content-length": String(2 ** 40) },
      { method: "POST" },
    ).catch((error: Error) => ({ status: 0, body: error.message }));
    expect([0, 400]).toContain(long.status);
    const broken: Uint8Array[] = [
      new Uint8Array(0),
      Uint8Array.of(1, 0, 0, 0),
      Uint8Array.of(255, 255, 255, 255),
      Uint8Array.of(1, 0, 0, 0, 255, 255, 255, 255, 1, 0, 0, 0),
      Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, ...new Array(8).fill(0), 97),
      Uint8Array.of(0, 0, 0, 0, 7),
      Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, ...new Array(8).fill(0), 0xff),
      // more of a file than it has, and some of one that is not there
      Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 97),
      Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 97),
    ];
    for (const body of broken) {
      const answer = await call("/api/sets/x/files", mine(), { method: "POST", body });
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
    // A short body may not ask for more of what is in place than a long one could bring.
    const number = (value: number): number[] => [...new Uint8Array(Uint32Array.of(value).buffer)];
    const large = [...[1, 0, 200 * 2 ** 20, 200 * 2 ** 20].flatMap(number), 97];
    const body = Uint8Array.of(...number(2), ...large, ...large);
    const answer = await call("/api/sets/x/files", mine(), { method: "POST", body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatch(/files: must have at most 268435456 bytes together, got 419430400/);
    for (const query of ["path=a.bin&from=-1", "path=a.bin&to=1e9", "path=a.bin&from=x", ""])
      expect((await call(`/api/sets/x/file?${query}`, mine())).status).toBeGreaterThanOrEqual(400);
    expect((await call("/api/sets/x/files", mine(), { method: "PUT" })).status).toBe(405);
    expect((await call("/api/nothing", mine())).status).toBe(404);
    expect((await call("/", {}, { method: "POST" })).status).toBe(405);
  });
});

describe("the page", () => {
  it("is told where its data lies, is allowed nothing from elsewhere, and is never cached", async () => {
    const { status, headers, body } = await call("/");
    expect(status).toBe(200);
    const note = /<meta name="apprentice-studio" content='([^']+)'>/.exec(body)![1]!;
    expect(JSON.parse(note)).toEqual({ url: server.url.slice(0, -1), token: server.token });
    expect(headers["content-security-policy"]).toContain("default-src 'self'");
    expect(headers["cross-origin-embedder-policy"]).toBe("require-corp");
    expect(headers["cache-control"]).toBe("no-store");
  });

  it("has its files compressed, and those with a hash in their name kept", async () => {
    const plain = await call("/assets/main-1a2b3c4d.js");
    const small = await call("/assets/main-1a2b3c4d.js", { "accept-encoding": "gzip, br" });
    expect(small.headers["content-encoding"]).toBe("br");
    expect(Number(small.headers["content-length"])).toBeLessThan(
      Number(plain.headers["content-length"]) / 10,
    );
    expect(plain.headers["cache-control"]).toContain("immutable");
  });

  it("gives what the build has compressed, to those who understand it", async () => {
    const file = join(page, "assets", "left-1a2b3c4d.js");
    writeFileSync(file, "export const left = true;");
    writeFileSync(`${file}.br`, brotliCompressSync("by the build"));
    const ask = async (encoding: string): Promise<string> =>
      (
        await fetch(`${server.url}assets/left-1a2b3c4d.js`, { headers: { "accept-encoding": encoding } })
      ).text();
    expect(await ask("br")).toBe("by the build");
    expect(await ask("gzip")).toBe("export const left = true;");
    expect(await ask("identity")).toBe("export const left = true;");
  });

  it("beyond loopback is told nothing without the token in its address", async () => {
    const open = await startStudioServer({ folder, page, host: "0.0.0.0", names: ["studio.test:80"] });
    try {
      const { port } = new URL(open.url);
      const ask = async (path: string): Promise<string> =>
        (await fetch(`http://127.0.0.1:${port}${path}`)).text();
      expect(await ask("/")).not.toContain(open.token);
      expect(await ask("/?token=wrong")).not.toContain(open.token);
      expect(await ask(`/?token=${open.token}`)).toContain(open.token);
    } finally {
      await open.close();
    }
  });
});
