/** Sets that somebody else wrote: v3.0 by another program (DuckDB's Parquet), and a real v2.1 set. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import {
  folderStore,
  importV21,
  memoryStore,
  openDataset,
  resumeDataset,
  summarise,
} from "../../datasets/index.node.js";
import { collect, temporaryFolder } from "./rig.js";

const G1 = fileURLToPath(new URL("../../../shared/data/lerobot-v2.1-g1", import.meta.url));

describe("a v3.0 set of another program", () => {
  it("is read as it is: float64, one row group for all, an index without a name, no statistics, a camera", async () => {
    const folder = temporaryFolder();
    for (const each of ["data/chunk-000", "meta/episodes/chunk-000"])
      mkdirSync(join(folder, each), { recursive: true });
    const connection = await (await DuckDBInstance.create()).connect();
    const copy = (select: string, path: string) =>
      connection.run(`copy (${select}) to '${folder}/${path}' (format parquet)`);
    // episode 0 has 4 frames, episode 1 has 3
    await copy(
      `select [i / 8, -i]::double[] "observation.state", [i]::double[] || [1, 2]::double[] as action, (i % 4)::int reward,
              (i // 4)::int episode_index, (1 - i // 4)::int task_index, i::int "index" from range(7) t(i)`,
      "data/chunk-000/file-000.parquet",
    );
    await copy(
      `select e::int episode_index, ['x'] tasks, 4 - e as length, 0 "data/chunk_index", 0 "data/file_index",
              4 * e dataset_from_index, 4 + 3 * e dataset_to_index from range(2) t(e)`,
      "meta/episodes/chunk-000/file-000.parquet",
    );
    await copy(
      `select 1 task_index, 'second' "__index_level_0__" union all select 0, 'first'`,
      "meta/tasks.parquet",
    );
    connection.closeSync();
    const vector = (size: number, names: unknown) => ({ dtype: "float64", shape: [size], names });
    const info = {
      codebase_version: "v3.0",
      fps: 30,
      total_episodes: 2,
      total_frames: 7,
      total_tasks: 2,
      tools: ["unknown keys are no reason to refuse"],
      features: {
        "observation.state": vector(2, { motors: ["shoulder", "elbow"] }),
        action: vector(3, null),
        reward: { dtype: "int32", shape: [1], names: null },
        "observation.images.top": {
          dtype: "video",
          shape: [48, 64, 3],
          names: ["height", "width", "channels"],
        },
      },
    };
    writeFileSync(join(folder, "meta", "info.json"), JSON.stringify(info));

    const store = folderStore(folder);
    const reader = await openDataset(store);
    expect([reader.contract, reader.statistics, reader.length, reader.frames]).toEqual([null, null, 2, 7]);
    const [first, second] = await collect(reader.episodes());
    expect(Object.keys(first!.features)).toEqual(["observation.state", "reward"]);
    expect(second!.features["observation.state"]).toEqual(Float32Array.of(4 / 8, -4, 5 / 8, -5, 6 / 8, -6));
    expect(second!.actions).toEqual(Float32Array.of(4, 1, 2, 5, 1, 2, 6, 1, 2));
    expect([first!.task, second!.task]).toEqual(["second", "first"]);
    expect(second!.meta).toMatchObject({
      maker: "unknown",
      seed: null,
      success: null,
      initialCommand: [4, 1, 2],
    });
    expect((await summarise(reader)).ranges).toEqual([
      { name: "observation.state.shoulder", min: 0, max: 0.75, mean: expect.closeTo(0.375, 6) },
      { name: "observation.state.elbow", min: -6, max: 0, mean: expect.closeTo(-3, 6) },
      { name: "action.0", min: 0, max: 6, mean: expect.closeTo(3, 6) },
      { name: "action.1", min: 1, max: 1, mean: expect.closeTo(1, 6) },
      { name: "action.2", min: 2, max: 2, mean: expect.closeTo(2, 6) },
      { name: "reward.0", min: 0, max: 3, mean: expect.closeTo(9 / 7, 6) },
    ]);
    await expect(resumeDataset(store)).rejects.toThrow("must be a set of ours to be continued");
  });
});

describe.skipIf(!existsSync(G1))("a real v2.1 set (skipped where ../shared is absent)", () => {
  it("is imported as v3.0, its numbers untouched", async () => {
    const target = memoryStore();
    const seen: number[] = [];
    await expect(openDataset(folderStore(G1))).rejects.toThrow("import a v2.1 set first");
    const count = await importV21(folderStore(G1), target, {
      maker: "teleop:unitree",
      onProgress: ({ done }) => seen.push(done),
    });
    expect([count, seen.at(-1)]).toEqual([100, 100]);
    const reader = await openDataset(target);
    expect([reader.length, reader.frames, reader.fps]).toEqual([100, 35965, 30]);
    expect(Object.keys(reader.info.features)).not.toContain("observation.images.cam_high");

    // the statistics its own writer left, against ours
    const lines = readFileSync(join(G1, "meta", "episodes_stats.jsonl"), "utf8")
      .trim()
      .split("\n");
    for (const index of [0, 57, 99]) {
      const episode = await reader.episode(index);
      const { stats } = JSON.parse(lines[index]!);
      for (const [name, values] of [
        ["action", episode.actions] as const,
        ["observation.state", episode.features["observation.state"]!] as const,
      ]) {
        const column = (i: number) => Array.from(values).filter((_, at) => at % 26 === i);
        for (let i = 0; i < 26; i++) {
          expect(Math.min(...column(i))).toBe(stats[name].min[i]);
          expect(Math.max(...column(i))).toBe(stats[name].max[i]);
          const mean = column(i).reduce((sum, value) => sum + value, 0) / episode.length;
          expect(mean).toBeCloseTo(stats[name].mean[i], 4);
        }
      }
      expect(episode.meta.maker).toBe("teleop:unitree");
      expect(episode.task).toBe("Pick up the yellow bottle on the table.");
    }
    const { lengths, tasks } = await summarise(reader);
    expect([lengths?.shortest, lengths?.longest, tasks[0]?.episodes]).toEqual([221, 583, 100]);
  });
});
