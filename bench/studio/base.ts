/**
 * Takes of a mobile base by the model of an operator, and what a policy learns from thirty of them, with and without the
 * treatment: at the session itself, without a browser, as fast as the machine can. Three draws of takes, each by three
 * other operators; rolled out by the command line's pool on test seeds, alone and in a robot's loop.
 */
import { rollOutPolicy } from "../../cli/pipeline.js";
import { createPool } from "../../cli/simulation/pool.js";
import { formatRate, silent, wilson } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import { defaultRecipe, openNodeSession, seedsFor, train } from "../../policy/index.node.js";
import { taskByName } from "../../sim/index.js";
import { episodesOf, work } from "../../tests/operator/headless.js";
import { median } from "../result.js";
import { ASKED, takesOf, testSeedsOf } from "./options.js";
import { type Found, figure, type Part, type PartContext } from "./part.js";

const TASK = "navigate";
/** The operator that is the first of all, and the first of each draw's three; the layouts of each begin at its own seed. */
const FIRST = 1000;
const DRAWS = [2000, 2010, 2020] as const;
const layoutsOf = (person: number): number => 20 * person;

/** Takes by three operators, a third of each style. */
async function takesBy(first: number, count: number): Promise<Episode[]> {
  const takes: Episode[] = [];
  for (let i = 0; i < 3; i++) {
    const wanted = Math.round((count * (i + 1)) / 3) - takes.length;
    const person = first + i;
    takes.push(
      ...(await episodesOf(await work({ task: TASK, person, firstSeed: layoutsOf(person), takes: wanted }))),
    );
  }
  return takes;
}

/** Kept takes of each operator. */
async function kept({ options, log }: PartContext): Promise<Found> {
  const { seeds, minutes } = options;
  const counts: number[] = [];
  for (let person = FIRST; person < FIRST + seeds; person++) {
    const { takes, style } = await work({ task: TASK, person, firstSeed: 0, seconds: 60 * minutes });
    counts.push((takes.filter(({ success }) => success === true).length * ASKED.minutes) / minutes);
    log(`operator ${person}, ${style}: ${counts.at(-1)} takes`);
  }
  return {
    rows: [
      figure({
        what: `kept takes of ${TASK} in 10 minutes of session time, without a browser, median of ${seeds} operators`,
        unit: "takes",
        ours: median(counts),
        better: "higher",
        atLeast: null,
        aim: null,
        note: counts.join(", "),
      }),
    ],
    notes:
      minutes < ASKED.minutes || seeds < ASKED.seeds
        ? [`base-takes: SHORTENED to ${minutes} minutes of ${seeds} operators`]
        : [],
  };
}

/** Success with and without the treatment, with and without the loop's stop and recovery. */
async function learned({ options, log }: PartContext): Promise<Found> {
  const [count, episodes] = [takesOf(options), testSeedsOf(options)];
  const { contract } = await taskByName(TASK).create();
  const pool = createPool(2);
  const job = { pool, signal: new AbortController().signal, onProgress: silent };
  const rows: Found["rows"][number][] = [];
  try {
    const draws: Episode[][] = [];
    for (const first of DRAWS) draws.push(await takesBy(first, count));
    for (const treat of [true, false]) {
      const found = { alone: [] as number[], loop: [] as number[] };
      const failures: Record<string, number> = {};
      for (const [i, takes] of draws.entries()) {
        const recipe = defaultRecipe(contract, treat ? takes.map(({ meta }) => meta.maker) : []);
        if ((recipe.treatment !== undefined) !== treat)
          throw new Error(`takes of ${TASK} must be treated, or not`);
        const request = { episodes: takes, contract, recipe, seed: 0, data: TASK };
        const { candidates } = await train(request, { open: openNodeSession });
        const trial = { task: TASK, model: candidates.at(-1)!.model, seeds: seedsFor("test", episodes) };
        for (const [how, asRobot] of [
          ["alone", false],
          ["loop", true],
        ] as const) {
          const { evaluation } = await rollOutPolicy({ ...trial, asRobot }, job);
          found[how].push(evaluation.rate.successes);
          if (!asRobot)
            for (const [kind, n] of Object.entries(evaluation.failures))
              failures[kind] = (failures[kind] ?? 0) + n;
          log(`draw ${i + 1}, ${treat ? "treated" : "as recorded"}, ${how}: ${formatRate(evaluation.rate)}`);
        }
      }
      for (const how of ["alone", "loop"] as const) {
        const rate = wilson(
          found[how].reduce((sum, n) => sum + n, 0),
          DRAWS.length * episodes,
        );
        const failed = Object.entries(failures).map(([kind, n]) => `${n} ${kind}`);
        rows.push(
          figure({
            what: `${TASK}: policy from ${count} operator takes, ${treat ? "treated" : "as recorded"}, ${how === "alone" ? "alone" : "with the robot loop's scan stop and recovery"}`,
            unit: "% of test seeds",
            ours: 100 * rate.rate,
            better: "higher",
            atLeast: null,
            aim: null,
            note: `${formatRate(rate)}; by draw ${found[how].map((n) => `${((100 * n) / episodes).toFixed(1)} %`).join(", ")}${how === "alone" ? `; ${failed.join(", ")}` : ""}`,
          }),
        );
      }
    }
  } finally {
    await pool.close();
  }
  return {
    rows,
    notes: [
      `${TASK}: takes at the session, ${DRAWS.length} draws of ${count}; test seeds from 1000000; one training seed; the last step's weights`,
      ...(count < ASKED.takes || episodes < ASKED.testSeeds
        ? [`base-learn: SHORTENED to ${count} takes and ${episodes} test seeds`]
        : []),
    ],
  };
}

/** Takes of a base, and what is learned from them. */
export const baseParts: readonly Part[] = [
  { name: "base-takes", measure: kept },
  { name: "base-learn", measure: learned },
];
