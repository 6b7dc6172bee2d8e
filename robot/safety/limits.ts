/**
 * What the safety layer allows, as plain data made from a contract: limits of every command component, the
 * fastest change of each feature, how old an observation may be, how long motion may go on without a new
 * command. Units of the contract; seconds. Not here: the decision (`decide.ts`) and joint limits (`joints.ts`).
 */
import {
  actionOffsets,
  armsOf,
  type Contract,
  nameOfArm,
  positive,
  refuse,
  sizeOf,
} from "../../core/index.js";

/** One action feature in the flat command vector. */
export interface FeatureLimit {
  readonly name: string;
  readonly offset: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** fastest change, Euclidean over the feature's components, units per second; null: the robot's own affair */
  readonly rate: number | null;
}

/** Everything a decision is made by. */
export interface SafetyLimits {
  readonly features: readonly FeatureLimit[];
  /** A: length of a command vector */
  readonly size: number;
  /** oldest observation to act on, s */
  readonly observationAge: number;
  /** longest motion without a new command, s: whatever of a chunk lies beyond is not executed */
  readonly watchdog: number;
  /** 0 to 1: multiplies every rate */
  readonly speedScale: number;
}

/** What a contract does not say. */
export interface SafetySettings {
  /** by the name of a feature; of several arms without the arm's, they are alike */
  readonly rates: Readonly<Record<string, number>>;
  readonly observationAge: number;
  readonly watchdog: number;
}

/** A real robot starts at a tenth of its speed. */
export const FIRST_SPEED_SCALE = 0.1;

const TOOL_SETTINGS: SafetySettings = {
  rates: { "action.ee.position": 0.8, "action.ee.yaw": 3 },
  observationAge: 0.25,
  watchdog: 0.5,
};

/**
 * By control mode. Tool: 0.8 m/s and 3 rad/s, the step of 4 cm and 0.15 rad at 20 Hz that demonstrations are
 * made under. Base: velocities are limited by the contract, accelerations by the base's own controller. Lift: its speed.
 */
export const SAFETY_SETTINGS: Readonly<Record<Contract["control"], SafetySettings>> = {
  "tool-pose": TOOL_SETTINGS,
  "arm-team": TOOL_SETTINGS,
  "base-twist": { rates: {}, observationAge: 0.5, watchdog: 0.5 },
  "mobile-manipulation": {
    rates: { "action.lift.height": 0.1, "action.ee.position": 0.8, "action.ee.yaw": 3 },
    observationAge: 0.25,
    watchdog: 0.5,
  },
};

/**
 * The limits of a robot with this contract.
 * @throws InputError when an action feature has no limits: nothing unlimited is commanded
 */
export function safetyLimits(
  contract: Contract,
  speedScale = 1,
  settings: SafetySettings = SAFETY_SETTINGS[contract.control],
): SafetyLimits {
  const place = `safety of ${contract.robot}`;
  if (!(speedScale > 0 && speedScale <= 1)) refuse(place, "speed scale must be in (0, 1]", speedScale);
  const offsets = actionOffsets(contract);
  const arms = armsOf(contract);
  const features = contract.actions.map((feature): FeatureLimit => {
    const { limits } = feature;
    if (limits === null) return refuse(place, "every action feature must have limits", feature.name);
    const rate = Object.entries(settings.rates).find(([name]) =>
      [name, ...arms.map((arm) => nameOfArm(arm, name))].includes(feature.name),
    )?.[1];
    return {
      name: feature.name,
      offset: offsets.get(feature.name)!,
      low: limits.low,
      high: limits.high,
      rate: rate === undefined ? null : positive(place, `rate of ${feature.name}`, rate),
    };
  });
  return {
    features,
    size: contract.actions.reduce((sum, feature) => sum + sizeOf(feature), 0),
    observationAge: positive(place, "observation age", settings.observationAge),
    watchdog: positive(place, "watchdog", settings.watchdog),
    speedScale,
  };
}
