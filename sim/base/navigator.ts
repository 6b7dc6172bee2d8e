/**
 * Demonstrates `navigate`: pure pursuit (Coulter 1992) of a route round what is in the way, and a hand that
 * trembles. The tremble (Ornstein-Uhlenbeck noise on the command that is executed and recorded) shows a learner
 * how to come back: without it the same demonstrations clone far worse. Frame `map`, metres, radians, seconds.
 */
import {
  atan2,
  cos,
  createRandom,
  type Demonstrator,
  DIFF_DRIVE,
  type Environment,
  type Quat,
  refuse,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import { DEFAULT_STYLE, type DemonstrationStyle } from "../tasks/task.js";
import type { Point } from "./path.js";
import { clearance, type Room, roomOf } from "./room.js";
import { createRoute, pointDistance, type Route } from "./route.js";

/** From how far it notices what is in the way, m; how far ahead it steers, m; how fast it drives, m/s. */
const MANNER = { notice: [0.4, 0.8], lookAhead: [0.35, 0.6], cruise: [0.3, 0.5] } as const;
/** rad/s of turn for one radian of bearing to the point ahead */
const TURN_GAIN = 2.2;
/** a point ahead more than this to the side is turned to before driving, rad */
const TURN_FIRST = 1;
/** at this distance to the place it stops, m */
const ARRIVED = 0.12;
/** the speed allowed at the place and how it grows with the distance to it: m/s, 1/s */
const APPROACH = { speed: 0.15, slope: 1 } as const;
/** the share of full speed when touching, and the clearance at which it grows by one, m */
const CAUTION = { least: 0.25, clearance: 0.4 } as const;
/** tremble: decay in a step, and standard deviations of a step's push, m/s and rad/s */
const TREMBLE = { decay: 0.2, linear: 0.05, angular: 0.15 } as const;

/** tremble of each style, as a factor; worse ones would touch what they pass */
const SHAKY: Readonly<Record<DemonstrationStyle, number>> = { worse: 1.5, okay: 1.25, better: 1, clean: 0 };

/** A driver of one episode; its manner and its tremble are drawn from `seed`. */
export function createNavigator(seed: number, style: DemonstrationStyle = DEFAULT_STYLE): Demonstrator {
  const random = createRandom(seed).fork("demonstrator");
  const tremble = SHAKY[style];
  const notice = random.uniform(...MANNER.notice);
  const lookAhead = random.uniform(...MANNER.lookAhead);
  const cruise = random.uniform(...MANNER.cruise);
  const { limits } = DIFF_DRIVE;
  let errand: { room: Room; goal: Point; route: Route } | null = null;
  let linearTremble = 0;
  let angularTremble = 0;
  let arrived = false;

  return {
    act(environment) {
      const { values } = environment.observe();
      const [x, y] = values["observation.base.position"]!;
      const yaw = yawOf(values["observation.base.orientation"] as unknown as Quat);
      const here = { x: x!, y: y! };
      errand ??= errandOf(environment, notice);
      const { room, goal, route } = errand;
      const toGoal = pointDistance(goal, here);
      arrived ||= toGoal < ARRIVED;
      if (arrived) return Float64Array.of(0, 0);

      linearTremble += -TREMBLE.decay * linearTremble + tremble * TREMBLE.linear * random.normal();
      angularTremble += -TREMBLE.decay * angularTremble + tremble * TREMBLE.angular * random.normal();
      const aim = route.aim(here, lookAhead);
      const bearing = wrapAngle(atan2(aim.y - here.y, aim.x - here.x) - yaw);
      const free = Math.max(0, clearance(room, here.x, here.y));
      const caution = Math.min(1, CAUTION.least + free / CAUTION.clearance);
      const speed =
        Math.abs(bearing) > TURN_FIRST
          ? 0
          : Math.min(cruise * cos(bearing) * caution, APPROACH.speed + APPROACH.slope * toGoal);
      const turn = clamp(TURN_GAIN * bearing, -limits.turn, limits.turn);
      return Float64Array.of(
        clamp(speed + linearTremble, -limits.backward, limits.forward),
        clamp(turn + angularTremble, -limits.turn, limits.turn),
      );
    },
  };
}

function errandOf(environment: Environment, notice: number): { room: Room; goal: Point; route: Route } {
  const { objects } = environment.scene();
  const { place } = environment.goal();
  const object = objects.find(({ id }) => id === place);
  if (object === undefined) return refuse("navigate", "place must be bound to an object of the scene", place);
  const [x, y] = object.pose.position;
  const goal = { x, y };
  const room = roomOf(objects);
  return { room, goal, route: createRoute(room, goal, notice) };
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
