/** Which kind of world a robot stands in. */
import { DIFF_DRIVE, SKID_STEER } from "../../core/index.js";
import type { WorldKind } from "./types.js";

/** The kind of world of the robot that a contract names; what is no base of the house is an arm at a table. */
export const worldKindOf = (robot: string): WorldKind =>
  robot === DIFF_DRIVE.name ? "room" : robot === SKID_STEER.name ? "course" : "tabletop";
