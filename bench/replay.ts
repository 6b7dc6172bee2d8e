/**
 * Whether a replay from a snapshot comes to the same bits, a hundred times in Node and a hundred times in Chromium, and
 * whether both come to the same bits as each other.
 */
import { join } from "node:path";
import { build } from "esbuild";
import { findChromium, launchChromium } from "../cli/browser/chromium.js";
import { ROOT, Unavailable } from "./peers/peer.js";
import type { ReplayPage } from "./replay.browser.js";
import { type Replays, replay } from "./replay-trial.js";
import { type Bench, compare } from "./result.js";

const COUNT = 100;

declare const window: ReplayPage;

/** The same replays in a page, and the browser's version. */
async function inChromium(): Promise<Replays & { readonly version: string }> {
  const found = findChromium();
  if ("missing" in found) throw new Unavailable(found.missing);
  const bundled = await build({
    entryPoints: [join(ROOT, "bench", "replay.browser.ts")],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  const browser = await launchChromium(found.path);
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: bundled.outputFiles[0]!.text, type: "module" });
    await page.waitForFunction(() => "replay" in window);
    return { ...(await page.evaluate((count) => window.replay(count), COUNT)), version: browser.version() };
  } finally {
    await browser.close();
  }
}

export const bench: Bench = {
  name: "replay",
  title: "Replays from a snapshot that come to the same bits",
  async run(log) {
    const node = await replay(COUNT);
    log(`Node: ${node.identical} of ${COUNT}`);
    const { version, ...page } = await inChromium();
    log(`Chromium: ${page.identical} of ${COUNT}`);
    const agree = node.hashes.filter((hash, i) => hash === page.hashes[i]).length;
    const row = (what: string, ours: number) =>
      compare({
        what,
        unit: `of ${COUNT}`,
        ours,
        peer: null,
        better: "higher",
        atLeast: COUNT,
        aim: COUNT,
        note: "",
      });
    return {
      name: this.name,
      title: this.title,
      rows: [
        row(`in Node ${process.versions.node}`, node.identical),
        row(`in Chromium ${version}`, page.identical),
        row("Node and Chromium come to the same bits", agree),
      ],
      notes: [
        "Lift, pick-place, square and navigate in turn, saved after 10 to 39 steps, 40 commands on, compared after each.",
      ],
      skipped: null,
    };
  },
};
