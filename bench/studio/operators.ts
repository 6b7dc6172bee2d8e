/**
 * The model of an operator at work: through the page, in real time, by keys of the browser; and at the session
 * itself, as fast as the machine can. Its takes are kept in `.cache/bench-studio`, and a run that was broken off goes
 * on where it was. Operators have seeds from 1000 on, which no test and no tuning uses.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Ears, listen, workAt } from "../../cli/browser/operator.js";
import { folderStore, isDataset, openDataset } from "../../datasets/index.node.js";
import { taskByName } from "../../sim/index.js";
import { work } from "../../tests/operator/headless.js";
import { ROOT } from "../peers/peer.js";
import { median } from "../result.js";
import { ASKED, takesOf } from "./options.js";
import { type Found, figure, type Part, type PartContext } from "./part.js";
import { openDrive, type Served, serveStudio } from "./served.js";

const FIRST = 1000;
/** Operators that make the takes to learn from, a third of each style. */
const TEACHERS = [2000, 2001, 2002];
const PICK_PLACE = { what: "kept takes of pick-place in 10 minutes", least: 10, aim: 20 } as const;

/** Where takes of a task are kept: anew when the task has changed. */
const folderOf = (what: string, task: string): string =>
  join(ROOT, ".cache", "bench-studio", `${what}-${taskByName(task).constantsHash()}`);

/** The commit that is measured. */
export function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

/** A shift that was worked, as it is kept. */
interface Shift {
  readonly person: number;
  readonly style: string;
  readonly minutes: number;
  readonly takes: number;
  readonly late: number;
  readonly steps: number;
  readonly commit: string;
}

/** A shift of one operator through the page. @throws when it kept nothing: then something is wrong with the page */
async function shift(
  served: Served,
  task: string,
  asked: { readonly person: number; readonly takes: number; readonly seconds: number },
): Promise<{ readonly ears: Ears; readonly style: string; readonly seconds: number }> {
  const context = await served.context();
  try {
    const ears = await listen(context);
    const page = await openDrive(context, served.url, task);
    const begin = performance.now();
    const { style } = await workAt(page, ears, asked);
    const seconds = (performance.now() - begin) / 1000;
    if (ears.takes.length === 0) {
      const said = await page.textContent(".toasts");
      throw new Error(
        `an operator kept no take of ${task} in ${seconds.toFixed(0)} s; the page says: ${said}`,
      );
    }
    return { ears, style, seconds };
  } finally {
    await context.close();
  }
}

/** Ten minutes of each operator through the page. */
async function throughPage({ options, log }: PartContext): Promise<Found> {
  const { minutes, seeds, fresh } = options;
  const folder = folderOf("operators", "pick-place");
  const record = join(folder, "shifts.json");
  if (fresh) rmSync(folder, { recursive: true, force: true });
  const shifts: Shift[] = existsSync(record) ? (JSON.parse(readFileSync(record, "utf8")) as Shift[]) : [];
  const done = (person: number) =>
    shifts.find((each) => each.person === person && each.minutes === minutes && each.commit === commit());
  mkdirSync(folder, { recursive: true });
  const served = await serveStudio(join(folder, "sets"));
  let old = 0;
  try {
    for (let person = FIRST; person < FIRST + seeds; person++) {
      if (done(person) !== undefined) {
        old++;
        continue;
      }
      const { ears, style } = await shift(served, "pick-place", {
        person,
        takes: Number.POSITIVE_INFINITY,
        seconds: 60 * minutes,
      });
      const takes = ears.takes.filter(({ success }) => success === true).length;
      const { late, steps } = ears;
      shifts.push({ person, style, minutes, takes, late, steps, commit: commit() });
      writeFileSync(record, JSON.stringify(shifts));
      log(`operator ${person}, ${style}: ${takes} takes kept in ${minutes} minutes`);
    }
  } finally {
    await served.close();
  }
  const all = Array.from({ length: seeds }, (_, i) => done(FIRST + i)!);
  const kept = all.map(({ takes }) => (takes * ASKED.minutes) / minutes);
  const late = all.reduce((sum, each) => sum + each.late, 0) / all.reduce((sum, each) => sum + each.steps, 0);
  return {
    rows: [
      figure({
        what: `${PICK_PLACE.what} of page time, through the page, median of ${seeds} operators`,
        unit: "takes",
        ours: median(kept),
        better: "higher",
        atLeast: PICK_PLACE.least,
        aim: PICK_PLACE.aim,
        note: all.map(({ style, takes }) => `${takes} ${style}`).join(", "),
      }),
    ],
    notes: [
      `takes: a model of a person, in real time; ${(100 * late).toFixed(2)} % of its steps came a period late`,
      ...(old > 0 ? [`takes: ${old} of ${seeds} operators worked in an earlier run of this commit`] : []),
      ...(minutes < ASKED.minutes || seeds < ASKED.seeds
        ? [`takes: SHORTENED to ${minutes} minutes of ${seeds} operators; takes a minute times ten`]
        : []),
    ],
  };
}

/** The same at the session: physics, devices and recorder as in the page, without browser, pictures and their delays. */
async function atSession({ options, log }: PartContext): Promise<Found> {
  const { seeds, minutes } = options;
  const kept: number[] = [];
  for (let person = FIRST; person < FIRST + seeds; person++) {
    const { takes, style } = await work({ task: "pick-place", person, firstSeed: 0, seconds: 60 * minutes });
    kept.push((takes.filter(({ success }) => success === true).length * ASKED.minutes) / minutes);
    log(`operator ${person}, ${style}: ${kept.at(-1)} takes`);
  }
  return {
    rows: [
      figure({
        what: `${PICK_PLACE.what} of session time, without a browser, median of ${seeds} operators`,
        unit: "takes",
        ours: median(kept),
        better: "higher",
        atLeast: PICK_PLACE.least,
        aim: PICK_PLACE.aim,
        note: kept.join(", "),
      }),
    ],
    notes:
      minutes < ASKED.minutes || seeds < ASKED.seeds
        ? [`takes-session: SHORTENED to ${minutes} minutes of ${seeds} operators`]
        : [],
  };
}

/**
 * The folder of data sets with takes of a task by three operators through the page, as many as asked for; made, or
 * gone on with.
 */
export async function operatorTakes(
  task: string,
  { options, log }: PartContext,
): Promise<{ readonly sets: string; readonly takes: number }> {
  const sets = folderOf("takes", task);
  if (options.fresh && !made.has(sets)) rmSync(sets, { recursive: true, force: true });
  made.add(sets);
  const wanted = takesOf(options);
  const kept = async (): Promise<number> => {
    const store = folderStore(join(sets, task));
    if (!(await isDataset(store))) return 0;
    return (await openDataset(store)).rows.filter(({ meta }) => meta?.success === true).length;
  };
  mkdirSync(sets, { recursive: true });
  let count = await kept();
  if (count > 0) log(`${task}: ${count} takes of an earlier run`);
  if (count >= wanted) return { sets, takes: count };
  const served = await serveStudio(sets);
  try {
    for (const [i, person] of TEACHERS.entries()) {
      const until = Math.round((wanted * (i + 1)) / TEACHERS.length);
      if (count >= until) continue;
      const takes = until - count;
      const { ears, style, seconds } = await shift(served, task, { person, takes, seconds: 90 * takes });
      count = await kept();
      log(`${task}, ${style}: ${ears.takes.length} takes in ${(seconds / 60).toFixed(1)} minutes`);
    }
  } finally {
    await served.close();
  }
  if (count < wanted) throw new Error(`only ${count} of ${wanted} takes of ${task} were kept`);
  return { sets, takes: count };
}

/** Folders that this run has begun: made anew once at most. */
const made = new Set<string>();

export const operatorParts: readonly Part[] = [
  { name: "takes", measure: throughPage },
  { name: "takes-session", measure: atSession },
];
