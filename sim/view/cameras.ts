/**
 * Where the recorded cameras are and how they see, as data. Optical frames: x right, y down, z into the picture.
 * Metres, degrees for fields of view. Who draws is `camera-rig.ts`.
 */
import { Matrix4, Quaternion, Vector3 } from "three";
import { compose, cross, norm, type Pose, scale, subtract, TWO_PANDAS, type Vec3 } from "../../core/index.js";
import { type ArmFigure, handEyeOf, reachOf, USUAL_ARM } from "./figure.js";
import type { Intrinsics, WorldKind } from "./types.js";

/** A recorded camera. */
export interface CameraMount {
  readonly name: string;
  /** vertical field of view, degrees */
  readonly view: number;
  /** what it is screwed to */
  readonly on: "world" | "tool" | "base";
  /** which of several tools; default the first */
  readonly hand?: number;
  /** that frame ← optical frame */
  readonly mountFromCamera: Pose;
}

/** Metres beyond which a depth picture says Infinity. */
export const CAMERA_RANGE = 8;
/** Metres nearer than which nothing is seen. */
export const CAMERA_NEAR = 0.008;
/** Pixels of a recorded picture unless asked otherwise. */
export const CAMERA_SIZE = { width: 224, height: 224 } as const;

/** The front camera at the table: on its post, over the left far corner of the mat. */
export const FRONT_EYE = { eye: [0.98, 0.56, 0.62], target: [0.47, 0, 0.03] } as const satisfies Record<
  string,
  Vec3
>;
/** The front camera of two arms: on its post at the end of the mat, between them. */
export const BETWEEN_EYE = { eye: [1.05, 0, 0.74], target: [0.46, 0, 0.14] } as const satisfies Record<
  string,
  Vec3
>;
/** The camera on a base's mast. */
export const MAST_EYE = { eye: [0.06, 0, 0.44], target: [1.2, 0, 0.1] } as const satisfies Record<
  string,
  Vec3
>;

/** The camera on the sensor arch of a skid-steer base, over its top plate. */
export const ARCH_EYE = { eye: [0.16, 0, 0.72], target: [1.3, 0, 0.1] } as const satisfies Record<
  string,
  Vec3
>;
/** The camera on a mobile manipulator's mast, over the arm. */
export const HEAD_EYE = { eye: [-0.14, 0, 1.5], target: [0.7, 0, 0.55] } as const satisfies Record<
  string,
  Vec3
>;

/** The eye of the front camera and what it looks at: nearer where the arm's place at the table is nearer to its base. */
export function frontEyeOf(kind: WorldKind, arm: ArmFigure): { readonly eye: Vec3; readonly target: Vec3 } {
  if (kind === "two-arm") return BETWEEN_EYE;
  const reach = reachOf(arm);
  const near = reach + 0.12 * (1 - reach);
  return { eye: scale(FRONT_EYE.eye, near), target: scale(FRONT_EYE.target, near) };
}

/** The recorded cameras of a kind of world. @param arm at its table or on its base */
export function cameraMounts(kind: WorldKind, arm: ArmFigure = USUAL_ARM): readonly CameraMount[] {
  const hand = handEyeOf(arm);
  const wrist: CameraMount = {
    name: "wrist",
    view: 76,
    on: "tool",
    mountFromCamera: looking(hand.eye, hand.target, hand.up),
  };
  if (kind === "tabletop" || kind === "two-arm") {
    const { eye, target } = frontEyeOf(kind, arm);
    const front = { name: "front", on: "world", mountFromCamera: looking(eye, target) } as const;
    if (kind === "tabletop") return [{ ...front, view: 50 }, wrist];
    const wrists = TWO_PANDAS.arms.map(({ name }, hand) => ({ ...wrist, name: `${name}_wrist`, hand }));
    return [{ ...front, view: 58 }, ...wrists];
  }
  if (kind === "mobile")
    return [
      { name: "front", view: 58, on: "base", mountFromCamera: looking(HEAD_EYE.eye, HEAD_EYE.target) },
      wrist,
      MAP,
    ];
  const { eye, target } = kind === "room" ? MAST_EYE : ARCH_EYE;
  return [{ name: "front", view: 62, on: "base", mountFromCamera: looking(eye, target) }, MAP];
}

const MAP: CameraMount = {
  name: "map",
  view: 42,
  on: "world",
  mountFromCamera: looking([0, 0, 7.9], [0, 0, 0], [1, 0, 0]),
};

/** world ← optical frame of a mounted camera. */
export const cameraPose = (mount: CameraMount, worldFromMount: Pose): Pose =>
  compose(worldFromMount, mount.mountFromCamera);

/** How a camera of this vertical field of view maps points into a picture of this size: square pixels. */
export function intrinsicsOf(view: number, size: { width: number; height: number }): Intrinsics {
  const focal = size.height / 2 / Math.tan((view * Math.PI) / 360);
  return { ...size, fx: focal, fy: focal, cx: (size.width - 1) / 2, cy: (size.height - 1) / 2 };
}

/** An optical frame at `eye` that looks at `target`, its picture's top towards `up`. */
export function looking(eye: Vec3, target: Vec3, up: Vec3 = [0, 0, 1]): Pose {
  const unit = (v: Vec3): Vec3 => scale(v, 1 / norm(v));
  const z = unit(subtract(target, eye));
  const x = unit(cross(z, up));
  const basis = new Matrix4().makeBasis(new Vector3(...x), new Vector3(...cross(z, x)), new Vector3(...z));
  const q = new Quaternion().setFromRotationMatrix(basis);
  return { position: eye, orientation: [q.x, q.y, q.z, q.w] };
}
