/**
 * Where objects are as the robot sees them: x ahead, y to its left, metres, in the frame of its base. The frame
 * of a scene is an arm's own base already; on a map the base's pose is taken off. Relations and superlatives
 * of words are decided here, with margins wider than a detector's noise.
 */
import { type Facts, holds, invert, type SceneObject, transformPoint, type Vec3 } from "../../core/index.js";
import type { Relation, Side } from "./meaning.js";

/** m: two objects whose places differ by less along an axis are not left or right of one another */
const MARGIN = 0.02;
/** m: two objects whose distances differ by less are equally near */
const EQUALLY_NEAR = 0.01;
/** m: what is nearer than this, or than the other's size, is next to it */
const BESIDE = 0.1;
/** m: how exactly one thing rests on another */
const RESTING = 0.015;

/** A position in the robot's own frame. */
export function seenByRobot(facts: Facts, position: Vec3): Vec3 {
  return facts.base === null ? position : transformPoint(invert(facts.base.pose), position);
}

/** Whether `object` stands in that relation to every one of `others` (of `between`: to the two). */
export function related(
  facts: Facts,
  object: SceneObject,
  relation: Relation,
  others: readonly SceneObject[],
): boolean {
  if (relation === "between") {
    const [a, b] = others;
    if (a === undefined || b === undefined || object.id === a.id || object.id === b.id) return false;
    const [o, p, q] = [object, a, b].map(({ pose }) => pose.position) as [Vec3, Vec3, Vec3];
    return planar(o, p) + planar(o, q) < 1.1 * planar(p, q);
  }
  return others.every((other) => object.id !== other.id && isTo(facts, object, relation, other));
}

function isTo(facts: Facts, object: SceneObject, relation: Relation, other: SceneObject): boolean {
  const [x, y, z] = seenByRobot(facts, object.pose.position);
  const [ox, oy, oz] = seenByRobot(facts, other.pose.position);
  switch (relation) {
    case "in":
    case "to":
      return holds({ predicate: "in", object: object.id, place: other.id }, facts);
    case "on":
      return isTo(facts, object, "in", other) || isTo(facts, object, "on-top-of", other);
    case "on-top-of":
      return (
        Math.abs(z - object.size[2] / 2 - (other.class === "table" ? oz : oz + other.size[2] / 2)) <
          RESTING &&
        Math.abs(x - ox) < other.size[0] / 2 &&
        Math.abs(y - oy) < other.size[1] / 2
      );
    case "next-to":
      return (
        Math.hypot(x - ox, y - oy) - (breadth(object) + breadth(other)) / 2 <
          Math.max(BESIDE, breadth(other)) && !isTo(facts, object, "in", other)
      );
    case "left-of":
      return y > oy + MARGIN;
    case "right-of":
      return y < oy - MARGIN;
    case "in-front-of":
      return x < ox - MARGIN;
    case "behind":
      return x > ox + MARGIN;
    case "under":
      return isTo(facts, other, "on-top-of", object);
    case "containing":
      return isTo(facts, other, "in", object);
    case "between":
      return false;
  }
}

/** Those at that side: of one, whether it is there; of several, the outermost, or all of that half if `many`. */
export function atSide(
  facts: Facts,
  objects: readonly SceneObject[],
  side: Side,
  many: boolean,
): readonly SceneObject[] {
  const along = (object: SceneObject): number => {
    const [x, y] = seenByRobot(facts, object.pose.position);
    if (side === "left" || side === "middle") return y;
    if (side === "right") return -y;
    return side === "far" ? x : -x;
  };
  if (side === "middle") {
    const sorted = [...objects].sort((a, b) => along(a) - along(b));
    return sorted.length % 2 === 0 ? [] : [sorted[(sorted.length - 1) / 2]!];
  }
  const lateral = side === "left" || side === "right";
  if (lateral && (many || objects.length === 1)) return objects.filter((object) => along(object) > MARGIN);
  if (objects.length === 1) return objects;
  if (many) {
    const middle = objects.reduce((sum, object) => sum + along(object), 0) / objects.length;
    return objects.filter((object) => along(object) > middle + MARGIN);
  }
  const most = Math.max(...objects.map(along));
  return objects.filter((object) => along(object) > most - MARGIN);
}

/** The nearest or farthest to a position in the scene's frame, null for the robot; several when it is close. */
export function byDistance(
  facts: Facts,
  objects: readonly SceneObject[],
  which: "nearest" | "farthest",
  from: Vec3 | null,
): readonly SceneObject[] {
  const sign = which === "nearest" ? 1 : -1;
  const far = (object: SceneObject): number =>
    sign *
    (from === null
      ? planar(seenByRobot(facts, object.pose.position), [0, 0, 0])
      : planar(object.pose.position, from));
  const least = Math.min(...objects.map(far));
  return objects.filter((object) => far(object) < least + EQUALLY_NEAR);
}

/** The biggest or smallest by volume; several when they differ by less than a tenth. */
export function bySize(
  objects: readonly SceneObject[],
  which: "biggest" | "smallest",
): readonly SceneObject[] {
  const volume = ({ size }: SceneObject) => size[0] * size[1] * size[2];
  const volumes = objects.map(volume);
  const [least, most] = [Math.min(...volumes), Math.max(...volumes)];
  return objects.filter((object) =>
    which === "biggest" ? volume(object) > most / 1.1 : volume(object) < least * 1.1,
  );
}

/** From the nearest to the robot to the farthest. */
export const nearestFirst = (facts: Facts, objects: readonly SceneObject[]): SceneObject[] => {
  const far = (object: SceneObject) => planar(seenByRobot(facts, object.pose.position), [0, 0, 0]);
  return [...objects].sort((a, b) => far(a) - far(b));
};

const planar = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
const breadth = ({ size }: SceneObject): number => Math.max(size[0], size[1]);
