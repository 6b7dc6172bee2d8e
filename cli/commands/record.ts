/** `apprentice record TASK`: demonstrations of a task by its script, as a LeRobot v3.0 data set. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError, messageOf, refuse } from "../../core/index.js";
import {
  DEFAULT_STYLE,
  parseRanges,
  type RandomisationRanges,
  TASKS,
  USUAL_RANGES,
} from "../../sim/index.js";
import { counting, oneOf, writeJson } from "../context.js";
import type { AddCommand } from "../main.js";
import { clear, RECORDED_STYLES, recordTask } from "../pipeline.js";
import { ROBOT_HELP, robotOption, runName } from "../robots/arm.js";
import { createPool } from "../simulation/pool.js";
import { formatSeconds } from "../terminal.js";

interface Options {
  readonly out?: string;
  readonly episodes: number;
  readonly firstSeed: number;
  readonly style: string;
  readonly randomise?: string | true;
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
    .option(
      "--randomise [file]",
      "draw masses, friction, sizes, gains and latency, from ranges in JSON or the usual ones",
    )
    .option("--robot <arm>", ROBOT_HELP)
    .option("--fresh", "replace what is there")
    .option("--resume", "go on with what is there until there are as many episodes as asked for")
    .option("--json <file>", "write what was recorded as data")
    .action(async (task: string, options: Options) => {
      oneOf("record: task", names, task);
      const style = oneOf("record: style", RECORDED_STYLES, options.style);
      const ranges = options.randomise === undefined ? null : readRanges(options.randomise);
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
          const value = await recordTask(
            task,
            folder,
            options.episodes,
            options.firstSeed,
            job,
            style,
            ranges,
          );
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

/** The usual ranges, or those of a file. */
function readRanges(given: string | true): RandomisationRanges {
  if (given === true) return USUAL_RANGES;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(given, "utf8"));
  } catch (error) {
    throw new InputError("record: randomise", `the file must hold ranges as JSON: ${messageOf(error)}`);
  }
  return parseRanges(`record: ${given}`, value);
}
