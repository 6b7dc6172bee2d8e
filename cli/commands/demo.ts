/** `apprentice demo`: the whole loop, from demonstrations to a robot that does as it is told in words, and a report. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { formatRate } from "../../core/index.js";
import type { DialectName } from "../../robot/index.js";
import { ENGINE } from "../../sim/index.js";
import { describeMachine, oneOf, writeJson } from "../context.js";
import { addClips } from "../demo/clips.js";
import { learnTask } from "../demo/learn.js";
import { watchMemory } from "../demo/memory.js";
import { DEMO_TASKS, SENTENCES } from "../demo/settings.js";
import { showInPage } from "../demo/show.js";
import { tellRobots } from "../demo/tell.js";
import type { AddCommand } from "../main.js";
import { clear } from "../pipeline.js";
import { renderReport } from "../report/html.js";
import type { DemoResult, StageResult, TaskResult } from "../report/result.js";
import { createPool } from "../simulation/pool.js";
import { formatBytes, formatSeconds } from "../terminal.js";

interface Options {
  readonly out: string;
  readonly fresh?: boolean;
  readonly as?: string;
  readonly json?: string;
}

/** The newest server first: its sentences are the ones with film strips. */
const SERVERS: readonly DialectName[] = ["rosbridge-suite-2.2", "rosbridge-suite-2.1", "ros2-web-bridge"];

/** Adds the command. */
export const addDemo: AddCommand = (program, { terminal, clock, cores, signal }) => {
  program
    .command("demo")
    .description("the whole mission: demonstrate, train, roll out, tell robots in words, report")
    .option("--out <folder>", "where everything goes", join("runs", "demo"))
    .option("--as <server>", `tell the twin behind one server only: ${SERVERS.join(" | ")}`)
    .option("--fresh", "begin anew instead of using what is there")
    .option("--json <file>", "write the report's data")
    .action(async (options: Options) => {
      const folder = resolve(options.out);
      if (options.fresh === true) clear(folder);
      mkdirSync(folder, { recursive: true });
      const begin = clock.now();
      const memory = watchMemory();
      const stages: StageResult[] = [];
      const onStage = (stage: StageResult): void => {
        stages.push(stage);
      };
      const machine = describeMachine();
      const version = packageVersion();
      terminal.line(
        `${terminal.style("Apprentice", "bold")} ${version}  ${terminal.style(`${machine.processor}, ${machine.cores} cores, no GPU`, "dim")}`,
      );

      terminal.heading("Demonstrate in the studio");
      const shown = await showInPage({ folder, terminal, signal, version, onStage });

      terminal.heading("Learn from demonstrations");
      const pool = createPool(cores);
      let tasks: readonly TaskResult[] = [];
      try {
        const context = { folder, pool, terminal, signal, version, onStage };
        for (const task of DEMO_TASKS) tasks = [...tasks, await learnTask(task, context)];
        tasks = await addClips(tasks, context);
      } finally {
        await pool.close();
      }

      terminal.heading("Tell the robots, over ROS 2");
      const plans = await tellRobots(SENTENCES, {
        folder,
        terminal,
        clock,
        signal,
        servers: options.as === undefined ? SERVERS : [oneOf("demo: as", SERVERS, options.as)],
        onStage,
      });

      memory.stop();
      const result: DemoResult = {
        version,
        date: new Date().toISOString().slice(0, 10),
        command: "npm run demo",
        machine,
        engine: `${ENGINE.name} ${ENGINE.version}`,
        seconds: clock.now() - begin,
        stages,
        shown,
        tasks,
        plans,
        peakMemory: memory.peak,
      };
      const report = join(folder, "report.html");
      writeFileSync(
        report,
        renderReport(result, (path) => {
          const file = join(folder, path);
          return existsSync(file) ? readFileSync(file) : null;
        }),
      );
      writeJson(options.json, result);

      terminal.heading("Result");
      terminal.table(
        tasks.flatMap((task) =>
          task.trials.map((trial, i) => [
            i === 0 ? terminal.style(task.task, "bold") : "",
            formatRate(trial.rate),
            trial.label,
            i === 0 ? `trained in ${formatSeconds(task.training.seconds)}` : "",
          ]),
        ),
        ["skill", "success on test seeds", "where", ""],
      );
      terminal.line();
      terminal.table(
        plans.map((plan) => [
          plan.done ? terminal.style("✓", "green") : terminal.style("✗", "red"),
          `“${plan.sentence}”`,
          plan.server,
          plan.outcome,
          formatSeconds(plan.seconds),
        ]),
      );
      terminal.line();
      terminal.line(
        `  ${formatSeconds(result.seconds)} in all, at most ${formatBytes(result.peakMemory)} of memory`,
      );
      for (const [reason, names] of skippedStages(stages))
        terminal.line(
          `  ${terminal.style(`${names.length} ${names.length === 1 ? "stage" : "stages"} skipped`, "yellow")}  ${names.join(", ")}: ${reason}`,
        );
      terminal.line(`  ${terminal.style("Report", "bold")}  ${report}`);
      if (plans.some((plan) => !plan.done)) process.exitCode = 1;
    });
};

/** Names of the stages that were skipped, by the reason. */
function skippedStages(stages: readonly StageResult[]): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  for (const { name, skipped } of stages)
    if (skipped !== null) reasons.set(skipped, [...(reasons.get(skipped) ?? []), name]);
  return reasons;
}

const packageVersion = (): string =>
  (
    JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
      version: string;
    }
  ).version;
