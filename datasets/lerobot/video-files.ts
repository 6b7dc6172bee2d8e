/**
 * The video files of a set as they grow: an episode's pictures go behind those before them, or begin a new file where
 * the old one would get too large or too long. A file is replaced whole, so it ends with a whole episode at every
 * moment; what stands behind the last committed episode is never asked for.
 */
import { refuse } from "../../core/index.js";
import type { NewFile } from "../file-store.js";
import type { Camera } from "./cameras.js";
import { joinClips, readClip } from "./clips.js";
import type { VideoPlace } from "./episode-table.js";
import { type DatasetInfo, type FileIndex, nextFile, videoFilePath } from "./info.js";
import type { FeatureStatistics } from "./statistics.js";

/** The pictures of one episode of one camera. */
export interface EpisodeVideo {
  /** an MP4 file of one video track, picture k shown at k / fps seconds */
  readonly bytes: Uint8Array;
  /** of its pictures, a number a channel; see `countPictures` */
  readonly statistics: FeatureStatistics;
}

/** The newest video file of a camera; `bytes` null: the file that comes next. */
export interface VideoTail {
  readonly at: FileIndex;
  readonly bytes: Uint8Array | null;
  /** pictures in it */
  readonly frames: number;
}

/** Readers compare times in float32, of which 1024 s and more are too coarse for their tolerance of 0.1 ms. */
const MOST_SECONDS = 1000;
const BYTES_PER_MB = 2 ** 20;

/** What appending an episode to a camera's newest file comes to. */
export interface Grown {
  readonly tail: VideoTail;
  readonly place: VideoPlace;
  readonly file: NewFile;
}

/** Appends the pictures of an episode of that many frames; refuses a video that is not whole or not of this camera. */
export async function growVideo(
  camera: Camera,
  tail: VideoTail,
  video: EpisodeVideo | undefined,
  frames: number,
  info: DatasetInfo,
): Promise<Grown> {
  const { key } = camera;
  if (video === undefined) return refuse("episode", "must have a video of every camera of the set", key);
  const { fps } = info;
  const clip = await readClip(`video ${key}`, video.bytes, fps);
  if (clip.frames !== frames)
    refuse(`video ${key}`, `must have the ${frames} pictures of its episode`, clip.frames);
  const { width, height, codec } = camera;
  if (clip.width !== width || clip.height !== height || clip.codec !== codec)
    refuse(`video ${key}`, `must be ${width} x ${height} pixels in ${codec}`, clip);
  const fits =
    tail.bytes !== null &&
    tail.bytes.length + video.bytes.length < info.videoFilesSizeInMb * BYTES_PER_MB &&
    (tail.frames + frames) / fps <= MOST_SECONDS;
  const bytes = await joinClips(`video ${key}`, fits ? [tail.bytes!, video.bytes] : [video.bytes], fps);
  const at = tail.bytes === null || fits ? tail.at : nextFile(tail.at, info.chunksSize);
  const before = fits ? tail.frames : 0;
  return {
    tail: { at, bytes, frames: before + frames },
    // whole frames divided once: sums of durations would drift
    place: { file: at, from: before / fps, to: (before + frames) / fps },
    file: { path: videoFilePath(info, key, at), bytes },
  };
}
