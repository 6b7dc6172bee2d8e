/** Sets with bytes changed anywhere: each must be refused in our one voice, or read. */
import fc from "fast-check";
import { InputError } from "../../core/index.js";
import { createDataset, memoryStore, openDataset } from "../../datasets/index.js";
import { collect, episodeOf, SMALL } from "./contracts.js";

/** A fraction of the way through a file, and the byte put there. */
const change = fc.tuple(
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  fc.integer({ min: 0, max: 255 }),
);

/** Tries `runs` damaged sets; fails at one that does anything but read or refuse. */
export async function tryDamagedSets(runs: number): Promise<void> {
  const source = memoryStore();
  const writer = await createDataset(source, { contract: SMALL });
  for (let i = 0; i < 12; i++) await writer.append(episodeOf(SMALL, i, 6));
  await writer.close();
  const files = new Map<string, Uint8Array>();
  for (const path of [...(await source.list("meta")), ...(await source.list("data"))])
    files.set(path, await source.read(path));

  const damaged = async (path: string, changes: [number, number][], nearEnd: boolean): Promise<void> => {
    const store = memoryStore();
    await store.write([...files].map(([each, bytes]) => ({ path: each, bytes })));
    const bytes = files.get(path)!.slice();
    // footers are where sizes and counts stand
    const span = nearEnd ? Math.min(bytes.length, 600) : bytes.length;
    for (const [where, value] of changes) bytes[bytes.length - span + Math.floor(where * span)] = value;
    await store.write([{ path, bytes }]);
    try {
      await collect((await openDataset(store)).episodes());
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files.keys()),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      damaged,
    ),
    // a count of rows that is no longer a number
    {
      numRuns: runs,
      examples: [
        [
          "meta/tasks.parquet",
          [
            [0.03666666666666667, 0],
            [0, 0],
          ],
          true,
        ],
      ],
    },
  );
}
