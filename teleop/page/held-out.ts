/**
 * The held-out error of a training: how far the first command of each candidate is from the one that was given, in
 * takes that it has not seen. Each number of a command counts as a share of its own spread in those takes, so that
 * metres, radians and metres a second may be averaged; 0 is the demonstration itself, 1 no better than its mean.
 */
import { type Signal, signal } from "@preact/signals";
import type { Episode } from "../../datasets/index.js";
import type { PredictAnswer, PredictRequest } from "./workers/predict.worker.js";

/** A candidate's error. */
export interface HeldOutPoint {
  readonly step: number;
  /** share of the spread */
  readonly error: number;
}

/** Every tenth take is held out, from this many on. */
export const HELD_OUT = { every: 10, from: 10 } as const;

/** Takes to train on, and takes to judge by. */
export function split<T>(takes: readonly T[]): {
  readonly train: readonly T[];
  readonly judge: readonly T[];
} {
  if (takes.length < HELD_OUT.from) return { train: takes, judge: [] };
  const held = (i: number): boolean => i % HELD_OUT.every === HELD_OUT.every - 1;
  return { train: takes.filter((_, i) => !held(i)), judge: takes.filter((_, i) => held(i)) };
}

/** Mean absolute difference of commands, each number over its spread in the takes. */
export function commandError(episodes: readonly Episode[], predicted: readonly Float32Array[]): number {
  const size = (episodes[0]?.actions.length ?? 0) / (episodes[0]?.length ?? 1);
  let [sum, used] = [0, 0];
  for (let k = 0; k < size; k++) {
    let [count, total, squares, apart] = [0, 0, 0, 0];
    for (const [e, { actions, length }] of episodes.entries())
      for (let frame = 0; frame < length; frame++) {
        const value = actions[frame * size + k]!;
        count += 1;
        total += value;
        squares += value * value;
        apart += Math.abs(predicted[e]![frame * size + k]! - value);
      }
    const spread = Math.sqrt(Math.max(0, squares / count - (total / count) ** 2));
    // A number that never changes in these takes says nothing.
    if (spread < 1e-6) continue;
    sum += apart / count / spread;
    used += 1;
  }
  return used === 0 ? Number.NaN : sum / used;
}

/** Judges candidates one after the other, in a thread of its own. */
export interface HeldOut {
  readonly curve: Signal<readonly HeldOutPoint[]>;
  /** Begins with these takes; what was judged before is forgotten. */
  begin(episodes: readonly Episode[]): void;
  /** Judges a candidate when its turn comes. */
  judge(step: number, model: Uint8Array<ArrayBuffer>): void;
}

/** Nothing to judge by yet. */
export function createHeldOut(): HeldOut {
  const curve = signal<readonly HeldOutPoint[]>([]);
  let episodes: readonly Episode[] = [];
  let turn: Promise<void> = Promise.resolve();
  let round = 0;
  let worker: Worker | null = null;
  let asked = 0;

  const predict = (model: Uint8Array<ArrayBuffer>, episode: Episode): Promise<Float32Array> => {
    worker ??= new Worker(new URL("./workers/predict.worker.ts", import.meta.url), { type: "module" });
    const thread = worker;
    const id = ++asked;
    return new Promise((resolve, reject) => {
      const hear = ({ data }: MessageEvent<PredictAnswer>): void => {
        if (data.id !== id) return;
        thread.removeEventListener("message", hear);
        if (data.kind === "predicted") resolve(data.actions);
        else reject(new Error(data.reason));
      };
      thread.addEventListener("message", hear);
      thread.postMessage({ id, model, episode } satisfies PredictRequest);
    });
  };

  return {
    curve,
    begin: (next) => {
      episodes = next;
      round += 1;
      curve.value = [];
    },
    judge: (step, model) => {
      const mine = round;
      if (episodes.length === 0) return;
      turn = turn
        .then(async () => {
          if (mine !== round) return;
          const predicted: Float32Array[] = [];
          for (const episode of episodes) predicted.push(await predict(model, episode));
          if (mine === round)
            curve.value = [...curve.peek(), { step, error: commandError(episodes, predicted) }];
        })
        .catch(() => {
          // A candidate that cannot be asked has no point; the training has its own words for what went wrong.
        });
    },
  };
}
