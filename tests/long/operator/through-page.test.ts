/**
 * Thirty takes of each task through the real page by three operators, and what a policy learns from them: 200 test
 * seeds. Real time, about half an hour; needs a Chromium.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listen, workAt } from "../../../cli/browser/operator.js";
import { formatRate } from "../../../core/index.js";
import { type Episode, folderStore, openDataset } from "../../../datasets/index.node.js";
import {
  defaultRecipe,
  evaluate,
  loadPolicy,
  openNodeSession,
  seedsFor,
  train,
} from "../../../policy/index.node.js";
import { taskByName } from "../../../sim/index.js";
import { CHROMIUM, inBrowser } from "../../browser.js";
import { inPhase, type Studio, startStudio } from "../../page/rig.js";

const LONG = 40 * 60_000;
const OPERATORS = [40, 41, 42];
const TAKES = 30;

describe.skipIf(CHROMIUM === null)(inBrowser("thirty takes through the page"), () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await startStudio();
  });
  afterAll(async () => {
    await studio?.close();
  });

  it.each([
    ["lift", 0.95],
    ["pick-place", 0.9],
  ] as const)("of %s teach a policy", { timeout: LONG }, async (task, floor) => {
    for (const person of OPERATORS) {
      const blank = await studio.open("");
      const context = blank.page.context();
      const ears = await listen(context);
      const page = await context.newPage();
      await blank.page.close();
      await page.goto(`${studio.url}?task=${task}`);
      await inPhase(page, "ready", 60_000);
      await page.focus("#stage");
      const begin = Date.now();
      const share = TAKES / OPERATORS.length;
      const { style, deeds } = await workAt(page, ears, { person, takes: share, seconds: 900 });
      const minutes = (Date.now() - begin) / 60_000;
      const input = ears.input.sort((a, b) => a - b);
      console.log(
        `${task}, ${style}: ${ears.takes.length} takes in ${minutes.toFixed(1)} minutes, ${JSON.stringify(deeds)}, ` +
          `${ears.late} of ${ears.steps} steps late, input to step ${input[input.length >> 1]?.toFixed(0)} ms median`,
      );
      await context.close();
    }
    const reader = await openDataset(folderStore(join(studio.folder, task)));
    const episodes: Episode[] = [];
    for await (const episode of reader.episodes()) if (episode.meta.success === true) episodes.push(episode);
    const environment = await taskByName(task).create();
    const { contract } = environment;
    const rate = async (makers: readonly string[]) => {
      const recipe = defaultRecipe(contract, makers);
      const request = { episodes, contract, recipe, seed: 0, data: "operator-model" };
      const { candidates } = await train(request, { open: openNodeSession });
      const policy = await loadPolicy(candidates.at(-1)!.model, openNodeSession);
      const found = await evaluate(policy, environment, seedsFor("test", 200));
      await policy.free();
      return found.rate;
    };
    const makers = episodes.map(({ meta }) => meta.maker);
    const [treated, plain] = [await rate(makers), await rate([])];
    console.log(
      `${task}: ${episodes.length} takes; ${formatRate(treated)} treated, ${formatRate(plain)} as recorded, 200 test seeds`,
    );
    expect(treated.rate).toBeGreaterThanOrEqual(floor);
    environment.free();
  });
});
