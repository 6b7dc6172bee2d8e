/**
 * The stage behind `apprentice amplify`: a data set's takes go into a new set, and with them what is made of them, each
 * episode durable before the next. Goes on where it was stopped. The takes' own set stays as it is. Prints nothing.
 */
import { mkdirSync } from "node:fs";
import { type Contract, refuse } from "../core/index.js";
import {
  AMPLIFIED,
  type AmplificationSource,
  type AmplificationYield,
  checkAmplifiable,
  counted,
  createDataset,
  type DatasetWriter,
  type Episode,
  folderStore,
  isDataset,
  openDataset,
  readYield,
  resumeDataset,
  takeId,
  writeYield,
} from "../datasets/index.node.js";
import { SEED_RANGES, seedsFor } from "../policy/index.js";
import { TASKS } from "../sim/index.js";
import { type Job, readEpisodes } from "./pipeline.js";
import { inOrder } from "./simulation/pool.js";

/** What amplifying came to. */
export interface Amplified {
  readonly task: string;
  /** takes in the set, and why others are not */
  readonly takes: number;
  readonly refused: readonly { readonly seed: number | null; readonly reason: string }[];
  /** episodes in the set, takes included */
  readonly episodes: number;
  readonly frames: number;
  /** s of robot time, of the takes and of what was made of them, a median episode each */
  readonly medianTake: number;
  readonly medianMade: number;
  /** all runs together */
  readonly yield: AmplificationYield;
}

/** Layouts that may be tried for each episode asked for, before it is given up. */
const MOST_TRIES = 20;

/**
 * Makes takes many.
 * @param to episodes in the new set, takes included
 * @throws InputError when nothing in the set can be amplified
 */
export async function amplifyDataset(from: string, into: string, to: number, job: Job): Promise<Amplified> {
  const { pool, signal, onProgress } = job;
  const { contract, episodes } = await readEpisodes(from);
  const usual = TASKS.find(({ card }) => card.name === contract.task)?.card.robot;
  if (usual !== undefined && contract.robot !== usual)
    refuse("amplify", `the takes must be of the ${usual}`, contract.robot);
  const { takes, sources, refused } = await takenApart(contract, episodes, job);
  if (takes.length === 0)
    refuse("amplify", "the set must hold a take that can be amplified", refused[0]?.reason ?? from);
  if (to <= takes.length) refuse("amplify", `--to must be above the ${takes.length} takes there are`, to);
  mkdirSync(into, { recursive: true });
  const store = folderStore(into);
  const writer = await begin(into, contract, takes);
  try {
    let found = await settled(into);
    const made = writer.length - takes.length;
    const wanted = to - takes.length;
    pool.addSources(into, sources);
    let kept = made;
    const show = (): void =>
      onProgress({
        stage: `amplify ${contract.task}`,
        done: kept,
        total: wanted,
        note: `${kept}/${wanted}, ${found.kept} of ${found.tried} kept`,
      });
    show();
    const seeds = layoutsFor(wanted - kept, found.next);
    await inOrder(
      pool,
      seeds,
      (seed) => ({ kind: "amplify", task: contract.task, seed, sources: into }),
      async (answer) => {
        if (answer.kind !== "amplified") return true;
        const { attempt } = answer;
        if (attempt.episode !== null) {
          await writer.append(attempt.episode);
          kept += 1;
        }
        found = counted(found, attempt);
        await writeYield(store, found);
        show();
        return kept < wanted;
      },
      signal,
    );
    if (kept < wanted)
      throw new Error(`amplify: only ${found.kept} of ${found.tried} attempts at ${contract.task} succeeded`);
    const { rows, frames } = await openDataset(store);
    const seconds = (some: typeof rows) => median(some.map((row) => row.length)) / contract.rates.record;
    return {
      task: contract.task,
      takes: takes.length,
      refused,
      episodes: rows.length,
      frames,
      medianTake: seconds(rows.slice(0, takes.length)),
      medianMade: seconds(rows.slice(takes.length)),
      yield: found,
    };
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Error(`amplify: stopped at ${writer.length} of ${to} episodes; with --resume it goes on there`);
  } finally {
    await writer.close();
  }
}

/**
 * The seeds that may be tried for so many episodes, as far as there are any.
 * @param next where the last run stopped; null: at the first
 */
export function layoutsFor(episodes: number, next: number | null): number[] {
  const { from, to } = SEED_RANGES.amplification;
  const first = next ?? from;
  const count = Math.min(Math.max(0, episodes) * MOST_TRIES, to - first);
  return seedsFor("amplification", count, first - from);
}

/** The takes that can be amplified, taken apart, and why others cannot. */
async function takenApart(
  contract: Contract,
  episodes: readonly Episode[],
  { pool, signal, onProgress }: Job,
) {
  if (!TASKS.some((task) => task.card.name === contract.task))
    refuse("amplify", `the task must be one of ${TASKS.map((t) => t.card.name).join(", ")}`, contract.task);
  checkAmplifiable(contract);
  const shown = episodes.filter(({ meta }) => meta.maker !== AMPLIFIED);
  const takes: Episode[] = [];
  const sources: AmplificationSource[] = [];
  const refused: { seed: number | null; reason: string }[] = [];
  let done = 0;
  await inOrder(
    pool,
    shown,
    (episode) => ({ kind: "take-apart", task: contract.task, episode }),
    (answer, episode) => {
      if (answer.kind !== "taken-apart") return true;
      if (answer.found.source === null)
        refused.push({ seed: episode.meta.seed, reason: answer.found.reason });
      else {
        takes.push(episode);
        sources.push(answer.found.source);
      }
      done += 1;
      onProgress({ stage: "take apart", done, total: shown.length, note: `take ${done} of ${shown.length}` });
      return true;
    },
    signal,
  );
  return { takes, sources, refused };
}

/** A set that begins with the takes: a new one, or one that was begun with them before. */
async function begin(folder: string, contract: Contract, takes: readonly Episode[]): Promise<DatasetWriter> {
  const store = folderStore(folder);
  const known = await isDataset(store);
  const reader = known ? await openDataset(store) : null;
  const there = Math.min(takes.length, reader?.length ?? 0);
  for (let index = 0; index < there; index++)
    if (takeId(await reader!.episode(index)) !== takeId(takes[index]!))
      refuse("amplify", "the set to go on with must begin with the same takes", folder);
  const next = reader?.rows[takes.length];
  if (next !== undefined && next.meta?.maker !== AMPLIFIED)
    refuse("amplify", "the set to go on with must hold no other takes", folder);
  const writer = known ? await resumeDataset(store, { contract }) : await createDataset(store, { contract });
  try {
    for (const take of takes.slice(there)) await writer.append(take);
    return writer;
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** The yield so far; an episode that a killed run did not count any more is counted now. */
async function settled(folder: string): Promise<AmplificationYield> {
  const store = folderStore(folder);
  const found = await readYield(store);
  const seeds = (await openDataset(store)).rows.flatMap(({ meta }) =>
    meta?.maker === AMPLIFIED && meta.seed !== null ? [meta.seed] : [],
  );
  const missing = seeds.length - found.kept;
  const next = seeds.length === 0 ? found.next : Math.max(found.next ?? 0, Math.max(...seeds) + 1);
  return { ...found, tried: found.tried + missing, kept: seeds.length, next };
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
};
