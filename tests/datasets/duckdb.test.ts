/** A foreign Parquet reader, DuckDB, reads what we write. */
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { createDataset, folderStore } from "../../datasets/index.node.js";
import { episodeOf, SMALL, temporaryFolder } from "./rig.js";

describe("DuckDB", () => {
  it("reads frames, episodes, statistics and tasks", async () => {
    const folder = temporaryFolder();
    const writer = await createDataset(folderStore(folder), { contract: SMALL });
    const episodes = Array.from({ length: 67 }, (_, i) => episodeOf(SMALL, i, 5 + (i % 9)));
    for (const episode of episodes) await writer.append(episode);
    await writer.close();
    const connection = await (await DuckDBInstance.create()).connect();
    const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();

    const frames = `read_parquet('${folder}/data/*/*.parquet')`;
    const table = `read_parquet('${folder}/meta/episodes/*/*.parquet')`;
    expect((await rows(`describe select * from ${frames}`)).map(([name, type]) => [name, type])).toEqual([
      ["action", "FLOAT[]"],
      ["observation.state", "FLOAT[]"],
      ["observation.environment_state", "FLOAT[]"],
      ["timestamp", "FLOAT"],
      ["frame_index", "BIGINT"],
      ["episode_index", "BIGINT"],
      ["index", "BIGINT"],
      ["task_index", "BIGINT"],
    ]);
    const frameCount = episodes.reduce((sum, { length }) => sum + length, 0);
    // rows lie in the order of `index` over the sorted files: their position is their index
    expect(
      await rows(`select count(*), count(*) filter (p <> "index"), sum(frame_index) from
        (select *, row_number() over () - 1 p from ${frames})`),
    ).toEqual([
      [
        String(frameCount),
        "0",
        String(episodes.reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0)),
      ],
    ]);
    const [[action]] = (await rows(
      `select action from ${frames} where episode_index = 51 and frame_index = 4`,
    )) as [[number[]]];
    expect(Float32Array.from(action)).toEqual(episodes[51]!.actions.slice(12, 15));

    expect(await rows(`select count(*), max(dataset_to_index) from ${table}`)).toEqual([
      ["67", String(frameCount)],
    ]);
    const differing = await rows(`
      select t.episode_index from ${table} t join
        (select episode_index, count(*) n, min("index") a, max("index") b, min(action[1]) low, max(action[1]) high,
                avg(action[1]) centre, stddev_pop(action[1]) spread, max(timestamp) late from ${frames} group by 1) f
      on t.episode_index = f.episode_index
      where n <> t.length or a <> dataset_from_index or b + 1 <> dataset_to_index
         or "stats/action/min"[1] <> low or "stats/action/max"[1] <> high
         or abs("stats/action/mean"[1] - centre) > 1e-9 or abs("stats/action/std"[1] - spread) > 1e-9
         or abs("stats/timestamp/max"[1] - late) > 1e-9 or "stats/index/min"[1] <> dataset_from_index
         or "stats/index/count"[1] <> t.length`);
    expect(differing).toEqual([]);
    expect(
      await rows(`select "apprentice/maker", "apprentice/seed" from ${table} where episode_index = 40`),
    ).toEqual([["scripted:test", "40"]]);
    expect(await rows(`select task_index, task from '${folder}/meta/tasks.parquet' order by 1`)).toEqual([
      ["0", "task 0"],
      ["1", "task 1"],
      ["2", "task 2"],
    ]);
    connection.closeSync();
  });
});
