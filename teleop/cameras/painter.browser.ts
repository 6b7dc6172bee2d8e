/**
 * The page without a face that draws recorded states for the command line: it gets states by `window.painter` and sends
 * the pixels to the address it is given, several frames at a time. Bundled to `dist/painter/page.js`. Layout of what it
 * sends: frame by frame, camera by camera, RGBA bytes, then depth as float32 (little-endian, m), then ids as bytes, as
 * far as each was asked for.
 */
import type { Drawn, DrawRequest } from "./render-set.js";
import type { Restaged } from "./restage.js";
import { rigPainter } from "./rig-painter.browser.js";

/** What the page offers. */
export interface PagePainter {
  /** Draws the states and sends them; resolves when the last is taken. */
  draw(scene: Restaged, request: DrawRequest, address: string): Promise<void>;
}

/** Bytes sent at a time, at least. */
const ENOUGH = 4_000_000;

const rig = rigPainter();
const painter: PagePainter = {
  draw: async (scene, request, address) => {
    const send = sender(address);
    await rig.draw(scene, request, (_, pictures) => send.add(pictures));
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
    add: async (pictures: readonly Drawn[]): Promise<void> => {
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
