/**
 * Training in the page on takes of operators: pressed in the page's Train, the file taken from beside the data set,
 * rolled out by the command line's pool on test seeds, and a few times by the page itself.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { rollOutPolicy } from "../../cli/pipeline.js";
import { createPool } from "../../cli/simulation/pool.js";
import { formatRate, silent } from "../../core/index.js";
import { folderStore } from "../../datasets/index.node.js";
import { type Recipe, readModel, seedsFor } from "../../policy/index.js";
import { median } from "../result.js";
import { operatorTakes } from "./operators.js";
import { ASKED, takesOf, testSeedsOf } from "./options.js";
import { type Found, figure, type Part, type PartContext } from "./part.js";
import { goTo, openDrive, type Served, serveStudio } from "./served.js";

/** Of success, in per cent. */
const BOUNDS = { lift: { least: 95, aim: 100 }, "pick-place": { least: 90, aim: 99 } } as const;
/** s of a training of lift. */
const TRAINING = { least: 60, aim: 30, times: 3 } as const;
const LONGEST = 20 * 60_000;

/** A training as it was seen in the page. */
interface Trained {
  /** from the press on Train to the word that it is done, s */
  readonly seconds: number;
  /** what the page says */
  readonly said: string;
  readonly model: Uint8Array;
}

/** Presses Train, with or without the treatment, and waits for the policy. */
async function trainInPage(page: Page, sets: string, task: string, treat: boolean): Promise<Trained> {
  await goTo(page, "train");
  const box = page.getByRole("checkbox", { name: /Treat takes of people/ });
  await box.waitFor();
  if ((await box.isChecked()) !== treat) await box.click();
  const begin = performance.now();
  await page.getByRole("button", { name: "Train", exact: true }).click();
  const done = page.getByText(/^(Trained in|Training failed)/).first();
  await done.waitFor({ timeout: LONGEST });
  const seconds = (performance.now() - begin) / 1000;
  const said = (await done.textContent()) ?? "";
  if (!said.includes("Trained in")) throw new Error(`the page could not train ${task}: ${said}`);
  const steps = Number(await page.inputValue("#train-steps"));
  const path = `policies/${task}-flow-s0-${steps}.onnx`;
  // The page writes the file when the training is over: it is there a moment later, or not at all.
  const store = folderStore(join(sets, task));
  await page.waitForFunction(
    (name) => [...document.querySelectorAll(".list .note")].some((each) => each.textContent?.includes(name)),
    `${task}-flow-s0-${steps}`,
  );
  for (const end = performance.now() + 10_000; (await store.size(path)) === null; )
    if (performance.now() > end) throw new Error(`the page did not keep ${path}`);
    else await new Promise((resolve) => setTimeout(resolve, 50));
  const model = readFileSync(join(sets, task, path));
  const recipe = JSON.parse(readModel(model).metadata["apprentice.recipe"] ?? "{}") as Partial<Recipe>;
  if ((recipe.treatment !== undefined) !== treat)
    throw new Error(`the policy of ${task} was ${treat ? "not " : ""}treated, against the page's own box`);
  return { seconds, said, model };
}

async function learn(task: keyof typeof BOUNDS, context: PartContext): Promise<Found> {
  const { options, log } = context;
  const { sets, takes } = await operatorTakes(task, context);
  const episodes = testSeedsOf(options);
  const served = await serveStudio(sets);
  const pool = createPool(2);
  try {
    const tab = await served.context();
    const page = await openDrive(tab, served.url, task);
    const rate = async (treat: boolean) => {
      const trained = await trainInPage(page, sets, task, treat);
      const { evaluation } = await rollOutPolicy(
        { task, model: trained.model, seeds: seedsFor("test", episodes) },
        { pool, signal: new AbortController().signal, onProgress: silent },
      );
      log(
        `${task}, ${treat ? "treated" : "as recorded"}: ${formatRate(evaluation.rate)}, trained in ${trained.seconds.toFixed(0)} s`,
      );
      return { ...trained, rate: evaluation.rate };
    };
    const plain = await rate(false);
    // The treated one last: the page then has it chosen, to try it there.
    const treated = await rate(true);
    const inPage = await trialsInPage(page);
    await tab.close();
    const what = `${task}: policy trained in the page on ${takes} operator takes made through it`;
    const shared = { unit: "% of test seeds", better: "higher" } as const;
    const { least, aim } = BOUNDS[task];
    return {
      rows: [
        figure({
          ...shared,
          what,
          ours: 100 * treated.rate.rate,
          atLeast: least,
          aim,
          note: `${formatRate(treated.rate)}; trained in ${treated.seconds.toFixed(0)} s; in the page itself ${inPage}`,
        }),
        figure({
          ...shared,
          what: `${what}, without the treatment`,
          ours: 100 * plain.rate.rate,
          atLeast: null,
          aim: null,
          note: `${formatRate(plain.rate)}; trained in ${plain.seconds.toFixed(0)} s`,
        }),
      ],
      notes: [
        `${task}: test seeds from 1000000, rolled out by the command line with its horizon; one training seed; the last step's weights`,
        ...(takesOf(options) < ASKED.takes || episodes < ASKED.testSeeds
          ? [`${task}: SHORTENED to ${takes} takes and ${episodes} test seeds`]
          : []),
      ],
    };
  } finally {
    await pool.close();
    await served.close();
  }
}

/** Ten trials of the chosen policy in the page, as anybody may press for; what the page says of them. */
async function trialsInPage(page: Page): Promise<string> {
  await goTo(page, "rollouts");
  await page.getByRole("button", { name: /10 trials/ }).click();
  await page.waitForFunction(() => document.querySelectorAll(".scroll-table tbody tr").length >= 10, null, {
    timeout: 10 * 60_000,
  });
  return (await page.textContent(".rate + .note")) ?? "";
}

async function time(context: PartContext): Promise<Found> {
  const { sets, takes } = await operatorTakes("lift", context);
  const served: Served = await serveStudio(sets);
  const seconds: number[] = [];
  const said: string[] = [];
  try {
    for (let i = 0; i < TRAINING.times; i++) {
      const tab = await served.context();
      const page = await openDrive(tab, served.url, "lift");
      const trained = await trainInPage(page, sets, "lift", true);
      seconds.push(trained.seconds);
      said.push(trained.said.trim());
      context.log(`trained in ${trained.seconds.toFixed(1)} s; the page says: ${trained.said.trim()}`);
      await tab.close();
    }
  } finally {
    await served.close();
  }
  return {
    rows: [
      figure({
        what: `lift: training in the page on ${takes} operator takes, WebAssembly, one thread, from the press to the policy`,
        unit: "s",
        ours: median(seconds),
        better: "lower",
        atLeast: TRAINING.least,
        aim: TRAINING.aim,
        note: `${seconds.map((each) => each.toFixed(1)).join(", ")} s, each in a new tab; the page says ${said.join(", ")}`,
      }),
    ],
    notes:
      takes < ASKED.takes
        ? [`train: SHORTENED to ${takes} takes; the number of steps is the recipe's all the same`]
        : [],
  };
}

export const learningParts: readonly Part[] = [
  { name: "lift", measure: (context) => learn("lift", context) },
  { name: "pick-place", measure: (context) => learn("pick-place", context) },
  { name: "train", measure: time },
];
