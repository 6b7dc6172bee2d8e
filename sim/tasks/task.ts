/** What a task is to the rest of the house: one module of `sim/tasks`, listed in `index.ts`. */
import type { ArmRobot, Demonstrator, Environment, TaskCard } from "../../core/index.js";
import type { DetectorModel } from "../detector.js";
import type { Randomiser } from "../randomisation.js";
import type { Sense } from "../senses.js";

/** How an environment of a task may differ from the one its figures are made in. */
export interface EnvironmentOptions {
  /** the arm at the table, default the Panda; a task of a mobile base refuses it */
  readonly robot?: ArmRobot;
  /**
   * How the goal features see the scene: the default is the noise, rate and age of `DETECTOR`, for training as
   * for rollouts; null shows it exactly.
   */
  readonly detector?: DetectorModel | null;
  /** seconds after which an unfinished episode has timed out, instead of the card's: people take their time */
  readonly horizon?: number;
  /** factors on mass and friction of what is handled, for robustness experiments; default 1 */
  readonly massScale?: number;
  readonly frictionScale?: number;
  /** draws masses, friction, sizes, gains and latency for every episode, or gives those of a recorded one; default none */
  readonly randomise?: Randomiser;
  /** what the robot feels beside what it always shows, in the contract and in every observation; default nothing */
  readonly senses?: readonly Sense[];
}

/**
 * How a scripted demonstrator moves: like people of three skills (as robomimic's multi-human sets have them), with
 * tremble, pauses, uneven speed, detours, grasps at nothing and bumps; or evenly, without any of it.
 */
export type DemonstrationStyle = "worse" | "okay" | "better" | "clean";
/** All of them, for lists and help texts. */
export const DEMONSTRATION_STYLES: readonly DemonstrationStyle[] = ["worse", "okay", "better", "clean"];
/** What is shown when nobody says otherwise; the figures of the house are learned from it. */
export const DEFAULT_STYLE: DemonstrationStyle = "better";

/** A task: its card, its environment, its demonstrator. */
export interface TaskModule {
  readonly card: TaskCard;
  /** frames that a demonstration goes on after success, so that a policy learns to stay or to leave */
  readonly linger: number;
  /** Loads the engine where needed; the environment stands at the beginning of episode 0. */
  create(options?: EnvironmentOptions): Promise<Environment>;
  demonstrator(seed: number, style?: DemonstrationStyle): Demonstrator;
  /** Hash of every constant that decides how hard the task is; stands beside its figures. */
  constantsHash(): string;
}
