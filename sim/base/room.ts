/**
 * The room a mobile base drives in, seen from above: four walls, round obstacles, and named places to stand at.
 * Frame `map`: origin in the middle of the floor, z up; metres and radians. Plain data; `layout.ts` draws
 * one from a seed, `base-sim.ts` has its physics, `scan.ts` the laser's view of it.
 */
import { DIFF_DRIVE, IDENTITY_QUAT, type SceneObject, type Vec3 } from "../../core/index.js";

/** A place has nothing to bump into: it is a spot on the floor. */
export type PlaceName = "shelf" | "door" | "desk";
/** The places every room has, by name. */
export const PLACE_NAMES: readonly PlaceName[] = ["shelf", "door", "desk"];

/** An upright cylinder on the floor. */
export interface Obstacle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Where the middle of the base is to stand. */
export interface Place {
  readonly name: PlaceName;
  readonly x: number;
  readonly y: number;
}

/** A walled room with its obstacles and places, map frame. */
export interface Room {
  /** from the middle to each wall */
  readonly halfWidth: number;
  /** of walls and obstacles */
  readonly height: number;
  readonly obstacles: readonly Obstacle[];
  readonly places: readonly Place[];
}

/** Where a base stands: the middle between its wheels, and its heading. */
export interface PlanarPose {
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
}

/** Metres from the middle to each wall, and the height of walls and obstacles, of every room of the house. */
export const HALF_WIDTH = 3;
export const HEIGHT = 0.5;

/** Distance from the rim of a base at (x, y) to the nearest wall or obstacle; negative when they overlap. */
export function clearance(room: Room, x: number, y: number): number {
  let nearest = room.halfWidth - Math.max(Math.abs(x), Math.abs(y));
  for (const obstacle of room.obstacles)
    nearest = Math.min(nearest, Math.hypot(x - obstacle.x, y - obstacle.y) - obstacle.radius);
  return nearest - DIFF_DRIVE.radius;
}

/** The room as scene objects in frame `map`: places by their names, obstacles as `obstacle_1` and so on. */
export function roomObjects(room: Room, time: number): SceneObject[] {
  const object = (id: string, kind: SceneObject["class"], size: Vec3, position: Vec3): SceneObject => ({
    id,
    class: kind,
    colour: null,
    size,
    pose: { position, orientation: IDENTITY_QUAT },
    uncertainty: { position: 0, rotation: 0 },
    time,
  });
  return [
    ...room.places.map((place) => object(place.name, place.name, PLACE_SIZE, [place.x, place.y, 0])),
    ...room.obstacles.map(({ x, y, radius }, index) =>
      object(
        `obstacle_${index + 1}`,
        "obstacle",
        [2 * radius, 2 * radius, room.height],
        [x, y, room.height / 2],
      ),
    ),
  ];
}

/** A mark on the floor as wide as the tolerance of being there. */
const PLACE_SIZE: Vec3 = [0.5, 0.5, 0];

/** The room behind scene objects of `roomObjects`, with the walls that every room has. */
export function roomOf(objects: readonly SceneObject[]): Room {
  const places: Place[] = [];
  const obstacles: Obstacle[] = [];
  for (const { class: kind, pose, size } of objects) {
    const [x, y] = pose.position;
    if (kind === "obstacle") obstacles.push({ x, y, radius: size[0] / 2 });
    else if (kind === "shelf" || kind === "door" || kind === "desk") places.push({ name: kind, x, y });
  }
  return { halfWidth: HALF_WIDTH, height: HEIGHT, obstacles, places };
}
