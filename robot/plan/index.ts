/** The door of `robot/plan`: words to goals, goals to a plan of skills, and its checked execution. */
export * from "./events.js";
export * from "./execute.js";
export * from "./follow.js";
export * from "./goals.js";
export * from "./meaning.js";
export * from "./messages.js";
export { conditionName, nameOf } from "./names.js";
export type { Looking, StepVerdict } from "./observe.js";
export * from "./render.js";
export * from "./render-events.js";
export * from "./say.js";
export * from "./skills.js";
export * from "./task-plan.js";
export { type Language, languageOf } from "./tokens.js";
