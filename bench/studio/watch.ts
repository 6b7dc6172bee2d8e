/**
 * What is seen of a page from outside, by scripts that run in it before its own: its marks and measures, how long the
 * script of each drawn frame took, how many recorded pictures were drawn. The page is the one that is served to
 * everybody and knows nothing of it. Milliseconds.
 */
import type { BrowserContext, Page } from "playwright-core";

/** Seen so far. */
export interface Watched {
  /** when each mark was first set, since the page began; `computed`: graphics had done all they were told at the first */
  readonly marks: Readonly<Record<string, number>>;
  readonly measures: readonly { readonly name: string; readonly duration: number }[];
  /** of frames in which something was drawn: script of all their callbacks, submission of graphics included */
  readonly frames: readonly number[];
  /** between one such frame and the next */
  readonly gaps: readonly number[];
  /** pictures of recorded cameras, 224 pixels square */
  readonly pictures: number;
}

/** ms without a drawn frame after which nothing moves any more; software graphics take 300 for one. */
const STILL = 1000;
/** ms in which a press is told, or never; and how often it is tried. */
const TOLD = 5000;
const PRESSES = 5;

/** Watches every page of a context that is opened from now on. */
export async function watchPages(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const seen = {
      marks: {} as Record<string, number>,
      measures: [] as { name: string; duration: number }[],
      frames: [] as number[],
      gaps: [] as number[],
      pictures: 0,
    };
    Object.assign(globalThis, { studioWatched: seen });
    /** The page says when it has told graphics of a frame; a fence behind it says when they have computed it. */
    const whenComputed = (): void => {
      const gl = document.querySelector<HTMLCanvasElement>("#stage canvas")!.getContext("webgl2")!;
      const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)!;
      gl.flush();
      const look = (): void => {
        if (gl.clientWaitSync(fence, 0, 0) === gl.TIMEOUT_EXPIRED) setTimeout(look, 5);
        else seen.marks["computed"] = performance.now();
      };
      setTimeout(look, 5);
    };
    new PerformanceObserver((list) => {
      for (const { entryType, name, startTime, duration } of list.getEntries())
        if (entryType === "mark") {
          if (name === "studio:drivable" && seen.marks[name] === undefined) whenComputed();
          seen.marks[name] ??= startTime;
        } else seen.measures.push({ name, duration });
    }).observe({ entryTypes: ["mark", "measure"] });

    const frame = { at: -1, script: 0, drew: false, drawnAt: -1 };
    const next = requestAnimationFrame.bind(globalThis);
    const over = (at: number): void => {
      if (frame.drew) {
        seen.frames.push(frame.script);
        if (frame.drawnAt >= 0) seen.gaps.push(frame.at - frame.drawnAt);
        frame.drawnAt = frame.at;
      }
      Object.assign(frame, { at, script: 0, drew: false });
    };
    globalThis.requestAnimationFrame = (callback) =>
      next((at) => {
        if (at !== frame.at) over(at);
        const begin = performance.now();
        callback(at);
        frame.script += performance.now() - begin;
      });
    const graphics = WebGL2RenderingContext.prototype;
    const { drawElements, viewport } = graphics;
    graphics.drawElements = function (...of) {
      frame.drew = true;
      drawElements.apply(this, of);
    };
    graphics.viewport = function (x, y, width, height) {
      if (width === 224 && height === 224) seen.pictures++;
      viewport.call(this, x, y, width, height);
    };
  });
}

/** What has been seen of a page. */
export const watched = (page: Page): Promise<Watched> =>
  page.evaluate(() => (globalThis as unknown as { studioWatched: Watched }).studioWatched);

/** Waits for the page's next measure of that name, from the `count`th on; its duration. */
export async function nextMeasure(
  page: Page,
  name: string,
  count: number,
  timeout: number,
): Promise<{ readonly duration: number; readonly count: number }> {
  const found = await page.waitForFunction(
    ([wanted, from]) => {
      const all = (globalThis as unknown as { studioWatched: Watched }).studioWatched.measures.filter(
        (each) => each.name === wanted,
      );
      return all.length > from ? { duration: all[from]!.duration, count: all.length } : null;
    },
    [name, count] as const,
    { timeout, polling: 20 },
  );
  return (await found.jsonValue())!;
}

/** Waits until nothing has been drawn for a while: the page draws when something moves, and not at rest. */
export async function nothingMoves(page: Page): Promise<void> {
  for (let [drawn, since] = [-1, performance.now()]; performance.now() - since < STILL; ) {
    const { length } = (await watched(page)).frames;
    if (length !== drawn) [drawn, since] = [length, performance.now()];
    await page.waitForTimeout(STILL / 4);
  }
}

/**
 * Presses a key, with the robot at rest, until the page notes how long it took to move it; where the page cannot tell
 * (what was drawn last was not yet the end of the motion before), it is let go and the one that leads back is pressed: held
 * for so long, the first has led to the edge. Each such press is counted.
 */
export async function pressUntilItMoves(
  page: Page,
  keys: readonly [string, string],
  count: number,
): Promise<{ readonly duration: number; readonly untold: number }> {
  for (let untold = 0; untold < PRESSES; untold++) {
    await nothingMoves(page);
    const key = keys[untold % 2]!;
    await page.keyboard.down(key);
    const found = await nextMeasure(page, "studio:motion", count, TOLD).catch(() => null);
    await page.keyboard.up(key);
    if (found !== null) return { duration: found.duration, untold };
  }
  throw new Error(`${PRESSES} presses of ${keys.join(" and ")} moved nothing that the page noted`);
}

/**
 * Makes a page of this context show so many objects: cubes that stand still beside those of the task, on the line
 * between the page and its thread. No task has as many.
 */
export async function showObjects(context: BrowserContext, count: number): Promise<void> {
  await context.addInitScript((wanted) => {
    const colours = ["red", "green", "blue", "yellow", "orange", "purple", "white"];
    let [joints, had, add] = [0, 0, 0];
    const places: number[][] = [];
    const grow = (message: Record<string, unknown>): unknown => {
      if (message["kind"] === "scene") {
        const objects = message["objects"] as { class: string }[];
        [joints, had] = [(message["joints"] as unknown[]).length, objects.length];
        add = Math.max(0, wanted - had);
        const like = objects.find((each) => each.class === "cube")!;
        places.length = 0;
        const more = Array.from({ length: add }, (_, i) => {
          const position = [0.36 + 0.07 * (i % 4), -0.26 - 0.08 * Math.floor(i / 4), 0.02];
          places.push([...position, 0, 0, 0, 1]);
          const pose = { position, orientation: [0, 0, 0, 1] };
          return { ...like, id: `more_${i}`, colour: colours[i % colours.length], pose };
        });
        return { ...message, objects: [...objects, ...more] };
      }
      if (message["kind"] !== "states" || add === 0) return message;
      const stride = joints + 15 + 7 * had;
      const rows = message["rows"] as number;
      const data = message["data"] as Float32Array;
      const wide = new Float32Array(rows * (stride + 7 * add));
      for (let row = 0; row < rows; row++) {
        const at = row * (stride + 7 * add);
        wide.set(data.subarray(row * stride, (row + 1) * stride), at);
        places.forEach((place, i) => {
          wide.set(place, at + stride + 7 * i);
        });
      }
      return { ...message, data: wide };
    };
    const Plain = Worker;
    globalThis.Worker = class extends Plain {
      override set onmessage(listener: ((event: MessageEvent) => unknown) | null) {
        super.onmessage = (event) =>
          listener?.(
            typeof event.data?.kind === "string"
              ? new MessageEvent("message", { data: grow(event.data) })
              : event,
          );
      }
    };
  }, count);
}
