/**
 * What is seen where: triangles drawn into the samples of a picture, each with the nearest one. A pixel has four samples
 * for smooth edges and one in its middle for depth and ids; places of samples, the grid of sixteenths of a pixel that
 * vertices lie on and the rule for edges are those of software graphics (Vulkan's standard places, four bits of
 * sub-pixel), so that edges fall alike. Rows from below. Not here: what colour that is.
 */
import { add, cross, dot, scale, type Vec3 } from "../../../core/index.js";
import { type Piece, type Pool, SUB } from "./pool.js";

/** Samples of a pixel; the last is its middle. */
export const SAMPLES = 5;
const AT_X = [6, 14, 2, 10, 8] as const;
const AT_Y = [2, 6, 10, 14, 8] as const;

/** The samples of a picture. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  /** [height, width, samples] 1/m, 0 where nothing is; and the triangle, -1 where none is */
  readonly near: Float32Array;
  readonly face: Int32Array;
  /** share of a sample's colour that the veils over it leave */
  readonly veiled: Float32Array;
}

export const createSamples = (width: number, height: number): Samples => ({
  width,
  height,
  near: new Float32Array(width * height * SAMPLES),
  face: new Int32Array(width * height * SAMPLES),
  veiled: new Float32Array(width * height * SAMPLES),
});

/** Nothing is seen anywhere. */
export function clearSamples({ near, face, veiled }: Samples): void {
  near.fill(0);
  face.fill(-1);
  veiled.fill(1);
}

/** How a camera maps the world: rows of the picture's x, y (each divided by depth) and depth, of four columns. */
export interface Lens {
  /** sub-pixels from the lower left corner, times depth; m */
  readonly x: readonly [number, number, number, number];
  readonly y: readonly [number, number, number, number];
  readonly depth: readonly [number, number, number, number];
  /** m, nearer than which nothing is seen */
  readonly from: number;
  /** sub-pixels */
  readonly width: number;
  readonly height: number;
}

/** A lens at a place. @param axes of the optical frame in the world: x right, y down, z into the picture */
export function lensAt(
  eye: readonly [number, number, number],
  axes: readonly (readonly [number, number, number])[],
  focal: number,
  width: number,
  height: number,
  from: number,
): Lens {
  const [right, down, ahead] = axes.map((axis) => [
    ...axis,
    -(axis[0] * eye[0] + axis[1] * eye[1] + axis[2] * eye[2]),
  ]) as [number[], number[], number[]];
  const row = (side: number[], sign: number, middle: number) =>
    side.map((value, k) => SUB * (sign * focal * value + middle * ahead[k]!));
  return {
    x: row(right, 1, width / 2) as unknown as Lens["x"],
    y: row(down, -1, height / 2) as unknown as Lens["y"],
    depth: ahead as unknown as Lens["depth"],
    ...{ from, width: SUB * width, height: SUB * height },
  };
}

/** Draws solids. @param from, to the samples of a pixel that are wanted */
export function drawPieces(
  samples: Samples,
  pool: Pool,
  lens: Lens,
  pieces: readonly Piece[],
  from: number,
  to: number,
): void {
  const { position, corners, x, y, near, beyond } = pool;
  /** free places behind the pool's own */
  let spareVertex = pool.vertices;
  let spareTriangle = pool.triangles;
  const lx = lens.x;
  const ly = lens.y;
  const ld = lens.depth;
  for (const { matrix: m, vertices, triangles, middle, radius } of pieces) {
    const rows = [lx, ly, ld].map((row) => [
      row[0] * m[0]! + row[1] * m[1]! + row[2] * m[2]!,
      row[0] * m[4]! + row[1] * m[5]! + row[2] * m[6]!,
      row[0] * m[8]! + row[1] * m[9]! + row[2] * m[10]!,
      row[0] * m[12]! + row[1] * m[13]! + row[2] * m[14]! + row[3],
    ]) as [number[], number[], number[]];
    if (isOutside(rows, middle, radius, lens)) continue;
    const [x0, x1, x2, x3] = rows[0] as [number, number, number, number];
    const [y0, y1, y2, y3] = rows[1] as [number, number, number, number];
    const [d0, d1, d2, d3] = rows[2] as [number, number, number, number];
    for (let v = vertices[0], p = 3 * v; v < vertices[1]; v++, p += 3) {
      const px = position[p]!;
      const py = position[p + 1]!;
      const pz = position[p + 2]!;
      const depth = d0 * px + d1 * py + d2 * pz + d3;
      const ux = x0 * px + x1 * py + x2 * pz + x3;
      const uy = y0 * px + y1 * py + y2 * pz + y3;
      const over = 1 / depth;
      near[v] = over;
      x[v] = Math.floor(ux * over + 0.5);
      y[v] = Math.floor(uy * over + 0.5);
      beyond[v] =
        (depth < lens.from ? 1 : 0) |
        (ux < 0 ? 2 : 0) |
        (ux > lens.width * depth ? 4 : 0) |
        (uy < 0 ? 8 : 0) |
        (uy > lens.height * depth ? 16 : 0);
    }
    for (let t = triangles[0]; t < triangles[1]; t++) {
      const a = corners[3 * t]!;
      const b = corners[3 * t + 1]!;
      const c = corners[3 * t + 2]!;
      if ((beyond[a]! & beyond[b]! & beyond[c]!) !== 0) continue;
      const sides = beyond[a]! | beyond[b]! | beyond[c]!;
      if (sides === 0) drawTriangle(samples, x, y, near, a, b, c, t, from, to);
      else if (spareVertex + 8 <= near.length) {
        const cut = cutTriangle(pool, lens, rows, [a, b, c], sides, spareVertex);
        spareVertex += cut.length;
        // What is before the camera is coloured by its own corners, wherever they are.
        const whole = (sides & 1) === 0;
        const plane = whole ? planeOf(x, y, near, a, b, c) : exactPlaneOf(pool, rows, [a, b, c]);
        for (let k = 2; k < cut.length && 3 * spareTriangle < corners.length; k++) {
          const [p, q, r] = [cut[0]!, cut[k - 1]!, cut[k]!];
          if (!whole) {
            corners.set([p, q, r], 3 * spareTriangle);
            pool.finishOf[spareTriangle] = pool.finishOf[t]!;
            pool.pieceOf[spareTriangle] = pool.pieceOf[t]!;
          }
          const face = whole ? t : spareTriangle++;
          drawTriangle(samples, x, y, near, p, q, r, face, from, to, null, plane);
        }
      }
    }
  }
}

/** Whether a sphere is nowhere in the picture. */
function isOutside(
  [x, y, depth]: readonly number[][],
  at: readonly number[],
  radius: number,
  lens: Lens,
): boolean {
  const of = (row: readonly number[]) => row[0]! * at[0]! + row[1]! * at[1]! + row[2]! * at[2]! + row[3]!;
  const beyond = (row: readonly number[]) => of(row) < -radius * Math.hypot(row[0]!, row[1]!, row[2]!);
  const less = (size: number, row: readonly number[]) => row.map((value, k) => size * depth![k]! - value);
  return (
    of(depth!) + radius < lens.from ||
    beyond(x!) ||
    beyond(y!) ||
    beyond(less(lens.width, x!)) ||
    beyond(less(lens.height, y!))
  );
}

/** A corner of what is left of a triangle: place times depth, depth, and its shares of the triangle's own corners. */
type Cut = readonly [x: number, y: number, depth: number, a: number, b: number, c: number];

/**
 * What of a triangle is in the picture, as new vertices in order: these lie on the grid too, as where graphics cut, so
 * that the edges between them fall alike.
 * @param sides that it goes beyond, as in `beyond`
 */
function cutTriangle(
  pool: Pool,
  { from, width, height }: Lens,
  [rowX, rowY, rowDepth]: readonly number[][],
  abc: readonly [number, number, number],
  sides: number,
  first: number,
): number[] {
  const { position, normal, uv, x, y, near } = pool;
  const of = (row: readonly number[], v: number): number =>
    row[0]! * position[3 * v]! + row[1]! * position[3 * v + 1]! + row[2]! * position[3 * v + 2]! + row[3]!;
  let left: Cut[] = abc.map((v, k) => [
    ...([of(rowX!, v), of(rowY!, v), of(rowDepth!, v)] as const),
    ...([k === 0 ? 1 : 0, k === 1 ? 1 : 0, k === 2 ? 1 : 0] as const),
  ]);
  const inside: readonly ((cut: Cut) => number)[] = [
    ([, , depth]) => depth - from,
    ([ux]) => ux,
    ([ux, , depth]) => width * depth - ux,
    ([, uy]) => uy,
    ([, uy, depth]) => height * depth - uy,
  ];
  inside.forEach((distance, side) => {
    if ((sides & (1 << side)) === 0) return;
    left = left.flatMap((a, k) => {
      const b = left[(k + 1) % left.length]!;
      const da = distance(a);
      const db = distance(b);
      const kept = da >= 0 ? [a] : [];
      if (da >= 0 === db >= 0) return kept;
      const u = da / (da - db);
      return [...kept, a.map((value, i) => value + u * (b[i]! - value)) as unknown as Cut];
    });
  });
  return left.map(([ux, uy, depth, ...shares], k) => {
    const v = first + k;
    for (const [array, n] of [
      [position, 3],
      [normal, 3],
      [uv, 2],
    ] as const)
      for (let i = 0; i < n; i++)
        array[n * v + i] = abc.reduce((sum, corner, c) => sum + shares[c]! * array[n * corner + i]!, 0);
    near[v] = 1 / depth;
    x[v] = Math.floor(ux / depth + 0.5);
    y[v] = Math.floor(uy / depth + 0.5);
    return v;
  });
}

/** One over depth all over a triangle's plane, by its corners on the grid. */
function planeOf(
  x: Float64Array,
  y: Float64Array,
  near: Float64Array,
  a: number,
  b: number,
  c: number,
): [number, number, number] {
  const bx = x[b]! - x[a]!;
  const by = y[b]! - y[a]!;
  const cx = x[c]! - x[a]!;
  const cy = y[c]! - y[a]!;
  const area = bx * cy - by * cx;
  const up = near[b]! - near[a]!;
  const over = near[c]! - near[a]!;
  const p = (up * cy - over * by) / area;
  const q = (over * bx - up * cx) / area;
  return [p, q, near[a]! - p * x[a]! - q * y[a]!];
}

/** The same by where they are, for those of which one is behind the camera. */
function exactPlaneOf(
  { position }: Pool,
  rows: readonly number[][],
  abc: readonly [number, number, number],
): [number, number, number] {
  const [a, b, c] = abc.map((v) =>
    rows.map(
      (row) =>
        row[0]! * position[3 * v]! +
        row[1]! * position[3 * v + 1]! +
        row[2]! * position[3 * v + 2]! +
        row[3]!,
    ),
  ) as unknown as [Vec3, Vec3, Vec3];
  // (x, y, depth) · plane = 1 at all three, by Cramer's rule.
  const [bc, ca, ab] = [cross(b, c), cross(c, a), cross(a, b)];
  return scale(add(add(bc, ca), ab), 1 / dot(a, bc)) as [number, number, number];
}

/** Of the edges at the samples of a pixel, and of depth. */
const offset0 = new Float64Array(SAMPLES);
const offset1 = new Float64Array(SAMPLES);
const offset2 = new Float64Array(SAMPLES);
const offsetNear = new Float64Array(SAMPLES);

/**
 * Draws a triangle that is seen from its front, all of it before the camera.
 * @param veil instead of the triangle: the share of colour that it leaves at a pixel
 * @param plane one over depth as it changes with x and y, and at 0, where the corners do not say it exactly
 */
export function drawTriangle(
  { width, height, near: nearest, face, veiled }: Samples,
  x: Float64Array,
  y: Float64Array,
  near: Float64Array,
  a: number,
  b: number,
  c: number,
  triangle: number,
  from: number,
  to: number,
  veil: ((column: number, row: number) => number) | null = null,
  plane: readonly [number, number, number] | null = null,
): void {
  const ax = x[a]!;
  const ay = y[a]!;
  const bx = x[b]!;
  const by = y[b]!;
  const cx = x[c]!;
  const cy = y[c]!;
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  if (!(area > 0)) return;
  const left = Math.max(0, Math.floor(Math.min(ax, bx, cx) / SUB));
  const right = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx) / SUB));
  const low = Math.max(0, Math.floor(Math.min(ay, by, cy) / SUB));
  const high = Math.min(height - 1, Math.floor(Math.max(ay, by, cy) / SUB));
  if (left > right || low > high) return;
  // Edge functions rise into the triangle; 0 is the vertex, 1 the one after it. On an edge only left and lower ones count.
  const p0 = by - cy;
  const q0 = cx - bx;
  const p1 = cy - ay;
  const q1 = ax - cx;
  const p2 = ay - by;
  const q2 = bx - ax;
  const sx = SUB * left;
  const sy = SUB * low;
  let row0 = p0 * (sx - bx) + q0 * (sy - by);
  let row1 = p1 * (sx - cx) + q1 * (sy - cy);
  let row2 = p2 * (sx - ax) + q2 * (sy - ay);
  const over = 1 / area;
  const na = near[a]! * over;
  const nb = near[b]! * over;
  const nc = near[c]! * over;
  const pn = plane === null ? na * p0 + nb * p1 + nc * p2 : plane[0];
  const qn = plane === null ? na * q0 + nb * q1 + nc * q2 : plane[1];
  let rowNear = plane === null ? na * row0 + nb * row1 + nc * row2 : pn * sx + qn * sy + plane[2];
  row0 -= p0 > 0 || (p0 === 0 && q0 > 0) ? 0 : 1;
  row1 -= p1 > 0 || (p1 === 0 && q1 > 0) ? 0 : 1;
  row2 -= p2 > 0 || (p2 === 0 && q2 > 0) ? 0 : 1;
  for (let s = from; s < to; s++) {
    const dx = AT_X[s]!;
    const dy = AT_Y[s]!;
    offset0[s] = p0 * dx + q0 * dy;
    offset1[s] = p1 * dx + q1 * dy;
    offset2[s] = p2 * dx + q2 * dy;
    // Graphics in software take a sample's depth at its mirror image across the pixel's middle, and surfaces that meet
    // at an edge are to end where they end there.
    offsetNear[s] = pn * (SUB - dx) + qn * dy;
  }
  const most0 = SUB * (Math.max(p0, 0) + Math.max(q0, 0));
  const most1 = SUB * (Math.max(p1, 0) + Math.max(q1, 0));
  const most2 = SUB * (Math.max(p2, 0) + Math.max(q2, 0));
  const step0 = SUB * p0;
  const step1 = SUB * p1;
  const step2 = SUB * p2;
  const stepNear = SUB * pn;
  for (let row = low; row <= high; row++) {
    let e0 = row0;
    let e1 = row1;
    let e2 = row2;
    let n = rowNear;
    for (let column = left, at = (row * width + left) * SAMPLES; column <= right; column++, at += SAMPLES) {
      if (e0 + most0 >= 0 && e1 + most1 >= 0 && e2 + most2 >= 0) {
        let share = -1;
        for (let s = from; s < to; s++)
          if (e0 + offset0[s]! >= 0 && e1 + offset1[s]! >= 0 && e2 + offset2[s]! >= 0) {
            const value = n + offsetNear[s]!;
            const i = at + s;
            if (veil === null) {
              if (value >= nearest[i]!) {
                nearest[i] = value;
                face[i] = triangle;
              }
            } else if (value * (1 + 1e-6) >= nearest[i]!) {
              if (share < 0) share = veil(column, row);
              veiled[i]! *= share;
            }
          }
      }
      e0 += step0;
      e1 += step1;
      e2 += step2;
      n += stepNear;
    }
    row0 += SUB * q0;
    row1 += SUB * q1;
    row2 += SUB * q2;
    rowNear += SUB * qn;
  }
}
