/** Plans: skills with their slots bound, in order, and the goals they serve. Found by `search.ts`. */
import type { Condition, Facts, GoalBinding, SkillCard } from "../../core/index.js";
import type { Goals } from "./goals.js";
import type { Reason } from "./messages.js";
import { bound } from "./problem.js";
import { search } from "./search.js";
import { beginsAtStart } from "./skills.js";

/** One skill of a plan, its conditions bound to the objects it works on. */
export interface PlanStep {
  readonly skill: SkillCard;
  readonly binding: GoalBinding;
  readonly pre: readonly Condition[];
  readonly hold: readonly Condition[];
  readonly post: readonly Condition[];
}

/** Steps in order, and the goals they serve. */
export interface TaskPlan {
  readonly goals: Goals;
  readonly steps: readonly PlanStep[];
  /** nodes of the search */
  readonly expanded: number;
}

/** What a plan has to reckon with. */
export interface PlanOptions {
  /** the arm may be anywhere: return to the start before the first learned skill too; default false */
  readonly away?: boolean;
  readonly mostNodes?: number;
}

/** What came of planning. */
export type Planning =
  | { readonly kind: "plan"; readonly plan: TaskPlan }
  /** no sequence of these skills can do it */
  | { readonly kind: "impossible"; readonly reason: Reason }
  /** not found within the bound: there may be one */
  | { readonly kind: "gave-up"; readonly reason: Reason };

/** Plans the goals from what holds now. An empty plan: everything holds already. */
export function planFor(
  goals: Goals,
  facts: Facts,
  skills: readonly SkillCard[],
  options: PlanOptions = {},
): Planning {
  const found = search(facts, skills, goals, options.mostNodes);
  if (found.kind !== "found") return { kind: found.kind, reason: found.reason };
  const steps = found.actions.map(({ card, binding }) => stepOf(card, binding));
  return {
    kind: "plan",
    plan: { goals, steps: withReturns(steps, skills, options.away ?? false), expanded: found.expanded },
  };
}

/** A skill bound to objects. */
export const stepOf = (skill: SkillCard, binding: GoalBinding): PlanStep => ({
  skill,
  binding,
  pre: bound(skill.pre, binding),
  hold: bound(skill.hold, binding),
  post: bound(skill.post, binding),
});

/** Between skills the arm goes back to where its policies know how to begin. */
function withReturns(steps: readonly PlanStep[], skills: readonly SkillCard[], away: boolean): PlanStep[] {
  const card = skills.find(({ name, by }) => name === "return-to-start" && by.kind === "primitive");
  if (card === undefined) return [...steps];
  return steps.flatMap((step, i) =>
    beginsAtStart(step.skill) && (i > 0 || away) ? [stepOf(card, {}), step] : [step],
  );
}
