/** Which kind of world a robot stands in. */
import { DIFF_DRIVE, MOBILE_PANDA, SKID_STEER, TWO_PANDAS } from "../../core/index.js";
import type { WorldKind } from "./types.js";

const KINDS: Readonly<Record<string, WorldKind>> = {
  [DIFF_DRIVE.name]: "room",
  [SKID_STEER.name]: "course",
  [MOBILE_PANDA.name]: "mobile",
  [TWO_PANDAS.name]: "two-arm",
};

/** Whether what is drawn stands on the bench. */
export const atBench = (kind: WorldKind): boolean => kind === "tabletop" || kind === "two-arm";

/** The kind of world of the robot that a contract names; what is none of these is an arm at a table. */
export const worldKindOf = (robot: string): WorldKind => KINDS[robot] ?? "tabletop";
