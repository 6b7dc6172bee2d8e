/**
 * A film of every take that is kept, made from its states as recorded cameras see them, and those of earlier visits,
 * which lie beside the data set. Not here: how a film is drawn and where it lies (`films.ts`).
 */
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { FileStore } from "../../datasets/index.js";
import type { ViewState, WorldView } from "../../sim/view/index.js";
import { isAmplified } from "./amplification.js";
import { FILM, type Film, filmFrom, filmOf, keepFilm, readFilms } from "./films.js";
import type { History } from "./history.js";
import type { Library } from "./library.js";
import type { Link } from "./link.js";

/** ms for which the deck says that a take was kept. */
const KEPT = 2000;

/** The films of the set that is open. */
export interface Films {
  /** by the take's number, from 0 */
  readonly all: ReadonlySignal<ReadonlyMap<number, Film>>;
  /** number of the take that was kept a moment ago; null after a while */
  readonly justKept: ReadonlySignal<number | null>;
  /** Makes the film of a take from states of it, and keeps it beside the data set. */
  make(index: number, states: readonly ViewState[]): void;
  /** Another set is opened: its films are others. */
  clear(): void;
}

/** What films are made with. */
export interface FilmParts {
  readonly link: Link;
  readonly library: Library;
  readonly view: Signal<WorldView | null>;
  readonly history: () => History;
}

/** No film yet. */
export function createFilms({ link, library, view, history }: FilmParts): Films {
  const all = signal<ReadonlyMap<number, Film>>(new Map());
  const justKept = signal<number | null>(null);

  /** Shows films of a set, if it is still the one that is open. */
  const add = (store: FileStore | null, found: readonly (readonly [number, Film])[]): void => {
    const here = library.store() === store;
    for (const [index, { url }] of found) {
      const old = here ? all.peek().get(index)?.url : url;
      if (old !== undefined) URL.revokeObjectURL(old);
    }
    if (here) all.value = new Map([...all.peek(), ...found]);
  };
  const make = (index: number, states: readonly ViewState[]): void => {
    const cameras = view.peek()?.cameras;
    const store = library.store();
    if (cameras === undefined || states.length === 0) return;
    void filmOf(cameras, states).then(async (bytes) => {
      if (bytes === null) return;
      add(store, [[index, filmFrom(bytes)]]);
      if (store !== null) await keepFilm(store, index, bytes);
    });
  };

  let pending: ReturnType<History["film"]> = [];
  effect(() => {
    const name = link.recorder.value?.phase.name;
    if (name === "review" || name === "kept") pending = history().film(FILM.pictures);
  });
  let filmed = 0;
  let toFilm: (() => void) | null = null;
  let keptTimer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const takes = link.takes.value;
    if (takes.length < filmed) [filmed, toFilm] = [0, null];
    const take = takes.at(-1);
    if (take === undefined || takes.length === filmed) return;
    filmed = takes.length;
    // What was made of takes has not been seen here: it gets its pictures when it is looked at.
    if (isAmplified(take)) return;
    justKept.value = take.index + 1;
    clearTimeout(keptTimer);
    keptTimer = setTimeout(() => {
      justKept.value = null;
    }, KEPT);
    const states = pending.length > 0 ? pending : history().film(FILM.pictures);
    toFilm = () => make(take.index, states);
  });
  // Pictures of the past must not delay the next layout: they are drawn when it has been.
  effect(() => {
    if (link.recorder.value?.phase.name !== "ready" || toFilm === null) return;
    const film = toFilm;
    toFilm = null;
    requestAnimationFrame(() => requestAnimationFrame(film));
  });
  effect(() => {
    const store = library.state.value === "ready" ? library.store() : null;
    // What cannot be read can be made again.
    if (store !== null)
      void readFilms(store).then(
        (found) => add(store, found),
        () => {},
      );
  });

  return {
    all,
    justKept,
    make,
    clear: () => {
      for (const { url } of all.peek().values()) URL.revokeObjectURL(url);
      all.value = new Map();
    },
  };
}
