/**
 * A robot: asynchronous, with a clock of its own. Drivers implement it; a simulation becomes one too.
 * Teleoperation, deployment and plans are written once, against it. Anything behind it may be made of steel:
 * whoever commands holds the lease, and `stop` always gets through and stays.
 */
import type { Contract } from "./contract.js";
import type { Observation } from "./environment.js";
import type { GoalBinding, Scene } from "./scene.js";

/** The newest observation and how old it is. */
export interface Sighting {
  readonly observation: Observation;
  /** seconds between its stamp on the robot's clock and now */
  readonly age: number;
}

/** Commands with their times: row i is to be reached `period * (i + 1)` seconds after `command` is called. */
export interface CommandChunk {
  /** [rows * A], flat in the order of `contract.actions` */
  readonly commands: Float32Array;
  readonly rows: number;
  /** seconds between rows */
  readonly period: number;
}

/** What a robot reports of itself. */
export type RobotEvent =
  | { readonly kind: "link"; readonly up: boolean; readonly reason: string }
  /** latched: nothing moves until `releaseStop` */
  | { readonly kind: "stopped"; readonly reason: string }
  | { readonly kind: "released" }
  /** the safety layer changed or withheld a command */
  | { readonly kind: "limited"; readonly rule: string; readonly detail: string }
  /** the robot holds its place because something is missing or late */
  | { readonly kind: "holding"; readonly reason: string };

/** A robot that can be watched, commanded and stopped. */
export interface Robot {
  readonly contract: Contract;
  /** in (0, 1]: how much slower than at full speed the robot is to be run; 1 when absent */
  readonly speedScale?: number;
  /** Null until every feature of the contract has been seen (goal features: once their slots are bound). */
  latest(): Sighting | null;
  /** The newest scene and its age in seconds; null when nothing provides one. */
  scene(): { readonly scene: Scene; readonly age: number } | null;
  /** Binds the goal slots, so that `latest` carries the goal features. */
  bind(goal: GoalBinding): void;
  /** The command in force, [A]: the `previous_command` of a policy. Null before the first observation. */
  commanded(): Float64Array | null;
  /** Replaces what is being executed. Refused (returns the reason) rather than queued. */
  command(chunk: CommandChunk): CommandResult;
  /** Holds the present place; not latched. */
  hold(reason: string): void;
  /** Stops and stays stopped. Never fails, never waits for anything else. */
  stop(reason: string): void;
  /** Only after a person has looked. */
  releaseStop(): void;
  readonly stopped: string | null;
  on(listener: (event: RobotEvent) => void): () => void;
  close(): Promise<void>;
}

/** Whether a command was taken, and if not, why. */
export type CommandResult =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly reason: string };
