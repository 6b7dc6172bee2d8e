/**
 * Begins a LeRobot v3.0 data set under a contract, or goes on with one, and appends episodes to it.
 */
import { type Contract, refuse } from "../../core/index.js";
import { checkEpisode, type Episode } from "../episode.js";
import type { FileStore } from "../file-store.js";
import { type Camera, cameraFeature } from "./cameras.js";
import { encodeJson, FIRST_FILE, type FileIndex, INFO, newInfo, nextFile } from "./info.js";
import { featuresOf, groupsOf, packEpisode } from "./mapping.js";
import { recover } from "./recover.js";
import { checkSameContract, isDataset, LOCK, OWN } from "./set.js";
import { type SetWriter, setWriter, type Tail } from "./set-writer.js";
import type { EpisodeVideo } from "./video-files.js";

/** How a new set is begun. */
export interface DatasetOptions {
  readonly contract: Contract;
  /** whole hertz of the frames; default: the contract's record rate */
  readonly fps?: number;
  /** default: the contract's robot */
  readonly robotType?: string;
  /** whose videos come with every episode; default none */
  readonly cameras?: readonly Camera[];
  /** a new video file begins before this size, MiB; default 16: appending rewrites the newest file */
  readonly videoFilesSizeInMb?: number;
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
  /**
   * Adds an episode; it is durable when this resolves. Calls are carried out one after the other.
   * @param videos of every camera of the set, by feature name; refused when one is missing or not whole
   */
  append(episode: Episode, videos?: Readonly<Record<string, EpisodeVideo>>): Promise<void>;
  /** Gives the set free for another writer. */
  close(): Promise<void>;
}

/** Begins a data set in an empty store. */
export async function createDataset(store: FileStore, options: DatasetOptions): Promise<DatasetWriter> {
  const { contract, fps = contract.rates.record, robotType = contract.robot, cameras = [] } = options;
  const lock = await store.lock(LOCK);
  try {
    if (await isDataset(store)) refuse(store.name, "must not hold a data set yet");
    const info = newInfo({
      fps,
      robotType,
      features: {
        ...featuresOf(contract),
        ...Object.fromEntries(cameras.map((camera) => [camera.key, cameraFeature(camera, fps)])),
      },
      videoFilesSizeInMb: options.videoFilesSizeInMb ?? (cameras.length > 0 ? 16 : 200),
      ...(options.dataFilesSizeInMb === undefined ? {} : { dataFilesSizeInMb: options.dataFilesSizeInMb }),
    });
    await store.write([
      { path: OWN, bytes: encodeJson({ version: 1, contract }) },
      { path: INFO, bytes: encodeJson(info.raw) },
    ]);
    const empty = { at: FIRST_FILE, grown: null };
    return episodeWriter(
      contract,
      setWriter(store, lock, groupsOf(contract), {
        info,
        tasks: [],
        statistics: null,
        data: empty,
        table: empty,
        videos: {},
      }),
    );
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
    const contract = options.contract ?? found.contract;
    return episodeWriter(
      contract,
      setWriter(store, lock, groupsOf(contract), {
        info: found.info,
        tasks: found.tasks,
        statistics: found.statistics,
        data: after(found.lastData),
        table: after(found.lastTable),
        videos: Object.fromEntries(
          Object.entries(found.lastVideos).map(([key, last]) => [
            key,
            { at: nextFile(last, found.info.chunksSize), bytes: null, frames: 0 },
          ]),
        ),
      }),
    );
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Packs the features of a contract into the vectors of a set. */
const episodeWriter = (contract: Contract, set: SetWriter): DatasetWriter => ({
  contract,
  get length() {
    return set.info.totalEpisodes;
  },
  get frames() {
    return set.info.totalFrames;
  },
  append: async (episode, videos = {}) => {
    checkEpisode(contract, episode);
    const { length, task, meta } = episode;
    await set.append({ vectors: packEpisode(contract, episode), length, task, meta, videos });
  },
  close: () => set.close(),
});
