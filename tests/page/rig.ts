/** The real page for tests: built, served by the studio's own server over a folder of its own, open in Chromium. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";
import { createDataset, type Episode, folderStore } from "../../datasets/index.node.js";
import { defaultRecipe, openNodeSession, SEED_RANGES, train } from "../../policy/index.node.js";
import { taskByName } from "../../sim/index.js";
import { recordDemonstration, startStudioServer } from "../../teleop/index.node.js";
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
  /** of the browser, for what a page cannot do to itself */
  readonly browser: Browser;
  readonly url: string;
  open(address: string, options?: BrowserContextOptions): Promise<StudioPage>;
  close(): Promise<void>;
}

/** A set of scripted takes of lift, and a policy that has learnt a little from them: enough to be looked at. */
export async function furnish(folder: string, takes = 6): Promise<void> {
  const task = taskByName("lift");
  const environment = await task.create();
  const { contract } = environment;
  const store = folderStore(join(folder, "lift"));
  const writer = await createDataset(store, { contract });
  const episodes: Episode[] = [];
  for (let seed = SEED_RANGES.demonstration.from; episodes.length < takes; seed++) {
    environment.reset(seed);
    const target = environment.goal().target ?? "";
    const episode = recordDemonstration(environment, task.demonstrator(seed), {
      seed,
      linger: 2,
      sentence: task.card.sentences.en[0]!.replace("{target}", target.replaceAll("_", " ")),
      maker: "scripted:lift",
    });
    if (episode === null) continue;
    episodes.push(episode);
    await writer.append(episode);
  }
  await writer.close();
  environment.free();
  const recipe = { ...defaultRecipe(contract, []), steps: 150, warmUp: 20, hidden: [64, 64], batch: 64 };
  const request = { episodes, contract, recipe, seed: 0, data: "scripted" };
  const { candidates } = await train(request, { open: openNodeSession });
  await store.write([{ path: "policies/lift-flow-s0-150.onnx", bytes: candidates.at(-1)!.model }]);
}

/** Builds and serves the page; starts the browser. */
export async function startStudio(prepare?: (folder: string) => Promise<void>): Promise<Studio> {
  const folder = mkdtempSync(join(tmpdir(), "apprentice-studio-"));
  const page = join(folder, "page");
  await build({
    configFile: join(ROOT, "teleop", "page", "vite.config.mjs"),
    logLevel: "error",
    build: { outDir: page, emptyOutDir: true },
  });
  const sets = join(folder, "sets");
  await prepare?.(sets);
  const server = await startStudioServer({ folder: sets, page });
  const { browser, close } = await launchBrowser();
  return {
    folder: sets,
    browser,
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

/** Waits until the arm stands still: a second long the joint card says the same. */
export async function atRest(page: Page): Promise<void> {
  // Twice: on a busy machine half a second may bring no news of an arm that moves.
  for (let before = await joints(page), quiet = 0; quiet < 2; ) {
    await page.waitForTimeout(500);
    const now = await joints(page);
    quiet = turned(before, now) <= 0.1 ? quiet + 1 : 0;
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

/** Waits until nothing moves and the picture is as fine as the screen; not for ever: software graphics are slow. */
export async function fine(page: Page): Promise<void> {
  // What was asked for a moment ago has been drawn by then.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  await page
    .waitForSelector('.stage[data-fine="true"]', { state: "attached", timeout: 30_000 })
    .catch(() => null);
}
