/**
 * Demonstrates `climb`: pure pursuit (Coulter 1992) of the middle of the track at a steady pace, slower while the base
 * leans, with a hand that trembles (see `navigator.ts`). Frame `map`, metres, radians, seconds. A pace, not a stop before
 * the step: a rear wheel at a step's edge needs the base's momentum.
 */
import {
  atan2,
  cos,
  createRandom,
  type Demonstrator,
  type Environment,
  invert,
  objectById,
  type Pose,
  type Quat,
  refuse,
  SKID_STEER,
  transformPoint,
  type Vec3,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import { DEFAULT_STYLE, type DemonstrationStyle } from "../tasks/task.js";

/** How far ahead on the middle of the track it steers, m; how fast it drives, m/s; the share of it while leaning. */
const MANNER = { lookAhead: [0.7, 1.1], cruise: [0.5, 0.7], onSlope: [0.85, 1] } as const;
/** rad/s of turn for one radian of bearing to the point ahead */
const TURN_GAIN = 1.6;
/** it leans from this pitch on, rad */
const LEANING = 0.06;
/** at this distance to the middle of the platform it stops, m */
const ARRIVED = 0.12;
/** the speed allowed there and how it grows with the distance: m/s, 1/s */
const APPROACH = { speed: 0.12, slope: 0.8 } as const;
/** tremble: decay in a step, and standard deviations of a step's push, m/s and rad/s */
const TREMBLE = { decay: 0.2, linear: 0.03, angular: 0.1 } as const;

/** tremble of each style, as a factor */
const SHAKY: Readonly<Record<DemonstrationStyle, number>> = { worse: 1.75, okay: 1.4, better: 1, clean: 0 };

/** A driver of one episode; its manner and its tremble are drawn from `seed`. */
export function createClimber(seed: number, style: DemonstrationStyle = DEFAULT_STYLE): Demonstrator {
  const random = createRandom(seed).fork("demonstrator");
  const tremble = SHAKY[style];
  const lookAhead = random.uniform(...MANNER.lookAhead);
  const cruise = random.uniform(...MANNER.cruise);
  const onSlope = random.uniform(...MANNER.onSlope);
  const { limits } = SKID_STEER;
  let mapFromPlatform: Pose | null = null;
  let linearTremble = 0;
  let angularTremble = 0;
  let arrived = false;

  return {
    act(environment) {
      const { values } = environment.observe();
      mapFromPlatform ??= platformOf(environment);
      const yaw =
        yawOf(values["observation.base.orientation"] as unknown as Quat) - yawOf(mapFromPlatform.orientation);
      const [x, y] = transformPoint(
        invert(mapFromPlatform),
        values["observation.base.position"] as unknown as Vec3,
      );
      const toGoal = -x;
      arrived ||= toGoal < ARRIVED;
      if (arrived) return Float64Array.of(0, 0);

      linearTremble += -TREMBLE.decay * linearTremble + tremble * TREMBLE.linear * random.normal();
      angularTremble += -TREMBLE.decay * angularTremble + tremble * TREMBLE.angular * random.normal();
      const bearing = wrapAngle(atan2(-y, lookAhead) - yaw);
      const [, pitch] = values["observation.base.tilt"]!;
      const pace = Math.abs(pitch!) > LEANING ? onSlope * cruise : cruise;
      const speed = Math.min(pace * cos(bearing), APPROACH.speed + APPROACH.slope * toGoal);
      return Float64Array.of(
        clamp(speed + linearTremble, -limits.backward, limits.forward),
        clamp(TURN_GAIN * bearing + angularTremble, -limits.turn, limits.turn),
      );
    },
  };
}

/** map ← platform, whose x axis the track runs along. */
function platformOf(environment: Environment): Pose {
  const { place } = environment.goal();
  const object = objectById(environment.scene(), place ?? "");
  return object?.pose ?? refuse("climb", "place must be bound to an object of the scene", place);
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
