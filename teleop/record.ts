/**
 * Recording a demonstration by a script: it acts on an environment, every look and every command is kept as it was.
 */
import {
  type Demonstrator,
  type Environment,
  GOAL_SLOTS,
  type GoalBinding,
  type GoalSlot,
  objectById,
  type Random,
  type Scene,
  type TaskCard,
} from "../core/index.js";
import { beginTake, type Episode, type TakeOptions } from "../datasets/index.js";

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
