/**
 * What amplifying is worth: policies from a few takes of the operator model alone, and from what was made of them. Three
 * draws of takes a task, each from three people (a novice, one in between, an expert) who take turns; one training seed;
 * every policy on 200 test seeds; the yield of every amplification. The people are programs: no person was recorded.
 *
 *   node bench/index.mjs amplify [--only TASK,...] [--seeds N]
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { amplifyDataset } from "../cli/amplify.js";
import { rollOutPolicy, trainOn } from "../cli/pipeline.js";
import { createPool } from "../cli/simulation/pool.js";
import { formatRate, integerIn, silent, wilson } from "../core/index.js";
import { createDataset, type Episode, folderStore } from "../datasets/index.node.js";
import { defaultRecipe, seedsFor } from "../policy/index.js";
import { taskByName } from "../sim/index.js";
import { episodesOf, work } from "../tests/operator/headless.js";
import { type Bench, type BenchRow, compare } from "./result.js";

const TASKS = ["lift", "pick-place"];
const DRAWS = [0, 1, 2];
const PEOPLE = 3;
/** Takes, and the episodes they become; null: the takes alone. */
const ARMS = [
  { takes: 1, to: null },
  { takes: 1, to: 100 },
  { takes: 3, to: null },
  { takes: 3, to: 100 },
  { takes: 10, to: null },
  { takes: 10, to: 100 },
  { takes: 10, to: 200 },
] as const;

/** Success from takes alone and from amplified ones. */
export const bench: Bench = {
  name: "amplify",
  title: "Policies from a few takes of the operator model, alone and amplified, three draws of takes pooled",
  async run(log, options) {
    const only = optionOf(options, "--only")?.split(",") ?? TASKS;
    const seeds = integerIn(
      "bench amplify",
      "--seeds",
      Number(optionOf(options, "--seeds") ?? 200),
      1,
      100_000,
    );
    const folder = mkdtempSync(join(tmpdir(), "apprentice-amplify-"));
    const pool = createPool(2);
    const job = { pool, signal: new AbortController().signal, onProgress: silent };
    const rows: BenchRow[] = [];
    const notes: string[] = [];
    try {
      for (const task of TASKS.filter((name) => only.includes(name))) {
        const draws = [];
        for (const draw of DRAWS) draws.push(await takesOf(task, draw, 10));
        for (const { takes, to } of ARMS) {
          const successes: number[] = [];
          const yields: { kept: number; tried: number }[] = [];
          for (const draw of DRAWS) {
            const data = join(folder, `${task}-${draw}-${takes}`);
            await keep(data, task, draws[draw]!.slice(0, takes));
            if (to !== null) {
              const made = await amplifyDataset(data, `${data}-to-${to}`, to, job);
              yields.push(made.yield);
            }
            const file = join(folder, "policy.onnx");
            await trainOn(to === null ? data : `${data}-to-${to}`, defaultRecipe, 0, file, job);
            const request = { task, model: readFileSync(file), seeds: seedsFor("test", seeds) };
            successes.push((await rollOutPolicy(request, job)).evaluation.rate.successes);
            log(
              `${task}, draw ${draw}, ${takes} takes${to === null ? "" : ` to ${to}`}: ${successes.at(-1)}/${seeds}`,
            );
          }
          rows.push(success(task, takes, to, successes, yields, seeds));
        }
        const { card, constantsHash } = taskByName(task);
        const lengths = draws.flat().map(({ length }) => length / 20);
        const mean = lengths.reduce((sum, each) => sum + each, 0) / lengths.length;
        notes.push(
          `${task}: takes of ${mean.toFixed(1)} s on average; horizon ${card.horizon} s; constants ${constantsHash()}`,
        );
      }
    } finally {
      await pool.close();
      rmSync(folder, { recursive: true, force: true });
    }
    notes.push(
      "makers: operator-model, a program; test seeds from 1000000; layouts of amplified episodes from 300000",
    );
    return { name: this.name, title: this.title, rows, notes, skipped: null };
  },
};

const optionOf = (options: readonly string[], name: string): string | undefined =>
  options.includes(name) ? options[options.indexOf(name) + 1] : undefined;

/** Takes of three people in turns, so that the first three are one of each. */
async function takesOf(task: string, draw: number, count: number): Promise<Episode[]> {
  const each = Math.ceil(count / PEOPLE);
  const people: Episode[][] = [];
  for (let person = 0; person < PEOPLE; person++) {
    // A person's style is the rest of their number by three.
    const number = 300 + PEOPLE * draw + person;
    const shift = await work({ task, person: number, firstSeed: 40_000 + 100 * (number - 300), takes: each });
    people.push(await episodesOf(shift));
  }
  const turns = Array.from({ length: each }, (_, turn) => people.flatMap((takes) => takes[turn] ?? []));
  return turns.flat().slice(0, count);
}

async function keep(folder: string, task: string, takes: readonly Episode[]): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const environment = await taskByName(task).create();
  const writer = await createDataset(folderStore(folder), { contract: environment.contract });
  environment.free();
  for (const take of takes) await writer.append(take);
  await writer.close();
}

function success(
  task: string,
  takes: number,
  to: number | null,
  successes: readonly number[],
  yields: readonly { readonly kept: number; readonly tried: number }[],
  seeds: number,
): BenchRow {
  const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
  const rate = wilson(sum(successes), successes.length * seeds);
  const draws = successes.map((count) => `${((100 * count) / seeds).toFixed(1)} %`).join(", ");
  const found = wilson(sum(yields.map(({ kept }) => kept)), sum(yields.map(({ tried }) => tried)));
  const made = to === null ? "" : `; kept of tried ${formatRate(found)}`;
  return compare({
    what: `${task}: ${takes} ${takes === 1 ? "take" : "takes"} ${to === null ? "alone" : `become ${to}`}`,
    unit: "of episodes",
    ours: rate.rate,
    peer: null,
    better: "higher",
    atLeast: null,
    aim: null,
    note: `${formatRate(rate)}; by draw ${draws}${made}`,
  });
}
