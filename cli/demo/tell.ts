/**
 * The telling half of the demo: twins behind each server dialect, sentences in two languages, plans that are checked.
 * Arm and base of a twin are told at the same time, as two people would. Planner, checks and policies see nothing but
 * what comes over the WebSocket.
 */
import { join } from "node:path";
import { type Clock, messageOf } from "../../core/index.js";
import {
  ARM_SKILLS,
  BASE_SKILLS,
  DIALECTS,
  type DialectName,
  drivenRobot,
  startTwin,
} from "../../robot/index.node.js";
import { drawLayout } from "../../sim/index.js";
import type { PlanResult, StageResult } from "../report/result.js";
import { openSession, robotOn } from "../robots/connect.js";
import { openPolicies, type Policies } from "../robots/steps.js";
import { tell } from "../robots/tell.js";
import { formatSeconds, type Terminal } from "../terminal.js";
import { type DemoSentence, PICTURE_EVERY, TWIN_SEEDS_FROM } from "./settings.js";

/** The robots of the twins by the word of a sentence for them. */
export const ROBOTS = { arm: "panda", base: "diff-drive" } as const;

export interface TellContext {
  readonly folder: string;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly servers: readonly DialectName[];
  readonly onStage: (stage: StageResult) => void;
}

/** Every sentence, on a twin behind each server. */
export async function tellRobots(
  sentences: readonly DemoSentence[],
  context: TellContext,
): Promise<PlanResult[]> {
  const { folder, terminal, onStage, servers } = context;
  const policies = openPolicies((task) => join(folder, task, "policy.onnx"));
  const plans: PlanResult[] = [];
  try {
    for (const server of servers) {
      const name = `as ${server}`;
      const { value, seconds } = await terminal.stage(name, async (onProgress) => {
        const value = await tellBehind(server, sentences, policies, context, (note, done) =>
          onProgress({ stage: name, done, total: sentences.length, note }),
        ).catch((error: unknown) => {
          context.signal.throwIfAborted();
          return untold(server, sentences, messageOf(error));
        });
        const done = value.filter((plan) => plan.done).length;
        return {
          value,
          summary: `${done} of ${value.length} commands carried out, ${value.reduce((sum, plan) => sum + plan.steps.length, 0)} steps checked`,
        };
      });
      onStage({ name: `tell robots ${name}`, seconds, reused: false, skipped: null });
      for (const plan of value) {
        terminal.line(
          `    ${plan.done ? terminal.style("✓", "green") : terminal.style("✗", "red")} “${plan.sentence}”  ${terminal.style(plan.steps.map((step) => step.skill).join(" → "), "dim")}${plan.done ? "" : `  ${plan.outcome}`}  ${terminal.style(formatSeconds(plan.seconds), "dim")}`,
        );
        plans.push(plan);
      }
    }
  } finally {
    await policies.close();
  }
  return plans;
}

/** What is said of a server behind which nothing could be told: the demo goes on, and counts it as it is. */
const untold = (server: DialectName, sentences: readonly DemoSentence[], reason: string): PlanResult[] =>
  sentences.map(({ sentence, language, robot }) => ({
    sentence,
    language,
    robot: ROBOTS[robot],
    server,
    understood: "",
    outcome: reason,
    done: false,
    replans: 0,
    seconds: 0,
    steps: [],
    film: null,
  }));

async function tellBehind(
  server: DialectName,
  sentences: readonly DemoSentence[],
  policies: Policies,
  { clock, signal, servers }: TellContext,
  onNote: (note: string, done: number) => void,
): Promise<PlanResult[]> {
  const seed = openTable();
  const twin = await startTwin({
    robots: Object.values(ROBOTS).map(drivenRobot),
    seed,
    as: server,
    port: 0,
    clock,
  });
  let done = 0;
  try {
    const actions = DIALECTS[server].operations.includes("send_action_goal");
    const results = await Promise.all(
      (["arm", "base"] as const).map(async (robot) => {
        const session = await openSession(
          { url: twin.url, robot: robotOn(ROBOTS[robot], { actions }), real: null },
          clock,
        );
        const film = server === servers[0] ? PICTURE_EVERY[session.robot.contract.robot]! : null;
        try {
          const told: PlanResult[] = [];
          for (const each of sentences.filter((one) => one.robot === robot)) {
            onNote(`“${each.sentence}”`, done);
            const result = await tell({
              robot: session.robot,
              skills: robot === "arm" ? ARM_SKILLS : BASE_SKILLS,
              policies,
              clock,
              signal,
              sentence: each.sentence,
              seed,
              film,
            });
            done += 1;
            told.push({ ...result, robot: session.robot.contract.robot, server });
          }
          return told;
        } finally {
          await session.close();
        }
      }),
    );
    return results.flat();
  } finally {
    await twin.close();
  }
}

/** The first table of the twins' seeds on which every cube can be reached: the sentences speak of three of them. */
function openTable(): number {
  for (let seed = TWIN_SEEDS_FROM; ; seed++)
    if (drawLayout(seed).cubes.every((cube) => cube.bin === null)) return seed;
}
