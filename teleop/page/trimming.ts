/**
 * The take on the desk as it is trimmed and split: what of it is used, what can be done at the playhead, and an end of a
 * part while a hand moves it. A move is an edit only when it is let go, so that undo takes all of it back. Frames from 0;
 * what a part is, and what becomes of it, is the data set's (`datasets/edits.ts`).
 */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import {
  beginAt,
  endAt,
  joinAt,
  partsOfTake,
  restoreAt,
  splitAt,
  type TakePart,
  withBegin,
  withEnd,
  withoutPart,
  withParts,
} from "../../datasets/index.js";
import type { Span } from "./chart.js";
import type { Library } from "./library.js";
import type { Replay } from "./replay.js";

/** What can be done to a take at the playhead; `whole` wherever that is. */
export const CUTS = ["begin", "end", "split", "join", "leave-out", "restore", "whole"] as const;
/** One of them. */
export type Cut = (typeof CUTS)[number];

/** An end of a part. */
export type PartEnd = "from" | "to";

/** The parts after a cut at a frame, of a take of so many. */
export function cut(
  parts: readonly TakePart[],
  what: Cut,
  frame: number,
  length: number,
): readonly TakePart[] {
  switch (what) {
    case "begin":
      return beginAt(parts, frame);
    case "end":
      return endAt(parts, frame);
    case "split":
      return splitAt(parts, frame);
    case "join":
      return joinAt(parts, frame);
    case "leave-out":
      return withoutPart(parts, frame);
    case "restore":
      return restoreAt(parts, frame, length);
    case "whole":
      return [{ from: 0, to: length }];
  }
}

/** The take on the desk, to be trimmed. */
export interface Trimming {
  /** frames of the take; null when it is none of the set's */
  readonly length: ReadonlySignal<number | null>;
  /** what is used of it, while a hand moves an end as that has it */
  readonly parts: ReadonlySignal<readonly TakePart[]>;
  /** the same in seconds, nothing of an excluded take: for pictures of it, in which a frame is as wide as it lasts */
  readonly used: ReadonlySignal<readonly Span[]>;
  /** the frame under the playhead */
  readonly frame: ReadonlySignal<number>;
  /** cuts that would change something */
  readonly possible: ReadonlySignal<ReadonlySet<Cut>>;
  /** Cuts at the playhead. */
  cut(what: Cut): void;
  /** Moves an end of a part to a frame, and the playhead with it. */
  move(which: number, end: PartEnd, frame: number): void;
  /** The end that was moved stays where it is: an edit. */
  letGo(): void;
  /** The end that was moved goes back. */
  cancel(): void;
}

/** Trims what lies on the desk. */
export function createTrimming(library: Library, replay: Replay): Trimming {
  /** parts of a take while an end is being moved */
  const moving = signal<{ readonly index: number; readonly parts: readonly TakePart[] } | null>(null);
  const length = computed(() =>
    replay.index.value === null ? null : (replay.episode.value?.length ?? null),
  );
  const stored = computed<readonly TakePart[]>(() => {
    const index = replay.index.value;
    return index === null || length.value === null
      ? []
      : partsOfTake(library.edits.value, index, length.value);
  });
  const parts = computed(() =>
    moving.value?.index === replay.index.value ? moving.value.parts : stored.value,
  );
  const frame = computed(() => Math.round(replay.time.value * replay.rate.value));

  const change = (next: readonly TakePart[]): void => {
    const [index, frames] = [replay.index.peek(), length.peek()];
    if (index === null || frames === null || same(next, stored.peek())) return;
    library.edit((edits) => withParts(edits, index, frames, next));
  };

  return {
    length,
    parts,
    used: computed(() => {
      const index = replay.index.value;
      if (index === null) return [{ from: 0, to: Number.POSITIVE_INFINITY }];
      if (library.edits.value.excluded.includes(index)) return [];
      const rate = replay.rate.value;
      return parts.value.map(({ from, to }) => ({ from: (from - 0.5) / rate, to: (to - 0.5) / rate }));
    }),
    frame,
    possible: computed(() => {
      const frames = length.value;
      if (frames === null) return new Set<Cut>();
      const now = stored.value;
      return new Set(CUTS.filter((what) => !same(cut(now, what, frame.value, frames), now)));
    }),
    cut: (what) => {
      const frames = length.peek();
      if (frames !== null) change(cut(stored.peek(), what, frame.peek(), frames));
    },
    move: (which, end, to) => {
      const [index, frames] = [replay.index.peek(), length.peek()];
      if (index === null || frames === null) return;
      const now = stored.peek();
      const next = end === "from" ? withBegin(now, which, to) : withEnd(now, which, to, frames);
      const part = next[which];
      if (part === undefined) return;
      moving.value = { index, parts: next };
      replay.seek((end === "from" ? part.from : part.to - 1) / replay.rate.peek());
    },
    letGo: () =>
      batch(() => {
        const moved = moving.peek();
        moving.value = null;
        if (moved !== null && moved.index === replay.index.peek()) change(moved.parts);
      }),
    cancel: () => {
      moving.value = null;
    },
  };
}

const same = (a: readonly TakePart[], b: readonly TakePart[]): boolean =>
  a.length === b.length && a.every(({ from, to }, i) => from === b[i]!.from && to === b[i]!.to);
