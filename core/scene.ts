/**
 * The scene: what stands around the robot, as an observation with a source. In the frame it names, metres,
 * z up. The simulator gives it exactly (privileged), a ROS 2 detector gives it with noise and age. Policies,
 * planner and checks see objects only through this door.
 */
import { GOAL_SLOTS, type GoalSlot, type ScenePart } from "./contract.js";
import { refuse } from "./errors.js";
import type { Pose } from "./math/pose.js";
import type { Vec3 } from "./math/vec3.js";
import type { Shape } from "./shape.js";

/** What kinds of object the house knows; a place is somewhere a skill can bring something, or go to. */
export type ObjectClass =
  | "cube"
  | "box"
  | "can"
  | "nut"
  | "tee"
  | "outline"
  | "sponge"
  | "pot"
  | "stain"
  | "rope"
  | "rope-end"
  | "mark"
  | "bin"
  | "peg"
  | "hole"
  | "drawer"
  | "cabinet"
  | "table"
  | "shelf"
  | "door"
  | "desk"
  | "obstacle"
  | "track"
  | "step"
  | "ramp"
  | "platform";
/** All of them, for parsers and lists. */
export const OBJECT_CLASSES: readonly ObjectClass[] = [
  "cube",
  "box",
  "can",
  "nut",
  "tee",
  "outline",
  "sponge",
  "pot",
  "stain",
  "rope",
  "rope-end",
  "mark",
  "bin",
  "peg",
  "hole",
  "drawer",
  "cabinet",
  "table",
  "shelf",
  "door",
  "desk",
  "obstacle",
  "track",
  "step",
  "ramp",
  "platform",
];
/** What a hand takes; the rest stands where it stands. */
export const MOVABLE_CLASSES: readonly ObjectClass[] = [
  "cube",
  "box",
  "can",
  "nut",
  "peg",
  "tee",
  "sponge",
  "pot",
  "rope-end",
];

/** The colours objects are named by. */
export type Colour = "red" | "green" | "blue" | "yellow" | "orange" | "purple" | "white" | "black";
/** All of them, for parsers and lists. */
export const COLOURS: readonly Colour[] = [
  "red",
  "green",
  "blue",
  "yellow",
  "orange",
  "purple",
  "white",
  "black",
];

/** One object as it is seen. */
export interface SceneObject {
  /** stable while the object is tracked, e.g. `red_cube` */
  readonly id: string;
  readonly class: ObjectClass;
  readonly colour: Colour | null;
  /** full extents along the object's own axes, metres (of a bin and a drawer: inside its walls) */
  readonly size: Vec3;
  /**
   * frame of the scene ← centre of the object (of a bin and a drawer: the centre of its floor; of a nut and a hole: the
   * middle of the hole; of a table and a platform: the middle of its top). A drawer opens along its x axis, a ramp rises
   * along it; into a hole that does not stand upright one goes along it.
   */
  readonly pose: Pose;
  /** where the source knows more than class and size say */
  readonly shape?: Shape;
  /** of what slides: how far it is open, m */
  readonly opening?: number;
  /** standard deviations: metres and radians; 0 when exact */
  readonly uncertainty: { readonly position: number; readonly rotation: number };
  /** when it was seen, seconds on the scene's clock */
  readonly time: number;
}

/** All that is seen at a time. */
export interface Scene {
  /** the frame of all poses: the robot's base for an arm, the map for a mobile base */
  readonly frame: string;
  /** when the newest part of it was seen, seconds */
  readonly time: number;
  readonly source: "simulator" | "detector" | "estimator";
  /** true when it knows what no sensor could: never on a real robot */
  readonly privileged: boolean;
  readonly objects: readonly SceneObject[];
}

/** Which object each goal slot is bound to, by id. */
export type GoalBinding = Readonly<Partial<Record<GoalSlot, string>>>;

/** Whether two goals bind every slot alike. */
export const sameGoal = (a: GoalBinding, b: GoalBinding): boolean =>
  GOAL_SLOTS.every((slot) => a[slot] === b[slot]);

/** What a goal feature shows of an object. @throws InputError for the opening of what does not slide */
export function scenePart({ id, pose, size, opening }: SceneObject, part: ScenePart): readonly number[] {
  switch (part) {
    case "position":
      return pose.position;
    case "orientation":
      return pose.orientation;
    case "size":
      return size;
    case "opening":
      return [opening ?? refuse("goal", "must be bound to a thing that is known to slide", id)];
  }
}

/** The object of that id, or undefined when it is not seen. */
export const objectById = (scene: Scene, id: string): SceneObject | undefined =>
  scene.objects.find((object) => object.id === id);
