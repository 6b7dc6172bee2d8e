/**
 * Reads a URDF (wiki.ros.org/urdf/XML) into the typed model of `kinematics/model`, its shapes, and a list of what
 * the file does not say. What is wrong is refused with element and line; what is missing is listed, never made up:
 * a link without inertia has mass 0, a joint without limits goes from -∞ to ∞, and both are findings. Metres,
 * radians, kilograms. Meshes are named here, not read (`mesh.ts`); xacro is expanded before (`xacro.ts`).
 * Not read: sensors, transmissions, controllers, simulator extensions.
 */
import { refuse } from "../errors.js";
import type { JointModel, LinkModel, RobotModel } from "../kinematics/model.js";
import type { Pose } from "../math/pose.js";
import { norm, scale, type Vec3 } from "../math/vec3.js";
import { LONGEST_NAME, nameOf, need, numberOf, only, originOf, textOf, vectorOf } from "./elements.js";
import { colourOf, shapeOf, type UrdfShape } from "./shapes.js";
import { childrenNamed, parseXml, placeOf, type XmlElement } from "./xml.js";

/** What the file says of a link besides its mass. */
export interface UrdfLink {
  readonly name: string;
  readonly inertial: boolean;
  readonly visuals: readonly UrdfShape[];
  readonly collisions: readonly UrdfShape[];
}

/** What the file says of a joint besides its kinematics. */
export interface UrdfJoint {
  readonly name: string;
  /** a continuous joint is revolute in the model, without end */
  readonly continuous: boolean;
  /** this joint = multiplier × that joint + offset */
  readonly mimic: { readonly joint: string; readonly multiplier: number; readonly offset: number } | null;
  /** N m s/rad or N s/m, and N m or N; null where the file says nothing */
  readonly dynamics: { readonly damping: number; readonly friction: number } | null;
}

/** Something the file does not say, or says oddly. */
export interface UrdfFinding {
  readonly kind: "inertia" | "limits" | "effort" | "velocity" | "collision" | "visual" | "odd" | "unread";
  /** the link or joint, or the element that was not read */
  readonly name: string;
  readonly text: string;
}

/** A robot description. */
export interface Urdf {
  readonly model: RobotModel;
  readonly links: ReadonlyMap<string, UrdfLink>;
  readonly joints: ReadonlyMap<string, UrdfJoint>;
  readonly findings: readonly UrdfFinding[];
}

/** How much a description may hold. */
export const URDF_BOUNDS = { links: 1000, shapes: 5000, name: LONGEST_NAME } as const;

/** elements of others that a reader of kinematics passes over */
const FOREIGN = /^(gazebo|transmission|ros2_control|sensor|plugin|mujoco|drake:.*|sdf|.*_controller|.*:.*)$/;
const FREE = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
/** m: what a link would have to measure across for its moment of inertia to be true */
const WIDEST = 1.5;

/**
 * The robot of a URDF text.
 * @param file name that errors give
 * @throws InputError with file, line, element, rule and value
 */
export const parseUrdf = (text: string, file: string): Urdf => readUrdf(parseXml(text, file));

/** The robot of a URDF's root element. @throws InputError as `parseUrdf` does */
export function readUrdf(root: XmlElement): Urdf {
  if (root.name !== "robot") refuse(placeOf(root), "the root element must be <robot>", root.name);
  const findings: UrdfFinding[] = [];
  const find = (kind: UrdfFinding["kind"], name: string, text: string) => findings.push({ kind, name, text });
  const materials = new Map(
    childrenNamed(root, "material").map((each) => [textOf(each, "name"), colourOf(each)] as const),
  );
  for (const child of root.children)
    if (!["link", "joint", "material"].includes(child.name) && !FOREIGN.test(child.name))
      find("unread", child.name, `<${child.name}> is not part of a URDF (${child.place})`);
  const links = new Map<string, UrdfLink>();
  const models: LinkModel[] = [];
  let shapes = 0;
  for (const element of childrenNamed(root, "link")) {
    const name = nameOf(element);
    if (links.has(name)) refuse(placeOf(element), "link names must be unique", name);
    if (links.size >= URDF_BOUNDS.links)
      refuse(placeOf(element), `links must be at most ${URDF_BOUNDS.links}`);
    const inertial = only(element, "inertial");
    const shapesOf = (kind: "visual" | "collision") =>
      childrenNamed(element, kind).map((each) => shapeOf(each, materials));
    const link = {
      name,
      inertial: inertial !== null,
      visuals: shapesOf("visual"),
      collisions: shapesOf("collision"),
    };
    shapes += link.visuals.length + link.collisions.length;
    if (shapes > URDF_BOUNDS.shapes)
      refuse(placeOf(element), `shapes of all links must be at most ${URDF_BOUNDS.shapes}`, shapes);
    const model = massOf(name, inertial);
    const odd = oddInertia(model);
    if (odd !== null) find("odd", name, odd);
    links.set(name, link);
    models.push(model.mass > 0 ? model : { ...model, inertia: [0, 0, 0, 0, 0, 0] });
  }

  const joints = new Map<string, UrdfJoint>();
  const jointModels: JointModel[] = [];
  for (const element of childrenNamed(root, "joint")) {
    const name = nameOf(element);
    if (joints.has(name)) refuse(placeOf(element), "joint names must be unique", name);
    const { joint, model } = jointOf(element, name, find);
    for (const end of [model.parent, model.child])
      if (!links.has(end)) refuse(placeOf(element), "parent and child must be links of this file", end);
    const other = jointModels.find((each) => each.child === model.child);
    if (other !== undefined)
      refuse(placeOf(element), `a link must have one parent; ${model.child} hangs on ${other.name}`, name);
    joints.set(name, joint);
    jointModels.push(model);
  }
  for (const { name, mimic } of joints.values()) {
    if (mimic === null) continue;
    const followed = joints.get(mimic.joint);
    if (followed === undefined)
      refuse(`${root.place} joint ${name}`, "a mimic joint must follow a joint of this file", mimic.joint);
    if (followed!.mimic !== null)
      refuse(`${root.place} joint ${name}`, "a mimic joint must follow one that does not", mimic.joint);
  }
  const model = {
    name: root.attributes.get("name") ?? "robot",
    root: rootOf(root, models, jointModels),
    links: models,
    joints: jointModels,
  };
  lookForGaps(model, links, find);
  return { model, links, joints, findings };
}

type Find = (kind: UrdfFinding["kind"], name: string, text: string) => void;

/** Links without mass, or that nothing shows or touches; one that is only a frame needs none of them. */
function lookForGaps(model: RobotModel, links: ReadonlyMap<string, UrdfLink>, find: Find): void {
  for (const { name, mass } of model.links) {
    const { inertial, visuals, collisions } = links.get(name)!;
    const carrier = model.joints.find((joint) => joint.child === name);
    const frame = mass === 0 && visuals.length === 0 && collisions.length === 0;
    if (frame && (carrier === undefined || carrier.type === "fixed")) continue;
    if (!inertial) find("inertia", name, "no <inertial>: its mass counts as 0");
    if (!frame && collisions.length === 0) find("collision", name, "no <collision>: nothing can touch it");
    if (!frame && visuals.length === 0) find("visual", name, "no <visual>: nothing shows it");
  }
}

function massOf(name: string, inertial: XmlElement | null): LinkModel {
  const none = { name, mass: 0, centreOfMass: [0, 0, 0], inertia: [0, 0, 0, 0, 0, 0] } as const;
  if (inertial === null) return none;
  const mass = numberOf(need(inertial, "mass"), "value");
  if (mass < 0) refuse(placeOf(inertial), "mass must not be negative", mass);
  const origin = originOf(inertial);
  const element = need(inertial, "inertia");
  const [xx, yy, zz, xy, xz, yz] = ["ixx", "iyy", "izz", "ixy", "ixz", "iyz"].map((key) =>
    numberOf(element, key, 0),
  ) as [number, number, number, number, number, number];
  if (Math.min(xx, yy, zz) < 0)
    refuse(placeOf(element), "moments of inertia must not be negative", [xx, yy, zz]);
  return { name, mass, centreOfMass: origin.position, inertia: turned([xx, yy, zz, xy, xz, yz], origin) };
}

/** R J Rᵀ: from the axes of <inertial> to those of the link, xx yy zz xy xz yz. */
function turned(
  [xx, yy, zz, xy, xz, yz]: LinkModel["inertia"],
  { orientation: [x, y, z, w] }: Pose,
): LinkModel["inertia"] {
  if (x === 0 && y === 0 && z === 0) return [xx, yy, zz, xy, xz, yz];
  const R = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ];
  const J = [
    [xx, xy, xz],
    [xy, yy, yz],
    [xz, yz, zz],
  ];
  const entry = (r: number, c: number): number => {
    let sum = 0;
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) sum += R[r]![i]! * J[i]![j]! * R[c]![j]!;
    return sum;
  };
  return [entry(0, 0), entry(1, 1), entry(2, 2), entry(0, 1), entry(0, 2), entry(1, 2)];
}

/** What no rigid body of that mass can have, in words. */
function oddInertia({ mass, inertia: [xx, yy, zz] }: LinkModel): string | null {
  const [a, b, c] = [xx, yy, zz].sort((p, q) => p - q) as [number, number, number];
  if (mass === 0) return c > 0 ? `moments of inertia up to ${c} kg m² of a mass of 0: not used` : null;
  if (c > 1.001 * (a + b) + 1e-12)
    return `moments of inertia ${xx} ${yy} ${zz} kg m² of no body: two must exceed the third`;
  const across = 2 * Math.sqrt(c / mass);
  return across > WIDEST
    ? `moment of inertia ${c} kg m² of ${mass} kg: that of a body ${across.toFixed(1)} m across`
    : null;
}

function jointOf(element: XmlElement, name: string, find: Find): { joint: UrdfJoint; model: JointModel } {
  const place = placeOf(element);
  const type = textOf(element, "type");
  const known = ["revolute", "continuous", "prismatic", "fixed"] as const;
  const kind =
    known.find((each) => each === type) ?? refuse(place, `type must be one of ${known.join(", ")}`, type);
  const mimicElement = only(element, "mimic");
  const dynamicsElement = only(element, "dynamics");
  const moving = kind !== "fixed";
  const joint: UrdfJoint = {
    name,
    continuous: kind === "continuous",
    mimic:
      mimicElement === null
        ? null
        : {
            joint: textOf(mimicElement, "joint"),
            multiplier: numberOf(mimicElement, "multiplier", 1),
            offset: numberOf(mimicElement, "offset", 0),
          },
    dynamics:
      dynamicsElement === null
        ? null
        : {
            damping: numberOf(dynamicsElement, "damping", 0),
            friction: numberOf(dynamicsElement, "friction", 0),
          },
  };
  const limits = moving
    ? limitsOf(element, name, kind, find)
    : { lower: 0, upper: 0, velocity: 0, effort: 0 };
  const axisElement = only(element, "axis");
  const axis: Vec3 = axisElement === null ? [1, 0, 0] : vectorOf(axisElement, "xyz");
  const length = norm(axis);
  if (moving && length < 1e-6) refuse(place, "axis must not be zero", axis);
  return {
    joint,
    model: {
      name,
      type: kind === "continuous" ? "revolute" : kind,
      parent: textOf(need(element, "parent"), "link"),
      child: textOf(need(element, "child"), "link"),
      parentFromJoint: originOf(element),
      axis: length < 1e-6 ? [0, 0, 1] : scale(axis, 1 / length),
      limits,
    },
  };
}

function limitsOf(
  element: XmlElement,
  name: string,
  kind: "revolute" | "continuous" | "prismatic",
  find: Find,
): JointModel["limits"] {
  const unit = kind === "prismatic" ? "m" : "rad";
  const limit = only(element, "limit");
  if (limit === null) {
    if (kind !== "continuous") find("limits", name, `no <limit>: how far it goes (${unit}) is not known`);
    find("effort", name, "no <limit effort>: how strong it is is not known");
    find("velocity", name, `no <limit velocity>: how fast it is (${unit}/s) is not known`);
    return { ...FREE, velocity: Number.POSITIVE_INFINITY, effort: Number.POSITIVE_INFINITY };
  }
  const given = (key: "effort" | "velocity"): number => {
    const value = limit.attributes.has(key) ? numberOf(limit, key) : 0;
    if (value < 0) refuse(placeOf(limit), `${key} must not be negative`, value);
    if (value > 0) return value;
    find(key, name, `no ${key} above 0 in <limit>`);
    return Number.POSITIVE_INFINITY;
  };
  const strength = { velocity: given("velocity"), effort: given("effort") };
  if (kind === "continuous") return { ...FREE, ...strength };
  // The specification lets both default to 0, which says of no joint how far it goes.
  const [lower, upper] = [numberOf(limit, "lower", 0), numberOf(limit, "upper", 0)];
  if (lower > upper) refuse(placeOf(limit), `lower must not exceed upper (${upper})`, lower);
  if (lower === upper)
    find("limits", name, `lower and upper limit are both ${lower} ${unit}: it cannot move`);
  const safety = only(element, "safety_controller");
  if (safety?.attributes.has("soft_lower_limit")) {
    const soft = [numberOf(safety, "soft_lower_limit"), numberOf(safety, "soft_upper_limit", upper)] as const;
    if (soft[0] > lower || soft[1] < upper)
      find(
        "odd",
        name,
        `soft limits ${soft[0]} … ${soft[1]} ${unit} are tighter than ${lower} … ${upper}: not used`,
      );
  }
  return { lower, upper, ...strength };
}

/** The one link without parent, every other one below it. */
function rootOf(root: XmlElement, links: readonly LinkModel[], joints: readonly JointModel[]): string {
  const children = new Set(joints.map((joint) => joint.child));
  const roots = links.filter((link) => !children.has(link.name)).map((link) => link.name);
  if (roots.length !== 1)
    refuse(
      placeOf(root),
      links.length === 0
        ? "must have a link"
        : roots.length === 0
          ? "the joints must not form a loop"
          : "all links must hang together: exactly one may be without parent",
      roots.length > 1 ? roots.slice(0, 8).join(", ") : undefined,
    );
  const below = new Map<string, string[]>();
  for (const { parent, child } of joints) below.set(parent, [...(below.get(parent) ?? []), child]);
  const reached = new Set<string>();
  const waiting = [roots[0]!];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    reached.add(next);
    waiting.push(...(below.get(next) ?? []));
  }
  const lost = links.find((link) => !reached.has(link.name));
  if (lost !== undefined) refuse(placeOf(root), "the joints must not form a loop", lost.name);
  return roots[0]!;
}
