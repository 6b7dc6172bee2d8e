/**
 * What a person has decided about takes after recording them, as a small file beside the data set's own:
 * `meta/apprentice-edits.json`, version 2; version 1, which knew no parts, is read too. Episodes by their number from 0,
 * frames from 0. Frames stay on disk as they were recorded, those of deleted takes and those that were trimmed away too:
 * other programs that read the set still see them.
 */
import { refuse } from "../core/index.js";
import { type Episode, sliceEpisode } from "./episode.js";
import type { FileStore } from "./file-store.js";
import { decodeJson } from "./lerobot/info.js";

/** Decisions about takes. */
export interface Edits {
  /** not to be trained on */
  readonly excluded: readonly number[];
  /** deleted: not to be shown any more, nor trained on */
  readonly removed: readonly number[];
  /** judged by a person after recording */
  readonly success: Readonly<Record<number, boolean>>;
  /** what is used of a take that was trimmed or split, by rising frame; a take that is not named is used whole */
  readonly parts: Readonly<Record<number, readonly TakePart[]>>;
}

/** Frames `from` up to, and without, `to` of a take. */
export interface TakePart {
  readonly from: number;
  readonly to: number;
}

/** Nothing was decided. */
export const NO_EDITS: Edits = { excluded: [], removed: [], success: {}, parts: {} };

/** Why a training leaves a take out. */
export type LeftOut = "deleted" | "excluded" | "failed";

const FILE = "meta/apprentice-edits.json";
const MOST_BYTES = 4_000_000;
const MOST_PARTS = 1000;

/** What was decided before; nothing in a set without the file. @throws InputError for a file of another version */
export async function readEdits(store: FileStore): Promise<Edits> {
  const size = await store.size(FILE);
  if (size === null) return NO_EDITS;
  if (size > MOST_BYTES) refuse(FILE, `must have at most ${MOST_BYTES} bytes`, size);
  const record = objectOf(decodeJson(FILE, await store.read(FILE)));
  const version = record["version"];
  if (version !== 1 && version !== 2) refuse(FILE, "version must be 1 or 2", version);
  const numbers = (name: string): number[] =>
    Array.isArray(record[name]) ? record[name].filter((each) => Number.isSafeInteger(each) && each >= 0) : [];
  return {
    excluded: numbers("excluded"),
    removed: numbers("removed"),
    success: Object.fromEntries(
      Object.entries(objectOf(record["success"])).filter(
        (entry): entry is [string, boolean] => /^\d+$/.test(entry[0]) && typeof entry[1] === "boolean",
      ),
    ),
    parts: Object.fromEntries(
      Object.entries(version === 1 ? {} : objectOf(record["parts"])).flatMap(([index, parts]) =>
        /^\d+$/.test(index) && areParts(parts)
          ? [[index, parts.map(({ from, to }): TakePart => ({ from, to }))]]
          : [],
      ),
    ),
  };
}

/** At least one part, none empty, each after the one before. */
function areParts(value: unknown): value is TakePart[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_PARTS) return false;
  let end = 0;
  for (const part of value) {
    const { from, to } = objectOf(part);
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return false;
    if ((from as number) < end || (to as number) <= (from as number)) return false;
    end = to as number;
  }
  return true;
}

/** Puts decisions beside the set. */
export async function writeEdits(store: FileStore, edits: Edits): Promise<void> {
  const text = `${JSON.stringify({ version: 2, ...edits }, null, 2)}\n`;
  await store.write([{ path: FILE, bytes: new TextEncoder().encode(text) }]);
}

/** How a take is judged now; null when nobody has. @param recorded what was written with it */
export const judgedNow = (edits: Edits, index: number, recorded: boolean | null): boolean | null =>
  edits.success[index] ?? recorded;

/** A take with how it is judged now instead of what was recorded: for whatever asks a take whether it was a success. */
export function asJudged(edits: Edits, index: number, episode: Episode): Episode {
  const { meta } = episode;
  const success = judgedNow(edits, index, meta.success);
  return success === meta.success ? episode : { ...episode, meta: { ...meta, success } };
}

/** What is used of a take of so many frames; all of it where nobody has trimmed or split it. */
export function partsOfTake(edits: Edits, index: number, length: number): readonly TakePart[] {
  const whole = [{ from: 0, to: length }];
  const parts = (edits.parts[index] ?? whole)
    .map(({ from, to }) => ({ from, to: Math.min(to, length) }))
    .filter(({ from, to }) => from < to);
  return parts.length > 0 ? parts : whole;
}

/**
 * What a training is given of a take: judged as it is now, and of a take that was trimmed or split each part as an episode
 * of its own. A part that does not begin where the take does has no seed any more: nothing can play it from its layout.
 */
export function asEdited(edits: Edits, index: number, episode: Episode): readonly Episode[] {
  const judged = asJudged(edits, index, episode);
  return partsOfTake(edits, index, episode.length).map(({ from, to }) => sliceEpisode(judged, from, to));
}

/** Parts of which that one begins at this frame, or as near to it as the part before and its own end let it. */
export const withBegin = (parts: readonly TakePart[], which: number, frame: number): readonly TakePart[] =>
  parts.map((part, i) =>
    i === which ? { ...part, from: within(frame, parts[i - 1]?.to ?? 0, part.to - 1) } : part,
  );

/** Parts of which that one ends with this frame, or as near to it as its own begin and the part after let it. */
export const withEnd = (
  parts: readonly TakePart[],
  which: number,
  frame: number,
  length: number,
): readonly TakePart[] =>
  parts.map((part, i) =>
    i === which ? { ...part, to: within(frame + 1, part.from + 1, parts[i + 1]?.from ?? length) } : part,
  );

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** Parts of which the one at this frame begins there; beyond the used ones, the next begins earlier. */
export const beginAt = (parts: readonly TakePart[], frame: number): readonly TakePart[] =>
  withBegin(
    parts,
    parts.findIndex(({ to }) => frame < to),
    frame,
  );

/** Parts of which the one at this frame ends with it; beyond the used ones, the one before ends later. */
export const endAt = (parts: readonly TakePart[], frame: number): readonly TakePart[] =>
  withEnd(
    parts,
    parts.findLastIndex(({ from }) => from <= frame),
    frame,
    frame + 1,
  );

/** The part at this frame becomes two, the second of which begins with it; nothing changes where one of them were empty. */
export const splitAt = (parts: readonly TakePart[], frame: number): readonly TakePart[] =>
  parts.length >= MOST_PARTS
    ? parts
    : parts.flatMap((part) =>
        part.from < frame && frame < part.to
          ? [
              { from: part.from, to: frame },
              { from: frame, to: part.to },
            ]
          : [part],
      );

/** Two parts that touch where this frame begins are one again. */
export function joinAt(parts: readonly TakePart[], frame: number): readonly TakePart[] {
  const second = parts.findIndex(({ from }, i) => from === frame && parts[i - 1]?.to === frame);
  if (second < 1) return parts;
  const joined = { from: parts[second - 1]!.from, to: parts[second]!.to };
  return [...parts.slice(0, second - 1), joined, ...parts.slice(second + 1)];
}

/** What the parts leave of a take of so many frames: before, between and after them. */
export function gapsOf(parts: readonly TakePart[], length: number): readonly TakePart[] {
  const begins = [0, ...parts.map(({ to }) => to)];
  const ends = [...parts.map(({ from }) => from), length];
  return begins.map((from, i) => ({ from, to: ends[i]! })).filter(({ from, to }) => from < to);
}

/** The frames left out around this one are used again: by the part before them, at the beginning of the take by the first. */
export function restoreAt(parts: readonly TakePart[], frame: number, length: number): readonly TakePart[] {
  const gap = gapsOf(parts, length).find(({ from, to }) => from <= frame && frame < to);
  if (gap === undefined) return parts;
  return gap.from === 0
    ? beginAt(parts, 0)
    : withEnd(
        parts,
        parts.findLastIndex(({ to }) => to <= gap.from),
        gap.to - 1,
        length,
      );
}

/** Without the part at this frame; the last part stays: a take that is not to be used is excluded. */
export const withoutPart = (parts: readonly TakePart[], frame: number): readonly TakePart[] => {
  const rest = parts.filter(({ from, to }) => frame < from || to <= frame);
  return rest.length > 0 ? rest : parts;
};

/** Edits in which these are the parts of a take of so many frames. */
export function withParts(edits: Edits, index: number, length: number, parts: readonly TakePart[]): Edits {
  const { [index]: _, ...others } = edits.parts;
  const [only] = parts;
  const whole = parts.length === 1 && only?.from === 0 && only.to >= length;
  return { ...edits, parts: whole ? others : { ...others, [index]: parts } };
}

/**
 * Why a training leaves this take out; null when it is used. One rule for the page and the command line: deleted,
 * excluded and failed takes are left out, takes that nobody has judged are used.
 */
export function leftOut(edits: Edits, index: number, recorded: boolean | null): LeftOut | null {
  if (edits.removed.includes(index)) return "deleted";
  if (edits.excluded.includes(index)) return "excluded";
  return judgedNow(edits, index, recorded) === false ? "failed" : null;
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
