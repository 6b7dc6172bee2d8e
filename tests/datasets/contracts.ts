/** Contracts and episodes for the tests of data sets. */
import {
  type Contract,
  createRandom,
  diffDriveContract,
  type Feature,
  type Random,
  sizeOf,
  totalSize,
} from "../../core/index.js";
import type { Episode, EpisodeMeta } from "../../datasets/index.js";

const feature = (name: string, size: number, source: Feature["source"]): Feature => ({
  name,
  names: Array.from({ length: size }, (_, i) => `c${i}`),
  unit: "1",
  frame: null,
  limits: null,
  representation: { kind: "vector" },
  source,
});

/** A contract with these sizes of features; an empty list leaves the group out. */
export function contractOf(sizes: {
  observations: readonly number[];
  scene?: readonly number[];
  goals?: readonly number[];
  actions: readonly number[];
}): Contract {
  const scene = { kind: "scene", slot: "target", part: "position" } as const;
  return {
    ...diffDriveContract("test", { physics: 120, engine: { name: "test-engine", version: "1.2.3" } }),
    rates: { physics: 120, policy: 20, record: 20 },
    observations: [
      ...sizes.observations.map((size, i) => feature(`observation.o${i}`, size, { kind: "proprioception" })),
      ...(sizes.scene ?? []).map((size, i) => feature(`observation.scene${i}`, size, scene)),
    ],
    goals: (sizes.goals ?? []).map((size, i) => feature(`goal.g${i}`, size, scene)),
    actions: sizes.actions.map((size, i) => feature(`action.a${i}`, size, { kind: "command" })),
  };
}

export const SMALL = contractOf({ observations: [3, 2], goals: [3], actions: [2, 1] });

/** An episode of random values, the same for the same seed. */
export function episodeOf(
  contract: Contract,
  seed: number,
  length: number,
  meta: Partial<EpisodeMeta> = {},
): Episode {
  const random = createRandom(seed);
  return {
    features: Object.fromEntries(
      [...contract.observations, ...contract.goals].map((each) => [
        each.name,
        numbers(random, length * sizeOf(each)),
      ]),
    ),
    actions: numbers(random, length * totalSize(contract.actions)),
    length,
    task: `task ${seed % 3}`,
    meta: {
      maker: "scripted:test",
      seed,
      success: seed % 4 !== 0,
      goal: { target: "red_cube" },
      goalChanges: [],
      initialCommand: Array.from(numbers(random, totalSize(contract.actions))),
      engine: contract.engine,
      interventions: [],
      ...meta,
    },
  };
}

const numbers = (random: Random, length: number): Float32Array =>
  Float32Array.from({ length }, () => random.normal());

/** All of an async iterable. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
