/** The task in words for what its slots are bound to now, in both languages. */
import {
  type Environment,
  GOAL_SLOTS,
  type GoalBinding,
  type GoalSlot,
  type Scene,
  type TaskCard,
} from "../../core/index.js";
import { type Language, nameOf } from "../../robot/index.js";

/** The first sentence of the task's own, with the names of target and place put in. */
export function sentencesOf(environment: Environment): { readonly en: string; readonly zh: string } {
  const [goal, scene] = [environment.goal(), environment.scene()];
  return {
    en: sentence(environment.card, "en", goal, scene),
    zh: sentence(environment.card, "zh", goal, scene),
  };
}

function sentence(card: TaskCard, language: Language, goal: GoalBinding, scene: Scene): string {
  const name = (slot: GoalSlot): string => {
    const id = goal[slot];
    return id === undefined ? slot : nameOf(id, { scene, tool: null, base: null }, language);
  };
  return GOAL_SLOTS.reduce(
    (said, slot) => said.replaceAll(`{${slot}}`, name(slot)),
    card.sentences[language][0] ?? card.summary,
  );
}
