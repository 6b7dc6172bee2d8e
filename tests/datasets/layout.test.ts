/** The files of a set are those of LeRobot v3.0, name by name and column by column. */
import { parquetMetadata } from "hyparquet";
import { describe, expect, it } from "vitest";
import { createDataset, type FileStore, memoryStore, resumeDataset } from "../../datasets/index.js";
import { contractOf, episodeOf, SMALL } from "./rig.js";

const json = async (store: FileStore, path: string): Promise<unknown> =>
  JSON.parse(new TextDecoder().decode(await store.read(path)));
const footer = async (store: FileStore, path: string) => parquetMetadata(await store.read(path));

async function written(lengths: readonly number[], contract = SMALL): Promise<FileStore> {
  const store = memoryStore();
  const writer = await createDataset(store, { contract, fps: 20, robotType: "test_arm" });
  for (const [i, length] of lengths.entries()) await writer.append(episodeOf(contract, i, length));
  await writer.close();
  return store;
}

const scalar = (dtype: string) => ({ dtype, shape: [1], names: null });

describe("the layout", () => {
  it("has the files of the reference, and one of our own that LeRobot does not look at", async () => {
    const store = await written([4, 6]);
    expect([...(await store.list("data")), ...(await store.list("meta"))]).toEqual([
      "data/chunk-000/file-000.parquet",
      "meta/apprentice.json",
      "meta/episodes/chunk-000/file-000.parquet",
      "meta/info.json",
      "meta/stats.json",
      "meta/tasks.parquet",
    ]);
  });

  it("describes itself in info.json", async () => {
    expect(await json(await written([4, 6]), "meta/info.json")).toEqual({
      codebase_version: "v3.0",
      robot_type: "test_arm",
      total_episodes: 2,
      total_frames: 10,
      total_tasks: 2,
      chunks_size: 1000,
      data_files_size_in_mb: 1,
      video_files_size_in_mb: 200,
      fps: 20,
      splits: { train: "0:2" },
      data_path: "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
      video_path: null,
      features: {
        action: { dtype: "float32", shape: [3], names: ["action.a0.c0", "action.a0.c1", "action.a1.c0"] },
        "observation.state": {
          dtype: "float32",
          shape: [5],
          names: ["o0.c0", "o0.c1", "o0.c2", "o1.c0", "o1.c1"].map((name) => `observation.${name}`),
        },
        "observation.environment_state": {
          dtype: "float32",
          shape: [3],
          names: ["goal.g0.c0", "goal.g0.c1", "goal.g0.c2"],
        },
        timestamp: scalar("float32"),
        frame_index: scalar("int64"),
        episode_index: scalar("int64"),
        index: scalar("int64"),
        task_index: scalar("int64"),
      },
    });
  });

  it("keeps frames in one row group an episode, lists as pyarrow nests them, scalars flat", async () => {
    const contract = contractOf({ observations: [2], actions: [1] });
    const { schema, row_groups } = await footer(
      await written([4, 6, 1], contract),
      "data/chunk-000/file-000.parquet",
    );
    expect(row_groups.map((group) => Number(group.num_rows))).toEqual([4, 6, 1]);
    expect(schema.map(({ name, type, repetition_type }) => [name, type, repetition_type])).toEqual([
      ["schema", undefined, undefined],
      ["action", "FLOAT", "OPTIONAL"],
      ["observation.state", undefined, "OPTIONAL"],
      ["list", undefined, "REPEATED"],
      ["element", "FLOAT", "OPTIONAL"],
      ["timestamp", "FLOAT", "OPTIONAL"],
      ...["frame_index", "episode_index", "index", "task_index"].map((name) => [name, "INT64", "OPTIONAL"]),
    ]);
    for (const group of row_groups)
      for (const chunk of group.columns) expect(chunk.meta_data!.codec).toBe("SNAPPY");
  });

  it("tells pandas that a task's sentence is the index", async () => {
    const { schema, key_value_metadata } = await footer(await written([4, 6]), "meta/tasks.parquet");
    expect(schema.slice(1).map(({ name, type }) => [name, type])).toEqual([
      ["task_index", "INT64"],
      ["task", "BYTE_ARRAY"],
    ]);
    const pandas = JSON.parse(key_value_metadata!.find(({ key }) => key === "pandas")!.value!);
    expect(pandas.index_columns).toEqual(["task"]);
    expect(
      pandas.columns.map((column: { name: string; pandas_type: string }) => [
        column.name,
        column.pandas_type,
      ]),
    ).toEqual([
      ["task_index", "int64"],
      ["task", "unicode"],
    ]);
  });

  it("has a row an episode with its place and ten statistics of every feature", async () => {
    const { schema } = await footer(await written([4, 6]), "meta/episodes/chunk-000/file-000.parquet");
    const names = schema
      .slice(1)
      .flatMap(({ name }) => (name === "list" || name === "element" ? [] : [name]));
    const features = [
      "action",
      "observation.state",
      "observation.environment_state",
      "timestamp",
      "frame_index",
      "episode_index",
      "index",
      "task_index",
    ];
    const statistics = ["min", "max", "mean", "std", "count", "q01", "q10", "q50", "q90", "q99"];
    expect(names.filter((name) => !name.startsWith("apprentice/"))).toEqual([
      "episode_index",
      "tasks",
      "length",
      "data/chunk_index",
      "data/file_index",
      "dataset_from_index",
      "dataset_to_index",
      ...features.flatMap((feature) => statistics.map((each) => `stats/${feature}/${each}`)),
      "meta/episodes/chunk_index",
      "meta/episodes/file_index",
    ]);
  });

  it("rolls over before the size limit, and begins new files when resumed", async () => {
    const contract = contractOf({ observations: [50], actions: [50] });
    const store = memoryStore();
    let writer = await createDataset(store, { contract });
    for (let i = 0; i < 8; i++) await writer.append(episodeOf(contract, i, 1000));
    await writer.close();
    writer = await resumeDataset(store);
    await writer.append(episodeOf(contract, 8, 10));
    await writer.close();
    const files = await store.list("data");
    expect(files).toEqual([0, 1, 2, 3, 4].map((i) => `data/chunk-000/file-00${i}.parquet`));
    for (const path of files) expect(await store.size(path)).toBeLessThan(2 ** 20);
    expect(await store.list("meta/episodes")).toHaveLength(2);
  });
});
