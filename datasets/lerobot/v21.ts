/**
 * Imports a LeRobot v2.0 or v2.1 set, one Parquet file an episode, as v3.0. Numbers only: pictures and films stay
 * behind, and so do the old statistics, which are computed anew. Reads the source, never changes it.
 */
import { type OnProgress, refuse, silent } from "../../core/index.js";
import type { FileStore } from "../file-store.js";
import { decodeJson, encodeJson, FIRST_FILE, formatPath, INFO, newInfo, parseInfo } from "./info.js";
import { foreignMeta, vectorColumns } from "./mapping.js";
import { indexOf, openParquet, readColumns, vectorsOf } from "./parquet-read.js";
import { isDataset, LOCK } from "./set.js";
import { setWriter } from "./set-writer.js";

const EPISODES = "meta/episodes.jsonl";
const TASKS = "meta/tasks.jsonl";
const MOST_LINES = 10_000_000;

/**
 * Copies a v2 set into an empty store as v3.0.
 * @param options.maker who made the episodes, which a v2 set does not say; default `unknown`
 * @returns episodes imported
 */
export async function importV21(
  source: FileStore,
  target: FileStore,
  options: { readonly maker?: string; readonly onProgress?: OnProgress } = {},
): Promise<number> {
  const { maker = "unknown", onProgress = silent } = options;
  const old = parseInfo(decodeJson(INFO, await source.read(INFO)), 2);
  const columns = vectorColumns(old);
  const tasks = new Map(
    (await readLines(source, TASKS)).map((line) => [
      indexOf(`${TASKS}.task_index`, line["task_index"]),
      line["task"],
    ]),
  );
  const episodes = await readLines(source, EPISODES);
  const lock = await target.lock(LOCK);
  try {
    if (await isDataset(target)) refuse(target.name, "must not hold a data set yet");
    const features = Object.fromEntries(
      columns.map(({ name, size }) => {
        const names = old.features[name]?.names ?? null;
        return [name, { dtype: "float32", shape: [size], names }];
      }),
    );
    const info = newInfo({ fps: old.fps, robotType: old.robotType, features });
    await target.write([{ path: INFO, bytes: encodeJson(info.raw) }]);
    const begin = { at: FIRST_FILE, grown: null };
    const set = setWriter(target, lock, columns, {
      info,
      tasks: [],
      statistics: null,
      data: begin,
      table: begin,
      videos: {},
    });
    for (const [index, line] of episodes.entries()) {
      if (indexOf(`${EPISODES}.episode_index`, line["episode_index"]) !== index)
        refuse(EPISODES, `episode_index must count without gaps, ${index} here`, line["episode_index"]);
      const length = indexOf(`${EPISODES}.length`, line["length"]);
      const path = formatPath(old.dataPath, {
        episode_index: index,
        episode_chunk: Math.floor(index / old.chunksSize),
      });
      const file = await openParquet(source, path);
      if (file.rows !== length || length === 0)
        refuse(path, `must have the ${length} frames of its episode`, file.rows);
      const read = await readColumns(file, [...columns.map(({ name }) => name), "task_index"]);
      const vectors = Object.fromEntries(
        columns.map(({ name, size }) => [name, vectorsOf(`${path}.${name}`, read[name]!, size)]),
      );
      const task = tasks.get(indexOf(`${path}.task_index`, read["task_index"]![0]));
      await set.append({
        vectors,
        length,
        task: typeof task === "string" ? task : refuse(path, "task_index must name a task", task ?? null),
        meta: foreignMeta(maker, vectors, length),
      });
      onProgress({ stage: "import", done: index + 1, total: episodes.length });
    }
    return episodes.length;
  } finally {
    await lock.release();
  }
}

/** JSON lines: an object each. */
async function readLines(store: FileStore, path: string): Promise<Record<string, unknown>[]> {
  const size = (await store.size(path)) ?? refuse(store.name, "file must exist", path);
  if (size > 2 ** 28) refuse(path, `must be at most ${2 ** 28} bytes`, size);
  const lines = new TextDecoder().decode(await store.read(path)).split("\n");
  if (lines.length > MOST_LINES) refuse(path, `must have at most ${MOST_LINES} lines`, lines.length);
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const value = decodeJson(path, new TextEncoder().encode(line));
      return typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)
        : refuse(path, "lines must be objects", value);
    });
}
