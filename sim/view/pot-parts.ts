/**
 * The looks of a pot that two hands lift: the solids that it collides with, its body in one colour and each handle in its
 * own, by which they can be told apart. In its own frame, metres.
 */
import type { BufferGeometry } from "three";
import { partsOf, type SceneObject } from "../../core/index.js";
import type { Finish } from "./finish.js";
import { type Detail, matrixOf, merged, moved, roundedBox } from "./shapes.js";

const enamel = (colour: string): Finish => ({ colour, roughness: 0.32, lacquer: 0.5 });
/** Of the handle towards +y, and of the other. */
const HANDLES = { left: enamel("#3f9a63"), right: enamel("#2f6fd0") } as const;
/** m of rounding: hardly any where walls meet. */
const EDGE = { body: 0.0004, handle: 0.003 } as const;

/** A pot and its handles. */
export function pot(detail: Detail, object: SceneObject, named: string | null): BufferGeometry {
  const body = enamel(named ?? "#b9b4aa");
  // As wide as it is high, without its handles.
  const half = object.size[2] / 2;
  return merged(
    partsOf(object.shape ?? { kind: "box", size: object.size }).flatMap(({ shape, at }) => {
      if (shape.kind !== "box") return [];
      const beside = Math.abs(at.position[1]) > half;
      const finish = !beside ? body : at.position[1] > 0 ? HANDLES.left : HANDLES.right;
      return [moved(roundedBox(detail, shape.size, beside ? EDGE.handle : EDGE.body, finish), matrixOf(at))];
    }),
  );
}
