/** `apprentice deploy POLICY`: runs a policy on a robot behind a rosbridge server. Twins by default; steel only with --real. */
import { randomInt } from "node:crypto";
import { resolve } from "node:path";
import { type GoalBinding, type Outcome, showCondition } from "../../core/index.js";
import { loadPolicyFile } from "../../policy/index.node.js";
import { deployWithRecovery } from "../../robot/index.node.js";
import { counting, writeJson } from "../context.js";
import type { AddCommand } from "../main.js";
import { DRIVEN_HELP, openSession, PROFILE_HELP, robotFor } from "../robots/connect.js";
import { doneWhen } from "../robots/done.js";

interface Options {
  readonly url: string;
  readonly target?: string;
  readonly place?: string;
  readonly robot?: string;
  readonly real?: string;
  readonly profile?: string;
  readonly actions: boolean;
  readonly timeout: number;
  readonly seed?: number;
  readonly json?: string;
}

/** Adds the command. */
export const addDeploy: AddCommand = (program, { terminal, clock, signal }) => {
  program
    .command("deploy")
    .description("run a policy on a robot behind a rosbridge server (a twin, unless --real)")
    .argument("<policy>", "an exported ONNX file")
    .option("--url <ws>", "the bridge", "ws://127.0.0.1:9090")
    .option("--target <id>", "object the target slot is bound to, e.g. red_cube")
    .option("--place <id>", "object the place slot is bound to, e.g. left_bin")
    .option("--robot <name>", `${DRIVEN_HELP} (default: the one that the policy was made for)`)
    .option("--real <name>", "the robot is no twin: type the name of its profile; it starts at 10 % speed")
    .option("--profile <file>", PROFILE_HELP)
    .option("--no-actions", "the bridge knows no actions (ros2-web-bridge): use topics alone")
    .option("--timeout <s>", "seconds, at full speed", counting("timeout", 1, 3600), 30)
    .option("--seed <n>", "seed of the policy's noise", counting("seed", 0, 2 ** 31))
    .option("--json <file>", "write what happened as data")
    .action(async (file: string, options: Options) => {
      const policy = await loadPolicyFile(resolve(file));
      const goal: GoalBinding = {
        ...(options.target === undefined ? {} : { target: options.target }),
        ...(options.place === undefined ? {} : { place: options.place }),
      };
      const done = doneWhen(policy.contract.task, goal);
      const robot = robotFor(policy.contract, options.robot, options);
      const session = await openSession({ url: options.url, robot, real: options.real ?? null }, clock);
      const stop = (): void => session.robot.stop("interrupted by the operator");
      signal.addEventListener("abort", stop, { once: true });
      const unlisten = session.robot.on((event) => {
        if (event.kind === "stopped" || event.kind === "limited" || event.kind === "link")
          terminal.line(terminal.style(`  ${event.kind}: ${JSON.stringify(event)}`, "yellow"));
      });
      try {
        session.robot.bind(goal);
        terminal.line(
          `${robot.profile.name} at ${options.url}${options.real === undefined ? ", a twin" : ", REAL, 10 % speed; Ctrl-C stops"}`,
        );
        const { value } = await terminal.stage(`${policy.contract.task}`, async (onProgress) => {
          const value = await deployWithRecovery(session.robot, policy, clock, {
            seed: options.seed ?? randomInt(2 ** 31),
            timeout: options.timeout,
            signal,
            ...(done === null ? {} : { until: done.until, settle: done.settle }),
            onTick: ({ time }) =>
              onProgress({
                stage: policy.contract.task,
                done: time,
                total: options.timeout,
                note: `${time.toFixed(1)} s`,
              }),
          });
          return { value, summary: `${value.outcome}: ${value.detail}` };
        });
        const latency = value.latencies.length === 0 ? null : Math.max(...value.latencies);
        terminal.line(
          `  ${value.ticks} ticks, ${value.missed} missed; command to motion ${latency === null ? "not seen" : `${Math.round(1000 * latency)} ms at most`}; oldest observation ${Math.round(1000 * value.maxAge.observation)} ms${done === null ? "" : `; done when ${showCondition(done.condition)}`}`,
        );
        writeJson(options.json, { task: policy.contract.task, goal, ...value });
        const outcome: Outcome["state"] = value.outcome === "reached" ? "success" : "failure";
        process.exitCode = outcome === "success" || done === null ? 0 : 1;
      } finally {
        unlisten();
        signal.removeEventListener("abort", stop);
        await session.close();
        await policy.free();
      }
    });
};
