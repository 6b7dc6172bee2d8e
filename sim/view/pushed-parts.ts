/** The looks of what is pushed and wiped, in their own frames: a T and its painted outline, a sponge, a stain. Metres. */
import { type BufferGeometry, Matrix4 } from "three";
import { type Pose, partsOf, type SceneObject, type SimpleShape } from "../../core/index.js";
import type { Finish } from "./finish.js";
import { type Detail, matrixOf, merged, moved, plate, revolve, roundedBox, slab } from "./shapes.js";

type Boxes = readonly { readonly shape: Extract<SimpleShape, { kind: "box" }>; readonly at: Pose }[];

/** What a T is made of: its bar, and its stem beyond it along y. */
const boxesOf = ({ shape, size }: SceneObject): Boxes =>
  partsOf(shape ?? { kind: "box", size }).flatMap((part) =>
    part.shape.kind === "box" ? [{ shape: part.shape, at: part.at }] : [],
  );

/** The rough side of a sponge. */
const SCOURER: Finish = { colour: "#2f7d4f", roughness: 0.95 };

/** A T of one piece. */
export function tee(detail: Detail, object: SceneObject, named: string | null): BufferGeometry {
  const bevel = 0.0012;
  const height = object.size[2];
  const finish: Finish = { colour: named ?? "#5d7f9e", roughness: 0.44, lacquer: 0.25 };
  return moved(
    plate(detail, teeOutline(boxesOf(object), bevel), height - 2 * bevel, bevel, finish),
    new Matrix4().makeTranslation(0, 0, bevel - height / 2),
  );
}

/** Paint on the table in the shape of a T. */
export const teePaint = (detail: Detail, object: SceneObject, named: string | null): BufferGeometry =>
  merged(
    boxesOf(object).map(({ shape: { size }, at }) =>
      moved(
        slab(detail, [size[0], size[1], 0], 0.0005, 0, { colour: named ?? "#8fbf7f", roughness: 0.7 }),
        matrixOf(at),
      ),
    ),
  );

/** A sponge with a rough side below. */
export function sponge(
  detail: Detail,
  { size: [width, depth, height] }: SceneObject,
  named: string | null,
): BufferGeometry {
  const rough = 0.2 * height;
  const layer = (thick: number, z: number, finish: Finish) =>
    moved(
      roundedBox(detail, [width, depth, thick], 0.2 * thick, finish),
      new Matrix4().makeTranslation(0, 0, z),
    );
  return merged([
    layer(height - rough, rough / 2, { colour: named ?? "#e3bf3f", roughness: 0.9 }),
    layer(1.2 * rough, 0.6 * rough - height / 2, SCOURER),
  ]);
}

/** A spot of dirt. */
export const spot = (detail: Detail, { size: [width] }: SceneObject, named: string | null): BufferGeometry =>
  revolve(
    detail,
    [
      [width / 2, 0],
      [0, 0],
    ],
    { colour: named ?? "#5b3420", roughness: 0.35, lacquer: 0.3 },
    { segments: 32 },
  );

/** Corners of a T, drawn in by `inset`, counter-clockwise. */
function teeOutline(parts: Boxes, inset: number): [number, number][] {
  const [bar, stem] = parts.map(({ shape: { size }, at: { position } }) => ({
    left: position[0] - size[0] / 2 + inset,
    right: position[0] + size[0] / 2 - inset,
    near: position[1] - size[1] / 2 + inset,
    far: position[1] + size[1] / 2 - inset,
  }));
  if (bar === undefined || stem === undefined) return [];
  return [
    [bar.left, bar.near],
    [bar.right, bar.near],
    [bar.right, bar.far],
    [stem.right, bar.far],
    [stem.right, stem.far],
    [stem.left, stem.far],
    [stem.left, bar.far],
    [bar.left, bar.far],
  ];
}
