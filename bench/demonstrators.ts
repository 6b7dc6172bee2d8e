/**
 * How often the scripts that demonstrate reach their goal: every task on 500 test seeds in the style that is recorded
 * when nobody says otherwise, with failures by kind and a Wilson interval, and on a fifth of them in the styles of less
 * able people. `--seeds N` for fewer, `--only TASK,...` for some of the tasks. Not a policy: nothing is learned here.
 */
import { cpus } from "node:os";
import { createPool, inOrder, type SimulationPool } from "../cli/simulation/pool.js";
import { formatRate, refuse } from "../core/index.js";
import { type Evaluation, seedsFor, summarise } from "../policy/index.js";
import { DEFAULT_STYLE, type DemonstrationStyle, TASKS } from "../sim/index.js";
import { type Bench, type BenchRow, compare } from "./result.js";

const SEEDS = 500;
const LESS_ABLE = ["okay", "worse"] as const;
/** share of the seeds for styles that nothing is promised of */
const SHARE = 0.2;

/** Success of the scripted demonstrators. */
export const bench: Bench = {
  name: "demonstrators",
  title: "Success of the scripted demonstrators on test seeds from 1000000 on",
  async run(log, options) {
    const told = (name: string): string | undefined => {
      const at = options.indexOf(name);
      return at < 0 ? undefined : options[at + 1];
    };
    const seeds = Number(told("--seeds") ?? SEEDS);
    if (!Number.isInteger(seeds) || seeds < 5)
      refuse("bench demonstrators", "--seeds must be at least 5", seeds);
    const names = TASKS.map((task) => task.card.name);
    const asked = told("--only")?.split(",") ?? names;
    for (const name of asked)
      if (!names.includes(name)) refuse("bench demonstrators", `--only takes ${names.join(", ")}`, name);
    const pool = createPool(cpus().length);
    const rows: BenchRow[] = [];
    try {
      for (const task of asked) {
        const usual = await demonstrate(pool, task, DEFAULT_STYLE, seeds);
        rows.push(rowOf(`${task}, ${DEFAULT_STYLE}`, usual, 0.97, 0.995));
        log(`${task}: ${formatRate(usual.evaluation.rate)}`);
        for (const style of LESS_ABLE) {
          const found = await demonstrate(pool, task, style, Math.ceil(SHARE * seeds));
          rows.push(rowOf(`${task}, ${style}`, found, null, null));
          log(`${task}, ${style}: ${formatRate(found.evaluation.rate)}`);
        }
      }
    } finally {
      await pool.close();
    }
    return {
      name: this.name,
      title: this.title,
      rows,
      notes: [
        `${seeds} seeds a task in the style that is recorded by default, ${Math.ceil(SHARE * seeds)} in the others; 95 % Wilson intervals.`,
        "Scripts see the exact scene; each task with its own horizon and failures.",
      ],
      skipped: null,
    };
  },
};

interface Demonstrated {
  readonly evaluation: Evaluation;
  /** s of robot time, mean over successes */
  readonly seconds: number;
}

async function demonstrate(
  pool: SimulationPool,
  task: string,
  style: DemonstrationStyle,
  count: number,
): Promise<Demonstrated> {
  const trials: Parameters<typeof summarise>[0][number][] = [];
  let [seconds, good] = [0, 0];
  await inOrder(
    pool,
    seedsFor("test", count),
    (seed) => ({ kind: "demonstrate", task, seed, style }),
    (answer) => {
      if (answer.kind !== "trial" || answer.trial === null) return true;
      trials.push(answer.trial);
      if (answer.trial.outcome.state === "success") {
        seconds += answer.trial.seconds;
        good += 1;
      }
      return true;
    },
    new AbortController().signal,
  );
  return { evaluation: summarise(trials), seconds: good === 0 ? Number.NaN : seconds / good };
}

function rowOf(
  what: string,
  { evaluation: { rate, failures }, seconds }: Demonstrated,
  atLeast: number | null,
  aim: number | null,
): BenchRow {
  const kinds = Object.entries(failures).map(([kind, count]) => `${count} ${kind}`);
  return compare({
    what,
    unit: "",
    ours: rate.rate,
    peer: null,
    better: "higher",
    atLeast,
    aim,
    note: `${formatRate(rate)}; ${kinds.length === 0 ? "no failures" : kinds.join(", ")}; ${seconds.toFixed(1)} s of robot time`,
  });
}
