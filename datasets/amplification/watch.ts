/**
 * A take seen again from its seed and its commands: beside what was recorded, where the objects of its goal truly were
 * in every frame and which of them was held. Needs the simulator it was made in. Frame of the scene; metres, radians.
 */
import {
  actionOffsets,
  type Contract,
  distance,
  type Environment,
  type GoalSlot,
  holds,
  objectById,
  type Pose,
  refuse,
  sameGoal,
  slotsOf,
  type Vec3,
} from "../../core/index.js";
import { type Episode, takeId } from "../episode.js";

/** A take with what its recording does not show. */
export interface WatchedTake {
  /** see `takeId` */
  readonly id: string;
  readonly frames: number;
  /** commands [T * 5]: x y z (m), yaw (rad), gripper width (m) */
  readonly commands: Float32Array;
  /** the objects that the goal slots were bound to, frame by frame */
  readonly objects: Readonly<Partial<Record<GoalSlot, readonly Pose[]>>>;
  /** the slot whose object was between the fingers, frame by frame */
  readonly held: readonly (GoalSlot | null)[];
}

/** Numbers of a command under `tool-pose` control. */
export const COMMAND = 5;
/** m by which an object may lie elsewhere at the end than it was seen when the take was made; detectors err by 2 mm */
const SAME = 0.02;

/** Refuses a contract whose takes cannot be moved with the objects of their goal. */
export function checkAmplifiable(contract: Contract): void {
  const place = "amplify";
  if (contract.control === "arm-team")
    refuse(place, "takes must be of one tool: what two hands hold is moved by neither alone", contract.robot);
  if (contract.control !== "tool-pose")
    refuse(
      place,
      "takes must be of a tool: the way of a base leads around obstacles that stand elsewhere in every layout, " +
        "and moving it with its goal would lead through them",
      contract.control,
    );
  if (slotsOf(contract).length === 0)
    refuse(place, "the goal must have slots for objects, with which takes are moved", contract.task);
  const offsets = actionOffsets(contract);
  const wanted = { "action.ee.position": 0, "action.ee.yaw": 3, "action.gripper.width": 4 };
  for (const [name, offset] of Object.entries(wanted))
    if (offsets.get(name) !== offset) refuse(place, `commands must hold ${name} at ${offset}`, contract.task);
}

/**
 * Plays a take in the environment it was made in.
 * @throws InputError when it has no seed, was made under changing goals, or does not end as it was recorded
 */
export function watchTake(environment: Environment, episode: Episode): WatchedTake {
  const { meta, length, actions } = episode;
  const place = "amplify";
  const seed =
    meta.seed ??
    refuse(place, "a take must have the seed of its layout, and its beginning untrimmed", meta.maker);
  if (meta.goalChanges.length > 0) refuse(place, "the goal of a take must stay the same", meta.maker);
  environment.reset(seed);
  if (JSON.stringify(environment.randomisation?.() ?? null) !== JSON.stringify(meta.randomisation ?? null))
    refuse(place, "a take must be of the world it is played in; another one was drawn for it", seed);
  const { goal } = meta;
  const slots = slotsOf(environment.contract);
  if (!sameGoal(goal, environment.goal())) environment.bind(goal);
  const sliding = slots.find((slot) => objectById(environment.scene(), goal[slot]!)?.opening !== undefined);
  if (sliding !== undefined)
    refuse(place, "takes are cut where something is taken or let go; what slides is neither", goal[sliding]);
  const objects: Partial<Record<GoalSlot, Pose[]>> = Object.fromEntries(slots.map((slot) => [slot, []]));
  const held: (GoalSlot | null)[] = [];
  for (let frame = 0; frame < length; frame++) {
    const scene = environment.scene();
    for (const slot of slots) objects[slot]!.push(objectById(scene, goal[slot]!)!.pose);
    held.push(heldSlot(environment, slots));
    environment.step(actions.subarray(frame * COMMAND, (frame + 1) * COMMAND));
  }
  for (const slot of slots) {
    const seen = episode.features[`goal.${slot}.position`]?.slice(-3);
    const here = objects[slot]!.at(-1)!.position;
    if (seen !== undefined && distance(seen as unknown as Vec3, here) > SAME)
      refuse(place, `a take must end in this simulator as it was recorded; its ${slot} does not`, seed);
  }
  return { id: takeId(episode), frames: length, commands: actions, objects, held };
}

/** The slot whose object is between the fingers now. */
export function heldSlot(environment: Environment, slots: readonly GoalSlot[]): GoalSlot | null {
  const scene = environment.scene();
  const goal = environment.goal();
  const { values } = environment.observe();
  const tool = {
    pose: toolPose(values),
    gripperWidth: values["observation.gripper.width"]?.[0] ?? 0,
  };
  const facts = { scene, tool, base: null };
  return slots.find((slot) => holds({ predicate: "holding", object: goal[slot] ?? "" }, facts)) ?? null;
}

function toolPose(values: Readonly<Record<string, Float32Array>>): Pose {
  const [x = 0, y = 0, z = 0] = values["observation.ee.position"] ?? [];
  const [qx = 0, qy = 0, qz = 0, qw = 1] = values["observation.ee.orientation"] ?? [];
  return { position: [x, y, z], orientation: [qx, qy, qz, qw] };
}
