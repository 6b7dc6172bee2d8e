/**
 * What a person wants the robot to do, whatever they hold in their hands: velocities in a named frame, an opening of
 * the gripper, and actions that a button stands for. Metres, radians, seconds. Not a command of a robot: that is made
 * of intents by the session, at the robot's own rate.
 */
import { impossible, type Vec3 } from "../../core/index.js";

/**
 * What is driven: an arm by the pose of its tool, a mobile base by its twist, or a carrier, a base with a lift for the
 * arm on it. Of a mobile manipulator it is the carrier or the arm, as a person switches.
 */
export type Body = "arm" | "base" | "carrier";

/**
 * The frame of an intent's velocities. `base`: the axes of the robot's base link (an arm: x away from it, y left,
 * z up; a mobile base: x forward, y left). `tool`: the arm's base frame turned about z by the commanded yaw.
 */
export type IntentFrame = "base" | "tool";

/** What a device asks for at a moment; it holds until the next. */
export interface Intent {
  readonly frame: IntentFrame;
  /** m/s along x, y, z */
  readonly linear: Vec3;
  /** rad/s about x, y, z */
  readonly angular: Vec3;
  /** a joint of an arm that leads instead, from 0, and rad/s; linear and angular are zero then */
  readonly joint?: { readonly index: number; readonly rate: number };
  /** share of the gripper's closing wanted, 0 open to 1 closed; null leaves it as it is */
  readonly gripper: number | null;
}

/** Nothing is asked for: the command in force holds. */
export const STILL: Intent = { frame: "base", linear: [0, 0, 0], angular: [0, 0, 0], gripper: null };

/** Whether an intent moves anything. */
export const isStill = ({ linear, angular, joint }: Intent): boolean =>
  linear.every((value) => value === 0) &&
  angular.every((value) => value === 0) &&
  (joint === undefined || joint.rate === 0);

/** What a button stands for. Those that only the page knows (`camera`, `switch-body`, `sheet`, `mute`) never reach the simulation. */
export type Action =
  /** closes an open gripper, opens a closed one */
  | { readonly kind: "toggle-gripper" }
  /** a base stops at once */
  | { readonly kind: "brake" }
  /** start, pause, go on */
  | { readonly kind: "record" }
  /** end the take; keep it; go to the next */
  | { readonly kind: "keep" }
  /** begins to go back, or ends it; held for `hold` s it goes on, where that is not the recorder's own time */
  | { readonly kind: "rewind"; readonly held: boolean; readonly hold?: number }
  /** takes the last rewind back */
  | { readonly kind: "restore-tail" }
  | { readonly kind: "throw-away" }
  /** takes throwing away back */
  | { readonly kind: "undo" }
  | { readonly kind: "mark"; readonly success: boolean }
  /** a person takes over from a policy, or hands back */
  | { readonly kind: "take-over" }
  | { readonly kind: "new-layout" }
  | { readonly kind: "stop" }
  /** of the device itself: a frame or a speed that it now has, for the page to show */
  | { readonly kind: "frame"; readonly frame: DriveFrame }
  | { readonly kind: "speed"; readonly step: number }
  /** of the device itself: the joint, from 0, that it leads by now; null: it moves the hand */
  | { readonly kind: "joint"; readonly joint: number | null }
  | { readonly kind: "camera"; readonly move: CameraMove }
  /** from the carrier to the arm on it, or back; nothing where one body is all there is */
  | { readonly kind: "switch-body" }
  | { readonly kind: "mute" }
  | { readonly kind: "sheet" };

/**
 * Whether an action ends motion that no key holds any more: every stop, whatever begins or ends a take, brings the world
 * elsewhere or changes who drives or what is driven, and another frame or joint, which would bend it.
 */
export function endsMotion({ kind }: Action): boolean {
  switch (kind) {
    case "toggle-gripper":
    case "mark":
    case "speed":
    case "camera":
    case "mute":
    case "sheet":
      return false;
    case "brake":
    case "record":
    case "keep":
    case "rewind":
    case "restore-tail":
    case "throw-away":
    case "undo":
    case "take-over":
    case "new-layout":
    case "stop":
    case "frame":
    case "joint":
    case "switch-body":
      return true;
    default:
      return impossible(kind);
  }
}

/** The frames a person may choose; `view` follows the picture. */
export type DriveFrame = "view" | "world" | "tool";

/** What keys and a D-pad do to the picture. */
export type CameraMove =
  | "left"
  | "right"
  | "up"
  | "down"
  | "nearer"
  | "farther"
  | "preset"
  | "next-preset"
  | "previous-preset";
