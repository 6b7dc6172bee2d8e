/**
 * A whole training: prepare the data, take all the steps, export a policy at each candidate step. Choosing among the
 * candidates is done by rollouts (`evaluation`), since the loss does not tell good policies from bad ones.
 */
import { type Contract, type OnProgress, refuse, silent } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import { exportPolicy } from "../runtime/export.js";
import type { OpenSession } from "../runtime/session.js";
import { treatEpisodes } from "../treatment/treatment.js";
import { prepareData } from "./data.js";
import type { Recipe } from "./recipe.js";
import { type Checkpoint, createTrainer } from "./trainer.js";

/** Everything that decides what a training computes; plain data, so that it can be sent to a thread. */
export interface TrainRequest {
  readonly episodes: readonly Episode[];
  readonly contract: Contract;
  readonly recipe: Recipe;
  readonly seed: number;
  /** what the data set is called in the exported file, e.g. a hash */
  readonly data: string;
  /** continue from here; null to begin */
  readonly resume?: Checkpoint | null;
  /** threads that compute one operator; small networks gain nothing from more than 1 */
  readonly threads?: number;
}

/** A policy that might be chosen. */
export interface Candidate {
  readonly step: number;
  /** the ONNX file */
  readonly model: Uint8Array<ArrayBuffer>;
}

/** What came of the steps that were taken. */
export interface TrainResult {
  readonly candidates: readonly Candidate[];
  readonly curve: readonly { readonly step: number; readonly loss: number }[];
  readonly parameters: number;
  /** where training stands: at its end, or where it was told to stop */
  readonly checkpoint: Checkpoint;
}

/** Where a training runs and who watches it: nothing here changes what it computes. */
export interface TrainOptions {
  readonly open: OpenSession;
  readonly onProgress?: OnProgress;
  /** called every so many steps with where training stands, so that a lost process loses little */
  readonly onCheckpoint?: { readonly every: number; readonly take: (checkpoint: Checkpoint) => void };
  /** called with each candidate as soon as there is one */
  readonly onCandidate?: (candidate: Candidate) => void;
  /** asked for between steps; true saves and stops */
  readonly stop?: () => boolean;
}

/** Shares of the steps at which a candidate is exported. */
export const CANDIDATES = [0.6, 0.8, 1] as const;
/** Points of a learning curve: each the mean loss since the one before. */
const CURVE_POINTS = 120;

/**
 * Trains to the recipe's last step, or until told to stop. A training that is stopped and resumed from its checkpoint
 * ends with the same bits as one that was not; its result lists the candidates and the curve of its own steps only.
 */
export async function train(request: TrainRequest, options: TrainOptions): Promise<TrainResult> {
  const { recipe, seed, contract, episodes } = request;
  const { open, onProgress = silent, onCandidate, onCheckpoint, stop = () => false } = options;
  if (episodes.length === 0) refuse("train", "needs at least one episode");
  const { treatment } = recipe;
  const shown =
    treatment === undefined
      ? episodes
      : treatEpisodes(episodes, contract, recipe.observations, treatment).episodes;
  const data = await prepareData(shown, contract, recipe, open);
  const trainer = await createTrainer(data, recipe, seed, open, request.threads ?? 1);
  try {
    if (request.resume) trainer.restore(request.resume);
    const every = Math.max(1, Math.floor(recipe.steps / CURVE_POINTS));
    const marks = new Set(CANDIDATES.map((share) => Math.max(1, Math.round(share * recipe.steps))));
    const candidates: Candidate[] = [];
    const curve: { step: number; loss: number }[] = [];
    let [sum, count] = [0, 0];
    while (trainer.step < recipe.steps && !stop()) {
      sum += await trainer.advance();
      count += 1;
      const { step } = trainer;
      if (step % every === 0 || step === recipe.steps) {
        curve.push({ step, loss: sum / count });
        onProgress({
          stage: "train",
          done: step,
          total: recipe.steps,
          note: `loss ${(sum / count).toFixed(3)}`,
        });
        [sum, count] = [0, 0];
      }
      if (marks.has(step)) {
        const about = { recipe, seed, step, data: request.data };
        const candidate: Candidate = {
          step,
          model: exportPolicy(data.encoding, trainer.shape, trainer.weights.average, about),
        };
        candidates.push(candidate);
        onCandidate?.(candidate);
      }
      if (onCheckpoint && step % onCheckpoint.every === 0) onCheckpoint.take(trainer.save());
    }
    return { candidates, curve, parameters: trainer.weights.count, checkpoint: trainer.save() };
  } finally {
    await trainer.free();
  }
}
