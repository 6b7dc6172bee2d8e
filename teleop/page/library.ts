/**
 * The takes of a task as the page shows them: the rows of the data set, what was kept since, and the edits a person
 * has made (excluded, removed, judged otherwise, trimmed, split) with their undo. Edits stand in a file of their own beside the set's
 * until somebody rewrites it; frames are never touched here.
 */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Contract } from "../../core/index.js";
import {
  asEdited,
  asJudged,
  type DatasetReader,
  type Edits,
  type Episode,
  type FileStore,
  isDataset,
  judgedNow,
  type LeftOut,
  leftOut,
  NO_EDITS,
  openDataset,
  partsOfTake,
  readEdits,
  type TakePart,
  writeEdits,
} from "../../datasets/index.js";
import type { StorePlace } from "../studio/protocol.js";
import { openPlace } from "../studio/stores.browser.js";
import { type Link, reasonOf } from "./link.js";

/** A take as lists show it. */
export interface TakeRow {
  readonly index: number;
  readonly seed: number | null;
  readonly seconds: number;
  readonly frames: number;
  /** as judged now */
  readonly success: boolean | null;
  readonly maker: string;
  readonly sentence: string;
  /** share of frames that a person drove after taking over */
  readonly intervened: number;
  readonly excluded: boolean;
  readonly removed: boolean;
  /** judged otherwise than recorded */
  readonly edited: boolean;
  /** what is used of it where it was trimmed or split; null: all of it */
  readonly parts: readonly TakePart[] | null;
  /** why a training does not use it; null when it does */
  readonly leftOut: LeftOut | null;
}

/** The data set of the task that is open. */
export interface Library {
  readonly takes: ReadonlySignal<readonly TakeRow[]>;
  readonly contract: ReadonlySignal<Contract | null>;
  readonly state: Signal<"reading" | "ready" | "none">;
  /** why it could not be read; null when it could */
  readonly problem: Signal<string | null>;
  readonly canUndo: ReadonlySignal<boolean>;
  readonly canRedo: ReadonlySignal<boolean>;
  /** what was decided, saved or not */
  readonly edits: ReadonlySignal<Edits>;
  /** edits that are not stored yet */
  readonly unsaved: ReadonlySignal<number>;
  open(set: string): Promise<void>;
  /** A take as it was recorded, judged as it is now. */
  episode(index: number): Promise<Episode>;
  /** What a training is given of it: of a take that was trimmed or split, each part. */
  used(index: number): Promise<readonly Episode[]>;
  edit(change: (edits: Edits) => Edits): void;
  undo(): void;
  redo(): void;
  save(): Promise<void>;
  /** The store of the set; null when takes are not stored. */
  readonly store: () => FileStore | null;
}

/** Follows the data set of the task that the link has open. */
export function createLibrary(link: Link, placeOf: (set: string) => StorePlace | null): Library {
  const recorded = signal<readonly TakeRow[]>([]);
  const contract = signal<Contract | null>(null);
  const state = signal<"reading" | "ready" | "none">("none");
  const problem = signal<string | null>(null);
  const past = signal<readonly Edits[]>([NO_EDITS]);
  const future = signal<readonly Edits[]>([]);
  const saved = signal<Edits>(NO_EDITS);
  let store: FileStore | null = null;
  let reader: DatasetReader | null = null;
  let asked = 0;

  const edits = computed(() => past.value.at(-1) ?? NO_EDITS);
  const takes = computed<readonly TakeRow[]>(() => {
    const known = recorded.value;
    const kept = link.takes.value.filter(({ index }) => index >= known.length);
    const rows = [...known, ...kept.map((take): TakeRow => ({ ...take, ...UNTOUCHED }))];
    const decided = edits.value;
    return rows.map((row) => {
      const success = judgedNow(decided, row.index, row.success);
      return {
        ...row,
        success,
        excluded: decided.excluded.includes(row.index),
        removed: decided.removed.includes(row.index),
        edited: success !== row.success,
        parts: decided.parts[row.index] === undefined ? null : partsOfTake(decided, row.index, row.frames),
        leftOut: leftOut(decided, row.index, row.success),
      };
    });
  });

  const read = async (): Promise<DatasetReader | null> => {
    if (store === null || !(await isDataset(store))) return null;
    return openDataset(store);
  };

  const recordedEpisode = async (index: number): Promise<Episode> => {
    reader ??= await read();
    if (reader === null) throw new Error("this take is not stored");
    return reader.episode(index);
  };

  // A take that was kept makes the open reader old.
  effect(() => {
    if (link.takes.value.length > 0) reader = null;
  });

  return {
    takes,
    contract,
    state,
    problem,
    edits,
    canUndo: computed(() => past.value.length > 1),
    canRedo: computed(() => future.value.length > 0),
    unsaved: computed(() => (edits.value === saved.value ? 0 : Math.max(1, past.value.length - 1))),
    open: async (set) => {
      const mine = ++asked;
      batch(() => {
        recorded.value = [];
        past.value = [NO_EDITS];
        future.value = [];
        saved.value = NO_EDITS;
        state.value = "reading";
        problem.value = null;
      });
      [store, reader] = [null, null];
      try {
        const place = placeOf(set);
        const opened = place === null ? null : await openPlace(place);
        if (mine !== asked) return;
        store = opened;
        const found = await read();
        const kept = store === null ? NO_EDITS : await readEdits(store);
        if (mine !== asked) return;
        reader = found;
        batch(() => {
          recorded.value = found === null ? [] : rowsOf(found);
          contract.value = found?.contract ?? null;
          past.value = [kept];
          saved.value = kept;
          state.value = store === null ? "none" : "ready";
        });
      } catch (error) {
        if (mine !== asked) return;
        state.value = "none";
        problem.value = reasonOf(error);
      }
    },
    episode: async (index) => asJudged(edits.peek(), index, await recordedEpisode(index)),
    used: async (index) => asEdited(edits.peek(), index, await recordedEpisode(index)),
    edit: (change) => {
      batch(() => {
        past.value = [...past.value, change(edits.peek())];
        future.value = [];
      });
    },
    undo: () => {
      const all = past.peek();
      if (all.length < 2) return;
      batch(() => {
        future.value = [all.at(-1)!, ...future.peek()];
        past.value = all.slice(0, -1);
      });
    },
    redo: () => {
      const [next, ...rest] = future.peek();
      if (next === undefined) return;
      batch(() => {
        past.value = [...past.peek(), next];
        future.value = rest;
      });
    },
    save: async () => {
      if (store === null) return;
      const now = edits.peek();
      try {
        await writeEdits(store, now);
        batch(() => {
          saved.value = now;
          past.value = [now];
          future.value = [];
        });
      } catch (error) {
        problem.value = reasonOf(error);
      }
    },
    store: () => store,
  };
}

/** A take about which nothing was decided yet. */
const UNTOUCHED = { excluded: false, removed: false, edited: false, parts: null, leftOut: null } as const;

const rowsOf = (reader: DatasetReader): TakeRow[] =>
  reader.rows.map(({ index, tasks, length, meta }) => ({
    index,
    seed: meta?.seed ?? null,
    seconds: length / reader.fps,
    frames: length,
    success: meta?.success ?? null,
    maker: meta?.maker ?? "unknown",
    sentence: tasks[0] ?? "",
    intervened: (meta?.interventions ?? []).reduce((sum, { from, to }) => sum + to - from, 0) / length,
    ...UNTOUCHED,
  }));

/** Frames of a take that a training uses when it uses the take. */
export const usedFrames = ({ parts, frames }: TakeRow): number =>
  parts === null ? frames : parts.reduce((sum, { from, to }) => sum + to - from, 0);

/** Takes that a training uses. */
export const usable = (take: TakeRow): boolean => take.leftOut === null;
