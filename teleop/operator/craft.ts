/**
 * What a person at the keys drives: an arm, or a base, as they feel it in their fingers. The same persons drive both;
 * over a room everything is as many times larger as over a table, and a base runs on when a key is let go. Metres,
 * radians, seconds.
 */
import { DIFF_DRIVE } from "../../core/index.js";
import type { Body } from "../devices/intent.js";
import type { Axis, KeysOfAxes } from "./keys.js";

/** A robot at the end of the keys. */
export interface Craft {
  readonly body: Body;
  readonly keys: KeysOfAxes;
  /** what counts as near, and how badly is aimed, in those of an arm over its table */
  readonly scale: number;
  /** m/s and rad/s that it moves at most, whatever the speed step says */
  readonly fastest: Readonly<Record<Axis, number>>;
  /** m/s² and rad/s² with which it comes to its speed and to rest; Infinity for a command that moves at once */
  readonly brakes: Readonly<Record<Axis, number>>;
}

const UNBOUND = {
  x: Number.POSITIVE_INFINITY,
  y: Number.POSITIVE_INFINITY,
  z: Number.POSITIVE_INFINITY,
  yaw: Number.POSITIVE_INFINITY,
} as const;

/** Keys in the view frame of the desk's picture, which looks along y: W is +y, D is +x. */
export const ARM_CRAFT: Craft = {
  body: "arm",
  keys: { x: ["KeyA", "KeyD"], y: ["KeyS", "KeyW"], z: ["KeyE", "KeyQ"], yaw: ["KeyJ", "KeyL"] },
  scale: 1,
  fastest: UNBOUND,
  brakes: UNBOUND,
};

/** A room of 6 m where the arm's table is one of about a metre. */
export const BASE_CRAFT: Craft = {
  body: "base",
  keys: { x: ["KeyS", "KeyW"], y: [], z: [], yaw: ["KeyD", "KeyA"] },
  scale: 5,
  fastest: { ...UNBOUND, x: DIFF_DRIVE.limits.forward, yaw: DIFF_DRIVE.limits.turn },
  brakes: { ...UNBOUND, x: DIFF_DRIVE.limits.acceleration, yaw: DIFF_DRIVE.limits.turnAcceleration },
};
