/**
 * The contract: what a robot shows and what it takes, by name, with unit, frame, limits, rate and source.
 *
 * Written once for a robot and a task. The recorder writes it into the data set, training copies it into the
 * ONNX file's metadata, the runtime refuses a policy whose contract the robot does not fulfil. Nothing in it
 * assumes an arm. It does not say where a feature lives on a wire: that is a profile (`robot/ros2`).
 *
 * Units everywhere: metres, radians, seconds, newtons, hertz, kilograms; quaternions x y z w; z up; right-handed.
 */
import { InputError, refuse } from "./errors.js";

/** The units a feature may be in; `1` where none applies. */
export type Unit = "m" | "rad" | "m/s" | "rad/s" | "N" | "N m" | "1";

/** How the numbers of a feature are to be read, so that a network can encode them without guessing. */
export type Representation =
  | { readonly kind: "vector" }
  | { readonly kind: "position" }
  /** x y z w; `symmetry` n: turns of 2π/n about z cannot be told apart (a cube: 4) */
  | { readonly kind: "quaternion"; readonly symmetry: number }
  | { readonly kind: "angle" }
  /** distances to the nearest obstacle, one a beam, counter-clockwise from the front */
  | { readonly kind: "ranges" };

/** Who provides a feature. */
export type FeatureSource =
  | { readonly kind: "proprioception" }
  | { readonly kind: "laser" }
  | { readonly kind: "command" }
  /** filled from the scene: what is seen of the object that a skill's argument binds to `slot` */
  | { readonly kind: "scene"; readonly slot: GoalSlot; readonly part: ScenePart };

/** What of an object a goal feature shows: its pose, its full extents, how far it is open. */
export type ScenePart = "position" | "orientation" | "size" | "opening";
const SCENE_PARTS: readonly ScenePart[] = ["position", "orientation", "size", "opening"];

/** The slots a skill's arguments fill: what is handled and where it goes, twice where a task is about two things. */
export type GoalSlot = "target" | "place" | "second-target" | "second-place";
/** All of them, for parsers and lists. */
export const GOAL_SLOTS: readonly GoalSlot[] = ["target", "place", "second-target", "second-place"];

/** A named vector of a contract. */
export interface Feature {
  /** `observation.*`, `goal.*` or `action.*`; also the name of the policy's ONNX input */
  readonly name: string;
  /** one name a component, unique in the feature; robots are matched by these, never by order */
  readonly names: readonly string[];
  readonly unit: Unit;
  /** the frame the numbers are in, null where none applies */
  readonly frame: string | null;
  /** lowest and highest allowed value of each component, null where unlimited */
  readonly limits: { readonly low: readonly number[]; readonly high: readonly number[] } | null;
  readonly representation: Representation;
  readonly source: FeatureSource;
}

/**
 * What an action vector means: `tool-pose` = position and yaw of a tool that points down, and the gripper; `base-twist`
 * = velocities of a base; `mobile-manipulation` = both, and the height of the lift that carries the arm; `arm-team` = the
 * tool pose of each of several arms, whose features carry the arm's name: `action.left.ee.position`.
 */
export type ControlMode = "tool-pose" | "base-twist" | "mobile-manipulation" | "arm-team";
/** All of them, for parsers and lists. */
export const CONTROL_MODES: readonly ControlMode[] = [
  "tool-pose",
  "base-twist",
  "mobile-manipulation",
  "arm-team",
];

/** Whether what is driven stands on a base that moves. */
export const drives = ({ control }: Pick<Contract, "control">): boolean =>
  control === "base-twist" || control === "mobile-manipulation";

/** Everything a robot shows and takes for a task. */
export interface Contract {
  readonly version: 1;
  readonly robot: string;
  readonly task: string;
  readonly control: ControlMode;
  /** hertz; physics null on a real robot */
  readonly rates: { readonly physics: number | null; readonly policy: number; readonly record: number };
  readonly observations: readonly Feature[];
  readonly goals: readonly Feature[];
  readonly actions: readonly Feature[];
  /** the opening between the pads in metres when fully open and fully closed; null without a gripper, or with several unlike */
  readonly gripper: { readonly open: number; readonly closed: number } | null;
  /** the simulator that made it, null on a real robot */
  readonly engine: { readonly name: string; readonly version: string } | null;
}

/** The slots of the goal, in the order of the contract. */
export const slotsOf = ({ goals }: Contract): GoalSlot[] => [
  ...new Set(goals.flatMap(({ source }) => (source.kind === "scene" ? [source.slot] : []))),
];

/** Numbers of a feature: the length of its vector. */
export const sizeOf = (feature: Feature): number => feature.names.length;

/** Length of all features one after the other. */
export const totalSize = (features: readonly Feature[]): number =>
  features.reduce((sum, feature) => sum + sizeOf(feature), 0);

/** `action.ee.position` + `x` → `action.ee.position.x`, for every component, in order. */
export const componentNames = (features: readonly Feature[]): string[] =>
  features.flatMap((feature) => feature.names.map((name) => `${feature.name}.${name}`));

/** The feature of that name among observations, goals and actions, or a refusal. */
export function featureOf(contract: Contract, name: string): Feature {
  const all = [...contract.observations, ...contract.goals, ...contract.actions];
  return (
    all.find((feature) => feature.name === name) ??
    refuse("contract", `feature must be one of ${all.map((feature) => feature.name).join(", ")}`, name)
  );
}

/** Where each action feature begins in the flat action vector. */
export function actionOffsets(contract: Contract): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  let offset = 0;
  for (const feature of contract.actions) {
    offsets.set(feature.name, offset);
    offset += sizeOf(feature);
  }
  return offsets;
}

/** The same contract with only the named observations, for a policy that looks at fewer of them. */
export function withObservations(contract: Contract, names: readonly string[]): Contract {
  return { ...contract, observations: names.map((name) => featureOf(contract, name)) };
}

/**
 * What a robot lacks to run a policy, in words; empty when it fulfils the contract.
 * A robot may show more than a policy reads, and in another order of components; it must take exactly the actions.
 */
export function unmetRequirements(required: Contract, provided: Contract): string[] {
  const unmet: string[] = [];
  if (required.control !== provided.control)
    unmet.push(`control: the policy commands ${required.control}, the robot takes ${provided.control}`);
  if (required.rates.policy !== provided.rates.policy)
    unmet.push(
      `rates.policy: the policy runs at ${required.rates.policy} Hz, the robot at ${provided.rates.policy} Hz`,
    );
  const compare = (wanted: readonly Feature[], offered: readonly Feature[]) => {
    for (const feature of wanted) {
      const other = offered.find((candidate) => candidate.name === feature.name);
      if (other === undefined) {
        unmet.push(`${feature.name}: the robot does not provide it (${describeSource(feature.source)})`);
        continue;
      }
      if (feature.unit !== other.unit)
        unmet.push(`${feature.name}: the policy expects ${feature.unit}, the robot gives ${other.unit}`);
      if (feature.frame !== other.frame)
        unmet.push(
          `${feature.name}: the policy expects frame ${feature.frame}, the robot gives ${other.frame}`,
        );
      const missing = feature.names.filter((name) => !other.names.includes(name));
      if (missing.length > 0) unmet.push(`${feature.name}: the robot lacks ${missing.join(", ")}`);
      if (feature.names.length !== other.names.length && missing.length === 0)
        unmet.push(
          `${feature.name}: the policy has ${feature.names.length} components, the robot ${other.names.length}`,
        );
    }
  };
  compare(required.observations, provided.observations);
  compare(required.goals, provided.goals);
  compare(required.actions, provided.actions);
  for (const feature of provided.actions)
    if (!required.actions.some((candidate) => candidate.name === feature.name))
      unmet.push(`${feature.name}: the robot needs it, the policy does not give it`);
  return unmet;
}

/** For each component of `to`, its index in `from`: how to reorder a vector by names. */
export const componentMap = (from: Feature, to: Feature): number[] =>
  to.names.map((name) => from.names.indexOf(name));

const describeSource = (source: FeatureSource): string =>
  source.kind === "scene" ? `the ${source.part} of the ${source.slot} in the scene` : source.kind;

/** Reads a contract written by this or an earlier version; refuses anything else with place, rule and value. */
export function parseContract(value: unknown): Contract {
  const place = "contract";
  const record = asRecord(place, value);
  if (record["version"] !== 1) refuse(place, "version must be 1", record["version"]);
  const control =
    CONTROL_MODES.find((known) => known === record["control"]) ??
    refuse(place, `control must be one of ${CONTROL_MODES.join(", ")}`, record["control"]);
  const rates = asRecord(`${place}.rates`, record["rates"]);
  const gripper = record["gripper"];
  const engine = record["engine"];
  return {
    version: 1,
    robot: asText(`${place}.robot`, record["robot"]),
    task: asText(`${place}.task`, record["task"]),
    control,
    rates: {
      physics: rates["physics"] === null ? null : asRate(`${place}.rates.physics`, rates["physics"]),
      policy: asRate(`${place}.rates.policy`, rates["policy"]),
      record: asRate(`${place}.rates.record`, rates["record"]),
    },
    observations: asFeatures(`${place}.observations`, record["observations"], "observation."),
    goals: asFeatures(`${place}.goals`, record["goals"], "goal."),
    actions: asFeatures(`${place}.actions`, record["actions"], "action."),
    gripper:
      gripper === null
        ? null
        : {
            open: asNumber(`${place}.gripper.open`, asRecord(`${place}.gripper`, gripper)["open"]),
            closed: asNumber(`${place}.gripper.closed`, asRecord(`${place}.gripper`, gripper)["closed"]),
          },
    engine:
      engine === null
        ? null
        : {
            name: asText(`${place}.engine.name`, asRecord(`${place}.engine`, engine)["name"]),
            version: asText(`${place}.engine.version`, asRecord(`${place}.engine`, engine)["version"]),
          },
  };
}

const UNITS: readonly Unit[] = ["m", "rad", "m/s", "rad/s", "N", "N m", "1"];
const MOST_FEATURES = 256;
const MOST_COMPONENTS = 4096;

function asFeatures(place: string, value: unknown, prefix: string): Feature[] {
  if (!Array.isArray(value) || value.length > MOST_FEATURES)
    throw new InputError(place, `must be a list of at most ${MOST_FEATURES} features`);
  const features = value.map((item, index) => asFeature(`${place}[${index}]`, item, prefix));
  const names = features.map((feature) => feature.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? features : refuse(place, "feature names must be unique", twice);
}

function asFeature(place: string, value: unknown, prefix: string): Feature {
  const record = asRecord(place, value);
  const name = asText(`${place}.name`, record["name"]);
  if (!name.startsWith(prefix)) refuse(`${place}.name`, `must begin with ${prefix}`, name);
  const names = record["names"];
  if (!Array.isArray(names) || names.length === 0 || names.length > MOST_COMPONENTS)
    throw new InputError(`${place}.names`, `must list 1 to ${MOST_COMPONENTS} components`);
  const unit = UNITS.find((known) => known === record["unit"]);
  if (unit === undefined) refuse(`${place}.unit`, `must be one of ${UNITS.join(", ")}`, record["unit"]);
  const frame = record["frame"];
  const limits = record["limits"];
  return {
    name,
    names: names.map((component, index) => asText(`${place}.names[${index}]`, component)),
    unit,
    frame: frame === null ? null : asText(`${place}.frame`, frame),
    limits:
      limits === null
        ? null
        : {
            low: asNumbers(`${place}.limits.low`, asRecord(place, limits)["low"], names.length),
            high: asNumbers(`${place}.limits.high`, asRecord(place, limits)["high"], names.length),
          },
    representation: asRepresentation(`${place}.representation`, record["representation"]),
    source: asSource(`${place}.source`, record["source"]),
  };
}

function asRepresentation(place: string, value: unknown): Representation {
  const record = asRecord(place, value);
  const kind = record["kind"];
  switch (kind) {
    case "vector":
    case "position":
    case "angle":
    case "ranges":
      return { kind };
    case "quaternion":
      return { kind, symmetry: asNumber(`${place}.symmetry`, record["symmetry"]) };
    default:
      return refuse(place, "kind must be vector, position, quaternion, angle or ranges", kind);
  }
}

function asSource(place: string, value: unknown): FeatureSource {
  const record = asRecord(place, value);
  const kind = record["kind"];
  switch (kind) {
    case "proprioception":
    case "laser":
    case "command":
      return { kind };
    case "scene": {
      const slot = GOAL_SLOTS.find((known) => known === record["slot"]);
      if (slot === undefined)
        return refuse(`${place}.slot`, `must be one of ${GOAL_SLOTS.join(", ")}`, record["slot"]);
      const part = SCENE_PARTS.find((known) => known === record["part"]);
      if (part === undefined)
        return refuse(`${place}.part`, `must be one of ${SCENE_PARTS.join(", ")}`, record["part"]);
      return { kind, slot, part };
    }
    default:
      return refuse(place, "kind must be proprioception, laser, command or scene", kind);
  }
}

function asRecord(place: string, value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuse(place, "must be an object", value);
}

const asText = (place: string, value: unknown): string =>
  typeof value === "string" && value.length > 0 && value.length <= 200
    ? value
    : refuse(place, "must be a text of 1 to 200 characters", value);

const asNumber = (place: string, value: unknown): number =>
  typeof value === "number" && Number.isFinite(value)
    ? value
    : refuse(place, "must be a finite number", value);

const asRate = (place: string, value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) && value > 0
    ? value
    : refuse(place, "must be a positive number of hertz", value);

const asNumbers = (place: string, value: unknown, length: number): number[] =>
  Array.isArray(value) && value.length === length
    ? value.map((item, index) => asNumber(`${place}[${index}]`, item))
    : refuse(place, `must be a list of ${length} numbers`, value);
