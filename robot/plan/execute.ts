/**
 * The checked execution of a plan: before each step its preconditions, during it what must hold on, after it its
 * effects, all decided from what is seen. A check that fails leads to a new plan from the facts as they are; the
 * same failure again and again ends it with a reason. A stop ends it at once.
 *
 * How a step moves a robot is the runner's affair; time comes from the clock. Seen through a noisy detector, a
 * condition counts as true only when it holds in several looks in a row.
 */
import {
  type Clock,
  type Condition,
  type Facts,
  holds,
  type SkillCard,
  showCondition,
} from "../../core/index.js";
import { type Goals, stageReached } from "./goals.js";
import type { Reason } from "./messages.js";
import { type PlanStep, planFor, type TaskPlan } from "./task-plan.js";

/** How a step ended; whether it did what it should is seen by its checks. */
export interface StepResult {
  readonly outcome: "done" | "timed-out" | "violated" | "failed" | "stopped";
  readonly detail: string;
  /** of robot time */
  readonly seconds: number;
}

/** What moves: a robot, or a world of a test. */
export interface SkillRunner {
  /** What is seen now; null when nothing is, or not freshly. */
  facts(): Facts | null;
  /** @param unless ends the step at once when it says why */
  run(
    step: PlanStep,
    options: { readonly signal: AbortSignal; readonly unless: (facts: Facts) => string | null },
  ): Promise<StepResult>;
}

/** When a condition was looked at. */
export type CheckTime = "before" | "while" | "after";

/** Everything that execution decides, as it happens. */
export type PlanEvent =
  | { readonly kind: "plan"; readonly plan: TaskPlan; readonly attempt: number }
  | { readonly kind: "step"; readonly step: PlanStep }
  | {
      readonly kind: "check";
      readonly when: CheckTime;
      readonly condition: Condition;
      readonly holds: boolean;
    }
  | { readonly kind: "step-ended"; readonly step: PlanStep; readonly result: StepResult }
  | { readonly kind: "replanning"; readonly because: string };

export type Execution = { readonly replans: number } & (
  | { readonly outcome: "done" }
  | { readonly outcome: "stopped"; readonly because: string }
  /** `reason` when no plan leads on from here; else the failure that kept coming back */
  | { readonly outcome: "gave-up"; readonly because: string; readonly reason: Reason | null }
);

export interface ExecuteOptions {
  readonly clock: Clock;
  /** what new plans may be made of */
  readonly skills: readonly SkillCard[];
  readonly signal: AbortSignal;
  readonly onEvent?: (event: PlanEvent) => void;
  /** new plans in all; default 4 */
  readonly mostReplans?: number;
  /** times the same step may fail before execution gives up; default 3 */
  readonly mostRepeats?: number;
}

/** Looks in a row that a condition must hold in, and seconds between them: half a second. */
const LOOKS = 5;
const BETWEEN = 0.1;
/** Seconds that a condition may take to settle. */
const PATIENCE = 2.5;
/** Looks in a row in which a hold condition must be broken before a step is ended for it. */
const BROKEN = 3;

/** Carries a plan out, replanning as long as that helps. */
export async function executePlan(
  first: TaskPlan,
  runner: SkillRunner,
  options: ExecuteOptions,
): Promise<Execution> {
  const { skills, signal, onEvent = () => {}, mostReplans = 4, mostRepeats = 3 } = options;
  const goals: Goals = first.goals;
  const failed = new Map<string, number>();
  let plan = first;
  let replans = 0;
  let stage = 0;

  for (;;) {
    onEvent({ kind: "plan", plan, attempt: replans + 1 });
    let trouble: { readonly because: string; readonly step: PlanStep | null } | null = null;
    for (const step of plan.steps) {
      if (signal.aborted) return { outcome: "stopped", because: reasonOf(signal), replans };
      onEvent({ kind: "step", step });
      const before = await settle(step.pre, "before", runner, options);
      if (before !== null) {
        trouble = { because: before, step };
        break;
      }
      const result = await runner.run(step, { signal, unless: watch(step.hold, onEvent) });
      onEvent({ kind: "step-ended", step, result });
      if (result.outcome === "stopped") return { outcome: "stopped", because: result.detail, replans };
      if (signal.aborted) return { outcome: "stopped", because: reasonOf(signal), replans };
      const after = await settle(step.post, "after", runner, options);
      const facts = runner.facts();
      if (facts !== null) stage = stageReached(goals, stage, facts);
      if (after !== null) {
        trouble = { because: result.outcome === "done" ? after : `${result.detail}; ${after}`, step };
        break;
      }
    }
    if (trouble === null) {
      const facts = runner.facts();
      if (facts !== null && stageReached(goals, stage, facts) === goals.length)
        return { outcome: "done", replans };
      trouble = { because: "what was reached did not last", step: null };
    }

    const key =
      trouble.step === null ? "goals" : `${trouble.step.skill.name} ${JSON.stringify(trouble.step.binding)}`;
    const repeats = (failed.get(key) ?? 0) + 1;
    failed.set(key, repeats);
    if (repeats >= mostRepeats || replans >= mostReplans)
      return { outcome: "gave-up", because: trouble.because, reason: null, replans };
    if (signal.aborted) return { outcome: "stopped", because: reasonOf(signal), replans };
    onEvent({ kind: "replanning", because: trouble.because });
    const facts = await seen(runner, options);
    if (facts === null) return { outcome: "gave-up", because: "nothing is seen", reason: null, replans };
    replans += 1;
    stage = stageReached(goals, stage, facts);
    if (stage === goals.length) return { outcome: "done", replans };
    const planning = planFor(goals.slice(stage), facts, skills, { away: true });
    if (planning.kind !== "plan")
      return { outcome: "gave-up", because: trouble.because, reason: planning.reason, replans };
    plan = planning.plan;
  }
}

/** Null when all conditions hold in several looks in a row; else the first that does not, in words. */
async function settle(
  conditions: readonly Condition[],
  when: CheckTime,
  runner: SkillRunner,
  { clock, signal, onEvent = () => {} }: ExecuteOptions,
): Promise<string | null> {
  const end = clock.now() + PATIENCE;
  let good = 0;
  let broken: Condition | null = conditions[0] ?? null;
  while (good < LOOKS && conditions.length > 0) {
    const facts = runner.facts();
    const failing = facts === null ? conditions[0]! : conditions.find((each) => !holds(each, facts));
    good = failing === undefined ? good + 1 : 0;
    if (failing !== undefined) broken = failing;
    if (good === LOOKS || signal.aborted || clock.now() >= end) break;
    await clock.sleep(BETWEEN, signal).catch(() => {});
  }
  const ok = good === LOOKS || conditions.length === 0;
  const facts = runner.facts();
  for (const condition of conditions)
    onEvent({
      kind: "check",
      when,
      condition,
      holds: ok || (condition !== broken && facts !== null && holds(condition, facts)),
    });
  return ok
    ? null
    : `${showCondition(broken!)} does not hold ${when === "before" ? "before" : "after"} the step`;
}

/** Ends a step when a condition has been broken in several looks in a row. */
function watch(
  conditions: readonly Condition[],
  onEvent: (event: PlanEvent) => void,
): (facts: Facts) => string | null {
  const broken = new Map<Condition, number>();
  return (facts) => {
    for (const condition of conditions) {
      const count = holds(condition, facts) ? 0 : (broken.get(condition) ?? 0) + 1;
      broken.set(condition, count);
      if (count < BROKEN) continue;
      onEvent({ kind: "check", when: "while", condition, holds: false });
      return `${showCondition(condition)} was broken`;
    }
    return null;
  };
}

/** The facts, waiting a little for fresh ones. */
async function seen(runner: SkillRunner, { clock, signal }: ExecuteOptions): Promise<Facts | null> {
  const end = clock.now() + PATIENCE;
  for (;;) {
    const facts = runner.facts();
    if (facts !== null || signal.aborted || clock.now() >= end) return facts;
    await clock.sleep(BETWEEN, signal).catch(() => {});
  }
}

const reasonOf = (signal: AbortSignal): string =>
  signal.reason instanceof Error ? signal.reason.message : String(signal.reason);
