/**
 * Cues: what a person should notice while driving, as data. How they look and sound is the page's affair; what the
 * page alone can know (delay, stale news, a tool out of a camera's sight) is not here. Metres, radians, newtons.
 */
import type { Vec3 } from "../../core/index.js";

/** Something to notice; several at once, worst first. */
export type Cue =
  /** a joint `margin` rad before its limit: below `CUES.nearJoint`, or `at` below `CUES.atJoint` */
  | {
      readonly kind: "near-limit" | "at-limit";
      readonly joint: string;
      readonly margin: number;
      /** which end: -1 the lower, 1 the upper */
      readonly side: -1 | 1;
    }
  /** the hand is held back at a side of the workspace: axis x, y, z or yaw, and which side */
  | { readonly kind: "edge"; readonly axis: "x" | "y" | "z" | "yaw"; readonly side: -1 | 1 }
  /** no joint position reaches what is wanted: the command stayed as it was */
  | { readonly kind: "unreachable"; readonly wanted: Vec3 }
  /** the measure of Yoshikawa 1985, √det(J Jᵀ), is below `CUES.singular` */
  | { readonly kind: "singular"; readonly manipulability: number }
  /** something presses on a part from outside, N, at a point; null where the simulation has no force */
  | {
      readonly kind: "contact" | "collision";
      readonly part: string;
      readonly force: number | null;
      readonly at: Vec3;
    }
  /** the tool is behind the command by so much */
  | { readonly kind: "lag"; readonly distance: number; readonly angle: number };

/** Where cues begin. */
export const CUES = {
  /** rad */
  nearJoint: (8 * Math.PI) / 180,
  atJoint: (1 * Math.PI) / 180,
  singular: 0.02,
  /** N */
  contact: 0.5,
  collision: 40,
  /** m and rad between command and tool */
  lag: 0.015,
  lagAngle: (8 * Math.PI) / 180,
} as const;
