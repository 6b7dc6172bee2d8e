/**
 * The page without a face that draws recorded states for the command line: it gets states by `window.painter`, draws
 * them with the recorded cameras of every other picture, and sends the pixels to the address it is given, several
 * frames at a time. Bundled to `dist/painter/page.js`. Layout of what it sends: frame by frame, camera by camera, RGBA
 * bytes, then depth as float32 (little-endian, m), then ids as bytes, as far as each was asked for.
 */
import type { SceneObject } from "../../core/index.js";
import {
  type CameraPicture,
  type CameraRig,
  createCameraRig,
  type ViewState,
  type WorldKind,
} from "../../sim/view/index.js";
import type { DrawRequest } from "./render-set.js";

/** What the page offers. */
export interface PagePainter {
  /** Draws the states and sends them; resolves when the last is taken. */
  draw(
    kind: WorldKind,
    objects: readonly SceneObject[],
    states: readonly ViewState[],
    request: DrawRequest,
    address: string,
  ): Promise<void>;
}

/** Frames being drawn at a time: reading pixels back takes longer than drawing the next. */
const IN_FLIGHT = 4;
/** Bytes sent at a time, at least. */
const ENOUGH = 4_000_000;

let rig: CameraRig | null = null;
let drawn: WorldKind | null = null;

const painter: PagePainter = {
  draw: async (kind, objects, states, request, address) => {
    if (rig === null || drawn !== kind) {
      rig?.dispose();
      rig = createCameraRig({ kind, objects });
      drawn = kind;
    } else rig.setObjects(objects);
    const { render } = rig;
    const send = sender(address);
    const pending: Promise<CameraPicture[]>[] = [];
    const next = async (): Promise<void> => send.add(await pending.shift()!);
    for (const state of states) {
      pending.push(render(state, request));
      if (pending.length >= IN_FLIGHT) await next();
    }
    while (pending.length > 0) await next();
    await send.finish();
  },
};

/** Collects frames and sends them in order; at most one request is on its way. */
function sender(address: string) {
  let parts: BlobPart[] = [];
  let bytes = 0;
  let frames = 0;
  let from = 0;
  let sending: Promise<void> = Promise.resolve();
  const send = async (body: Blob, first: number): Promise<void> => {
    const response = await fetch(`${address}?from=${first}`, { method: "POST", body });
    if (!response.ok) throw new Error(await response.text());
  };
  const flush = async (): Promise<void> => {
    await sending;
    if (frames === 0) return;
    sending = send(new Blob(parts), from);
    // A failure is heard by whoever waits next.
    sending.catch(() => undefined);
    from += frames;
    [parts, bytes, frames] = [[], 0, 0];
  };
  return {
    add: async (pictures: readonly CameraPicture[]): Promise<void> => {
      for (const { rgba, depth, ids } of pictures)
        for (const part of [rgba, depth, ids])
          if (part !== null) {
            parts.push(part);
            bytes += part.byteLength;
          }
      frames++;
      if (bytes >= ENOUGH) await flush();
    },
    finish: async (): Promise<void> => {
      await flush();
      await sending;
    },
  };
}

(window as unknown as { painter: PagePainter }).painter = painter;
