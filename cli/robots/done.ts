/** When a deployed policy of a known task is done, decided from facts as a plan would: by what is seen, not by time. */
import { bindCondition, type Condition, type Facts, type GoalBinding, holds } from "../../core/index.js";
import { ARM_SKILLS, BASE_SKILLS, ROUGH_GROUND_SKILLS } from "../../robot/index.js";

export interface Done {
  readonly condition: Condition;
  readonly until: (facts: Facts) => boolean;
  /** ticks in a row that it must hold */
  readonly settle: number;
}

/** Half a second at the arm's rate: as long as the tasks themselves ask for. */
const SETTLE = 10;

/** The first post-condition of the skill that this task teaches; null for a task that no skill is known for. */
export function doneWhen(task: string, goal: GoalBinding): Done | null {
  const skill = [...ARM_SKILLS, ...BASE_SKILLS, ...ROUGH_GROUND_SKILLS].find(
    (each) => each.by.kind === "policy" && each.by.task === task,
  );
  const post = skill?.post[0];
  if (post === undefined) return null;
  const condition = bindCondition(post, goal as Record<string, string>);
  return { condition, until: (facts) => holds(condition, facts), settle: SETTLE };
}
