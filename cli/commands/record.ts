/** `apprentice record TASK`: demonstrations of a task by its script, as a LeRobot v3.0 data set. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { refuse } from "../../core/index.js";
import { DEFAULT_STYLE, SENSES, TASKS } from "../../sim/index.js";
import { counting, oneOf, writeJson } from "../context.js";
import type { AddCommand } from "../main.js";
import { clear, RECORDED_STYLES, recordTask } from "../pipeline.js";
import { ROBOT_HELP, robotOption, runName } from "../robots/arm.js";
import { createPool } from "../simulation/pool.js";
import { RANDOMISE_HELP, readRanges } from "../simulation/ranges.js";
import { formatSeconds } from "../terminal.js";

interface Options {
  readonly out?: string;
  readonly episodes: number;
  readonly firstSeed: number;
  readonly style: string;
  readonly randomise?: string | true;
  readonly senses?: string;
  readonly robot?: string;
  readonly fresh?: boolean;
  readonly resume?: boolean;
  readonly json?: string;
}

/** Adds the command. */
export const addRecord: AddCommand = (program, { terminal, cores, signal }) => {
  const names = TASKS.map((task) => task.card.name);
  program
    .command("record")
    .description("record scripted demonstrations of a task as a LeRobot v3.0 data set")
    .argument("<task>", names.join(" | "))
    .option("--out <folder>", "where the data set goes (default: runs/TASK/dataset, runs/TASK-ROBOT/dataset)")
    .option("--episodes <n>", "episodes to keep", counting("episodes", 1, 25_000), 100)
    .option(
      "--first-seed <n>",
      "seed of the first layout, below 100000",
      counting("first-seed", 0, 99_999),
      0,
    )
    .option("--style <name>", `how the script moves: ${RECORDED_STYLES.join(" | ")}`, DEFAULT_STYLE)
    .option("--randomise [file]", RANDOMISE_HELP)
    .option("--senses <names>", `what an arm feels, with commas: ${SENSES.join(" | ")} | all`)
    .option("--robot <arm>", ROBOT_HELP)
    .option("--fresh", "replace what is there")
    .option("--resume", "go on with what is there until there are as many episodes as asked for")
    .option("--json <file>", "write what was recorded as data")
    .action(async (task: string, options: Options) => {
      oneOf("record: task", names, task);
      const style = oneOf("record: style", RECORDED_STYLES, options.style);
      const randomise = readRanges("record", options.randomise);
      const senses =
        options.senses === "all"
          ? SENSES
          : (options.senses?.split(",") ?? []).map((name) => oneOf("record: senses", SENSES, name.trim()));
      const folder = resolve(options.out ?? join("runs", runName(task, options.robot), "dataset"));
      if (existsSync(folder)) {
        if (options.fresh === true) clear(folder);
        else if (options.resume !== true)
          refuse("record", "the folder must be new, or --fresh or --resume given", folder);
      }
      const pool = createPool(cores);
      try {
        const { value } = await terminal.stage(`record ${task}`, async (onProgress) => {
          const job = { ...robotOption(options.robot), pool, signal, onProgress };
          const value = await recordTask(task, folder, options.episodes, options.firstSeed, job, style, {
            randomise,
            senses,
          });
          return {
            value,
            summary: `${value.episodes} episodes, ${value.frames} frames, ${formatSeconds(value.seconds)} of robot time, by ${value.maker}`,
          };
        });
        terminal.line(`  ${folder}`);
        writeJson(options.json, { task, folder, ...value });
      } finally {
        await pool.close();
      }
    });
};
