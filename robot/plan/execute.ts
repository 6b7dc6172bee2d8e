/**
 * Carries goals out with checks: before each step what it needs must hold, while it runs what it relies on,
 * after it what it promised, by observation and not by its word. Anything else is a fault, and the rest is
 * planned anew from what is seen then. A stop ends all at once. How a skill moves is the runner's affair, and
 * so is safety: a runner that does not end when told to is reported as stopped.
 */
import { type Clock, type Facts, holds, messageOf, type SkillCard, showCondition } from "../../core/index.js";
import type { Fault, GaveUp, PlanEvent } from "./events.js";
import { allOf, type GoalGroup, type Goals } from "./goals.js";
import {
  firstLacking,
  type Looking,
  type Observer,
  observe,
  type StepVerdict,
  watchOver,
} from "./observe.js";
import { type Planning, type PlanStep, planFor, type TaskPlan } from "./task-plan.js";

/** How a run ended, by the runner's own account. */
export type StepResult =
  /** it has no more to do, or was told to end */
  | { readonly state: "finished" }
  | { readonly state: "failed"; readonly detail: string }
  /** someone pressed stop: nothing more is tried */
  | { readonly state: "stopped"; readonly reason: string };

/** Whoever moves the robot. */
export interface SkillRunner {
  /** The newest facts; null while anything they need is missing or too old. */
  facts(): Facts | null;
  /**
   * Runs a step until it is finished or `signal` aborts. `watch` may be asked at every tick: it says when the
   * step may end or must; the executor asks it too and aborts by itself, so a runner need not.
   */
  run(
    step: PlanStep,
    control: { readonly signal: AbortSignal; readonly watch: () => StepVerdict },
  ): Promise<StepResult>;
}

/** How patient an execution is, and who hears of it. */
export interface ExecuteOptions extends Partial<Looking> {
  /** a stop */
  readonly signal?: AbortSignal;
  readonly emit?: (event: PlanEvent) => void;
  /** plans made in all, at most; default 6 */
  readonly mostPlans?: number;
  /** times the same step may end in the same fault; default 3 */
  readonly sameFault?: number;
  /** s a runner has to end after it was told to; default 3 */
  readonly grace?: number;
  /** the arm may be anywhere: see `PlanOptions` */
  readonly away?: boolean;
}

/** How an execution ended. */
export type Execution =
  | { readonly kind: "done"; readonly plans: number }
  | { readonly kind: "gave-up"; readonly why: GaveUp }
  | { readonly kind: "stopped"; readonly reason: string };

/** Three observations of a 10 Hz detector in a row, and 2 s to come to rest. */
export const LOOKING: Looking = { observations: 3, period: 0.05, settle: 2 };

/** Thrown inside when a stop came: never leaves this file. */
class Stopped extends Error {}

/**
 * Carries out the goals, planning as often as it must.
 * @param first a plan made already, for these goals and from now
 */
export async function execute(
  goals: Goals,
  runner: SkillRunner,
  skills: readonly SkillCard[],
  clock: Clock,
  options: ExecuteOptions = {},
  first: TaskPlan | null = null,
): Promise<Execution> {
  const run = new Run(goals, runner, skills, clock, options);
  const ended = (event: Execution): Execution => {
    options.emit?.({ time: clock.now(), ...event });
    return event;
  };
  try {
    return ended(await run.toTheEnd(first));
  } catch (error) {
    if (!(error instanceof Stopped) && options.signal?.aborted !== true) throw error;
    return ended({
      kind: "stopped",
      reason: error instanceof Stopped ? error.message : messageOf(options.signal?.reason),
    });
  }
}

/** One execution: holds how far the goals have come and what went wrong how often. */
class Run {
  private readonly looking: Looking;
  private readonly observer: Observer;
  private readonly signal: AbortSignal;
  private readonly faults = new Map<string, number>();
  /** groups achieved */
  private stage = 0;

  constructor(
    private readonly goals: Goals,
    private readonly runner: SkillRunner,
    private readonly skills: readonly SkillCard[],
    private readonly clock: Clock,
    private readonly options: ExecuteOptions,
  ) {
    const { observations, period, settle } = { ...LOOKING, ...options };
    this.looking = { observations, period, settle };
    this.signal = options.signal ?? new AbortController().signal;
    this.observer = observe(() => runner.facts(), clock, this.looking);
  }

  async toTheEnd(first: TaskPlan | null): Promise<Execution> {
    const { mostPlans = 6, sameFault = 3 } = this.options;
    let plan = first;
    let fault: Fault | null = null;
    for (let number = 1; ; number++) {
      if (plan === null) {
        const planning = await this.plan(number > 1 || (this.options.away ?? false));
        if (planning === null) return { kind: "gave-up", why: { kind: "blind" } };
        if (planning.kind !== "plan")
          return { kind: "gave-up", why: { kind: "no-plan", reason: planning.reason } };
        plan = planning.plan;
      }
      this.emit({ kind: "planned", number, plan, because: fault });
      const failed = await this.carryOut(plan);
      if (failed === null) return { kind: "done", plans: number };
      ({ fault } = failed);
      if (fault.kind === "blind") return { kind: "gave-up", why: { kind: "blind" } };
      const times = this.count(failed.step, fault);
      if (times >= sameFault)
        return { kind: "gave-up", why: { kind: "same-fault", fault, step: failed.step, times } };
      if (number >= mostPlans)
        return { kind: "gave-up", why: { kind: "too-many-plans", fault, plans: number } };
      plan = null;
    }
  }

  /** Plans what is left from what is seen; what is impossible while things still move may soon not be. */
  private async plan(away: boolean): Promise<Planning | null> {
    const end = this.clock.now() + this.looking.settle;
    let planning: Planning | null = null;
    for (;;) {
      const facts = this.observer.fresh();
      if (facts !== null) {
        this.advance();
        planning = planFor(this.goals.slice(this.stage), facts, this.skills, { away });
        if (planning.kind === "plan") return planning;
      }
      if (this.clock.now() >= end) return planning;
      await this.sleep();
    }
  }

  /** Null when all steps are done and all goals hold. */
  private async carryOut(
    plan: TaskPlan,
  ): Promise<{ readonly fault: Fault; readonly step: PlanStep | null } | null> {
    for (const [index, step] of plan.steps.entries()) {
      const began = this.clock.now();
      const fault = await this.oneStep(step, index);
      this.emit({ kind: "ended", index, step, seconds: this.clock.now() - began, fault });
      if (fault !== null) return { fault, step };
      this.advance();
    }
    while (this.stage < this.goals.length) {
      const { lacking, facts } = await this.observer.settled(allOf(this.goals[this.stage]!), this.signal);
      if (facts === null) return { fault: { kind: "blind" }, step: null };
      if (lacking !== null) return { fault: { kind: "undone", condition: lacking }, step: null };
      this.stage++;
    }
    return null;
  }

  /** A group counts as achieved when all of it has held in successive observations. */
  private advance(): void {
    const recent = this.observer.recent();
    const isHeld = (group: GoalGroup) =>
      recent.length === this.looking.observations &&
      recent.every((facts) => firstLacking(allOf(group), facts) === null);
    while (this.stage < this.goals.length && isHeld(this.goals[this.stage]!)) this.stage++;
  }

  private async oneStep(step: PlanStep, index: number): Promise<Fault | null> {
    const before = await this.observer.settled(step.pre, this.signal);
    if (before.facts === null) return { kind: "blind" };
    this.report(step.pre, before.facts, index, "before");
    if (before.lacking !== null) return { kind: "not-ready", condition: before.lacking };

    this.emit({ kind: "started", index, step });
    const { result, timedOut, verdict } = await this.move(step);
    if (result.state === "stopped") throw new Stopped(result.reason);
    if (verdict.state === "violated") {
      this.emit({ kind: "checked", index, when: "during", condition: verdict.condition, holds: false });
      return { kind: "violated", condition: verdict.condition };
    }

    const after = await this.observer.settled(step.post, this.signal);
    if (after.facts === null) return { kind: "blind" };
    this.report(step.post, after.facts, index, "after");
    const { lacking } = after;
    if (lacking === null) return null;
    if (result.state === "failed") return { kind: "failed", detail: result.detail };
    return timedOut
      ? { kind: "timed-out", condition: lacking, seconds: step.skill.timeout }
      : { kind: "missed", condition: lacking };
  }

  /** Lets the runner run, watching; ends it when its effects are there, a condition breaks, or time is over. */
  private async move(
    step: PlanStep,
  ): Promise<{ readonly result: StepResult; readonly timedOut: boolean; readonly verdict: StepVerdict }> {
    const { looking, clock } = this;
    // A primitive's effects may hold before it is through (a hand that was empty all along): it ends by itself.
    const effects = step.skill.by.kind === "policy" ? step.post : null;
    const watch = watchOver(this.observer, step.hold, effects, looking.observations);
    const ending = new AbortController();
    const stop = () => ending.abort(this.signal.reason);
    this.signal.addEventListener("abort", stop, { once: true });
    const watching = new AbortController();

    const oversee = async (): Promise<boolean> => {
      const deadline = clock.now() + step.skill.timeout;
      while (!watching.signal.aborted && watch().state === "running" && clock.now() < deadline)
        await clock.sleep(looking.period, watching.signal).catch(() => {});
      const timedOut = !watching.signal.aborted && watch().state === "running";
      ending.abort(new Error(timedOut ? "timed out" : watch().state));
      return timedOut;
    };

    const running = this.runner
      .run(step, { signal: ending.signal, watch })
      .catch((error): StepResult => ({ state: "failed", detail: messageOf(error) }))
      .finally(() => watching.abort());
    const overseen = oversee();
    const result = await Promise.race([running, this.hanging(ending.signal, watching.signal)]);
    watching.abort();
    const timedOut = await overseen;
    this.signal.removeEventListener("abort", stop);
    if (this.signal.aborted) throw new Stopped(messageOf(this.signal.reason));
    return { result, timedOut, verdict: watch() };
  }

  /** Resolves when the runner was told to end and has not, for too long. */
  private async hanging(told: AbortSignal, ended: AbortSignal): Promise<StepResult> {
    const { grace = 3 } = this.options;
    await new Promise<void>((resolve) => {
      if (told.aborted) resolve();
      else told.addEventListener("abort", () => resolve(), { once: true });
    });
    // Woken early, the runner has ended: then its own account counts, and this one never comes.
    const inTime = await this.clock.sleep(grace, ended).then(
      () => false,
      () => true,
    );
    if (inTime) return new Promise(() => {});
    return { state: "stopped", reason: `the runner did not end within ${grace} s` };
  }

  private report(conditions: PlanStep["pre"], facts: Facts, index: number, when: "before" | "after"): void {
    for (const condition of conditions)
      this.emit({ kind: "checked", index, when, condition, holds: holds(condition, facts) });
  }

  private count(step: PlanStep | null, fault: Fault): number {
    const about = "condition" in fault ? showCondition(fault.condition) : "";
    const key = `${step?.skill.name} ${JSON.stringify(step?.binding)} ${fault.kind} ${about}`;
    const times = (this.faults.get(key) ?? 0) + 1;
    this.faults.set(key, times);
    return times;
  }

  private sleep(): Promise<void> {
    return this.clock.sleep(this.looking.period, this.signal);
  }

  private emit(event: DistributiveOmit<PlanEvent, "time">): void {
    this.options.emit?.({ time: this.clock.now(), ...event });
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
