/** What is appended is read back, bit for bit, whatever the contract, in memory and on disk. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createDataset,
  type Episode,
  folderStore,
  goalAt,
  memoryStore,
  openDataset,
  resumeDataset,
} from "../../datasets/index.node.js";
import { collect, contractOf, episodeOf, SMALL, temporaryFolder } from "./rig.js";

const sizes = (least: number) => fc.array(fc.integer({ min: 1, max: 5 }), { minLength: least, maxLength: 4 });
const anyContract = fc
  .record({ observations: sizes(1), scene: sizes(0), goals: sizes(0), actions: sizes(1) })
  .map(contractOf);

/** Float32Array compares by bits in toStrictEqual, but -0 and 0 do not: compare bytes. */
const bits = (episode: Episode): unknown => ({
  ...episode,
  features: Object.fromEntries(
    Object.entries(episode.features).map(([name, values]) => [
      name,
      Array.from(new Uint32Array(values.buffer)),
    ]),
  ),
  actions: Array.from(new Uint32Array(episode.actions.slice().buffer)),
});

describe("a data set", () => {
  it("gives back every episode of any contract, across sessions", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyContract,
        fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 6 }),
        fc.nat(6),
        async (contract, lengths, stopAfter) => {
          const store = memoryStore();
          const episodes = lengths.map((length, i) => episodeOf(contract, i, length));
          let writer = await createDataset(store, { contract });
          for (const [i, episode] of episodes.entries()) {
            if (i === stopAfter) {
              await writer.close();
              writer = await resumeDataset(store, { contract });
            }
            await writer.append(episode);
          }
          await writer.close();
          const reader = await openDataset(store);
          expect(reader.contract).toEqual(contract);
          expect((await collect(reader.episodes())).map(bits)).toEqual(episodes.map(bits));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("keeps every float32 there is, the sign of zero included", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 40 }),
        async (values) => {
          const contract = contractOf({ observations: [1], actions: [1] });
          const episode = {
            ...episodeOf(contract, 1, values.length),
            features: { "observation.o0": Float32Array.from(values) },
            actions: Float32Array.from(values, (value) => -value),
          };
          const store = memoryStore();
          await (await createDataset(store, { contract })).append(episode);
          expect(bits(await (await openDataset(store)).episode(0))).toEqual(bits(episode));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("keeps who made an episode, for what goal, and the command before it", async () => {
    const store = folderStore(temporaryFolder());
    const writer = await createDataset(store, { contract: SMALL });
    const full = episodeOf(SMALL, 7, 12, {
      maker: "teleop:keyboard",
      seed: null,
      success: null,
      goal: { target: "green_cube", place: "left_bin" },
      goalChanges: [{ frame: 5, goal: { place: "right_bin" } }],
      initialCommand: [0.1, -2, 3],
      engine: null,
      interventions: [{ from: 2, to: 4 }],
    });
    await writer.append({ ...full, task: "把蓝色方块放进右边的箱子 🤖" });
    await writer.close();
    const { meta, task } = await (await openDataset(store)).episode(0);
    expect(meta).toEqual(full.meta);
    expect(task).toBe("把蓝色方块放进右边的箱子 🤖");
    expect([goalAt(meta, 4), goalAt(meta, 5)]).toEqual([
      { target: "green_cube", place: "left_bin" },
      { place: "right_bin" },
    ]);
  });

  it("reads episodes in any order, and again", async () => {
    const store = memoryStore();
    const writer = await createDataset(store, { contract: SMALL });
    const episodes = Array.from({ length: 30 }, (_, i) => episodeOf(SMALL, i, 1 + (i % 7)));
    for (const episode of episodes) await writer.append(episode);
    const reader = await openDataset(store);
    for (const i of [29, 3, 3, 0, 17, 28, 1]) expect(await reader.episode(i)).toEqual(episodes[i]);
  });

  it("appends in the order of the calls, whoever waits", async () => {
    const store = memoryStore();
    const writer = await createDataset(store, { contract: SMALL });
    await Promise.all(Array.from({ length: 12 }, (_, i) => writer.append(episodeOf(SMALL, i, 3))));
    expect((await openDataset(store)).rows.map((row) => row.meta?.seed)).toEqual([...Array(12).keys()]);
  });

  it("writes as much for the 150th episode as for an early one", async () => {
    const store = memoryStore();
    let bytes = 0;
    const counting = {
      ...store,
      write: async (files: Parameters<typeof store.write>[0]) => {
        bytes += files.reduce((sum, file) => sum + file.bytes.length, 0);
        await store.write(files);
      },
    };
    const contract = contractOf({ observations: [20], actions: [20] });
    const writer = await createDataset(counting, { contract });
    const costs: number[] = [];
    for (let i = 0; i < 150; i++) {
      bytes = 0;
      await writer.append(episodeOf(contract, i, 100));
      costs.push(bytes);
    }
    // never more than the newest data file, below 1 MiB, and 50 rows of the table
    expect(Math.max(...costs)).toBeLessThan(2 * 2 ** 20);
  });
});
