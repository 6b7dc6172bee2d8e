/** The recording state machine: what a take's state is. Seconds on the shared clock. */
import type { FailureKind } from "../../core/index.js";

/** Who moves the robot. `taken-over`: a person, out of a policy's hands, which a key gives it back to. */
export type Driver = "you" | "policy" | "taken-over";

/** Where recording stands. */
export type RecorderPhase =
  | { readonly name: "ready" }
  /** recording begins with the first motion, or when `until` has come */
  | { readonly name: "armed"; readonly until: number }
  | { readonly name: "recording" }
  | { readonly name: "paused" }
  /** going back: `frames` of the take are left so far */
  | { readonly name: "rewinding"; readonly since: number; readonly from: number }
  /** the take is over and waits for a decision; `ended`: what ended it */
  | { readonly name: "review"; readonly ended: Ending }
  /** being stored; the next layout comes when it is safe */
  | { readonly name: "kept" }
  | { readonly name: "thrown-away"; readonly until: number }
  | { readonly name: "resetting" }
  /** the robot holds until `resume`; then recording is where `before` says */
  | { readonly name: "stopped"; readonly reason: string; readonly before: "paused" | "ready" };

/** What ended a take: the checker's word, or the person. */
export type Ending =
  | { readonly by: "success" }
  | { readonly by: "failure"; readonly kind: FailureKind }
  | { readonly by: "person" };

/** The recorder at a moment, for the page to show. */
export interface RecorderState {
  readonly phase: RecorderPhase;
  readonly driver: Driver;
  /** number of the take being made, from 1 */
  readonly take: number;
  /** frames in it, and seconds */
  readonly frames: number;
  readonly seconds: number;
  /** what the person marked it as; null leaves it to the checker */
  readonly mark: boolean | null;
  /** frames that a rewind cut off and `restore-tail` brings back; 0 without any */
  readonly tail: number;
  /** until when throwing away can be undone; null when there is nothing to undo */
  readonly undoUntil: number | null;
}
