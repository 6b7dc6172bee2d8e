/**
 * Writes a LeRobot v3.0 data set, one durable episode at a time. Each append puts in place, in this order: the
 * tasks (when there is a new one), the data file grown by a row group, the table of episodes grown by a row, then
 * statistics and totals. The rename of the table is the commit: killed before it, the episode was never there
 * (its frames are taken out at the next opening); killed after it, the rest is made up for. Both files are
 * replaced whole and roll over at a small size, so an append costs the same however many went before.
 */
import { type Contract, integerIn, refuse } from "../../core/index.js";
import { checkEpisode, type Episode, MOST_FRAMES } from "../episode.js";
import type { FileStore, NewFile, StoreLock } from "../file-store.js";
import { dataColumnsOf, dataOf } from "./data-columns.js";
import { encodeRows, episodeColumns, type NewEpisodeRow } from "./episode-table.js";
import {
  type DatasetInfo,
  EPISODES_PATH,
  encodeJson,
  FIRST_FILE,
  type FileIndex,
  filePath,
  INFO,
  newInfo,
  nextFile,
  STATS,
  TASKS,
  withTotals,
} from "./info.js";
import { featuresOf } from "./mapping.js";
import { type ColumnType, type GrowingTable, growingTable } from "./parquet-write.js";
import { recover } from "./recover.js";
import { checkSameContract, isDataset, LOCK, OWN } from "./set.js";
import { mergeStatistics, type Statistics, statisticsOf } from "./statistics.js";
import { encodeTasks } from "./tasks.js";

export interface DatasetOptions {
  readonly contract: Contract;
  /** whole hertz of the frames; default: the contract's record rate */
  readonly fps?: number;
  /** default: the contract's robot */
  readonly robotType?: string;
  /** a new file begins before this size, MiB; default 1: appending rewrites the newest file */
  readonly dataFilesSizeInMb?: number;
}

/** The one writer of a set. */
export interface DatasetWriter {
  readonly contract: Contract;
  /** episodes in the set, earlier ones included */
  readonly length: number;
  /** frames in the set */
  readonly frames: number;
  /** Adds an episode; it is durable when this resolves. Calls are carried out one after the other. */
  append(episode: Episode): Promise<void>;
  /** Gives the set free for another writer. */
  close(): Promise<void>;
}

/** Everything an append changes, as it stands after the last one. */
interface State {
  readonly info: DatasetInfo;
  readonly tasks: readonly string[];
  readonly statistics: Statistics | null;
  readonly data: Tail;
  readonly table: Tail;
}

/** The newest file of a growing row of files; `grown` null: the file that comes next. */
interface Tail {
  readonly at: FileIndex;
  readonly grown: GrowingTable | null;
}

const BYTES_PER_MB = 2 ** 20;
/** rows of the table in one row group, as LeRobot buffers them */
const ROWS_PER_GROUP = 10;
/** rows of the table in one file: its footer, of a hundred columns a row group, is written anew each time */
const ROWS_PER_FILE = 50;

/** Begins a data set in an empty store. */
export async function createDataset(store: FileStore, options: DatasetOptions): Promise<DatasetWriter> {
  const {
    contract,
    fps = contract.rates.record,
    robotType = contract.robot,
    dataFilesSizeInMb = 1,
  } = options;
  integerIn("data set", "fps", fps, 1, 100_000);
  integerIn("data set", "dataFilesSizeInMb", dataFilesSizeInMb, 1, 1000);
  const lock = await store.lock(LOCK);
  try {
    if (await isDataset(store)) refuse(store.name, "must not hold a data set yet");
    const info = newInfo({ fps, robotType, features: featuresOf(contract), dataFilesSizeInMb });
    await store.write([
      { path: OWN, bytes: encodeJson({ version: 1, contract }) },
      { path: INFO, bytes: encodeJson(info.raw) },
    ]);
    const empty = { at: FIRST_FILE, grown: null };
    return writer(store, lock, contract, { info, tasks: [], statistics: null, data: empty, table: empty });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Goes on with a set of ours, after taking out what a killed recorder left half done. The new episodes start new
 * files, as LeRobot does on resuming.
 * @param options.contract refused when it differs from the recorded one; default: the recorded one
 */
export async function resumeDataset(
  store: FileStore,
  options: { readonly contract?: Contract } = {},
): Promise<DatasetWriter> {
  const lock = await store.lock(LOCK);
  try {
    const found = await recover(store);
    if (options.contract !== undefined) checkSameContract(found.contract, options.contract);
    const after = (last: FileIndex | null): Tail => ({
      at: last === null ? FIRST_FILE : nextFile(last, found.info.chunksSize),
      grown: null,
    });
    return writer(store, lock, options.contract ?? found.contract, {
      info: found.info,
      tasks: found.tasks,
      statistics: found.statistics,
      data: after(found.lastData),
      table: after(found.lastTable),
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function writer(store: FileStore, lock: StoreLock, contract: Contract, start: State): DatasetWriter {
  let state = start;
  let closed = false;
  let broken = false;
  let queue: Promise<void> = Promise.resolve();
  const features = Object.entries(start.info.features).map(([name, { dtype }]) => ({ name, dtype }));
  const tableColumns = episodeColumns(features);
  const dataColumns = dataColumnsOf(contract);
  let openRows: NewEpisodeRow[] = [];

  const commit = async (episode: Episode): Promise<void> => {
    if (closed) refuse(store.name, "must not be written after it was closed");
    if (broken) refuse(store.name, "must be opened again after a failed write");
    checkEpisode(contract, episode);
    if (!(await lock.held())) refuse(store.name, "must have one writer at a time; this one lost its lock");
    const { info } = state;
    const tasks = state.tasks.includes(episode.task) ? state.tasks : [...state.tasks, episode.task];
    const columns = dataOf(contract, episode, {
      fps: info.fps,
      episode: info.totalEpisodes,
      from: info.totalFrames,
      task: tasks.indexOf(episode.task),
    });
    const statistics = Object.fromEntries(
      features.map(({ name }) => [name, statisticsOf(columns[name]!.numbers, columns[name]!.size)]),
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
      statistics,
      place: table.at,
    });
    const rows = encodeRows(tableColumns, openRows);
    const next: State = {
      info: withTotals(info, info.totalEpisodes + 1, info.totalFrames + episode.length, tasks.length),
      tasks,
      statistics: state.statistics === null ? statistics : mergeStatistics(state.statistics, statistics),
      data,
      table,
    };
    const files: NewFile[] = [
      ...(tasks === state.tasks ? [] : [{ path: TASKS, bytes: encodeTasks(tasks) }]),
      {
        path: filePath(info.dataPath, data.at),
        bytes: data.grown.append(dataColumns.map(({ name }) => columns[name]!.values)),
      },
      {
        path: filePath(EPISODES_PATH, table.at),
        bytes: replaces ? table.grown.replaceLast(rows) : table.grown.append(rows),
      },
      { path: STATS, bytes: encodeJson(next.statistics) },
      { path: INFO, bytes: encodeJson(next.info.raw) },
    ];
    await store.write(files);
    state = next;
    broken = false;
  };

  return {
    contract,
    get length() {
      return state.info.totalEpisodes;
    },
    get frames() {
      return state.info.totalFrames;
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
