/**
 * A gripper that is one more joint of the arm's own trajectories, as the jaw of an SO-101 is. Widths become positions of
 * that joint, row by row, no faster than it is told to go: the arm does not wait for it, and it does not jump. When the
 * arm holds, the jaw stays where it was sent, with the grip it has. Metres, the joint's own unit, seconds.
 */
import { type Opening, positionOf } from "./opening.js";
import type { ArmProfile } from "./profile.js";

type JawProfile = Extract<ArmProfile["gripper"], { readonly via: "with-arm" }>;

export interface Jaw {
  readonly joint: string;
  /** positions that it may be sent to */
  readonly lower: number;
  readonly upper: number;
  positionOf(width: number): number;
  /**
   * Where it is sent in each row of a motion.
   * @param from where it was sent one period before the first
   * @param scale in (0, 1]: share of its speed
   */
  rows(widths: readonly number[], from: number, period: number, scale: number): number[];
}

export function createJaw({ joint, speed }: JawProfile, opening: Opening): Jaw {
  const ends = [opening[0]![1], opening.at(-1)![1]];
  return {
    joint,
    lower: Math.min(...ends),
    upper: Math.max(...ends),
    positionOf: (width) => positionOf(opening, width),
    rows: (widths, from, period, scale) => {
      const most = speed * scale * period;
      let at = from;
      return widths.map((width) => {
        at += Math.max(-most, Math.min(most, positionOf(opening, width) - at));
        return at;
      });
    },
  };
}
