/**
 * Where and how the gripper of a description grasps: the tool between its fingers, and the drive that a simulation
 * moves them with. The tool stands 11 mm before the fingers' ends, z out of the hand, y the opening direction; fingers
 * are shut at the limit where they are nearer each other (a jaw: nearer the hand). Frame of the last arm joint's link,
 * metres. Not here: which joints are the gripper (`pick.ts`).
 */
import type { JointModel, RobotModel } from "../kinematics/model.js";
import { compose, type Pose, transformPoint } from "../math/pose.js";
import { fromAxisAngle, IDENTITY_QUAT, normalize, type Quat, rotate } from "../math/quat.js";
import { add, cross, distance, dot, norm, scale, subtract, type Vec3 } from "../math/vec3.js";
import type { ArmGripper } from "../robots/arm.js";
import { HAND_DRIVE } from "../robots/panda-drive.js";
import type { PickedGripper } from "./pick.js";
import { least, type Meshes, most, pointsOf } from "./solids.js";
import type { Urdf } from "./urdf.js";

/** m between the ends of the fingers and the tool */
const BEFORE_ENDS = 0.011;

/** A gripper as the arm that carries it needs it. */
export interface Grasp {
  /** last arm joint's link ← tool */
  readonly tool: Pose;
  readonly gripper: ArmGripper;
}

/** The grasp of sliding fingers or a jaw on the link `last`. */
export const graspOf = (urdf: Urdf, gripper: PickedGripper, last: string, meshes: Meshes): Grasp =>
  gripper.kind === "parallel" ? slidersOf(urdf, gripper, last, meshes) : jawOf(urdf, gripper, last, meshes);

/** hand ← a joint of the gripper at zero */
function inHand(model: RobotModel, joint: JointModel, last: string): Pose {
  let pose = joint.parentFromJoint;
  for (let link = joint.parent; link !== last; ) {
    const carrier = model.joints.find((each) => each.child === link)!;
    pose = compose(carrier.parentFromJoint, pose);
    link = carrier.parent;
  }
  return pose;
}

const mean = (points: readonly Vec3[]): Vec3 =>
  points.reduce<Vec3>((sum, point) => add(sum, scale(point, 1 / points.length)), [0, 0, 0]);
const unit = (v: Vec3): Vec3 => scale(v, 1 / norm(v));
const across = (v: Vec3, axis: Vec3): Vec3 => subtract(v, scale(axis, dot(v, axis)));

/** The frame with that y and z. */
function frameOf(y: Vec3, z: Vec3): Quat {
  const x = cross(y, z);
  const trace = x[0] + y[1] + z[2];
  const q: Quat =
    trace > -0.5
      ? [y[2] - z[1], z[0] - x[2], x[1] - y[0], 1 + trace]
      : x[0] > y[1] && x[0] > z[2]
        ? [1 + x[0] - y[1] - z[2], x[1] + y[0], x[2] + z[0], y[2] - z[1]]
        : y[1] > z[2]
          ? [x[1] + y[0], 1 + y[1] - x[0] - z[2], y[2] + z[1], z[0] - x[2]]
          : [x[2] + z[0], y[2] + z[1], 1 + z[2] - x[0] - y[1], x[1] - y[0]];
  return normalize(q);
}

/** Two fingers that slide: shut at the limit where they are nearer each other. */
function slidersOf(urdf: Urdf, gripper: PickedGripper, last: string, meshes: Meshes): Grasp {
  const { model } = urdf;
  const [driver, other] = gripper.joints.map(
    (name) => model.joints.find((joint) => joint.name === name)!,
  ) as [JointModel, JointModel];
  const mimic = urdf.joints.get(other.name)!.mimic;
  const ratio = mimic?.multiplier ?? 1;
  const at = (joint: JointModel, value: number): Vec3[] => {
    const pose = inHand(model, joint, last);
    const moved = compose(pose, { position: scale(joint.axis, value), orientation: IDENTITY_QUAT });
    return pointsOf(urdf, joint.child, meshes).map((point) => transformPoint(moved, point));
  };
  const { lower, upper } = driver.limits;
  const partner = (value: number) => (mimic === null ? value : ratio * value + mimic.offset);
  const apart = (value: number) => distance(mean(at(driver, value)), mean(at(other, partner(value))));
  const shut = apart(lower) <= apart(upper) ? lower : upper;
  const wide = shut === lower ? upper : lower;
  const left = at(driver, shut);
  const right = at(other, partner(shut));
  const axis = unit(
    scale(rotate(inHand(model, driver, last).orientation, driver.axis), Math.sign(wide - shut)),
  );
  const y = dot(subtract(mean(left), mean(right)), axis) >= 0 ? axis : scale(axis, -1);
  const root = mean([inHand(model, driver, last).position, inHand(model, other, last).position]);
  const z = outward([...left, ...right], root, y);
  const reach = most([...left, ...right], (point) => dot(point, z));
  const ends = [...left, ...right].filter((point) => dot(point, z) > reach - 0.015);
  const inner = (points: readonly Vec3[], sign: number) =>
    sign * least(points, (point) => sign * dot(point, y));
  const near = (points: readonly Vec3[]) => points.filter((point) => dot(point, z) > reach - 0.015);
  const middle = (inner(near(left), 1) + inner(near(right), -1)) / 2;
  const x = cross(y, z);
  const sideways = mean(ends);
  const position = add(add(scale(x, dot(sideways, x)), scale(y, middle)), scale(z, reach - BEFORE_ENDS));
  const stop = (Math.abs(wide - shut) * (1 + Math.abs(ratio))) / 2;
  const force = Math.min(30, driver.limits.effort);
  return {
    tool: { position, orientation: frameOf(y, z) },
    gripper: {
      kind: "parallel",
      open: 2 * stop,
      force,
      drive: {
        ...HAND_DRIVE,
        speed: Math.min(0.1, driver.limits.velocity),
        open: stop - 0.0005,
        stop,
        palm: {
          half: [0.02, Math.min(0.1, stop + 0.02), 0.01],
          centre: [0, 0, -Math.max(0.03, reach - BEFORE_ENDS - dot(root, z))],
        },
      },
    },
  };
}

/** Of the directions across `y` the one in which the points reach furthest from `root`. */
function outward(points: readonly Vec3[], root: Vec3, y: Vec3): Vec3 {
  const axes: Vec3[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const across_ = axes
    .map((axis) => across(axis, y))
    .filter((axis) => norm(axis) > 0.7)
    .map(unit);
  const both = across_.flatMap((axis) => [axis, scale(axis, -1)]);
  const reach = (direction: Vec3) => most(points, (point) => dot(subtract(point, root), direction));
  return both.sort((a, b) => reach(b) - reach(a))[0]!;
}

/** A jaw that turns: its tip is its furthest point from the hinge, shut where that is nearest the hand's own shape. */
function jawOf(urdf: Urdf, gripper: PickedGripper, last: string, meshes: Meshes): Grasp {
  const { model } = urdf;
  const joint = model.joints.find((each) => each.name === gripper.driver)!;
  const hinge = inHand(model, joint, last);
  const axis0 = rotate(hinge.orientation, joint.axis);
  const at = (value: number): Vec3[] => {
    const moved = compose(hinge, { position: [0, 0, 0], orientation: fromAxisAngle(joint.axis, value) });
    return pointsOf(urdf, joint.child, meshes).map((point) => transformPoint(moved, point));
  };
  const furthest = (points: readonly Vec3[]): Vec3 =>
    points.reduce((best, point) =>
      norm(across(subtract(point, hinge.position), axis0)) >
      norm(across(subtract(best, hinge.position), axis0))
        ? point
        : best,
    );
  const hand = pointsOf(urdf, last, meshes);
  const { lower, upper } = joint.limits;
  const gap = (value: number): number => {
    const tip = furthest(at(value));
    return least(hand, (point) => norm(across(subtract(point, tip), axis0)));
  };
  const shut = gap(lower) <= gap(upper) ? lower : upper;
  const sign = shut === lower ? 1 : -1;
  const axis = scale(axis0, sign);
  const points = at(shut);
  const tip = furthest(points);
  const arm = across(subtract(tip, hinge.position), axis);
  // Where the wrist rolls about nearly that direction, it is the tool's: else a turn of the wrist would tilt it.
  const roll = model.joints.find((each) => each.child === last)!.axis;
  const z = unit(
    across(Math.abs(dot(roll, arm)) > 0.8 * norm(arm) ? scale(roll, Math.sign(dot(roll, arm))) : arm, axis),
  );
  const y = cross(z, scale(axis, -1));
  const x = cross(y, z);
  const reach = dot(subtract(tip, hinge.position), z);
  const ends = points.filter((point) => dot(subtract(point, hinge.position), z) > reach - 0.02);
  const sideways = dot(subtract(mean(ends), hinge.position), x);
  // Shut, the tip's inner side touches the fixed jaw: there is its face.
  const face = least(ends, (point) => dot(subtract(point, hinge.position), y));
  const room = 0.03;
  const position = add(
    hinge.position,
    add(scale(x, sideways), add(scale(y, face + room), scale(z, reach - BEFORE_ENDS))),
  );
  const half: Vec3 = [0.0035, 0.003, 0.0105];
  const pads = (inward: number) =>
    [-0.0045, 0.0045].flatMap((dx) =>
      [-0.0105, -0.0315].map((dz): { half: Vec3; centre: Vec3 } => ({ half, centre: [dx, inward, dz] })),
    );
  const pivot: Vec3 = [-sideways, -face - room, -(reach - BEFORE_ENDS)];
  const range = Math.abs(upper - lower);
  const widest = Math.min(range, 1.2);
  return {
    tool: { position, orientation: frameOf(y, z) },
    gripper: {
      kind: "jaw",
      open: Math.min(0.08, reach * Math.sin(widest) * 0.98),
      force: Math.min(8, joint.limits.effort / reach),
      drive: {
        side: 5000,
        sideDamping: 0.7,
        mass: 0.1,
        inertia: 1e-3,
        friction: 0.8,
        grasp: 0.002,
        hysteresis: 0.2,
        palm: { half: [0.02, 0.02, 0.01], centre: [0, -0.01, -(reach - BEFORE_ENDS)] },
        round: 0.001,
        pivot,
        axis: [-1, 0, 0],
        tip: [sideways, face, reach],
        face: -room,
        shut: 0,
        wide: range,
        speed: Math.min(3, joint.limits.velocity),
        moving: pads(0.003).map(({ half: size, centre: [dx, dy, dz] }) => ({
          half: size,
          centre: [sideways + dx, face + dy, reach + dz] as Vec3,
        })),
        fixed: pads(-0.003).map(({ half: size, centre: [dx, dy, dz] }) => ({
          half: size,
          centre: [dx, -room + dy, BEFORE_ENDS + dz] as Vec3,
        })),
      },
    },
  };
}
