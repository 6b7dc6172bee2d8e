/**
 * The bench around an arm: oak table, cutting mat, legs, the post of the front camera, a stop button. The table's
 * top is the plane z = 0 of the world, where the mat's is too; the wood lies a mat's thickness lower. Metres.
 */
import { type BufferGeometry, CapsuleGeometry, Matrix4, Quaternion, Vector3 } from "three";
import {
  add,
  IDENTITY_POSE,
  linkOfArm,
  norm,
  type Pose,
  scale,
  subtract,
  TWO_PANDAS,
  type Vec3,
} from "../../core/index.js";
import { TABLETOP } from "../tabletop/layout.js";
import { frontEyeOf } from "./cameras.js";
import { type ArmFigure, girthOf, reachOf } from "./figure.js";
import {
  APRON,
  type Finish,
  GRAPHITE,
  LENS,
  lamp,
  paintVertices,
  SHELL,
  STEEL,
  STOP_LAMP,
} from "./finish.js";
import { type Detail, merged, moved, revolve, roundedBox, slab } from "./shapes.js";
import type { MatPrint } from "./textures.js";
import type { WorldKind } from "./types.js";

const { low, high } = TABLETOP.table;
/** m of the mat; the wood's top is at minus this */
export const MAT_THICKNESS = 0.0015;
/** Middle and extents of the table's top, m. */
export const TABLE = {
  centre: [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2],
  size: [high[0] - low[0], high[1] - low[1]],
} as const;
/** The cutting mat before an arm, and its print: A3 before a small one. */
export const matOf = (arm: ArmFigure): MatPrint =>
  reachOf(arm) > 0.6
    ? { centre: [0.5, 0], size: [0.46, 0.7], margin: 0.03 }
    : { centre: [0.245, 0], size: [0.297, 0.42], margin: 0.02 };
/** Where the stop button stands: beside the mat's far edge. */
function stopAt(arm: ArmFigure): [number, number, number] {
  return reachOf(arm) > 0.6 ? [0.93, -0.3, -MAT_THICKNESS] : [0.2, 0.31, -MAT_THICKNESS];
}
/** z of the floor below the table */
export const FLOOR = -0.78;

const OAK: Finish = { colour: "#ffffff", roughness: 0.52, lacquer: 0.2 };
const MAT_COLOUR: Finish = { colour: "#24484a", roughness: 0.78 };
const at = (x: number, y: number, z: number) => new Matrix4().makeTranslation(x, y, z);

/** The table's top; its picture is the oak's. */
export const tableTop = (detail: Detail): BufferGeometry =>
  moved(
    slab(detail, [TABLE.size[0], TABLE.size[1], 0.034], 0.035, 0.006, OAK),
    at(TABLE.centre[0], TABLE.centre[1], -MAT_THICKNESS),
  );

/** The mat, so thin that only its upper face is drawn; its picture is the print. */
export const cuttingMat = (detail: Detail, { centre, size }: MatPrint): BufferGeometry =>
  moved(slab(detail, [size[0], size[1], 0], 0.014, 0, MAT_COLOUR), at(centre[0], centre[1], 0));

/** Apron and legs. */
export function tableFrame(detail: Detail): BufferGeometry {
  const [cx, cy] = TABLE.centre;
  const [width, depth] = TABLE.size;
  const leg = (x: number, y: number) => {
    const raw = new CapsuleGeometry(0.022, 0.7, detail.rounding, 4 + 4 * detail.bevel);
    raw.deleteAttribute("uv");
    return moved(
      paintVertices(raw, APRON),
      at(cx + x * (width / 2 - 0.06), cy + y * (depth / 2 - 0.06), -0.4).multiply(
        new Matrix4().makeRotationX(Math.PI / 2),
      ),
    );
  };
  return merged([
    moved(roundedBox(detail, [width - 0.18, depth - 0.18, 0.07], 0.02, APRON), at(cx, cy, -0.07)),
    leg(-1, -1),
    leg(-1, 1),
    leg(1, -1),
    leg(1, 1),
  ]);
}

/** What else stands on the table. */
export const benchProps = (detail: Detail, kind: WorldKind, arm: ArmFigure): BufferGeometry =>
  merged([...cameraPost(detail, kind, arm), ...stopButton(detail, arm)]);

/** world ← base of each arm at the table, and what a link of it is called. */
export const armsAt = (
  kind: WorldKind,
): readonly { readonly base: Pose; readonly own: (link: string) => string }[] =>
  kind === "two-arm"
    ? TWO_PANDAS.arms.map(({ name, base }) => ({ base, own: (link) => linkOfArm(name, link) }))
    : [{ base: IDENTITY_POSE, own: (link) => link }];

/** Discs of contact under what stands on the table: middle and radius, m. */
export function propFeet(
  kind: WorldKind,
  arm: ArmFigure,
): readonly (readonly [x: number, y: number, radius: number])[] {
  const [x, y] = stopAt(arm);
  const { head } = postHead(kind, arm);
  const foot = arm.look?.kind === "built" ? arm.look.foot : 0.1 * girthOf(arm);
  return [
    ...armsAt(kind).map(({ base: { position } }) => [position[0], position[1], foot] as const),
    [x, y, 0.036],
    [head[0], head[1], 0.046],
  ];
}

function postHead(kind: WorldKind, arm: ArmFigure) {
  const { eye, target } = frontEyeOf(kind, arm);
  const forward = scale(subtract(target, eye), 1 / norm(subtract(target, eye)));
  return { forward, head: add(eye, scale(forward, -0.022)) };
}

/** A slim post that carries the front camera, whose lens ends just behind the camera's eye. */
function cameraPost(detail: Detail, kind: WorldKind, arm: ArmFigure): BufferGeometry[] {
  const { forward, head } = postHead(kind, arm);
  const height = head[2] - 0.02;
  const turn = new Matrix4().makeRotationFromQuaternion(
    // The housing looks along -z of its own frame; level, then tilted.
    lookRotation(forward),
  );
  const housing = at(...(head as [number, number, number])).multiply(turn);
  const put = (geometry: BufferGeometry, x: number, y: number, z: number) =>
    moved(geometry, new Matrix4().multiplyMatrices(housing, at(x, y, z)));
  const foot = at(head[0], head[1], -MAT_THICKNESS);
  return [
    moved(
      revolve(
        detail,
        [
          [0.046, 0],
          [0.046, 0.004, 0.003],
          [0.04, 0.011, 0.004],
          [0.0075, 0.0125, 0.003],
          [0.007, 0.03, 0.01],
          [0.007, height],
        ],
        GRAPHITE,
        { segments: 28 },
      ),
      foot,
    ),
    put(roundedBox(detail, [0.09, 0.036, 0.034], 0.01, SHELL), 0, 0, 0),
    put(
      revolve(
        detail,
        [
          [0.0125, 0.012],
          [0.0125, 0.0185, 0.001],
          [0.009, 0.0205, 0.001],
          [0, 0.0198],
        ],
        LENS,
        { segments: 28 },
      ),
      0,
      0,
      0,
    ),
    put(roundedBox(detail, [0.004, 0.004, 0.004], 0.0015, lamp(8)), 0.028, 0, 0.0165),
  ];
}

/** z of the frame along `forward`, y up as far as it goes. */
function lookRotation(forward: Vec3): Quaternion {
  const z = new Vector3(...forward);
  const x = new Vector3().crossVectors(new Vector3(0, 0, 1), z).normalize();
  const y = new Vector3().crossVectors(z, x);
  return new Quaternion().setFromRotationMatrix(new Matrix4().makeBasis(x, y, z));
}

function stopButton(detail: Detail, arm: ArmFigure): BufferGeometry[] {
  const yellow: Finish = { colour: "#f2c21a", roughness: 0.45, lacquer: 0.3 };
  const red: Finish = { colour: "#c21a2c", roughness: 0.32, lacquer: 0.6, lamp: STOP_LAMP };
  const place = at(...stopAt(arm));
  return [
    moved(roundedBox(detail, [0.07, 0.07, 0.04], 0.008, yellow), at(0, 0, 0.02)),
    revolve(
      detail,
      [
        [0.013, 0.038],
        [0.013, 0.052],
      ],
      STEEL,
      { segments: 24 },
    ),
    revolve(
      detail,
      [
        [0.012, 0.051],
        [0.02, 0.051, 0.001],
        [0.026, 0.057, 0.004],
        [0.024, 0.064, 0.006],
        [0.012, 0.0695, 0.006],
        [0, 0.07],
      ],
      red,
      { segments: 32 },
    ),
  ].map((part) => moved(part, place));
}
