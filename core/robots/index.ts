/** The arms of the house: a plain list. To add one, add a file and a line. */
import { refuse } from "../errors.js";
import type { ArmRobot } from "./arm.js";
import { CARRIED_PANDA, MOBILE_PANDA } from "./mobile-panda.js";
import { PANDA_ROBOT } from "./panda-drive.js";
import { SO101_ROBOT } from "./so101.js";
import { UR5E_ROBOT } from "./ur5e.js";

/** Every built-in arm, in the order of lists and help texts. */
export const ARM_ROBOTS: readonly ArmRobot[] = [PANDA_ROBOT, UR5E_ROBOT, SO101_ROBOT];

/** Who makes an environment of that robot tells it this arm: nothing for the usual one, and for what is no arm. */
export function armOption(robot: string): { readonly robot?: ArmRobot } {
  const arm = ARM_ROBOTS.find(({ name }) => name === robot);
  return arm === undefined || arm === PANDA_ROBOT ? {} : { robot: arm };
}

/** The built-in arm of that name. @throws InputError that lists the names */
export const armRobotByName = (name: string): ArmRobot =>
  ARM_ROBOTS.find((robot) => robot.name === name) ??
  refuse("robot", `must be one of ${ARM_ROBOTS.map((robot) => robot.name).join(", ")}`, name);

/** The built-in arm that a robot of that name moves its hand with, be it carried; null for a base, several arms, a stranger. */
export const armOfRobot = (name: string): ArmRobot | null =>
  name === MOBILE_PANDA.name ? CARRIED_PANDA : (ARM_ROBOTS.find((robot) => robot.name === name) ?? null);
