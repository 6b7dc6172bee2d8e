/**
 * What a person has decided about takes after recording them, as a small file beside the data set's own:
 * `meta/apprentice-edits.json`, version 1. Episodes by their number from 0. Frames stay on disk as they were recorded,
 * those of deleted takes too: a deleted take is one that is neither shown nor trained on any more, and other programs
 * that read the set still see it.
 */
import { refuse } from "../core/index.js";
import type { Episode } from "./episode.js";
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
}

/** Nothing was decided. */
export const NO_EDITS: Edits = { excluded: [], removed: [], success: {} };

/** Why a training leaves a take out. */
export type LeftOut = "deleted" | "excluded" | "failed";

const FILE = "meta/apprentice-edits.json";
const MOST_BYTES = 4_000_000;

/** What was decided before; nothing in a set without the file. @throws InputError for a file of another version */
export async function readEdits(store: FileStore): Promise<Edits> {
  const size = await store.size(FILE);
  if (size === null) return NO_EDITS;
  if (size > MOST_BYTES) refuse(FILE, `must have at most ${MOST_BYTES} bytes`, size);
  const record = objectOf(decodeJson(FILE, await store.read(FILE)));
  if (record["version"] !== 1) refuse(FILE, "version must be 1", record["version"]);
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
  };
}

/** Puts decisions beside the set. */
export async function writeEdits(store: FileStore, edits: Edits): Promise<void> {
  const text = `${JSON.stringify({ version: 1, ...edits }, null, 2)}\n`;
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
