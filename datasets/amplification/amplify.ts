/**
 * Ten takes become many: for a new layout, parts of the takes are chosen, brought there (`move.ts`) and carried out in
 * the simulator, which alone decides whether the task was done. Only what succeeds is kept, with the takes it came
 * from. The same seed and the same takes give the same bits, wherever and in whatever order attempts are made.
 * After MimicGen (arXiv:2310.17596); what differs is said in `docs/amplify.md`.
 */
import {
  createRandom,
  type Environment,
  type FailureKind,
  type GoalSlot,
  InputError,
  nearestSymmetric,
  objectById,
  type Pose,
  planarDistance,
  type Random,
  refuse,
  slotsOf,
  type Vec3,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import type { Episode } from "../episode.js";
import { beginTake, type Take } from "../take.js";
import { alikeAt, movePart, RADIUS, referencePose, type WayPoint } from "./move.js";
import { PACE, type Pace, paced } from "./pace.js";
import { type Part, partsOf } from "./parts.js";
import { checkAmplifiable, heldSlot, type WatchedTake, watchTake } from "./watch.js";

/** The maker of every amplified episode. */
export const AMPLIFIED = "amplified";

/** A take that can be taken apart, with its parts. */
export interface AmplificationSource {
  readonly take: WatchedTake;
  readonly parts: readonly Part[];
}

/** A take made ready, or why it cannot be used. */
export type TakenApart =
  | { readonly source: AmplificationSource }
  | { readonly source: null; readonly reason: string };

/** How takes are multiplied. */
export interface AmplifyOptions {
  /** frames to go on after success */
  readonly linger: number;
  /** what is said to the robot for the goal of the layout */
  readonly sentence: (environment: Environment) => string;
  readonly pace?: Pace;
  /** parts are taken from one of so many takes that fit a layout best */
  readonly nearest?: number;
  /** m, standard deviation of the sway of the commanded position on the way; a fifth of it near an object */
  readonly sway?: number;
}

/** What came of one layout. */
export type Attempt =
  | { readonly seed: number; readonly episode: Episode }
  | { readonly seed: number; readonly episode: null; readonly failure: AttemptFailure };

/** How an attempt can fail: as any episode can, or because no part could be brought to the layout. */
export type AttemptFailure = FailureKind | "out-of-reach";

/** Takes the best fit with some variety (MimicGen's nearest neighbours), and sways as an unsteady hand does. */
const DEFAULTS = { pace: PACE, nearest: 3, sway: 0.003 } as const;
/** s that the robot waits for the checker after the last part */
const SETTLE = 1.5;
/** sway: an Ornstein-Uhlenbeck process an axis, its memory a frame, and its share near an object */
const MEMORY = 0.9;
const CAREFUL = 0.2;
/** rad of sway a metre */
const SWAY_TURN = 4;

/**
 * Takes a take apart: a successful one of this task, shown by somebody, with a seed.
 * @throws InputError when takes of this task cannot be amplified at all
 */
export function takeApart(environment: Environment, episode: Episode): TakenApart {
  checkAmplifiable(environment.contract);
  try {
    const { success, parents, maker } = episode.meta;
    if (success !== true) refuse("amplify", "a take must be a success", success);
    if (parents !== undefined) refuse("amplify", "a take must be shown, not made from others", maker);
    const take = watchTake(environment, episode);
    const parts = partsOf(take);
    if (parts.length === 0) refuse("amplify", "something of the goal must be held in a take", take.id);
    return { source: { take, parts } };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { source: null, reason: error.message };
  }
}

/** One attempt in the layout of that seed. */
export function amplifyOnce(
  environment: Environment,
  sources: readonly AmplificationSource[],
  seed: number,
  options: AmplifyOptions,
): Attempt {
  if (sources.length === 0) refuse("amplify", "needs at least one take that can be taken apart");
  const { pace, nearest, sway } = { ...DEFAULTS, ...options };
  environment.reset(seed);
  const random = createRandom(seed).fork("amplify");
  const shaken = swaying(random, sway);
  const take = beginTake(environment, { linger: options.linger, seed });
  const sentence = options.sentence(environment);
  const parents = new Set<string>();
  const ended = (): boolean => take.state === "ended";
  const failed = (failure: AttemptFailure): Attempt => ({ seed, episode: null, failure });

  // All takes of a shape (reach, bring, rest) fit together; the shape is that of the take that fits the layout best.
  const shape = shapeOf(chooseSource(environment, sources, 0, nearest, random).parts);
  const alike = sources.filter(({ parts }) => shapeOf(parts) === shape);
  const slots = slotsOf(environment.contract);
  let source = alike[0]!;
  for (let index = 0; index < source.parts.length && !ended(); index++) {
    // A part without a reference fits every layout: it goes on with the take before it.
    if (source.parts[index]!.reference !== null)
      source = chooseSource(environment, alike, index, nearest, random);
    const part = source.parts[index]!;
    const way = movePart(source.take, part, circumstances(environment, part));
    if (way === null) return failed("out-of-reach");
    parents.add(source.take.id);
    for (const point of paced(inForce(environment), way, pace)) {
      if (ended()) break;
      advance(environment, take, shaken(point));
    }
    if (part.grasps !== null && part.carries === null && heldSlot(environment, slots) !== part.grasps)
      return failed(ended() ? failureOf(environment, slots, false) : "missed");
  }
  const patience = Math.round(SETTLE * environment.contract.rates.policy);
  for (let frame = 0; frame < patience + options.linger && !ended(); frame++) {
    if (frame >= patience && take.state === "recording") break;
    advance(environment, take, Float32Array.from(environment.command()));
  }
  const episode = take.finish(sentence, AMPLIFIED, [...parents]);
  return episode.meta.success === true ? { seed, episode } : failed(failureOf(environment, slots, true));
}

function advance(environment: Environment, take: Take, command: Float32Array): void {
  const observation = environment.observe();
  environment.step(command);
  take.add(observation, command, environment.outcome());
}

/** What the environment says of it, or what it would say once the time is over. */
function failureOf(environment: Environment, slots: readonly GoalSlot[], taken: boolean): FailureKind {
  const outcome = environment.outcome();
  if (outcome.state === "failure") return outcome.kind;
  if (!taken) return "missed";
  return heldSlot(environment, slots) === null ? "dropped" : "timed-out";
}

const shapeOf = (parts: readonly Part[]): string =>
  parts.map(({ reference, carries, grasps }) => `${reference}/${carries}/${grasps}`).join(" ");

/** One of the takes whose part would be bent and turned least. */
function chooseSource(
  environment: Environment,
  sources: readonly AmplificationSource[],
  index: number,
  nearest: number,
  random: Random,
): AmplificationSource {
  const scored = sources
    .map((source) => ({ source, cost: bendOf(environment, source.take, source.parts[index]!) }))
    .sort((a, b) => a.cost - b.cost);
  return random.pick(scored.slice(0, nearest)).source;
}

/** m by which the end of a part lies elsewhere than shown, as seen from its beginning; turns count by `RADIUS`. */
function bendOf(environment: Environment, take: WatchedTake, part: Part): number {
  const there = circumstances(environment, part);
  if (part.reference === null || there.reference === null) return 0;
  const here = referencePose(take, part);
  const begin = take.commands.subarray(part.from * 5, part.from * 5 + 5);
  const shown: Vec3 = [here.position[0] - begin[0]!, here.position[1] - begin[1]!, 0];
  const now: Vec3 = [
    there.reference.position[0] - there.from.position[0],
    there.reference.position[1] - there.from.position[1],
    0,
  ];
  const alike = alikeAt(part, there);
  if (alike === null) return planarDistance(shown, now);
  const period = (2 * Math.PI) / alike;
  const yaws = there.symmetry === null ? 0 : yawOf(there.reference.orientation) - yawOf(here.orientation);
  const turn = yaws - (there.from.yaw - begin[3]!);
  return planarDistance(shown, now) + RADIUS * Math.abs(wrapAngle(nearestSymmetric(turn, 0, period)));
}

const inForce = (environment: Environment): WayPoint => {
  const [x = 0, y = 0, z = 0, yaw = 0, width = 0] = environment.command();
  return { position: [x, y, z], yaw, width, bound: 0 };
};

function circumstances(environment: Environment, part: Part) {
  const scene = environment.scene();
  const goal = environment.goal();
  const poseOf = (slot: GoalSlot | null): Pose | null =>
    slot === null ? null : (objectById(scene, goal[slot] ?? "")?.pose ?? null);
  const { contract } = environment;
  const yaw = contract.actions.find(({ name }) => name === "action.ee.yaw")?.limits?.high[0] ?? Math.PI;
  return {
    from: inForce(environment),
    reference: poseOf(part.reference),
    carried: poseOf(part.carries),
    carriedSymmetry: symmetryOf(environment, part.carries),
    symmetry: symmetryOf(environment, part.reference),
    reach: yaw,
  };
}

/** As the contract describes the orientation of what a slot is bound to; null where it does not show any. */
function symmetryOf({ contract }: Environment, slot: GoalSlot | null): number | null {
  const feature = contract.goals.find(
    ({ source }) => source.kind === "scene" && source.slot === slot && source.part === "orientation",
  );
  return feature?.representation.kind === "quaternion" ? feature.representation.symmetry : null;
}

/** Commands with the sway of a hand, which dies away near objects: what was shown there is exact. */
function swaying(random: Random, size: number): (point: WayPoint) => Float32Array {
  const sway = [0, 0, 0, 0];
  const drive = Math.sqrt(1 - MEMORY * MEMORY);
  return ({ position, yaw, width, bound }) => {
    for (let k = 0; k < 4; k++) sway[k] = MEMORY * sway[k]! + drive * random.normal();
    const share = size * (bound < 1 ? 1 : CAREFUL);
    return Float32Array.of(
      position[0] + share * sway[0]!,
      position[1] + share * sway[1]!,
      position[2] + share * sway[2]!,
      yaw + share * SWAY_TURN * sway[3]!,
      width,
    );
  };
}
