/** What is simulated in a page is what is simulated on a machine, to the bit: a take of one can be made again in the other. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { ReplayPage } from "../../bench/replay.browser.js";
import { replay } from "../../bench/replay-trial.js";
import { CHROMIUM, inBrowser, launchBrowser } from "../browser.js";

const COUNT = 8;

declare const window: ReplayPage;

describe.skipIf(CHROMIUM === null)(inBrowser("Node and Chromium"), () => {
  it("come to the same states from the same commands, and again from a snapshot", async () => {
    const here = await replay(COUNT);
    const browser = await launchBrowser();
    try {
      const page = await browser.page(
        fileURLToPath(new URL("../../bench/replay.browser.ts", import.meta.url)),
      );
      const there = await page.evaluate((count) => window.replay(count), COUNT);
      expect([here.identical, there.identical]).toEqual([COUNT, COUNT]);
      expect(new Set(here.hashes).size).toBe(COUNT);
      expect(there).toEqual(here);
    } finally {
      await browser.close();
    }
  });
});
