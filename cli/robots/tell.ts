/**
 * One sentence to one robot: understood from what is seen, planned, carried out step by step with its checks. Returns
 * what happened as data; tells an observer as it happens.
 */
import {
  armRobotByName,
  type Clock,
  type Facts,
  impossible,
  type SkillCard,
  showCondition,
} from "../../core/index.js";
import {
  execute,
  factsOf,
  type LoopResult,
  type PlanEvent,
  type RosRobot,
  renderEvent,
  renderFault,
  renderGaveUp,
  renderGoals,
  renderUnderstanding,
  type StartRegion,
  type PlanStep as Step,
  type StepResult,
  startRegionOf,
  understand,
} from "../../robot/index.node.js";
import { takePicture } from "../report/picture.js";
import type { FilmFrame, PlanCheck, PlanResult, PlanStep } from "../report/result.js";
import { type Policies, runStep } from "./steps.js";

export interface TellRequest {
  readonly robot: RosRobot;
  readonly skills: readonly SkillCard[];
  readonly policies: Policies;
  /** where an arm's skills begin; default that of the built-in arm which the robot's contract names */
  readonly start?: StartRegion;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly sentence: string;
  /** of the policies' noise */
  readonly seed: number;
  /** seconds between the pictures of the film; null for none */
  readonly film: number | null;
  /** told of every decision, with its words in the sentence's language */
  readonly onEvent?: (event: PlanEvent, words: string) => void;
}

/** What is kept for a report, beside who was told and through what. */
export type Told = Omit<PlanResult, "robot" | "server">;

/** Seconds to wait for fresh facts before a sentence is refused. */
const PATIENCE = 3;

export async function tell(request: TellRequest): Promise<Told> {
  const { robot, clock, sentence, signal } = request;
  // At a tenth of the speed everything may take ten times as long.
  const skills = request.skills.map((card) => ({ ...card, timeout: card.timeout / robot.speedScale }));
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
  const understanding = understand(sentence, facts, skills, { away: isAway(request) });
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

  const log = stepLog(facts);
  const frames: FilmFrame[] = [];
  const execution = await execute(
    understanding.goals,
    {
      facts: () => factsOf(robot),
      run: async (step, { signal: ending }) => {
        const result = await runStep(robot, step, {
          clock,
          policies: request.policies,
          ...(request.start === undefined ? {} : { start: request.start }),
          seed: request.seed + log.steps.length,
          signal: ending,
          onTick: ({ sighting, scene }) => {
            const time = clock.now() - begin;
            const last = frames[frames.length - 1];
            if (request.film === null || scene === null) return;
            if (last === undefined || time - last.time >= request.film)
              frames.push(takePicture(time, sighting.observation, scene));
          },
        });
        log.ran(result);
        return stepResult(result);
      },
    },
    skills,
    clock,
    {
      signal,
      emit: (event) => {
        request.onEvent?.(event, renderEvent(event, facts, language));
        log.take(event);
      },
    },
    understanding.plan,
  );
  const done = execution.kind === "done";
  return {
    sentence,
    language,
    understood: renderGoals(understanding.goals, facts, "en"),
    outcome: done
      ? "done"
      : execution.kind === "stopped"
        ? `stopped: ${execution.reason}`
        : `gave up: ${renderGaveUp(execution.why, facts, language)}`,
    done,
    replans: log.plans - 1,
    seconds: clock.now() - begin,
    steps: log.steps,
    film:
      frames.length === 0
        ? null
        : {
            seed: request.seed,
            outcome: done ? "success" : execution.kind,
            seconds: clock.now() - begin,
            goal: sentence,
            frames,
          },
  };
}

/** Collects what a report keeps of each step from the events of an execution. */
function stepLog(facts: Facts) {
  const steps: Mutable<PlanStep>[] = [];
  let pending: PlanCheck[] = [];
  let plans = 0;
  return {
    steps,
    get plans() {
      return plans;
    },
    ran: ({ ticks, missed }: LoopResult): void => {
      steps[steps.length - 1]!.loop = { ticks, missed };
    },
    take: (event: PlanEvent): void => {
      switch (event.kind) {
        case "planned":
          plans = event.number;
          break;
        case "checked": {
          const when = event.when === "during" ? "while" : event.when;
          const check: PlanCheck = { when, condition: showCondition(event.condition), holds: event.holds };
          // Checks before a step come before it is said to have started.
          if (event.when === "before") pending.push(check);
          else steps[steps.length - 1]!.checks.push(check);
          break;
        }
        case "started":
          steps.push(entry(event.step, pending));
          pending = [];
          break;
        case "ended": {
          if (event.fault?.kind === "not-ready") steps.push(entry(event.step, pending));
          pending = [];
          const last = steps[steps.length - 1];
          if (last === undefined) break;
          last.seconds = event.seconds;
          last.outcome = event.fault === null ? "done" : renderFault(event.fault, facts, "en");
          break;
        }
        case "understood":
        case "gave-up":
        case "stopped":
        case "done":
          break;
        default:
          impossible(event);
      }
    },
  };
}

const entry = ({ skill, binding }: Step, checks: PlanCheck[]): Mutable<PlanStep> => ({
  skill: skill.name,
  arguments: { ...binding },
  by: skill.by.kind,
  outcome: "not run",
  seconds: 0,
  checks,
  loop: null,
});

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** As the executor wants it: a loop that was told to end has finished. */
const stepResult = ({ outcome, detail }: LoopResult): StepResult => {
  switch (outcome) {
    case "reached":
    case "finished":
    case "aborted":
    case "timed-out":
      return { state: "finished" };
    case "stopped":
      return { state: "stopped", reason: detail };
    case "violated":
    case "blind":
    case "refused":
      return { state: "failed", detail: `${outcome}: ${detail}` };
    default:
      return impossible(outcome);
  }
};

/** m from the middle of the start region along each axis: what demonstrations began with, and a little. */
const START_SPREAD = 0.04;

/** Whether an arm stands elsewhere than where its skills begin. */
function isAway({ robot, start }: TellRequest): boolean {
  const tool = factsOf(robot)?.tool ?? null;
  if (tool === null) return false;
  const { position } = start ?? startRegionOf(armRobotByName(robot.contract.robot));
  return position.some((at, i) => Math.abs(tool.pose.position[i]! - at) > START_SPREAD);
}

async function freshFacts({ robot, clock, signal }: TellRequest): Promise<Facts | null> {
  const end = clock.now() + PATIENCE;
  for (;;) {
    const facts = factsOf(robot);
    if (facts !== null || signal.aborted || clock.now() > end) return facts;
    await clock.sleep(0.05, signal).catch(() => {});
  }
}
