/**
 * Looking twice: a condition counts only when it has held in several successive observations, so that one
 * noisy sighting neither starts nor ends anything. Times in seconds on the clock that is passed in.
 */
import { type Clock, type Condition, type Facts, holds } from "../../core/index.js";

export interface Looking {
  /** successive observations a condition must hold in */
  readonly observations: number;
  /** s between looks */
  readonly period: number;
  /** s that conditions are given to settle */
  readonly settle: number;
}

/** How a check over several observations ended; `lacking` null when all held. */
export interface Settled {
  readonly lacking: Condition | null;
  /** what was seen last; null when nothing new was seen at all */
  readonly facts: Facts | null;
}

export interface Observer {
  /** The newest facts when they are newer than those of the last call, else null. */
  fresh(): Facts | null;
  /** The latest facts seen, newest last, as many as a check needs. */
  recent(): readonly Facts[];
  /** Waits until all conditions have held in successive observations, or the time is over. */
  settled(conditions: readonly Condition[], signal: AbortSignal): Promise<Settled>;
}

/** The first of the conditions that does not hold. */
export const firstLacking = (conditions: readonly Condition[], facts: Facts): Condition | null =>
  conditions.find((condition) => !holds(condition, facts)) ?? null;

/** Watches one source of facts. */
export function observe(source: () => Facts | null, clock: Clock, looking: Looking): Observer {
  let latest = Number.NEGATIVE_INFINITY;
  let seen: readonly Facts[] = [];
  const fresh = (): Facts | null => {
    const facts = source();
    if (facts === null || facts.scene.time <= latest) return null;
    latest = facts.scene.time;
    seen = [...seen.slice(1 - looking.observations), facts];
    return facts;
  };
  return {
    fresh,
    recent: () => seen,
    settled: async (conditions, signal) => {
      const end = clock.now() + looking.settle;
      let last: Facts | null = null;
      let lacking: Condition | null = null;
      for (let run = 0; ; ) {
        const facts = fresh();
        if (facts !== null) {
          last = facts;
          lacking = firstLacking(conditions, facts);
          run = lacking === null ? run + 1 : 0;
        }
        if (run >= looking.observations) return { lacking: null, facts: last };
        // Conditions that hold, but in too few observations yet, are given as long again.
        if (clock.now() >= end + (run > 0 ? looking.settle : 0))
          return { lacking, facts: run > 0 ? null : last };
        await clock.sleep(looking.period, signal);
      }
    },
  };
}

/** What the facts say of a running step. */
export type StepVerdict =
  | { readonly state: "running" }
  /** its effects hold: it may end */
  | { readonly state: "achieved" }
  /** it must end: this does not hold any more */
  | { readonly state: "violated"; readonly condition: Condition };

/**
 * A watch over a running step: violated or achieved once that has been so in successive observations. The same
 * observation never counts twice, whoever calls.
 */
export function watchOver(
  observer: Observer,
  hold: readonly Condition[],
  effects: readonly Condition[] | null,
  observations: number,
): () => StepVerdict {
  let [broken, achieved] = [0, 0];
  let verdict: StepVerdict = { state: "running" };
  return () => {
    const facts = observer.fresh();
    if (facts === null || verdict.state !== "running") return verdict;
    const lacking = firstLacking(hold, facts);
    broken = lacking === null ? 0 : broken + 1;
    achieved = effects !== null && firstLacking(effects, facts) === null ? achieved + 1 : 0;
    if (achieved >= observations) verdict = { state: "achieved" };
    else if (lacking !== null && broken >= observations) verdict = { state: "violated", condition: lacking };
    return verdict;
  };
}
