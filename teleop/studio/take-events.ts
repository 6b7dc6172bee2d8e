/**
 * What happened in the takes of a data set, as small files beside LeRobot's own: `meta/apprentice-events/NUMBER.json`,
 * version 1, one a take, by its number from 0. A file says of how many frames its take is, so that one left by a crash
 * is not taken for another's. Each event has the frame before which it was noticed, seconds of the take (`time`),
 * seconds since the take was begun (`clock`, pauses included), what it was and of what.
 */
import type { FileStore } from "../../datasets/index.js";
import type { TakeEvent } from "./protocol.js";

const FOLDER = "meta/apprentice-events";
const MOST_BYTES = 4_000_000;
/** Events of a take that are kept: the first. */
const MOST = 20_000;

const pathOf = (index: number): string => `${FOLDER}/${String(index).padStart(6, "0")}.json`;

/** Puts the events of a take beside the set, all or nothing; of a take without any, no file. @param rate frames a second */
export async function writeTakeEvents(
  store: FileStore,
  index: number,
  frames: number,
  rate: number,
  events: readonly TakeEvent[],
): Promise<void> {
  if (events.length === 0) {
    await store.remove(pathOf(index));
    return;
  }
  const rounded = (value: number): number => Math.round(value * 1000) / 1000;
  const lines = events.slice(0, MOST).map(({ frame, clock, what, detail }) =>
    JSON.stringify({
      frame,
      time: rounded(frame / rate),
      clock: rounded(clock),
      what,
      ...(detail === "" ? {} : { detail }),
    }),
  );
  const head = JSON.stringify({ version: 1, episode: index, frames }).slice(0, -1);
  const text = `${head},"events":[\n${lines.join(",\n")}\n]}\n`;
  await store.write([{ path: pathOf(index), bytes: new TextEncoder().encode(text) }]);
}

/** What happened in a take of so many frames; nothing where no file speaks of it. */
export async function readTakeEvents(
  store: FileStore,
  index: number,
  frames: number,
): Promise<readonly TakeEvent[]> {
  const size = await store.size(pathOf(index));
  if (size === null || size > MOST_BYTES) return [];
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(await store.read(pathOf(index))));
  } catch {
    return [];
  }
  const file = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (file["version"] !== 1 || file["frames"] !== frames || !Array.isArray(file["events"])) return [];
  return file["events"].slice(0, MOST).flatMap((each: unknown): TakeEvent[] => {
    const { frame, clock, what, detail = "" } = (each ?? {}) as Partial<TakeEvent>;
    if (typeof frame !== "number" || typeof clock !== "number" || typeof what !== "string") return [];
    return frame >= 0 && frame <= frames ? [{ frame, clock, what, detail: String(detail) }] : [];
  });
}
