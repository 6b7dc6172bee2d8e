/**
 * Skills: a policy or a motion primitive with arguments, and pre-, hold and post-conditions over the facts.
 * The conditions are a closed list of predicates, decided from a scene (with its noise) and the robot's own
 * state, the same in simulation and on a robot. Not here: words, search, execution (`robot/plan`).
 */
import { impossible } from "./errors.js";
import { invert, type Pose, transformPoint } from "./math/pose.js";
import { distance, planarDistance, type Vec3 } from "./math/vec3.js";
import { MOVABLE_CLASSES, objectById, type Scene, type SceneObject } from "./scene.js";
import { partsOf, type Shape } from "./shape.js";
import type { Rate } from "./statistics.js";

/** Where a tool is, and m between its pads. */
export interface ToolFacts {
  readonly pose: Pose;
  readonly gripperWidth: number;
}

/** What conditions are decided from. */
export interface Facts {
  readonly scene: Scene;
  /** null for a robot without an arm; of several arms the first's */
  readonly tool: ToolFacts | null;
  /** those of further arms */
  readonly otherTools?: readonly ToolFacts[];
  /** null for a robot that cannot drive; speed in m/s */
  readonly base: { readonly pose: Pose; readonly speed: number } | null;
}

/** Arguments are object ids in facts, or slot names (`target`, `place`) in a skill's card. */
export type Condition =
  | { readonly predicate: "seen"; readonly object: string }
  | { readonly predicate: "graspable"; readonly object: string }
  | { readonly predicate: "on-table"; readonly object: string }
  | { readonly predicate: "holding"; readonly object: string }
  | { readonly predicate: "lifted"; readonly object: string }
  | { readonly predicate: "in"; readonly object: string; readonly place: string }
  | { readonly predicate: "hand-empty" }
  | { readonly predicate: "at"; readonly place: string }
  | { readonly predicate: "not"; readonly condition: Condition };

/** Distances in metres; wide enough for 2 mm of detector noise, narrow enough to tell success from failure. */
export const TOLERANCES = {
  /** an object this far above its resting height is lifted */
  lifted: 0.04,
  /** an object whose centre is this near to the tool, between closed fingers, is held */
  held: 0.03,
  /** a gripper opened this wide holds nothing of the sizes we know */
  open: 0.06,
  /** narrower than this, closed fingers hold nothing */
  closed: 0.01,
  /** resting on the table: height of the centre above half its size */
  onTable: 0.012,
  /** a base this near to a place, and slower than `standing`, is at it */
  at: 0.25,
  standing: 0.05,
} as const;

/** Whether a condition holds. An object that is not seen makes every condition about it false. */
export function holds(condition: Condition, facts: Facts): boolean {
  switch (condition.predicate) {
    case "seen":
      return objectById(facts.scene, condition.object) !== undefined;
    case "graspable":
      return withObject(
        facts,
        condition.object,
        // The skills that ask for it have only ever been shown cubes.
        (object) => object.class === "cube" && Math.min(object.size[0], object.size[1]) < 0.07,
      );
    case "on-table":
      return withObject(
        facts,
        condition.object,
        (object) =>
          Math.abs(object.pose.position[2] - object.size[2] / 2) < TOLERANCES.onTable &&
          !facts.scene.objects.some((place) => isIn(object, place)),
      );
    case "holding":
      return withObject(facts, condition.object, (object) => isHeld(object, facts));
    case "lifted":
      return withObject(
        facts,
        condition.object,
        (object) => object.pose.position[2] - object.size[2] / 2 > TOLERANCES.lifted,
      );
    case "in":
      return withObject(facts, condition.object, (object) =>
        withObject(facts, condition.place, (place) => isIn(object, place) && !isHeld(object, facts)),
      );
    case "hand-empty":
      return facts.tool !== null && !facts.scene.objects.some((object) => isHeld(object, facts));
    case "at": {
      const { base } = facts;
      return (
        base !== null &&
        withObject(
          facts,
          condition.place,
          (place) =>
            planarDistance(base.pose.position, place.pose.position) < TOLERANCES.at &&
            base.speed < TOLERANCES.standing,
        )
      );
    }
    case "not":
      return !holds(condition.condition, facts);
    default:
      return impossible(condition);
  }
}

const withObject = (facts: Facts, id: string, test: (object: SceneObject) => boolean): boolean => {
  const object = objectById(facts.scene, id);
  return object !== undefined && test(object);
};

/** Inside a bin: over its floor, below one object's height above its rim; inside a drawer: between its walls. */
function isIn(object: SceneObject, place: SceneObject): boolean {
  if (object.id === place.id) return false;
  if (place.class === "drawer") {
    const [x, y, z] = transformPoint(invert(place.pose), object.pose.position);
    const [length, width, height] = place.size;
    return Math.abs(x) < length / 2 && Math.abs(y) < width / 2 && z > -0.01 && z < height;
  }
  if (place.class !== "bin") return false;
  const [dx, dy, dz] = [0, 1, 2].map((i) => object.pose.position[i]! - place.pose.position[i]!) as [
    number,
    number,
    number,
  ];
  return (
    Math.abs(dx) < place.size[0] / 2 &&
    Math.abs(dy) < place.size[1] / 2 &&
    dz > -0.01 &&
    dz < place.size[2] + object.size[2]
  );
}

const POINT: Shape = { kind: "sphere", radius: 0 };

const isHeld = (object: SceneObject, facts: Facts): boolean => handsOn(object, facts) > 0;

/** How many hands hold an object: closed around it, not on nothing. */
export function handsOn(object: SceneObject, { tool, otherTools = [] }: Facts): number {
  if (tool === null || !MOVABLE_CLASSES.includes(object.class)) return 0;
  return [tool, ...otherTools].filter(
    ({ pose, gripperWidth }) =>
      gripperWidth < TOLERANCES.open &&
      gripperWidth > TOLERANCES.closed &&
      // A thing of several parts is held by any of them, a nut by its handle; a peg anywhere along it.
      (object.class === "peg"
        ? alongPeg(pose.position, object) < TOLERANCES.held
        : partsOf(object.shape ?? POINT).some(
            ({ at }) => distance(pose.position, transformPoint(object.pose, at.position)) < TOLERANCES.held,
          )),
  ).length;
}

/** m from a point to the line through the middle of a peg, as long as the peg is. */
function alongPeg(point: Vec3, { pose, size }: SceneObject): number {
  const local = transformPoint(invert(pose), point);
  const long = size.indexOf(Math.max(...size));
  return Math.hypot(...local.map((v, k) => (k === long ? Math.max(0, Math.abs(v) - size[k]! / 2) : v)));
}

/** `in(red_cube, left_bin)`: the condition as a person reads it. */
export function showCondition(condition: Condition): string {
  switch (condition.predicate) {
    case "hand-empty":
      return "hand-empty";
    case "in":
      return `in(${condition.object}, ${condition.place})`;
    case "at":
      return `at(${condition.place})`;
    case "not":
      return `not ${showCondition(condition.condition)}`;
    case "seen":
    case "graspable":
    case "on-table":
    case "holding":
    case "lifted":
      return `${condition.predicate}(${condition.object})`;
    default:
      return impossible(condition);
  }
}

/** Replaces slot names by the ids of a binding. */
export function bindCondition(condition: Condition, names: Readonly<Record<string, string>>): Condition {
  const named = (name: string): string => names[name] ?? name;
  switch (condition.predicate) {
    case "hand-empty":
      return condition;
    case "in":
      return { predicate: "in", object: named(condition.object), place: named(condition.place) };
    case "at":
      return { predicate: "at", place: named(condition.place) };
    case "not":
      return { predicate: "not", condition: bindCondition(condition.condition, names) };
    case "seen":
    case "graspable":
    case "on-table":
    case "holding":
    case "lifted":
      return { predicate: condition.predicate, object: named(condition.object) };
    default:
      return impossible(condition);
  }
}

/** A skill as the planner and the executor see it. */
export interface SkillCard {
  readonly name: string;
  /** how it moves: a learned policy of that task, or a motion primitive of the executor */
  readonly by: { readonly kind: "policy"; readonly task: string } | { readonly kind: "primitive" };
  /** the goal slots it needs bound */
  readonly slots: readonly ("target" | "place")[];
  /** must hold before */
  readonly pre: readonly Condition[];
  /** must hold all the time while it runs */
  readonly hold: readonly Condition[];
  /** must hold after, by observation */
  readonly post: readonly Condition[];
  /** what it makes false, for the search */
  readonly deletes: readonly Condition[];
  /** seconds it may take */
  readonly timeout: number;
  /** measured success of the policy behind it; null for a primitive or before evaluation */
  readonly measured: Rate | null;
}
