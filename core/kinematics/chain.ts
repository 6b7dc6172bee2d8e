/**
 * A serial chain of a robot model, laid out in typed arrays for hot loops: forward kinematics and Jacobian
 * without allocation. Frames: `base` is the model's root, `tool` the link the chain ends in.
 */
import { refuse } from "../errors.js";
import { cos, sin } from "../math/elementary.js";
import { compose, IDENTITY_POSE, type Pose } from "../math/pose.js";
import type { Quat } from "../math/quat.js";
import type { Vec3 } from "../math/vec3.js";
import type { JointModel, LinkModel, RobotModel } from "./model.js";

/** A movable joint with everything rigid folded in front of it. */
export interface ChainJoint {
  readonly joint: JointModel;
  /** frame of the previous movable joint (after its motion), or the base ← this joint's frame at zero */
  readonly previousFromJoint: Pose;
  /** links that move with this joint, with their pose in its frame */
  readonly links: readonly { readonly link: LinkModel; readonly jointFromLink: Pose }[];
}

/** A serial chain of `n` movable joints, base to tool. */
export interface Chain {
  readonly model: RobotModel;
  readonly n: number;
  readonly names: readonly string[];
  readonly joints: readonly ChainJoint[];
  /** frame of the last movable joint ← tool */
  readonly lastFromTool: Pose;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly velocity: Float64Array;
  readonly effort: Float64Array;
}

/** Joint frames after motion and the tool, base frame: n + 1 rows of [x y z qx qy qz qw]. */
export type FrameBuffer = Float64Array;

/**
 * The chain from the root to `tool`, fixed joints folded away.
 * @throws InputError when the model has no such link, or the path has no movable joint
 */
export function chainTo(model: RobotModel, tool: string): Chain {
  const path: JointModel[] = [];
  let link = tool;
  while (link !== model.root) {
    const joint = model.joints.find((candidate) => candidate.child === link);
    if (joint === undefined || path.length > model.joints.length)
      return refuse(`chain of ${model.name}`, `link must hang from ${model.root}`, tool);
    path.unshift(joint);
    link = joint.parent;
  }
  const joints: ChainJoint[] = [];
  let pending: Pose = IDENTITY_POSE;
  for (const joint of path) {
    pending = compose(pending, joint.parentFromJoint);
    if (joint.type === "fixed") continue;
    joints.push({ joint, previousFromJoint: pending, links: rigidLinks(model, joint.child) });
    pending = IDENTITY_POSE;
  }
  if (joints.length === 0) refuse(`chain of ${model.name}`, "must have a movable joint", tool);
  const limit = (pick: (joint: JointModel) => number): Float64Array =>
    Float64Array.from(joints, (each) => pick(each.joint));
  return {
    model,
    n: joints.length,
    names: joints.map((each) => each.joint.name),
    joints,
    lastFromTool: pending,
    lower: limit((joint) => joint.limits.lower),
    upper: limit((joint) => joint.limits.upper),
    velocity: limit((joint) => joint.limits.velocity),
    effort: limit((joint) => joint.limits.effort),
  };
}

/** The link and everything fixed to it, in the link's own frame. */
function rigidLinks(model: RobotModel, root: string): ChainJoint["links"] {
  const found: { link: LinkModel; jointFromLink: Pose }[] = [];
  const visit = (name: string, jointFromLink: Pose): void => {
    const link = model.links.find((candidate) => candidate.name === name);
    if (link !== undefined) found.push({ link, jointFromLink });
    for (const joint of model.joints)
      if (joint.parent === name && joint.type === "fixed")
        visit(joint.child, compose(jointFromLink, joint.parentFromJoint));
  };
  visit(root, IDENTITY_POSE);
  return found;
}

/** Room for the n + 1 frames of a chain. */
export const createFrames = (chain: Chain): FrameBuffer => new Float64Array((chain.n + 1) * 7);

/**
 * Forward kinematics into `frames`: row i is base ← joint i after its motion, row n is base ← tool.
 * @param q [n] radians or metres
 */
export function forwardKinematics(
  chain: Chain,
  q: ArrayLike<number>,
  frames: FrameBuffer,
  baseFromRoot: Pose = IDENTITY_POSE,
): FrameBuffer {
  let [px, py, pz] = baseFromRoot.position;
  let [rx, ry, rz, rw] = baseFromRoot.orientation;
  for (let i = 0; i <= chain.n; i++) {
    const each = i < chain.n ? chain.joints[i]! : null;
    const step = each === null ? chain.lastFromTool : each.previousFromJoint;
    const [ox, oy, oz] = step.position;
    const tx = 2 * (ry * oz - rz * oy);
    const ty = 2 * (rz * ox - rx * oz);
    const tz = 2 * (rx * oy - ry * ox);
    px += ox + rw * tx + ry * tz - rz * ty;
    py += oy + rw * ty + rz * tx - rx * tz;
    pz += oz + rw * tz + rx * ty - ry * tx;
    const [bx, by, bz, bw] = step.orientation;
    let nx = rw * bx + rx * bw + ry * bz - rz * by;
    let ny = rw * by - rx * bz + ry * bw + rz * bx;
    let nz = rw * bz + rx * by - ry * bx + rz * bw;
    let nw = rw * bw - rx * bx - ry * by - rz * bz;
    rx = nx;
    ry = ny;
    rz = nz;
    rw = nw;
    if (each !== null) {
      const [ax, ay, az] = each.joint.axis;
      if (each.joint.type === "prismatic") {
        const d = q[i]!;
        const ux = 2 * (ry * az - rz * ay);
        const uy = 2 * (rz * ax - rx * az);
        const uz = 2 * (rx * ay - ry * ax);
        px += d * (ax + rw * ux + ry * uz - rz * uy);
        py += d * (ay + rw * uy + rz * ux - rx * uz);
        pz += d * (az + rw * uz + rx * uy - ry * ux);
      } else {
        const half = q[i]! / 2;
        const s = sin(half);
        const c = cos(half);
        const sx = ax * s;
        const sy = ay * s;
        const sz = az * s;
        nx = rw * sx + rx * c + ry * sz - rz * sy;
        ny = rw * sy - rx * sz + ry * c + rz * sx;
        nz = rw * sz + rx * sy - ry * sx + rz * c;
        nw = rw * c - rx * sx - ry * sy - rz * sz;
        rx = nx;
        ry = ny;
        rz = nz;
        rw = nw;
      }
    }
    const o = i * 7;
    frames[o] = px;
    frames[o + 1] = py;
    frames[o + 2] = pz;
    frames[o + 3] = rx;
    frames[o + 4] = ry;
    frames[o + 5] = rz;
    frames[o + 6] = rw;
  }
  return frames;
}

/** Row i of a frame buffer as a pose; row n is the tool. */
export function poseAt(frames: FrameBuffer, i: number): Pose {
  const o = i * 7;
  return {
    position: [frames[o]!, frames[o + 1]!, frames[o + 2]!] as Vec3,
    orientation: [frames[o + 3]!, frames[o + 4]!, frames[o + 5]!, frames[o + 6]!] as Quat,
  };
}

/** base ← tool for joint positions `q`; allocates. */
export function toolPose(chain: Chain, q: ArrayLike<number>): Pose {
  return poseAt(forwardKinematics(chain, q, createFrames(chain)), chain.n);
}

/**
 * Geometric Jacobian of the tool in the base frame, [6, n] row by row: linear velocity, then angular.
 * @param frames filled by `forwardKinematics`
 */
export function jacobian(chain: Chain, frames: FrameBuffer, out: Float64Array): Float64Array {
  const { n } = chain;
  const t = n * 7;
  for (let i = 0; i < n; i++) {
    const o = i * 7;
    const [ax, ay, az] = chain.joints[i]!.joint.axis;
    const x = frames[o + 3]!;
    const y = frames[o + 4]!;
    const z = frames[o + 5]!;
    const w = frames[o + 6]!;
    const tx = 2 * (y * az - z * ay);
    const ty = 2 * (z * ax - x * az);
    const tz = 2 * (x * ay - y * ax);
    const wx = ax + w * tx + y * tz - z * ty;
    const wy = ay + w * ty + z * tx - x * tz;
    const wz = az + w * tz + x * ty - y * tx;
    if (chain.joints[i]!.joint.type === "prismatic") {
      out[i] = wx;
      out[n + i] = wy;
      out[2 * n + i] = wz;
      out[3 * n + i] = 0;
      out[4 * n + i] = 0;
      out[5 * n + i] = 0;
      continue;
    }
    const dx = frames[t]! - frames[o]!;
    const dy = frames[t + 1]! - frames[o + 1]!;
    const dz = frames[t + 2]! - frames[o + 2]!;
    out[i] = wy * dz - wz * dy;
    out[n + i] = wz * dx - wx * dz;
    out[2 * n + i] = wx * dy - wy * dx;
    out[3 * n + i] = wx;
    out[4 * n + i] = wy;
    out[5 * n + i] = wz;
  }
  return out;
}
