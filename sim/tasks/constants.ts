/** A hash of everything that decides how hard a task at the table is: it stands beside every figure of it. */
import { type ArmRobot, HAND_DRIVE, PANDA_DRIVE, stateHash } from "../../core/index.js";
import { DETECTOR } from "../detector.js";
import { TABLETOP } from "../tabletop/layout.js";
import { TABLE_RULES } from "./judging.js";
import type { TableTask } from "./tabletop-environment.js";

/** 16 hexadecimal digits; they change with any constant of the table, the arm's drive, the detector or the task. */
export function tableConstantsHash(task: TableTask, own: Readonly<Record<string, unknown>>): string {
  // Whose definition it is does not make it harder.
  const { source: _, ...card } = task.card;
  return textHash(
    JSON.stringify([card, task.slots, own, TABLETOP, TABLE_RULES, PANDA_DRIVE, HAND_DRIVE, DETECTOR]),
  );
}

/** The hash of a text's characters. */
export const textHash = (text: string): string =>
  stateHash(Float64Array.from(text, (character) => character.codePointAt(0)!));

/** The hash of a task's constants with another arm at the table: it changes with anything of the arm too. */
export const armConstantsHash = (
  task: string,
  { name, model, tool, home, workspace, gripper, drive, zone }: ArmRobot,
): string => textHash(JSON.stringify([task, name, model, tool, home, workspace, gripper, drive, zone]));
