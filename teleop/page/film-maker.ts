/**
 * A film of every take: made while the person looks at what has ended, so that the card of a kept one has it; and those
 * of earlier visits, which lie beside the data set. Not here: how a film is drawn and where it lies (`films.ts`).
 */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { SceneObject } from "../../core/index.js";
import type { FileStore } from "../../datasets/index.js";
import type { ViewState, WorldKind } from "../../sim/view/index.js";
import { isAmplified } from "./amplification.js";
import { createFilmThread } from "./film-thread.js";
import { FILM, type Film, filmFrom, keepFilm, readFilms } from "./films.js";
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
  /** Makes the film of a take from its objects and states of it, and keeps it beside the data set. */
  make(index: number, objects: readonly SceneObject[], states: readonly ViewState[]): void;
  /** Another set is opened: its films are others. */
  clear(): void;
}

/** What films are made with. */
export interface FilmParts {
  readonly link: Link;
  readonly library: Library;
  /** what is seen, and the robot in it by the name in its contract */
  readonly world: () => { readonly kind: WorldKind; readonly robot: string };
  readonly history: () => History;
}

/** No film yet. */
export function createFilms({ link, library, world, history }: FilmParts): Films {
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
  const thread = createFilmThread();
  type Jpeg = Awaited<ReturnType<typeof thread.film>>;
  const keep = async (index: number, film: Promise<Jpeg>): Promise<void> => {
    const store = library.store();
    const jpeg = await film;
    if (jpeg === null) return;
    add(store, [[index, filmFrom(jpeg)]]);
    if (store !== null) await keepFilm(store, index, jpeg);
  };

  const stage = () => ({ ...world(), objects: link.scene.peek()?.objects ?? [] });
  const film = (): Promise<Jpeg> => thread.film(stage(), history().film(FILM.pictures));
  /** of the take on the desk, when it has ended */
  let ended: Promise<Jpeg> | null = null;
  const phase = computed(() => link.recorder.value?.phase.name);
  effect(() => {
    if (phase.value === "armed") thread.prepare(stage());
    // The last state of the take is heard a moment after its end.
    if (phase.value === "review") ended = Promise.resolve().then(film);
    else if (phase.value === "recording") ended = null;
  });
  let filmed = 0;
  let keptTimer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const takes = link.takes.value;
    if (takes.length < filmed) filmed = 0;
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
    void keep(take.index, ended ?? film());
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
    make: (index, objects, states) => void keep(index, thread.film({ ...world(), objects }, states)),
    clear: () => {
      for (const { url } of all.peek().values()) URL.revokeObjectURL(url);
      all.value = new Map();
    },
  };
}
