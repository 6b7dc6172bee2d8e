/** `apprentice rollout POLICY`: how often it works in simulation, on test seeds unless told otherwise. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { formatRate, refuse } from "../../core/index.js";
import { readCard, readModel, type SeedUse, seedsFor } from "../../policy/index.js";
import { armConstantsHash, type RandomisationRanges, TASKS, taskByName } from "../../sim/index.js";
import { counting, oneOf, writeJson } from "../context.js";
import type { AddCommand } from "../main.js";
import { noteSuccess, rollOutPolicy } from "../pipeline.js";
import { loadArm, simulatedRobot } from "../robots/arm.js";
import { createPool } from "../simulation/pool.js";
import { RANDOMISE_HELP, readRanges } from "../simulation/ranges.js";

interface Options {
  readonly episodes: number;
  readonly seeds: string;
  readonly execute?: number;
  readonly after?: boolean;
  readonly safety?: boolean;
  readonly randomise?: string | true;
  readonly robot?: string;
  readonly json?: string;
}

const USES: readonly SeedUse[] = ["test", "tuning", "checkpoint", "demonstration"];

/** Adds the command. */
export const addRollout: AddCommand = (program, { terminal, cores, signal }) => {
  program
    .command("rollout")
    .description("roll a policy out in simulation and count")
    .argument("<policy>", "an exported ONNX file")
    .option("--episodes <n>", "trials", counting("episodes", 1, 100_000), 200)
    .option("--seeds <use>", `${USES.join(" | ")}: only the first is a test result`, "test")
    .option("--execute <n>", "rows of a chunk to execute before looking again", counting("execute", 1, 64))
    .option("--after", "begin each trial where the same skill, on another object, has left off")
    .option("--safety", "through the loop and the safety layer of a robot, with its scan stop")
    .option("--randomise [file]", RANDOMISE_HELP)
    .option("--robot <arm>", "the description of the arm it was trained for, where that is not built in")
    .option("--json <file>", "write the figures and every trial as data")
    .action(async (policy: string, options: Options) => {
      const use = oneOf("rollout: seeds", USES, options.seeds);
      const file = resolve(policy);
      const model = readFileSync(file);
      const { contract } = readCard(readModel(model).metadata);
      if (!TASKS.some((task) => task.card.name === contract.task))
        refuse(
          "rollout",
          `the policy's task must be one of ${TASKS.map((t) => t.card.name).join(", ")}`,
          contract.task,
        );
      const { card, constantsHash } = taskByName(contract.task);
      const simulated = simulatedRobot(contract, options.robot);
      const arm = simulated.robot === undefined ? null : loadArm(simulated.robot);
      const constants = arm === null ? constantsHash() : armConstantsHash(constantsHash(), arm);
      const randomise = readRanges("rollout", options.randomise);
      const pool = createPool(cores);
      try {
        const { value } = await terminal.stage(`roll out ${card.name}`, async (onProgress) => {
          const value = await rollOutPolicy(
            {
              task: card.name,
              model,
              seeds: seedsFor(use, options.episodes),
              ...(options.execute === undefined ? {} : { execute: options.execute }),
              ...(options.after === true ? { after: model } : {}),
              ...(options.safety === true ? { asRobot: true } : {}),
              randomise,
            },
            { ...simulated, pool, signal, onProgress },
          );
          return { value, summary: formatRate(value.evaluation.rate) };
        });
        const { seeds, failures, rate, score } = value.evaluation;
        terminal.line(
          `  ${seeds.use} seeds ${seeds.first} to ${seeds.last}, horizon ${card.horizon} s, constants ${constants}`,
        );
        terminal.line(
          `  failures: ${
            Object.entries(failures)
              .map(([kind, count]) => `${count} ${kind}`)
              .join(", ") || "none"
          }${value.notBegun > 0 ? `; ${value.notBegun} not begun, the skill before failed` : ""}`,
        );
        if (score !== undefined) terminal.line(`  score ${score.toFixed(3)}, mean of ${card.score}`);
        terminal.line(
          arm === null ? `  ${card.reset}` : `  on ${arm.title}; cubes where it reaches, see docs/robots.md`,
        );
        if (randomise !== null) terminal.line(`  worlds drawn from ${sayRanges(randomise)}`);
        const usual = options.after !== true && options.safety !== true && randomise === null;
        if (use === "test" && usual) noteSuccess(file, rate);
        writeJson(options.json, {
          task: card.name,
          constants,
          robot: contract.robot,
          ...(randomise === null ? {} : { randomise }),
          ...value.evaluation,
          notBegun: value.notBegun,
          trials: value.trials.map(({ seed, outcome, seconds, score }) => ({
            seed,
            outcome,
            seconds,
            ...(score === null ? {} : { score }),
          })),
        });
      } finally {
        await pool.close();
      }
    });
};

/** `mass 0.5 to 2, latency 0 to 1` */
const sayRanges = (ranges: RandomisationRanges): string =>
  Object.entries(ranges)
    .map(([name, [low, high]]: [string, readonly [number, number]]) => `${name} ${low} to ${high}`)
    .join(", ") || "nothing";
