/**
 * Mirror images of a take. Of an arm in the upright middle planes of the workspace: four takes from one. Right for
 * fingers that are alike, objects seen by their poses and goals that are observed; not for cameras, handed tools, or a
 * goal that is always in the same place and not looked at. Frame: the arm's base. Of a base, whose left is like its
 * right, one image, in which it turns and sees the other way around: in the plane y = 0 of the map, which is as good as
 * any, since policies see everything from the base. Metres, quaternions x y z w.
 */
import { type Contract, type Feature, featureOf, refuse, sizeOf, TILT } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";

/** Images in x, in y, or in both; and where the planes stand, m. */
export interface MirrorPlane {
  readonly x: boolean;
  readonly y: boolean;
  readonly middle: readonly [x: number, y: number];
}

/** The planes of a take's images: three of an arm, one of a base; refuses a contract, or a feature looked at, that has none. */
export function mirrorPlanes(contract: Contract, observations: readonly string[]): MirrorPlane[] {
  if (contract.control === "base-twist") {
    for (const feature of [...seen(contract, observations), ...contract.actions])
      if (signsOf(feature) === null && !isScan(feature)) kindOf(feature);
    return [{ x: false, y: true, middle: [0, 0] }];
  }
  const position = contract.actions.find(({ representation: { kind } }) => kind === "position");
  const limits = position?.limits;
  if (limits === undefined || limits === null)
    return refuse(
      "mirror",
      "commands must be positions within limits, whose middle is the mirror",
      contract.control,
    );
  for (const feature of [...seen(contract, observations), ...contract.actions]) kindOf(feature);
  const middle = [0, 1].map((i) => (limits.low[i]! + limits.high[i]!) / 2) as [number, number];
  return [
    { x: true, y: false, middle },
    { x: false, y: true, middle },
    { x: true, y: true, middle },
  ];
}

/** The image of an episode, with only the features that are looked at. */
export function mirrorEpisode(
  contract: Contract,
  episode: Episode,
  observations: readonly string[],
  plane: MirrorPlane,
): Episode {
  const features: Record<string, Float32Array> = {};
  for (const feature of seen(contract, observations)) {
    const values = (
      episode.features[feature.name] ?? refuse("mirror", "episode must hold", feature.name)
    ).slice();
    mirrorColumns(values, sizeOf(feature), 0, feature, plane);
    features[feature.name] = values;
  }
  const actions = episode.actions.slice();
  const initialCommand = Float64Array.from(episode.meta.initialCommand);
  const size = actions.length / episode.length;
  let offset = 0;
  for (const feature of contract.actions) {
    mirrorColumns(actions, size, offset, feature, plane);
    mirrorColumns(initialCommand, size, offset, feature, plane);
    offset += sizeOf(feature);
  }
  return {
    ...episode,
    features,
    actions,
    meta: { ...episode.meta, initialCommand: Array.from(initialCommand) },
  };
}

const seen = (contract: Contract, observations: readonly string[]): Feature[] => [
  ...observations.map((name) => featureOf(contract, name)),
  ...contract.goals,
];

/** What of a base changes its sign in a mirror that swaps left and right. */
const SIGNS: Readonly<Record<string, readonly number[]>> = {
  "observation.base.twist": [1, -1],
  [TILT.name]: [-1, 1],
  "action.base.linear": [1],
  "action.base.angular": [-1],
};
const signsOf = ({ name }: Feature): readonly number[] | null => SIGNS[name] ?? null;
const isScan = ({ representation: { kind } }: Feature): boolean => kind === "ranges";

/** How a feature looks in a mirror: a place, an orientation, an angle about z, or a size that stays. */
function kindOf({
  name,
  names,
  frame,
  representation: { kind },
  source,
}: Feature): "place" | "turn" | "angle" | "size" {
  if (kind === "position") return "place";
  if (kind === "quaternion") return "turn";
  if (kind === "angle") return "angle";
  // A gripper's width, or how long a thing is, says nothing of left and right.
  if (kind === "vector" && frame === null && (names.length === 1 || source.kind === "scene")) return "size";
  return refuse("mirror", "every feature that is looked at must have a mirror image", name);
}

/** Mirrors the columns of a feature in rows of `stride` numbers, in place. */
function mirrorColumns(
  values: Float32Array | Float64Array,
  stride: number,
  offset: number,
  feature: Feature,
  { x, y, middle }: MirrorPlane,
): void {
  const signs = signsOf(feature);
  if (signs !== null || isScan(feature)) {
    mirrorOfBase(values, stride, offset, sizeOf(feature), signs);
    return;
  }
  const kind = kindOf(feature);
  for (let at = offset; at < values.length; at += stride)
    if (kind === "place") {
      if (x) values[at] = 2 * middle[0] - values[at]!;
      if (y) values[at + 1] = 2 * middle[1] - values[at + 1]!;
    } else if (kind === "turn") {
      // An axis of rotation is reversed by a mirror, except for what stands across it.
      if (x) {
        values[at + 1]! *= -1;
        values[at + 2]! *= -1;
      }
      if (y) {
        values[at]! *= -1;
        values[at + 2]! *= -1;
      }
    } else if (kind === "angle" && x !== y) values[at]! *= -1;
}

/** Mirrors the columns of what only a base has: signs, or the beams of its scanner, counter-clockwise from the front. */
function mirrorOfBase(
  values: Float32Array | Float64Array,
  stride: number,
  offset: number,
  size: number,
  signs: readonly number[] | null,
): void {
  for (let at = offset; at < values.length; at += stride) {
    const row = values.slice(at, at + size);
    for (let i = 0; i < size; i++)
      values[at + i] = signs === null ? row[(size - i) % size]! : signs[i]! * row[i]!;
  }
}
