/**
 * Runs the steps of a plan on a robot: a learned policy through the deployment loop, or a motion primitive. Whether a
 * step has done what it should is not decided here but by the plan's checks.
 */
import { type Clock, type Facts, holds, refuse } from "../../core/index.js";
import { type LoadedPolicy, loadPolicyFile } from "../../policy/index.node.js";
import {
  deploy,
  type LoopResult,
  type PlanStep,
  PRIMITIVES,
  type RosRobot,
  runPrimitive,
  type Tick,
} from "../../robot/index.node.js";

/** The policies behind skills, by task, opened once. */
export interface Policies {
  of(task: string): Promise<LoadedPolicy>;
  close(): Promise<void>;
}

/** @param file where the policy of a task lies */
export function openPolicies(file: (task: string) => string): Policies {
  const open = new Map<string, Promise<LoadedPolicy>>();
  return {
    of: (task) => {
      const known = open.get(task) ?? loadPolicyFile(file(task));
      open.set(task, known);
      return known;
    },
    close: async () => {
      for (const policy of open.values()) await (await policy).free();
    },
  };
}

export interface StepOptions {
  readonly clock: Clock;
  readonly policies: Policies;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** ends the step at once when it says why */
  readonly unless?: (facts: Facts) => string | null;
  readonly onTick?: (tick: Tick) => void;
}

/** Ticks in a row that a step's effects must be seen before its policy is taken off: half a second of an arm. */
const SETTLE = 10;

/** Runs one step until its effects are seen, its time is over, or something ends it. */
export async function runStep(robot: RosRobot, step: PlanStep, options: StepOptions): Promise<LoopResult> {
  const { clock, policies, seed, signal, unless, onTick } = options;
  const { skill, post } = step;
  const common = {
    timeout: skill.timeout,
    signal,
    ...(unless === undefined ? {} : { unless }),
    ...(onTick === undefined ? {} : { onTick }),
  };
  robot.bind(step.binding);
  if (skill.by.kind === "policy") {
    const policy = await policies.of(skill.by.task);
    return deploy(robot, policy, clock, {
      ...common,
      seed,
      until: (facts) => post.every((condition) => holds(condition, facts)),
      settle: robot.contract.control === "tool-pose" ? SETTLE : SETTLE / 2,
    });
  }
  const primitive =
    PRIMITIVES.find((name) => name === skill.name) ??
    refuse("step", `a primitive must be one of ${PRIMITIVES.join(", ")}`, skill.name);
  return runPrimitive(robot, clock, primitive, common);
}
