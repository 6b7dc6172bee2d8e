/** What the command line and its simulation workers say to each other. Plain data, transferable arrays. */
import type { Outcome } from "../../core/index.js";
import type { AmplificationSource, Attempt, Episode, TakenApart } from "../../datasets/index.js";
import type { DemonstrationStyle, RandomisationRanges, Sense } from "../../sim/index.js";
import type { FilmFrame } from "../report/result.js";
import type { Watched } from "./watch.js";

/** One seed's worth of work. */
export type Job =
  /** a take played again and taken apart, to be amplified */
  | { readonly kind: "take-apart"; readonly task: string; readonly episode: Episode }
  /** one layout for what was sent under that name */
  | { readonly kind: "amplify"; readonly task: string; readonly seed: number; readonly sources: string }
  | {
      readonly kind: "record";
      readonly task: string;
      readonly seed: number;
      readonly style: DemonstrationStyle;
      readonly robot?: string | undefined;
      /** draws a world for every episode; null: the task as it is */
      readonly randomise: RandomisationRanges | null;
      /** what is recorded beside what the robot always shows */
      readonly senses?: readonly Sense[];
    }
  /** whether the task's script reaches its goal; nothing is kept */
  | {
      readonly kind: "demonstrate";
      readonly task: string;
      readonly seed: number;
      readonly style: DemonstrationStyle;
      /** a built-in arm's name or a description's file, instead of the task's own robot */
      readonly robot?: string | undefined;
    }
  | {
      readonly kind: "roll-out";
      readonly task: string;
      readonly seed: number;
      readonly robot?: string | undefined;
      readonly policy: string;
      /** draws a world for every trial; null: the task as it is */
      readonly randomise: RandomisationRanges | null;
      /** what the policy looks at beside what the robot always shows */
      readonly senses: readonly Sense[];
      readonly execute: number | null;
      /** a policy to run first in the same world, so that the trial begins where it leaves off */
      readonly after: { readonly task: string; readonly policy: string } | null;
      /** through the loop and the safety layer of a robot, instead of straight into the environment */
      readonly asRobot: boolean;
      /** seconds between pictures; null for none */
      readonly film: number | null;
    }
  /** a trial straight in the environment once more, to be looked at */
  | {
      readonly kind: "watch";
      readonly task: string;
      readonly seed: number;
      readonly policy: string;
      /** seconds between frames */
      readonly every: number;
    };

export interface Trial {
  readonly seed: number;
  readonly outcome: Exclude<Outcome, { state: "running" }>;
  /** of robot time */
  readonly seconds: number;
  /** the highest of the episode; null of a task without */
  readonly score: number | null;
  readonly goal: string;
  readonly frames: readonly FilmFrame[];
}

/** Policies and takes taken apart are sent once a worker, by name. */
export type ToWorker =
  | { readonly kind: "policy"; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: "sources"; readonly name: string; readonly sources: readonly AmplificationSource[] }
  | { readonly kind: "forget"; readonly names: readonly string[] }
  | { readonly kind: "job"; readonly id: number; readonly job: Job };

export type Answer =
  | { readonly kind: "recorded"; readonly episode: Episode | null }
  | { readonly kind: "trial"; readonly trial: Trial | null }
  | { readonly kind: "watched"; readonly watched: Watched; readonly outcome: Trial["outcome"] }
  | { readonly kind: "taken-apart"; readonly found: TakenApart }
  | { readonly kind: "amplified"; readonly attempt: Attempt };

export type FromWorker =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: string };
