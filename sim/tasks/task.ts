/** What a task is to the rest of the house: one module of `sim/tasks`, listed in `index.ts`. */
import type { Demonstrator, Environment, TaskCard } from "../../core/index.js";
import type { DetectorModel } from "../detector.js";

/** How an environment of a task may differ from the one its figures are made in. */
export interface EnvironmentOptions {
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
}

/** How a scripted demonstrator moves: like a person, with tremble, pauses and varying speed, or evenly. */
export type DemonstrationStyle = "human" | "clean";

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
