/**
 * Convex polygons in a plane: area, and the exact area that two figures made of them share. Corners go
 * counter-clockwise, any unit of length. Not here: figures with curved sides, or whose pieces overlap.
 */
import { cos, sin } from "./elementary.js";

/** A point of a plane. */
export type Point2 = readonly [number, number];
/** Corners of a convex polygon, counter-clockwise. */
export type Polygon = readonly Point2[];

/** Area by the shoelace formula; negative for corners that go clockwise. */
export function areaOf(polygon: Polygon): number {
  let twice = 0;
  for (let i = 0; i < polygon.length; i++) {
    const [ax, ay] = polygon[i]!;
    const [bx, by] = polygon[(i + 1) % polygon.length]!;
    twice += ax * by - bx * ay;
  }
  return twice / 2;
}

/** What of `subject` lies in `window`, both convex (Sutherland and Hodgman 1974); [] when nothing does. */
export function clipped(subject: Polygon, window: Polygon): Polygon {
  let rest: Point2[] = [...subject];
  for (let i = 0; i < window.length && rest.length > 0; i++) {
    const [ax, ay] = window[i]!;
    const [bx, by] = window[(i + 1) % window.length]!;
    /** positive to the left of the side, which is inside */
    const side = ([x, y]: Point2): number => (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    const kept: Point2[] = [];
    for (let k = 0; k < rest.length; k++) {
      const [here, next] = [rest[k]!, rest[(k + 1) % rest.length]!];
      const [h, n] = [side(here), side(next)];
      if (h >= 0) kept.push(here);
      if (h >= 0 === n >= 0) continue;
      const u = h / (h - n);
      kept.push([here[0] + u * (next[0] - here[0]), here[1] + u * (next[1] - here[1])]);
    }
    rest = kept;
  }
  return rest;
}

/** The area that two figures share; each is given as convex pieces that do not overlap. */
export const sharedArea = (a: readonly Polygon[], b: readonly Polygon[]): number =>
  a.reduce((sum, piece) => sum + b.reduce((part, other) => part + areaOf(clipped(piece, other)), 0), 0);

/** A figure turned by `yaw` rad about the origin and then moved. */
export function placedAt(pieces: readonly Polygon[], [dx, dy]: Point2, yaw: number): Polygon[] {
  const [c, s] = [cos(yaw), sin(yaw)];
  return pieces.map((piece) => piece.map(([x, y]): Point2 => [dx + c * x - s * y, dy + s * x + c * y]));
}

/** A rectangle along the axes. */
export const rectangle = ([x0, y0]: Point2, [x1, y1]: Point2): Polygon => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];
