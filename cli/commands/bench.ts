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
  ): Promise<{ readonly failures: readonly string[] }>;
}

/** Adds the command. */
export const addBench: AddCommand = (program, { terminal }) => {
  program
    .command("bench")
    .description("benchmarks against peers and promises, as ratios in the same run (in a clone)")
    .argument("[names...]", "which (default: all)")
    .option("--list", "only list them")
    .option("--json <file>", "write the figures as data")
    .action(
      async (names: readonly string[], options: { readonly list?: boolean; readonly json?: string }) => {
        const entry = new URL("../../../bench/index.mjs", import.meta.url);
        if (!existsSync(fileURLToPath(entry)))
          refuse("bench", "needs a clone of the repository: the package ships no benchmarks");
        const runner = (await import(entry.href)) as Runner;
        if (options.list === true) {
          for (const name of runner.NAMES) terminal.line(name);
          return;
        }
        for (const name of names) oneOf("bench", runner.NAMES, name);
        const report = await runner.runBenches(names.length > 0 ? names : runner.NAMES, (line) =>
          process.stderr.write(`${line}\n`),
        );
        writeJson(options.json, report);
        if (report.failures.length > 0) process.exitCode = 1;
      },
    );
};
