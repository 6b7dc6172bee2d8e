/**
 * The frame a person steers in. `view` means: away is into the picture, along the nearest axis of the robot's base,
 * and stays so while anything is held, so that turning the picture never bends a motion. Radians.
 */
import { wrapAngle } from "../../core/index.js";
import type { DriveFrame, Intent, IntentFrame } from "./intent.js";

/** The order in which a key goes through the frames. */
const ORDER: readonly DriveFrame[] = ["view", "world", "tool"];

/** The frame after this one. */
export const nextFrame = (frame: DriveFrame): DriveFrame => ORDER[(ORDER.indexOf(frame) + 1) % ORDER.length]!;

/** A quarter turn nearest to the picture's direction. */
export const snapAzimuth = (azimuth: number): number =>
  wrapAngle((Math.PI / 2) * Math.round(azimuth / (Math.PI / 2)));

/**
 * What a device means by away, left and up (m/s) as velocities in a named frame.
 * @param azimuth of the picture, already snapped
 */
export function steered(
  frame: DriveFrame,
  azimuth: number,
  away: number,
  left: number,
  up: number,
): { readonly frame: IntentFrame; readonly linear: Intent["linear"] } {
  if (frame !== "view") return { frame: frame === "tool" ? "tool" : "base", linear: [away, left, up] };
  // Quarter turns: exact, so that a key moves along one axis and no other.
  const [c, s] = [Math.round(Math.cos(azimuth)), Math.round(Math.sin(azimuth))];
  return { frame: "base", linear: [c * away - s * left + 0, s * away + c * left + 0, up] };
}
