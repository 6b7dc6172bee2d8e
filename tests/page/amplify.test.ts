/** Few takes become many in the real page: made, marked, trained on or not, compared, deleted together. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDataset, folderStore, openDataset, readEdits } from "../../datasets/index.node.js";
import { taskByName } from "../../sim/index.js";
import { recordDemonstration } from "../../teleop/index.js";
import { CHROMIUM, inBrowser } from "../browser.js";
import { inPhase, type Studio, type StudioPage, startStudio } from "./rig.js";

const LONG = 240_000;

describe.skipIf(CHROMIUM === null)(inBrowser("amplifying in the page"), () => {
  let studio: Studio;
  let tab: StudioPage;
  const set = () => folderStore(join(studio.folder, "lift"));

  beforeAll(async () => {
    studio = await startStudio();
    mkdirSync(join(studio.folder, "lift"), { recursive: true });
    const task = taskByName("lift");
    const environment = await task.create();
    const writer = await createDataset(set(), { contract: environment.contract });
    for (const seed of [1, 2]) {
      const shown = { seed, linger: task.linger, sentence: "lift it", maker: "scripted:lift/human-like" };
      await writer.append(recordDemonstration(environment, task.demonstrator(seed), shown)!);
    }
    await writer.close();
    environment.free();
    tab = await studio.open("?task=lift#/train", { viewport: { width: 1280, height: 900 } });
  }, LONG);
  afterAll(async () => {
    await studio?.close();
  });
  const picture = async (name: string) => {
    const folder = process.env["STUDIO_PICTURES"];
    if (folder !== undefined) await tab.page.screenshot({ path: join(folder, `amplify-${name}.png`) });
  };
  const button = (name: string) => tab.page.getByRole("button", { name, exact: true });
  const train = async (on: "all" | "takes") => {
    await tab.page.selectOption("#train-with", on);
    await tab.page.fill("#train-steps", "60");
    await tab.page.keyboard.press("Tab");
    await button("Train").click();
    await tab.page.getByText("Trained in").waitFor({ timeout: LONG });
  };

  it("makes two takes six, says its yield, and stores what they were made of", {
    timeout: LONG,
  }, async () => {
    const { page } = tab;
    await page.fill("#amplify-to", "6", { timeout: 60_000 });
    await page.keyboard.press("Tab");
    await button("2 takes become 6").click();
    await page.getByText("4 episodes made").waitFor({ timeout: LONG });
    const tried = /4 of (\d+) tried/.exec((await page.textContent(".amplify")) ?? "");
    expect(Number(tried?.[1])).toBeGreaterThanOrEqual(4);
    await page.getByText("2 takes and 4 amplified").waitFor({ state: "attached" });
    await picture("made");
    const { rows } = await openDataset(set());
    expect(rows.map(({ meta }) => meta?.maker)).toEqual([
      ...Array.from({ length: 2 }, () => "scripted:lift/human-like"),
      ...Array.from({ length: 4 }, () => "amplified"),
    ]);
    for (const { meta } of rows.slice(2)) {
      expect(meta?.success).toBe(true);
      expect(meta?.parents?.length).toBeGreaterThan(0);
    }
  });

  it("trains on the takes alone and with what was made of them", { timeout: LONG }, async () => {
    await train("takes");
    await tab.page.getByText("lift-flow-s0-60").waitFor();
    await train("all");
    await tab.page.getByText("lift-flow-amplified-s0-60").waitFor();
  });

  it("compares both on the same layouts, side by side", { timeout: LONG }, async () => {
    const { page } = tab;
    await page.goto(`${studio.url}?task=lift#/rollouts`);
    await inPhase(page, "ready", 60_000);
    await page.selectOption("#compare-layouts", "20");
    await button("Compare on the same layouts").click();
    await page.getByText("Layout 20 of 20").waitFor({ timeout: LONG });
    await picture("compared");
    const said = await page.$$eval(".compared .compared-name span", (all) =>
      all.map((each) => each.textContent),
    );
    expect([...said].sort()).toEqual(["lift-flow-amplified-s0-60", "lift-flow-s0-60"]);
    expect(await page.$$(".compared .interval")).toHaveLength(2);
    const counts = await page.$$eval(".compared .note", (all) => all.map((each) => each.textContent ?? ""));
    expect(counts.filter((each) => /^\d+ of 20, /.test(each))).toHaveLength(2);
  });

  it("marks them in Episodes and deletes them together, with undo", { timeout: LONG }, async () => {
    const { page } = tab;
    await page.goto(`${studio.url}?task=lift#/episodes/5`);
    await page.getByText("ends where it was recorded").waitFor({ timeout: 60_000 });
    await page.getByText("made of").waitFor();
    expect(await page.$$(".list .made")).toHaveLength(4);
    await button("Amplified").click();
    await picture("listed");
    await button("Delete 4 amplified").click();
    await button("Undo").click();
    await button("Delete 4 amplified").click();
    await page.getByRole("button", { name: /^Save edits \([1-9]/ }).click();
    await button("Save edits (0)").waitFor();
    expect((await readEdits(set())).removed).toEqual([2, 3, 4, 5]);
  });

  it("said nothing on its console that was an error", () => {
    expect(tab.errors).toEqual([]);
  });
});
