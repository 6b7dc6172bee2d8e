/**
 * What the reader and the writer of a set both look at: its `info.json`, its contract, its table of episodes.
 * The table counts: an episode is in the set when its row is. Frames without a row are of an episode that was
 * being written when the recorder died.
 */
import { type Contract, InputError, parseContract, refuse } from "../../core/index.js";
import type { FileStore } from "../file-store.js";
import { camerasOf } from "./cameras.js";
import { type EpisodeRow, readRows } from "./episode-table.js";
import { type DatasetInfo, decodeJson, EPISODES_FOLDER, INFO, parseInfo, STATS, TASKS } from "./info.js";
import { checkMapping } from "./mapping.js";
import { openParquet } from "./parquet-read.js";
import { type FeatureStatistics, QUANTILE_NAMES } from "./statistics.js";
import { readTasks, type Tasks } from "./tasks.js";

/** Our own file beside LeRobot's: the contract. */
export const OWN = "meta/apprentice.json";
export const LOCK = "meta/apprentice.lock";
const MOST_EPISODES = 10_000_000;

/** Whether the store holds a data set, of any version. */
export const isDataset = async (store: FileStore): Promise<boolean> => (await store.size(INFO)) !== null;

export async function loadInfo(store: FileStore): Promise<DatasetInfo> {
  if (!(await isDataset(store))) refuse(store.name, `must hold a data set (${INFO})`);
  return parseInfo(decodeJson(INFO, await store.read(INFO)));
}

/** The contract the set was recorded under; null in a foreign set. */
export async function loadContract(store: FileStore, info: DatasetInfo): Promise<Contract | null> {
  if ((await store.size(OWN)) === null) return null;
  const own = decodeJson(OWN, await store.read(OWN));
  const { version, contract } = (typeof own === "object" && own !== null ? own : {}) as Record<
    string,
    unknown
  >;
  if (version !== 1) refuse(OWN, "version must be 1", version);
  const parsed = parseContract(contract);
  checkMapping(parsed, info);
  return parsed;
}

export const isParquet = (path: string): boolean => path.endsWith(".parquet");

/** Every row of the table, checked to count without gaps. */
export async function loadRows(store: FileStore, info: DatasetInfo): Promise<EpisodeRow[]> {
  const cameras = camerasOf(info).map(({ key }) => key);
  const rows: EpisodeRow[] = [];
  for (const path of (await store.list(EPISODES_FOLDER)).filter(isParquet)) {
    const file = await openParquet(store, path);
    if (rows.length + file.rows > MOST_EPISODES)
      refuse(path, `a set must have at most ${MOST_EPISODES} episodes`);
    for (const row of await readRows(file, cameras)) {
      if (row.index !== rows.length)
        refuse(path, `episode_index must count without gaps, ${rows.length} here`, row.index);
      const from = rows.at(-1)?.to ?? 0;
      if (row.from !== from || row.to !== from + row.length || row.length === 0)
        refuse(path, `frames of episode ${row.index} must follow the episode before`, [row.from, row.to]);
      rows.push(row);
    }
  }
  return rows;
}

export async function loadTasks(store: FileStore): Promise<Tasks> {
  return (await store.size(TASKS)) === null ? [] : readTasks(await openParquet(store, TASKS));
}

const STATISTIC_KEYS = ["min", "max", "mean", "std", "count", ...QUANTILE_NAMES] as const;

/** `stats.json`, a number a component, of cameras a number a channel; null where the set has none. */
export async function loadStatistics(
  store: FileStore,
): Promise<Readonly<Record<string, Partial<FeatureStatistics>>> | null> {
  if ((await store.size(STATS)) === null) return null;
  const value = decodeJson(STATS, await store.read(STATS));
  if (typeof value !== "object" || value === null) return refuse(STATS, "must be an object", value);
  return Object.fromEntries(
    Object.entries(value).map(([name, feature]: [string, Record<string, unknown> | null]) => [
      name,
      Object.fromEntries(
        STATISTIC_KEYS.flatMap((key) => {
          const list: unknown = feature?.[key];
          const flat: unknown[] = Array.isArray(list) ? list.flat(2) : [];
          return flat.length > 0 && flat.every((item) => typeof item === "number") ? [[key, flat]] : [];
        }),
      ),
    ]),
  );
}

/** Refuses a contract that differs from the one a set was recorded under, apart from the simulator's version. */
export function checkSameContract(recorded: Contract, offered: Contract): void {
  const plain = (contract: Contract): string => JSON.stringify({ ...contract, engine: null });
  if (plain(recorded) === plain(offered)) return;
  const features = (contract: Contract) => [...contract.observations, ...contract.goals, ...contract.actions];
  const other = new Map(features(offered).map((feature) => [feature.name, JSON.stringify(feature)]));
  const differs = features(recorded).find((feature) => other.get(feature.name) !== JSON.stringify(feature));
  throw new InputError(
    "data set",
    "must be continued under the contract it was recorded under",
    differs?.name ?? { robot: offered.robot, task: offered.task, rates: offered.rates },
  );
}
