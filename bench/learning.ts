/**
 * What the built-in recipes reach: each task trained with three seeds on scripted demonstrations, each policy rolled
 * out on 200 test seeds; the pooled rate with its interval, the spread over training seeds, and the seconds of a
 * training with the choice of its checkpoint. Every figure the demo shows with one seed stands here with three.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordTask, rollOutPolicy, trainOn } from "../cli/pipeline.js";
import { createPool } from "../cli/simulation/pool.js";
import { formatRate, silent, wilson } from "../core/index.js";
import { defaultRecipe, seedsFor } from "../policy/index.js";
import { taskByName } from "../sim/index.js";
import { type Bench, type BenchRow, compare, median } from "./result.js";

const TASKS = [
  { task: "lift", demonstrations: 100, atLeast: 0.99, aim: 0.998, safety: null },
  { task: "pick-place", demonstrations: 200, atLeast: 0.96, aim: 0.99, safety: null },
  { task: "navigate", demonstrations: 100, atLeast: 0.92, aim: 0.97, safety: { atLeast: 0.95, aim: 0.99 } },
] as const;
const TRAINING_SEEDS = [0, 1, 2];
const EPISODES = 200;
/** s on two cores, of arm tasks */
const SECONDS = { atLeast: 30, aim: 10 };

/** Success of the recipes over training seeds. */
export const bench: Bench = {
  name: "learning",
  title: "Success on test seeds 1000000 to 1000199, three training seeds pooled",
  async run(log) {
    const folder = mkdtempSync(join(tmpdir(), "apprentice-learning-"));
    const pool = createPool(2);
    const job = { pool, signal: new AbortController().signal, onProgress: silent };
    const rows: BenchRow[] = [];
    const notes: string[] = [];
    try {
      for (const { task, demonstrations, atLeast, aim, safety } of TASKS) {
        const data = join(folder, task);
        await recordTask(task, data, demonstrations, 0, job);
        const seconds: number[] = [];
        const alone: number[] = [];
        const guarded: number[] = [];
        for (const seed of TRAINING_SEEDS) {
          const file = join(folder, `${task}-${seed}.onnx`);
          const begin = performance.now();
          await trainOn(data, defaultRecipe, seed, file, job);
          seconds.push((performance.now() - begin) / 1000);
          const request = { task, model: readFileSync(file), seeds: seedsFor("test", EPISODES) };
          alone.push((await rollOutPolicy(request, job)).evaluation.rate.successes);
          if (safety !== null)
            guarded.push((await rollOutPolicy({ ...request, asRobot: true }, job)).evaluation.rate.successes);
          log(
            `${task}, training seed ${seed}: ${alone[alone.length - 1]}/${EPISODES}, ${seconds[seconds.length - 1]!.toFixed(0)} s`,
          );
        }
        rows.push(success(task, alone, atLeast, aim));
        if (safety !== null)
          rows.push(
            success(`${task}, with the safety layer's scan stop`, guarded, safety.atLeast, safety.aim),
          );
        rows.push(
          compare({
            what: `${task}: training with the choice of the checkpoint, median of ${seconds.length}`,
            unit: "s",
            ours: median(seconds),
            peer: null,
            better: "lower",
            atLeast: safety === null ? SECONDS.atLeast : null,
            aim: safety === null ? SECONDS.aim : null,
            note: "",
          }),
        );
        const { card, constantsHash } = taskByName(task);
        notes.push(
          `${task}: ${demonstrations} scripted demonstrations; horizon ${card.horizon} s; constants ${constantsHash()}; ${card.reset}`,
        );
      }
    } finally {
      await pool.close();
      rmSync(folder, { recursive: true, force: true });
    }
    return { name: this.name, title: this.title, rows, notes, skipped: null };
  },
};

function success(what: string, successes: readonly number[], atLeast: number, aim: number): BenchRow {
  const rate = wilson(
    successes.reduce((sum, count) => sum + count, 0),
    successes.length * EPISODES,
  );
  return compare({
    what,
    unit: "of episodes",
    ours: rate.rate,
    peer: null,
    better: "higher",
    atLeast,
    aim,
    note: `${formatRate(rate)}; by training seed ${successes.map((count) => `${((100 * count) / EPISODES).toFixed(1)} %`).join(", ")}`,
  });
}
