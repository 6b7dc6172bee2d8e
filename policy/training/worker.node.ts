/** The training thread: one request, progress as it goes, one answer. Training blocks its thread; this is that thread. */
import { parentPort } from "node:worker_threads";
import { messageOf, refuse } from "../../core/index.js";
import { openNodeSession } from "../runtime/session.node.js";
import { type TrainRequest, train } from "./train.js";
import type { FromTraining, ToTraining } from "./worker-messages.js";

const port = parentPort ?? refuse("training worker", "must run as a worker thread");
let stopped = false;
const post = (message: FromTraining): void => port.postMessage(message);

port.on("message", (message: ToTraining) => {
  if (message.kind === "stop") stopped = true;
  else void begin(message.request);
});

async function begin(request: TrainRequest): Promise<void> {
  try {
    const result = await train(request, {
      open: openNodeSession,
      onProgress: (progress) => post({ kind: "progress", progress }),
      stop: () => stopped,
    });
    post({ kind: "done", result });
  } catch (error) {
    post({ kind: "failed", message: messageOf(error) });
  }
}
