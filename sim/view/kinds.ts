/** Which kind of world a robot stands in. */
import { DIFF_DRIVE, MOBILE_PANDA, SKID_STEER } from "../../core/index.js";
import type { WorldKind } from "./types.js";

const KINDS: Readonly<Record<string, WorldKind>> = {
  [DIFF_DRIVE.name]: "room",
  [SKID_STEER.name]: "course",
  [MOBILE_PANDA.name]: "mobile",
};

/** The kind of world of the robot that a contract names; what is none of these is an arm at a table. */
export const worldKindOf = (robot: string): WorldKind => KINDS[robot] ?? "tabletop";
