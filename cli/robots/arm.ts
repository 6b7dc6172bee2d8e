/**
 * The arm that `--robot` names: one of the house, or a description's file. Descriptions are read anew in every
 * thread, from the file, so that nothing but its path travels.
 */
import { basename, isAbsolute, resolve } from "node:path";
import {
  ARM_ROBOTS,
  type ArmRobot,
  armFromUrdf,
  armRobotByName,
  type Contract,
  refuse,
} from "../../core/index.js";
import { TASKS } from "../../sim/index.js";
import { isDescription, readDescription } from "./description.js";

/** Help text of `--robot`. */
export const ROBOT_HELP = `${ARM_ROBOTS.map(({ name }) => name).join(" | ")} | a .urdf or .xacro file: the arm at the table`;

/** Whether that is what tasks have where nothing else is said. */
const isUsual = (name: string): boolean => TASKS.some(({ card }) => card.robot === name);

/** Whether simulations know that robot by its name alone. */
export const isBuiltIn = (name: string): boolean =>
  isUsual(name) || ARM_ROBOTS.some((robot) => robot.name === name);

/** The arm of that name or file. @throws InputError when there is none, or it lacks what a simulation needs */
export function loadArm(name: string): ArmRobot {
  if (!isDescription(name)) return armRobotByName(name);
  const { urdf, meshes } = readDescription(name);
  return armFromUrdf(urdf, meshes);
}

/** `--robot` as a job carries it: files by their whole path. */
export function robotOption(told: string | undefined): { readonly robot?: string } {
  if (told === undefined) return {};
  const robot = isDescription(told) ? (isAbsolute(told) ? told : resolve(told)) : armRobotByName(told).name;
  return robot === "panda" ? {} : { robot };
}

/** The robot that a contract's rollouts need. @throws InputError when it is neither built in nor told */
export function simulatedRobot(contract: Contract, told: string | undefined): { readonly robot?: string } {
  if (told !== undefined) {
    const option = robotOption(told);
    const arm = option.robot === undefined ? "panda" : loadArm(option.robot).name;
    return arm === contract.robot
      ? option
      : refuse("--robot", `must be the arm that the policy was made for, ${contract.robot}`, arm);
  }
  if (isUsual(contract.robot)) return {};
  return ARM_ROBOTS.some((robot) => robot.name === contract.robot)
    ? { robot: contract.robot }
    : refuse("--robot", `must be given: the description of ${contract.robot}`);
}

/** `lift`, `lift-ur5e`: the folder of a task's runs with that arm. */
export const runName = (task: string, robot: string | undefined): string =>
  robot === undefined || robot === "panda"
    ? task
    : `${task}-${basename(robot)
        .replace(/\.(urdf|xacro|xml)$/i, "")
        .replace(/\.urdf$/i, "")}`;
