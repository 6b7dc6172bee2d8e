/** Scenes for sentences, and how tests write down what came of one. Arm's base or map frame, metres. */
import type { Colour, Facts, ObjectClass, Pose, SceneObject, Vec3 } from "../../../core/index.js";
import { showCondition } from "../../../core/index.js";
import type { Goals, Understanding } from "../../../robot/index.js";

const object = (
  id: string,
  kind: ObjectClass,
  colour: Colour | null,
  size: Vec3,
  position: Vec3,
): SceneObject => ({
  id,
  class: kind,
  colour,
  size,
  pose: { position, orientation: [0, 0, 0, 1] },
  uncertainty: { position: 0.002, rotation: 0.017 },
  time: 0,
});

/** A cube of 4 cm lying on the table unless `z`, the height of its centre, says otherwise. */
export const cube = (colour: Colour, x: number, y: number, id = `${colour}_cube`, z = 0.02): SceneObject =>
  object(id, "cube", colour, [0.04, 0.04, 0.04], [x, y, z]);

export const bin = (side: string, y: number, x = 0.5): SceneObject =>
  object(`${side}_bin`, "bin", null, [0.14, 0.14, 0.04], [x, y, 0]);

export const stand = (kind: ObjectClass, x: number, y: number): SceneObject =>
  object(kind, kind, null, [0.5, 0.5, 1], [x, y, 0]);

/** What an arm sees, its hand open and away from everything. */
export const table = (...objects: SceneObject[]): Facts => ({
  scene: { frame: "base", time: 0, source: "detector", privileged: false, objects },
  tool: { pose: { position: [0.5, 0, 0.3], orientation: [1, 0, 0, 0] }, gripperWidth: 0.08 },
  base: null,
});

/** What a base sees on its map, standing at `pose`. */
export const room = (pose: Pose, ...objects: SceneObject[]): Facts => ({
  scene: { frame: "map", time: 0, source: "detector", privileged: false, objects },
  tool: null,
  base: { pose, speed: 0 },
});

/** Left to right as the robot sees them: left bin, blue, red, green, right bin with yellow. Red is nearest. */
export const FOUR_CUBES = table(
  cube("red", 0.45, 0.05),
  cube("green", 0.55, -0.06),
  cube("blue", 0.5, 0.12),
  cube("yellow", 0.5, -0.31),
  bin("left", 0.3),
  bin("right", -0.3),
);

/** Two red cubes and a blue one between them. */
export const TWO_RED = table(
  cube("red", 0.45, 0.1, "red_a"),
  cube("red", 0.5, -0.1, "red_b"),
  cube("blue", 0.6, 0),
  bin("left", 0.3),
  bin("right", -0.3),
);

/** A base in the middle, looking at the shelf's wall. */
export const ROOM = room(
  { position: [0, 0, 0], orientation: [0, 0, 0, 1] },
  stand("shelf", 2, 1),
  stand("door", -2, 0),
  stand("desk", 0.5, -2),
);

/** `in(red_cube, left_bin) ; lifted(green_cube)`: groups in order, conditions of a group sorted. */
export const goalText = (goals: Goals): string =>
  goals.map(({ literals }) => literals.map(showCondition).sort().join(" & ")).join(" ; ");

/** What came of a sentence, in a line: the goals of a plan, or why there is none. */
export function outcome(understanding: Understanding): string {
  switch (understanding.kind) {
    case "plan":
      return goalText(understanding.goals);
    case "nothing-to-do":
      return `already ${goalText(understanding.goals)}`;
    case "refuse":
      return `refuse: ${understanding.reason.kind}`;
    case "ask": {
      const { question, options } = understanding;
      if (question.kind === "unknown-words") return `ask: ${question.words.join(", ")}?`;
      if (question.kind !== "which") return `ask: ${question.kind}`;
      return `ask: ${options
        .map(({ goals }) => goalText(goals))
        .sort()
        .join(" | ")}`;
    }
  }
}
