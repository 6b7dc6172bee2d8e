/**
 * The shape of a thing, as plain data: what it collides with and what pictures show. In the thing's own frame,
 * metres, z up as it usually stands. No mass, no colour, no mesh.
 */
import { impossible } from "./errors.js";
import type { Pose } from "./math/pose.js";
import { rotate } from "./math/quat.js";
import type { Vec3 } from "./math/vec3.js";

/** A solid around the origin; the axis of a cylinder and of a capsule is z. A capsule is `length` long between its round ends. */
export type SimpleShape =
  | { readonly kind: "box"; readonly size: Vec3 }
  | { readonly kind: "cylinder"; readonly radius: number; readonly height: number }
  | { readonly kind: "sphere"; readonly radius: number }
  | { readonly kind: "capsule"; readonly radius: number; readonly length: number };

/** A solid, or several that move as one (a nut with a hole, a drawer with a handle). */
export type Shape =
  | SimpleShape
  | {
      readonly kind: "compound";
      readonly parts: readonly { readonly shape: SimpleShape; readonly at: Pose }[];
    };

/** The solids of a shape, each with its place in the shape's frame. */
export const partsOf = (shape: Shape): readonly { readonly shape: SimpleShape; readonly at: Pose }[] =>
  shape.kind === "compound"
    ? shape.parts
    : [{ shape, at: { position: [0, 0, 0], orientation: [0, 0, 0, 1] } }];

/** Cubic metres. */
export function volumeOf(shape: SimpleShape): number {
  switch (shape.kind) {
    case "box":
      return shape.size[0] * shape.size[1] * shape.size[2];
    case "cylinder":
      return Math.PI * shape.radius ** 2 * shape.height;
    case "sphere":
      return (4 / 3) * Math.PI * shape.radius ** 3;
    case "capsule":
      return Math.PI * shape.radius ** 2 * (shape.length + (4 / 3) * shape.radius);
    default:
      return impossible(shape);
  }
}

/** The box along the shape's own axes that just holds it: its middle and full extents. */
export function boundsOf(shape: Shape): { readonly centre: Vec3; readonly size: Vec3 } {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = low.map((value) => -value);
  for (const part of partsOf(shape)) {
    const half = halfExtents(part.shape);
    const axes = (
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ] as const
    ).map((axis) => rotate(part.at.orientation, axis));
    for (let k = 0; k < 3; k++) {
      const reach = reachAlong(part.shape, axes, half, k);
      low[k] = Math.min(low[k]!, part.at.position[k]! - reach);
      high[k] = Math.max(high[k]!, part.at.position[k]! + reach);
    }
  }
  const each = <T>(pick: (k: number) => T) => [pick(0), pick(1), pick(2)] as const;
  return {
    centre: each((k) => (low[k]! + high[k]!) / 2),
    size: each((k) => high[k]! - low[k]!),
  };
}

/** How far a solid reaches from its middle along the k-th axis, its own axes given there. */
function reachAlong(shape: SimpleShape, axes: readonly Vec3[], half: Vec3, k: number): number {
  switch (shape.kind) {
    case "sphere":
      return shape.radius;
    case "capsule":
      return shape.radius + (Math.abs(axes[2]![k]!) * shape.length) / 2;
    case "box":
    case "cylinder":
      return axes.reduce((sum, axis, i) => sum + Math.abs(axis[k]!) * half[i]!, 0);
    default:
      return impossible(shape);
  }
}

function halfExtents(shape: SimpleShape): Vec3 {
  switch (shape.kind) {
    case "box":
      return [shape.size[0] / 2, shape.size[1] / 2, shape.size[2] / 2];
    case "cylinder":
      return [shape.radius, shape.radius, shape.height / 2];
    case "sphere":
      return [shape.radius, shape.radius, shape.radius];
    case "capsule":
      return [shape.radius, shape.radius, shape.length / 2 + shape.radius];
    default:
      return impossible(shape);
  }
}
