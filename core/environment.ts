/**
 * An environment: a world, a robot model and a task, stepped synchronously in one thread, without a clock.
 * Same seed and same commands give the same bits. Not a robot: see `robot.ts` for that interface.
 */
import type { Contract } from "./contract.js";
import type { Pose } from "./math/pose.js";
import type { Vec3 } from "./math/vec3.js";
import type { Randomisation } from "./randomisation.js";
import type { GoalBinding, Scene } from "./scene.js";

/** One look at the robot: a vector for every observation and goal feature of the contract, by feature name. */
export interface Observation {
  /** seconds since the episode began, or on the robot's clock */
  readonly time: number;
  readonly values: Readonly<Record<string, Float32Array>>;
}

/** How an episode stands. `kind` of a failure is a word of the task's own list, e.g. `dropped`. */
export type Outcome =
  | { readonly state: "running" }
  | { readonly state: "success" }
  | { readonly state: "failure"; readonly kind: FailureKind };

/** The words for how an episode can fail. */
export type FailureKind =
  | "timed-out"
  | "missed"
  | "dropped"
  | "left-workspace"
  | "tipped-over"
  | "collided"
  | "disturbed"
  | "force-exceeded";

/** What a task is, for lists, help texts and the evaluator. */
export interface TaskCard {
  readonly name: string;
  readonly robot: string;
  /** one sentence */
  readonly summary: string;
  /** seconds after which an unfinished episode has timed out */
  readonly horizon: number;
  /** how to say it, with {target}, {place} and so on for the objects bound to the slots, in both languages */
  readonly sentences: { readonly en: readonly string[]; readonly zh: readonly string[] };
  /** the constants that define it, in words: they stand beside every figure */
  readonly reset: string;
  /** whose definition it follows, and where it differs (in brackets: the source's); absent: our own */
  readonly source?: { readonly definition: string; readonly differences: string };
  /** what its score is, where it has one beside success, in words; see `Environment.score` */
  readonly score?: string;
}

/** The robot as it stands, exactly: for pictures and for cues to whoever drives, never for a policy. */
export interface RobotState {
  /** frame of the scene ← root link of the robot */
  readonly root: Pose;
  /** frame of the scene ← tool; of a mobile base its root again */
  readonly tool: Pose;
  /**
   * rad or m, in the order of `jointNames`, [n]; empty for a robot without joints that show; of several arms one after
   * the other; may be a view
   */
  readonly joints: ArrayLike<number>;
  readonly jointNames: readonly string[];
  /** m between the pads; 0 without a gripper */
  readonly gripperWidth: number;
  /** of several arms every one's hand, in order; `tool` and `gripperWidth` are the first's */
  readonly hands?: readonly { readonly tool: Pose; readonly gripperWidth: number }[];
}

/** Something that presses on a part of the robot from outside. What a gripper holds between its fingers does not. */
export interface RobotContact {
  /** the link, or `gripper` */
  readonly part: string;
  /** N on the robot, frame of the scene; null where the simulation knows only that there is contact */
  readonly force: Vec3 | null;
  /** frame of the scene */
  readonly at: Vec3;
  /** id of the object that presses (most), or `table`; absent where that is not known */
  readonly other?: string;
}

/** A task in a world, stepped by whoever holds it. */
export interface Environment {
  readonly contract: Contract;
  readonly card: TaskCard;
  /** Begins the episode of that seed. */
  reset(seed: number): void;
  /** What the robot shows now; the arrays are the caller's to keep. */
  observe(): Observation;
  /** Everything, exactly: privileged. */
  scene(): Scene;
  /** Which objects the goal slots are bound to; `bind` changes them mid-episode, as a plan does. */
  goal(): GoalBinding;
  bind(goal: GoalBinding): void;
  /** The command in force, flat in the order of `contract.actions`: the `previous_command` of a policy. */
  command(): Float64Array;
  /**
   * Applies one command vector for one policy period.
   * @param onTick called after every tick of physics in it, for whoever shows motion between steps
   */
  step(command: ArrayLike<number>, onTick?: () => void): void;
  /** The robot as it stands now; absent where observations are all there is to see. */
  robotState?(): RobotState;
  /** What touches the robot now; absent where nothing is known of contacts. */
  contacts?(): readonly RobotContact[];
  /** What was drawn for this episode beside its layout; absent or null where nothing was. */
  randomisation?(): Randomisation | null;
  /** seconds since reset */
  time(): number;
  outcome(): Outcome;
  /** The highest score of this episode so far, 0 to 1; absent or null where the task has none: success is all there is. */
  score?(): number | null;
  /** The whole state as bytes; restoring it continues bit for bit in the same engine variant. */
  snapshot(): Uint8Array;
  restore(snapshot: Uint8Array): void;
  /** A short hash of every pose and velocity, to compare runs. */
  hash(): string;
  /** Gives the engine's memory back; the environment is then unusable. */
  free(): void;
}

/**
 * Drives an environment towards its goal by a script that sees everything. For demonstrations only, never at
 * rollout. One instance lasts one episode.
 */
export interface Demonstrator {
  /** the next command, flat in the order of `contract.actions` */
  act(environment: Environment): Float64Array;
}
