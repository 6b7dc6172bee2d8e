/** A recorder killed at any moment: every episode it had appended loads, in our reader and in a foreign one. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { build } from "esbuild";
import { parquetMetadata } from "hyparquet";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/index.js";
import {
  createDataset,
  type FileStore,
  folderStore,
  memoryStore,
  openDataset,
  resumeDataset,
} from "../../datasets/index.node.js";
import { collect, episodeOf, SMALL, temporaryFolder } from "./rig.js";

/** Runs the recorder and kills it `after` milliseconds behind its first new episode; gives what it had appended. */
async function recordAndKill(program: string, folder: string, after: number): Promise<number> {
  const child = spawn(process.execPath, [program, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let said = "";
  child.stdout.on("data", (text: Buffer) => {
    if (said === "") setTimeout(() => child.kill("SIGKILL"), after);
    said += text.toString();
  });
  await ended;
  expect(child.signalCode).toBe("SIGKILL");
  return Number(said.trim().split("\n").at(-1));
}

describe("a recorder that is killed", () => {
  it("leaves every appended episode to us and to DuckDB, and can go on", async () => {
    const folder = temporaryFolder();
    const store = folderStore(join(folder, "set"));
    const program = join(folder, "recorder.mjs");
    await build({
      entryPoints: [fileURLToPath(new URL("./recorder.ts", import.meta.url))],
      outfile: program,
      bundle: true,
      format: "esm",
      platform: "node",
      logLevel: "warning",
    });
    const connection = await (await DuckDBInstance.create()).connect();
    const query = async (sql: string) =>
      (await connection.runAndReadAll(sql)).getRowsJson().map((row) => row.map(Number));
    const random = createRandom("kill");
    for (let round = 0; round < 8; round++) {
      const appended = await recordAndKill(program, store.name, random.uniform(0, 120));

      // as it lies there: nothing repaired
      const reader = await openDataset(store);
      expect(reader.length).toBeGreaterThanOrEqual(appended);
      expect(reader.length).toBeLessThanOrEqual(appended + 1);
      const episodes = await collect(reader.episodes());
      for (const [i, episode] of episodes.entries())
        expect(episode).toEqual(episodeOf(SMALL, i, 5 + (i % 40)));
      const [[frames, misplaced, known]] = (await query(
        `select count(*), count(*) filter (p <> "index"),
                count(*) filter (episode_index < ${reader.length})
         from (select *, row_number() over () - 1 p from read_parquet('${store.name}/data/*/*.parquet'))`,
      )) as [[number, number, number]];
      expect([misplaced, known]).toEqual([0, reader.frames]);
      expect(
        await query(`select count(*) from read_parquet('${store.name}/meta/episodes/*/*.parquet')`),
      ).toEqual([[reader.length]]);
      // LeRobot goes by the totals: never more than there is
      expect(reader.info.totalFrames).toBeLessThanOrEqual(reader.frames);
      expect(frames - reader.frames).toBeLessThanOrEqual(5 + (reader.length % 40));
    }

    // opened to be continued: repaired to the row
    const writer = await resumeDataset(store);
    const { length, frames } = writer;
    await writer.close();
    expect(await query(`select count(*) from read_parquet('${store.name}/data/*/*.parquet')`)).toEqual([
      [frames],
    ]);
    const { info } = await openDataset(store);
    expect([info.totalEpisodes, info.totalFrames]).toEqual([length, frames]);
    expect((await store.list("data")).filter((path) => !path.endsWith(".parquet"))).toEqual([]);
    connection.closeSync();
  });

  // the newest data file grown in this session, or begun anew in it, or the set just begun
  it.each([
    { before: 12, resumed: false },
    { before: 12, resumed: true },
    { before: 0, resumed: false },
  ])("is made good after dying between any two files (%o)", async ({ before, resumed }) => {
    for (let placed = 0; placed <= 5; placed++) {
      const store = memoryStore();
      let dies = false;
      const dying: FileStore = {
        ...store,
        write: async (files) => {
          await store.write(dies && files.length > 2 ? files.slice(0, placed) : files);
          if (dies && files.length > 2) throw new Error("killed");
        },
      };
      let writer = await createDataset(dying, { contract: SMALL });
      for (let i = 0; i < before; i++) await writer.append(episodeOf(SMALL, i, 4));
      if (resumed) {
        await writer.close();
        writer = await resumeDataset(dying);
      }
      dies = true;
      const last = { ...episodeOf(SMALL, before, 4), task: "a new sentence" };
      await expect(writer.append(last)).rejects.toThrow("killed");
      await expect(writer.append(last)).rejects.toThrow("must be opened again after a failed write");
      await writer.close();

      // tasks, data, table, statistics, totals: from the table on, the episode is in the set
      const expected = before + (placed >= 3 ? 1 : 0);
      expect((await openDataset(store)).length).toBe(expected);
      const again = await resumeDataset(store, { contract: SMALL });
      expect([again.length, await rowsOf(store)]).toEqual([expected, 4 * expected]);
      await again.append(episodeOf(SMALL, 100, 7));
      const reader = await openDataset(store);
      expect(reader.rows.map((row) => row.meta?.seed)).toEqual([...Array(expected).keys(), 100]);
      expect(await collect(reader.episodes())).toHaveLength(expected + 1);
      expect([reader.info.totalFrames, await rowsOf(store)]).toEqual([reader.frames, reader.frames]);
    }
  });
});

/** Frames in all data files, whether an episode claims them or not. */
async function rowsOf(store: FileStore): Promise<number> {
  let rows = 0;
  for (const path of await store.list("data"))
    rows += Number(parquetMetadata(await store.read(path)).num_rows);
  return rows;
}
