/**
 * The data set that a session's takes go to: opened or begun, continued with seeds that it does not hold yet, each
 * take durable before the next. After a write that failed (a full disk) the set is opened anew, without what was half
 * done. Without a store takes are counted and forgotten.
 */
import type { Contract } from "../../core/index.js";
import {
  createDataset,
  type Episode,
  type FileStore,
  isDataset,
  openDataset,
  resumeDataset,
} from "../../datasets/index.js";
import { SEED_RANGES } from "../../policy/index.js";
import type { TakeEvent } from "./protocol.js";
import { writeTakeEvents } from "./take-events.js";

/** Where takes go. */
export interface TakeStore {
  /** takes in it, earlier ones included */
  readonly length: number;
  /** a seed for demonstrations from which on none has been used */
  readonly freshSeed: number;
  /** Adds a take and what happened in it; in the set for good when it resolves, with its index there. */
  append(episode: Episode, events: readonly TakeEvent[]): Promise<number>;
  close(): Promise<void>;
}

/** Goes on with the set in a store, or begins one under the contract; null keeps nothing. */
export async function openTakeStore(store: FileStore | null, contract: Contract): Promise<TakeStore> {
  if (store === null) return forgetful();
  const known = await isDataset(store);
  const freshSeed = known ? await seedAfter(store) : SEED_RANGES.demonstration.from;
  let writer = await (known ? resumeDataset(store, { contract }) : createDataset(store, { contract }));
  let broken = false;
  return {
    get length() {
      return writer.length;
    },
    freshSeed,
    append: async (episode, events) => {
      if (broken) {
        await writer.close();
        writer = await resumeDataset(store, { contract });
        broken = false;
      }
      try {
        // Before the take: a crash in between leaves a file that the next take of this number replaces.
        await writeTakeEvents(store, writer.length, episode.length, writer.contract.rates.record, events);
        await writer.append(episode);
      } catch (error) {
        broken = true;
        throw error;
      }
      return writer.length - 1;
    },
    close: () => writer.close(),
  };
}

function forgetful(): TakeStore {
  let length = 0;
  return {
    get length() {
      return length;
    },
    freshSeed: SEED_RANGES.demonstration.from,
    append: async () => length++,
    close: async () => {},
  };
}

async function seedAfter(store: FileStore): Promise<number> {
  const { rows } = await openDataset(store);
  const { from, to } = SEED_RANGES.demonstration;
  return rows.reduce((next, { meta }) => {
    const seed = meta?.seed ?? -1;
    return seed >= from && seed < to ? Math.max(next, seed + 1) : next;
  }, from);
}
