/**
 * Recording a demonstration: whoever drives (a script here, a device's driver later) acts on an environment, every
 * look and every command is kept as it was. The data set keeps what was recorded; treatment belongs to training.
 */
import {
  type Demonstrator,
  type Environment,
  GOAL_SLOTS,
  type GoalBinding,
  type GoalSlot,
  type Observation,
  type Outcome,
  objectById,
  type Random,
  type Scene,
  type TaskCard,
} from "../core/index.js";
import { buildEpisode, type Episode } from "../datasets/index.js";

/** Where a take stands. */
export type TakeState = "recording" | "lingering" | "ended";

/** One take, frame by frame. */
export interface Take {
  readonly state: TakeState;
  /** A look, the command given then, and how the episode stands after it. */
  add(observation: Observation, command: ArrayLike<number>, outcome: Outcome): TakeState;
  /** The episode; `success` is what the checker said when it ended. */
  finish(sentence: string, maker: string): Episode;
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
    finish: (sentence, maker) =>
      builder.finish(sentence, {
        maker,
        seed,
        success,
        goal,
        goalChanges: [],
        initialCommand,
        engine: environment.contract.engine,
        interventions: [],
      }),
  };
}

/** Lets a script show the task of that seed; null when it failed, as a person would throw the take away. */
export function recordDemonstration(
  environment: Environment,
  demonstrator: Demonstrator,
  options: TakeOptions & { readonly sentence: string; readonly maker: string; readonly seed: number },
): Episode | null {
  environment.reset(options.seed);
  const take = beginTake(environment, options);
  while (take.state !== "ended") {
    const observation = environment.observe();
    const command = demonstrator.act(environment);
    environment.step(command);
    take.add(observation, command, environment.outcome());
  }
  const episode = take.finish(options.sentence, options.maker);
  return episode.meta.success === true ? episode : null;
}

/** A sentence of the task's own for what its slots are bound to: `put the red cube in the left bin`. */
export function sayTask(card: TaskCard, goal: GoalBinding, scene: Scene, random: Random): string {
  const name = (slot: GoalSlot): string => {
    const id = goal[slot];
    if (id === undefined) return slot;
    return objectById(scene, id) === undefined ? id : id.replaceAll("_", " ");
  };
  return GOAL_SLOTS.reduce(
    (sentence, slot) => sentence.replaceAll(`{${slot}}`, name(slot)),
    random.pick(card.sentences.en),
  );
}
