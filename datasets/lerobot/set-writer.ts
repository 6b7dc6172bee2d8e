/**
 * Appends episodes to a set, one durable episode at a time. Each append puts in place, in this order: the tasks
 * (when there is a new one), the video files grown by its pictures, the data file grown by a row group, the table of
 * episodes grown by a row, then statistics and totals. The rename of the table is the commit: killed before it, the episode was never there
 * (its frames are taken out at the next opening); killed after it, the rest is made up for. LeRobot itself counts
 * by the totals, so it sees a whole set at every moment. Files are replaced whole and roll over at a small
 * size, so an append costs much the same however many went before; of tables a store is told which bytes it has already.
 */
import { refuse } from "../../core/index.js";
import { MOST_FRAMES } from "../episode.js";
import type { FileStore, NewFile, StoreLock } from "../file-store.js";
import { camerasOf } from "./cameras.js";
import { dataColumnsOf, dataOf, type Frames } from "./data-columns.js";
import { encodeRows, episodeColumns, type NewEpisodeRow } from "./episode-table.js";
import {
  type DatasetInfo,
  EPISODES_PATH,
  encodeJson,
  FIRST_FILE,
  type FileIndex,
  filePath,
  INFO,
  nextFile,
  STATS,
  TASKS,
  withTotals,
} from "./info.js";
import type { VectorColumn } from "./mapping.js";
import { type ColumnType, type GrowingTable, growingTable } from "./parquet-write.js";
import { mergeStatistics, nestedFor, type Statistics, statisticsOf } from "./statistics.js";
import { encodeTasks } from "./tasks.js";
import { type Grown, growVideo, type VideoTail } from "./video-files.js";

/** Everything an append changes, as it stands after the last one. */
export interface SetState {
  readonly info: DatasetInfo;
  readonly tasks: readonly string[];
  readonly statistics: Statistics | null;
  readonly data: Tail;
  readonly table: Tail;
  /** the newest video file of each camera, by feature name */
  readonly videos: Readonly<Record<string, VideoTail>>;
}

/** The newest file of a growing row of files; `grown` null: the file that comes next. */
export interface Tail {
  readonly at: FileIndex;
  readonly grown: GrowingTable | null;
}

const BYTES_PER_MB = 2 ** 20;
const FIRST_VIDEO: VideoTail = { at: FIRST_FILE, bytes: null, frames: 0 };
/** rows of the table in one row group, as LeRobot buffers them */
const ROWS_PER_GROUP = 10;
/** rows of the table in one file: its footer, of a hundred columns a row group, is written anew each time */
const ROWS_PER_FILE = 50;

/** Appends what has been checked. */
export interface SetWriter {
  readonly info: DatasetInfo;
  append(frames: Frames): Promise<void>;
  close(): Promise<void>;
}

/** A writer that goes on from `start`; it gives the lock back when closed. */
export function setWriter(
  store: FileStore,
  lock: StoreLock,
  vectors: readonly VectorColumn[],
  start: SetState,
): SetWriter {
  let state = start;
  let closed = false;
  let broken = false;
  let queue: Promise<void> = Promise.resolve();
  const features = Object.entries(start.info.features).map(([name, { dtype }]) => ({ name, dtype }));
  const cameras = camerasOf(start.info);
  const keys = cameras.map(({ key }) => key);
  const tableColumns = episodeColumns(features);
  const dataColumns = dataColumnsOf(vectors);
  let openRows: NewEpisodeRow[] = [];

  const commit = async (episode: Frames): Promise<void> => {
    if (closed) refuse(store.name, "must not be written after it was closed");
    if (broken) refuse(store.name, "must be opened again after a failed write");
    if (!(await lock.held())) refuse(store.name, "must have one writer at a time; this one lost its lock");
    const { info } = state;
    const tasks = state.tasks.includes(episode.task) ? state.tasks : [...state.tasks, episode.task];
    const columns = dataOf(vectors, episode, {
      fps: info.fps,
      episode: info.totalEpisodes,
      from: info.totalFrames,
      task: tasks.indexOf(episode.task),
    });
    const videos: Record<string, Grown> = {};
    for (const camera of cameras)
      videos[camera.key] = await growVideo(
        camera,
        state.videos[camera.key] ?? FIRST_VIDEO,
        episode.videos?.[camera.key],
        episode.length,
        info,
      );
    const statistics = Object.fromEntries(
      features.map(({ name }) => [
        name,
        keys.includes(name)
          ? episode.videos![name]!.statistics
          : statisticsOf(columns[name]!.numbers, columns[name]!.size),
      ]),
    );

    broken = true;
    const bytes = info.dataFilesSizeInMb * BYTES_PER_MB;
    const data = rolled(state.data, episode.length, info, dataColumns, { bytes, rows: MOST_FRAMES });
    const table = rolled(state.table, 1, info, tableColumns, { bytes, rows: ROWS_PER_FILE });
    if (table.grown.rows === 0 || openRows.length === ROWS_PER_GROUP) openRows = [];
    const replaces = openRows.length > 0;
    openRows.push({
      index: info.totalEpisodes,
      tasks: [episode.task],
      length: episode.length,
      data: data.at,
      from: info.totalFrames,
      to: info.totalFrames + episode.length,
      meta: episode.meta,
      videos: Object.fromEntries(keys.map((key) => [key, videos[key]!.place])),
      statistics,
      place: table.at,
    });
    const rows = encodeRows(tableColumns, openRows);
    const next: SetState = {
      info: withTotals(info, info.totalEpisodes + 1, info.totalFrames + episode.length, tasks.length),
      tasks,
      statistics: state.statistics === null ? statistics : mergeStatistics(state.statistics, statistics),
      data,
      table,
      videos: Object.fromEntries(keys.map((key) => [key, videos[key]!.tail])),
    };
    const files: NewFile[] = [
      ...(tasks === state.tasks ? [] : [{ path: TASKS, bytes: encodeTasks(tasks) }]),
      ...keys.map((key) => videos[key]!.file),
      {
        path: filePath(info.dataPath, data.at),
        ...data.grown.append(dataColumns.map(({ name }) => columns[name]!.values)),
      },
      {
        path: filePath(EPISODES_PATH, table.at),
        ...(replaces ? table.grown.replaceLast(rows) : table.grown.append(rows)),
      },
      { path: STATS, bytes: encodeJson(nestedFor(keys, next.statistics!)) },
      { path: INFO, bytes: encodeJson(next.info.raw) },
    ];
    await store.write(files);
    state = next;
    broken = false;
  };

  return {
    get info() {
      return state.info;
    },
    append: (episode) => {
      const done = queue.then(() => commit(episode));
      queue = done.catch(() => {});
      return done;
    },
    close: async () => {
      await queue;
      closed = true;
      await lock.release();
    },
  };
}

/** The file to grow: a new one where `rows` more would reach a limit, by the average so far (LeRobot's rule). */
function rolled(
  tail: Tail,
  rows: number,
  info: DatasetInfo,
  columns: readonly ColumnType[],
  most: { readonly bytes: number; readonly rows: number },
): Tail & { readonly grown: GrowingTable } {
  const { grown } = tail;
  if (grown === null) return { at: tail.at, grown: growingTable(columns) };
  const fits = grown.size + (grown.size / grown.rows) * rows < most.bytes && grown.rows + rows <= most.rows;
  return fits
    ? { at: tail.at, grown }
    : { at: nextFile(tail.at, info.chunksSize), grown: growingTable(columns) };
}
