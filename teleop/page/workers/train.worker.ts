/** The thread that trains: the same code as on the command line, on ONNX Runtime Web. */
import { type Candidate, type TrainRequest, train } from "../../../policy/index.js";
import { webSessions } from "./runtime.js";

/** From the thread. */
export type FromTraining =
  /** ONNX Runtime is there */
  | { readonly kind: "begun" }
  | { readonly kind: "point"; readonly step: number; readonly loss: number; readonly total: number }
  | { readonly kind: "candidate"; readonly candidate: Candidate }
  | { readonly kind: "done"; readonly seconds: number; readonly parameters: number }
  | { readonly kind: "failed"; readonly reason: string };

const say = (message: FromTraining): void => postMessage(message);

addEventListener("message", async ({ data }: MessageEvent<TrainRequest>) => {
  try {
    const open = await webSessions();
    say({ kind: "begun" });
    const since = performance.now();
    const { parameters } = await train(data, {
      open,
      onProgress: ({ done, total, note }) =>
        say({ kind: "point", step: done, total, loss: Number(note?.replace("loss ", "")) }),
      onCandidate: (candidate) => say({ kind: "candidate", candidate }),
    });
    say({ kind: "done", seconds: (performance.now() - since) / 1000, parameters });
  } catch (error) {
    say({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
});
