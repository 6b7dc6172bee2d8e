/**
 * An arm to be simulated from a description. What a description says is taken as it is; what a simulation needs
 * beyond it is derived here by stated rules, and each is named in `ArmRobot.limits`; what can be neither read nor
 * derived is refused, all of it at once. The rules:
 *
 * - servo gains: the joint's effort at 0.02 rad, damping a tenth of it; gravity compensated
 * - what links touch with: the convex hull of their collision shapes, or of their visual ones
 * - the tool: between the fingers, 11 mm before their ends, z out of the hand, y the opening direction; fingers are
 *   shut at the limit where they are nearer each other (a jaw: nearer the hand)
 * - the table: at the height of the lowest point of the base; the arm is turned so that it reaches forward along x
 * - its zone of the table: the largest of a few rectangles that the tool reaches pointing down, up to a lift height
 */
import { refuse } from "../errors.js";
import { type Chain, chainTo, createFrames, forwardKinematics, poseAt } from "../kinematics/chain.js";
import { createIk } from "../kinematics/inverse.js";
import type { JointModel, LinkModel, RobotModel } from "../kinematics/model.js";
import { compose, IDENTITY_POSE, type Pose, transformPoint } from "../math/pose.js";
import { fromAxisAngle, IDENTITY_QUAT, normalize, type Quat, rotate, wrapAngle } from "../math/quat.js";
import { add, cross, distance, dot, norm, scale, subtract, type Vec3 } from "../math/vec3.js";
import { createRandom } from "../random.js";
import type { ArmGripper, ArmRobot, LinkHull, TableZone } from "../robots/arm.js";
import { toolDown } from "../robots/panda.js";
import { HAND_DRIVE } from "../robots/panda-drive.js";
import type { TriangleMesh } from "./mesh.js";
import { type PickedArm, type PickedGripper, type PickOptions, pickArm } from "./pick.js";
import type { Urdf, UrdfShape } from "./urdf.js";

/** Meshes by the name that the description gives them; null where they were not found. */
export type Meshes = ReadonlyMap<string, TriangleMesh | null>;

/** rad at which a servo gives all its effort */
const SATURATED = 0.02;
/** m between the ends of the fingers and the tool */
const BEFORE_ENDS = 0.011;
/** directions in which a hull's corners are looked for */
const DIRECTIONS = 160;

/** What a simulation of the arm needs that the description does not say; empty when nothing is missing. */
export function missingForSimulation(urdf: Urdf, picked: PickedArm | null, meshes: Meshes): string[] {
  if (picked === null) return ["an arm: no chain of two joints that move on their own was found"];
  const missing: string[] = [];
  const { model } = urdf;
  for (const name of picked.joints) {
    const { type, limits, child } = model.joints.find((joint) => joint.name === name)!;
    if (type !== "revolute") missing.push(`joint ${name}: only revolute joints are simulated, it is ${type}`);
    if (!(Number.isFinite(limits.effort) && limits.effort > 0))
      missing.push(`joint ${name}: a limit of effort`);
    if (limits.lower === limits.upper) missing.push(`joint ${name}: limits that let it move`);
    const carried = rigidTo(model, child, picked).reduce(
      (sum, { name: link }) => sum + massOf(model, link),
      0,
    );
    if (!(carried > 0)) missing.push(`link ${child}: a mass above 0`);
  }
  if (picked.gripper === null)
    missing.push("a gripper: two sliding fingers or a jaw beyond the last joint (--gripper JOINT names it)");
  else if (picked.gripper.kind === "linkage")
    missing.push(
      `gripper ${picked.gripper.driver}: only sliding fingers and a single jaw are simulated, it is a linkage`,
    );
  else {
    for (const name of picked.gripper.joints) {
      const { child, limits } = model.joints.find((joint) => joint.name === name)!;
      if (!Number.isFinite(limits.upper - limits.lower)) missing.push(`gripper joint ${name}: limits`);
      if (pointsOf(urdf, child, meshes).length === 0)
        missing.push(`link ${child}: a shape that was found, to see where it grasps`);
    }
  }
  return missing;
}

/**
 * The arm of a description, ready to be simulated.
 * @throws InputError that lists everything a simulation needs and the description lacks
 */
export function armFromUrdf(urdf: Urdf, meshes: Meshes, told: PickOptions = {}): ArmRobot {
  const picked = pickArm(urdf, told);
  const place = `robot ${urdf.model.name}`;
  const missing = missingForSimulation(urdf, picked, meshes);
  if (missing.length > 0) return refuse(place, `cannot be simulated without ${missing.join("; ")}`);
  const { joints, gripper } = picked!;
  const { model } = urdf;
  const last = model.joints.find((joint) => joint.name === joints.at(-1))!.child;
  const grasp =
    gripper!.kind === "parallel"
      ? slidersOf(urdf, gripper!, last, meshes)
      : jawOf(urdf, gripper!, last, meshes);
  const tool = `${model.name}_tool`;
  const standing = mounted(urdf, picked!, { tool, last, at: grasp.tool }, meshes);
  const table = onTable(standing, tool, place);
  const chain = chainTo(table.model, tool);
  const effort = [...chain.effort];
  return {
    name: model.name,
    title: `${model.name}: ${joints.length} joints, ${gripper!.kind === "parallel" ? "two sliding fingers" : "one jaw"}, from its description`,
    model: table.model,
    tool,
    home: table.home,
    workspace: table.workspace,
    gripper: grasp.gripper,
    drive: {
      stiffness: effort.map((limit) => limit / SATURATED),
      damping: effort.map((limit) => limit / SATURATED / 10),
      friction: joints.map((name) => urdf.joints.get(name)!.dynamics?.damping ?? 0.01),
      armature: effort.map((limit) => Math.min(0.1, limit / 500)),
      shapes: shapesOf(urdf, picked!, meshes),
    },
    zone: table.zone,
    limits: [
      "servo gains follow the limits of effort; a description does not say them",
      "gravity is compensated; friction of the joints is what <dynamics> says",
      "links touch with the convex hulls of their shapes, fingers with small pads at their ends",
    ],
  };
}

const massOf = (model: RobotModel, name: string): number =>
  model.links.find((link) => link.name === name)?.mass ?? 0;

/** Links that move with `root`: by fixed joints, and those of the gripper. */
function rigidTo(
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

/** Corners of a link's shapes, link frame: of what it touches with, else of what shows it. */
function pointsOf(urdf: Urdf, name: string, meshes: Meshes): Vec3[] {
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
function shapesOf(urdf: Urdf, picked: PickedArm, meshes: Meshes): LinkHull[] {
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

interface Grasp {
  /** last arm joint's link ← tool */
  readonly tool: Pose;
  readonly gripper: ArmGripper;
}

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
  const reach = Math.max(...[...left, ...right].map((point) => dot(point, z)));
  const ends = [...left, ...right].filter((point) => dot(point, z) > reach - 0.015);
  const inner = (points: readonly Vec3[], sign: number) =>
    sign * Math.min(...points.map((point) => sign * dot(point, y)));
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
  const reach = (direction: Vec3) =>
    Math.max(...points.map((point) => dot(subtract(point, root), direction)));
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
    return hand.reduce(
      (least, point) => Math.min(least, norm(across(subtract(point, tip), axis0))),
      Number.POSITIVE_INFINITY,
    );
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
  const face = Math.min(...ends.map((point) => dot(subtract(point, hinge.position), y)));
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

/** The model from its base on, the gripper's joints held where they are, with the tool. */
function mounted(
  urdf: Urdf,
  picked: PickedArm,
  { tool, last, at }: { readonly tool: string; readonly last: string; readonly at: Pose },
  meshes: Meshes,
): { readonly model: RobotModel; readonly floor: number } {
  const { model } = urdf;
  const below = new Set<string>();
  const visit = (name: string): void => {
    below.add(name);
    for (const joint of model.joints) if (joint.parent === name) visit(joint.child);
  };
  visit(picked.base);
  const held = new Set(picked.gripper!.joints);
  const none = { lower: 0, upper: 0, velocity: 0, effort: 0 };
  const joints = model.joints
    .filter((joint) => below.has(joint.parent))
    .map((joint): JointModel => (held.has(joint.name) ? { ...joint, type: "fixed", limits: none } : joint));
  const standing = rigidTo({ ...model, joints }, picked.base, picked).flatMap(({ name, pose }) =>
    pointsOf(urdf, name, meshes).map((point) => transformPoint(pose, point)[2]),
  );
  return {
    floor: standing.length === 0 ? 0 : Math.min(...standing),
    model: {
      name: model.name,
      root: picked.base,
      links: [...model.links.filter((link) => below.has(link.name)), massless(tool)],
      joints: [
        ...joints,
        {
          name: `${tool}_joint`,
          type: "fixed",
          parent: last,
          child: tool,
          parentFromJoint: at,
          axis: [0, 0, 1],
          limits: none,
        },
      ],
    },
  };
}

const massless = (name: string): LinkModel => ({
  name,
  mass: 0,
  centreOfMass: [0, 0, 0],
  inertia: [0, 0, 0, 0, 0, 0],
});

interface Table {
  readonly model: RobotModel;
  readonly home: readonly number[];
  readonly workspace: ArmRobot["workspace"];
  readonly zone: TableZone;
}

/** Puts the arm on the table, turned so that it reaches forward, and finds the part of it that its tool reaches. */
function onTable(
  { model, floor }: { readonly model: RobotModel; readonly floor: number },
  tool: string,
  place: string,
): Table {
  const bare = chainTo(model, tool);
  const reach = reachOf(bare);
  // Forward is where it points with every joint in the middle of its range.
  const frames = forwardKinematics(bare, middleOf(bare), createFrames(bare));
  const [dx, dy] = subtract(poseAt(frames, bare.n).position, poseAt(frames, 0).position);
  const off = (turn: number): number => Math.abs(wrapAngle(turn + Math.atan2(dy, dx)));
  const turns = [0, Math.PI / 2, -Math.PI / 2, Math.PI].sort((a, b) => off(a) - off(b));
  for (const turn of turns.slice(0, 2)) {
    const root = `${model.name}_table`;
    const standing: RobotModel = {
      ...model,
      root,
      links: [massless(root), ...model.links],
      joints: [
        {
          name: `${model.name}_mount`,
          type: "fixed",
          parent: root,
          child: model.root,
          parentFromJoint: { position: [0, 0, -floor], orientation: fromAxisAngle([0, 0, 1], turn) },
          axis: [0, 0, 1],
          limits: { lower: 0, upper: 0, velocity: 0, effort: 0 },
        },
        ...model.joints,
      ],
    };
    const found = zoneOf(chainTo(standing, tool), reach);
    if (found !== null) return { model: standing, ...found };
  }
  return refuse(
    place,
    "its tool must reach some of a table in front of its base, pointing down",
    `reach ${reach.toFixed(3)} m`,
  );
}

/** m from the first joint to the tool at most, over many poses. */
export function reachOf(chain: Chain): number {
  const random = createRandom(0).fork("reach");
  const frames = createFrames(chain);
  let most = 0;
  for (let i = 0; i < 5000; i++) {
    const q = Float64Array.from(chain.lower, (low, k) =>
      random.uniform(Math.max(low, -Math.PI), Math.min(chain.upper[k]!, Math.PI)),
    );
    forwardKinematics(chain, q, frames);
    most = Math.max(most, distance(poseAt(frames, chain.n).position, poseAt(frames, 0).position));
  }
  return most;
}

const middleOf = (chain: Chain): Float64Array =>
  chain.lower.map((low, k) => (Math.max(low, -Math.PI) + Math.min(chain.upper[k]!, Math.PI)) / 2);

/** The largest of a few rectangles that the tool reaches with every yaw of a quarter turn, up to a lift height. */
function zoneOf(chain: Chain, reach: number): Omit<Table, "model"> | null {
  const ik = createIk(chain);
  const random = createRandom(1).fork("zone");
  const starts = Array.from({ length: 12 }, () =>
    Float64Array.from(chain.lower, (low, k) => {
      const [a, b] = [Math.max(low, -Math.PI), Math.min(chain.upper[k]!, Math.PI)];
      return (a + b) / 2 + 0.3 * (b - a) * random.uniform(-1, 1);
    }),
  );
  const solve = (position: Vec3, yaw: number, from: ArrayLike<number>, iterations: number) =>
    ik.solve({ position, orientation: toolDown(yaw) }, from, { iterations });
  const lifts = [0.2, 0.15, 0.1, 0.075].filter((lift) => lift < 0.5 * reach);
  for (const lift of lifts)
    for (const half of [0.1, 0.075, 0.05, 0.035].filter((size) => size < 0.2 * reach))
      for (const share of [0.6, 0.5, 0.7, 0.45, 0.4, 0.35])
        for (const yaw of [0, Math.PI / 2, -Math.PI / 2, Math.PI]) {
          const x = Math.round(200 * share * reach) / 200;
          const middle = starts
            .map((start) => solve([x, 0, lift / 2], yaw, start, 150))
            .find(({ error }) => error < 1e-3);
          if (middle === undefined) continue;
          const home = solve([x, 0, 0.85 * lift], yaw, middle.q, 150);
          if (home.error > 1e-3) continue;
          const corners = [-1, 0, 1].flatMap((a) =>
            [-1, 1].flatMap((b) => [0.01, lift].map((z): Vec3 => [x + a * half, b * half, z])),
          );
          const fits = corners.every((corner) =>
            [-0.8, 0.8].every((turn) => solve(corner, yaw + turn, home.q, 80).error < 1e-3),
          );
          if (!fits) continue;
          return {
            home: [...home.q],
            workspace: {
              low: [Math.max(0.05, x - 2 * half), -2.5 * half, 0.008],
              high: [x + 2 * half, 2.5 * half, lift + 0.01],
              yaw: 1.2,
              yawCentre: yaw,
            },
            zone: {
              centre: [x, 0],
              range: [half, half],
              apart: Math.min(0.1, 1.6 * half),
              tool: { centre: [x, 0, Math.round(850 * lift) / 1000], range: Math.min(0.03, 0.15 * lift) },
              lift,
            },
          };
        }
  return null;
}
