/**
 * The key light's shadow map, drawn by the processor: the same texels as graphics draw, with the same offset by slope.
 * What has not moved since it was last drawn is drawn once; over it, what has moved, and only where that was and is.
 */
import type { Matrix4 } from "three";
import { type Piece, type Pool, SUB } from "./pool.js";

/** Of the offset: steps of slope, and of depth. */
const SLOPE = 2.5;
const UNITS = 8 / 2 ** 24;

/** A shadow map. */
export interface ShadowMap {
  readonly size: number;
  /** [size, size], rows from below: 0 at the light to 1 */
  readonly depth: Float32Array;
  /** Draws the solids as they stand. */
  update(pool: Pool, shadowFromWorld: Matrix4): void;
}

interface Area {
  readonly left: number;
  readonly low: number;
  readonly right: number;
  readonly high: number;
}

/** An empty map. */
export function createShadowMap(size: number): ShadowMap {
  // In one array, so that rows of one are copied into the other without an object for each.
  const both = new Float32Array(2 * size * size);
  const depth = both.subarray(0, size * size);
  const still = both.subarray(size * size);
  let of: Pool | null = null;
  let light: readonly number[] = [];
  /** of the last drawing: where solids stood, which of them have ever moved, and what those cover */
  let stood: number[][] = [];
  let moving: boolean[] = [];
  let covered: Area[] = [];

  const begin = (pool: Pool): void => {
    still.fill(1);
    pool.pieces.forEach((piece, i) => {
      if (piece.casts && moving[i] !== true) draw(still, size, pool, piece, light);
    });
    depth.set(still);
    covered = [];
  };

  return {
    size,
    depth,
    update: (pool, { elements }) => {
      const pieces = pool.pieces;
      const fresh = of !== pool || light.some((value, k) => value !== elements[k]);
      if (fresh) {
        light = [...elements];
        if (of !== pool) moving = pieces.map(() => false);
        of = pool;
      }
      const moves = fresh ? [] : pieces.flatMap(({ matrix }, i) => (isAt(matrix, stood[i]!) ? [] : [i]));
      const more = moves.some((i) => moving[i] !== true);
      for (const i of moves) moving[i] = true;
      if (fresh || more) begin(pool);
      for (const { left, low, right, high } of covered)
        for (let row = low; row <= high; row++) {
          const at = row * size + left;
          both.copyWithin(at, at + size * size, at + size * size + right - left + 1);
        }
      covered = pieces.flatMap((piece, i) =>
        piece.casts && moving[i] === true ? draw(depth, size, pool, piece, light) : [],
      );
      stood = pieces.map(({ matrix }) => [...matrix]);
    },
  };
}

const isAt = (matrix: readonly number[], stood: readonly number[]): boolean =>
  matrix.every((value, k) => value === stood[k]);

/** Draws a solid; what it covers, if anything. */
function draw(
  depth: Float32Array,
  size: number,
  { position, corners, x, y, near: z }: Pool,
  { matrix: m, vertices, triangles }: Piece,
  light: readonly number[],
): Area[] {
  const rows = [0, 1, 2].map((k) =>
    [0, 4, 8, 12].map(
      (c) =>
        light[k]! * m[c]! +
        light[k + 4]! * m[c + 1]! +
        light[k + 8]! * m[c + 2]! +
        (c === 12 ? light[k + 12]! : 0),
    ),
  );
  const [x0, x1, x2, x3] = rows[0] as [number, number, number, number];
  const [y0, y1, y2, y3] = rows[1] as [number, number, number, number];
  const [z0, z1, z2, z3] = rows[2] as [number, number, number, number];
  const scale = SUB * size;
  let least = scale;
  let most = 0;
  let lowest = scale;
  let highest = 0;
  for (let v = vertices[0], p = 3 * v; v < vertices[1]; v++, p += 3) {
    const px = position[p]!;
    const py = position[p + 1]!;
    const pz = position[p + 2]!;
    const vx = Math.floor(scale * (x0 * px + x1 * py + x2 * pz + x3) + 0.5);
    const vy = Math.floor(scale * (y0 * px + y1 * py + y2 * pz + y3) + 0.5);
    x[v] = vx;
    y[v] = vy;
    z[v] = z0 * px + z1 * py + z2 * pz + z3;
    if (vx < least) least = vx;
    if (vx > most) most = vx;
    if (vy < lowest) lowest = vy;
    if (vy > highest) highest = vy;
  }
  const texel = (value: number): number => Math.min(size - 1, Math.max(0, Math.floor(value / SUB)));
  if (most < 0 || highest < 0 || least >= scale || lowest >= scale) return [];
  for (let t = 3 * triangles[0]; t < 3 * triangles[1]; t += 3)
    drawFace(depth, size, x, y, z, corners[t]!, corners[t + 1]!, corners[t + 2]!);
  return [{ left: texel(least), right: texel(most), low: texel(lowest), high: texel(highest) }];
}

/** Draws a triangle that the light sees from its front: texels whose middles are in it. */
function drawFace(
  depth: Float32Array,
  size: number,
  x: Float64Array,
  y: Float64Array,
  z: Float64Array,
  a: number,
  b: number,
  c: number,
): void {
  const ax = x[a]!;
  const ay = y[a]!;
  const bx = x[b]!;
  const by = y[b]!;
  const cx = x[c]!;
  const cy = y[c]!;
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  if (!(area > 0)) return;
  const half = SUB / 2;
  const left = Math.max(0, Math.ceil((Math.min(ax, bx, cx) - half) / SUB));
  const right = Math.min(size - 1, Math.floor((Math.max(ax, bx, cx) - half) / SUB));
  const low = Math.max(0, Math.ceil((Math.min(ay, by, cy) - half) / SUB));
  const high = Math.min(size - 1, Math.floor((Math.max(ay, by, cy) - half) / SUB));
  if (left > right || low > high) return;
  const p0 = by - cy;
  const q0 = cx - bx;
  const p1 = cy - ay;
  const q1 = ax - cx;
  const p2 = ay - by;
  const q2 = bx - ax;
  const sx = SUB * left + half;
  const sy = SUB * low + half;
  let row0 = p0 * (sx - bx) + q0 * (sy - by);
  let row1 = p1 * (sx - cx) + q1 * (sy - cy);
  let row2 = p2 * (sx - ax) + q2 * (sy - ay);
  const over = 1 / area;
  const za = z[a]! * over;
  const zb = z[b]! * over;
  const zc = z[c]! * over;
  const dx = SUB * (za * p0 + zb * p1 + zc * p2);
  const dy = SUB * (za * q0 + zb * q1 + zc * q2);
  let rowZ = za * row0 + zb * row1 + zc * row2 + SLOPE * Math.max(Math.abs(dx), Math.abs(dy)) + UNITS;
  row0 -= p0 > 0 || (p0 === 0 && q0 > 0) ? 0 : 1;
  row1 -= p1 > 0 || (p1 === 0 && q1 > 0) ? 0 : 1;
  row2 -= p2 > 0 || (p2 === 0 && q2 > 0) ? 0 : 1;
  const step0 = SUB * p0;
  const step1 = SUB * p1;
  const step2 = SUB * p2;
  // In wide triangles a row is drawn from edge to edge; in small ones every texel is asked.
  const wide = right - left > 6;
  const over0 = -1 / step0;
  const over1 = -1 / step1;
  const over2 = -1 / step2;
  for (let row = low; row <= high; row++) {
    let first = 0;
    let last = right - left;
    if (wide) {
      if (step0 > 0) first = Math.max(first, row0 * over0);
      else if (step0 < 0) last = Math.min(last, row0 * over0);
      else if (row0 < 0) last = -1;
      if (step1 > 0) first = Math.max(first, row1 * over1);
      else if (step1 < 0) last = Math.min(last, row1 * over1);
      else if (row1 < 0) last = -1;
      if (step2 > 0) first = Math.max(first, row2 * over2);
      else if (step2 < 0) last = Math.min(last, row2 * over2);
      else if (row2 < 0) last = -1;
      first = Math.ceil(first);
      let value = rowZ + first * dx;
      const end = row * size + left + Math.floor(last);
      for (let at = row * size + left + first; at <= end; at++) {
        if (value < depth[at]!) depth[at] = value;
        value += dx;
      }
    } else {
      let e0 = row0;
      let e1 = row1;
      let e2 = row2;
      let value = rowZ;
      const end = row * size + right;
      for (let at = row * size + left; at <= end; at++) {
        if (e0 >= 0 && e1 >= 0 && e2 >= 0 && value < depth[at]!) depth[at] = value;
        e0 += step0;
        e1 += step1;
        e2 += step2;
        value += dx;
      }
    }
    row0 += SUB * q0;
    row1 += SUB * q1;
    row2 += SUB * q2;
    rowZ += dy;
  }
}
