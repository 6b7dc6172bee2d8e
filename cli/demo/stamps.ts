/**
 * What a stage made and from what, so that a second run can use it again: a stage is reused when its key (a hash of
 * all that decides its result) is the one written beside its files.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A key of anything that JSON can hold. */
export const keyOf = (...parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);

/** What was found earlier under the same key, or null. */
export function recall<T>(file: string, key: string): T | null {
  if (!existsSync(file)) return null;
  try {
    const stamp = JSON.parse(readFileSync(file, "utf8")) as { key?: string; value?: T };
    return stamp.key === key && stamp.value !== undefined ? stamp.value : null;
  } catch {
    return null; // half written by a run that was killed: the stage runs again
  }
}

/** Keeps a stage's result beside its files. */
export function remember<T>(file: string, key: string, value: T): T {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ key, value }));
  return value;
}
