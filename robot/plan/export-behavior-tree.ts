/**
 * A plan as a BehaviorTree.CPP v4 file: for each step its checks around the skill, the hold conditions asked
 * again at every tick, the step's time limit, and retries. The leaves `ExecuteSkill` and `CheckCondition` are
 * declared in the file and are the host's to provide. Replanning is not in it: a tree is one plan.
 */
import { type Condition, impossible, integerIn } from "../../core/index.js";
import type { PlanStep, TaskPlan } from "./task-plan.js";

/** The plan as XML; each step is tried `attempts` times. Conditions are s-expressions over object ids. */
export function toBehaviorTree(plan: TaskPlan, attempts = 2): string {
  integerIn("behaviour tree", "attempts", attempts, 1, 100);
  const steps = plan.steps.map((step, i) => retried(step, i, attempts)).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>
<root BTCPP_format="4" main_tree_to_execute="Plan">
  <BehaviorTree ID="Plan">
    <Sequence name="plan">
${steps === "" ? `      <AlwaysSuccess name="nothing to do"/>` : steps}
    </Sequence>
  </BehaviorTree>
  <TreeNodesModel>
    <Action ID="ExecuteSkill">
      <input_port name="skill"/>
      <input_port name="args"/>
    </Action>
    <Condition ID="CheckCondition">
      <input_port name="expr"/>
    </Condition>
  </TreeNodesModel>
</root>
`;
}

function retried({ skill, binding, pre, hold, post }: PlanStep, index: number, attempts: number): string {
  const args = skill.slots.map((slot) => binding[slot]).join(" ");
  const title = escaped([index + 1, skill.name, args].join(" ").trim());
  const run = `<Timeout msec="${Math.round(skill.timeout * 1000)}">
            <ExecuteSkill skill="${escaped(skill.name)}" args="${escaped(args)}"/>
          </Timeout>`;
  const watched =
    hold.length === 0
      ? run
      : `<ReactiveSequence>
          ${check(hold)}
          ${run}
          </ReactiveSequence>`;
  const parts = [pre.length === 0 ? "" : check(pre), watched, post.length === 0 ? "" : check(post)];
  return `      <RetryUntilSuccessful num_attempts="${attempts}">
        <Sequence name="${title}">
          ${parts.filter((part) => part !== "").join("\n          ")}
        </Sequence>
      </RetryUntilSuccessful>`;
}

const check = (conditions: readonly Condition[]): string =>
  `<CheckCondition expr="${escaped(expression(conditions))}"/>`;

/** `(and (in red_cube left_bin) (hand-empty))` */
const expression = (conditions: readonly Condition[]): string =>
  conditions.length === 1 ? term(conditions[0]!) : `(and ${conditions.map(term).join(" ")})`;

function term(condition: Condition): string {
  switch (condition.predicate) {
    case "hand-empty":
      return "(hand-empty)";
    case "in":
      return `(in ${condition.object} ${condition.place})`;
    case "at":
      return `(at ${condition.place})`;
    case "not":
      return `(not ${term(condition.condition)})`;
    case "seen":
    case "graspable":
    case "on-table":
    case "holding":
    case "lifted":
      return `(${condition.predicate} ${condition.object})`;
    default:
      return impossible(condition);
  }
}

const escaped = (text: string): string =>
  text.replace(/[&<>"'\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
