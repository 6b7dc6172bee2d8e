/**
 * Episodes made ready for training: encoded observations and chunk targets, normalised, frame by frame. The encoding
 * is the very graph that the exported file carries, run once over the data.
 */
import {
  type Contract,
  integerIn,
  type OnProgress,
  refuse,
  silent,
  sizeOf,
  totalSize,
  withObservations,
} from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import { actionLayout, actionScale, binaryValues, chunkTargets } from "../encoding/actions.js";
import type { Encoding } from "../encoding/encoding.js";
import { encodeObservation, featureInputs, type Looks, PLAIN_LOOKS } from "../encoding/observations.js";
import { CLIP, scaleOf, standardiseRows } from "../encoding/scale.js";
import { BATCH, createGraph, input, output } from "../graph/graph.js";
import { encodeModel } from "../graph/onnx-encode.js";
import type { OpenSession } from "../runtime/session.js";
import type { Recipe } from "./recipe.js";

/** What a training draws its batches from. */
export interface TrainingData {
  readonly encoding: Encoding;
  /** N */
  readonly frames: number;
  /** [N, D], normalised */
  readonly observations: Float32Array;
  /** [N, H * A], normalised */
  readonly chunks: Float32Array;
}

/** Columns that hardly vary are divided by this, in their own unit. */
const STD_FLOOR = 1e-2;
const ROWS_AT_ONCE = 16384;

/** @throws InputError when there is nothing to learn from, or an episode lacks a feature */
export async function prepareData(
  episodes: readonly Episode[],
  whole: Contract,
  recipe: Recipe,
  open: OpenSession,
  onProgress: OnProgress = silent,
): Promise<TrainingData> {
  const contract = withObservations(whole, recipe.observations);
  const layout = actionLayout(contract);
  const frames = episodes.reduce((sum, episode) => sum + episode.length, 0);
  integerIn("train", "frames of all episodes together", frames, 1, 50_000_000);

  const width = recipe.horizon * layout.size;
  const chunks = new Float32Array(frames * width);
  let at = 0;
  for (const episode of episodes) {
    const rows = chunks.subarray(at * width, (at + episode.length) * width);
    chunkTargets(layout, episode.actions, episode.meta.initialCommand, recipe.horizon, rows);
    at += episode.length;
  }
  const action = actionScale(chunks, layout, recipe.horizon);
  const binary = binaryValues(
    episodes.map((episode) => episode.actions),
    layout.size,
  );

  const looks = recipe.looks ?? PLAIN_LOOKS;
  const raw = await encodeFrames(episodes, contract, looks, frames, open, onProgress);
  const columns = raw.length / frames;
  const observation = scaleOf(raw, columns, STD_FLOOR);
  standardiseRows(raw, observation);
  for (let i = 0; i < raw.length; i++) raw[i] = Math.max(-CLIP, Math.min(CLIP, raw[i]!));
  return {
    encoding: { contract, looks, observation, layout, action, binary, horizon: recipe.horizon },
    frames,
    observations: raw,
    chunks: standardiseRows(chunks, action),
  };
}

/** Encoded but not normalised observations of all frames, [N, D]. */
async function encodeFrames(
  episodes: readonly Episode[],
  contract: Contract,
  looks: Looks,
  frames: number,
  open: OpenSession,
  onProgress: OnProgress,
): Promise<Float32Array> {
  const graph = createGraph();
  const actions = totalSize(contract.actions);
  const previous = looks.gripperCommand ? input(graph, PREVIOUS, [BATCH, actions]) : null;
  const encoded = encodeObservation(contract, featureInputs(graph, contract), looks, previous);
  output(encoded, "encoded");
  const columns = encoded.shape[1]!;
  const features = [...contract.observations, ...contract.goals];
  const session = await open(encodeModel(graph, "encoding"));
  const out = new Float32Array(frames * columns);
  let at = 0;
  for (const episode of episodes)
    for (let from = 0; from < episode.length; from += ROWS_AT_ONCE) {
      const rows = Math.min(ROWS_AT_ONCE, episode.length - from);
      const feeds = Object.fromEntries(
        features.map((feature) => {
          const size = sizeOf(feature);
          const data =
            episode.features[feature.name] ?? refuse("train", "episodes must hold the feature", feature.name);
          return [
            feature.name,
            { data: data.subarray(from * size, (from + rows) * size), shape: [rows, size] },
          ];
        }),
      );
      if (previous !== null)
        feeds[PREVIOUS] = { data: previousCommands(episode, actions, from, rows), shape: [rows, actions] };
      const encodedRows = { data: out.subarray(at * columns, (at + rows) * columns), shape: [rows, columns] };
      await session.bind(feeds, { encoded: encodedRows })();
      at += rows;
      onProgress({ stage: "encode", done: at, total: frames });
    }
  await session.free();
  return out;
}

const PREVIOUS = "previous";

/** The command in force at each of these frames, [rows * A]: that of the frame before. */
function previousCommands(
  { actions, meta }: Episode,
  size: number,
  from: number,
  rows: number,
): Float32Array {
  const out = new Float32Array(rows * size);
  if (from === 0) out.set(meta.initialCommand);
  const first = Math.max(1, from);
  out.set(actions.subarray((first - 1) * size, (from + rows - 1) * size), (first - from) * size);
  return out;
}
