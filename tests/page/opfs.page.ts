/** In the browser: the store in its own storage, as functions for the test that drives it. */
import type { Contract } from "../../core/index.js";
import { createDataset, type Episode, isDataset, openDataset, resumeDataset } from "../../datasets/index.js";
import { opfsStore } from "../../teleop/studio/opfs-store.browser.js";
import { zipOf } from "../../teleop/studio/zip.js";

/** What the test finds in the page. */
export interface OpfsPage {
  /** Appends so many copies; says how many the set has after each. */
  append(set: string, contract: Contract, episode: PlainEpisode, count: number): Promise<void>;
  /** how many episodes were said to be safe */
  safe: number;
  look(set: string): Promise<{ readonly length: number; readonly actions: number[][] }>;
  /** Tries to lock; the refusal, or null. */
  lock(set: string): Promise<string | null>;
  promises(set: string): Promise<Record<string, unknown>>;
  zip(set: string): Promise<number[]>;
}

/** An episode as JSON carries it. */
export type PlainEpisode = Omit<Episode, "features" | "actions"> & {
  readonly features: Readonly<Record<string, readonly number[]>>;
  readonly actions: readonly number[];
};

const page: OpfsPage = {
  safe: 0,
  append: async (set, contract, plain, count) => {
    const store = await opfsStore(set);
    const episode: Episode = {
      ...plain,
      actions: Float32Array.from(plain.actions),
      features: Object.fromEntries(
        Object.entries(plain.features).map(([name, values]) => [name, Float32Array.from(values)]),
      ),
    };
    const writer = await ((await isDataset(store))
      ? resumeDataset(store, { contract })
      : createDataset(store, { contract }));
    for (let i = 0; i < count; i++) {
      await writer.append(episode);
      page.safe = writer.length;
    }
    await writer.close();
  },
  look: async (set) => {
    const reader = await openDataset(await opfsStore(set));
    const actions: number[][] = [];
    for await (const episode of reader.episodes()) actions.push([...episode.actions]);
    return { length: reader.length, actions };
  },
  lock: async (set) => {
    try {
      await (await opfsStore(set)).lock("meta/x.lock");
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  },
  promises: async (set) => {
    const store = await opfsStore(set);
    const reason = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => "done",
        (error: Error) => error.message,
      );
    const found: Record<string, unknown> = {
      absent: await store.size("a/b.bin"),
      emptyList: await store.list("a"),
      readAbsent: await reason(store.read("a/b.bin")),
    };
    await store.write([{ path: "a/b.bin", bytes: Uint8Array.of(1, 2, 3, 4) }]);
    return {
      ...found,
      size: await store.size("a/b.bin"),
      list: await store.list("a"),
      part: [...(await store.read("a/b.bin", 1, 3))],
      beyond: await reason(store.read("a/b.bin", 2, 9)),
      outside: await reason(store.read("../b.bin")),
      removed: await store.remove("a/b.bin").then(() => store.size("a/b.bin")),
    };
  },
  zip: async (set) => {
    const parts: number[] = [];
    for await (const part of zipOf(await opfsStore(set), ["meta", "data"], set)) parts.push(...part);
    return parts;
  },
};
Object.assign(globalThis, { opfs: page });
