/**
 * Finds the arm and its gripper in a description, or takes them as told. The rules, in order:
 *
 * 1. The arm is the longest serial chain of joints that move on their own (not fixed, no mimic), from the root or
 *    `base`; of equals the first in the file. It has at least two joints; a wheel is none.
 * 2. Its last joint is the gripper's when other joints follow it by <mimic>, when it is one of several limited
 *    joints on the same link (fingers), or when it is revolute and its name or its link's says so (`GRIPPER`).
 * 3. The tip is the link furthest out among those rigidly fixed to the last arm joint; a name like `TIP` wins.
 *
 * What was found, and by which rule, is said in `because`. Nothing here knows about shapes or masses.
 */
import { refuse } from "../errors.js";
import type { JointModel, RobotModel } from "../kinematics/model.js";
import type { Urdf } from "./urdf.js";

/** What a person may say instead of the rules. */
export interface PickOptions {
  /** link that the arm stands on */
  readonly base?: string;
  /** link that is the tool */
  readonly tip?: string;
  /** joint that opens and closes the gripper, or `none` */
  readonly gripper?: string;
}

/** How a gripper moves: two sliders, one jaw that turns against a fixed one, or anything else, mostly a linkage. */
export type GripperKind = "parallel" | "jaw" | "linkage";

/** The gripper of a description. */
export interface PickedGripper {
  readonly kind: GripperKind;
  /** the joint that is driven */
  readonly driver: string;
  /** the joints that move with it, the driver first */
  readonly joints: readonly string[];
  readonly because: string;
}

/** The arm of a description. */
export interface PickedArm {
  readonly base: string;
  readonly tip: string;
  /** base to tip */
  readonly joints: readonly string[];
  readonly gripper: PickedGripper | null;
  readonly because: string;
}

const GRIPPER = /grip|jaw|finger|claw|knuckle|pinch/i;
const TIP = /tcp|tool|grasp|(^|_)ee(_|$)|end_?effector|gripper_frame/i;

/**
 * The arm of a description; null when it has none.
 * @throws InputError when something told is not in the file
 */
export function pickArm({ model, joints: described }: Urdf, told: PickOptions = {}): PickedArm | null {
  const place = `${model.name}: arm`;
  const link = (name: string, what: string): string =>
    model.links.some((each) => each.name === name)
      ? name
      : refuse(place, `${what} must be one of its links`, name);
  const base = told.base === undefined ? model.root : link(told.base, "base");
  const free = (joint: JointModel): boolean =>
    joint.type !== "fixed" && described.get(joint.name)?.mimic === null;
  const tip = told.tip === undefined ? null : link(told.tip, "tip");
  const paths = (tip === null ? leaves(model) : [tip])
    .map((leaf) => pathTo(model, base, leaf))
    .filter((path) => path !== null)
    .map((path) => path.filter(free));
  if (tip !== null && paths.length === 0) refuse(place, `tip must hang on ${base}`, tip);
  const [longest] = paths.sort((a, b) => b.length - a.length);
  if (longest === undefined) return null;
  const gripper = gripperOf(model, described, longest, told.gripper, place);
  const arm = longest.filter((joint) => !(gripper?.joints.includes(joint.name) ?? false));
  if (arm.length < 2) return null;
  const last = arm.at(-1)!;
  return {
    base,
    tip: tip ?? tipOf(model, last.child),
    joints: arm.map((joint) => joint.name),
    gripper,
    because:
      tip !== null
        ? "ends where told"
        : `the longest chain of joints that move on their own${told.base === undefined ? "" : ` from ${base}`}`,
  };
}

/** Joints that look like wheels: they turn without end and no other joint hangs on them. */
export function pickWheels({ model, joints }: Urdf): string[] {
  return model.joints
    .filter((joint) => joints.get(joint.name)!.continuous)
    .filter((joint) => !model.joints.some((each) => each.parent === joint.child && each.type !== "fixed"))
    .map((joint) => joint.name);
}

function gripperOf(
  model: RobotModel,
  described: Urdf["joints"],
  path: readonly JointModel[],
  told: string | undefined,
  place: string,
): PickedGripper | null {
  if (told === "none") return null;
  if (told !== undefined) {
    const driver = model.joints.find((joint) => joint.name === told);
    if (driver === undefined || driver.type === "fixed" || described.get(told)!.mimic !== null)
      return refuse(place, "gripper must be a joint of its own that moves, or none", told);
    const joints = withFollowers(model, described, driver);
    return {
      kind: kindOf(joints),
      driver: told,
      joints: joints.map((each) => each.name),
      because: "as told",
    };
  }
  const last = path.at(-1);
  if (last === undefined) return null;
  // A gripper may hang beside the tip that was told, so every joint at the arm's end is a candidate.
  const end = model.joints.filter(
    (joint) =>
      joint.type !== "fixed" &&
      described.get(joint.name)!.mimic === null &&
      !described.get(joint.name)!.continuous &&
      !model.joints.some(
        (each) =>
          each.type !== "fixed" && isBelow(model, each, joint) && described.get(each.name)!.mimic === null,
      ) &&
      (joint === last ||
        hand(model, joint.parent) === last.child ||
        hand(model, joint.parent) === hand(model, last.parent)),
  );
  for (const driver of end) {
    const joints = withFollowers(model, described, driver);
    if (joints.length > 1)
      return {
        kind: kindOf(joints),
        driver: driver.name,
        joints: joints.map((each) => each.name),
        because: `${joints
          .slice(1)
          .map((each) => each.name)
          .join(", ")} follow${joints.length > 2 ? "" : "s"} it by <mimic>`,
      };
  }
  const siblings = end.filter((joint) => hand(model, joint.parent) === hand(model, end[0]!.parent));
  if (siblings.length > 1)
    return {
      kind: kindOf(siblings),
      driver: siblings[0]!.name,
      joints: siblings.map((each) => each.name),
      because: `${siblings.length} limited joints on ${siblings[0]!.parent}`,
    };
  const jaw = end.find((joint) => joint.type === "revolute" && GRIPPER.test(`${joint.name} ${joint.child}`));
  if (jaw === undefined) return null;
  return { kind: "jaw", driver: jaw.name, joints: [jaw.name], because: "its name says so" };
}

const kindOf = (joints: readonly JointModel[]): GripperKind => {
  const types = joints.map(({ type }) => type).join(" ");
  return types === "prismatic prismatic" ? "parallel" : types === "revolute" ? "jaw" : "linkage";
};

const withFollowers = (model: RobotModel, described: Urdf["joints"], driver: JointModel): JointModel[] => [
  driver,
  ...model.joints.filter((joint) => described.get(joint.name)!.mimic?.joint === driver.name),
];

/** joints by the link they carry; a model does not change */
const carriers = new WeakMap<RobotModel, ReadonlyMap<string, JointModel>>();
function carrierOf(model: RobotModel, link: string): JointModel | undefined {
  let known = carriers.get(model);
  if (known === undefined) {
    known = new Map(model.joints.map((joint) => [joint.child, joint]));
    carriers.set(model, known);
  }
  return known.get(link);
}

/** The first link above `name` that a moving joint carries: fixed joints folded away. */
function hand(model: RobotModel, name: string): string {
  let link = name;
  for (;;) {
    const joint = carrierOf(model, link);
    if (joint === undefined || joint.type !== "fixed") return link;
    link = joint.parent;
  }
}

function isBelow(model: RobotModel, joint: JointModel, above: JointModel): boolean {
  let link = joint.parent;
  for (;;) {
    if (link === above.child) return true;
    const next = carrierOf(model, link);
    if (next === undefined) return false;
    link = next.parent;
  }
}

const leaves = (model: RobotModel): string[] => {
  const parents = new Set(model.joints.map((joint) => joint.parent));
  return model.links.map((link) => link.name).filter((name) => !parents.has(name));
};

/** The joints from `base` down to `link`; null when it does not hang there. */
function pathTo(model: RobotModel, base: string, link: string): JointModel[] | null {
  const path: JointModel[] = [];
  for (let at = link; at !== base; ) {
    const joint = carrierOf(model, at);
    if (joint === undefined) return null;
    path.unshift(joint);
    at = joint.parent;
  }
  return path;
}

function tipOf(model: RobotModel, link: string): string {
  const found: { readonly name: string; readonly depth: number }[] = [];
  const visit = (name: string, depth: number): void => {
    found.push({ name, depth });
    for (const joint of model.joints)
      if (joint.parent === name && joint.type === "fixed") visit(joint.child, depth + 1);
  };
  visit(link, 0);
  const named = found.filter(({ name }) => TIP.test(name));
  const [best] = (named.length > 0 ? named : found).sort((a, b) => b.depth - a.depth);
  return best!.name;
}
