/** The built page, served over a folder by the studio's own server, and browsers that open it. */
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { findChromium, launchChromium } from "../../cli/browser/chromium.js";
import { startStudioServer } from "../../teleop/index.node.js";
import { ROOT, Unavailable } from "../peers/peer.js";
import { watchPages } from "./watch.js";

/** The screen it is opened on, CSS pixels. */
export const SCREEN = { width: 1440, height: 900 } as const;

/** ms that anything may take before it counts as broken, even where the machine does much else. */
const LONGEST = 180_000;

/** A served studio with a browser of its own. */
export interface Served {
  readonly url: string;
  /** an empty context whose pages are watched */
  context(): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** The browser of this machine. @throws Unavailable where there is none */
export function browserHere(): string {
  const found = findChromium();
  if ("missing" in found) throw new Unavailable(found.missing);
  return found.path;
}

/** Serves the page of `dist/page` over this folder of data sets. @throws Unavailable without a browser */
export async function serveStudio(sets: string): Promise<Served> {
  const server = await startStudioServer({ folder: sets, page: PAGE });
  const browser = await launchChromium(browserHere());
  return {
    url: server.url,
    context: async () => {
      const context = await browser.newContext({ viewport: SCREEN, locale: "en-GB" });
      context.setDefaultTimeout(LONGEST);
      await watchPages(context);
      return context;
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** The built page: the runner has built it. */
export const PAGE = join(ROOT, "dist", "page");

/** Opens a task to be driven, and waits until the robot may be. */
export async function openDrive(context: BrowserContext, url: string, task: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}?task=${task}#/drive`);
  await drivable(page);
  await page.focus("#stage");
  return page;
}

/** Waits until the page itself says that the robot may be driven. */
export const drivable = (page: Page): Promise<unknown> =>
  page.waitForFunction(
    () =>
      (globalThis as unknown as { studioWatched: { marks: Record<string, number> } }).studioWatched.marks[
        "studio:drivable"
      ] !== undefined,
    null,
    { polling: 20, timeout: LONGEST },
  );

/** Goes to another screen of the page without leaving it. */
export const goTo = (page: Page, screen: string): Promise<void> =>
  page.evaluate((name) => {
    location.hash = `#/${name}`;
  }, screen);
