/** The door of `robot/plan`: words to goals, goals to a plan of skills, and its checked execution. */

export { describeScene } from "./describe.js";
export type { Fault, GaveUp, PlanEvent } from "./events.js";
export {
  type ExecuteOptions,
  type Execution,
  execute,
  LOOKING,
  type SkillRunner,
  type StepResult,
} from "./execute.js";
export { toBehaviorTree } from "./export-behavior-tree.js";
export { type Pddl, toPddl } from "./export-pddl.js";
export { type Followed, follow } from "./follow.js";
export type { GoalGroup, Goals } from "./goals.js";
export type { Command } from "./meaning.js";
export type { Question, Reason } from "./messages.js";
export { conditionName, nameOf } from "./names.js";
export type { StepVerdict } from "./observe.js";
export {
  optionNames,
  renderGoals,
  renderPlan,
  renderQuestion,
  renderReason,
  renderStep,
  renderUnderstanding,
} from "./render.js";
export { renderEvent, renderFault, renderGaveUp } from "./render-events.js";
export { type Meant, type Understanding, understand } from "./say.js";
export {
  ARM_SKILLS,
  BASE_SKILLS,
  CLIMB,
  LIFT,
  NAVIGATE,
  PICK_PLACE,
  PUT_DOWN,
  RETURN_TO_START,
  ROUGH_GROUND_SKILLS,
  withMeasured,
} from "./skills.js";
export {
  type Planning,
  type PlanOptions,
  type PlanStep,
  planFor,
  stepOf,
  type TaskPlan,
} from "./task-plan.js";
export { type Language, languageOf } from "./tokens.js";
