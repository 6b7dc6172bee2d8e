/**
 * The solids of a description as points: corners of a link's shapes, and the hulls that a simulated arm touches with.
 * Link frame, metres. Nothing here knows which joints are the arm, beyond what it is given.
 */
import type { RobotModel } from "../kinematics/model.js";
import { compose, IDENTITY_POSE, type Pose, transformPoint } from "../math/pose.js";
import { dot, type Vec3 } from "../math/vec3.js";
import type { LinkHull } from "../robots/arm.js";
import type { TriangleMesh } from "./mesh.js";
import type { PickedArm } from "./pick.js";
import type { UrdfShape } from "./shapes.js";
import type { Urdf } from "./urdf.js";

/** Meshes by the name that the description gives them; null where they were not found. */
export type Meshes = ReadonlyMap<string, TriangleMesh | null>;

/** directions in which a hull's corners are looked for */
const DIRECTIONS = 160;

/** Links that move with `root`: by fixed joints, and those of the gripper. */
export function rigidTo(
  model: RobotModel,
  root: string,
  picked: PickedArm,
): { readonly name: string; readonly pose: Pose }[] {
  const found: { name: string; pose: Pose }[] = [];
  const visit = (name: string, pose: Pose): void => {
    found.push({ name, pose });
    for (const joint of model.joints)
      if (
        joint.parent === name &&
        (joint.type === "fixed" || (picked.gripper?.joints.includes(joint.name) ?? false))
      )
        visit(joint.child, compose(pose, joint.parentFromJoint));
  };
  visit(root, IDENTITY_POSE);
  return found;
}

/** The largest of what is measured at points: spread into one `Math.max`, a fine mesh would overflow the stack. */
export const most = (points: readonly Vec3[], measure: (point: Vec3) => number): number =>
  points.reduce((best, point) => Math.max(best, measure(point)), Number.NEGATIVE_INFINITY);
/** The smallest of it. */
export const least = (points: readonly Vec3[], measure: (point: Vec3) => number): number =>
  points.reduce((best, point) => Math.min(best, measure(point)), Number.POSITIVE_INFINITY);

/** Corners of a link's shapes, link frame: of what it touches with, else of what shows it. */
export function pointsOf(urdf: Urdf, name: string, meshes: Meshes): Vec3[] {
  const link = urdf.links.get(name)!;
  const corners = (shapes: readonly UrdfShape[]) => shapes.flatMap((shape) => cornersOf(shape, meshes));
  const touching = corners(link.collisions);
  return touching.length > 0 ? touching : corners(link.visuals);
}

function cornersOf({ geometry, linkFromShape }: UrdfShape, meshes: Meshes): Vec3[] {
  const signs = [-1, 1];
  const box = ([x, y, z]: Vec3): Vec3[] =>
    signs.flatMap((a) =>
      signs.flatMap((b) => signs.map((c): Vec3 => [(a * x) / 2, (b * y) / 2, (c * z) / 2])),
    );
  const ring = (radius: number, z: number): Vec3[] =>
    Array.from({ length: 16 }, (_, i) => [
      radius * Math.cos((i * Math.PI) / 8),
      radius * Math.sin((i * Math.PI) / 8),
      z,
    ]);
  const local = (): Vec3[] => {
    switch (geometry.kind) {
      case "box":
        return box(geometry.size);
      case "cylinder":
        return [
          ...ring(geometry.radius, geometry.length / 2),
          ...ring(geometry.radius, -geometry.length / 2),
        ];
      case "sphere":
        return [-0.7, 0, 0.7].flatMap((z) =>
          ring(geometry.radius * Math.sqrt(1 - z * z), geometry.radius * z),
        );
      default: {
        const mesh = meshes.get(geometry.file);
        if (mesh === null || mesh === undefined) return [];
        const [sx, sy, sz] = geometry.scale;
        return Array.from(
          { length: mesh.positions.length / 3 },
          (_, i): Vec3 => [
            sx * mesh.positions[3 * i]!,
            sy * mesh.positions[3 * i + 1]!,
            sz * mesh.positions[3 * i + 2]!,
          ],
        );
      }
    }
  };
  return local().map((point) => transformPoint(linkFromShape, point));
}

/** The corners that stick out furthest: a spiral of directions over the sphere. */
function hullCorners(points: readonly Vec3[]): number[] {
  const chosen = new Set<number>();
  for (let i = 0; i < DIRECTIONS; i++) {
    const z = 1 - (2 * i + 1) / DIRECTIONS;
    const r = Math.sqrt(1 - z * z);
    const angle = i * Math.PI * (3 - Math.sqrt(5));
    const direction: Vec3 = [r * Math.cos(angle), r * Math.sin(angle), z];
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < points.length; k++) {
      const reach = dot(points[k]!, direction);
      if (reach > most) {
        most = reach;
        best = k;
      }
    }
    chosen.add(best);
  }
  return [...chosen].flatMap((k) => [...points[k]!]);
}

/** One hull a link, in the frame of the joint that carries it; the first joint's own link stands too near the table. */
export function shapesOf(urdf: Urdf, picked: PickedArm, meshes: Meshes): LinkHull[] {
  const fingers = new Set(
    picked.gripper!.joints.map((name) => urdf.model.joints.find((joint) => joint.name === name)!.child),
  );
  return picked.joints.flatMap((name, joint) => {
    if (joint === 0) return [];
    const { child } = urdf.model.joints.find((each) => each.name === name)!;
    return rigidTo(urdf.model, child, picked).flatMap(({ name: link, pose }) => {
      const points = fingers.has(link)
        ? []
        : pointsOf(urdf, link, meshes).map((point) => transformPoint(pose, point));
      // A jaw's other half belongs to the hand: the pads stand for it.
      if (points.length < 4 || (picked.gripper!.kind === "jaw" && joint === picked.joints.length - 1))
        return [];
      return [{ joint, points: hullCorners(points) }];
    });
  });
}
