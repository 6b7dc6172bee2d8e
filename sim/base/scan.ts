/**
 * What a planar laser scanner on the middle of the base sees of a room: exact rays against walls and cylinders.
 * Beam k looks at 2πk / beams from the front, counter-clockwise; metres, `rangeMax` where nothing is nearer.
 * No noise here; and no tilt: the base stands on a level floor.
 */
import { cos, sin } from "../../core/index.js";
import type { PlanarPose, Room } from "./room.js";

/** Distances [beams] from the middle of the base at `pose` to the nearest surface, written into `ranges`. */
export function castScan(room: Room, pose: PlanarPose, rangeMax: number, ranges: Float32Array): void {
  const { x, y, yaw } = pose;
  const wall = room.halfWidth;
  for (let beam = 0; beam < ranges.length; beam++) {
    const angle = yaw + (2 * Math.PI * beam) / ranges.length;
    const dx = cos(angle);
    const dy = sin(angle);
    let range = rangeMax;
    if (dx !== 0) range = Math.min(range, ((dx > 0 ? wall : -wall) - x) / dx);
    if (dy !== 0) range = Math.min(range, ((dy > 0 ? wall : -wall) - y) / dy);
    for (const obstacle of room.obstacles) {
      const ox = obstacle.x - x;
      const oy = obstacle.y - y;
      const along = ox * dx + oy * dy;
      const across = ox * dy - oy * dx;
      const halfChordSquared = obstacle.radius * obstacle.radius - across * across;
      if (along > 0 && halfChordSquared > 0) range = Math.min(range, along - Math.sqrt(halfChordSquared));
    }
    ranges[beam] = Math.max(0, range);
  }
}
