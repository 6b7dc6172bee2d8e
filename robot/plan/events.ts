/** What happens while a plan is carried out, as data: the command line and the report print these. */
import type { Condition } from "../../core/index.js";
import type { Reason } from "./messages.js";
import type { Understanding } from "./say.js";
import type { PlanStep, TaskPlan } from "./task-plan.js";

/** Why a step, or a plan, did not do what it should. */
export type Fault =
  /** before it: a precondition does not hold */
  | { readonly kind: "not-ready"; readonly condition: Condition }
  /** during it: a hold condition broke */
  | { readonly kind: "violated"; readonly condition: Condition }
  /** after it: an effect is missing */
  | { readonly kind: "missed"; readonly condition: Condition }
  /** its time was over before this effect was there */
  | { readonly kind: "timed-out"; readonly condition: Condition; readonly seconds: number }
  /** whoever ran it says it failed */
  | { readonly kind: "failed"; readonly detail: string }
  /** all steps were done, and yet this goal does not hold */
  | { readonly kind: "undone"; readonly condition: Condition }
  /** nothing new is seen */
  | { readonly kind: "blind" };

/** Why an execution ended before its goals. */
export type GaveUp =
  | {
      readonly kind: "same-fault";
      readonly fault: Fault;
      readonly step: PlanStep | null;
      readonly times: number;
    }
  | { readonly kind: "too-many-plans"; readonly fault: Fault; readonly plans: number }
  /** no plan any more */
  | { readonly kind: "no-plan"; readonly reason: Reason }
  | { readonly kind: "blind" };

/** `time` in seconds on the executor's clock; `index` of a step counts from 0 within its plan. */
export type PlanEvent = { readonly time: number } & (
  | { readonly kind: "understood"; readonly sentence: string; readonly understanding: Understanding }
  /** `number` counts from 1; `because` says what ended the plan before */
  | {
      readonly kind: "planned";
      readonly number: number;
      readonly plan: TaskPlan;
      readonly because: Fault | null;
    }
  | { readonly kind: "started"; readonly index: number; readonly step: PlanStep }
  | {
      readonly kind: "checked";
      readonly index: number;
      readonly when: "before" | "during" | "after";
      readonly condition: Condition;
      readonly holds: boolean;
    }
  | {
      readonly kind: "ended";
      readonly index: number;
      readonly step: PlanStep;
      readonly seconds: number;
      readonly fault: Fault | null;
    }
  | { readonly kind: "gave-up"; readonly why: GaveUp }
  | { readonly kind: "stopped"; readonly reason: string }
  | { readonly kind: "done"; readonly plans: number }
);
