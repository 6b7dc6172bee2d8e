/**
 * Runs the steps of a plan on a robot: a learned policy through the deployment loop, or a motion primitive. Whether a
 * step has done what it should is not decided here but by the plan's checks.
 */
import { type Clock, refuse } from "../../core/index.js";
import { type LoadedPolicy, loadPolicyFile } from "../../policy/index.node.js";
import {
  deployWithRecovery,
  type LoopResult,
  type PlanStep,
  PRIMITIVES,
  type RosRobot,
  runPrimitive,
  type StartRegion,
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
  /** where an arm that is not built in begins */
  readonly start?: StartRegion;
  /** aborted when the step's effects are seen, a condition broke, its time is over, or somebody stops */
  readonly signal: AbortSignal;
  readonly onTick?: (tick: Tick) => void;
}

/** Runs one step until it is through or the signal says so. */
export async function runStep(robot: RosRobot, step: PlanStep, options: StepOptions): Promise<LoopResult> {
  const { clock, policies, seed, signal, onTick } = options;
  const { skill } = step;
  const common = {
    // The executor watches the time; this is only a second lock on the door.
    timeout: skill.timeout + 5,
    signal,
    ...(onTick === undefined ? {} : { onTick }),
  };
  robot.bind(step.binding);
  if (skill.by.kind === "policy")
    return deployWithRecovery(robot, await policies.of(skill.by.task), clock, { ...common, seed });
  const primitive =
    PRIMITIVES.find((name) => name === skill.name) ??
    refuse("step", `a primitive must be one of ${PRIMITIVES.join(", ")}`, skill.name);
  const { start } = options;
  return runPrimitive(robot, clock, primitive, { ...common, ...(start === undefined ? {} : { start }) });
}
