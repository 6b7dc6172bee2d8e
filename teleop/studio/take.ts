/** A take when it is over: the episode it becomes, and what is told of it. */
import type { Outcome } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import type { TakeEvent, TakeSummary, TrialSummary } from "./protocol.js";
import type { TakeLog } from "./take-log.js";

/** Who made a take, of what, and how it went. */
export interface TakeWords {
  readonly sentence: string;
  readonly maker: string;
  readonly success: boolean | null;
}

/** Who a take is by: the policy that drove it, else the device that moved most. */
export const makerOf = (log: TakeLog, policy: string | null): string =>
  policy === null ? `teleop:${log.device ?? "nobody"}` : `policy:${policy}`;

/** What is told of a take that is kept. */
export const takeSummary = (
  log: TakeLog,
  words: TakeWords,
  index: number,
  events: readonly TakeEvent[],
): TakeSummary => ({
  ...words,
  index,
  seed: log.seed,
  seconds: log.seconds(),
  frames: log.length,
  intervened: log.intervened / log.length,
  events,
});

/** A policy's trial, and its episode. */
export function trialOf(
  log: TakeLog,
  words: Omit<TakeWords, "success">,
  outcome: Outcome,
): { readonly trial: TrialSummary; readonly episode: Episode } {
  const intervened = log.intervened / log.length;
  return {
    trial: { seed: log.seed, outcome, seconds: log.seconds(), intervened },
    episode: log.finish({ ...words, success: outcome.state === "success" }),
  };
}
