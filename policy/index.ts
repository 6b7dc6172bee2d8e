/** The door of `policy`: the graph, networks, algorithms, training, export, the runtime, evaluation. */

export type { Algorithm, NetworkShape } from "./algorithms/algorithm.js";
export { ALGORITHMS, algorithmByName } from "./algorithms/index.js";
export type { Encoding } from "./encoding/encoding.js";
export { type Looks, PLAIN_LOOKS } from "./encoding/observations.js";
export { bestCandidate, type Evaluation, evaluate, summarise } from "./evaluation/evaluate.js";
export { drive, type RolloutOptions, rollOut, type Trial } from "./evaluation/rollout.js";
export { SEED_RANGES, type SeedUse, seedsFor, useOf } from "./evaluation/seeds.js";
export { gradients, RULES } from "./graph/gradients.js";
export {
  BATCH,
  type Constant,
  constant,
  createGraph,
  type Graph,
  input,
  integers,
  type Node,
  type Operator,
  output,
  scalar,
  type Value,
} from "./graph/graph.js";
export { encodeModel, type Metadata } from "./graph/onnx-encode.js";
export { type ModelSummary, type Port, readModel, withMetadata } from "./graph/onnx-read.js";
export * as operators from "./graph/operators.js";
export type { PolicyCard } from "./runtime/card.js";
export { APPRENTICE_VERSION, readCard, writeCard } from "./runtime/card.js";
export { exportPolicy, PORTS } from "./runtime/export.js";
export { type LoadedPolicy, loadPolicy, MOST_POLICY_BYTES } from "./runtime/load.js";
export {
  type Buffer32,
  type Buffers,
  type OnnxRuntime,
  type OpenSession,
  type Session,
  sessionsOf,
} from "./runtime/session.js";
export {
  type AdamArrays,
  type AdamKernel,
  type AdamStep,
  adamInScript,
  adamKernel,
} from "./training/adam-kernel.js";
export { prepareData, type TrainingData } from "./training/data.js";
export { fillNormal } from "./training/noise.js";
export { checkRecipe, defaultRecipe, learningRate, type Recipe, withSteps } from "./training/recipe.js";
export {
  CANDIDATES,
  type Candidate,
  type TrainOptions,
  type TrainRequest,
  type TrainResult,
  train,
} from "./training/train.js";
export { type Checkpoint, createTrainer, type Trainer } from "./training/trainer.js";
export { type MirrorPlane, mirrorEpisode, mirrorPlanes } from "./treatment/mirror.js";
export { type Moved, movedCopies } from "./treatment/moved.js";
export { scanFromBeside } from "./treatment/moved-scan.js";
export { keptFrames, type Pace, retime } from "./treatment/retime.js";
export { smoothCommands } from "./treatment/smooth.js";
export {
  BASE_TREATMENT,
  checkTreatment,
  isTreated,
  LEANING_BASE_TREATMENT,
  PEOPLE,
  TOOL_TREATMENT,
  type Treated,
  type Treatment,
  treatEpisodes,
} from "./treatment/treatment.js";
export { type Turned, turnedCopies } from "./treatment/turned.js";
