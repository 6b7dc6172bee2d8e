/** What a training thread and its owner say to each other. */
import type { Progress } from "../../core/index.js";
import type { TrainRequest, TrainResult } from "./train.js";

export type ToTraining =
  | { readonly kind: "train"; readonly request: TrainRequest }
  | { readonly kind: "stop" };

export type FromTraining =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "done"; readonly result: TrainResult }
  | { readonly kind: "failed"; readonly message: string };
