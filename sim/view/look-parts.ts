/**
 * Cuts the solids of a look that is data (`core/robots/look.ts`), and the small camera on a hand. Metres; each list of
 * solids keeps its frame.
 */
import { type BufferGeometry, CylinderGeometry, Matrix4, Quaternion, Vector3 } from "three";
import { mergeVertices } from "three/addons/utils/BufferGeometryUtils.js";
import {
  add,
  cross,
  impossible,
  type LookCamera,
  type LookFinish,
  type LookSolid,
  norm,
  scale,
  subtract,
} from "../../core/index.js";
import {
  ALLOY,
  type Finish,
  GRAPHITE,
  LAMPS,
  LENS,
  lamp,
  paintVertices,
  RUBBER,
  SEAM,
  SHELL,
  STEEL,
} from "./finish.js";
import { bent, type Detail, matrixOf, moved, plate, revolve, roundedBox, straight } from "./shapes.js";

const NAMED = {
  shell: SHELL,
  graphite: GRAPHITE,
  steel: STEEL,
  alloy: ALLOY,
  seam: SEAM,
  rubber: RUBBER,
  lens: LENS,
} as const;

function finishOf(finish: LookFinish): Finish {
  if (typeof finish === "string") return NAMED[finish];
  if ("lamp" in finish) return lamp(finish.lamp === "hand" ? LAMPS : Math.min(LAMPS, finish.lamp + 1));
  return finish;
}

/** The solids of a list, as far as this detail shows them. */
export const lookSolids = (detail: Detail, solids: readonly LookSolid[]): BufferGeometry[] =>
  solids.filter(({ trifle }) => trifle !== true || detail.trifles).flatMap((solid) => cut(detail, solid));

function cut(detail: Detail, solid: LookSolid): BufferGeometry[] {
  const finish = finishOf(solid.finish);
  switch (solid.kind) {
    case "lathe":
      return [
        revolve(detail, solid.profile, finish, { axis: straight(solid.at, solid.along), segments: 44 }),
      ];
    case "box":
      return [
        moved(
          roundedBox(detail, solid.size, solid.round, finish),
          matrixOf({ position: solid.at, orientation: solid.turn ?? [0, 0, 0, 1] }),
        ),
      ];
    case "plate":
      return [
        moved(
          plate(detail, solid.outline, solid.height, solid.bevel, finish),
          matrixOf({ position: solid.at, orientation: solid.turn }),
        ),
      ];
    case "cable": {
      const axis = bent(solid.from, solid.over, solid.to);
      const pieces = 2 * detail.along;
      const profile = Array.from(
        { length: pieces + 1 },
        (_, i) => [solid.radius, (axis.length * i) / pieces, 1e-5] as const,
      );
      return [revolve(detail, profile, finish, { axis, segments: 14 })];
    }
    case "bolts":
      return Array.from({ length: solid.count }, (_, i) => bolt(solid, i, finish));
    default:
      return impossible(solid);
  }
}

/** One head of a screw. */
function bolt(
  { at, along, circle, count, size }: LookSolid & { readonly kind: "bolts" },
  i: number,
  finish: Finish,
): BufferGeometry {
  const raw = new CylinderGeometry(size, size, 0.9 * size, 6);
  raw.deleteAttribute("uv");
  const { side } = straight(at, along).at(0);
  const angle = (2 * Math.PI * (i + 0.5)) / count;
  const place = add(
    at,
    add(scale(side, circle * Math.cos(angle)), scale(cross(along, side), circle * Math.sin(angle))),
  );
  // A cylinder of the library stands along y.
  const turn = new Quaternion().setFromUnitVectors(new Vector3(0, 1, 0), new Vector3(...along));
  return moved(
    paintVertices(mergeVertices(raw), finish),
    new Matrix4().compose(new Vector3(...place), turn, new Vector3(1, 1, 1)),
  );
}

/** The lens of a small camera that looks along z, its glass at the origin. */
export const cameraLens = (detail: Detail): BufferGeometry =>
  revolve(
    detail,
    [
      [0.0085, -0.008],
      [0.0085, -0.003, 0.001],
      [0.006, -0.0015],
      [0, -0.002],
    ],
    LENS,
    { segments: 24 },
  );

/** A small camera whose eye is there; `neck` is the way from it to what holds it. Tool frame. */
export function handCamera(detail: Detail, { eye, target, up }: LookCamera): BufferGeometry[] {
  const z = scale(subtract(target, eye), 1 / norm(subtract(target, eye)));
  const y = scale(cross(z, up), 1 / norm(cross(z, up)));
  const place = new Matrix4().makeBasis(new Vector3(...cross(y, z)), new Vector3(...y), new Vector3(...z));
  place.setPosition(...(eye as [number, number, number]));
  const put = (geometry: BufferGeometry, at: readonly [number, number, number]) =>
    moved(geometry, place.clone().multiply(new Matrix4().makeTranslation(...at)));
  return [
    put(roundedBox(detail, [0.024, 0.036, 0.022], 0.005, GRAPHITE), [0, 0, -0.015]),
    put(cameraLens(detail), [0, 0, 0]),
    put(roundedBox(detail, [0.003, 0.003, 0.003], 0.001, lamp(LAMPS)), [0, -0.013, -0.004]),
  ];
}
