/**
 * Takes to be measured, from a LeRobot set of any maker or from an episode in memory: the measured joints of the arm
 * that works, and how far its hand is open. In a foreign set components are told apart by their names (`left`, `right`;
 * `hand`, `finger`, `gripper` and the like for the hand); of two arms the one that goes the longer way is measured. In
 * all of them a smaller number of the hand is a more closed hand.
 */
import { type Contract, refuse } from "../../core/index.js";
import {
  type DatasetReader,
  type Episode,
  folderStore,
  importV21,
  memoryStore,
  openDataset,
} from "../../datasets/index.node.js";
import type { Motion } from "./motion.js";

/** One take. */
export interface MeasuredTake {
  /** rad, of the arm's joints */
  readonly joints: Motion;
  /** of the hand, larger is more open; null where nothing is known of it */
  readonly hand: readonly number[] | null;
}

const STATE = "observation.state";
const HAND = /hand|finger|gripper|thumb|jaw/i;

/** All takes of a LeRobot set, v3.0 or v2.x. */
export async function takesOfSet(folder: string): Promise<MeasuredTake[]> {
  const reader = await openAny(folder);
  const takes: MeasuredTake[] = [];
  for await (const episode of reader.episodes())
    takes.push(takeOf(episode, reader.contract, reader.fps, namesOf(reader)));
  return takes;
}

/** v2.x is made v3.0 in memory: the numbers alone, which is all that is looked at. */
async function openAny(folder: string): Promise<DatasetReader> {
  const store = folderStore(folder);
  const info = JSON.parse(new TextDecoder().decode(await store.read("meta/info.json"))) as Record<
    string,
    unknown
  >;
  if (!String(info["codebase_version"]).startsWith("v2.")) return openDataset(store);
  const copy = memoryStore();
  await importV21(store, copy);
  return openDataset(copy);
}

function namesOf({ info, contract, name }: DatasetReader): readonly string[] {
  if (contract !== null) return [];
  return info.features[STATE]?.names ?? refuse(name, `must name the components of ${STATE}`);
}

/**
 * What is measured of an episode.
 * @param fps hertz of its frames
 * @param names of a foreign set's state; ours says it by its contract
 */
export function takeOf(
  episode: Episode,
  contract: Contract | null,
  fps: number,
  names: readonly string[] = [],
): MeasuredTake {
  if (contract !== null) {
    const width = columnsOf(episode, "observation.gripper.width", (row) => row[0]!);
    return { joints: motionOf(episode, "observation.joints.position", null, fps), hand: width };
  }
  const all = names.map((name, index) => ({ name, index }));
  const hand = all.filter(({ name }) => HAND.test(name));
  const arm = all.filter(({ name }) => !HAND.test(name));
  const sides = [/left/i, /right/i].map((side) => ({
    arm: arm.filter(({ name }) => side.test(name)),
    hand: hand.filter(({ name }) => side.test(name)),
  }));
  const choices = (sides.every((each) => each.arm.length > 0) ? sides : [{ arm, hand }]).map((each) => ({
    ...each,
    joints: motionOf(
      episode,
      STATE,
      each.arm.map(({ index }) => index),
      fps,
    ),
  }));
  const works = choices.reduce((best, each) => (lengthOf(each.joints) > lengthOf(best.joints) ? each : best));
  const of = works.hand.map(({ index }) => index);
  return {
    joints: works.joints,
    hand:
      of.length === 0
        ? null
        : columnsOf(episode, STATE, (row) => of.reduce((sum, index) => sum + row[index]!, 0) / of.length),
  };
}

/** The frame at which the hand closes for the first time: falls through the middle of its range; null: it never does. */
export function firstGrasp(hand: readonly number[]): number | null {
  const [low, high] = [Math.min(...hand), Math.max(...hand)];
  const middle = (low + high) / 2;
  const frame = hand.findIndex((value, i) => i > 0 && value < middle && hand[i - 1]! >= middle);
  return frame < 0 ? null : frame;
}

function motionOf(
  episode: Episode,
  feature: string,
  components: readonly number[] | null,
  fps: number,
): Motion {
  const points = columnsOf(episode, feature, (row) =>
    components === null ? row : Float32Array.from(components, (index) => row[index]!),
  );
  return { points, period: 1 / fps };
}

function columnsOf<T>(episode: Episode, feature: string, of: (row: Float32Array) => T): T[] {
  const values = episode.features[feature] ?? refuse("episode", "must have the feature", feature);
  const size = values.length / episode.length;
  return Array.from({ length: episode.length }, (_, i) => of(values.subarray(i * size, (i + 1) * size)));
}

function lengthOf({ points }: Motion): number {
  let length = 0;
  for (let i = 1; i < points.length; i++)
    length += Math.hypot(...Array.from(points[i]!, (x, k) => x - points[i - 1]![k]!));
  return length;
}
