/**
 * Feature engineering as graph nodes: raw features of a contract become the numbers a network can use. It follows
 * from each feature's representation and the contract's control mode, never from a task's name, and is part of
 * the exported file. Angles are never computed: sines and cosines of headings come from quaternions, their
 * multiples from double-angle identities (ONNX has no Atan2, and there is no wrap-around).
 *
 * What it encodes for a tool: its position, heading and the gripper's width; each goal position as it is, as seen from
 * the tool and from the other goals, and both once more close up; each goal orientation by the heading its symmetry
 * leaves, also relative to the tool's. For a
 * base: the goal as distance, bearing and heading in the base's frame, its twist, its tilt, and ranges as closeness.
 * For a mobile manipulator: each goal position as distance and bearing, and near the tool as seen from it. For several
 * arms: what a tool sees, for each of them.
 */
import {
  actionOffsets,
  armsOf,
  type Contract,
  type Feature,
  impossible,
  nameOfArm,
  refuse,
  sizeOf,
  TILT,
} from "../../core/index.js";
import { BATCH, type Graph, input, scalar, type Value } from "../graph/graph.js";
import { add, column, concat, div, max, min, mul, row, sqrt, sub } from "../graph/operators.js";
import { CLIP, type Scale } from "./scale.js";

/** Inputs of a policy by feature name, each [B, size]. */
export type FeatureInputs = ReadonlyMap<string, Value>;

const TOOL = { position: "observation.ee.position", orientation: "observation.ee.orientation" } as const;
const BASE = { position: "observation.base.position", orientation: "observation.base.orientation" } as const;
const LIFT = "observation.lift.height";
/** Names of what a body's pose is in. */
interface BodyNames {
  readonly position: string;
  readonly orientation: string;
}

/** The bodies that goals are seen from: one, or the tool of each arm. */
function bodiesOf(contract: Contract): readonly BodyNames[] {
  switch (contract.control) {
    case "tool-pose":
      return [TOOL];
    case "base-twist":
    case "mobile-manipulation":
      return [BASE];
    case "arm-team":
      return armsOf(contract).map((arm) => ({
        position: nameOfArm(arm, TOOL.position),
        orientation: nameOfArm(arm, TOOL.orientation),
      }));
    default:
      return impossible(contract.control);
  }
}

const OF_TOOL = [TOOL.position, TOOL.orientation, "observation.gripper.width"] as const;
const USUAL: Readonly<Record<Exclude<Contract["control"], "arm-team">, readonly string[]>> = {
  "tool-pose": OF_TOOL,
  "base-twist": [
    "observation.base.position",
    "observation.base.orientation",
    "observation.base.twist",
    "observation.scan",
  ],
  "mobile-manipulation": [BASE.position, BASE.orientation, "observation.base.twist", LIFT, ...OF_TOOL],
};
/** Looked at too where a robot shows it. */
const WHERE_SHOWN: readonly string[] = [TILT.name];

/** What a policy looks at unless a recipe says otherwise: joint positions and velocities hurt more than they help. */
export function defaultObservations(contract: Contract): readonly string[] {
  const { control, observations } = contract;
  const usual =
    control === "arm-team"
      ? armsOf(contract).flatMap((arm) => OF_TOOL.map((name) => nameOfArm(arm, name)))
      : USUAL[control];
  return [...usual, ...WHERE_SHOWN.filter((shown) => observations.some(({ name }) => name === shown))];
}

/** Declares one input a feature, batch open, under the feature's own name. */
export function featureInputs(graph: Graph, contract: Contract): FeatureInputs {
  return new Map(
    [...contract.observations, ...contract.goals].map((feature) => [
      feature.name,
      input(graph, feature.name, [BATCH, sizeOf(feature)]),
    ]),
  );
}

/** What the network sees beside the features, and what it does not see of them. */
export interface Looks {
  /** whether the gripper is told to be open (1) or closed (-1) */
  readonly gripperCommand: boolean;
  /** of absolute positions only the height: what is done here is done alike a little farther on */
  readonly heightOnly: boolean;
}

/** Everything of the features, and nothing else. */
export const PLAIN_LOOKS: Looks = { gripperCommand: false, heightOnly: false };

/** The gripper's command among the actions. */
const GRIPPER = "action.gripper.width";

/**
 * The encoded observation, [B, D], not yet normalised.
 * @param previous [B, A] the command in force; needed where `looks` asks for the gripper's
 */
export function encodeObservation(
  contract: Contract,
  inputs: FeatureInputs,
  looks: Looks = PLAIN_LOOKS,
  previous: Value | null = null,
): Value {
  const bodies = bodiesOf(contract).map(
    (names): Body => ({
      names,
      position: required(inputs, names.position),
      heading: headingOf(required(inputs, names.orientation)),
    }),
  );
  const [{ position, heading }] = bodies as [Body];
  const parts = [...contract.observations, ...contract.goals].flatMap((feature) => {
    const value = required(inputs, feature.name);
    switch (contract.control) {
      case "tool-pose":
      case "arm-team":
        return encodeForTools(feature, value, bodies, looks);
      case "base-twist":
        return encodeForBase(feature, value, position, heading);
      case "mobile-manipulation": {
        const tool = required(inputs, TOOL.position);
        const carried = {
          tool,
          heading: headingOf(required(inputs, TOOL.orientation)),
          lift: required(inputs, LIFT),
        };
        return encodeForCarried(feature, value, { position, heading }, carried);
      }
      default:
        return impossible(contract.control);
    }
  });
  if (contract.control === "tool-pose" || contract.control === "arm-team") {
    const places = contract.goals.filter(({ representation }) => representation.kind === "position");
    parts.push(...offsetsBetween(places.map(({ name }) => required(inputs, name))));
  }
  return concat(looks.gripperCommand ? [...parts, gripperCommand(contract, previous)] : parts, 1);
}

/** [B, 1]: 1 at a command of fully open, -1 at fully closed. */
function gripperCommand(contract: Contract, previous: Value | null): Value {
  const { gripper } = contract;
  const at = actionOffsets(contract).get(GRIPPER);
  if (gripper === null || at === undefined || previous === null)
    return refuse("encoding", "a gripper that is commanded must be there to be looked at", GRIPPER);
  const [middle, half] = [(gripper.open + gripper.closed) / 2, (gripper.open - gripper.closed) / 2];
  return mul(add(column(previous, at), -middle), 1 / half);
}

/** A body as it is seen, with the names of its pose. */
interface Body {
  readonly names: BodyNames;
  readonly position: Value;
  readonly heading: Heading;
}

/**
 * How far around the tool, and around each other, things are shown close up, m: to come down on one, and to take it. Of
 * a whole table, millimetres would be too small a share to be learned.
 */
const CLOSE = [0.1, 0.03] as const;

/** An offset as it is, and what of it lies within each of these reaches. */
const closeUp = (offset: Value): Value[] => [offset, ...CLOSE.map((reach) => within(offset, reach))];

const within = (offset: Value, reach: number): Value => max(min(offset, reach), -reach);

/** Where things lie to each other, every two of them: whether one is where it was to go decides what is next. */
const offsetsBetween = (places: readonly Value[]): Value[] =>
  places.flatMap((place, i) => places.slice(i + 1).flatMap((other) => closeUp(sub(other, place))));

/** A feature as it is, and where it lies in the scene as seen from every tool. */
function encodeForTools(
  feature: Feature,
  value: Value,
  tools: readonly Body[],
  { heightOnly }: Looks,
): Value[] {
  const { representation: how } = feature;
  const own = feature.source.kind !== "scene";
  switch (how.kind) {
    case "vector":
      return feature.source.kind === "scene" && feature.source.part === "opening" ? closeUp(value) : [value];
    case "angle":
      return [value];
    case "ranges":
      return [closeness(value)];
    case "position": {
      const absolute = heightOnly ? column(value, 2) : value;
      if (own) return [absolute];
      return [absolute, ...tools.flatMap(({ position }) => closeUp(sub(value, position)))];
    }
    case "quaternion": {
      if (own) {
        const { heading } = tools.find(({ names }) => names.orientation === feature.name) ?? tools[0]!;
        return [heading.cos, heading.sin];
      }
      const turned = multiple(headingOf(value), how.symmetry);
      const relative = tools.flatMap(({ heading }) => {
        const { cos, sin } = difference(turned, multiple(heading, how.symmetry));
        return [cos, sin];
      });
      return [turned.cos, turned.sin, ...relative, ...tiltOf(value)];
    }
    default:
      return impossible(how);
  }
}

/** Beyond this distance a goal is only a direction, m. */
const FAR = 3;
/** Within this distance the way that is left decides about braking, m. */
const NEAR = 1;

function encodeForBase(feature: Feature, value: Value, base: Value, heading: Heading): Value[] {
  const { representation: how } = feature;
  const own = feature.source.kind !== "scene";
  switch (how.kind) {
    case "vector":
    case "angle":
      return [value];
    case "ranges":
      return [closeness(value)];
    case "position": {
      // Where the base is on its map says nothing about what to do next.
      if (own) return [];
      return wayOf(inFrontOf(value, base, heading));
    }
    case "quaternion": {
      if (own) return [];
      const { cos, sin } = difference(
        multiple(headingOf(value), how.symmetry),
        multiple(heading, how.symmetry),
      );
      return [cos, sin];
    }
    default:
      return impossible(how);
  }
}

/** m forward and to the left of a base, [B, 1] each. */
interface Front {
  readonly forward: Value;
  readonly left: Value;
}

function inFrontOf(goal: Value, base: Value, heading: Heading): Front {
  const offset = sub(goal, base);
  const [dx, dy] = [column(offset, 0), column(offset, 1)];
  return {
    forward: add(mul(dx, heading.cos), mul(dy, heading.sin)),
    left: sub(mul(dy, heading.cos), mul(dx, heading.sin)),
  };
}

/** A goal as a base drives to it: how far it is, and its bearing. */
function wayOf({ forward, left }: Front): Value[] {
  const distance = sqrt(add(add(mul(forward, forward), mul(left, left)), 1e-6));
  return [min(distance, FAR), min(distance, NEAR), div(forward, distance), div(left, distance)];
}

/** What a lift and an arm on a base are at: the tool in the arm's own frame, which rises with the lift. */
interface Carried {
  readonly tool: Value;
  readonly heading: Heading;
  readonly lift: Value;
}

/**
 * How far around the tool a goal is shown as it is, m: to reach for it, and to take or set down. Farther off it is there
 * for the base. Of a drive of metres, millimetres would be too small a share to be learned.
 */
const REACHES = [0.3, 0.05] as const;
/** m: about where the foot of an arm stands on a base with its lift down, the middle of what is shown. */
const FOOT = [0.1, 0, 0.4] as const;

/** A goal as base and arm see it together: what is left to drive, and how it lies to the tool. */
function encodeForCarried(
  feature: Feature,
  value: Value,
  base: { readonly position: Value; readonly heading: Heading },
  { tool, heading, lift }: Carried,
): Value[] {
  const { representation: how } = feature;
  const ofBase = feature.name === BASE.position || feature.name === BASE.orientation;
  if (ofBase) return [];
  switch (how.kind) {
    case "vector":
    case "angle":
      return [value];
    case "ranges":
      return [closeness(value)];
    case "position": {
      if (feature.source.kind !== "scene") return [value];
      const front = inFrontOf(value, base.position, base.heading);
      const height = column(value, 2);
      const seen = [
        sub(front.forward, column(tool, 0)),
        sub(front.left, column(tool, 1)),
        sub(sub(height, lift), column(tool, 2)),
      ];
      const near = REACHES.flatMap((reach) => seen.map((offset, k) => within(sub(offset, FOOT[k]!), reach)));
      return [...wayOf(front), height, ...near];
    }
    case "quaternion": {
      if (feature.source.kind !== "scene") return [heading.cos, heading.sin];
      const fromBase = difference(
        multiple(headingOf(value), how.symmetry),
        multiple(base.heading, how.symmetry),
      );
      const fromTool = difference(fromBase, multiple(heading, how.symmetry));
      return [fromBase.cos, fromBase.sin, fromTool.cos, fromTool.sin, ...tiltOf(value)];
    }
    default:
      return impossible(how);
  }
}

/** 1 / (0.15 + range): near obstacles stand apart, far ones look alike. */
const closeness = (ranges: Value): Value => {
  const shifted = add(max(ranges, 0), 0.15);
  return div(scalar(ranges.graph, 1), shifted);
};

interface Heading {
  /** [B, 1] each */
  readonly cos: Value;
  readonly sin: Value;
}

/** Heading of the rotated x axis in the xy plane: `(1 - 2(y² + z²), 2(xy + wz))`, scaled to length 1. */
function headingOf(quaternion: Value): Heading {
  const [x, y, z, w] = [0, 1, 2, 3].map((i) => column(quaternion, i)) as [Value, Value, Value, Value];
  const along = add(mul(add(mul(y, y), mul(z, z)), -2), 1);
  const across = mul(add(mul(x, y), mul(w, z)), 2);
  const length = sqrt(add(add(mul(along, along), mul(across, across)), 1e-8));
  return { cos: div(along, length), sin: div(across, length) };
}

/** How far z is tipped over: the x and y components of the rotated z axis. */
function tiltOf(quaternion: Value): Value[] {
  const [x, y, z, w] = [0, 1, 2, 3].map((i) => column(quaternion, i)) as [Value, Value, Value, Value];
  return [mul(add(mul(x, z), mul(w, y)), 2), mul(sub(mul(y, z), mul(w, x)), 2)];
}

/** cos and sin of n times the angle, by adding the angle n - 1 times. */
function multiple(heading: Heading, n: number): Heading {
  let sum = heading;
  for (let i = 1; i < n; i++)
    sum = {
      cos: sub(mul(sum.cos, heading.cos), mul(sum.sin, heading.sin)),
      sin: add(mul(sum.sin, heading.cos), mul(sum.cos, heading.sin)),
    };
  return sum;
}

/** cos and sin of a - b. */
const difference = (a: Heading, b: Heading): Heading => ({
  cos: add(mul(a.cos, b.cos), mul(a.sin, b.sin)),
  sin: sub(mul(a.sin, b.cos), mul(a.cos, b.sin)),
});

const required = (inputs: FeatureInputs, name: string): Value =>
  inputs.get(name) ?? refuse("encoding", "the contract must have the feature", name);

/** [B, D] → z-scores, clipped: `clip((x - mean) / std, ±10)`. */
export function standardise(x: Value, scale: Scale): Value {
  const mean = row(x, scale.mean, "mean");
  const factor = row(
    x,
    scale.std.map((s) => 1 / s),
    "factor",
  );
  return max(min(mul(sub(x, mean), factor), CLIP), -CLIP);
}
