/**
 * `meta/info.json` of LeRobot v3.0, and the places of files it implies. Reads what any writer of v3.0 leaves,
 * refuses older versions; unknown keys are kept when the file is written again.
 */
import { integerIn, refuse } from "../../core/index.js";

/** A column of frames as `info.json` describes it. */
export interface DatasetFeature {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** one name a component, null where the set gives none */
  readonly names: readonly string[] | null;
  /** what a writer says of a video beside: codec, pixel format, rate … */
  readonly info?: Readonly<Record<string, unknown>>;
}

/** What `info.json` says. */
export interface DatasetInfo {
  /** `v3.0` */
  readonly codebaseVersion: string;
  readonly robotType: string | null;
  readonly totalEpisodes: number;
  readonly totalFrames: number;
  readonly totalTasks: number;
  /** files a chunk folder may hold */
  readonly chunksSize: number;
  /** a new data file begins before this size */
  readonly dataFilesSizeInMb: number;
  /** a new video file begins before this size */
  readonly videoFilesSizeInMb: number;
  /** hertz */
  readonly fps: number;
  /** template of the data files */
  readonly dataPath: string;
  /** template of the video files; null in a set without cameras */
  readonly videoPath: string | null;
  readonly features: Readonly<Record<string, DatasetFeature>>;
  /** the file as it was read */
  readonly raw: Readonly<Record<string, unknown>>;
}

export const INFO = "meta/info.json";
export const STATS = "meta/stats.json";
export const TASKS = "meta/tasks.parquet";
export const EPISODES_FOLDER = "meta/episodes";
export const DATA_FOLDER = "data";
export const DATA_PATH = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet";
export const EPISODES_PATH = "meta/episodes/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet";
export const VIDEOS_FOLDER = "videos";
export const VIDEO_PATH = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4";
const VERSION = "v3.0";
const CHUNKS_SIZE = 1000;

/** Columns every set has after its own; the writer of a set does not choose them. */
export const DEFAULT_FEATURES: Readonly<Record<string, DatasetFeature>> = {
  timestamp: { dtype: "float32", shape: [1], names: null },
  frame_index: { dtype: "int64", shape: [1], names: null },
  episode_index: { dtype: "int64", shape: [1], names: null },
  index: { dtype: "int64", shape: [1], names: null },
  task_index: { dtype: "int64", shape: [1], names: null },
};

/** Which file of a growing row of files. */
export interface FileIndex {
  readonly chunk: number;
  readonly file: number;
}

export const FIRST_FILE: FileIndex = { chunk: 0, file: 0 };

export const nextFile = ({ chunk, file }: FileIndex, chunksSize: number): FileIndex =>
  file >= chunksSize - 1 ? { chunk: chunk + 1, file: 0 } : { chunk, file: file + 1 };

/** Fills a Python format template: `{name}`, `{name:d}`, `{name:03d}`. */
export function formatPath(template: string, values: Readonly<Record<string, number | string>>): string {
  return template.replace(/\{([a-z_]+)(?::0?(\d*)d)?\}/g, (_, name: string, width?: string) => {
    const value = values[name] ?? refuse(INFO, "path template may only name known fields", name);
    return String(value).padStart(Number(width || 0), "0");
  });
}

export const filePath = (template: string, at: FileIndex): string =>
  formatPath(template, { chunk_index: at.chunk, file_index: at.file });

/** Where the video file of a camera lies. */
export const videoFilePath = (info: DatasetInfo, key: string, at: FileIndex): string =>
  formatPath(info.videoPath ?? VIDEO_PATH, {
    video_key: key,
    chunk_index: at.chunk,
    file_index: at.file,
  });

/** The `info.json` of a set without episodes; `fps` in whole hertz. */
export function newInfo(options: {
  readonly fps: number;
  readonly robotType: string | null;
  readonly features: Readonly<Record<string, DatasetFeature>>;
  readonly dataFilesSizeInMb?: number;
  readonly videoFilesSizeInMb?: number;
}): DatasetInfo {
  const { dataFilesSizeInMb = 1, videoFilesSizeInMb = 200 } = options;
  const films = Object.values(options.features).some(({ dtype }) => dtype === "video");
  integerIn("data set", "fps", options.fps, 1, 100_000);
  integerIn("data set", "dataFilesSizeInMb", dataFilesSizeInMb, 1, 1000);
  integerIn("data set", "videoFilesSizeInMb", videoFilesSizeInMb, 1, 1000);
  const raw = {
    codebase_version: VERSION,
    robot_type: options.robotType,
    total_episodes: 0,
    total_frames: 0,
    total_tasks: 0,
    chunks_size: CHUNKS_SIZE,
    data_files_size_in_mb: dataFilesSizeInMb,
    video_files_size_in_mb: videoFilesSizeInMb,
    fps: options.fps,
    splits: {},
    data_path: DATA_PATH,
    video_path: films ? VIDEO_PATH : null,
    features: { ...options.features, ...DEFAULT_FEATURES },
  };
  return parseInfo(raw);
}

/** The same set with other totals. */
export const withTotals = (
  info: DatasetInfo,
  episodes: number,
  frames: number,
  tasks: number,
): DatasetInfo => ({
  ...info,
  totalEpisodes: episodes,
  totalFrames: frames,
  totalTasks: tasks,
  raw: {
    ...info.raw,
    total_episodes: episodes,
    total_frames: frames,
    total_tasks: tasks,
    splits: episodes === 0 ? {} : { train: `0:${episodes}` },
  },
});

/** Reads `info.json` of v3, or of an older version that is to be imported; refuses the rest with place, rule and value. */
export function parseInfo(value: unknown, wanted: 2 | 3 = 3): DatasetInfo {
  const raw = asRecord(INFO, value);
  const version = raw["codebase_version"];
  const major = Number(/^v?(\d{1,4})(?:\.\d{1,4})?$/.exec(String(version))?.[1]);
  if (major !== wanted)
    refuse(
      INFO,
      wanted === 3
        ? major === 2
          ? "codebase_version must be v3.0; import a v2.1 set first"
          : "codebase_version must be v3.0"
        : "codebase_version must be v2.0 or v2.1",
      version,
    );
  const count = (key: string, low: number, instead: number): number => {
    const given = raw[key];
    if (given === undefined) return instead;
    return typeof given === "number"
      ? integerIn(INFO, key, given, low, 1e12)
      : refuse(INFO, `${key} must be a number`, given);
  };
  const fps = raw["fps"];
  const features = asRecord(`${INFO}.features`, raw["features"]);
  if (Object.keys(features).length > 1000) refuse(INFO, "must have at most 1000 features");
  return {
    codebaseVersion: String(version),
    robotType: typeof raw["robot_type"] === "string" ? raw["robot_type"] : null,
    totalEpisodes: count("total_episodes", 0, 0),
    totalFrames: count("total_frames", 0, 0),
    totalTasks: count("total_tasks", 0, 0),
    chunksSize: count("chunks_size", 1, CHUNKS_SIZE),
    dataFilesSizeInMb: count("data_files_size_in_mb", 1, 100),
    videoFilesSizeInMb: count("video_files_size_in_mb", 1, 200),
    fps:
      typeof fps === "number" && fps > 0 && fps <= 1e6
        ? fps
        : refuse(INFO, "fps must be a positive number", fps),
    dataPath: typeof raw["data_path"] === "string" ? raw["data_path"] : DATA_PATH,
    videoPath: typeof raw["video_path"] === "string" ? raw["video_path"] : null,
    features: Object.fromEntries(
      Object.entries(features).map(([name, feature]) => [
        name,
        parseFeature(`${INFO}.features.${name}`, feature),
      ]),
    ),
    raw,
  };
}

function parseFeature(place: string, value: unknown): DatasetFeature {
  const { dtype, shape, names, info, video_info } = asRecord(place, value);
  const told = info ?? video_info;
  if (typeof dtype !== "string") refuse(`${place}.dtype`, "must be a text", dtype);
  if (!Array.isArray(shape) || shape.length > 5)
    return refuse(`${place}.shape`, "must list at most 5 sizes", shape);
  const sizes = shape.map((size: unknown) =>
    typeof size === "number"
      ? integerIn(place, "shape", size, 0, 1_000_000)
      : refuse(place, "shape must be integers", size),
  );
  return {
    dtype: String(dtype),
    shape: sizes,
    names: flatNames(
      names,
      sizes.reduce((a, b) => a * b, 1),
    ),
    ...(typeof told === "object" && told !== null ? { info: told as Record<string, unknown> } : {}),
  };
}

/** Names come as a list, a list in a list, or a mapping from an axis to a list; null unless there is one a component. */
function flatNames(names: unknown, components: number): string[] | null {
  const lists = Array.isArray(names)
    ? names
    : typeof names === "object" && names !== null
      ? Object.values(names)
      : [];
  const flat: unknown[] = lists.flat(2);
  return flat.length === components && flat.every((name) => typeof name === "string") ? flat : null;
}

function asRecord(place: string, value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuse(place, "must be an object", value);
}

/** JSON as LeRobot writes it. */
export const encodeJson = (value: unknown): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(value, null, 4));

const MOST_JSON = 64 * 2 ** 20;

/** Parses JSON of a bounded size. */
export function decodeJson(place: string, bytes: Uint8Array): unknown {
  if (bytes.length > MOST_JSON) refuse(place, `must be at most ${MOST_JSON} bytes`, bytes.length);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    return refuse(place, "must be JSON", error instanceof Error ? error.message : error);
  }
}
