/**
 * Statistics of a camera's pictures as LeRobot v3.0 keeps them (huggingface/lerobot, `compute_stats.py`): of some
 * pictures of an episode, evenly spread, and of some of their pixels where they are large; colour and ids as shares
 * of 255, depth in metres. Counted value by value, so that no picture has to be kept.
 */
import { type Camera, type CameraKind, decodeDepth } from "./cameras.js";
import { type FeatureStatistics, histogramQuantile, QUANTILES, type QuantileName } from "./statistics.js";

/** Which pictures of an episode of that many are looked at: all of up to 100, then ever fewer of more. */
export function sampledPictures(frames: number): Set<number> {
  const wanted = Math.max(Math.min(100, frames), Math.min(Math.floor(frames ** 0.75), 10_000));
  const step = wanted > 1 ? (frames - 1) / (wanted - 1) : 0;
  return new Set(Array.from({ length: wanted }, (_, i) => toEven(i * step)));
}

/** Rounds as numpy does: halves to the even side. */
function toEven(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

/** Every how many pixels are looked at: of pictures of 300 and more about 150 on a side. */
export function pixelStride(width: number, height: number): number {
  if (Math.max(width, height) < 300) return 1;
  return Math.max(1, Math.floor(Math.max(width, height) / 150));
}

/** Counts the pictures of one episode of one camera. */
export interface PictureCounts {
  /**
   * Looks at picture `frame`, if it is one of the sample.
   * @param pixels [height, width]: four numbers of RGBA each in colour, a code of depth, or an id
   */
  add(frame: number, pixels: ArrayLike<number>): void;
  /** Of the pictures added: a number a channel. */
  finish(): FeatureStatistics;
}

/** How the pixels of each kind of camera are counted. */
const PIXELS = {
  colour: { step: 4, counted: 3, copies: 1, values: 256 },
  // a grey picture that readers see as three equal channels
  ids: { step: 1, counted: 1, copies: 3, values: 256 },
  depth: { step: 1, counted: 1, copies: 1, values: 4096 },
} as const satisfies Record<CameraKind, object>;

/** Counts for an episode of that many frames, from nothing. */
export function countPictures(
  { kind, width, height, depth }: Pick<Camera, "kind" | "width" | "height" | "depth">,
  frames: number,
): PictureCounts {
  const { step, counted, copies, values } = PIXELS[kind];
  const metres =
    depth === null
      ? null
      : decodeDepth(
          Uint16Array.from({ length: values }, (_, i) => i),
          depth,
        );
  const meaning = (value: number): number => (metres === null ? value / 255 : metres[value]!);
  const sample = sampledPictures(frames);
  const stride = pixelStride(width, height);
  const counts = Array.from({ length: counted }, () => new Float64Array(values));
  let seen = 0;
  return {
    add: (frame, pixels) => {
      if (!sample.has(frame)) return;
      seen++;
      for (let y = 0; y < height; y += stride)
        for (let x = 0; x < width; x += stride) {
          const at = (y * width + x) * step;
          for (let c = 0; c < counted; c++) counts[c]![pixels[at + c]!]!++;
        }
    },
    finish: () => {
      const each = counts.flatMap((count) =>
        new Array<ChannelStatistics>(copies).fill(statisticsOfCounts(count, meaning)),
      );
      const vector = (name: keyof ChannelStatistics): number[] => each.map((channel) => channel[name]);
      return {
        min: vector("min"),
        max: vector("max"),
        mean: vector("mean"),
        std: vector("std"),
        count: [seen],
        q01: vector("q01"),
        q10: vector("q10"),
        q50: vector("q50"),
        q90: vector("q90"),
        q99: vector("q99"),
      };
    },
  };
}

type ChannelStatistics = Readonly<Record<"min" | "max" | "mean" | "std" | QuantileName, number>>;

/** Statistics of one channel, from how often each value was seen. */
function statisticsOfCounts(counts: Float64Array, meaning: (value: number) => number): ChannelStatistics {
  const seen = Array.from(counts.keys()).filter((value) => counts[value]! > 0);
  const values = seen.map(meaning);
  const times = seen.map((value) => counts[value]!);
  const total = times.reduce((sum, count) => sum + count, 0);
  const mean = values.reduce((sum, value, i) => sum + value * times[i]!, 0) / total;
  const variance = values.reduce((sum, value, i) => sum + (value - mean) ** 2 * times[i]!, 0) / total;
  const quantile = (name: QuantileName): number => histogramQuantile(values, QUANTILES[name], times);
  return {
    min: values[0]!,
    max: values.at(-1)!,
    mean,
    std: Math.sqrt(variance),
    q01: quantile("q01"),
    q10: quantile("q10"),
    q50: quantile("q50"),
    q90: quantile("q90"),
    q99: quantile("q99"),
  };
}
