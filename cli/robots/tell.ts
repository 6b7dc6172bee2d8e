/**
 * One sentence to one robot: understood from what is seen, planned, carried out step by step with its checks. Returns
 * what happened as data; tells an observer as it happens.
 */
import { type Clock, type Facts, type SkillCard, showCondition } from "../../core/index.js";
import {
  executePlan,
  factsOf,
  type LoopResult,
  type PlanEvent,
  type RosRobot,
  renderGoals,
  renderReason,
  renderUnderstanding,
  START_REGION,
  type Tick,
  understand,
} from "../../robot/index.node.js";
import { takePicture } from "../report/picture.js";
import type { FilmFrame, PlanCheck, PlanResult, PlanStep } from "../report/result.js";
import { type Policies, runStep } from "./steps.js";

export interface TellRequest {
  readonly robot: RosRobot;
  readonly skills: readonly SkillCard[];
  readonly policies: Policies;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly sentence: string;
  /** of the policies' noise */
  readonly seed: number;
  /** seconds between the pictures of the film; null for none */
  readonly film: number | null;
  readonly onEvent?: (event: PlanEvent) => void;
  readonly onTick?: (tick: Tick) => void;
}

/** What is kept for a report, beside who was told and through what. */
export type Told = Omit<PlanResult, "robot" | "server">;

/** Seconds to wait for fresh facts before a sentence is refused. */
const PATIENCE = 3;

export async function tell(request: TellRequest): Promise<Told> {
  const { robot, clock, sentence, skills, signal } = request;
  const begin = clock.now();
  const facts = await freshFacts(request);
  const said = { sentence, film: null, steps: [], replans: 0, done: false };
  if (facts === null)
    return {
      ...said,
      language: "en",
      understood: "nothing: the robot or its surroundings are not seen",
      outcome: "refused",
      seconds: clock.now() - begin,
    };
  const understanding = understand(sentence, facts, skills, { away: isAway(robot) });
  const { language } = understanding;
  if (understanding.kind !== "plan") {
    const words = renderUnderstanding(understanding, facts);
    const outcome = { ask: "asked back", refuse: "refused", "nothing-to-do": "nothing to do" }[
      understanding.kind
    ];
    return {
      ...said,
      language,
      understood: words,
      outcome,
      done: understanding.kind === "nothing-to-do",
      seconds: clock.now() - begin,
    };
  }

  const steps: Mutable<PlanStep>[] = [];
  const frames: FilmFrame[] = [];
  let checks: PlanCheck[] = [];
  const execution = await executePlan(
    understanding.plan,
    {
      facts: () => factsOf(robot),
      run: async (step, { signal: stopped, unless }) => {
        const result = await runStep(robot, step, {
          clock,
          policies: request.policies,
          seed: request.seed + steps.length,
          signal: stopped,
          unless,
          onTick: (tick) => {
            request.onTick?.(tick);
            const time = clock.now() - begin;
            const last = frames[frames.length - 1];
            if (request.film === null || tick.scene === null) return;
            if (last === undefined || time - last.time >= request.film)
              frames.push(takePicture(time, tick.sighting.observation, tick.scene));
          },
        });
        const current = steps[steps.length - 1]!;
        current.loop = { ticks: result.ticks, missed: result.missed };
        return { outcome: outcomeOf(result), detail: result.detail, seconds: result.seconds };
      },
    },
    {
      clock,
      skills,
      signal,
      onEvent: (event) => {
        request.onEvent?.(event);
        switch (event.kind) {
          case "step":
            checks = [];
            steps.push({
              skill: event.step.skill.name,
              arguments: { ...event.step.binding },
              by: event.step.skill.by.kind,
              outcome: "not run",
              seconds: 0,
              checks,
              loop: null,
            });
            break;
          case "check":
            checks.push({
              when: event.when,
              condition: showCondition(event.condition),
              holds: event.holds,
            });
            break;
          case "step-ended":
            Object.assign(steps[steps.length - 1]!, {
              outcome: event.result.outcome === "done" ? "done" : event.result.detail,
              seconds: event.result.seconds,
            });
            break;
          case "plan":
          case "replanning":
            break;
        }
      },
    },
  );
  const outcome =
    execution.outcome === "done"
      ? "done"
      : execution.outcome === "gave-up" && execution.reason !== null
        ? renderReason(execution.reason, facts, language)
        : `${execution.outcome}: ${execution.because}`;
  return {
    sentence,
    language,
    understood: renderGoals(understanding.goals, facts, "en"),
    outcome,
    done: execution.outcome === "done",
    replans: execution.replans,
    seconds: clock.now() - begin,
    steps,
    film:
      frames.length === 0
        ? null
        : {
            seed: request.seed,
            outcome: execution.outcome === "done" ? "success" : execution.outcome,
            seconds: clock.now() - begin,
            goal: sentence,
            frames,
          },
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const outcomeOf = ({ outcome }: LoopResult): "done" | "timed-out" | "violated" | "failed" | "stopped" => {
  switch (outcome) {
    case "reached":
    case "finished":
      return "done";
    case "timed-out":
    case "violated":
    case "stopped":
      return outcome;
    case "aborted":
      return "stopped";
    case "blind":
    case "refused":
      return "failed";
  }
};

/** m from the middle of the start region along each axis: what demonstrations began with, and a little. */
const START_SPREAD = 0.04;

/** Whether an arm stands elsewhere than where its skills begin. */
function isAway(robot: RosRobot): boolean {
  const tool = factsOf(robot)?.tool ?? null;
  if (tool === null) return false;
  return START_REGION.position.some((at, i) => Math.abs(tool.pose.position[i]! - at) > START_SPREAD);
}

async function freshFacts({ robot, clock, signal }: TellRequest): Promise<Facts | null> {
  const end = clock.now() + PATIENCE;
  for (;;) {
    const facts = factsOf(robot);
    if (facts !== null || signal.aborted || clock.now() > end) return facts;
    await clock.sleep(0.05, signal).catch(() => {});
  }
}
