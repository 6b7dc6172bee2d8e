/**
 * What a data set holds, in numbers a person looks at: `inspect` and the report show it. Counted from the table
 * of episodes; ranges of features come from the set's statistics, or from its frames where it has none.
 */
import { type Contract, componentNames } from "../core/index.js";
import type { Episode } from "./episode.js";
import { ACTION, groupsOf, packEpisode, vectorColumns } from "./lerobot/mapping.js";
import type { DatasetReader } from "./lerobot/reader.js";
import type { FeatureStatistics } from "./lerobot/statistics.js";

/** How many episodes somebody made, or a sentence was given. */
export interface Count {
  readonly name: string;
  readonly episodes: number;
}

/** Lowest, highest and mean value of one component of a feature. */
export interface ComponentRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** Episodes with `from` ≤ frames < `to`. */
export interface LengthBin {
  readonly from: number;
  readonly to: number;
  readonly episodes: number;
}

/** A data set at a glance. */
export interface DatasetSummary {
  readonly name: string;
  readonly robot: string | null;
  /** the simulators it was made in, `name version` */
  readonly engines: readonly string[];
  /** hertz */
  readonly fps: number;
  readonly episodes: number;
  readonly frames: number;
  readonly seconds: number;
  /** most episodes first */
  readonly makers: readonly Count[];
  readonly tasks: readonly Count[];
  readonly success: { readonly succeeded: number; readonly failed: number; readonly unknown: number };
  /** frames in which a person had taken over from a policy */
  readonly interventionFrames: number;
  /** frames an episode; null in an empty set */
  readonly lengths: {
    readonly shortest: number;
    readonly median: number;
    readonly longest: number;
    readonly histogram: readonly LengthBin[];
  } | null;
  /** every component of every feature and action; empty in an empty set */
  readonly ranges: readonly ComponentRange[];
}

/** Sums a set up. */
export async function summarise(reader: DatasetReader): Promise<DatasetSummary> {
  const { rows, contract, info } = reader;
  const metas = rows.flatMap((row) => (row.meta === null ? [] : [row.meta]));
  const engines = metas.flatMap(({ engine }) =>
    engine === null ? [] : [`${engine.name} ${engine.version}`],
  );
  return {
    name: reader.name,
    robot: contract?.robot ?? info.robotType,
    engines: [...new Set(engines)],
    fps: reader.fps,
    episodes: reader.length,
    frames: reader.frames,
    seconds: reader.frames / reader.fps,
    makers: countOf(rows.map((row) => row.meta?.maker ?? "unknown")),
    tasks: countOf(rows.flatMap((row) => row.tasks)),
    success: {
      succeeded: metas.filter((meta) => meta.success === true).length,
      failed: metas.filter((meta) => meta.success === false).length,
      unknown: rows.length - metas.filter((meta) => meta.success !== null).length,
    },
    interventionFrames: metas
      .flatMap((meta) => meta.interventions)
      .reduce((sum, { from, to }) => sum + to - from, 0),
    lengths: lengthsOf(rows.map((row) => row.length)),
    ranges: await rangesOf(reader),
  };
}

function countOf(names: readonly string[]): Count[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, episodes]) => ({ name, episodes }))
    .sort((a, b) => b.episodes - a.episodes || (a.name < b.name ? -1 : 1));
}

const MOST_BINS = 10;

function lengthsOf(lengths: readonly number[]): DatasetSummary["lengths"] {
  if (lengths.length === 0) return null;
  const sorted = [...lengths].sort((a, b) => a - b);
  const [shortest, longest] = [sorted[0]!, sorted.at(-1)!];
  const width = Math.ceil((longest - shortest + 1) / MOST_BINS);
  const bins = Math.ceil((longest - shortest + 1) / width);
  const counts = new Array<number>(bins).fill(0);
  for (const length of sorted) counts[Math.floor((length - shortest) / width)]!++;
  return {
    shortest,
    median: (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2,
    longest,
    histogram: counts.map((episodes, i) => ({
      from: shortest + i * width,
      to: shortest + (i + 1) * width,
      episodes,
    })),
  };
}

/** Lowest, highest and mean value of each component of a vector column. */
type Ranges = Readonly<Record<string, Partial<Pick<FeatureStatistics, "min" | "max" | "mean">>>>;

async function rangesOf(reader: DatasetReader): Promise<ComponentRange[]> {
  if (reader.length === 0) return [];
  const { contract, info } = reader;
  const columns =
    contract === null
      ? vectorColumns(info).map(({ name, size }) => ({
          column: name,
          names: Array.from({ length: size }, (_, i) => `${name}.${info.features[name]?.names?.[i] ?? i}`),
        }))
      : groupsOf(contract).map(({ name, features }) => ({ column: name, names: componentNames(features) }));
  const complete = columns.every(({ column, names }) => {
    const { min, max, mean } = reader.statistics?.[column] ?? {};
    return [min, max, mean].every((values) => values?.length === names.length);
  });
  const ranges: Ranges = complete ? reader.statistics! : await scan(reader);
  return columns.flatMap(({ column, names }) =>
    names.map((name, i) => ({
      name,
      min: ranges[column]!.min![i]!,
      max: ranges[column]!.max![i]!,
      mean: ranges[column]!.mean![i]!,
    })),
  );
}

/** Looks at every frame. */
async function scan(reader: DatasetReader): Promise<Ranges> {
  const sums: Record<string, { min: number[]; max: number[]; mean: number[] }> = {};
  for await (const episode of reader.episodes())
    for (const [column, values] of Object.entries(vectorsOf(reader.contract, episode))) {
      const size = values.length / episode.length;
      const fill = (value: number): number[] => new Array<number>(size).fill(value);
      sums[column] ??= {
        min: fill(Number.POSITIVE_INFINITY),
        max: fill(Number.NEGATIVE_INFINITY),
        mean: fill(0),
      };
      const { min, max, mean } = sums[column];
      for (let at = 0; at < values.length; at++) {
        const [i, value] = [at % size, values[at]!];
        min[i] = Math.min(min[i]!, value);
        max[i] = Math.max(max[i]!, value);
        mean[i]! += value / reader.frames;
      }
    }
  return sums;
}

const vectorsOf = (contract: Contract | null, episode: Episode): Record<string, Float32Array> =>
  contract === null ? { ...episode.features, [ACTION]: episode.actions } : packEpisode(contract, episode);
