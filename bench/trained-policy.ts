/**
 * Policies for benchmarks and interoperability tests: recorded and trained by the command line as anyone would, once,
 * and made anew when the task's constants change. In
 * `.cache/policies`.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runName } from "../cli/robots/arm.js";
import { armRobotByName } from "../core/index.js";
import { type LoadedPolicy, loadPolicyFile } from "../policy/index.node.js";
import { armConstantsHash, taskByName } from "../sim/index.js";
import { ROOT } from "./peers/peer.js";

/** `TASK/policy.onnx`, as `apprentice say --policies` looks for them. */
export const POLICIES = join(ROOT, ".cache", "policies");
/** Demonstrations a task takes. */
const EPISODES = { lift: 100, "pick-place": 200, navigate: 100, climb: 150, "box-move": 300 } as const;

/** Tasks that are tried. */
export type TrainedTask = keyof typeof EPISODES;

/** The trained policy of that task. @param robot another built-in arm than the Panda */
export async function trainedPolicy(task: TrainedTask, robot?: string): Promise<LoadedPolicy> {
  const folder = join(POLICIES, runName(task, robot));
  const [dataset, file, mark] = [
    join(folder, "dataset"),
    join(folder, "policy.onnx"),
    join(folder, "constants"),
  ];
  const constants = taskByName(task).constantsHash();
  const hash = robot === undefined ? constants : armConstantsHash(constants, armRobotByName(robot));
  const done = existsSync(file) && existsSync(mark) && readFileSync(mark, "utf8") === hash;
  if (!done) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const told = robot === undefined ? [] : ["--robot", robot];
    await apprentice("record", task, "--episodes", String(EPISODES[task]), "--out", dataset, ...told);
    await apprentice("train", dataset, "--out", file);
    writeFileSync(mark, hash);
  }
  return loadPolicyFile(file);
}

/** Runs the command line to its end. */
const apprentice = (...args: string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stderr.write(`apprentice ${args.join(" ")} ...\n`);
    execFile(process.execPath, [join(ROOT, "bin", "apprentice.mjs"), ...args], (error, _, errors) => {
      if (error === null) resolve();
      else reject(new Error(`apprentice ${args[0]}: ${error.message}\n${errors}`));
    });
  });
