/**
 * The thread that asks a policy what it would have done: for every frame of a recorded take its first command, from
 * what was observed and the command that was in force. Without noise, so that the same take gives the same curve.
 */
import { messageOf } from "../../../core/index.js";
import type { Episode } from "../../../datasets/index.js";
import { loadPolicy } from "../../../policy/index.js";
import { webSessions } from "./runtime.js";

/** A take and a policy. */
export interface PredictRequest {
  readonly id: number;
  readonly model: Uint8Array<ArrayBuffer>;
  readonly episode: Episode;
}

/** The commands, [frames * A], or why there are none. */
export type PredictAnswer =
  | { readonly kind: "predicted"; readonly id: number; readonly actions: Float32Array<ArrayBuffer> }
  | { readonly kind: "refused"; readonly id: number; readonly reason: string };

addEventListener("message", async ({ data }: MessageEvent<PredictRequest>) => {
  try {
    const actions = await predict(data);
    postMessage({ kind: "predicted", id: data.id, actions } satisfies PredictAnswer, {
      transfer: [actions.buffer],
    });
  } catch (error) {
    postMessage({ kind: "refused", id: data.id, reason: messageOf(error) } satisfies PredictAnswer);
  }
});

async function predict({ model, episode }: PredictRequest): Promise<Float32Array<ArrayBuffer>> {
  const policy = await loadPolicy(model, await webSessions());
  try {
    const { length, features, actions, meta } = episode;
    const size = actions.length / length;
    const noise = new Float32Array(policy.noiseSize);
    const predicted = new Float32Array(actions.length);
    for (let frame = 0; frame < length; frame++) {
      const values = Object.fromEntries(
        Object.entries(features).map(([name, all]) => {
          const width = all.length / length;
          return [name, all.slice(frame * width, (frame + 1) * width)];
        }),
      );
      const before = frame === 0 ? meta.initialCommand : actions.subarray((frame - 1) * size, frame * size);
      const chunk = await policy.act({ time: frame / policy.contract.rates.policy, values }, before, noise);
      predicted.set(chunk.subarray(0, size), frame * size);
    }
    return predicted;
  } finally {
    await policy.free();
  }
}
