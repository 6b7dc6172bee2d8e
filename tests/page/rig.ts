/** The real page for tests: built, served by the studio's own server over a folder of its own, open in Chromium. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";
import { startStudioServer } from "../../teleop/index.node.js";
import { launchBrowser } from "../browser.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A page and what it said on its console. */
export interface StudioPage {
  readonly page: Page;
  /** errors so far: of scripts, of the console, of requests */
  readonly errors: readonly string[];
}

/** A served studio in a browser. */
export interface Studio {
  /** the folder of data sets */
  readonly folder: string;
  readonly url: string;
  open(address: string, options?: BrowserContextOptions): Promise<StudioPage>;
  close(): Promise<void>;
}

/** Builds and serves the page; starts the browser. */
export async function startStudio(): Promise<Studio> {
  const folder = mkdtempSync(join(tmpdir(), "apprentice-studio-"));
  const page = join(folder, "page");
  await build({
    configFile: join(ROOT, "teleop", "page", "vite.config.mjs"),
    logLevel: "error",
    build: { outDir: page, emptyOutDir: true },
  });
  const sets = join(folder, "sets");
  const server = await startStudioServer({ folder: sets, page });
  const { browser, close } = await launchBrowser();
  return {
    folder: sets,
    url: server.url,
    open: async (address, options = {}) => {
      const context = await browser.newContext({
        viewport: { width: 900, height: 640 },
        locale: "en-GB",
        ...options,
      });
      const opened = await context.newPage();
      const errors: string[] = [];
      opened.on("pageerror", (error) => errors.push(error.message));
      opened.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      await opened.goto(server.url + address);
      return { page: opened, errors };
    },
    close: async () => {
      await close();
      await server.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Holds keys down for a while, as a person does. */
export async function hold(page: Page, keys: readonly string[], milliseconds: number): Promise<void> {
  for (const key of keys) await page.keyboard.down(key);
  await page.waitForTimeout(milliseconds);
  for (const key of keys) await page.keyboard.up(key);
}

/** Waits until the recorder is in this phase. */
export const inPhase = (page: Page, phase: string, timeout = 30_000): Promise<unknown> =>
  page.waitForSelector(`.deck[data-phase="${phase}"]`, { timeout });

/** The numbers of the joint card, degrees. */
export const joints = (page: Page): Promise<number[]> =>
  page.$$eval(".joint b", (all) => all.map((each) => Number(each.textContent?.replace("−", "-"))));

/** How far the joint that moved most has moved, degrees. */
export const turned = (before: readonly number[], after: readonly number[]): number =>
  Math.max(...after.map((angle, i) => Math.abs(angle - before[i]!)));

/** Waits until the arm stands still: half a second long the joint card says the same. */
export async function atRest(page: Page): Promise<void> {
  for (let before = await joints(page); ; ) {
    await page.waitForTimeout(500);
    const now = await joints(page);
    if (turned(before, now) <= 0.1) return;
    before = now;
  }
}

/** Holds keys down until a joint has moved so far, as a person who looks does: a busy machine moves late. */
export async function driveBy(page: Page, keys: readonly string[], degrees: number): Promise<void> {
  const before = await joints(page);
  for (const key of keys) await page.keyboard.down(key);
  while (turned(before, await joints(page)) < degrees) await page.waitForTimeout(50);
  for (const key of keys) await page.keyboard.up(key);
}
