/**
 * Films of takes: pictures of the first recorded camera at equal distances, side by side in one JPEG, kept beside the
 * data set as `films/NUMBER.jpg`. They are made from states, so they may be lost and made again.
 */
import type { FileStore } from "../../datasets/index.js";
import type { CameraRig, ViewState } from "../../sim/view/index.js";

/** Pictures of a take side by side in one image. */
export interface Film {
  readonly url: string;
  readonly pictures: number;
}

/** Pictures in a film, and their size, px. */
export const FILM = { pictures: 8, width: 112, height: 70 } as const;

const FOLDER = "films";
/** Films that are read when a set is opened: the newest. */
const MOST = 200;
const MOST_BYTES = 1_000_000;

/** The film of states, JPEG; null of none. */
export async function filmOf(
  cameras: CameraRig,
  states: readonly ViewState[],
): Promise<Uint8Array<ArrayBuffer> | null> {
  const { width, height } = FILM;
  const canvas = new OffscreenCanvas(Math.max(1, width * states.length), height);
  // By the processor: a context of graphics is waited for, behind everything that they have to do.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const which = cameras.names.slice(0, 1);
  if (context === null || states.length === 0) return null;
  const cut = (width - height) / 2;
  try {
    for (const [i, state] of states.entries()) {
      const [picture] = await cameras.render(state, { which, size: { width, height: width } });
      if (picture?.rgba === null || picture === undefined) return null;
      context.putImageData(new ImageData(picture.rgba, width, width), width * i, -cut, 0, cut, width, height);
    }
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.86 });
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    return null;
  }
}

/** A film to show. */
export const filmFrom = (bytes: Uint8Array<ArrayBuffer>): Film => ({
  url: URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })),
  pictures: FILM.pictures,
});

/** Puts a film beside its set; a full disk costs the film, not the take. */
export async function keepFilm(
  store: FileStore,
  index: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  await store.write([{ path: `${FOLDER}/${String(index).padStart(6, "0")}.jpg`, bytes }]).catch(() => {});
}

/** The films that lie beside a set, by the take's number. */
export async function readFilms(store: FileStore): Promise<[number, Film][]> {
  const paths = (await store.list(FOLDER).catch(() => [])).filter((path) => /\/\d{6}\.jpg$/.test(path));
  const films: [number, Film][] = [];
  for (const path of paths.slice(-MOST)) {
    if (((await store.size(path)) ?? MOST_BYTES) >= MOST_BYTES) continue;
    films.push([Number(path.slice(-10, -4)), filmFrom(Uint8Array.from(await store.read(path)))]);
  }
  return films;
}
