/** A recorder killed at any moment: every episode it had appended loads, in our reader and in a foreign one. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/index.js";
import {
  createDataset,
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
      entryPoints: [new URL("./recorder.ts", import.meta.url).pathname],
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

  it("is made good after dying between any two files", async () => {
    // the files an append puts in place, in order; dying after k of them
    for (let k = 0; k <= 5; k++)
      for (const before of [0, 1, 12]) {
        const store = memoryStore();
        const writer = await createDataset(store, { contract: SMALL });
        for (let i = 0; i < before; i++) await writer.append(episodeOf(SMALL, i, 4));
        let dead = false;
        const dying = {
          ...store,
          write: async (files: Parameters<typeof store.write>[0]) => {
            await store.write(dead ? [] : files.slice(0, files.length > 2 ? k : undefined));
            if (files.length > 2) dead = true;
          },
        };
        await writer.close();
        const last = await resumeDataset(dying);
        await last.append({ ...episodeOf(SMALL, before, 4), task: "a new sentence" });
        await last.close();

        // tasks, data, table: from the table on, the episode is in the set
        const expected = before + (k >= 3 ? 1 : 0);
        const again = await resumeDataset(store, { contract: SMALL });
        expect(again.length).toBe(expected);
        await again.append(episodeOf(SMALL, 100, 7));
        const reader = await openDataset(store);
        expect(reader.rows.map((row) => row.meta?.seed)).toEqual([...Array(expected).keys(), 100]);
        expect(await collect(reader.episodes())).toHaveLength(expected + 1);
        expect(reader.info.totalFrames).toBe(reader.frames);
      }
  });
});
