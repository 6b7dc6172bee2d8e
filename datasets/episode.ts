/**
 * An episode in memory: every observation and goal feature of a contract, frame by frame, with the commands and
 * who made it. Raw units of the contract; frame t holds what was seen, then the command given. Not a file format.
 */
import {
  type Contract,
  type Feature,
  type GoalBinding,
  InputError,
  type Observation,
  type Randomisation,
  refuse,
  sizeOf,
  stateHash,
  totalSize,
} from "../core/index.js";

/** From this frame on the goal slots are bound so. */
export interface GoalChange {
  readonly frame: number;
  readonly goal: GoalBinding;
}

/** Where an episode comes from. */
export interface EpisodeMeta {
  /**
   * who made it: `scripted:lift/better`, `teleop:keyboard`, `operator-model`, `policy:<id>`, `amplified`;
   * `unknown` in a foreign set
   */
  readonly maker: string;
  /** the takes it was made from, by `takeId`; absent where it was made from none */
  readonly parents?: readonly string[];
  /** the environment's seed; null where nothing was seeded */
  readonly seed: number | null;
  /** null where the maker did not say */
  readonly success: boolean | null;
  /** the goal binding of the first frame */
  readonly goal: GoalBinding;
  /** later bindings, by rising frame */
  readonly goalChanges: readonly GoalChange[];
  /** the command in force before the first frame, [A]: a policy that learns increments needs it */
  readonly initialCommand: readonly number[];
  /** the simulator it was made in, null on a real robot or where unknown */
  readonly engine: Contract["engine"];
  /** what was drawn for it beside the layout of its seed; absent where nothing was */
  readonly randomisation?: Randomisation;
  /** frames [from, to) in which a person had taken over from a policy */
  readonly interventions: readonly { readonly from: number; readonly to: number }[];
}

/** One episode of T frames. */
export interface Episode {
  /** feature name → [T * size], row by row; every observation and goal of the contract */
  readonly features: Readonly<Record<string, Float32Array>>;
  /** [T * A], row by row, flat in the order of `contract.actions` */
  readonly actions: Float32Array;
  /** frames */
  readonly length: number;
  /** the sentence the robot was given */
  readonly task: string;
  readonly meta: EpisodeMeta;
}

/** Frames an episode may have: a day at 10 Hz. */
export const MOST_FRAMES = 864_000;
/** Numbers an episode may hold in all. */
const MOST_NUMBERS = 2 ** 27;
const MOST_TEXT = 2000;

/** Refuses an episode that does not fit the contract: missing or unknown features, wrong lengths, values not finite. */
export function checkEpisode(contract: Contract, episode: Episode, place = "episode"): void {
  const { length, meta } = episode;
  if (!Number.isInteger(length) || length < 1 || length > MOST_FRAMES)
    refuse(place, `length must be an integer from 1 to ${MOST_FRAMES} frames`, length);
  const seen = [...contract.observations, ...contract.goals];
  if (length * (totalSize(seen) + totalSize(contract.actions)) > MOST_NUMBERS)
    refuse(place, `must hold at most ${MOST_NUMBERS} numbers`, length);
  for (const name of Object.keys(episode.features))
    if (!seen.some((feature) => feature.name === name))
      refuse(place, "features must be observations or goals of the contract", name);
  for (const feature of seen)
    checkNumbers(`${place}.${feature.name}`, episode.features[feature.name], length * sizeOf(feature));
  checkNumbers(`${place}.actions`, episode.actions, length * totalSize(contract.actions));
  checkNumbers(`${place}.meta.initialCommand`, meta.initialCommand, totalSize(contract.actions));
  checkText(`${place}.task`, episode.task);
  checkText(`${place}.meta.maker`, meta.maker);
  const { parents = [] } = meta;
  if (parents.length > MOST_PARENTS || !parents.every((parent) => TAKE_ID.test(parent)))
    refuse(`${place}.meta.parents`, `must be at most ${MOST_PARENTS} names of takes`, parents);
  if (meta.seed !== null && !Number.isSafeInteger(meta.seed))
    refuse(`${place}.meta.seed`, "must be a whole number or null", meta.seed);
  let last = 0;
  for (const change of meta.goalChanges) {
    if (!Number.isInteger(change.frame) || change.frame <= last || change.frame >= length)
      refuse(`${place}.meta.goalChanges`, "frames must rise within the episode", change.frame);
    last = change.frame;
  }
  for (const { from, to } of meta.interventions)
    if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= length))
      refuse(`${place}.meta.interventions`, "must be [from, to) within the episode", { from, to });
}

/** The goal binding in force at a frame. */
export function goalAt(meta: EpisodeMeta, frame: number): GoalBinding {
  return meta.goalChanges.findLast((change) => change.frame <= frame)?.goal ?? meta.goal;
}

/** Frames `from` up to, and without, `to` of an episode; it has a seed only if it begins where the episode does. */
export function sliceEpisode(episode: Episode, from: number, to: number): Episode {
  const { length, meta, actions, features } = episode;
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= length))
    refuse("episode", `a part must be [from, to) within its ${length} frames`, { from, to });
  if (from === 0 && to === length) return episode;
  const rows = (column: Float32Array): Float32Array => {
    const size = column.length / length;
    return column.slice(from * size, to * size);
  };
  const size = actions.length / length;
  const within = (frame: number): number => Math.min(to, Math.max(from, frame)) - from;
  return {
    ...episode,
    features: Object.fromEntries(Object.entries(features).map(([name, column]) => [name, rows(column)])),
    actions: rows(actions),
    length: to - from,
    meta: {
      ...meta,
      seed: from === 0 ? meta.seed : null,
      goal: goalAt(meta, from),
      goalChanges: meta.goalChanges
        .filter(({ frame }) => from < frame && frame < to)
        .map(({ frame, goal }) => ({ frame: frame - from, goal })),
      initialCommand:
        from === 0 ? meta.initialCommand : Array.from(actions.subarray((from - 1) * size, from * size)),
      interventions: meta.interventions
        .map((each) => ({ from: within(each.from), to: within(each.to) }))
        .filter((each) => each.from < each.to),
    },
  };
}

/** What `takeId` gives. */
export const TAKE_ID = /^[0-9a-f]{16}$/;
const MOST_PARENTS = 64;

/** A take's name by its commands: copies and merges keep it, whatever number they give the take. */
export const takeId = ({ actions, meta }: Episode): string =>
  stateHash(Float64Array.from(meta.initialCommand), Float64Array.from(actions));

/** Collects an episode frame by frame. */
export interface EpisodeBuilder {
  /** frames so far */
  readonly length: number;
  /** What was seen, and the command [A] given then; both are copied. */
  add(observation: Observation, command: ArrayLike<number>): void;
  /** The episode; the builder is spent. */
  finish(task: string, meta: EpisodeMeta): Episode;
}

/** An empty episode of that contract. */
export function buildEpisode(contract: Contract): EpisodeBuilder {
  const columns = [...contract.observations, ...contract.goals].map((feature) => ({
    feature,
    column: growing(sizeOf(feature)),
  }));
  const actions = growing(totalSize(contract.actions));
  let length = 0;
  return {
    get length() {
      return length;
    },
    add: (observation, command) => {
      if (length === MOST_FRAMES) refuse("episode", `must have at most ${MOST_FRAMES} frames`);
      for (const { feature, column } of columns)
        column.push(`episode.${feature.name}`, seenIn(observation, feature));
      actions.push("episode.actions", command);
      length++;
    },
    finish: (task, meta) => ({
      features: Object.fromEntries(columns.map(({ feature, column }) => [feature.name, column.take()])),
      actions: actions.take(),
      length,
      task,
      meta,
    }),
  };
}

const seenIn = (observation: Observation, feature: Feature): Float32Array =>
  observation.values[feature.name] ?? refuse("episode", "observation must hold the feature", feature.name);

function growing(size: number): {
  push(place: string, row: ArrayLike<number>): void;
  take(): Float32Array;
} {
  let data = new Float32Array(size * 64);
  let used = 0;
  return {
    push: (place, row) => {
      if (row.length !== size) refuse(place, `must have ${size} numbers`, row.length);
      if (used + size > data.length) {
        const wider = new Float32Array(data.length * 2);
        wider.set(data);
        data = wider;
      }
      data.set(row, used);
      used += size;
    },
    take: () => data.slice(0, used),
  };
}

function checkNumbers(place: string, values: ArrayLike<number> | undefined, length: number): void {
  if (values === undefined) throw new InputError(place, "must be recorded");
  if (values.length !== length) refuse(place, `must have ${length} numbers`, values.length);
  for (let i = 0; i < length; i++)
    if (!Number.isFinite(values[i])) refuse(`${place}[${i}]`, "must be a finite number", values[i]);
}

function checkText(place: string, text: string): void {
  if (typeof text !== "string" || text.length === 0 || text.length > MOST_TEXT)
    refuse(place, `must be a text of 1 to ${MOST_TEXT} characters`, text);
}
