/**
 * The stages that commands and the demo share: record, train and choose, roll out. Each takes its folder and its
 * pool of threads, and returns what it found; none prints.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { type Contract, type OnProgress, type Rate, refuse, type TaskCard } from "../core/index.js";
import {
  asEdited,
  createDataset,
  type Episode,
  folderStore,
  isDataset,
  type LeftOut,
  leftOut,
  openDataset,
  readEdits,
  resumeDataset,
} from "../datasets/index.node.js";
import {
  bestCandidate,
  type Evaluation,
  type Recipe,
  readCard,
  readModel,
  SEED_RANGES,
  seedsFor,
  summarise,
  trainInWorker,
  withMetadata,
  writeCard,
} from "../policy/index.node.js";
import {
  DEFAULT_STYLE,
  DEMONSTRATION_STYLES,
  type DemonstrationStyle,
  type RandomisationRanges,
  type Sense,
  sensesOf,
  TASKS,
  taskByName,
} from "../sim/index.js";
import { dropPartial, findPartial, keepPartial } from "./partial.js";
import { isBuiltIn, loadArm, simulatedRobot } from "./robots/arm.js";
import type { Trial } from "./simulation/messages.js";
import { inOrder, type SimulationPool } from "./simulation/pool.js";

/** Episodes a demonstrator may begin for each one asked for, before recording gives up. */
const MOST_TRIES = 4;
/** Rollouts that choose among candidates. */
export const CHOICE_EPISODES = 60;

export interface Recorded {
  readonly episodes: number;
  readonly frames: number;
  readonly seconds: number;
  readonly tried: number;
  readonly maker: string;
  readonly lengths: readonly number[];
}

/** One style for all, or `mixed`: worse, okay and better in turn, as robomimic's multi-human sets have them. */
export type RecordedStyle = DemonstrationStyle | "mixed";
/** All of them, for help texts. */
export const RECORDED_STYLES: readonly RecordedStyle[] = [...DEMONSTRATION_STYLES, "mixed"];

const SKILLS = ["worse", "okay", "better"] as const;
const styleOf = (style: RecordedStyle, seed: number): DemonstrationStyle =>
  style === "mixed" ? SKILLS[seed % SKILLS.length]! : style;

export interface Job {
  /** a built-in arm's name or a description's file, instead of the task's own robot */
  readonly robot?: string;
  readonly pool: SimulationPool;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** What may differ from the task as it is while it is recorded. */
export interface RecordOptions {
  /** draws a world for every episode */
  readonly randomise?: RandomisationRanges | null;
  /** what is recorded beside what the robot always shows: the set's contract has it */
  readonly senses?: readonly Sense[];
}

/** Records scripted demonstrations, each durable before the next; goes on with a set that has fewer than asked for. */
export async function recordTask(
  task: string,
  folder: string,
  count: number,
  firstSeed: number,
  { pool, signal, onProgress, robot }: Job,
  style: RecordedStyle = DEFAULT_STYLE,
  { randomise = null, senses = [] }: RecordOptions = {},
): Promise<Recorded> {
  const environment = await taskByName(task).create({
    senses,
    ...(robot === undefined ? {} : { robot: loadArm(robot) }),
  });
  const { contract } = environment;
  environment.free();
  mkdirSync(folder, { recursive: true });
  const store = folderStore(folder);
  const lengths: number[] = [];
  let begin = firstSeed;
  if (await isDataset(store))
    for (const row of (await openDataset(store)).rows) {
      lengths.push(row.length);
      const seed = row.meta?.seed ?? -1;
      if (seed < SEED_RANGES.demonstration.to) begin = Math.max(begin, seed + 1);
    }
  const writer =
    lengths.length > 0
      ? await resumeDataset(store, { contract })
      : await createDataset(store, { contract, robotType: contract.robot });
  let tried = lengths.length;
  try {
    const seeds =
      lengths.length < count ? seedsFor("demonstration", (count - lengths.length) * MOST_TRIES, begin) : [];
    await inOrder(
      pool,
      seeds,
      (seed) => ({ kind: "record", task, seed, robot, style: styleOf(style, seed), randomise, senses }),
      async (answer) => {
        tried += 1;
        if (answer.kind === "recorded" && answer.episode !== null) {
          await writer.append(answer.episode);
          lengths.push(answer.episode.length);
          onProgress({ stage: `record ${task}`, done: lengths.length, total: count });
        }
        return lengths.length < count;
      },
      signal,
    );
  } finally {
    await writer.close();
  }
  if (lengths.length < count)
    throw new Error(`record: only ${lengths.length} of ${tried} demonstrations of ${task} succeeded`);
  return describe(lengths, tried, contract, `scripted:${task}/${style}`);
}

const describe = (lengths: number[], tried: number, contract: Contract, maker: string): Recorded => {
  const frames = lengths.reduce((sum, length) => sum + length, 0);
  return {
    episodes: lengths.length,
    frames,
    seconds: frames / contract.rates.record,
    tried,
    maker,
    lengths: lengths.map((length) => length / contract.rates.record),
  };
};

/** How many takes a training does not use, and why. */
export type LeftOutCounts = Readonly<Record<LeftOut, number>>;

/** `2 excluded, 1 deleted`; empty when all are used. */
export const sayLeftOut = (counts: LeftOutCounts): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(", ");

export interface TrainingEpisodes {
  readonly contract: Contract;
  readonly episodes: readonly Episode[];
  readonly leftOut: LeftOutCounts;
  /** a name that changes with the numbers in the episodes */
  readonly id: string;
}

/**
 * The episodes of a data set that a training uses: those that nobody has deleted, excluded or judged a failure, with
 * what was judged last; of takes that were trimmed or split, each part.
 */
export async function readEpisodes(folder: string): Promise<TrainingEpisodes> {
  if (!existsSync(folder)) refuse("data set", "the folder must exist", folder);
  const store = folderStore(folder);
  const [reader, edits] = [await openDataset(store), await readEdits(store)];
  const contract =
    reader.contract ??
    refuse("data set", "must carry a contract (meta/apprentice.json): a foreign set has none", folder);
  const episodes: Episode[] = [];
  const counts = { deleted: 0, excluded: 0, failed: 0 };
  const hash = createHash("sha256");
  for (const { index, meta } of reader.rows) {
    const reason = leftOut(edits, index, meta?.success ?? null);
    if (reason !== null) {
      counts[reason] += 1;
      continue;
    }
    for (const episode of asEdited(edits, index, await reader.episode(index))) {
      episodes.push(episode);
      for (const numbers of [episode.actions, ...Object.values(episode.features)])
        hash.update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
    }
  }
  return { contract, episodes, leftOut: counts, id: hash.digest("hex").slice(0, 16) };
}

export interface Trained {
  /** episodes that were learnt from: takes, or parts of those that were trimmed or split; and takes that were not used */
  readonly takes: number;
  readonly leftOut: LeftOutCounts;
  readonly algorithm: string;
  readonly steps: number;
  readonly parameters: number;
  readonly seed: number;
  readonly curve: readonly { readonly step: number; readonly loss: number }[];
  readonly checkpoints: readonly { readonly step: number; readonly rate: Rate; readonly chosen: boolean }[];
  readonly bytes: number;
  readonly digest: string;
}

/**
 * Trains on a data set; candidates are chosen by rollouts where the task is ours, else the last one is kept.
 * @param choice rollouts of each candidate; 0 keeps the last one
 */
export async function trainOn(
  folder: string,
  recipe: (contract: Contract, makers: readonly string[]) => Recipe,
  seed: number,
  file: string,
  { pool, signal, onProgress, robot }: Job,
  choice = CHOICE_EPISODES,
): Promise<Trained> {
  const { contract, episodes, id, leftOut: unused } = await readEpisodes(folder);
  const chosenRecipe = recipe(
    contract,
    episodes.map((episode) => episode.meta.maker),
  );
  const partial = `${file}.partial`;
  const key = createHash("sha256")
    .update(JSON.stringify([id, chosenRecipe, seed]))
    .digest("hex");
  const before = findPartial(partial, key);
  mkdirSync(dirname(file), { recursive: true });
  const rest = await trainInWorker(
    { episodes, contract, recipe: chosenRecipe, seed, data: id, resume: before?.checkpoint ?? null },
    { onProgress, signal },
  );
  const result = {
    ...rest,
    curve: [...(before?.curve ?? []), ...rest.curve],
    candidates: [...(before?.candidates ?? []), ...rest.candidates],
  };
  if (result.checkpoint.step < chosenRecipe.steps) {
    keepPartial(partial, key, result);
    throw new Error(`train: stopped at step ${result.checkpoint.step}; the same command goes on from there`);
  }
  signal.throwIfAborted();
  const known =
    choice > 0 &&
    TASKS.some((task) => task.card.name === contract.task) &&
    (robot !== undefined || isBuiltIn(contract.robot));
  const rated: { step: number; model: Uint8Array; rate: Rate }[] = [];
  for (const [index, candidate] of result.candidates.entries()) {
    if (!known && index < result.candidates.length - 1) continue;
    const evaluation = known
      ? await rollOutPolicy(
          { task: contract.task, model: candidate.model, seeds: seedsFor("checkpoint", choice) },
          {
            ...simulatedRobot(contract, robot),
            pool,
            signal,
            onProgress: ({ done }) =>
              onProgress({
                stage: "choose",
                done: index * choice + done,
                total: choice * result.candidates.length,
                note: "choosing by rollouts",
              }),
          },
        )
      : null;
    rated.push({
      ...candidate,
      rate: evaluation?.evaluation.rate ?? { successes: 0, episodes: 0, rate: 0, low: 0, high: 1 },
    });
  }
  const best = bestCandidate(rated);
  dropPartial(partial);
  writeFileSync(file, best.model);
  return {
    takes: episodes.length,
    leftOut: unused,
    algorithm: chosenRecipe.algorithm,
    steps: chosenRecipe.steps,
    parameters: result.parameters,
    seed,
    curve: result.curve,
    checkpoints: rated.map(({ step, rate }) => ({ step, rate, chosen: step === best.step })),
    bytes: best.model.length,
    digest: digestOf(best.model),
  };
}

/** The start of a file's SHA-256. */
export const digestOf = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex").slice(0, 16);

export interface RolloutRequest {
  readonly task: string;
  readonly model: Uint8Array;
  readonly seeds: readonly number[];
  readonly execute?: number;
  /** begin each trial where this policy, about another object, has left off */
  readonly after?: Uint8Array;
  /** through the loop and the safety layer of a robot; default straight into the environment */
  readonly asRobot?: boolean;
  /** seconds between pictures of the films; none by default */
  readonly film?: number;
  /** draws a world for every trial; default the task as it is */
  readonly randomise?: RandomisationRanges | null;
}

export interface RolledOut {
  readonly evaluation: Evaluation;
  readonly trials: readonly Trial[];
  /** trials that did not begin because the skill before them failed */
  readonly notBegun: number;
}

let policies = 0;

/** Rolls a policy out on every seed. */
export async function rollOutPolicy(
  { task, model, seeds, execute, after, asRobot, film, randomise }: RolloutRequest,
  { pool, signal, onProgress, robot }: Job,
): Promise<RolledOut> {
  const name = `policy${++policies}`;
  pool.addPolicy(name, model);
  const senses = sensesOf(readCard(readModel(model).metadata).contract);
  const before = after === undefined ? null : `policy${++policies}`;
  if (before !== null) pool.addPolicy(before, after!);
  const trials: Trial[] = [];
  let [done, notBegun, good] = [0, 0, 0];
  await inOrder(
    pool,
    seeds,
    (seed) => ({
      kind: "roll-out",
      task,
      seed,
      robot,
      policy: name,
      randomise: randomise ?? null,
      senses,
      execute: execute ?? null,
      after: before === null ? null : { task, policy: before },
      asRobot: asRobot ?? false,
      film: film ?? null,
    }),
    (answer) => {
      done += 1;
      if (answer.kind !== "trial") return true;
      if (answer.trial === null) notBegun += 1;
      else {
        if (answer.trial.outcome.state === "success") good += 1;
        trials.push(answer.trial);
      }
      onProgress({ stage: `roll out ${task}`, done, total: seeds.length, note: `${good}/${done}` });
      return true;
    },
    signal,
  );
  pool.dropPolicies([name, ...(before === null ? [] : [before])]);
  return { evaluation: summarise(trials), trials, notBegun };
}

/** Writes what a policy reached on test seeds into its own file. */
export function noteSuccess(file: string, rate: Rate): void {
  const bytes = readFileSync(file);
  const { contract, card } = readCard(readModel(bytes).metadata);
  const measured = { successes: rate.successes, episodes: rate.episodes };
  writeFileSync(file, withMetadata(bytes, writeCard(contract, { ...card, measured })));
}

/** Removes what a stage left, so that it can begin anew. */
export const clear = (path: string): void => rmSync(path, { recursive: true, force: true });

/**
 * Where the set that is made of a set goes, checked: the old one must be there, and the new one neither in its place nor
 * around it, where `--fresh` would take the old one along.
 */
export function checkApart(place: string, from: string, into: string): void {
  if (!existsSync(from)) refuse(place, "the data set must exist", from);
  const way = relative(into, from);
  if (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way))
    refuse(place, "the new set must go to a folder of its own, which does not hold the old one", into);
}

/** The place of a task's things in a folder of runs. */
export const placesOf = (folder: string, card: Pick<TaskCard, "name">) => ({
  dataset: join(folder, card.name, "dataset"),
  policy: join(folder, card.name, "policy.onnx"),
});
