/** `apprentice say SENTENCE`: words to a plan of skills, carried out on a robot and checked step by step. */
import { randomInt } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PANDA, refuse, SKID_STEER, type SkillCard } from "../../core/index.js";
import { readCard, readModel } from "../../policy/index.js";
import {
  ARM_SKILLS,
  BASE_SKILLS,
  type DrivenRobot,
  factsOf,
  ROUGH_GROUND_SKILLS,
  renderUnderstanding,
  startRegionOf,
  understand,
} from "../../robot/index.node.js";
import { writeJson } from "../context.js";
import type { AddCommand } from "../main.js";
import { DRIVEN_HELP, openSession, PROFILE_HELP, robotOn } from "../robots/connect.js";
import { openPolicies } from "../robots/steps.js";
import { tell } from "../robots/tell.js";
import type { Style } from "../terminal.js";

interface Options {
  readonly url: string;
  readonly robot?: string;
  readonly policies: string;
  readonly real?: string;
  readonly profile?: string;
  readonly actions: boolean;
  readonly plan?: boolean;
  readonly json?: string;
}

/** Adds the command. */
export const addSay: AddCommand = (program, { terminal, clock, signal }) => {
  program
    .command("say")
    .description("tell a robot in words, English or Chinese: understood, planned, done, checked")
    .argument(
      "<sentence>",
      '"put the red cube in the left bin", 把蓝色方块放进右边的箱子, "drive to the shelf"',
    )
    .option("--url <ws>", "the bridge", "ws://127.0.0.1:9090")
    .option("--robot <name>", `${DRIVEN_HELP} (default: the arm of the policies, else the base)`)
    .option("--policies <folder>", "where TASK/policy.onnx lie", join("runs", "demo"))
    .option("--real <name>", "the robot is no twin: type the name of its profile; it starts at 10 % speed")
    .option("--profile <file>", PROFILE_HELP)
    .option("--no-actions", "the bridge knows no actions (ros2-web-bridge): use topics alone")
    .option("--plan", "show the plan and do nothing")
    .option("--json <file>", "write plan and checks as data")
    .action(async (sentence: string, options: Options) => {
      const file = (task: string): string => join(resolve(options.policies), task, "policy.onnx");
      const robot = robotOn(options.robot ?? robotOfPolicies(file), options);
      const skills = skillsOf(robot);
      const session = await openSession({ url: options.url, robot, real: options.real ?? null }, clock);
      const policies = openPolicies(file);
      const stop = (): void => session.robot.stop("interrupted by the operator");
      signal.addEventListener("abort", stop, { once: true });
      try {
        if (options.plan === true) {
          const facts = factsOf(session.robot) ?? refuse("say", "the robot's surroundings must be seen");
          const understanding = understand(sentence, facts, skills);
          terminal.line(renderUnderstanding(understanding, facts));
          writeJson(options.json, understanding);
          return;
        }
        const result = await tell({
          robot: session.robot,
          skills,
          policies,
          ...(robot.kind === "arm" ? { start: startRegionOf(robot.arm) } : {}),
          clock,
          signal,
          sentence,
          seed: randomInt(2 ** 31),
          film: null,
          onEvent: (event, words) => {
            const line = (text: string, ...styles: Style[]): void =>
              terminal.line(terminal.style(text, ...styles));
            switch (event.kind) {
              case "planned":
                line(words, ...(event.because === null ? [] : (["yellow"] as const)));
                break;
              case "started":
                line(words, "bold");
                break;
              case "checked":
                line(words, event.holds ? "green" : "red");
                break;
              case "ended":
                line(words, "dim");
                break;
              case "understood":
              case "gave-up":
              case "stopped":
              case "done":
                break;
            }
          },
        });
        terminal.line();
        if (result.steps.length === 0) terminal.line(result.understood);
        terminal.line(
          `${result.done ? terminal.style("✓", "green") : terminal.style("✗", "red")} ${result.outcome}`,
        );
        writeJson(options.json, result);
        if (!result.done) process.exitCode = 1;
      } finally {
        signal.removeEventListener("abort", stop);
        await policies.close();
        await session.close();
      }
    });
};

/** What a robot of the house can do with the built-in policies. */
const skillsOf = ({ kind, name }: DrivenRobot): readonly SkillCard[] =>
  kind === "arm"
    ? ARM_SKILLS
    : kind === "mobile"
      ? []
      : name === SKID_STEER.name
        ? ROUGH_GROUND_SKILLS
        : BASE_SKILLS;

/** The robot that the first of the skills' policies in the folder was made for; the Panda where there is none. */
function robotOfPolicies(file: (task: string) => string): string {
  const tasks = [...ARM_SKILLS, ...BASE_SKILLS, ...ROUGH_GROUND_SKILLS].flatMap(({ by }) =>
    by.kind === "policy" ? [by.task] : [],
  );
  const found = tasks.map(file).find((each) => existsSync(each));
  return found === undefined ? PANDA.name : readCard(readModel(readFileSync(found)).metadata).contract.robot;
}
