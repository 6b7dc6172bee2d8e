/**
 * The robots that drivers and twins know, as data: what each is, and where it is on the wire. To add an arm: its typed
 * model in `core/robots`, its profile in `profiles.ts`, a line here; an arm from a description needs nothing, and a
 * profile of its own where its driver's names are others (`armAsDriven`).
 */
import {
  type ArmRobot,
  CARRIED_PANDA,
  DIFF_DRIVE,
  detectedGoals,
  diffDriveContract,
  impossible,
  MOBILE_BASE,
  MOBILE_PANDA,
  mobilePandaContract,
  PANDA_ROBOT,
  refuse,
  SKID_STEER,
  SO101_ROBOT,
  skidSteerContract,
  UR5E_ROBOT,
} from "../../core/index.js";
import { guardOf } from "../safety/scan-guard.js";
import { connectArm } from "./arm.js";
import { connectBase, type DrivenBase } from "./base.js";
import type { ConnectOptions } from "./connect.js";
import { connectMobile, type DrivenMobile } from "./mobile.js";
import type { ArmProfile, BaseProfile, MobileProfile, Profile } from "./profile.js";
import {
  armProfile,
  diffDriveProfile,
  GRIPPER_BY_TOPIC,
  GRIPPER_PARALLEL,
  mobilePandaProfile,
  pandaProfile,
  ROBOTIQ_OTHERWISE,
  skidSteerProfile,
  so101Profile,
  ur5eProfile,
} from "./profiles.js";
import type { RosRobot } from "./ros-robot.js";

/** An arm that can be driven. */
export interface DrivenArm {
  readonly kind: "arm";
  readonly name: string;
  readonly arm: ArmRobot;
  readonly profile: ArmProfile;
  /** how else its gripper can be reached: a twin answers to these too */
  readonly grippers: readonly ArmProfile["gripper"][];
}

/** A base that can be driven. */
export interface DrivenMobileBase extends DrivenBase {
  readonly kind: "base";
  readonly name: string;
  readonly profile: BaseProfile;
}

/** A mobile manipulator that can be driven. */
export interface DrivenMobileManipulator extends DrivenMobile {
  readonly kind: "mobile";
  readonly profile: MobileProfile;
  readonly grippers: DrivenArm["grippers"];
}

/** A robot that can be driven, and that a twin can be of. */
export type DrivenRobot = DrivenArm | DrivenMobileBase | DrivenMobileManipulator;

/** Any arm, under the names of ros2_control's examples or those it is told. */
export const armAsDriven = (
  arm: ArmRobot,
  profile: ArmProfile = armProfile(arm),
  grippers: DrivenArm["grippers"] = [],
): DrivenArm => ({ kind: "arm", name: arm.name, arm, profile, grippers });

const baseAsDriven = (
  base: DrivenBase["base"],
  contract: DrivenBase["contract"],
  profile: BaseProfile,
): DrivenMobileBase => ({
  kind: "base",
  name: base.name,
  base,
  contract,
  guard: guardOf(base.name),
  profile,
});

const MOBILE_MANIPULATOR: DrivenMobileManipulator = {
  kind: "mobile",
  name: MOBILE_PANDA.name,
  arm: CARRIED_PANDA,
  high: MOBILE_BASE.lift.high,
  contract: mobilePandaContract("any", detectedGoals("map"), null),
  guard: {
    radius: MOBILE_BASE.radius,
    margin: 0.03,
    deceleration: MOBILE_BASE.limits.acceleration,
    reaction: 0.15,
  },
  profile: mobilePandaProfile(),
  grippers: [GRIPPER_PARALLEL, GRIPPER_BY_TOPIC],
};

/** Every robot of the house that has a driver and a twin, in the order of lists and help texts. */
export const DRIVEN_ROBOTS: readonly DrivenRobot[] = [
  armAsDriven(PANDA_ROBOT, pandaProfile(), [GRIPPER_PARALLEL, GRIPPER_BY_TOPIC]),
  armAsDriven(UR5E_ROBOT, ur5eProfile(), ROBOTIQ_OTHERWISE),
  armAsDriven(SO101_ROBOT, so101Profile()),
  baseAsDriven(DIFF_DRIVE, diffDriveContract("any", null), diffDriveProfile()),
  baseAsDriven(SKID_STEER, skidSteerContract("any", null), skidSteerProfile()),
  MOBILE_MANIPULATOR,
];

/** The robot of that name, or a refusal that lists them. */
export const drivenRobot = (name: string): DrivenRobot =>
  DRIVEN_ROBOTS.find((robot) => robot.name === name) ??
  refuse("robot", `must be one of ${DRIVEN_ROBOTS.map((robot) => robot.name).join(", ")}`, name);

/** The same robot on another wire. @throws InputError when the profile is of another kind of robot */
export function withProfile(robot: DrivenRobot, profile: Profile): DrivenRobot {
  if (robot.kind === "arm" && profile.kind === "arm") return { ...robot, profile, grippers: [] };
  if (robot.kind === "base" && profile.kind === "base") return { ...robot, profile };
  if (robot.kind === "mobile" && profile.kind === "mobile") return { ...robot, profile, grippers: [] };
  return refuse("profile.kind", `must be ${robot.kind}, as ${robot.name} is`, profile.kind);
}

/**
 * The same robot behind a bridge that knows no actions: by topics alone.
 * @throws InputError when it cannot be reached so
 */
export function withoutActions(robot: DrivenRobot): DrivenRobot {
  if (robot.kind === "base") return robot;
  const { profile, grippers } = robot;
  const way = [profile.gripper, ...grippers].find(({ via }) => via === "trajectory" || via === "with-arm");
  if (profile.arm.via === "action" || way === undefined)
    return refuse(
      `profile ${profile.name}`,
      "arm and gripper must go by topics (topic; trajectory or with-arm) where the bridge knows no actions",
      `${profile.arm.via}, ${profile.gripper.via}`,
    );
  return robot.kind === "arm"
    ? { ...robot, profile: { ...robot.profile, gripper: way } }
    : { ...robot, profile: { ...robot.profile, gripper: way } };
}

/** The robot behind the bridge, by the driver of its kind. @throws InputError as those do */
export function connectRobot(robot: DrivenRobot, options: ConnectOptions): Promise<RosRobot> {
  switch (robot.kind) {
    case "arm":
      return connectArm({ ...options, arm: robot.arm, profile: robot.profile });
    case "base":
      return connectBase({ ...options, ...robot });
    case "mobile":
      return connectMobile({ ...options, ...robot });
    default:
      return impossible(robot);
  }
}
