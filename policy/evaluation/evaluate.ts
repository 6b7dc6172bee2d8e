/** Success over many seeds: a rate with its interval, failures by kind, and the seeds it stands on. */
import {
  type Environment,
  type OnProgress,
  type Policy,
  type Rate,
  silent,
  wilson,
} from "../../core/index.js";
import { type RolloutOptions, rollOut, type Trial } from "./rollout.js";
import { type SeedUse, useOf } from "./seeds.js";

/** What trials on many seeds add up to, and which seeds they were. */
export interface Evaluation {
  readonly rate: Rate;
  /** count by kind */
  readonly failures: Readonly<Record<string, number>>;
  readonly seeds: { readonly first: number; readonly last: number; readonly use: SeedUse };
  /** mean of the trials' highest, of a task that has one */
  readonly score?: number;
}

/** What trials add up to. Refuses seeds that cross ranges. */
export function summarise(
  trials: readonly (Pick<Trial, "seed" | "outcome"> & Partial<Pick<Trial, "score">>)[],
): Evaluation {
  const seeds = trials.map((trial) => trial.seed);
  const scores = trials.flatMap(({ score }) => score ?? []);
  const failures: Record<string, number> = {};
  let successes = 0;
  for (const { outcome } of trials)
    if (outcome.state === "success") successes += 1;
    else failures[outcome.kind] = (failures[outcome.kind] ?? 0) + 1;
  return {
    rate: wilson(successes, trials.length),
    failures,
    seeds: { first: Math.min(...seeds), last: Math.max(...seeds), use: useOf(seeds) },
    ...(scores.length === 0 ? {} : { score: scores.reduce((sum, score) => sum + score, 0) / scores.length }),
  };
}

/** Rolls a policy out on each seed, in one environment. */
export async function evaluate(
  policy: Policy,
  environment: Environment,
  seeds: readonly number[],
  options: RolloutOptions & { readonly onProgress?: OnProgress } = {},
): Promise<Evaluation> {
  const { onProgress = silent } = options;
  useOf(seeds);
  const trials: Trial[] = [];
  for (const seed of seeds) {
    trials.push(await rollOut(policy, environment, seed, options));
    const good = trials.filter((trial) => trial.outcome.state === "success").length;
    onProgress({
      stage: "roll out",
      done: trials.length,
      total: seeds.length,
      note: `${good}/${trials.length}`,
    });
  }
  return summarise(trials);
}

/**
 * The candidate to keep: the highest rate, of equals the one trained longest. Rates must come from checkpoint seeds,
 * which are neither demonstrations nor test.
 */
export function bestCandidate<T extends { readonly step: number; readonly rate: Rate }>(
  candidates: readonly T[],
): T {
  return candidates.reduce((best, each) =>
    each.rate.rate > best.rate.rate || (each.rate.rate === best.rate.rate && each.step > best.step)
      ? each
      : best,
  );
}
