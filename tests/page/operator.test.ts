/** The model of a person drives the real page: what is kept is what the command line would train on. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listen, workAt } from "../../cli/browser/operator.js";
import { folderStore, openDataset } from "../../datasets/index.node.js";
import { CHROMIUM, inBrowser } from "../browser.js";
import { inPhase, type Studio, startStudio } from "./rig.js";

const LONG = 300_000;

describe.skipIf(CHROMIUM === null)(inBrowser("an operator at the page"), () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await startStudio();
  }, LONG);
  afterAll(async () => {
    await studio?.close();
  });

  it.each([
    ["shows lift", "lift"],
    ["drives a base to places", "navigate"],
  ])("%s three times; the takes are its own, and whole", { timeout: LONG }, async (_, task) => {
    const blank = await studio.open("", {});
    const context = blank.page.context();
    const ears = await listen(context);
    const page = await context.newPage();
    await blank.page.close();
    await page.goto(`${studio.url}?task=${task}`);
    await inPhase(page, "ready", 60_000);
    await page.focus("#stage");
    const { style, deeds } = await workAt(page, ears, { person: 1, takes: 3, seconds: 120 });
    const input = ears.input.sort((a, b) => a - b);
    console.log(
      `${style}: ${ears.takes.length} takes, ${JSON.stringify(deeds)}, ${ears.late} of ${ears.steps} steps late, ` +
        `input to step ${input[Math.floor(input.length / 2)]?.toFixed(0)} ms median, ` +
        `next layout after ${ears.next.map((each) => each.toFixed(0)).join(", ")} ms`,
    );
    expect(ears.takes.length).toBeGreaterThanOrEqual(3);
    const reader = await openDataset(folderStore(join(studio.folder, task)));
    expect(reader.length).toBe(ears.takes.length);
    for (const { meta } of reader.rows) expect(meta?.maker).toBe("operator-model");
    expect(reader.rows.filter(({ meta }) => meta?.success === true).length).toBeGreaterThanOrEqual(2);
    await context.close();
  });
});
