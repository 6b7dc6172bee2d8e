/** The line to the thread that draws films, which is started when it is first asked for something. */
import type { ViewState } from "../../sim/view/index.js";
import type { FilmAnswer, FilmRequest, FilmWorld } from "./workers/film.worker.js";

/** Draws films elsewhere. */
export interface FilmThread {
  /** Has the world ready when the next film is asked for. */
  prepare(world: FilmWorld): void;
  /** The film of states, JPEG; null where there are none, or the thread is lost. */
  film(world: FilmWorld, states: readonly ViewState[]): Promise<Uint8Array<ArrayBuffer> | null>;
}

/** No thread yet. */
export function createFilmThread(): FilmThread {
  let worker: Worker | null = null;
  let asked = 0;
  const waiting = new Map<number, (jpeg: FilmAnswer["jpeg"]) => void>();

  const start = (): Worker => {
    const thread = new Worker(new URL("./workers/film.worker.ts", import.meta.url), { type: "module" });
    thread.onmessage = ({ data: { id, jpeg } }: MessageEvent<FilmAnswer>) => {
      waiting.get(id)?.(jpeg);
      waiting.delete(id);
    };
    // A film can be made again, by another one.
    thread.onerror = () => {
      thread.terminate();
      worker = null;
      for (const resolve of waiting.values()) resolve(null);
      waiting.clear();
    };
    return thread;
  };
  const film: FilmThread["film"] = (world, states) =>
    new Promise((resolve) => {
      const id = asked++;
      waiting.set(id, resolve);
      worker ??= start();
      worker.postMessage({ id, world, states } satisfies FilmRequest);
    });
  return { film, prepare: (world) => void film(world, []) };
}
