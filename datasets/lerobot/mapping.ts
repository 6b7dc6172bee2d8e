/**
 * Between the features of a contract and the three vectors LeRobot policies know: `observation.state` (what the
 * robot measures), `observation.environment_state` (goals and scene) and `action`. Features lie one after the
 * other in the order of the contract. A foreign set has no contract: its features are taken as they are.
 */
import { type Contract, componentNames, type Feature, refuse, sizeOf, totalSize } from "../../core/index.js";
import type { Episode, EpisodeMeta } from "../episode.js";
import type { DatasetFeature, DatasetInfo } from "./info.js";
import { DEFAULT_FEATURES } from "./info.js";

export const STATE = "observation.state";
export const ENVIRONMENT = "observation.environment_state";
export const ACTION = "action";

/** One vector column of a data set. */
export interface VectorColumn {
  readonly name: string;
  readonly size: number;
}

/** A vector column with the features that lie in it, one after the other. */
export interface FeatureGroup extends VectorColumn {
  readonly features: readonly Feature[];
}

/** The vector columns of a contract; one without features has no column. */
export function groupsOf(contract: Contract): FeatureGroup[] {
  const isScene = (feature: Feature): boolean => feature.source.kind === "scene";
  const group = (name: string, features: readonly Feature[]): FeatureGroup[] =>
    features.length === 0 ? [] : [{ name, features, size: totalSize(features) }];
  return [
    ...group(ACTION, contract.actions),
    ...group(
      STATE,
      contract.observations.filter((feature) => !isScene(feature)),
    ),
    ...group(ENVIRONMENT, [...contract.observations.filter(isScene), ...contract.goals]),
  ];
}

/** The features of `info.json` for a contract, without the ones every set has. */
export const featuresOf = (contract: Contract): Record<string, DatasetFeature> =>
  Object.fromEntries(
    groupsOf(contract).map((group) => [
      group.name,
      { dtype: "float32", shape: [group.size], names: componentNames(group.features) },
    ]),
  );

/** The vectors of an episode, by column name, [T * size] each. */
export function packEpisode(contract: Contract, episode: Episode): Record<string, Float32Array> {
  return Object.fromEntries(
    groupsOf(contract).map((group) => {
      if (group.name === ACTION) return [group.name, episode.actions];
      const packed = new Float32Array(episode.length * group.size);
      let offset = 0;
      for (const feature of group.features) {
        const size = sizeOf(feature);
        const values = episode.features[feature.name]!;
        for (let t = 0; t < episode.length; t++)
          for (let i = 0; i < size; i++) packed[t * group.size + offset + i] = values[t * size + i]!;
        offset += size;
      }
      return [group.name, packed];
    }),
  );
}

/** The features of an episode back from its vectors. */
export function unpackEpisode(
  contract: Contract | null,
  vectors: Readonly<Record<string, Float32Array>>,
  length: number,
): Pick<Episode, "features" | "actions"> {
  const actions = vectors[ACTION] ?? new Float32Array(0);
  if (contract === null) {
    const { [ACTION]: _, ...features } = vectors;
    return { features, actions };
  }
  const features: Record<string, Float32Array> = {};
  for (const group of groupsOf(contract)) {
    if (group.name === ACTION) continue;
    const packed = vectors[group.name]!;
    let offset = 0;
    for (const feature of group.features) {
      const size = sizeOf(feature);
      const values = new Float32Array(length * size);
      for (let t = 0; t < length; t++)
        for (let i = 0; i < size; i++) values[t * size + i] = packed[t * group.size + offset + i]!;
      features[feature.name] = values;
      offset += size;
    }
  }
  return { features, actions };
}

const NUMERIC = /^(float(16|32|64)|u?int(8|16|32|64)|bool)$/;

/** The columns of numbers that a set holds, beside those every set has; pictures, texts and tensors are left out. */
export const vectorColumns = (info: DatasetInfo): VectorColumn[] =>
  Object.entries(info.features)
    .filter(
      ([name, feature]) =>
        DEFAULT_FEATURES[name] === undefined && NUMERIC.test(feature.dtype) && feature.shape.length === 1,
    )
    .map(([name, feature]) => ({ name, size: feature.shape[0]! }))
    .filter((column) => column.size > 0);

/** A foreign set says nothing of who and how; its first action stands for the command before it. */
export function foreignMeta(
  maker: string,
  vectors: Readonly<Record<string, Float32Array>>,
  length: number,
): EpisodeMeta {
  const actions = vectors[ACTION] ?? new Float32Array(0);
  return {
    maker,
    seed: null,
    success: null,
    goal: {},
    goalChanges: [],
    initialCommand: Array.from(actions.subarray(0, actions.length / length)),
    engine: null,
    interventions: [],
  };
}

/** Refuses a contract whose vectors are not those of the set. */
export function checkMapping(contract: Contract, info: DatasetInfo): void {
  for (const group of groupsOf(contract)) {
    const size = info.features[group.name]?.shape[0];
    if (size !== group.size)
      refuse(
        "data set",
        `feature ${group.name} must have the ${group.size} components of its contract`,
        size ?? null,
      );
  }
}
