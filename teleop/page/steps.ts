/**
 * How far a task has come, as the steps a person reads: decided from the live scene by the same conditions that
 * skills are checked by. Shown only; success is the checker's word. Metres.
 */
import {
  distance,
  dot,
  type Facts,
  holds,
  invert,
  objectById,
  type Pose,
  planarDistance,
  rotate,
  type Scene,
  type SceneObject,
  subtract,
  TOLERANCES,
  transformPoint,
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
/** m that a drawer must be open before something fits in. */
const OPEN = 0.11;
/** m from the middle of a T at which fingers are beside it. */
const BESIDE = 0.1;
/** m beside the middle of a place at which something is over it. */
const OVER = 0.055;

/** The scene of a live state. */
const sceneOf = (message: SceneMessage, state: LiveState): Scene => ({
  frame: message.frame,
  time: state.time,
  source: "simulator",
  privileged: true,
  objects: message.objects.map((object) => {
    const pose = state.objects[object.id] ?? object.pose;
    if (object.opening === undefined) return { ...object, pose };
    const moved = subtract(pose.position, object.pose.position);
    return { ...object, pose, opening: object.opening + dot(moved, rotate(pose.orientation, [1, 0, 0])) };
  }),
});

const named =
  (id: string) =>
  (words: Words): string =>
    words.things[id] ?? id.replaceAll("_", " ");

/** Where the task stands. */
export function progressOf(message: SceneMessage, state: LiveState, success: boolean): Progress {
  const scene = sceneOf(message, state);
  const { goal } = message;
  if (goal.target === undefined) return withBase(scene, state.base ?? state.tool, goal.place ?? "", success);
  const parts = [
    objectById(scene, goal.place ?? "")?.class === "drawer"
      ? withDrawer(scene, state, goal.target, goal.place!)
      : withArm(scene, state, goal.target, goal.place ?? null),
  ];
  const second = goal["second-target"];
  // A third cube goes on the second one, where it has no place of its own.
  if (second !== undefined) parts.push(withArm(scene, state, second, goal["second-place"] ?? goal.target));
  const steps = parts.flatMap((part) => part.steps);
  if (success) return { steps, done: steps.length };
  const at = parts.findIndex((part) => part.done < part.steps.length);
  // Everything is where it goes, but the checker has not said so yet.
  if (at < 0) return { steps, done: steps.length - 1 };
  const before = parts.slice(0, at).reduce((sum, part) => sum + part.steps.length, 0);
  return { steps, done: before + parts[at]!.done };
}

/** A drawer is opened first and closed in the end. */
function withDrawer(scene: Scene, state: LiveState, target: string, place: string): Progress {
  const { steps, done } = withArm(scene, state, target, place);
  const opening = objectById(scene, place)!.opening ?? 0;
  const inside = done === steps.length;
  const open: TaskStep = {
    text: (words) => words.steps.open(named(place)(words)),
    left: inside ? null : Math.max(0, OPEN - opening),
  };
  const close: TaskStep = {
    text: (words) => words.steps.close(named(place)(words)),
    left: inside ? Math.max(0, opening) : null,
  };
  return { steps: [open, ...steps, close], done: inside || opening > OPEN ? done + 1 : 0 };
}

function withArm(
  scene: Scene,
  { tool, gripperWidth }: LiveState,
  target: string,
  place: string | null,
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
  const done = lifted && holding ? 3 : holding ? 2 : away < REACHED ? 1 : 0;
  if (place === null) {
    steps.push({ text: (words) => words.steps.hold, left: null });
    return { steps, done };
  }
  const where = objectById(scene, place);
  const aside =
    where === undefined
      ? Number.POSITIVE_INFINITY
      : where.class === "table"
        ? besideTable(at, where)
        : planarDistance(at, where.pose.position);
  // A hole that does not lead down is entered sideways, and the hand need not let go.
  const sideways = where?.class === "hole" && object !== undefined && object.size[0] > object.size[2];
  const [reach, grip] = steps as [TaskStep, TaskStep];
  const to = (step: (words: Words) => (where: string) => string): TaskStep => ({
    text: (words) => step(words)(named(place)(words)),
    left: aside,
  });
  if (where?.class === "outline")
    return { steps: [reach, to((words) => words.steps.slide)], done: away < BESIDE ? 1 : 0 };
  if (where?.class === "stain") {
    const clean = where.pose.position[2] < -0.001;
    return { steps: [reach, grip, to((words) => words.steps.wipe)], done: clean ? 3 : Math.min(done, 2) };
  }
  steps.push(
    { text: (words) => words.steps.carry(named(place)(words)), left: aside },
    {
      text: (words) => (sideways ? words.steps.push(named(place)(words)) : words.steps.release),
      left: null,
    },
  );
  if (object === undefined || where === undefined) return { steps, done };
  if (!holding && isThere(object, where)) return { steps, done: 5 };
  return { steps, done: aside < OVER && holding ? 4 : done };
}

/** Whether a thing that nothing holds is where it was to go: in a bin, around a peg, or on another thing. */
function isThere(object: SceneObject, place: SceneObject): boolean {
  const [x, y, z] = [0, 1, 2].map((k) => object.pose.position[k]! - place.pose.position[k]!) as [
    number,
    number,
    number,
  ];
  switch (place.class) {
    case "bin":
      return (
        Math.abs(x) < place.size[0] / 2 &&
        Math.abs(y) < place.size[1] / 2 &&
        z < place.size[2] + object.size[2]
      );
    case "drawer":
      return holds({ predicate: "in", object: object.id, place: place.id }, alone(object, place));
    case "hole":
      return Math.hypot(x, y) < 0.01 && z < object.size[2] / 2;
    case "table":
      return besideTable(object.pose.position, place) === 0 && Math.abs(z - object.size[2] / 2) < 0.02;
    case "peg":
      return Math.hypot(x, y) < 0.03 && z < 0;
    default:
      return Math.hypot(x, y) < 0.03 && Math.abs(z - (object.size[2] + place.size[2]) / 2) < 0.01;
  }
}

/** m beside a table's top, flat; 0 over it. */
function besideTable(at: Vec3, { pose, size }: SceneObject): number {
  const [x, y] = transformPoint(invert(pose), at);
  return Math.hypot(Math.max(0, Math.abs(x) - size[0] / 2), Math.max(0, Math.abs(y) - size[1] / 2));
}

/** Two things and no robot. */
const alone = (...objects: SceneObject[]): Facts => ({
  scene: { frame: "", time: 0, source: "simulator", privileged: true, objects },
  tool: null,
  base: null,
});

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
