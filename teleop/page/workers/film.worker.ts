/**
 * The thread that draws films of takes. It computes them by the processor: graphics in software take several times as
 * long, and whoever reads a picture back from them waits for everything else that they have to do.
 */
import type { SceneObject } from "../../../core/index.js";
import {
  createComputedRig,
  figureNamed,
  type OwnCameraRig,
  type ViewState,
  type WorldKind,
} from "../../../sim/view/index.js";
import { filmOf } from "../films.js";

/** The world that takes are of. */
export interface FilmWorld {
  readonly kind: WorldKind;
  /** the name in its contract */
  readonly robot: string;
  readonly objects: readonly SceneObject[];
}

/** A film to be drawn; without states the world is made ready for the next one. */
export interface FilmRequest {
  readonly id: number;
  readonly world: FilmWorld;
  readonly states: readonly ViewState[];
}

/** The film, JPEG; null where there is nothing to draw. */
export interface FilmAnswer {
  readonly id: number;
  readonly jpeg: Uint8Array<ArrayBuffer> | null;
}

let rig: OwnCameraRig | null = null;
let of = "";

async function answer({ id, world, states }: FilmRequest): Promise<void> {
  const { kind, robot, objects } = world;
  if (rig === null || of !== `${kind} ${robot}`) {
    rig?.dispose();
    rig = createComputedRig({ kind, objects, arm: figureNamed(robot) });
    of = `${kind} ${robot}`;
  } else rig.setObjects(objects);
  postMessage({ id, jpeg: await filmOf(rig, states) } satisfies FilmAnswer);
}

// One after the other: they share a world.
let queue = Promise.resolve();
addEventListener("message", ({ data }: MessageEvent<FilmRequest>) => {
  queue = queue.then(() => answer(data));
});
