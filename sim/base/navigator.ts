/**
 * Demonstrates `navigate`: A* on the known room, pure pursuit (Coulter 1992) along it, and a hand that trembles.
 * The tremble (Ornstein-Uhlenbeck noise on the command that is executed and recorded) is what shows a learner
 * how to come back: without it the same demonstrations clone far worse. Frame `map`, metres, radians, seconds.
 */
import {
  createRandom,
  type Demonstrator,
  DIFF_DRIVE,
  type Environment,
  objectById,
  refuse,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import { type Point, planPath } from "./path.js";
import { clearance, type Room, roomOf } from "./room.js";

/**
 * Metres kept around the base, tried in turn: wide ways first, because what a learner does not copy exactly it
 * pays for with this margin (with 0.12 m and ways that hug corners clones collided three times as often).
 */
const MARGINS = [0.2, 0.12, 0.08, 0.02] as const;
/** rad/s of turn for one radian of bearing to the point ahead */
const TURN_GAIN = 2.2;
/** a point ahead more than this to the side is turned to before driving, rad */
const TURN_FIRST = 1;
/** at this distance to the place it stops, m */
const ARRIVED = 0.12;
/** the speed allowed at the place and how it grows with the distance to it: m/s, 1/s */
const APPROACH = { speed: 0.15, slope: 1 } as const;
/** full speed at this clearance and above, a quarter of it when touching, m */
const OPEN = 0.4;
/** tremble: decay in a step, and standard deviations of a step's push, m/s and rad/s */
const TREMBLE = { decay: 0.2, linear: 0.05, angular: 0.15 } as const;

/** A driver of one episode; its manner (speed, how far it looks ahead) and its tremble are drawn from `seed`. */
export function createNavigator(seed: number, style: "human" | "clean" = "human"): Demonstrator {
  const random = createRandom(seed).fork("demonstrator");
  const tremble = style === "human" ? 1 : 0;
  const lookAhead = random.uniform(0.35, 0.6);
  const cruise = random.uniform(0.3, 0.5);
  const { limits } = DIFF_DRIVE;
  let plan: { room: Room; goal: Point; path: Point[] } | null = null;
  let reached = 0;
  let linearTremble = 0;
  let angularTremble = 0;
  let arrived = false;

  return {
    act(environment) {
      const { values } = environment.observe();
      const [x, y] = values["observation.base.position"]!;
      const [qx, qy, qz, qw] = values["observation.base.orientation"]!;
      const yaw = yawOf([qx!, qy!, qz!, qw!]);
      const here = { x: x!, y: y! };
      plan ??= planFor(environment, here);
      const { room, goal, path } = plan;

      reached = nearestAhead(path, reached, here);
      let ahead = reached;
      while (ahead < path.length - 1 && distanceTo(path[ahead]!, here) < lookAhead) ahead++;
      const aim = path[ahead]!;
      const bearing = wrapAngle(Math.atan2(aim.y - here.y, aim.x - here.x) - yaw);
      const toGoal = distanceTo(goal, here);

      linearTremble += -TREMBLE.decay * linearTremble + tremble * TREMBLE.linear * random.normal();
      angularTremble += -TREMBLE.decay * angularTremble + tremble * TREMBLE.angular * random.normal();
      arrived ||= toGoal < ARRIVED;
      if (arrived) return Float64Array.of(0, 0);

      const free = Math.max(0, clearance(room, here.x, here.y));
      const speed =
        Math.abs(bearing) > TURN_FIRST
          ? 0
          : Math.min(
              cruise * Math.cos(bearing) * Math.min(1, 0.25 + free / OPEN),
              APPROACH.speed + APPROACH.slope * toGoal,
            );
      return Float64Array.of(
        clamp(speed + linearTremble, -limits.backward, limits.forward),
        clamp(
          clamp(TURN_GAIN * bearing, -limits.turn, limits.turn) + angularTremble,
          -limits.turn,
          limits.turn,
        ),
      );
    },
  };
}

function planFor(environment: Environment, from: Point): { room: Room; goal: Point; path: Point[] } {
  const scene = environment.scene();
  const { place } = environment.goal();
  const object = place === undefined ? undefined : objectById(scene, place);
  if (object === undefined)
    return refuse("navigate", "the slot place must be bound to an object of the scene", place);
  const [x, y] = object.pose.position;
  const goal = { x, y };
  const room = roomOf(scene.objects);
  for (const margin of MARGINS) {
    const path = planPath(room, from, goal, margin);
    if (path !== null) return { room, goal, path };
  }
  return refuse("navigate", "there must be a way to the place", place);
}

/** The nearest of the next points of the path: never back, never across to a later bend. */
function nearestAhead(path: readonly Point[], from: number, here: Point): number {
  let best = from;
  for (let i = from; i < Math.min(path.length, from + 25); i++)
    if (distanceTo(path[i]!, here) < distanceTo(path[best]!, here)) best = i;
  return best;
}

const distanceTo = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
