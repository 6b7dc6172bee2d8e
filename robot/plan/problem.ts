/**
 * A planning problem as sets of facts (STRIPS, Fikes and Nilsson 1971): every skill with every binding that
 * could ever be used, over ground conditions as bits. The closed world: what is not observed true is false.
 */
import {
  bindCondition,
  type Condition,
  type Facts,
  type GoalBinding,
  holds,
  objectById,
  type SkillCard,
  showCondition,
} from "../../core/index.js";
import { allOf, type Goals } from "./goals.js";

/** A skill with its slots bound. */
export interface Action {
  readonly card: SkillCard;
  readonly binding: GoalBinding;
  /** must be set, must be clear */
  readonly pre: bigint;
  readonly preNot: bigint;
  readonly adds: bigint;
  readonly deletes: bigint;
}

/** Conditions that must hold and that must not. */
export interface Mask {
  readonly yes: bigint;
  readonly no: bigint;
}

export interface Problem {
  readonly conditions: readonly Condition[];
  readonly initial: bigint;
  readonly actions: readonly Action[];
  readonly maskOf: (conditions: readonly Condition[]) => Mask;
}

/** The conditions of a skill with its slots bound. */
export const bound = (conditions: readonly Condition[], binding: GoalBinding): Condition[] =>
  conditions.map((condition) => bindCondition(condition, binding as Readonly<Record<string, string>>));

/** Builds the problem of reaching `goals` from `facts` with `skills`; only what could matter to the goals. */
export function problemOf(facts: Facts, skills: readonly SkillCard[], goals: Goals): Problem {
  const bits = new Map<string, number>();
  const conditions: Condition[] = [];
  const bitOf = (condition: Condition): bigint => {
    const name = showCondition(condition);
    let bit = bits.get(name);
    if (bit === undefined) {
      bit = conditions.length;
      bits.set(name, bit);
      conditions.push(condition);
    }
    return 1n << BigInt(bit);
  };
  const maskOf = (wanted: readonly Condition[]): Mask => {
    let [yes, no] = [0n, 0n];
    for (const condition of wanted)
      if (condition.predicate === "not") no |= bitOf(condition.condition);
      else yes |= bitOf(condition);
    return { yes, no };
  };

  const grounded = relevant(groundSkills(facts, skills), goals);
  const actions = grounded.map(({ card, binding }): Action => {
    const pre = maskOf(bound(card.pre, binding));
    const post = maskOf(bound(card.post, binding));
    const deletes = maskOf(bound(card.deletes, binding));
    return {
      card,
      binding,
      pre: pre.yes,
      preNot: pre.no,
      adds: post.yes,
      deletes: post.no | deletes.yes,
    };
  });
  for (const group of goals) maskOf(allOf(group));
  let initial = 0n;
  conditions.forEach((condition, bit) => {
    if (holds(condition, facts)) initial |= 1n << BigInt(bit);
  });
  return { conditions, initial, actions: actions.map((action) => exclusive(action, conditions)), maskOf };
}

/** Being in one place ends being in another: cards cannot say so of places they do not name. */
function exclusive(action: Action, conditions: readonly Condition[]): Action {
  let { deletes } = action;
  conditions.forEach((added, i) => {
    if ((action.adds & (1n << BigInt(i))) === 0n) return;
    conditions.forEach((other, j) => {
      const excluded =
        (added.predicate === "at" && other.predicate === "at") ||
        (added.predicate === "in" && other.predicate === "in" && added.object === other.object);
      if (excluded && i !== j) deletes |= 1n << BigInt(j);
    });
  });
  return { ...action, deletes };
}

interface Bound {
  readonly card: SkillCard;
  readonly binding: GoalBinding;
}

/** Every binding of every skill whose unchanging preconditions hold. */
function groundSkills(facts: Facts, skills: readonly SkillCard[]): Bound[] {
  const changing = new Set(
    skills.flatMap(({ post, deletes }) => [...post, ...deletes].map(({ predicate }) => predicate)),
  );
  const possible = (condition: Condition): boolean => {
    if (condition.predicate === "in") return objectById(facts.scene, condition.place)?.class === "bin";
    return true;
  };
  const ids = facts.scene.objects.map(({ id }) => id);
  return skills.flatMap((card) => {
    let bindings: GoalBinding[] = [{}];
    for (const slot of card.slots)
      bindings = bindings.flatMap((binding) =>
        ids
          .filter((id) => !Object.values(binding).includes(id))
          .map((id): GoalBinding => ({ ...binding, [slot]: id })),
      );
    return bindings
      .filter(
        (binding) =>
          bound(card.pre, binding).every(
            (condition) => changing.has(condition.predicate) || holds(condition, facts),
          ) && bound(card.post, binding).every(possible),
      )
      .map((binding) => ({ card, binding }));
  });
}

/** Only skills that change what the goals, or the preconditions of such skills, are about. */
function relevant(all: readonly Bound[], goals: Goals): Bound[] {
  const wanted = new Set(goals.flatMap(allOf).map(showCondition));
  const kept = new Set<Bound>();
  for (let grown = true; grown; ) {
    grown = false;
    for (const skill of all) {
      if (kept.has(skill)) continue;
      const gives = bound(skill.card.post, skill.binding).map(showCondition);
      const clears = bound(skill.card.deletes, skill.binding).map(
        (condition) => `not ${showCondition(condition)}`,
      );
      if (![...gives, ...clears].some((name) => wanted.has(name))) continue;
      kept.add(skill);
      grown = true;
      for (const condition of bound(skill.card.pre, skill.binding)) wanted.add(showCondition(condition));
    }
  }
  return all.filter((skill) => kept.has(skill));
}
