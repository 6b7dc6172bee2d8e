/** Training in a thread of its own: the caller's event loop stays free, two trainings use two cores. */
import { Worker } from "node:worker_threads";
import { type OnProgress, silent } from "../../core/index.js";
import type { TrainRequest, TrainResult } from "./train.js";
import type { FromTraining, ToTraining } from "./worker-messages.js";

/**
 * As `train`, in a worker. When the signal is aborted it stops between two steps and resolves with what there is: the
 * checkpoint continues it bit for bit.
 */
export async function trainInWorker(
  request: TrainRequest,
  { onProgress = silent, signal }: { readonly onProgress?: OnProgress; readonly signal?: AbortSignal } = {},
): Promise<TrainResult> {
  // From TypeScript sources (tests) the thread runs the built file, as everywhere else.
  const here = import.meta.url;
  const entry = here.endsWith(".ts") ? "../../dist/policy/training/worker.node.js" : "./worker.node.js";
  const worker = new Worker(new URL(entry, here));
  const send = (message: ToTraining): void => worker.postMessage(message);
  const stop = (): void => send({ kind: "stop" });
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await new Promise<TrainResult>((resolve, reject) => {
      worker.on("error", reject);
      worker.on("exit", (code) => reject(new Error(`train: the thread ended early, code ${code}`)));
      worker.on("message", (message: FromTraining) => {
        if (message.kind === "progress") onProgress(message.progress);
        else if (message.kind === "done") resolve(message.result);
        else reject(new Error(message.message));
      });
      send({ kind: "train", request });
      if (signal?.aborted) stop();
    });
  } finally {
    signal?.removeEventListener("abort", stop);
    await worker.terminate();
  }
}
