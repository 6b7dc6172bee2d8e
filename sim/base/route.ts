/**
 * Which point to steer at on the way to a place, as a driver without a plan decides it: straight at the place
 * until something is near and in the way, then round it until the place is in sight. Frame `map`, metres.
 * Knows the whole room, yet acts on what is near and in view: that is what a learner with a scan can copy. Of
 * clones of drivers that swung out early, for obstacles still far away, 4 % collided on the same seeds on which 1 to
 * 2 % of these did.
 */
import { refuse } from "../../core/index.js";
import { type Point, planPath } from "./path.js";
import { clearance, type Room } from "./room.js";

/** Kept around the base on the way round, tried in turn: what a learner does not copy exactly it pays from this. */
const MARGINS = [0.2, 0.12, 0.08, 0.02] as const;
/** Kept on a straight way, or what there is at the base, less a little so that it can leave. */
const SIGHT = { margin: 0.2, grace: 0.02, step: 0.05 } as const;

export interface Route {
  /** The point `ahead` metres along the way from `here`, or the goal when it is nearer. */
  aim(here: Point, ahead: number): Point;
}

/** A way to `goal` whose driver notices what is in the way at `notice` metres. */
export function createRoute(room: Room, goal: Point, notice: number): Route {
  let path: readonly Point[] | null = null;
  let reached = 0;

  return {
    aim(here, ahead) {
      if (path !== null && isClear(room, here, goal, Number.POSITIVE_INFINITY)) path = null;
      else if (path === null && !isClear(room, here, goal, notice)) {
        path = wayRound(room, here, goal);
        reached = 0;
      }
      if (path === null) return towards(here, goal, ahead);
      reached = nearestAhead(path, reached, here);
      let next = reached;
      while (next < path.length - 1 && pointDistance(path[next]!, here) < ahead) next++;
      return path[next]!;
    },
  };
}

/** Distance between two points, m. */
export const pointDistance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Whether the base can drive straight from `here` towards `goal`, as far as `reach` or the goal. */
function isClear(room: Room, here: Point, goal: Point, reach: number): boolean {
  const length = Math.min(reach, pointDistance(here, goal));
  const margin = Math.min(SIGHT.margin, clearance(room, here.x, here.y) - SIGHT.grace);
  for (let way = 0; way <= length; way += SIGHT.step) {
    const { x, y } = towards(here, goal, way);
    if (clearance(room, x, y) < margin) return false;
  }
  return true;
}

function towards(here: Point, goal: Point, way: number): Point {
  const length = pointDistance(here, goal);
  if (length <= way) return goal;
  const share = way / length;
  return { x: here.x + share * (goal.x - here.x), y: here.y + share * (goal.y - here.y) };
}

function wayRound(room: Room, here: Point, goal: Point): readonly Point[] {
  for (const margin of MARGINS) {
    const path = planPath(room, here, goal, margin);
    if (path !== null) return path;
  }
  return refuse("route", "there must be a way to the goal", goal);
}

/** The nearest of the next points of the path: never back, never across to a later bend. */
function nearestAhead(path: readonly Point[], from: number, here: Point): number {
  let best = from;
  for (let i = from; i < Math.min(path.length, from + 25); i++)
    if (pointDistance(path[i]!, here) < pointDistance(path[best]!, here)) best = i;
  return best;
}
