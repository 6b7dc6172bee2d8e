/**
 * The exported file: raw features in, absolute commands out, nothing needed but ONNX Runtime. Inputs: one per feature
 * of the contract [B, size] in raw units, `previous_command` [B, A], and `noise` [B, K] where the method draws.
 * Output: `action_chunk` [B, H, A], absolute, in the contract's units. Only standard operators.
 */
import { createRandom } from "../../core/index.js";
import type { NetworkShape } from "../algorithms/algorithm.js";
import { algorithmByName } from "../algorithms/index.js";
import { decodeChunk } from "../encoding/actions.js";
import type { Encoding } from "../encoding/encoding.js";
import { encodeObservation, featureInputs, standardise } from "../encoding/observations.js";
import { BATCH, constant, createGraph, input, output } from "../graph/graph.js";
import { encodeModel } from "../graph/onnx-encode.js";
import { mul, reshape } from "../graph/operators.js";
import type { Recipe } from "../training/recipe.js";
import { writeCard, writeOrigin } from "./card.js";

/** Names of the file's ports beside the features. */
export const PORTS = { previous: "previous_command", noise: "noise", chunk: "action_chunk" } as const;

/** The bytes of a policy. @param weights by parameter name */
export function exportPolicy(
  encoding: Encoding,
  shape: NetworkShape,
  weights: ReadonlyMap<string, Float32Array>,
  about: {
    readonly recipe: Recipe;
    readonly seed: number;
    readonly step: number;
    readonly data: string;
  },
): Uint8Array<ArrayBuffer> {
  const { contract, layout, horizon } = encoding;
  const algorithm = algorithmByName(about.recipe.algorithm);
  const graph = createGraph();
  const features = featureInputs(graph, contract);
  const previous = input(graph, PORTS.previous, [BATCH, layout.size]);
  const noiseSize = algorithm.noiseSize(shape);
  const noise = noiseSize > 0 ? input(graph, PORTS.noise, [BATCH, noiseSize]) : null;
  const parameters = new Map(
    // Only names and shapes are wanted here; the initial values drawn beside them are thrown away.
    algorithm
      .parameters(shape, createRandom(0))
      .map(({ name, shape: own }) => [name, constant(graph, weights.get(name)!, own, name)]),
  );
  const encoded = encodeObservation(contract, features, encoding.looks, previous);
  const observation = standardise(encoded, encoding.observation);
  const { startNoise = 1 } = about.recipe;
  const start = noise === null || startNoise === 1 ? noise : mul(noise, startNoise);
  const chunk = algorithm.act(observation, start, parameters);
  const commands = decodeChunk(chunk, previous, layout, horizon, encoding.action, encoding.binary);
  output(reshape(commands, [BATCH, horizon, layout.size]), PORTS.chunk);
  return encodeModel(graph, contract.task, {
    ...writeCard(contract, {
      version: 1,
      algorithm: algorithm.name,
      horizon,
      execute: about.recipe.execute,
      seed: about.seed,
      step: about.step,
      data: about.data,
      measured: null,
    }),
    ...writeOrigin(about.recipe),
  });
}
