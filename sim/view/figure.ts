/**
 * The arm of a picture: what is needed of it to be drawn, how large its place at the table is beside the Panda's, and
 * where the parts of its gripper that move stand. Plain data that can be sent between threads. Tool frame; metres.
 */
import {
  type ArmGripper,
  type ArmRobot,
  add,
  armOfRobot,
  chainTo,
  fromAxisAngle,
  IDENTITY_QUAT,
  jawAngle,
  type LookCamera,
  norm,
  PANDA_ROBOT,
  type Pose,
  scale,
  type Vec3,
} from "../../core/index.js";
import { WRIST_EYE } from "./hand-parts.js";

/** What of an arm a picture needs. */
export type ArmFigure = Pick<
  ArmRobot,
  "name" | "model" | "tool" | "home" | "workspace" | "gripper" | "zone" | "look"
>;

/** The arm where nobody says which. */
export const USUAL_ARM: ArmFigure = PANDA_ROBOT;

/** An arm as pictures need it, without what only a simulation asks for. */
export const figureOf = ({
  name,
  model,
  tool,
  home,
  workspace,
  gripper,
  zone,
  look,
}: ArmRobot): ArmFigure => ({
  name,
  model,
  tool,
  home,
  workspace,
  gripper,
  zone,
  ...(look === undefined ? {} : { look }),
});

/** The built-in arm of a robot of that name, be it carried; the usual one for what has none. */
export const figureNamed = (robot: string): ArmFigure => figureOf(armOfRobot(robot) ?? PANDA_ROBOT);

/** How thick a grown arm is beside the Panda: as its look says, else 0.18 of its longest link, from 18 to 70 mm. */
export function girthOf({ look, model, tool }: ArmFigure): number {
  if (look?.kind === "grown" && look.girth !== undefined) return look.girth;
  const longest = Math.max(
    ...chainTo(model, tool).joints.map(({ previousFromJoint }) => norm(previousFromJoint.position)),
  );
  return Math.min(0.07, Math.max(0.018, 0.18 * longest)) / PANDA_DRUM;
}

/** m, the radius of the Panda's largest drum */
const PANDA_DRUM = 0.066;

/** How far from its base an arm works at the table, beside the Panda. */
export const reachOf = ({ zone }: ArmFigure): number => zone.centre[0] / PANDA_ROBOT.zone.centre[0];

/** tool ← each moving part of the gripper at a width: both fingers, or the jaw that turns. */
export function fingerPoses(gripper: ArmGripper, width: number): Pose[] {
  if (gripper.kind === "parallel")
    return [1, -1].map((sign) => ({ position: [0, (sign * width) / 2, 0], orientation: IDENTITY_QUAT }));
  const { pivot, axis } = gripper.drive;
  return [{ position: pivot, orientation: fromAxisAngle(axis, jawAngle(gripper.drive, width)) }];
}

/** y of the middles of what stands on the table where the gripper comes down on it: its two fingers, tool frame. */
export function padsAt(gripper: ArmGripper, width: number): readonly [number, number] {
  if (gripper.kind === "jaw")
    return [gripper.drive.face - 0.004, gripper.drive.face + Math.min(width, gripper.open) + 0.004];
  const off = Math.min(width, gripper.open) / 2 + 0.006;
  return [-off, off];
}

/** The camera on an arm's hand. */
export function handEyeOf(arm: ArmFigure): LookCamera {
  if (arm.look?.kind === "built") return arm.look.camera;
  if (arm.look?.hand === "franka") return WRIST_EYE;
  // A small arm's gripper is small: its camera is nearer. It looks at the middle of what an open gripper can take.
  const size = Math.min(1, Math.max(0.85, reachOf(arm)));
  const { gripper } = arm;
  const middle: Vec3 = [0, gripper.kind === "jaw" ? gripper.drive.face + gripper.open / 2 : 0, 0];
  return {
    ...WRIST_EYE,
    eye: add(scale(WRIST_EYE.eye, size), middle),
    target: add(scale(WRIST_EYE.target, size), middle),
  };
}
