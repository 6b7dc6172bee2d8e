/**
 * Goals: groups of conditions, one group after the other. Each group has, besides its own, the conditions that
 * earlier groups made true and that must still hold. Plain data; conditions as in `core/skill`.
 */
import { type Condition, type Facts, holds, showCondition } from "../../core/index.js";

/** What one step of a sentence wants. */
export interface GoalGroup {
  /** what this step of the sentence is about */
  readonly literals: readonly Condition[];
  /** what earlier steps achieved and this one must leave as it is */
  readonly keep: readonly Condition[];
}

/** Goal groups, to be reached one after the other. */
export type Goals = readonly GoalGroup[];

/** The objects a condition is about; a place counts as one. */
export function objectsOf(condition: Condition): string[] {
  switch (condition.predicate) {
    case "hand-empty":
      return [];
    case "in":
      return [condition.object, condition.place];
    case "at":
      return [condition.place];
    case "not":
      return objectsOf(condition.condition);
    default:
      return [condition.object];
  }
}

const handledBy = (condition: Condition): string | null => ("object" in condition ? condition.object : null);

/**
 * Groups in the order of a sentence's steps. What was put into a place stays there unless a later step handles
 * it again; being lifted, or being somewhere, lasts only until the next step. Picking a thing up right before
 * putting it somewhere is part of putting it there.
 */
export function orderedGoals(steps: readonly (readonly Condition[])[]): Goals {
  const groups = steps.filter((literals, i) => !isTakenUpBy(literals, steps[i + 1]));
  return groups.map((literals, i) => ({
    literals,
    keep: groups.slice(0, i).flatMap((earlier, j) =>
      earlier.filter(
        (condition) =>
          condition.predicate === "in" &&
          !groups
            .slice(j + 1, i + 1)
            .flat()
            .some((later) => handledBy(later) === condition.object),
      ),
    ),
  }));
}

const isTakenUpBy = (literals: readonly Condition[], next: readonly Condition[] | undefined): boolean =>
  next !== undefined &&
  literals.length === 1 &&
  literals[0]!.predicate === "lifted" &&
  next.every((later) => later.predicate === "in" && later.object === handledBy(literals[0]!));

/** All conditions of a group. */
export const allOf = (group: GoalGroup): readonly Condition[] => [...group.literals, ...group.keep];

/** How many groups hold one after the other from `stage` on in these facts: the new stage. */
export function stageReached(goals: Goals, stage: number, facts: Facts): number {
  let reached = stage;
  while (reached < goals.length && allOf(goals[reached]!).every((condition) => holds(condition, facts)))
    reached++;
  return reached;
}

/** Equal for goals that mean the same. */
export const goalsKey = (goals: Goals): string =>
  goals.map((group) => group.literals.map(showCondition).sort().join(" & ")).join(" ; ");
