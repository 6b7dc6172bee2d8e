/** What a method of imitation is to the rest of the house: one file of `algorithms`, listed in `index.ts`. */
import type { Random } from "../../core/index.js";
import type { Value } from "../graph/graph.js";
import type { Parameter, ParameterValues } from "../networks/mlp.js";

/** Sizes a network is made for. */
export interface NetworkShape {
  /** D, numbers of an encoded observation */
  readonly observation: number;
  /** H * A, numbers of a chunk */
  readonly chunk: number;
  readonly hidden: readonly number[];
}

/** A random tensor of each training step: standard normal or uniform in [0, 1), drawn from the training's stream. */
export interface Draw {
  readonly name: string;
  /** numbers a sample of the batch */
  readonly size: number;
  readonly distribution: "normal" | "uniform";
}

/** A method of imitation: its parameters, the loss of a batch, and how it acts, all as graphs. */
export interface Algorithm {
  readonly name: string;
  /** one sentence, with its source */
  readonly summary: string;
  parameters(shape: NetworkShape, random: Random): Parameter[];
  /** what is drawn for every training step */
  draws(shape: NetworkShape): readonly Draw[];
  /**
   * The scalar loss of a batch.
   * @param observation [B, D] and @param chunk [B, H * A], both normalised
   * @param drawn the tensors of `draws`, [B, size]
   */
  loss(
    observation: Value,
    chunk: Value,
    drawn: ReadonlyMap<string, Value>,
    parameters: ParameterValues,
  ): Value;
  /** numbers of standard normal noise that `act` takes; 0 for none */
  noiseSize(shape: NetworkShape): number;
  /** [B, D] and noise [B, noiseSize] → a normalised chunk [B, H * A] */
  act(observation: Value, noise: Value | null, parameters: ParameterValues): Value;
}
