/** `apprentice train DATASET`: a policy from demonstrations, chosen by rollouts, as a self-contained ONNX file. */
import { resolve } from "node:path";
import { formatRate } from "../../core/index.js";
import { ALGORITHMS, checkRecipe, defaultRecipe, type Recipe, withSteps } from "../../policy/index.js";
import { counting, oneOf, writeJson } from "../context.js";
import type { AddCommand } from "../main.js";
import { CHOICE_EPISODES, sayLeftOut, trainOn } from "../pipeline.js";
import { robotOption } from "../robots/arm.js";
import { createPool } from "../simulation/pool.js";

interface Options {
  readonly out: string;
  readonly algorithm: string;
  readonly steps?: number;
  readonly seed: number;
  readonly execute?: number;
  readonly choose: number;
  readonly asRecorded?: boolean;
  readonly robot?: string;
  readonly json?: string;
}

/** Adds the command. */
export const addTrain: AddCommand = (program, { terminal, cores, signal }) => {
  const names = ALGORITHMS.map((algorithm) => algorithm.name);
  program
    .command("train")
    .description("train a policy on a data set and export it as ONNX")
    .argument("<dataset>", "folder of a LeRobot v3.0 data set with our contract")
    .option("--out <file>", "where the policy goes", "policy.onnx")
    .option("--algorithm <name>", names.join(" | "), "flow")
    .option("--steps <n>", "training steps (default: the recipe's)", counting("steps", 10, 10_000_000))
    .option("--seed <n>", "seed of weights and batches", counting("seed", 0, 2 ** 31), 0)
    .option("--execute <n>", "rows of a chunk to execute before looking again", counting("execute", 1, 64))
    .option(
      "--choose <n>",
      "rollouts on checkpoint seeds to choose among candidates, 0 keeps the last one",
      counting("choose", 0, 10_000),
      CHOICE_EPISODES,
    )
    .option(
      "--as-recorded",
      "learn takes of people as they are: not smoothed, at their own pace, not mirrored",
    )
    .option("--robot <arm>", "the description of the arm, to choose by rollouts where that is not built in")
    .option("--json <file>", "write curve, checkpoints and file digest as data")
    .action(async (dataset: string, options: Options) => {
      const algorithm = oneOf("train: algorithm", names, options.algorithm);
      const file = resolve(options.out);
      const pool = createPool(cores);
      try {
        const { value } = await terminal.stage("train", async (onProgress) => {
          const value = await trainOn(
            resolve(dataset),
            (contract, makers): Recipe => {
              const usual = defaultRecipe(contract, options.asRecorded === true ? [] : makers);
              return checkRecipe({
                ...(options.steps === undefined ? usual : withSteps(usual, options.steps)),
                algorithm,
                ...(options.execute === undefined ? {} : { execute: options.execute }),
              });
            },
            options.seed,
            file,
            { ...robotOption(options.robot), pool, signal, onProgress },
            options.choose,
          );
          const last = value.curve[value.curve.length - 1];
          return {
            value,
            summary: `${value.takes} episodes, ${value.algorithm}, ${value.steps} steps, ${value.parameters} parameters, loss ${last?.loss.toFixed(3)}`,
          };
        });
        const unused = sayLeftOut(value.leftOut);
        if (unused !== "") terminal.line(`  left out: ${unused}`);
        for (const { step, rate, chosen } of value.checkpoints)
          terminal.line(
            `  ${chosen ? "→" : " "} step ${step}: ${rate.episodes === 0 ? "not tried" : `${formatRate(rate)} on checkpoint seeds`}`,
          );
        terminal.line(`  ${file}  sha256 ${value.digest}…`);
        writeJson(options.json, { file, ...value });
      } finally {
        await pool.close();
      }
    });
};
