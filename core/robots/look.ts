/**
 * How pictures show an arm, as data beside the robot: solids of plain shapes, each with its finish. Made for this
 * house after public dimensions and photographs; no mesh of anybody's. Metres. Not here: how a solid is cut and drawn
 * (`sim/view`), what links touch with (`ArmDrive.shapes`).
 */
import type { Quat } from "../math/quat.js";
import { add, cross, dot, norm, scale, subtract, type Vec3 } from "../math/vec3.js";

/** What a surface is of: a finish of the house by name, a status light, or one of its own. */
export type LookFinish =
  | "shell"
  | "graphite"
  | "steel"
  | "alloy"
  | "seam"
  | "rubber"
  | "lens"
  /** the light of a joint, from 0, or of the hand */
  | { readonly lamp: number | "hand" }
  | {
      /** `#rrggbb`, sRGB */
      readonly colour: string;
      /** 0 mirror to 1 chalk */
      readonly roughness: number;
      /** 0 to 1; default 0 */
      readonly metal?: number;
      /** strength of a clear coat, 0 to 1; default 0 */
      readonly lacquer?: number;
    };

/** A corner of a lathe's profile: radius, place along the axis, and by how much it is rounded; sharp by default. */
export type LookCorner = readonly [radius: number, along: number, round?: number];

/** A solid of a look, in the frame that its list says. */
export type LookSolid = {
  readonly finish: LookFinish;
  /** left out where pictures are small */
  readonly trifle?: true;
} & (
  | {
      /** a profile around an axis from `at` along a unit vector */
      readonly kind: "lathe";
      readonly at: Vec3;
      readonly along: Vec3;
      readonly profile: readonly LookCorner[];
    }
  | {
      readonly kind: "box";
      readonly at: Vec3;
      readonly size: Vec3;
      readonly round: number;
      readonly turn?: Quat;
    }
  | {
      /** an outline in a plane, swept `height` along its normal; its edges are bevelled outward */
      readonly kind: "plate";
      readonly at: Vec3;
      /** turns the plane's x, y and its normal z into the list's frame */
      readonly turn: Quat;
      readonly outline: readonly (readonly [number, number])[];
      readonly height: number;
      readonly bevel: number;
    }
  | {
      /** a round cable that leaves `from` towards `over` and comes to `to` from there */
      readonly kind: "cable";
      readonly from: Vec3;
      readonly over: Vec3;
      readonly to: Vec3;
      readonly radius: number;
    }
  | {
      /** heads of screws on a circle around an axis; six-sided */
      readonly kind: "bolts";
      readonly at: Vec3;
      readonly along: Vec3;
      readonly circle: number;
      readonly count: number;
      readonly size: number;
    }
);

/** The camera on a hand: its eye, what it looks at, and what is up in its picture; tool frame. */
export interface LookCamera {
  readonly eye: Vec3;
  readonly target: Vec3;
  readonly up: Vec3;
}

/** How an arm looks. */
export type ArmLook =
  /** grown from its kinematic tree: drums where it bends, rings where it turns, shells between them */
  | {
      readonly kind: "grown";
      /** of its drums and shells beside the Panda's; default what the lengths of its links ask for */
      readonly girth?: number;
      /** the Franka Hand's own shape; default what its gripper touches with */
      readonly hand?: "franka";
    }
  /** put together from solids */
  | {
      readonly kind: "built";
      /** what stands, and what each joint carries, [n]: in the root's frame with every joint at zero */
      readonly base: readonly LookSolid[];
      readonly links: readonly (readonly LookSolid[])[];
      /** what the last joint carries besides, in the tool's frame */
      readonly hand: readonly LookSolid[];
      readonly fingers: LookFingers;
      readonly camera: LookCamera;
      /** radius of what it stands on */
      readonly foot: number;
    };

/** The parts of a gripper that move. */
export type LookFingers =
  /** the finger at +y, from the middle of its pad's face; the other is this one turned about z */
  | { readonly kind: "parallel"; readonly finger: readonly LookSolid[] }
  /** the jaw that turns, from its hinge at angle 0, tool axes */
  | { readonly kind: "jaw"; readonly moving: readonly LookSolid[] };

/** A round bar between two points, its ends rounded. */
export function bar(from: Vec3, to: Vec3, radius: number, finish: LookFinish, round = 0.002): LookSolid {
  const length = norm(subtract(to, from));
  const profile: LookCorner[] = [
    [0, 0],
    [radius, 0, round],
    [radius, length, round],
    [0, length],
  ];
  return { kind: "lathe", at: from, along: scale(subtract(to, from), 1 / length), profile, finish };
}

/** The outline around two discs in a plane, counter-clockwise: what joins two hinges. */
export function strap(
  from: readonly [number, number],
  to: readonly [number, number],
  radii: readonly [number, number],
): (readonly [number, number])[] {
  const way = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  // Where the common tangents touch the discs.
  const lean = Math.asin((radii[0] - radii[1]) / length);
  const arc = (centre: readonly [number, number], radius: number, start: number, end: number) =>
    Array.from({ length: ARC + 1 }, (_, i): readonly [number, number] => {
      const angle = start + ((end - start) * i) / ARC;
      return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)];
    });
  const quarter = Math.PI / 2;
  return [
    ...arc(to, radii[1], way - quarter + lean, way + quarter - lean),
    ...arc(from, radii[0], way + quarter - lean, way + 3 * quarter + lean),
  ];
}

const ARC = 10;

/** The shortest turn of z onto a unit vector that is not its opposite. */
export function turnOfZ(onto: Vec3): Quat {
  const [x, y, z] = cross([0, 0, 1], onto);
  const w = 1 + dot([0, 0, 1], onto);
  const size = Math.hypot(x, y, z, w);
  return [x / size, y / size, z / size, w / size];
}

/** The solids moved. */
export const shifted = (solids: readonly LookSolid[], by: Vec3): LookSolid[] =>
  solids.map((solid) =>
    solid.kind === "cable"
      ? { ...solid, from: add(solid.from, by), over: add(solid.over, by), to: add(solid.to, by) }
      : { ...solid, at: add(solid.at, by) },
  );
