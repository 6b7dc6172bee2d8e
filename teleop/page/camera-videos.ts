/**
 * Camera videos for the set that is open, made in a thread of their own from the recorded commands: driving and
 * recording never wait for them. They lie in a set beside the first, so that both can be gone on with.
 */
import { type Signal, signal } from "@preact/signals";
import type { FileStore } from "../../datasets/index.js";
import { CAMERA_SIZE } from "../../sim/view/index.js";
import type { StorePlace } from "../studio/protocol.js";
import { openPlace } from "../studio/stores.browser.js";
import type { CamerasRequest, FromCameras } from "./workers/cameras.worker.js";

/** Whether videos are being made. */
export type CameraVideosState =
  | { readonly state: "idle" }
  /** frames */
  | { readonly state: "working"; readonly done: number; readonly total: number };

/** Makes camera videos. */
export interface CameraVideos {
  readonly state: Signal<CameraVideosState>;
  /**
   * The set with videos of every episode of the one at `from`; null when it was cancelled.
   * @param which names of the recorded cameras
   */
  make(task: string, from: StorePlace, which: readonly string[]): Promise<FileStore | null>;
  /** What was finished stays, and is not made again. */
  cancel(): void;
}

/** Nothing is made yet. */
export function createCameraVideos(): CameraVideos {
  const state = signal<CameraVideosState>({ state: "idle" });
  let cancel = (): void => undefined;
  return {
    state,
    make: async (task, from, which) => {
      const to = { ...from, set: `${from.set}-cameras` };
      const worker = new Worker(new URL("./workers/cameras.worker.ts", import.meta.url), { type: "module" });
      state.value = { state: "working", done: 0, total: 0 };
      try {
        const made = await new Promise<boolean>((resolve, reject) => {
          cancel = () => resolve(false);
          worker.onmessage = ({ data }: MessageEvent<FromCameras>) => {
            if (data.kind === "progress")
              state.value = { state: "working", done: data.done, total: data.total };
            else if (data.kind === "done") resolve(true);
            else reject(new Error(data.reason));
          };
          worker.onerror = () => reject(new Error("cameras: the thread must load"));
          worker.postMessage({ task, from, to, which, size: CAMERA_SIZE.width } satisfies CamerasRequest);
        });
        return made ? await openPlace(to) : null;
      } finally {
        cancel = () => undefined;
        worker.terminate();
        state.value = { state: "idle" };
      }
    },
    cancel: () => cancel(),
  };
}
