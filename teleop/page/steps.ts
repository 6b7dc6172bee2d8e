/**
 * How far a task has come, as the steps a person reads: decided from the live scene by the same conditions that
 * skills are checked by. Shown only; success is the checker's word. Metres.
 */
import {
  distance,
  holds,
  objectById,
  type Pose,
  planarDistance,
  type Scene,
  TOLERANCES,
  type Vec3,
} from "../../core/index.js";
import type { SceneMessage } from "../studio/protocol.js";
import type { LiveState } from "./live.js";
import type { Words } from "./words/index.js";

/** One step, and what is still missing where that is a distance. */
export interface TaskStep {
  readonly text: (words: Words) => string;
  /** m to go; null where there is no distance */
  readonly left: number | null;
}

/** The steps of a task and how many of them are done. */
export interface Progress {
  readonly steps: readonly TaskStep[];
  readonly done: number;
}

/** m between tool and object at which it is reached. */
const REACHED = 0.045;
/** m beside the middle of a place at which something is over it. */
const OVER = 0.055;

/** The scene of a live state. */
const sceneOf = (message: SceneMessage, state: LiveState): Scene => ({
  frame: message.frame,
  time: state.time,
  source: "simulator",
  privileged: true,
  objects: message.objects.map((object) => ({ ...object, pose: state.objects[object.id] ?? object.pose })),
});

const named =
  (id: string) =>
  (words: Words): string =>
    words.things[id] ?? id.replaceAll("_", " ");

/** Where the task stands. */
export function progressOf(message: SceneMessage, state: LiveState, success: boolean): Progress {
  const scene = sceneOf(message, state);
  const { target, place } = message.goal;
  if (target !== undefined) return withArm(scene, state, target, place ?? null, success);
  return withBase(scene, state.base ?? state.tool, place ?? "", success);
}

function withArm(
  scene: Scene,
  { tool, gripperWidth }: LiveState,
  target: string,
  place: string | null,
  success: boolean,
): Progress {
  const facts = { scene, tool: { pose: tool, gripperWidth }, base: null };
  const object = objectById(scene, target);
  const at: Vec3 = object?.pose.position ?? tool.position;
  const holding = holds({ predicate: "holding", object: target }, facts);
  const lifted = holds({ predicate: "lifted", object: target }, facts);
  const away = distance(tool.position, at);
  const height = at[2] - (object?.size[2] ?? 0) / 2;
  const steps: TaskStep[] = [
    { text: (words) => words.steps.approach(named(target)(words)), left: away },
    { text: (words) => words.steps.grip(named(target)(words)), left: null },
    { text: (words) => words.steps.lift, left: Math.max(0, TOLERANCES.lifted - height) },
  ];
  let done = lifted && holding ? 3 : holding ? 2 : away < REACHED ? 1 : 0;
  if (place === null) {
    steps.push({ text: (words) => words.steps.hold, left: null });
    return { steps, done: success ? steps.length : done };
  }
  const bin = objectById(scene, place);
  const aside = bin === undefined ? Number.POSITIVE_INFINITY : planarDistance(at, bin.pose.position);
  steps.push(
    { text: (words) => words.steps.carry(named(place)(words)), left: aside },
    { text: (words) => words.steps.release, left: null },
  );
  if (aside < OVER && (holding || holds({ predicate: "in", object: target, place }, facts))) done = 4;
  return { steps, done: success ? steps.length : done };
}

function withBase(scene: Scene, base: Pose, place: string, success: boolean): Progress {
  const goal = objectById(scene, place);
  const away = goal === undefined ? 0 : planarDistance(base.position, goal.pose.position);
  return {
    steps: [
      { text: (words) => words.steps.go(named(place)(words)), left: away },
      { text: (words) => words.steps.stand, left: null },
    ],
    done: success ? 2 : away < TOLERANCES.at ? 1 : 0,
  };
}
