/**
 * What a person has decided about takes after recording them, as a small file beside the data set's own:
 * `meta/apprentice-edits.json`, version 1. Episodes by their number from 0; frames stay as they were recorded.
 */
import { refuse } from "../../core/index.js";
import type { FileStore } from "../../datasets/index.js";

/** Decisions about takes. */
export interface Edits {
  /** not to be trained on */
  readonly excluded: readonly number[];
  /** not to be shown any more, nor trained on */
  readonly removed: readonly number[];
  /** judged by a person after recording */
  readonly success: Readonly<Record<number, boolean>>;
}

/** Nothing was decided. */
export const NO_EDITS: Edits = { excluded: [], removed: [], success: {} };

const FILE = "meta/apprentice-edits.json";
const MOST_BYTES = 4_000_000;

/** What was decided before; nothing in a set without the file. */
export async function readEdits(store: FileStore): Promise<Edits> {
  const size = await store.size(FILE);
  if (size === null) return NO_EDITS;
  if (size > MOST_BYTES) refuse(FILE, `must have at most ${MOST_BYTES} bytes`, size);
  const value: unknown = JSON.parse(new TextDecoder().decode(await store.read(FILE)));
  const record = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (record["version"] !== 1) refuse(FILE, "version must be 1", record["version"]);
  const numbers = (name: string): number[] =>
    Array.isArray(record[name]) ? record[name].filter((each) => Number.isSafeInteger(each) && each >= 0) : [];
  const success = record["success"];
  return {
    excluded: numbers("excluded"),
    removed: numbers("removed"),
    success: Object.fromEntries(
      Object.entries(typeof success === "object" && success !== null ? success : {}).filter(
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

/** The list with a number in it, or without. */
export const toggled = (list: readonly number[], index: number): number[] =>
  list.includes(index) ? list.filter((each) => each !== index) : [...list, index].sort((a, b) => a - b);
