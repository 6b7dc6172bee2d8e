/**
 * An arm to be simulated from a description. What a description says is taken as it is; what a simulation needs
 * beyond it is derived by stated rules, and each is named in `ArmRobot.limits`; what can be neither read nor derived is
 * refused, all of it at once. The rules:
 *
 * - servo gains: the joint's effort at 0.02 rad, damping a tenth of it; gravity compensated
 * - what links touch with: the convex hull of their collision shapes, or of their visual ones (`solids.ts`)
 * - the tool and the drive of the gripper: `grasp.ts`
 * - the table: at the height of the lowest point of the base; the arm is turned so that it reaches forward along x
 * - its zone of the table: the largest of a few rectangles that the tool reaches pointing down (`table.ts`)
 */
import { refuse } from "../errors.js";
import { chainTo } from "../kinematics/chain.js";
import { fixedJoint, type JointModel, massless, NO_MOTION, type RobotModel } from "../kinematics/model.js";
import { type Pose, transformPoint } from "../math/pose.js";
import type { ArmRobot } from "../robots/arm.js";
import { graspOf } from "./grasp.js";
import { type PickedArm, type PickOptions, pickArm } from "./pick.js";
import { least, type Meshes, pointsOf, rigidTo, shapesOf } from "./solids.js";
import { onTable } from "./table.js";
import type { Urdf } from "./urdf.js";

/** rad at which a servo gives all its effort */
const SATURATED = 0.02;

/** What a simulation of the arm needs that the description does not say; empty when nothing is missing. */
export function missingForSimulation(urdf: Urdf, picked: PickedArm | null, meshes: Meshes): string[] {
  if (picked === null) return ["an arm: no chain of two joints that move on their own was found"];
  const missing: string[] = [];
  const { model } = urdf;
  const last = model.joints.find((joint) => joint.name === picked.joints.at(-1))!.child;
  for (const name of chainTo({ ...model, root: picked.base }, last).names)
    if (!picked.joints.includes(name))
      missing.push(`joint ${name}: a servo of its own, as it lies within the arm`);
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
      `gripper ${picked.gripper.driver}: only two sliding fingers or a single jaw that turns are simulated`,
    );
  else {
    for (const name of picked.gripper.joints) {
      const { parent, child, limits } = model.joints.find((joint) => joint.name === name)!;
      if (!rigidTo(model, last, picked).some(({ name: link }) => link === parent))
        missing.push(`gripper joint ${name}: a place on ${last}, where the arm ends`);
      const range = limits.upper - limits.lower;
      if (!(range > 0 && Number.isFinite(range)))
        missing.push(`gripper joint ${name}: limits that let it open and close`);
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
  const grasp = graspOf(urdf, gripper!, last, meshes);
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
  const joints = model.joints
    .filter((joint) => below.has(joint.parent))
    .map(
      (joint): JointModel => (held.has(joint.name) ? { ...joint, type: "fixed", limits: NO_MOTION } : joint),
    );
  const standing = rigidTo({ ...model, joints }, picked.base, picked).flatMap(({ name, pose }) =>
    pointsOf(urdf, name, meshes).map((point) => transformPoint(pose, point)),
  );
  return {
    floor: standing.length === 0 ? 0 : least(standing, ([, , z]) => z),
    model: {
      name: model.name,
      root: picked.base,
      links: [...model.links.filter((link) => below.has(link.name)), massless(tool)],
      joints: [...joints, fixedJoint(`${tool}_joint`, last, tool, at)],
    },
  };
}
