/**
 * A take in the making, in memory: whoever drives acts on an environment, every look and every command is kept as it
 * was, until the episode has ended and lingered. The data set keeps what was recorded; treatment belongs to training.
 */
import type { Environment, Observation, Outcome } from "../core/index.js";
import { buildEpisode, type Episode, type EpisodeMeta } from "./episode.js";

/** Where a take stands. */
export type TakeState = "recording" | "lingering" | "ended";

/** One take, frame by frame. */
export interface Take {
  readonly state: TakeState;
  /** A look, the command given then, and how the episode stands after it. */
  add(observation: Observation, command: ArrayLike<number>, outcome: Outcome): TakeState;
  /** The episode; `success` is what the checker said when it ended. */
  finish(sentence: string, maker: EpisodeMeta["maker"], parents?: EpisodeMeta["parents"]): Episode;
}

/** What a take needs to know beforehand. */
export interface TakeOptions {
  /** frames to go on after success, so that a policy learns to stay or to leave */
  readonly linger: number;
  readonly seed: number | null;
}

/** Begins a take in an environment that has just been reset. */
export function beginTake(environment: Environment, { linger, seed }: TakeOptions): Take {
  const builder = buildEpisode(environment.contract);
  const initialCommand = Array.from(environment.command());
  const goal = environment.goal();
  const drawn = environment.randomisation?.() ?? null;
  let state: TakeState = "recording";
  let left = linger;
  let success = false;
  return {
    get state() {
      return state;
    },
    add: (observation, command, outcome) => {
      if (state === "ended") return state;
      builder.add(observation, command);
      if (outcome.state === "failure") {
        success = false;
        state = "ended";
      } else if (outcome.state === "success" || state === "lingering") {
        success = true;
        state = left-- > 0 ? "lingering" : "ended";
      }
      return state;
    },
    finish: (sentence, maker, parents) =>
      builder.finish(sentence, {
        maker,
        ...(parents === undefined ? {} : { parents }),
        seed,
        success,
        goal,
        goalChanges: [],
        initialCommand,
        engine: environment.contract.engine,
        ...(drawn === null ? {} : { randomisation: drawn }),
        interventions: [],
      }),
  };
}
