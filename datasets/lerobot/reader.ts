/**
 * Reads a LeRobot v3.0 data set, ours or anybody's, an episode at a time. Frames are found by the table of
 * episodes, and checked to be that episode's. Nothing is written; a set may be read while it is being recorded.
 */
import { type Contract, refuse } from "../../core/index.js";
import type { Episode } from "../episode.js";
import type { FileStore } from "../file-store.js";
import { type Camera, camerasOf } from "./cameras.js";
import type { EpisodeRow } from "./episode-table.js";
import { type DatasetInfo, filePath, videoFilePath } from "./info.js";
import { foreignMeta, groupsOf, unpackEpisode, type VectorColumn, vectorColumns } from "./mapping.js";
import {
  type Column,
  indexOf,
  openParquet,
  type ParquetFile,
  readColumns,
  vectorsOf,
} from "./parquet-read.js";
import { loadContract, loadInfo, loadRows, loadStatistics, loadTasks } from "./set.js";
import type { FeatureStatistics } from "./statistics.js";

/** An open data set. */
export interface DatasetReader {
  /** where it lies, for messages */
  readonly name: string;
  readonly info: DatasetInfo;
  /** the contract it was recorded under; null in a foreign set, whose features are LeRobot's vectors by name */
  readonly contract: Contract | null;
  /** hertz of the frames */
  readonly fps: number;
  /** episodes */
  readonly length: number;
  /** frames of all episodes */
  readonly frames: number;
  /** sentences by task_index */
  readonly tasks: readonly string[];
  /** of the whole set, by LeRobot feature; null where the set has none */
  readonly statistics: Readonly<Record<string, Partial<FeatureStatistics>>> | null;
  /** what is known of each episode without its frames */
  readonly rows: readonly EpisodeRow[];
  /** whose pictures the set holds as videos */
  readonly cameras: readonly Camera[];
  /** Where the pictures of episode i are: a file of the store, and the seconds [from, to) in it. */
  video(index: number, camera: string): { readonly path: string; readonly from: number; readonly to: number };
  /** Episode i, from 0. */
  episode(index: number): Promise<Episode>;
  /** All episodes, in order. */
  episodes(): AsyncIterable<Episode>;
}

/** numbers of one decoded row group, all columns together */
const MOST_NUMBERS = 2 ** 27;

/** Opens a set; refuses what is not LeRobot v3.0, is damaged, or contradicts itself. */
export async function openDataset(store: FileStore): Promise<DatasetReader> {
  const info = await loadInfo(store);
  const contract = await loadContract(store, info);
  const [rows, tasks, statistics] = await Promise.all([
    loadRows(store, info),
    loadTasks(store),
    loadStatistics(store),
  ]);
  if (rows.length < info.totalEpisodes)
    refuse(store.name, `must list its ${info.totalEpisodes} episodes in meta/episodes`, rows.length);
  const columns = contract === null ? vectorColumns(info) : groupsOf(contract);
  const frames = frameReader(store, info, columns, rows);

  const rowOf = (index: number): EpisodeRow =>
    rows[index] ?? refuse(store.name, `episode must be an integer from 0 to ${rows.length - 1}`, index);
  const cameras = camerasOf(info);
  const episode = async (index: number): Promise<Episode> => {
    const row = rowOf(index);
    const { vectors, task } = await frames(row);
    const { features, actions } = unpackEpisode(contract, vectors, row.length);
    return {
      features,
      actions,
      length: row.length,
      task: tasks[task] ?? refuse(`${store.name} episode ${index}`, "task_index must name a task", task),
      meta: row.meta ?? foreignMeta("unknown", vectors, row.length),
    };
  };

  return {
    name: store.name,
    info,
    contract,
    fps: info.fps,
    length: rows.length,
    frames: rows.at(-1)?.to ?? 0,
    tasks,
    statistics,
    rows,
    cameras,
    video: (index, camera) => {
      const { videos } = rowOf(index);
      const keys = Object.keys(videos).join(", ");
      const { file, from, to } =
        videos[camera] ?? refuse(store.name, `camera must be among ${keys || "none"}`, camera);
      return { path: videoFilePath(info, camera, file), from, to };
    },
    episode,
    episodes: async function* () {
      for (let index = 0; index < rows.length; index++) yield await episode(index);
    },
  };
}

interface RowGroup {
  readonly path: string;
  readonly start: number;
  readonly rows: number;
  readonly vectors: Readonly<Record<string, Float32Array>>;
  readonly episodeIndex: Column;
  readonly taskIndex: Column;
}

/** Finds the frames of a row. The last file and the last row group stay in memory: episodes come in order. */
function frameReader(
  store: FileStore,
  info: DatasetInfo,
  columns: readonly VectorColumn[],
  rows: readonly EpisodeRow[],
): (row: EpisodeRow) => Promise<{ vectors: Record<string, Float32Array>; task: number }> {
  const pathOf = (row: EpisodeRow): string => filePath(info.dataPath, row.data);
  const firstFrame = new Map<string, number>();
  for (const row of rows) {
    const path = pathOf(row);
    if (!firstFrame.has(path)) firstFrame.set(path, row.from);
  }
  const numbers = columns.reduce((sum, column) => sum + column.size, 0);
  let file: ParquetFile | null = null;
  let group: RowGroup | null = null;

  const decode = async (from: ParquetFile, start: number, count: number): Promise<RowGroup> => {
    if (count * numbers > MOST_NUMBERS)
      refuse(from.path, `a row group must hold at most ${MOST_NUMBERS} numbers`, count * numbers);
    const names = [...columns.map((column) => column.name), "episode_index", "task_index"];
    const read = await readColumns(from, names, start, start + count);
    return {
      path: from.path,
      start,
      rows: count,
      vectors: Object.fromEntries(
        columns.map(({ name, size }) => [name, vectorsOf(`${from.path}.${name}`, read[name]!, size)]),
      ),
      episodeIndex: read["episode_index"]!,
      taskIndex: read["task_index"]!,
    };
  };

  return async (row) => {
    const path = pathOf(row);
    if (file?.path !== path) file = await openParquet(store, path);
    const open = file;
    const first = row.from - firstFrame.get(path)!;
    const end = first + row.length;
    if (end > open.rows)
      refuse(path, `must hold the frames of episode ${row.index}, rows ${first} to ${end}`, open.rows);
    const vectors = Object.fromEntries(
      columns.map(({ name, size }) => [name, new Float32Array(row.length * size)]),
    );
    let task = 0;
    let start = 0;
    for (const count of open.rowGroups) {
      const [from, to] = [Math.max(first, start), Math.min(end, start + count)];
      if (from < to) {
        if (group?.path !== path || group.start !== start) group = await decode(open, start, count);
        const { vectors: all, episodeIndex, taskIndex } = group;
        for (let at = from; at < to; at++)
          if (indexOf(`${path}.episode_index`, episodeIndex[at - start]) !== row.index)
            refuse(path, `row ${at} must be of episode ${row.index}`, String(episodeIndex[at - start]));
        if (from === first) task = indexOf(`${path}.task_index`, taskIndex[from - start]);
        for (const { name, size } of columns)
          vectors[name]!.set(
            all[name]!.subarray((from - start) * size, (to - start) * size),
            (from - first) * size,
          );
      }
      start += count;
    }
    return { vectors, task };
  };
}
