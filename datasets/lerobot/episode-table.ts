/**
 * `meta/episodes`: one row an episode, with the place of its frames, its statistics, and who made it in columns of
 * our own (`apprentice/…`). LeRobot's tools carry those along with the row (merge) or drop them (delete, split);
 * a file beside the table would instead come to speak of other episodes.
 */
import { type Contract, GOAL_SLOTS, type GoalBinding, parseRandomisation, refuse } from "../../core/index.js";
import { type EpisodeMeta, type GoalChange, TAKE_ID } from "../episode.js";
import { EPISODES_FOLDER, type FileIndex } from "./info.js";
import { type Column, indexOf, type ParquetFile, readColumns } from "./parquet-read.js";
import type { ColumnType, ColumnValues } from "./parquet-write.js";
import { type FeatureStatistics, QUANTILE_NAMES, type Statistics } from "./statistics.js";

/** A row of `meta/episodes`, without its statistics. */
export interface EpisodeRow {
  readonly index: number;
  readonly tasks: readonly string[];
  /** frames */
  readonly length: number;
  readonly data: FileIndex;
  /** global frame rows [from, to) */
  readonly from: number;
  readonly to: number;
  /** null in a set that somebody else recorded */
  readonly meta: EpisodeMeta | null;
  /** where the pictures of each camera of the set are, by feature name */
  readonly videos: Readonly<Record<string, VideoPlace>>;
}

/** Where the pictures of an episode are: a video file, and the seconds [from, to) in it. */
export interface VideoPlace {
  readonly file: FileIndex;
  readonly from: number;
  readonly to: number;
}

/** A row with its statistics, as it is written. */
export interface NewEpisodeRow extends EpisodeRow {
  readonly meta: EpisodeMeta;
  readonly statistics: Statistics;
  /** the file this row stands in */
  readonly place: FileIndex;
}

const STATISTIC_NAMES = ["min", "max", "mean", "std", "count", ...QUANTILE_NAMES] as const;

/** A column, and what a row gives to it. */
interface EpisodeColumn extends ColumnType {
  readonly value: (row: NewEpisodeRow) => unknown;
}

/**
 * The columns of the table for the features of a set.
 * @param features name and dtype, in the order of `info.json`
 */
export function episodeColumns(
  features: readonly { readonly name: string; readonly dtype: string }[],
): EpisodeColumn[] {
  const integer = (name: string, value: (row: NewEpisodeRow) => number): EpisodeColumn => ({
    name,
    type: "int64",
    list: false,
    value: (row) => BigInt(value(row)),
  });
  const seconds = (name: string, value: (row: NewEpisodeRow) => number): EpisodeColumn => ({
    name,
    type: "double",
    list: false,
    value,
  });
  const text = (name: string, value: (row: NewEpisodeRow) => string): EpisodeColumn => ({
    name: `apprentice/${name}`,
    type: "string",
    list: false,
    value,
  });
  return [
    integer("episode_index", (row) => row.index),
    { name: "tasks", type: "string", list: true, value: (row) => row.tasks },
    integer("length", (row) => row.length),
    integer("data/chunk_index", (row) => row.data.chunk),
    integer("data/file_index", (row) => row.data.file),
    integer("dataset_from_index", (row) => row.from),
    integer("dataset_to_index", (row) => row.to),
    ...features
      .filter(({ dtype }) => dtype === "video")
      .flatMap(({ name }): EpisodeColumn[] => [
        integer(`videos/${name}/chunk_index`, (row) => row.videos[name]!.file.chunk),
        integer(`videos/${name}/file_index`, (row) => row.videos[name]!.file.file),
        seconds(`videos/${name}/from_timestamp`, (row) => row.videos[name]!.from),
        seconds(`videos/${name}/to_timestamp`, (row) => row.videos[name]!.to),
      ]),
    ...features.flatMap(({ name, dtype }) =>
      STATISTIC_NAMES.map((statistic): EpisodeColumn => {
        const whole =
          statistic === "count" || (dtype === "int64" && (statistic === "min" || statistic === "max"));
        const picture = dtype === "video" && statistic !== "count";
        return {
          name: `stats/${name}/${statistic}`,
          type: whole ? "int64" : "double",
          list: picture ? "picture" : true,
          value: (row) => {
            const values = row.statistics[name]![statistic];
            if (picture) return values.map((value) => [[value]]);
            return whole ? values.map((value) => BigInt(value)) : values;
          },
        };
      }),
    ),
    integer("meta/episodes/chunk_index", (row) => row.place.chunk),
    integer("meta/episodes/file_index", (row) => row.place.file),
    text("maker", (row) => showMaker(row.meta)),
    {
      name: "apprentice/seed",
      type: "int64",
      list: false,
      value: (row) => (row.meta.seed === null ? null : BigInt(row.meta.seed)),
    },
    { name: "apprentice/success", type: "bool", list: false, value: (row) => row.meta.success },
    text("goal", (row) => JSON.stringify(row.meta.goal)),
    text("goal_changes", (row) => JSON.stringify(row.meta.goalChanges)),
    {
      name: "apprentice/initial_command",
      type: "double",
      list: true,
      value: (row) => row.meta.initialCommand,
    },
    // What was drawn belongs to the simulator of the episode; a set without it is as it always was.
    text("engine", ({ meta: { engine, randomisation } }) =>
      JSON.stringify(randomisation === undefined ? engine : { ...engine, randomisation }),
    ),
    text("interventions", (row) => JSON.stringify(row.meta.interventions)),
  ];
}

/** Rows as column values. */
export const encodeRows = (
  columns: readonly EpisodeColumn[],
  rows: readonly NewEpisodeRow[],
): ColumnValues[] => columns.map((column) => rows.map(column.value));

const CORE = [
  "episode_index",
  "length",
  "data/chunk_index",
  "data/file_index",
  "dataset_from_index",
  "dataset_to_index",
] as const;
const OWN = [
  "maker",
  "seed",
  "success",
  "goal",
  "goal_changes",
  "initial_command",
  "engine",
  "interventions",
].map((name) => `apprentice/${name}`);

const PLACE = ["chunk_index", "file_index", "from_timestamp", "to_timestamp"] as const;

/**
 * Rows of one file of the table.
 * @param cameras feature names of the set's videos
 */
export async function readRows(file: ParquetFile, cameras: readonly string[] = []): Promise<EpisodeRow[]> {
  const has = (name: string): boolean => file.columns.includes(name);
  const own = OWN.every(has);
  const filmed = cameras.filter((key) => PLACE.every((name) => has(`videos/${key}/${name}`)));
  const columns = await readColumns(file, [
    ...CORE,
    ...(has("tasks") ? ["tasks"] : []),
    ...(own ? OWN : []),
    ...filmed.flatMap((key) => PLACE.map((name) => `videos/${key}/${name}`)),
  ]);
  return Array.from({ length: file.rows }, (_, row): EpisodeRow => {
    const at = (name: string): unknown => columns[name]?.[row];
    const count = (name: (typeof CORE)[number]): number => indexOf(`${file.path}.${name}`, at(name));
    const index = count("episode_index");
    return {
      index,
      tasks: textsOf(`${file.path}.tasks`, at("tasks") ?? []),
      length: count("length"),
      data: { chunk: count("data/chunk_index"), file: count("data/file_index") },
      from: count("dataset_from_index"),
      to: count("dataset_to_index"),
      meta:
        own && typeof at("apprentice/maker") === "string"
          ? readMeta(`${EPISODES_FOLDER} ${index}`, at)
          : null,
      videos: Object.fromEntries(
        filmed.map((key) => [
          key,
          readPlace(`${EPISODES_FOLDER} ${index}.videos/${key}`, (name) => at(`videos/${key}/${name}`)),
        ]),
      ),
    };
  });
}

function readPlace(place: string, at: (name: (typeof PLACE)[number]) => unknown): VideoPlace {
  const seconds = (name: "from_timestamp" | "to_timestamp"): number => {
    const value = at(name);
    return typeof value === "number" && Number.isFinite(value) && value >= 0
      ? value
      : refuse(`${place}.${name}`, "must be seconds", value ?? null);
  };
  const [from, to] = [seconds("from_timestamp"), seconds("to_timestamp")];
  if (from >= to) refuse(place, "must end after it begins", [from, to]);
  const file = {
    chunk: indexOf(`${place}.chunk_index`, at("chunk_index")),
    file: indexOf(`${place}.file_index`, at("file_index")),
  };
  return { file, from, to };
}

/** Statistics of the rows of one file, null where it has none. */
export async function readRowStatistics(
  file: ParquetFile,
  features: readonly string[],
): Promise<(Statistics | null)[]> {
  const known = features.filter((name) =>
    STATISTIC_NAMES.every((statistic) => file.columns.includes(`stats/${name}/${statistic}`)),
  );
  if (known.length < features.length) return new Array<null>(file.rows).fill(null);
  const names = known.flatMap((name) => STATISTIC_NAMES.map((statistic) => `stats/${name}/${statistic}`));
  const columns = await readColumns(file, names);
  return Array.from({ length: file.rows }, (_, row) =>
    Object.fromEntries(
      known.map((name) => [name, rowStatistics(`${file.path}.stats/${name}`, columns, name, row)]),
    ),
  );
}

function rowStatistics(
  place: string,
  columns: Readonly<Record<string, Column>>,
  name: string,
  row: number,
): FeatureStatistics {
  const values = STATISTIC_NAMES.map((statistic) => [
    statistic,
    numbersOf(place, columns[`stats/${name}/${statistic}`]![row]),
  ]);
  return Object.fromEntries(values) as unknown as FeatureStatistics;
}

function readMeta(place: string, at: (name: string) => unknown): EpisodeMeta {
  const own = (name: string): unknown => at(`apprentice/${name}`);
  const json = (name: string): unknown => {
    try {
      return JSON.parse(String(own(name)));
    } catch {
      return refuse(`${place}.${name}`, "must be JSON", own(name) ?? null);
    }
  };
  const seed = own("seed");
  const success = own("success");
  return {
    ...parseMaker(String(own("maker"))),
    seed: typeof seed === "bigint" || typeof seed === "number" ? Number(seed) : null,
    success: typeof success === "boolean" ? success : null,
    goal: asGoal(`${place}.goal`, json("goal")),
    goalChanges: asList(`${place}.goal_changes`, json("goal_changes")).map(
      (change): GoalChange => ({
        frame: indexOf(`${place}.goal_changes`, change["frame"]),
        goal: asGoal(`${place}.goal_changes`, change["goal"]),
      }),
    ),
    initialCommand: numbersOf(`${place}.initial_command`, own("initial_command")),
    engine: asEngine(`${place}.engine`, json("engine")),
    ...drawnIn(`${place}.engine.randomisation`, json("engine")),
    interventions: asList(`${place}.interventions`, json("interventions")).map((span) => ({
      from: indexOf(`${place}.interventions`, span["from"]),
      to: indexOf(`${place}.interventions`, span["to"]),
    })),
  };
}

const FROM = " from ";

/**
 * Who made an episode, and of which takes, as one text that any tool carries along: `amplified from 0a…, 7f…`.
 * A column of its own would be missing in the files of a set that was begun before there were parents.
 */
const showMaker = ({ maker, parents = [] }: EpisodeMeta): string =>
  parents.length === 0 ? maker : `${maker}${FROM}${parents.join(", ")}`;

function parseMaker(text: string): Pick<EpisodeMeta, "maker" | "parents"> {
  const at = text.lastIndexOf(FROM);
  const parents = at < 0 ? [] : text.slice(at + FROM.length).split(", ");
  return parents.length > 0 && parents.every((parent) => TAKE_ID.test(parent))
    ? { maker: text.slice(0, at), parents }
    : { maker: text };
}

function asGoal(place: string, value: unknown): GoalBinding {
  if (typeof value !== "object" || value === null) return refuse(place, "must be an object", value);
  const bound = value as Record<string, unknown>;
  return Object.fromEntries(
    GOAL_SLOTS.flatMap((slot) => (typeof bound[slot] === "string" ? [[slot, bound[slot]]] : [])),
  );
}

function asEngine(place: string, value: unknown): Contract["engine"] {
  if (value === null) return null;
  const { name, version } = value as Record<string, unknown>;
  return typeof name === "string" && typeof version === "string"
    ? { name, version }
    : refuse(place, "must have a name and a version", value);
}

function drawnIn(place: string, engine: unknown): Pick<EpisodeMeta, "randomisation"> {
  const drawn = (engine as Record<string, unknown> | null)?.["randomisation"];
  return drawn === undefined ? {} : { randomisation: parseRandomisation(place, drawn) };
}

const asList = (place: string, value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) && value.every((item) => typeof item === "object" && item !== null)
    ? (value as Record<string, unknown>[])
    : refuse(place, "must be a list", value);

function textsOf(place: string, value: unknown): string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string")
    ? value
    : refuse(place, "must be a list of texts", value);
}

function numbersOf(place: string, value: unknown): number[] {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value))
    return refuse(place, "must be a list of numbers", value ?? null);
  const items = Array.isArray(value) ? value.flat(2) : Array.from(value as unknown as ArrayLike<unknown>);
  return Array.from(items, (item) =>
    typeof item === "number" || typeof item === "bigint"
      ? Number(item)
      : refuse(place, "must be numbers", item ?? null),
  );
}
