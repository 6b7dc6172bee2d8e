/**
 * Whether a robot's clock can be trusted, from stamps and the times at which they came: stamps must be there, move,
 * and run about as fast as our own clock. Seconds.
 */

export interface StampSample {
  /** on the robot's clock; null: the message had none */
  readonly stamp: number | null;
  readonly receivedAt: number;
}

/** Samples before anything is said. */
export const ENOUGH_STAMPS = 5;

/** What is wrong with the clock behind these stamps, in words; null when nothing is. */
export function clockTrouble(samples: readonly StampSample[]): string | null {
  if (samples.some(({ stamp }) => stamp === null))
    return "messages carry no stamp: their age cannot be known";
  const first = samples[0]!;
  const last = samples.at(-1)!;
  const theirs = last.stamp! - first.stamp!;
  const ours = last.receivedAt - first.receivedAt;
  if (theirs <= 0) return "the robot's clock stands still";
  if (ours > 0.1 && (theirs < ours / 2 || theirs > ours * 2))
    return `the robot's clock runs ${(theirs / ours).toFixed(2)} times as fast as ours`;
  return null;
}
