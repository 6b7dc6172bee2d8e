/** The task in words for what its slots are bound to, in both languages. */
import {
  type Environment,
  GOAL_SLOTS,
  type GoalBinding,
  type GoalSlot,
  type Scene,
  type TaskCard,
} from "../../core/index.js";
import { type Language, nameOf } from "../../robot/index.js";
import type { Sentence } from "./protocol.js";

/** The first sentence of the task's own, with the names of target and place put in. */
export function sentencesOf(environment: Environment): Sentence {
  return inBoth(environment.card, environment.goal(), environment.scene());
}

/** Sentences of a task that are told; where a scene allows more, only the present one is. */
const MOST = 64;

/** The same for every goal that this scene allows: what is of a kind may stand for each other. */
export function allSentencesOf(environment: Environment): readonly Sentence[] {
  const [goal, scene] = [environment.goal(), environment.scene()];
  const alike = (id: string): readonly string[] => {
    const kind = scene.objects.find((object) => object.id === id)?.class;
    return kind === undefined
      ? [id]
      : scene.objects.filter((each) => each.class === kind).map((each) => each.id);
  };
  let goals: readonly GoalBinding[] = [{}];
  for (const slot of GOAL_SLOTS) {
    const id = goal[slot];
    if (id === undefined) continue;
    goals = goals.flatMap((begun) =>
      alike(id)
        .filter((other) => !Object.values(begun).includes(other))
        .map((other): GoalBinding => ({ ...begun, [slot]: other })),
    );
    if (goals.length > MOST) return [sentencesOf(environment)];
  }
  const said = goals.map((each) => inBoth(environment.card, each, scene));
  return said.filter(({ en }, i) => said.findIndex((other) => other.en === en) === i);
}

const inBoth = (card: TaskCard, goal: GoalBinding, scene: Scene): Sentence => ({
  en: sentence(card, "en", goal, scene),
  zh: sentence(card, "zh", goal, scene),
});

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
