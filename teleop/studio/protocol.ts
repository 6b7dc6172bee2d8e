/**
 * What the page and the thread that simulates say to each other: plain data, big arrays transferred. Times are
 * seconds on a clock both share (`performance.timeOrigin + performance.now()`), lengths metres, angles radians,
 * forces newtons; poses are x y z, then x y z w, in the frame that `scene` names.
 *
 * Order: the page sends `open`, gets `opened`, then one `scene` for every layout and one `states` for every step.
 * Whatever cannot be done comes back as `refused`; the session goes on.
 */
import type { Contract, Outcome, SceneObject, TaskCard } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import type { Action, Body, Intent } from "../devices/intent.js";
import type { Cue } from "./cues.js";
import type { Hand } from "./hand.js";
import type { RecorderState } from "./recorder.js";

/** From the page to the simulation. */
export type ToSimulation =
  /** begin a task: where its takes go, and from which seed on its layouts are drawn */
  | {
      readonly kind: "open";
      readonly task: string;
      /** the arm, by its name; default the task's own robot */
      readonly robot?: string;
      readonly firstSeed: number;
      /** null: takes are not stored (looking, lessons, trials) */
      readonly store: StorePlace | null;
      /** who the takes are by, instead of `teleop:` and the device: never a person's name for a program */
      readonly maker?: string;
    }
  /** what a device asks for since `at`; repeat it every `INTENT_REPEAT` s while it moves anything */
  | { readonly kind: "intent"; readonly device: string; readonly at: number; readonly intent: Intent }
  /** what a button of a device or of the page asks for; actions that only the page knows are ignored */
  | { readonly kind: "action"; readonly at: number; readonly action: Action }
  /** after `stopped`: only by a button that a person looks at */
  | { readonly kind: "resume" }
  /** makes a policy known; its bytes may be transferred */
  | { readonly kind: "policy"; readonly name: string; readonly bytes: Uint8Array }
  /** the policy drives a recorded take in the layout of that seed (null: the present one), until `take-over` */
  | { readonly kind: "drive"; readonly policy: string; readonly seed: number | null }
  /** the policy drives in each of these layouts in turn; a `trial` comes for each */
  | { readonly kind: "trials"; readonly policy: string; readonly seeds: readonly number[] }
  /** ends `drive` or `trials` after the present step; the robot holds */
  | { readonly kind: "end-policy" }
  /** puts an episode that was made of takes into the data set; `kept` comes for it */
  | { readonly kind: "add"; readonly episode: Episode }
  /** shows the layout of that seed; a take in progress must be kept or thrown away first */
  | { readonly kind: "layout"; readonly seed: number }
  /** the page noticed something, to be kept with the take */
  | { readonly kind: "noticed"; readonly what: PageCue; readonly detail: string }
  /** of the layouts to come, one in which the task is said like this is set out next; null: any */
  | { readonly kind: "prefer"; readonly sentence: string | null }
  /** how fast simulated time goes, in (0, 1] of real time; 1 at first */
  | { readonly kind: "pace"; readonly factor: number }
  /** of a mobile manipulator: devices drive its arm from now on, or the carrier; the other holds */
  | { readonly kind: "body"; readonly body: Body }
  | { readonly kind: "close" };

/** Seconds between repeats of an intent that moves something; older than `INTENT_EXPIRES` it counts as lost. */
export const INTENT_REPEAT = 0.1;
/** Seconds after which an intent that was not repeated no longer moves anything: the page hangs or is gone. */
export const INTENT_EXPIRES = 0.3;

/** Where a data set lies. */
export type StorePlace =
  /** a folder of the small server behind the page */
  | { readonly kind: "server"; readonly url: string; readonly token: string; readonly set: string }
  /** the browser's own storage */
  | { readonly kind: "browser"; readonly set: string };

/** From the simulation to the page. */
export type FromSimulation =
  | {
      readonly kind: "opened";
      readonly task: TaskCard;
      readonly contract: Contract;
      /** what devices drive at first: of a mobile manipulator the carrier */
      readonly body: Body;
      /** takes in the data set, earlier ones included; 0 without a store */
      readonly takes: number;
      /** milliseconds that loading took: engine and environment, then the data set */
      readonly milliseconds: { readonly environment: number; readonly store: number };
    }
  | SceneMessage
  | StatesMessage
  /** the recorder's state changed between steps (states carry it too) */
  | { readonly kind: "recorder"; readonly at: number; readonly recorder: RecorderState }
  /** a take is in the data set for good: its number there, from 0 */
  | { readonly kind: "kept"; readonly at: number; readonly take: TakeSummary }
  /** a policy's trial has ended; the episode can be looked at, trained on, thrown away */
  | {
      readonly kind: "trial";
      readonly at: number;
      readonly policy: string;
      readonly trial: TrialSummary;
      readonly episode: Episode;
    }
  | { readonly kind: "policy-ready"; readonly name: string; readonly milliseconds: number }
  /** what was asked for cannot be done: place, rule and value in one sentence */
  | { readonly kind: "refused"; readonly reason: string }
  /** the thread itself has failed; the last kept take is safe */
  | { readonly kind: "failed"; readonly reason: string };

/** The same said in both languages. */
export interface Sentence {
  readonly en: string;
  readonly zh: string;
}

/** What stands where: sent once a layout, before its first states. */
export interface SceneMessage {
  readonly kind: "scene";
  readonly at: number;
  readonly seed: number;
  /** of every pose */
  readonly frame: string;
  /** every object as it stood at the beginning, in the order of the states' poses */
  readonly objects: readonly SceneObject[];
  /** names of the joints, in the order of the states */
  readonly joints: readonly string[];
  /** ids of the target and the place */
  readonly goal: Readonly<Record<string, string>>;
  /** the task as a sentence, in both languages */
  readonly sentence: Sentence;
  /** every sentence that layouts of this task ask for */
  readonly sentences: readonly Sentence[];
}

/**
 * One step of the robot: where everything is at its beginning and after each tick of physics. It is sent when the
 * step begins and covers the time until the next, so that a page which draws the row of its own time is never late.
 */
export interface StatesMessage {
  readonly kind: "states";
  /** when row 0 holds; row i holds `i * tick` later */
  readonly at: number;
  /** seconds of the shared clock between rows */
  readonly tick: number;
  readonly rows: number;
  /** [rows * stride], see `stateOffsets`; transferred */
  readonly data: Float32Array<ArrayBuffer>;
  /** seconds of simulated time at row 0, and its step number since the layout was set out */
  readonly time: number;
  readonly step: number;
  /** the hand at `at`: where the person (or policy) wants the tool; the page moves its ghost on by `moveHand` */
  readonly hand: Hand;
  readonly outcome: Outcome;
  readonly cues: readonly Cue[];
  readonly recorder: RecorderState;
  readonly timings: StepTimings;
}

/** Where the parts of a row of states begin, and how long a row is. */
export interface StateOffsets {
  /** joints, rad or m, in the order of the scene's `joints` */
  readonly joints: number;
  /** opening of the gripper, m; 0 without one */
  readonly gripper: number;
  /** pose of the robot's root link */
  readonly root: number;
  /** pose of the tool; of a base: its root again */
  readonly tool: number;
  /** poses of the objects, 7 numbers each */
  readonly objects: number;
  readonly stride: number;
}

/** The layout of a row of states for so many joints and objects. */
export function stateOffsets(joints: number, objects: number): StateOffsets {
  return {
    joints: 0,
    gripper: joints,
    root: joints + 1,
    tool: joints + 8,
    objects: joints + 15,
    stride: joints + 15 + 7 * objects,
  };
}

/** What a step cost and how late it came, ms. */
export interface StepTimings {
  /** computing the step, pictures of it excluded */
  readonly step: number;
  /** between when the step was due and when it began */
  readonly late: number;
  /** between the newest input in it and when it began; null without input */
  readonly input: number | null;
  /** steps so far that came too late and were dropped from the clock */
  readonly dropped: number;
}

/** A take that was kept. */
export interface TakeSummary {
  /** its index in the data set */
  readonly index: number;
  readonly seed: number;
  /** seconds, and frames */
  readonly seconds: number;
  readonly frames: number;
  readonly success: boolean | null;
  readonly maker: string;
  readonly sentence: string;
  /** share of frames in which a person had taken over from a policy */
  readonly intervened: number;
  /** everything that was cued while it was recorded */
  readonly events: readonly TakeEvent[];
}

/** What only the page can notice: of its own delay, of silence, of a camera's sight, of a recorder that lags. */
export type PageCue = "delay" | "stale" | "out-of-view" | "dropped-frames";

/** A cue, a deed or a change of the recorder's phase at a moment of a take. */
export interface TakeEvent {
  /** frame of the take */
  readonly frame: number;
  /** seconds of the shared clock since the take was begun: it goes on through pauses, frames do not */
  readonly clock: number;
  readonly what: Cue["kind"] | PageCue | "grip" | "release" | "rewind" | "take-over" | "hand-back" | "phase";
  /** e.g. the joint's name; of a phase its name */
  readonly detail: string;
}

/** How a policy did in one layout. */
export interface TrialSummary {
  readonly seed: number;
  readonly outcome: Outcome;
  readonly seconds: number;
  readonly intervened: number;
}
