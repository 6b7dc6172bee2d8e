/**
 * Solids that everything in the picture is made of: bodies of revolution along a straight or bent axis, rounded
 * boxes, rounded slabs and rings. Each carries its finish (colour, roughness, ...) in its vertices, so that many
 * solids of different finishes merge into one. Metres; axes and origins as each function says.
 */
import {
  BufferAttribute,
  BufferGeometry,
  ExtrudeGeometry,
  Matrix4,
  Path,
  Quaternion,
  Shape,
  Vector3,
} from "three";
import { RoundedBoxGeometry } from "three/addons/geometries/RoundedBoxGeometry.js";
import { mergeGeometries, mergeVertices } from "three/addons/utils/BufferGeometryUtils.js";
import { add, cross, dot, norm, type Pose, scale, subtract, type Vec3 } from "../../core/index.js";
import { type Finish, paintVertices } from "./finish.js";

/** How finely solids are cut. Recorded pictures and shadows use the coarse ones: their pixels are larger. */
export interface Detail {
  /** factor on the pieces around an axis */
  readonly around: number;
  /** pieces of a rounded corner of a profile, of an outline's corner, of a bevel, of a rounded box's edge */
  readonly rounding: number;
  readonly arc: number;
  readonly bevel: number;
  readonly box: number;
  /** pieces along a shell */
  readonly along: number;
  /** whether screws and other trifles are there */
  readonly trifles: boolean;
}

/** For the page's picture. */
export const FINE: Detail = { around: 1, rounding: 4, arc: 10, bevel: 3, box: 3, along: 16, trifles: true };
/** For recorded pictures, shadows and picking. */
export const COARSE: Detail = {
  around: 0.45,
  rounding: 1,
  arc: 3,
  bevel: 1,
  box: 1,
  along: 7,
  trifles: false,
};

/** A corner of a profile: radius and place along the axis, m, and by how much it is rounded. */
export type Corner = readonly [radius: number, along: number, round?: number];

/** An axis to revolve around: a point and a direction for each place along it. */
export interface Axis {
  at(along: number): { readonly point: Vec3; readonly direction: Vec3; readonly side: Vec3 };
}

/** The axis from `origin` along the unit vector `direction`. */
export function straight(origin: Vec3, direction: Vec3): Axis {
  const side = sideways(direction);
  return { at: (along) => ({ point: add(origin, scale(direction, along)), direction, side }) };
}

/** The z axis. */
export const UP_AXIS = straight([0, 0, 0], [0, 0, 1]);

/** An axis that bends from `start` over `bend` to `end` (a quadratic Bézier curve); `length` is the way along it. */
export function bent(start: Vec3, bend: Vec3, end: Vec3): Axis & { readonly length: number } {
  const steps = 32;
  const pointAt = (u: number): Vec3 =>
    add(add(scale(start, (1 - u) ** 2), scale(bend, 2 * u * (1 - u))), scale(end, u * u));
  const slopeAt = (u: number): Vec3 =>
    add(scale(subtract(bend, start), 2 * (1 - u)), scale(subtract(end, bend), 2 * u));
  const ways = [0];
  for (let i = 1; i <= steps; i++)
    ways.push(ways[i - 1]! + norm(subtract(pointAt(i / steps), pointAt((i - 1) / steps))));
  const length = ways[steps]!;
  const plane = cross(subtract(bend, start), subtract(end, bend));
  const flat = norm(plane) < 1e-6 * length * length;
  const binormal = flat ? sideways(unit(subtract(end, start))) : unit(plane);
  return {
    length,
    at: (along) => {
      const way = Math.min(Math.max(along, 0), length);
      let i = 1;
      while (i < steps && ways[i]! < way) i++;
      const u = (i - 1 + (way - ways[i - 1]!) / (ways[i]! - ways[i - 1]!)) / steps;
      const direction = unit(slopeAt(u));
      return { point: add(pointAt(u), scale(direction, along - way)), direction, side: binormal };
    },
  };
}

/**
 * The body of a profile around an axis. Corners go with rising `along` on the outside of the body; a corner
 * without rounding is sharp. The ends stay open.
 */
export function revolve(
  detail: Detail,
  profile: readonly Corner[],
  finish: Finish,
  options: { readonly axis?: Axis; readonly segments?: number } = {},
): BufferGeometry {
  const { axis = UP_AXIS } = options;
  const segments = Math.round(detail.around * (options.segments ?? 40));
  const positions: number[] = [];
  const normals: number[] = [];
  const index: number[] = [];
  const cosines = Array.from({ length: segments + 1 }, (_, s) => Math.cos((2 * Math.PI * s) / segments));
  const sines = Array.from({ length: segments + 1 }, (_, s) => Math.sin((2 * Math.PI * s) / segments));
  const ring = ([radius, along]: readonly [number, number], [nr, na]: readonly [number, number]) => {
    const { point, direction, side } = axis.at(along);
    const other = cross(direction, side);
    const first = positions.length / 3;
    for (let s = 0; s <= segments; s++) {
      const [c, n] = [cosines[s]!, sines[s]!];
      for (let k = 0; k < 3; k++) {
        const out = c * side[k]! + n * other[k]!;
        positions.push(point[k]! + radius * out);
        normals.push(nr * out + na * direction[k]!);
      }
    }
    return first;
  };
  for (const strip of strips(profile, detail.rounding)) {
    let last = -1;
    for (const { at, normal } of strip) {
      const first = ring(at, normal);
      if (last >= 0)
        for (let s = 0; s < segments; s++) {
          const [a, b, c, d] = [last + s, last + s + 1, first + s, first + s + 1] as const;
          index.push(a, b, d, a, d, c);
        }
      last = first;
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(Float32Array.from(positions), 3));
  geometry.setAttribute("normal", new BufferAttribute(Float32Array.from(normals), 3));
  geometry.setIndex(index);
  return paintVertices(geometry, finish);
}

interface ProfilePoint {
  readonly at: readonly [number, number];
  readonly normal: readonly [number, number];
}

/** The profile cut at its sharp corners, roundings drawn out, each point with its outward normal. */
function strips(profile: readonly Corner[], rounding: number): ProfilePoint[][] {
  type Plane = readonly [number, number];
  const result: ProfilePoint[][] = [];
  let strip: ProfilePoint[] = [];
  const between = (a: Plane, b: Plane): Plane => {
    const [dr, da] = [b[0] - a[0], b[1] - a[1]];
    const length = Math.hypot(dr, da) || 1;
    return [da / length, -dr / length];
  };
  profile.forEach((corner, i) => {
    const at: Plane = [corner[0], corner[1]];
    const previous = profile[i - 1];
    const next = profile[i + 1];
    const before = previous && between([previous[0], previous[1]], at);
    const after = next && between(at, [next[0], next[1]]);
    if (before === undefined || after === undefined) strip.push({ at, normal: (before ?? after)! });
    else if (corner[2] === undefined) {
      strip.push({ at, normal: before });
      result.push(strip);
      strip = [{ at, normal: after }];
    } else {
      const back = Math.min(corner[2], Math.hypot(at[0] - previous![0], at[1] - previous![1]) / 2);
      const on = Math.min(corner[2], Math.hypot(next![0] - at[0], next![1] - at[1]) / 2);
      // The direction of a segment is its normal turned by a quarter.
      const from: Plane = [at[0] + before[1] * back, at[1] - before[0] * back];
      const to: Plane = [at[0] - after[1] * on, at[1] + after[0] * on];
      const turn = Math.abs(before[0] * after[1] - before[1] * after[0]);
      const steps = turn < 0.2 ? 1 : rounding;
      for (let k = 0; k <= steps; k++) {
        const u = k / steps;
        const mix = (a: number, b: number, c: number) => (1 - u) ** 2 * a + 2 * u * (1 - u) * b + u * u * c;
        const normal: Plane = [
          before[0] + u * (after[0] - before[0]),
          before[1] + u * (after[1] - before[1]),
        ];
        const size = Math.hypot(...normal) || 1;
        strip.push({
          at: [mix(from[0], at[0], to[0]), mix(from[1], at[1], to[1])],
          normal: [normal[0] / size, normal[1] / size],
        });
      }
    }
  });
  result.push(strip);
  return result;
}

/** A box of this full size around the origin, its edges rounded. */
export function roundedBox(detail: Detail, size: Vec3, round: number, finish: Finish): BufferGeometry {
  const box = new RoundedBoxGeometry(...size, detail.box, round);
  box.deleteAttribute("uv");
  return paintVertices(mergeVertices(box, 1e-5), finish);
}

/**
 * A plate of rounded outline with its top at z = 0; `uv` runs from 0 to 1 over its width and depth. A plate without
 * height is its upper face alone. Faces are cut along the corners' centres: triangles across the whole plate would
 * be slivers, which rasterise inexactly.
 */
export function slab(
  detail: Detail,
  [width, depth, height]: Vec3,
  corner: number,
  bevel: number,
  finish: Finish,
): BufferGeometry {
  const positions: number[] = [];
  const normals: number[] = [];
  const index: number[] = [];
  const point = (at: Vec3, normal: Vec3): number => {
    positions.push(...at);
    normals.push(...normal);
    return positions.length / 3 - 1;
  };
  const [cx, cy] = [width / 2 - corner, depth / 2 - corner];
  const { arc, bevel: steps } = detail;
  const corners = [0, 1, 2, 3].map((k) => [k === 0 || k === 3 ? cx : -cx, k < 2 ? cy : -cy] as const);
  /** The outline, drawn in by `inset`, counter-clockwise from above. */
  const loop = (inset: number, z: number, out: number, up: number): number[] =>
    corners.flatMap(([x, y], k) =>
      Array.from({ length: arc + 1 }, (_, i) => {
        const angle = ((k + i / arc) * Math.PI) / 2;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const r = corner - inset;
        return point([x + r * c, y + r * s, z], [out * c, out * s, up]);
      }),
    );
  const face = (inset: number, z: number, up: 1 | -1) => {
    const rim = loop(inset, z, 0, up);
    const centres = corners.map(([x, y]) => point([x, y, z], [0, 0, up]));
    const add = (a: number, b: number, c: number) => (up > 0 ? index.push(a, b, c) : index.push(a, c, b));
    centres.forEach((centre, k) => {
      const first = k * (arc + 1);
      for (let i = 0; i < arc; i++) add(centre, rim[first + i]!, rim[first + i + 1]!);
      const [last, next] = [rim[first + arc]!, rim[(first + arc + 1) % rim.length]!];
      add(centre, last, next);
      add(centre, next, centres[(k + 1) % 4]!);
    });
    add(centres[0]!, centres[1]!, centres[2]!);
    add(centres[0]!, centres[2]!, centres[3]!);
  };
  face(bevel, 0, 1);
  if (height > 0) {
    face(bevel, -height, -1);
    const rings = [-1, 1].flatMap((side) =>
      Array.from({ length: steps + 1 }, (_, i) => {
        const angle = ((side < 0 ? i / steps - 1 : i / steps) * Math.PI) / 2;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const middle = side < 0 ? bevel - height : -bevel;
        return loop(bevel * (1 - c), middle + bevel * s, c, s);
      }),
    );
    rings.slice(1).forEach((high, r) => {
      const low = rings[r]!;
      low.forEach((at, i) => {
        const next = (i + 1) % low.length;
        index.push(at, low[next]!, high[next]!, at, high[next]!, high[i]!);
      });
    });
  }
  const uv = Float32Array.from({ length: (positions.length / 3) * 2 }, (_, i) => {
    const at = positions[3 * (i >> 1) + (i & 1)]!;
    return at / (i & 1 ? depth : width) + 0.5;
  });
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(Float32Array.from(positions), 3));
  geometry.setAttribute("normal", new BufferAttribute(Float32Array.from(normals), 3));
  geometry.setAttribute("uv", new BufferAttribute(uv, 2));
  geometry.setIndex(index);
  return paintVertices(geometry, finish);
}

/** A frame of walls standing on z = 0, outside `width` × `depth`. */
export function wallRing(
  detail: Detail,
  {
    width,
    depth,
    height,
    wall,
    corner,
  }: Readonly<Record<"width" | "depth" | "height" | "wall" | "corner", number>>,
  finish: Finish,
): BufferGeometry {
  const bevel = Math.min(0.0012, wall / 4);
  const outline = roundedRectangle(new Shape(), width - 2 * bevel, depth - 2 * bevel, corner);
  outline.holes.push(
    roundedRectangle(
      new Path(),
      width - 2 * wall + 2 * bevel,
      depth - 2 * wall + 2 * bevel,
      Math.max(corner - wall, 0.004),
    ),
  );
  const geometry = extrude(detail, outline, height - 2 * bevel, bevel);
  geometry.translate(0, 0, bevel);
  return paintVertices(geometry, finish);
}

/** A bevelled plate of any outline in the xy plane, from z = -bevel to height + bevel. */
export function plate(
  detail: Detail,
  outline: readonly (readonly [number, number])[],
  height: number,
  bevel: number,
  finish: Finish,
): BufferGeometry {
  const shape = new Shape();
  outline.forEach(([x, y], i) => {
    if (i === 0) shape.moveTo(x, y);
    else shape.lineTo(x, y);
  });
  shape.closePath();
  return paintVertices(extrude(detail, shape, height, bevel), finish);
}

/** The solids as one, each moved by its matrix. */
export function merged(parts: readonly BufferGeometry[]): BufferGeometry {
  const names = ["position", "normal", "tint", "surface"];
  for (const part of parts)
    for (const name of Object.keys(part.attributes)) if (!names.includes(name)) part.deleteAttribute(name);
  const result = mergeGeometries([...parts]);
  for (const part of parts) part.dispose();
  return result;
}

/** The solid moved in place. */
export const moved = (geometry: BufferGeometry, matrix: Matrix4): BufferGeometry =>
  geometry.applyMatrix4(matrix);

function extrude(detail: Detail, shape: Shape, depth: number, bevel: number): BufferGeometry {
  const raw = new ExtrudeGeometry(shape, {
    depth,
    bevelEnabled: bevel > 0,
    bevelSize: bevel,
    bevelThickness: bevel,
    bevelSegments: detail.bevel,
    curveSegments: detail.arc,
  });
  raw.deleteAttribute("uv");
  return mergeVertices(raw, 1e-6);
}

function roundedRectangle<T extends Path>(path: T, width: number, depth: number, radius: number): T {
  const [x, y] = [width / 2 - radius, depth / 2 - radius];
  path.absarc(x, -y, radius, -Math.PI / 2, 0, false);
  path.absarc(x, y, radius, 0, Math.PI / 2, false);
  path.absarc(-x, y, radius, Math.PI / 2, Math.PI, false);
  path.absarc(-x, -y, radius, Math.PI, 1.5 * Math.PI, false);
  path.closePath();
  return path;
}

function unit(v: Vec3): Vec3 {
  return scale(v, 1 / (norm(v) || 1));
}

/** Some unit vector across `direction`. */
function sideways(direction: Vec3): Vec3 {
  const helper: Vec3 = Math.abs(dot(direction, [0, 1, 0])) < 0.9 ? [0, 1, 0] : [1, 0, 0];
  return unit(cross(helper, direction));
}

const ONES = new Vector3(1, 1, 1);

/** A pose as the library's matrix. */
export const matrixOf = ({ position, orientation }: Pose): Matrix4 =>
  new Matrix4().compose(new Vector3(...position), new Quaternion(...orientation), ONES);
