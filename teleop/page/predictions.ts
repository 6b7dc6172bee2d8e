/** What a policy would have commanded in the take on the desk, asked of a thread of its own when a person wants it. */
import { effect, type Signal, signal } from "@preact/signals";
import type { Policies } from "./policies.js";
import type { Replay } from "./replay.js";
import type { PredictAnswer, PredictRequest } from "./workers/predict.worker.js";

/** Where the asking stands. */
export type Prediction =
  | { readonly state: "none" }
  | { readonly state: "asking" }
  /** [frames * A], of that policy */
  | { readonly state: "ready"; readonly actions: Float32Array; readonly policy: string }
  | { readonly state: "failed"; readonly reason: string };

/** Predictions over takes. */
export interface Predictions {
  /** a person wants to see them */
  readonly wanted: Signal<boolean>;
  readonly prediction: Signal<Prediction>;
}

/** Follows the take on the desk and the policy that is chosen. */
export function createPredictions(replay: Replay, policies: Policies): Predictions {
  const wanted = signal(false);
  const prediction = signal<Prediction>({ state: "none" });
  let worker: Worker | null = null;
  let asked = 0;
  let of = "";
  effect(() => {
    const episode = replay.episode.value;
    const file = policies.files.value.find(({ name }) => name === policies.chosen.value);
    const id = ++asked;
    if (!wanted.value || episode === null || file === undefined) {
      prediction.value = { state: "none" };
      return;
    }
    of = file.name;
    prediction.value = { state: "asking" };
    if (worker === null) {
      worker = new Worker(new URL("./workers/predict.worker.ts", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }: MessageEvent<PredictAnswer>) => {
        if (data.id !== asked) return;
        prediction.value =
          data.kind === "predicted"
            ? { state: "ready", actions: data.actions, policy: of }
            : { state: "failed", reason: data.reason };
      };
    }
    worker.postMessage({ id, model: file.bytes, episode } satisfies PredictRequest);
  });
  return { wanted, prediction };
}
