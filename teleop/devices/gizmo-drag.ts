/**
 * The geometry of dragging a gizmo: where a line of sight takes a handle. Frame: the one the robot is driven in, the
 * gizmo's axes along it; metres, radians. Pure; a ray that cannot say where to go leaves the handle where it was.
 */
import { add, dot, norm, scale, subtract, type Vec3, wrapAngle } from "../../core/index.js";
import type { GizmoHandle, Ray } from "./device.js";

/** A pose that a gizmo can give: position, and the turn about each axis since it was grabbed. */
export interface Dragged {
  readonly position: Vec3;
  /** rad about x, y, z since the grab; only the grabbed ring's differs from 0 */
  readonly turn: Vec3;
}

/** A handle in a hand: where the gizmo stood, and where on it the ray came in. */
export interface Grab {
  readonly handle: GizmoHandle;
  readonly origin: Vec3;
  /** of an arrow, square or hub: the point grabbed, from the origin */
  readonly point: Vec3;
  /** of a ring: the angle grabbed */
  readonly angle: number;
  /** normal of the plane that is dragged in */
  readonly normal: Vec3;
}

const AXES: Readonly<Record<"x" | "y" | "z", Vec3>> = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] };
const NORMALS: Readonly<Record<"xy" | "yz" | "zx", Vec3>> = { xy: AXES.z, yz: AXES.x, zx: AXES.y };
/** Rays closer to parallel than this say nothing reliable. */
const PARALLEL = 0.02;

/** Takes a handle of the gizmo at `origin`; null where the ray does not say where. */
export function grab(handle: GizmoHandle, origin: Vec3, ray: Ray): Grab | null {
  const [does, which] = handle.split("-") as ["move" | "turn", "x" | "y" | "z" | "xy" | "yz" | "zx" | "view"];
  const normal =
    which === "view"
      ? scale(ray.direction, 1 / norm(ray.direction))
      : which === "x" || which === "y" || which === "z"
        ? AXES[which]
        : NORMALS[which];
  const taken: Grab = { handle, origin, point: [0, 0, 0], angle: 0, normal };
  if (does === "turn") {
    const angle = ringAngle(taken, ray);
    return angle === null ? null : { ...taken, angle };
  }
  const at = place(taken, ray);
  return at === null ? null : { ...taken, point: subtract(at, origin) };
}

/** Where the ray takes what was grabbed; null where it does not say. */
export function dragTo(held: Grab, ray: Ray): Dragged | null {
  if (held.handle.startsWith("turn")) {
    const angle = ringAngle(held, ray);
    return angle === null
      ? null
      : { position: held.origin, turn: scale(held.normal, wrapAngle(angle - held.angle)) };
  }
  const at = place(held, ray);
  return at === null ? null : { position: subtract(at, held.point), turn: [0, 0, 0] };
}

/** The point that a ray means on an arrow's line or in a square's plane. */
function place({ handle, origin, normal, point }: Grab, ray: Ray): Vec3 | null {
  const axis = handle === "move-x" || handle === "move-y" || handle === "move-z" ? normal : null;
  if (axis === null) return onPlane(add(origin, point), normal, ray);
  return onLine(origin, axis, ray);
}

/** Where a ray meets the plane through `through`; null when it runs along it or away from it. */
function onPlane(through: Vec3, normal: Vec3, { origin, direction }: Ray): Vec3 | null {
  const slope = dot(direction, normal) / norm(direction);
  if (Math.abs(slope) < PARALLEL) return null;
  const t = dot(subtract(through, origin), normal) / dot(direction, normal);
  return t <= 0 ? null : add(origin, scale(direction, t));
}

/** The point of a line (unit axis) nearest to a ray. */
function onLine(through: Vec3, axis: Vec3, { origin, direction }: Ray): Vec3 | null {
  const along = scale(direction, 1 / norm(direction));
  const b = dot(axis, along);
  const denominator = 1 - b * b;
  if (denominator < PARALLEL * PARALLEL) return null;
  const from = subtract(through, origin);
  const s = (b * dot(along, from) - dot(axis, from)) / denominator;
  const t = dot(add(from, scale(axis, s)), along);
  return t <= 0 ? null : add(through, scale(axis, s));
}

/** The angle about a ring's axis at which a ray meets its plane, rad, right-handed. */
function ringAngle({ origin, normal }: Grab, ray: Ray): number | null {
  const at = onPlane(origin, normal, ray);
  if (at === null) return null;
  const [x, y, z] = subtract(at, origin);
  const [nx, ny] = normal;
  return nx === 1 ? Math.atan2(z, y) : ny === 1 ? Math.atan2(x, z) : Math.atan2(y, x);
}
