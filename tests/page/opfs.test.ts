/** Data sets in a browser's own storage: the promises of a store, a tab that dies, two tabs, and the way out as a zip. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Contract } from "../../core/index.js";
import { taskByName } from "../../sim/index.js";
import { recordDemonstration, type StudioServer, startStudioServer } from "../../teleop/index.node.js";
import { CHROMIUM, inBrowser, launchBrowser, type TestBrowser } from "../browser.js";
import type { OpfsPage, PlainEpisode } from "./opfs.page.js";

declare const opfs: OpfsPage;

describe.skipIf(CHROMIUM === null)(inBrowser("a browser's own storage"), () => {
  const folder = mkdtempSync(join(tmpdir(), "opfs-"));
  let server: StudioServer;
  let browser: TestBrowser;
  let context: BrowserContext;
  let contract: Contract;
  let episode: PlainEpisode;

  beforeAll(async () => {
    mkdirSync(join(folder, "page"));
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL("opfs.page.ts", import.meta.url))],
      bundle: true,
      format: "esm",
      write: false,
    });
    writeFileSync(join(folder, "page", "main.js"), outputFiles[0]!.contents);
    writeFileSync(
      join(folder, "page", "index.html"),
      '<!doctype html><html><head><title>x</title><link rel="icon" href="data:,"></head><body><script type="module" src="main.js"></script></body></html>',
    );
    server = await startStudioServer({ folder: join(folder, "sets"), page: join(folder, "page") });
    browser = await launchBrowser();
    context = await browser.browser.newContext();
    const task = taskByName("lift");
    const environment = await task.create();
    ({ contract } = environment);
    const { features, actions, ...rest } = recordDemonstration(environment, task.demonstrator(1), {
      seed: 1,
      linger: 2,
      sentence: "lift it",
      maker: "scripted:lift/better",
    })!;
    episode = {
      ...rest,
      actions: [...actions],
      features: Object.fromEntries(Object.entries(features).map(([name, values]) => [name, [...values]])),
    };
    environment.free();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const tab = async (): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => "opfs" in globalThis);
    return page;
  };

  it("keeps the promises of a store", async () => {
    const page = await tab();
    expect(await page.evaluate(() => opfs.promises("promises"))).toEqual({
      absent: null,
      emptyList: [],
      readAbsent: 'promises: file must exist, got "a/b.bin"',
      size: 4,
      list: ["a/b.bin"],
      part: [2, 3],
      beyond: "a/b.bin: range must lie within its 4 bytes, got [2,9]",
      outside: 'file: path must be relative, of plain names joined by /, got "../b.bin"',
      removed: null,
    });
    await page.close();
  });

  it("holds every kept take when the tab is killed, again and again, and goes on", async () => {
    let kept = 0;
    for (const extra of [2, 3, 4]) {
      const page = await tab();
      page
        .evaluate(([c, e]) => opfs.append("killed", c, e, 1000), [contract, episode] as const)
        .catch(() => {});
      await page.waitForFunction((least) => opfs.safe >= least, kept + extra, { polling: 5 });
      const safe = await page.evaluate(() => opfs.safe);
      // As a crash does it: no handler of the page runs, and nothing answers any more.
      const session = await context.newCDPSession(page);
      const crashed = page.waitForEvent("crash");
      void session.send("Page.crash").catch(() => {});
      await crashed;
      const next = await tab();
      const { length, actions } = await next.evaluate(() => opfs.look("killed"));
      expect(length).toBeGreaterThanOrEqual(safe);
      for (const each of actions) expect(each).toEqual(episode.actions);
      kept = length;
      await next.close();
    }
    const page = await tab();
    await page.evaluate(([c, e]) => opfs.append("killed", c, e, 1), [contract, episode] as const);
    expect((await page.evaluate(() => opfs.look("killed"))).length).toBe(kept + 1);
    await page.close();
  });

  it("has one writer among tabs; the lock goes with the tab", async () => {
    const [first, second] = [await tab(), await tab()];
    expect(await first.evaluate(() => opfs.lock("locked"))).toBeNull();
    expect(await second.evaluate(() => opfs.lock("locked"))).toMatch(/another tab has it open/);
    await first.close();
    expect(await second.evaluate(() => opfs.lock("locked"))).toBeNull();
    await second.close();
  });

  it("lets a set out as a zip", async () => {
    const page = await tab();
    await page.evaluate(([c, e]) => opfs.append("zipped", c, e, 2), [contract, episode] as const);
    const zip = Buffer.from(await page.evaluate(() => opfs.zip("zipped")));
    expect(zip.readUInt32LE(0)).toBe(0x04034b50);
    // two episodes: info, contract, statistics, tasks, table, frames; and no lock
    expect(zip.readUInt16LE(zip.length - 22 + 10)).toBe(6);
    expect(zip.includes("zipped/meta/apprentice.lock")).toBe(false);
    await page.close();
  });
});
