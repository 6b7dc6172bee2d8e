/**
 * The door of `datasets`: episodes in memory, and LeRobot v3.0 data sets in any store. A folder on disk as a
 * store is in `index.node.ts`.
 */

export {
  AMPLIFIED,
  type AmplificationSource,
  type AmplifyOptions,
  type Attempt,
  type AttemptFailure,
  amplifyOnce,
  type TakenApart,
  takeApart,
} from "./amplification/amplify.js";
export { type Circumstances, movePart, NEAR, RADIUS, type WayPoint } from "./amplification/move.js";
export { PACE, type Pace, paced } from "./amplification/pace.js";
export { type Part, partsOf } from "./amplification/parts.js";
export { checkAmplifiable, type WatchedTake, watchTake } from "./amplification/watch.js";
export {
  type AmplificationYield,
  counted,
  NO_YIELD,
  readYield,
  writeYield,
} from "./amplification/yield.js";
export {
  asEdited,
  asJudged,
  beginAt,
  type Edits,
  endAt,
  gapsOf,
  joinAt,
  judgedNow,
  type LeftOut,
  leftOut,
  NO_EDITS,
  partsOfTake,
  readEdits,
  restoreAt,
  splitAt,
  type TakePart,
  withBegin,
  withEnd,
  withoutPart,
  withParts,
  writeEdits,
} from "./edits.js";
export {
  buildEpisode,
  checkEpisode,
  type Episode,
  type EpisodeBuilder,
  type EpisodeMeta,
  type GoalChange,
  goalAt,
  MOST_FRAMES,
  sliceEpisode,
  takeId,
} from "./episode.js";
export { checkPath, type FileStore, memoryStore, type NewFile, type StoreLock } from "./file-store.js";
export {
  type Camera,
  type CameraKind,
  DEPTH_SCALE,
  type DepthScale,
  decodeDepth,
  encodeDepth,
} from "./lerobot/cameras.js";
export { type Clip, joinClips, readClip } from "./lerobot/clips.js";
export type { EpisodeRow, VideoPlace } from "./lerobot/episode-table.js";
export type { DatasetFeature, DatasetInfo } from "./lerobot/info.js";
export { type FeatureGroup, groupsOf } from "./lerobot/mapping.js";
export { countPictures, type PictureCounts } from "./lerobot/picture-statistics.js";
export { type DatasetReader, openDataset } from "./lerobot/reader.js";
export { isDataset } from "./lerobot/set.js";
export {
  type FeatureStatistics,
  mergeStatistics,
  type Statistics,
  statisticsOf,
} from "./lerobot/statistics.js";
export { importV21 } from "./lerobot/v21.js";
export type { EpisodeVideo } from "./lerobot/video-files.js";
export { createDataset, type DatasetOptions, type DatasetWriter, resumeDataset } from "./lerobot/writer.js";
export {
  type ComponentRange,
  type Count,
  type DatasetSummary,
  type LengthBin,
  summarise,
} from "./summary.js";
export { beginTake, type Take, type TakeOptions, type TakeState } from "./take.js";
