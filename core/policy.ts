/**
 * A policy: observations in, a chunk of absolute commands out, with the contract it was trained under.
 * How it computes (an ONNX file, a script) is its own affair.
 */
import type { Contract } from "./contract.js";
import type { Observation } from "./environment.js";

/** What was learned, ready to act. */
export interface Policy {
  readonly contract: Contract;
  /** commands in a chunk */
  readonly horizon: number;
  /** how many of them to execute before asking again, by default */
  readonly execute: number;
  /** numbers of standard normal noise one call takes; 0 for a deterministic method */
  readonly noiseSize: number;
  /**
   * @param observation every observation and goal feature of the contract, raw units
   * @param previousCommand the command in force, [A]
   * @param noise standard normal, [noiseSize]
   * @returns [horizon * A], row by row
   */
  act(
    observation: Observation,
    previousCommand: ArrayLike<number>,
    noise: Float32Array,
  ): Promise<Float32Array>;
  free(): Promise<void>;
}
