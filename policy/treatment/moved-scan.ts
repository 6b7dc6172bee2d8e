/**
 * What a planar scanner would see a little to the side of where it was: surfaces between neighbouring points that were
 * seen, looked at anew. What stood hidden stays unseen, and between two beams a surface is taken for straight. Frame:
 * the scanner's, beam k at 2πk / beams from the front, counter-clockwise; metres. Beams without a hit read the farthest
 * range of the scan.
 */

/** Two neighbouring points are of one surface when they lie nearer to each other than this share of their range, or than m. */
const ONE_SURFACE = { share: 0.7, least: 0.3 } as const;
/** A point with no neighbour of its surface is a post so wide, m. */
const POST = 0.08;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly range: number;
}

/**
 * Ranges [beams] as seen `left` metres to the left.
 * @param farthest what a beam reads that meets nothing
 */
export function scanFromBeside(ranges: ArrayLike<number>, left: number, farthest: number): Float32Array {
  const beams = ranges.length;
  const angle = (beam: number): number => (2 * Math.PI * beam) / beams;
  const points = Array.from({ length: beams }, (_, beam): Point | null => {
    const range = ranges[beam]!;
    return range < farthest
      ? { x: range * Math.cos(angle(beam)), y: range * Math.sin(angle(beam)) - left, range }
      : null;
  });
  const walls = points.flatMap((from, beam): (readonly [Point, Point])[] => {
    const to = points[(beam + 1) % beams];
    return from === null || to == null || !ofOneSurface(from, to) ? [] : [[from, to]];
  });
  const joined = new Set(walls.flat());
  const posts = points.filter((point): point is Point => point !== null && !joined.has(point));
  return Float32Array.from({ length: beams }, (_, beam) => {
    const [c, s] = [Math.cos(angle(beam)), Math.sin(angle(beam))];
    let nearest = farthest;
    for (const [from, to] of walls) nearest = Math.min(nearest, meets(c, s, from, to));
    for (const { x, y } of posts) {
      if (Math.abs(y * c - x * s) > POST / 2) continue;
      const along = x * c + y * s;
      if (along > 0) nearest = Math.min(nearest, along);
    }
    return nearest;
  });
}

const ofOneSurface = (a: Point, b: Point): boolean =>
  Math.hypot(a.x - b.x, a.y - b.y) <
  ONE_SURFACE.share * Math.max(ONE_SURFACE.least, Math.min(a.range, b.range));

/** m along the ray (c, s) from the origin to the segment; Infinity when it passes. */
function meets(c: number, s: number, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const across = s * dx - c * dy;
  if (Math.abs(across) < 1e-9) return Number.POSITIVE_INFINITY;
  const along = (from.y * dx - from.x * dy) / across;
  const share = (c * from.y - s * from.x) / across;
  return along > 0 && share >= 0 && share <= 1 ? along : Number.POSITIVE_INFINITY;
}
