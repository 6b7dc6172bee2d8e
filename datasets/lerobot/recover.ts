/**
 * Puts a set of ours right before it is written to: takes out what a killed recorder left half done. Only files
 * behind the last committed episode are touched; anything else that does not fit is refused, not repaired.
 */
import { type Contract, refuse } from "../../core/index.js";
import type { Episode } from "../episode.js";
import type { FileStore } from "../file-store.js";
import { joinClips, readClip } from "./clips.js";
import { dataColumnsOf, dataOf } from "./data-columns.js";
import { type EpisodeRow, readRowStatistics } from "./episode-table.js";
import {
  DATA_FOLDER,
  type DatasetInfo,
  EPISODES_FOLDER,
  encodeJson,
  type FileIndex,
  filePath,
  INFO,
  STATS,
  VIDEOS_FOLDER,
  videoFilePath,
  withTotals,
} from "./info.js";
import { groupsOf, packEpisode } from "./mapping.js";
import { openParquet } from "./parquet-read.js";
import { growingTable } from "./parquet-write.js";
import { type DatasetReader, openDataset } from "./reader.js";
import { isParquet } from "./set.js";
import { mergeStatistics, nestedFor, type Statistics } from "./statistics.js";

/** A set that is whole, and where it ends. */
export interface Recovered {
  readonly contract: Contract;
  readonly info: DatasetInfo;
  readonly tasks: readonly string[];
  readonly statistics: Statistics | null;
  readonly lastData: FileIndex | null;
  readonly lastTable: FileIndex | null;
  /** the last video file of each camera, by feature name */
  readonly lastVideos: Readonly<Record<string, FileIndex>>;
}

/** Call with the lock held. */
export async function recover(store: FileStore): Promise<Recovered> {
  const reader = await openDataset(store);
  const { contract, rows } = reader;
  if (contract === null)
    return refuse(store.name, "must be a set of ours to be continued (a foreign one can be read and copied)");
  const cameras = reader.cameras.map(({ key }) => key);
  const expected = [...dataColumnsOf(groupsOf(contract)).map((column) => column.name), ...cameras];
  const odd = Object.keys(reader.info.features).find((name) => !expected.includes(name));
  if (odd !== undefined)
    refuse(store.name, "must have only the features of its contract and cameras to be continued", odd);
  for (const folder of ["meta", DATA_FOLDER, VIDEOS_FOLDER])
    for (const path of await store.list(folder)) if (path.endsWith(".pending")) await store.remove(path);
  await dropVideos(store, reader);
  await dropUncommitted(store, reader.info, contract, rows, (index) => reader.episode(index), reader.tasks);

  const features = Object.keys(reader.info.features);
  let statistics: Statistics | null = null;
  const tables = (await store.list(EPISODES_FOLDER)).filter(isParquet);
  for (const path of tables)
    for (const each of await readRowStatistics(await openParquet(store, path), features)) {
      if (each === null) return refuse(path, "must hold the statistics of every episode");
      statistics = statistics === null ? each : mergeStatistics(statistics, each);
    }
  const last = rows.at(-1);
  const info = withTotals(reader.info, rows.length, reader.frames, reader.tasks.length);
  if (statistics !== null)
    await store.write([
      { path: STATS, bytes: encodeJson(nestedFor(cameras, statistics)) },
      { path: INFO, bytes: encodeJson(info.raw) },
    ]);
  return {
    contract,
    info,
    tasks: reader.tasks,
    statistics,
    lastData: last?.data ?? null,
    lastTable: tables.length === 0 ? null : fileIndexOf(tables.at(-1)!),
    lastVideos: last === undefined ? {} : mapValues(last.videos, ({ file }) => file),
  };
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, how: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, how(value)]));

/** Pictures without a row in the table: a video file behind the last, or at the end of the last. */
async function dropVideos(store: FileStore, { info, cameras, rows }: DatasetReader): Promise<void> {
  for (const { key } of cameras) {
    const places = rows.map(
      ({ videos }) => videos[key] ?? refuse(store.name, "must say where its pictures are", key),
    );
    const known = new Set(places.map(({ file }) => videoFilePath(info, key, file)));
    for (const path of await store.list(`${VIDEOS_FOLDER}/${key}`))
      if (!known.has(path)) await store.remove(path);
    const last = places.at(-1);
    if (last === undefined) continue;
    const path = videoFilePath(info, key, last.file);
    const bytes = await store.read(path);
    const frames = Math.round(last.to * info.fps);
    const found = await readClip(path, bytes, info.fps);
    if (found.frames < frames) refuse(path, `must hold the ${frames} pictures of its episodes`, found.frames);
    if (found.frames > frames)
      await store.write([{ path, bytes: await joinClips(path, [bytes], info.fps, frames) }]);
  }
}

/** Frames without a row in the table: a data file behind the last, or row groups at the end of the last. */
async function dropUncommitted(
  store: FileStore,
  info: DatasetInfo,
  contract: Contract,
  rows: readonly EpisodeRow[],
  episode: (index: number) => Promise<Episode>,
  tasks: readonly string[],
): Promise<void> {
  const last = rows.at(-1);
  const lastPath = last === undefined ? "" : filePath(info.dataPath, last.data);
  const known = new Set(rows.map((row) => filePath(info.dataPath, row.data)));
  for (const path of (await store.list(DATA_FOLDER)).filter(isParquet)) {
    if (known.has(path)) continue;
    if (path < lastPath) refuse(path, "must belong to an episode");
    await store.remove(path);
  }
  if (last === undefined) return;
  const kept = rows.filter((row) => filePath(info.dataPath, row.data) === lastPath);
  const frames = kept.reduce((sum, row) => sum + row.length, 0);
  if ((await openParquet(store, lastPath)).rows === frames) return;
  const vectors = groupsOf(contract);
  const columns = dataColumnsOf(vectors);
  const table = growingTable(columns);
  let bytes = new Uint8Array(0);
  for (const row of kept) {
    const each = await episode(row.index);
    const at = { fps: info.fps, episode: row.index, from: row.from, task: tasks.indexOf(each.task) };
    const data = dataOf(vectors, { vectors: packEpisode(contract, each), length: each.length }, at);
    bytes = table.append(columns.map(({ name }) => data[name]!.values)).bytes as Uint8Array<ArrayBuffer>;
  }
  await store.write([{ path: lastPath, bytes }]);
}

function fileIndexOf(path: string): FileIndex {
  const [, chunk, file] = /chunk-(\d+)\/file-(\d+)\.parquet$/.exec(path) ?? [];
  return chunk === undefined || file === undefined
    ? refuse(path, "must be named chunk-000/file-000.parquet")
    : { chunk: Number(chunk), file: Number(file) };
}
