/** `apprentice amplify DATASET`: moves takes to new layouts, keeps what works, prints its yield. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { formatRate, refuse, wilson } from "../../core/index.js";
import { amplifyDataset } from "../amplify.js";
import { counting, writeJson } from "../context.js";
import type { AddCommand } from "../main.js";
import { checkApart, clear } from "../pipeline.js";
import { createPool } from "../simulation/pool.js";

interface Options {
  readonly to: number;
  readonly out?: string;
  readonly fresh?: boolean;
  readonly resume?: boolean;
  readonly json?: string;
}

/** Adds the command. */
export const addAmplify: AddCommand = (program, { terminal, cores, signal }) => {
  program
    .command("amplify")
    .description("make many episodes of a few takes: moved to new layouts, simulated, kept where they work")
    .argument("<dataset>", "folder of takes, a LeRobot v3.0 data set with our contract")
    .option("--to <n>", "episodes in the new set, the takes included", counting("to", 2, 25_000), 200)
    .option("--out <folder>", "where the new set goes (default: DATASET-amplified)")
    .option("--fresh", "replace what is there")
    .option("--resume", "go on with what is there until there are as many episodes as asked for")
    .option("--json <file>", "write yield and counts as data")
    .action(async (dataset: string, options: Options) => {
      const from = resolve(dataset);
      const into = resolve(options.out ?? `${from}-amplified`);
      checkApart("amplify", from, into);
      if (existsSync(into)) {
        if (options.fresh === true) clear(into);
        else if (options.resume !== true)
          refuse("amplify", "the folder must be new, or --fresh or --resume given", into);
      }
      const pool = createPool(cores);
      try {
        const { value } = await terminal.stage("amplify", async (onProgress) => {
          const value = await amplifyDataset(from, into, options.to, { pool, signal, onProgress });
          return { value, summary: `${value.takes} takes became ${value.episodes} episodes` };
        });
        const { tried, kept, failures } = value.yield;
        terminal.table([
          ["kept", formatRate(wilson(kept, tried))],
          ...Object.entries(failures)
            .sort((a, b) => b[1] - a[1])
            .map(([kind, count]) => [kind, String(count)]),
          [
            "length",
            `median ${value.medianMade.toFixed(1)} s; of the takes ${value.medianTake.toFixed(1)} s`,
          ],
        ]);
        for (const { seed, reason } of value.refused)
          terminal.line(
            `  ${seed === null ? "a take" : `the take of layout ${seed}`} was left out: ${reason}`,
          );
        terminal.line(`  ${into}`);
        writeJson(options.json, { folder: into, ...value });
      } finally {
        await pool.close();
      }
    });
};
