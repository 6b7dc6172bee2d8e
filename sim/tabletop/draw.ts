/** Drawing where things stand, from a seed: the reset distributions of tasks at the table. Metres, radians. */
import { type Random, wrapAngle } from "../../core/index.js";
import { TABLETOP } from "./layout.js";
import type { TableSetup } from "./setup.js";

/** A range on the table: its middle and half extents. */
export interface TableRange {
  readonly centre: readonly [number, number];
  readonly half: readonly [number, number];
}

/** Something to find a place for: no other may be nearer than both radii together. */
export interface Spot {
  readonly range: TableRange;
  readonly radius: number;
}

/** Where something stands. */
export interface Standing {
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
}

/**
 * A place for each spot, uniform over its range, any yaw, none nearer to another than their radii together: drawn
 * together until they fit, so that none is preferred.
 */
export function drawSpots(random: Random, spots: readonly Spot[]): Standing[] {
  for (;;) {
    const places = spots.map(({ range: { centre, half } }) => ({
      x: centre[0] + random.uniform(-half[0], half[0]),
      y: centre[1] + random.uniform(-half[1], half[1]),
      yaw: wrapAngle(random.uniform(-Math.PI, Math.PI)),
    }));
    const fit = places.every((a, i) =>
      places
        .slice(0, i)
        .every((b, j) => Math.hypot(a.x - b.x, a.y - b.y) >= spots[i]!.radius + spots[j]!.radius),
    );
    if (fit) return places;
  }
}

/** Where the tool begins: as for cubes and bins. */
export function drawTool(random: Random): TableSetup["tool"] {
  const { centre, range, yaw } = TABLETOP.tool;
  const around = (middle: number, half: number) => middle + random.uniform(-half, half);
  return {
    x: around(centre[0], range),
    y: around(centre[1], range),
    z: around(centre[2], range),
    yaw: around(0, yaw),
  };
}
