/**
 * The columns of a data file: the vectors of a set, then what every set has. One row a frame; times in seconds
 * from the episode's start.
 */
import type { EpisodeMeta } from "../episode.js";
import type { VectorColumn } from "./mapping.js";
import type { ColumnType, ColumnValues } from "./parquet-write.js";
import type { EpisodeVideo } from "./video-files.js";

/** An episode as a set stores it: vectors instead of features. */
export interface Frames {
  /** by column name, [length * size] each */
  readonly vectors: Readonly<Record<string, Float32Array>>;
  /** frames */
  readonly length: number;
  readonly task: string;
  readonly meta: EpisodeMeta;
  /** of every camera of the set, by feature name */
  readonly videos?: Readonly<Record<string, EpisodeVideo>>;
}

/** The columns of a data file. */
export const dataColumnsOf = (vectors: readonly VectorColumn[]): ColumnType[] => [
  ...vectors.map(({ name, size }): ColumnType => ({ name, type: "float", list: size > 1 })),
  { name: "timestamp", type: "float", list: false },
  ...["frame_index", "episode_index", "index", "task_index"].map(
    (name): ColumnType => ({ name, type: "int64", list: false }),
  ),
];

/** A column of an episode's frames: as numbers for the statistics, and as the file wants it. */
interface FrameColumn {
  readonly size: number;
  readonly numbers: ArrayLike<number>;
  readonly values: ColumnValues;
}

/** The frames of an episode, by column of the data file. */
export function dataOf(
  columns: readonly VectorColumn[],
  { vectors, length }: Pick<Frames, "vectors" | "length">,
  at: { readonly fps: number; readonly episode: number; readonly from: number; readonly task: number },
): Record<string, FrameColumn> {
  const integers = (pick: (frame: number) => number): FrameColumn => {
    const numbers = Float64Array.from({ length }, (_, frame) => pick(frame));
    return { size: 1, numbers, values: BigInt64Array.from(numbers, (value) => BigInt(value)) };
  };
  const timestamp = Float32Array.from({ length }, (_, frame) => frame / at.fps);
  const rowsOf = (numbers: Float32Array, size: number): number[][] =>
    Array.from({ length }, (_, t) => Array.from(numbers.subarray(t * size, (t + 1) * size)));
  return {
    ...Object.fromEntries(
      columns.map(({ name, size }): [string, FrameColumn] => {
        const numbers = vectors[name]!;
        return [name, { size, numbers, values: size === 1 ? numbers : rowsOf(numbers, size) }];
      }),
    ),
    timestamp: { size: 1, numbers: timestamp, values: timestamp },
    frame_index: integers((frame) => frame),
    episode_index: integers(() => at.episode),
    index: integers((frame) => at.from + frame),
    task_index: integers(() => at.task),
  };
}
