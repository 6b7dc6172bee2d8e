/**
 * The two gripper actions as typed plain data: positions in m or rad, as the gripper's controller counts, efforts in
 * N or Nm. A goal is refused when a number is not finite.
 */
import { refuse } from "../../core/index.js";
import type { RosMessage } from "./graph.js";
import { finite, number, record } from "./message-fields.js";
import { jointStateMessage, readJointState } from "./messages-arm.js";

/** What both gripper actions say: joint position (m or rad, as the gripper's controller counts) and effort. */
export interface GripperGoal {
  readonly position: number;
  /** 0: the controller's own limit */
  readonly maxEffort: number;
}
/** Where a gripper is: position as its goal counts, effort in N or Nm. */
export interface GripperState {
  readonly position: number;
  readonly effort: number;
  readonly stalled: boolean;
  readonly reached: boolean;
}

/** A `GripperCommand` goal; refused when not finite. */
export const gripperGoal = ({ position, maxEffort }: GripperGoal): RosMessage => ({
  command: {
    position: finite("gripper goal", "position", position),
    max_effort: finite("gripper goal", "maxEffort", maxEffort),
  },
});
/** Command: refused when not finite. */
export function readGripperGoal(goal: RosMessage): GripperGoal {
  const command = record("gripper goal", goal["command"]);
  return {
    position: finite("gripper goal", "position", number("gripper goal", command, "position")),
    maxEffort: finite("gripper goal", "max_effort", number("gripper goal", command, "max_effort")),
  };
}
/** Also its feedback. */
export const gripperResult = (state: GripperState): RosMessage => ({
  position: state.position,
  effort: state.effort,
  stalled: state.stalled,
  reached_goal: state.reached,
});
/** Also its feedback. */
export const readGripperResult = (values: RosMessage): GripperState => ({
  position: number("gripper result", values, "position"),
  effort: number("gripper result", values, "effort"),
  stalled: values["stalled"] === true,
  reached: values["reached_goal"] === true,
});

/** @param joint the gripper's joint, which this action must name */
export const parallelGripperGoal = (joint: string, { position, maxEffort }: GripperGoal): RosMessage => ({
  command: jointStateMessage({
    stamp: null,
    name: [joint],
    position: [finite("gripper goal", "position", position)],
    velocity: [],
    effort: maxEffort === 0 ? [] : [finite("gripper goal", "maxEffort", maxEffort)],
  }),
});
/** Command: refused when not finite. */
export function readParallelGripperGoal(goal: RosMessage): GripperGoal & { readonly joint: string } {
  const { name, position, effort } = readJointState(record("gripper goal", goal["command"]));
  if (name.length !== 1 || position.length !== 1)
    refuse("gripper goal", "must name one joint and its position", name);
  return {
    joint: name[0]!,
    position: finite("gripper goal", "position", position[0]!),
    maxEffort: finite("gripper goal", "effort", effort[0] ?? 0),
  };
}
/** A `ParallelGripperCommand` result. */
export const parallelGripperResult = (joint: string, state: GripperState): RosMessage => ({
  state: jointStateMessage({
    stamp: null,
    name: [joint],
    position: [state.position],
    velocity: [],
    effort: [state.effort],
  }),
  stalled: state.stalled,
  reached_goal: state.reached,
});
/** Also its feedback, which says neither stalled nor reached. */
export function readParallelGripperResult(values: RosMessage): GripperState {
  const state = readJointState(record("gripper result", values["state"]));
  return {
    position: state.position[0] ?? Number.NaN,
    effort: state.effort[0] ?? Number.NaN,
    stalled: values["stalled"] === true,
    reached: values["reached_goal"] === true,
  };
}
