/**
 * Draws a room, a start and a goal from a seed: the reset distribution of `navigate`. Frame `map`, metres.
 * Every place of a drawn room can be reached from its start.
 */
import { DIFF_DRIVE, type Random } from "../../core/index.js";
import { planPath } from "./path.js";
import {
  HALF_WIDTH,
  HEIGHT,
  type Obstacle,
  PLACE_NAMES,
  type Place,
  type PlaceName,
  type PlanarPose,
  type Room,
} from "./room.js";

/** The constants rooms are drawn with. `clear...`: from the rim of a base that stands there to an obstacle. */
export const ROOM_LAYOUT = {
  obstacles: 6,
  obstacleRadius: [0.12, 0.35],
  /** |x| and |y| of obstacles, and of places and starts, stay below these */
  obstacleReach: 2.5,
  standReach: 2.4,
  /** between any two places, and between the start and the goal */
  apart: 2,
  clearStart: 0.25,
  clearPlace: 0.3,
  /** every place can be reached with this much room around the base */
  pathMargin: 0.08,
} as const;

/**
 * A room with three places, a start at rest anywhere in it, and the place to go to: at least `apart` from the
 * start. By rejection, so that every room has a path to every place.
 */
export function drawRoom(random: Random): { room: Room; start: PlanarPose; goal: PlaceName } {
  const { standReach, obstacleReach, obstacleRadius, apart, clearStart, clearPlace } = ROOM_LAYOUT;
  const spot = () => ({
    x: random.uniform(-standReach, standReach),
    y: random.uniform(-standReach, standReach),
  });
  for (let attempt = 0; attempt < 1000; attempt++) {
    const goal = random.pick(PLACE_NAMES);
    const places = PLACE_NAMES.map((name): Place => ({ name, ...spot() }));
    const start: PlanarPose = { ...spot(), yaw: random.uniform(-Math.PI, Math.PI) };
    const destination = places.find((place) => place.name === goal)!;
    const tooNear = (a: { x: number; y: number }, b: { x: number; y: number }) =>
      Math.hypot(a.x - b.x, a.y - b.y) < apart;
    if (tooNear(start, destination)) continue;
    if (places.some((place, index) => places.slice(0, index).some((other) => tooNear(place, other))))
      continue;

    const stands = [
      { ...start, clear: clearStart },
      ...places.map((place) => ({ ...place, clear: clearPlace })),
    ];
    const obstacles: Obstacle[] = [];
    for (let draw = 0; draw < 400 && obstacles.length < ROOM_LAYOUT.obstacles; draw++) {
      const obstacle = {
        x: random.uniform(-obstacleReach, obstacleReach),
        y: random.uniform(-obstacleReach, obstacleReach),
        radius: random.uniform(obstacleRadius[0], obstacleRadius[1]),
      };
      const gap = (other: { x: number; y: number }) => Math.hypot(obstacle.x - other.x, obstacle.y - other.y);
      if (stands.some((stand) => gap(stand) < obstacle.radius + DIFF_DRIVE.radius + stand.clear)) continue;
      if (obstacles.some((other) => gap(other) < obstacle.radius + other.radius)) continue;
      obstacles.push(obstacle);
    }
    if (obstacles.length < ROOM_LAYOUT.obstacles) continue;

    const room: Room = { halfWidth: HALF_WIDTH, height: HEIGHT, obstacles, places };
    if (places.every((place) => planPath(room, start, place, ROOM_LAYOUT.pathMargin) !== null))
      return { room, start, goal };
  }
  throw new Error("internal: no room found in 1000 attempts");
}
