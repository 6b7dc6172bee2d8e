/**
 * The floor and the four walls that every base of the house drives between, as colliders. Frame `map`; metres. Not here:
 * what stands on the floor.
 */
import type { ColliderDesc } from "@dimforge/rapier3d";
import { type PhysicsWorld, rapier } from "../engine.js";

/** Adds the floor, a metre wider than the walls on each side. */
export function addFloor(into: PhysicsWorld, halfWidth: number, friction: number): void {
  into.addCollider(
    rapier()
      .ColliderDesc.cuboid(halfWidth + 1, halfWidth + 1, 0.1)
      .setTranslation(0, 0, -0.1)
      .setFriction(friction),
    "environment",
  );
}

/** The walls, their inner faces `halfWidth` from the middle. */
export function wallsAround(halfWidth: number, height: number): ColliderDesc[] {
  const { ColliderDesc } = rapier();
  return [1, -1].flatMap((side) => {
    const thickness = 0.1;
    const reach = side * (halfWidth + thickness);
    const long = halfWidth + 2 * thickness;
    return [
      ColliderDesc.cuboid(thickness, long, height / 2).setTranslation(reach, 0, height / 2),
      ColliderDesc.cuboid(long, thickness, height / 2).setTranslation(0, reach, height / 2),
    ];
  });
}
