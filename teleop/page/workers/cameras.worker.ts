/**
 * The thread that makes camera videos for the data set of a task: scenes made again, drawn and encoded here, into a set
 * of its own beside the first, an episode at a time. When it is ended in the middle, what is there is gone on with.
 */
import { openDataset } from "../../../datasets/index.js";
import { taskByName } from "../../../sim/index.js";
import { createCameraRig, createComputedRig, softwareGraphics } from "../../../sim/view/index.js";
import { renderSet } from "../../cameras/render-set.js";
import { rigPainter } from "../../cameras/rig-painter.browser.js";
import { webEncoding } from "../../cameras/web-encoding.browser.js";
import type { StorePlace } from "../../studio/protocol.js";
import { openPlace } from "../../studio/stores.browser.js";

/** What is to be made. */
export interface CamerasRequest {
  readonly task: string;
  readonly from: StorePlace;
  readonly to: StorePlace;
  /** names of the recorded cameras */
  readonly which: readonly string[];
  /** pixels of a side */
  readonly size: number;
}

/** From the thread. */
export type FromCameras =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly reason: string };

const say = (message: FromCameras): void => postMessage(message);

addEventListener("message", async ({ data }: MessageEvent<CamerasRequest>) => {
  try {
    const { task, from, to, which, size } = data;
    const encoding = await webEncoding(size);
    if (encoding === null) throw new Error("cameras: the browser must have an encoder for AV1 or H.264");
    await renderSet({
      source: await openDataset(await openPlace(from)),
      target: await openPlace(to),
      wishes: { which, size, kinds: ["colour"] },
      task: taskByName(task),
      // Graphics in software are slower than none.
      painter: rigPainter(softwareGraphics() ? createComputedRig : createCameraRig),
      encoding,
      signal: new AbortController().signal,
      onProgress: ({ done, total }) => say({ kind: "progress", done, total }),
    });
    say({ kind: "done" });
  } catch (error) {
    say({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
});
