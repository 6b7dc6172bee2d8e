/** `apprentice bench`: measures against peers and promises, in the same run, as ratios. In a clone only. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { refuse } from "../../core/index.js";
import { oneOf, writeJson } from "../context.js";
import type { AddCommand } from "../main.js";

/** The runner of `bench/`, which is not part of the published package. */
interface Runner {
  readonly NAMES: readonly string[];
  runBenches(
    names: readonly string[],
    log: (line: string) => void,
    options: readonly string[],
  ): Promise<{ readonly failures: readonly string[] }>;
}

/** Options that are handed on to the benchmark. */
const WITH_VALUE = ["only", "minutes", "seeds", "data"] as const;

/** Adds the command. */
export const addBench: AddCommand = (program, { terminal }) => {
  program
    .command("bench")
    .description("benchmarks against peers and promises, as ratios in the same run (in a clone)")
    .argument("[names...]", "which (default: all but those of hours)")
    .option("--list", "only list them")
    .option("--json <file>", "write the figures as data")
    .option(
      "--only <parts>",
      "studio: parts of it; demonstrators, humanness, twin-success: tasks; with commas",
    )
    .option("--minutes <n>", "studio: shorten what is measured over ten minutes")
    .option(
      "--seeds <n>",
      "studio: fewer operators, layouts and trials; demonstrators, humanness: seeds a task",
    )
    .option("--data <folders>", "humanness: LeRobot sets of people to set beside, v3.0 or v2.x, with commas")
    .option("--fresh", "studio: forget takes of earlier runs")
    .action(
      async (
        names: readonly string[],
        options: { readonly list?: boolean; readonly json?: string; readonly fresh?: boolean } & Readonly<
          Partial<Record<(typeof WITH_VALUE)[number], string>>
        >,
      ) => {
        const entry = new URL("../../../bench/index.mjs", import.meta.url);
        if (!existsSync(fileURLToPath(entry)))
          refuse("bench", "needs a clone of the repository: the package ships no benchmarks");
        const runner = (await import(entry.href)) as Runner;
        if (options.list === true) {
          for (const name of runner.NAMES) terminal.line(name);
          return;
        }
        for (const name of names) oneOf("bench", runner.NAMES, name);
        const told = WITH_VALUE.flatMap((name) => {
          const value = options[name];
          return value === undefined ? [] : [`--${name}`, value];
        });
        const report = await runner.runBenches(
          names,
          (line) => process.stderr.write(`${line}\n`),
          options.fresh === true ? [...told, "--fresh"] : told,
        );
        writeJson(options.json, report);
        if (report.failures.length > 0) process.exitCode = 1;
      },
    );
};
