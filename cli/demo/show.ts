/**
 * The showing half of the demo: a browser without a window opens the studio's page, and a model of a person presses
 * its keys until a few takes are kept. They go where a person's would, through the studio's own server into a LeRobot
 * set, in real time, and are called `operator-model`. Where this cannot be done the stage is skipped and says why.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { messageOf, type OnProgress } from "../../core/index.js";
import { folderStore, isDataset, openDataset } from "../../datasets/index.node.js";
import { ENGINE, taskByName } from "../../sim/index.js";
import { startStudioServer } from "../../teleop/index.node.js";
import { findChromium, launchChromium } from "../browser/chromium.js";
import { listen, type Worked, workAt } from "../browser/operator.js";
import { clear } from "../pipeline.js";
import type { ShownResult, ShownTake, StageResult } from "../report/result.js";
import type { Terminal } from "../terminal.js";
import { SHOWING } from "./settings.js";
import { keyOf, recall, remember } from "./stamps.js";

export interface ShowContext {
  readonly folder: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly version: string;
  readonly onStage: (stage: StageResult) => void;
}

/** Seconds until the page must stand, and seconds that its pictures of the last take may take. */
const PATIENCE = { page: 30, film: 8 } as const;

/** The built page: beside this program. */
const PAGE = fileURLToPath(new URL("../../page", import.meta.url));

/** Lets a model of a person demonstrate in the page; null when that could not be done. */
export async function showInPage(context: ShowContext): Promise<ShownResult | null> {
  const { folder, terminal, signal, version, onStage } = context;
  const { task, takes, person } = SHOWING;
  const name = "show by keys";
  const sets = join(folder, "studio");
  const stamp = join(folder, "studio", "shown.json");
  const key = keyOf("show", version, SHOWING, taskByName(task).constantsHash(), ENGINE.version);
  const skip = (reason: string): null => {
    terminal.skipped(name, reason);
    onStage({ name, seconds: 0, reused: false, skipped: reason, takes: 0 });
    return null;
  };
  const summary = (value: ShownResult): string =>
    `${value.takes.length} takes of ${task} through the page, ${value.presses} keys pressed, ${value.maker}`;

  const known = (await isDataset(folderStore(join(sets, task)))) ? recall<ShownResult>(stamp, key) : null;
  if (known !== null) {
    terminal.reused(name, summary(known));
    onStage({ name, seconds: 0, reused: true, skipped: null, takes: known.takes.length });
    return known;
  }
  const found = findChromium();
  if ("missing" in found) return skip(found.missing);
  if (!existsSync(join(PAGE, "index.html"))) return skip("the page is not built; npm run build:page");
  clear(sets);
  try {
    const { value, seconds } = await terminal.stage(name, async (onProgress) => {
      const value = await show(found.path, sets, signal, onProgress);
      return { value, summary: summary(value) };
    });
    remember(stamp, key, value);
    onStage({ name, seconds, reused: false, skipped: null, takes: value.takes.length });
    if (value.takes.length < takes)
      terminal.line(
        `    ${takes - value.takes.length} fewer than wanted: the time of person ${person} was over`,
      );
    return value;
  } catch (error) {
    signal.throwIfAborted();
    return skip(messageOf(error).split("\n")[0]!);
  }
}

async function show(
  chromium: string,
  sets: string,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<ShownResult> {
  const { task, takes: wanted, seconds, person } = SHOWING;
  const note = (done: number, text: string): void =>
    onProgress({ stage: "show by keys", done, total: wanted, note: text });
  const server = await startStudioServer({ folder: sets, page: PAGE });
  try {
    note(0, "opening the page");
    const browser = await launchChromium(chromium);
    try {
      const context = await browser.newContext({ viewport: { width: 900, height: 640 }, locale: "en-GB" });
      const ears = await listen(context);
      const page = await context.newPage();
      await page.goto(`${server.url}?task=${task}`);
      await page
        .waitForSelector('.deck[data-phase="ready"]', { timeout: 1000 * PATIENCE.page })
        .catch((error: unknown) => {
          signal.throwIfAborted();
          throw new Error(`the page did not stand after ${PATIENCE.page} s`, { cause: error });
        });
      await page.focus("#stage");
      const presses: number[] = [];
      note(0, "pressing keys");
      const { style, deeds } = await workAt(page, ears, {
        person,
        takes: wanted,
        seconds,
        signal,
        onTake: (_, keys) => {
          presses.push(keys);
          note(presses.length, `${presses.length} of ${wanted} takes`);
        },
      });
      signal.throwIfAborted();
      const films = await filmsOf(join(sets, task), presses.length);
      return await shownIn(join(sets, task), presses, films, { style, deeds });
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
}

/** The page's pictures of its takes, which it makes after each; those that came in time. */
async function filmsOf(set: string, takes: number): Promise<readonly string[]> {
  const store = folderStore(set);
  for (let waited = 0; ; waited += 0.1) {
    const paths = (await store.list("films")).filter((path) => /\/\d{6}\.jpg$/.test(path));
    if (paths.length >= takes || waited >= PATIENCE.film) return paths;
    await sleep(100);
  }
}

/** What lies in the set now: that is what counts. */
async function shownIn(
  set: string,
  presses: readonly number[],
  films: readonly string[],
  { style, deeds }: Worked,
): Promise<ShownResult> {
  const { task } = SHOWING;
  const store = folderStore(set);
  const { rows, fps } = (await isDataset(store)) ? await openDataset(store) : { rows: [], fps: 1 };
  if (rows.length === 0)
    throw new Error(
      `no take of ${task} was kept in ${SHOWING.seconds} s: the machine is too busy for real time`,
    );
  const takes = rows.map(({ index, length, meta, tasks }): ShownTake => {
    const film = films.find((path) => path.endsWith(`${String(index).padStart(6, "0")}.jpg`));
    return {
      seed: meta?.seed ?? null,
      success: meta?.success ?? null,
      seconds: length / fps,
      presses: presses[index] ?? 0,
      sentence: tasks[0] ?? "",
      film: film === undefined ? null : join("studio", task, ...film.split("/")),
    };
  });
  return {
    task,
    maker: rows[0]?.meta?.maker ?? "unknown",
    style,
    presses: deeds.presses,
    rewinds: deeds.rewinds,
    thrown: deeds.thrown,
    dataset: join("studio", task),
    takes,
  };
}
