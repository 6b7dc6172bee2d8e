/** Frames in pieces (`fragment`): cutting as rosbridge_suite does, putting together with bounds. */
import { refuse } from "../../core/index.js";

/** The fragment frames of a text. `total` is a fraction, as the real server writes it: readers take its floor. */
export function fragmentsOf(text: string, size: number): readonly Record<string, unknown>[] {
  const total = (text.length - 1) / size + 1;
  return Array.from({ length: Math.floor(total) }, (_, num) => ({
    op: "fragment",
    id: 0,
    data: text.slice(num * size, (num + 1) * size),
    num,
    total,
  }));
}

/** Puts fragments together, one frame at a time for each id. */
export interface Assembly {
  /** The whole text once its last piece is in, else null; pieces that make no sense are dropped. */
  add(fragment: Readonly<Record<string, unknown>>): string | null;
}

/** @param most bound on the characters that wait for their missing pieces, over all ids */
export function fragmentAssembly(most: number): Assembly {
  const waiting = new Map<string, { readonly pieces: (string | undefined)[]; missing: number }>();
  let held = 0;
  return {
    add: ({ id, data, num, total }) => {
      if (typeof data !== "string" || typeof num !== "number" || typeof total !== "number") return null;
      const count = Math.floor(total);
      if (!(count >= 1 && count <= MOST_PIECES && Number.isInteger(num) && num >= 0 && num < count))
        return null;
      const key = String(id);
      let entry = waiting.get(key);
      // Servers reuse one id: piece 0 begins the next frame, whatever of the last one is missing.
      if (entry === undefined || num === 0 || entry.pieces.length !== count) {
        held -= entry?.pieces.reduce((sum, piece) => sum + (piece?.length ?? 0), 0) ?? 0;
        entry = { pieces: new Array<string | undefined>(count).fill(undefined), missing: count };
        waiting.set(key, entry);
      }
      if (entry.pieces[num] !== undefined) return null;
      held += data.length;
      if (held > most || waiting.size > MOST_IDS) {
        waiting.clear();
        held = 0;
        return refuse("fragment", `must come to at most ${most} characters`);
      }
      entry.pieces[num] = data;
      entry.missing--;
      if (entry.missing > 0) return null;
      waiting.delete(key);
      const text = entry.pieces.join("");
      held -= text.length;
      return text;
    },
  };
}

const MOST_PIECES = 1_000_000;
const MOST_IDS = 16;
