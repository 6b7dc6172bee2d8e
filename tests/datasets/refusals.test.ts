/** What does not fit is refused with place, rule and value: episodes, contracts, versions, damaged and hostile files. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createDataset,
  type Episode,
  type FileStore,
  folderStore,
  memoryStore,
  openDataset,
  resumeDataset,
} from "../../datasets/index.node.js";
import { tryDamagedSets } from "./hostile.js";
import { contractOf, episodeOf, SMALL, temporaryFolder } from "./rig.js";

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

async function written(count = 3): Promise<FileStore> {
  const store = memoryStore();
  const writer = await createDataset(store, { contract: SMALL });
  for (let i = 0; i < count; i++) await writer.append(episodeOf(SMALL, i, 6));
  await writer.close();
  return store;
}

async function withInfo(
  store: FileStore,
  change: (info: Record<string, unknown>) => object,
): Promise<FileStore> {
  const info = JSON.parse(new TextDecoder().decode(await store.read("meta/info.json")));
  await store.write([{ path: "meta/info.json", bytes: encode({ ...info, ...change(info) }) }]);
  return store;
}

describe("an episode that does not fit its contract", () => {
  const good = episodeOf(SMALL, 1, 4);
  const spoilt: [string, Episode, RegExp][] = [
    ["a missing feature", { ...good, features: {} }, /observation\.o0: must be recorded/],
    [
      "an unknown feature",
      { ...good, features: { ...good.features, "observation.x": new Float32Array(4) } },
      /features must be observations or goals of the contract, got "observation\.x"/,
    ],
    ["too few actions", { ...good, actions: new Float32Array(3) }, /actions: must have 12 numbers, got 3/],
    [
      "a value that is not finite",
      { ...good, actions: good.actions.map((value, i) => (i === 7 ? Number.NaN : value)) },
      /actions\[7\]: must be a finite number, got NaN/,
    ],
    ["no frames", { ...good, length: 0 }, /length must be an integer from 1/],
    ["no sentence", { ...good, task: "" }, /task: must be a text/],
    ["no maker", { ...good, meta: { ...good.meta, maker: "" } }, /maker: must be a text/],
    ["half a seed", { ...good, meta: { ...good.meta, seed: 0.5 } }, /seed: must be a whole number/],
    [
      "a goal change outside",
      { ...good, meta: { ...good.meta, goalChanges: [{ frame: 4, goal: {} }] } },
      /goalChanges: frames must rise/,
    ],
    [
      "an intervention outside",
      { ...good, meta: { ...good.meta, interventions: [{ from: 3, to: 5 }] } },
      /interventions: must be \[from, to\)/,
    ],
  ];
  it.each(spoilt)("%s is refused, and the set goes on", async (_, episode, message) => {
    const store = memoryStore();
    const writer = await createDataset(store, { contract: SMALL });
    await expect(writer.append(episode)).rejects.toThrow(message);
    await writer.append(good);
    expect(await (await openDataset(store)).episode(0)).toEqual(good);
  });
});

describe("a set that is not what it should be", () => {
  it("is not begun where one is, nor under a rate LeRobot cannot say", async () => {
    await expect(createDataset(await written(), { contract: SMALL })).rejects.toThrow(
      "must not hold a data set yet",
    );
    await expect(createDataset(memoryStore(), { contract: SMALL, fps: 12.5 })).rejects.toThrow(
      "data set: fps must be an integer from 1 to 100000, got 12.5",
    );
  });

  it("is not continued under another contract, save for the simulator's version", async () => {
    const store = await written();
    const other = contractOf({ observations: [3, 2], goals: [4], actions: [2, 1] });
    await expect(resumeDataset(store, { contract: other })).rejects.toThrow(/must be continued.*"goal\.g0"/);
    const newer = { ...SMALL, engine: { name: "test-engine", version: "2" } };
    await (await resumeDataset(store, { contract: newer })).close();
  });

  it("is refused by version, with what to do", async () => {
    const of = async (version: string) => withInfo(await written(), () => ({ codebase_version: version }));
    await expect(openDataset(await of("v2.1"))).rejects.toThrow(
      'meta/info.json: codebase_version must be v3.0; import a v2.1 set first, got "v2.1"',
    );
    await expect(openDataset(await of("v1.6"))).rejects.toThrow('codebase_version must be v3.0, got "v1.6"');
    await expect(openDataset(await of("v4.0"))).rejects.toThrow('codebase_version must be v3.0, got "v4.0"');
    await expect(openDataset(memoryStore())).rejects.toThrow("memory: must hold a data set (meta/info.json)");
  });

  it("is refused when files it names are gone or cut off", async () => {
    const table = "meta/episodes/chunk-000/file-000.parquet";
    const data = "data/chunk-000/file-000.parquet";
    const gone = await written();
    await gone.remove(table);
    await expect(openDataset(gone)).rejects.toThrow("must list its 3 episodes in meta/episodes, got 0");
    const noData = await written();
    await noData.remove(data);
    await expect((await openDataset(noData)).episode(0)).rejects.toThrow(`file must exist, got "${data}"`);
    const cut = await written();
    await cut.write([{ path: data, bytes: (await cut.read(data)).slice(0, -20) }]);
    await expect((await openDataset(cut)).episode(0)).rejects.toThrow(
      /file-000\.parquet: must end with a Parquet footer/,
    );
  });

  it("is refused when the frames are of other episodes than the table says", async () => {
    const store = await written();
    const other = memoryStore();
    const writer = await createDataset(other, { contract: SMALL });
    for (const length of [5, 7, 6]) await writer.append(episodeOf(SMALL, length, length));
    const data = "data/chunk-000/file-000.parquet";
    await store.write([{ path: data, bytes: await other.read(data) }]);
    await expect((await openDataset(store)).episode(0)).rejects.toThrow(
      'row 5 must be of episode 0, got "1"',
    );
  });

  it("cannot point outside its folder", async () => {
    for (const dataPath of ["../secret.parquet", "/etc/passwd", "data/../../x", "C:/x", "data\\x", "data//x"])
      await expect(
        (await openDataset(await withInfo(await written(), () => ({ data_path: dataPath })))).episode(0),
      ).rejects.toThrow("path must be relative, of plain names joined by /");
    const folder = temporaryFolder();
    const outside = temporaryFolder();
    writeFileSync(join(outside, "x.parquet"), "PAR1");
    mkdirSync(join(folder, "data"));
    symlinkSync(outside, join(folder, "data", "chunk-000"));
    symlinkSync(join(outside, "x.parquet"), join(folder, "link.parquet"));
    const store = folderStore(folder);
    for (const path of ["data/chunk-000/x.parquet", "link.parquet"])
      await expect(store.read(path)).rejects.toThrow("must not hold links that lead out of it");
    const bytes = new Uint8Array(1);
    await expect(store.write([{ path: "data/chunk-000/y", bytes }])).rejects.toThrow("links that lead out");
  });
});

describe("a hostile file", () => {
  it("is refused or read, never more: any bytes of any file changed", () => tryDamagedSets(500));
});
