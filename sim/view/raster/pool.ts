/**
 * The solids of a world as flat arrays: vertices, triangles and finishes, each numbered through. Vertices are in the
 * frames of their solids, which move; what is drawn from them of one state is in arrays beside them. Metres. Behind the
 * world's own vertices and triangles there is room for those that cutting at a picture's sides makes.
 */
import type { BufferAttribute, Matrix4 } from "three";
import { LAMPS } from "../finish.js";
import { LAYER, type Solid } from "../world.js";

/** Sub-pixels of a pixel's side, and of a texel's of the shadow map: corners lie on that grid, as graphics lay them. */
export const SUB = 16;

/** A solid's place in the arrays. */
export interface Piece {
  readonly solid: Solid;
  /** world ← solid, column by column; the one that the world keeps */
  readonly matrix: Matrix4["elements"];
  readonly vertices: readonly [from: number, to: number];
  readonly triangles: readonly [from: number, to: number];
  /** around the vertices, in the solid's frame */
  readonly middle: readonly [number, number, number];
  readonly radius: number;
  readonly casts: boolean;
}

/** What triangles are made of: linear colour, the index of a lamp (0: none), and as `finish.ts` says. */
export interface PooledFinish {
  readonly piece: number;
  readonly tint: readonly [number, number, number];
  readonly lamp: number;
  readonly roughness: number;
  readonly metal: number;
  readonly lacquer: number;
  readonly open: number;
}

/** The arrays. */
export interface Pool {
  readonly pieces: readonly Piece[];
  readonly finishes: readonly PooledFinish[];
  /** how many there are without those of cutting */
  readonly vertices: number;
  readonly triangles: number;
  /** [vertices, 3] */
  readonly position: Float32Array;
  readonly normal: Float32Array;
  /** [vertices, 2] */
  readonly uv: Float32Array;
  /** of a vertex in the picture: sub-pixels from its lower left corner, and one over its distance along the axis, 1/m */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly near: Float64Array;
  /** what it is beyond: 1 the near plane, 2 and 4 the left and right side, 8 and 16 the lower and upper one */
  readonly beyond: Uint8Array;
  /** [triangles, 3] */
  readonly corners: Uint32Array;
  /** of a triangle */
  readonly finishOf: Uint16Array;
  readonly pieceOf: Uint16Array;
}

/** Triangles that may be cut in one picture. */
const MOST_CUT = 8192;

/** Packs what recorded pictures show. */
export function poolOf(solids: readonly Solid[]): Pool {
  const all = solids.map(({ recorded }) => recorded.geometry);
  const count = (of: (geometry: (typeof all)[number]) => number): number =>
    all.reduce((sum, geometry) => sum + of(geometry), 0);
  const vertices = count(({ attributes }) => attributes["position"]!.count);
  const triangles = count(({ index }) => index!.count / 3);
  const [roomy, many] = [vertices + 2 * MOST_CUT, triangles + 2 * MOST_CUT];
  const pool = {
    vertices,
    triangles,
    position: new Float32Array(3 * roomy),
    normal: new Float32Array(3 * roomy),
    uv: new Float32Array(2 * roomy),
    x: new Float64Array(roomy),
    y: new Float64Array(roomy),
    near: new Float64Array(roomy),
    beyond: new Uint8Array(roomy),
    corners: new Uint32Array(3 * many),
    finishOf: new Uint16Array(many),
    pieceOf: new Uint16Array(many),
  };
  const finishes: PooledFinish[] = [];
  const pieces: Piece[] = [];
  let [v, t] = [0, 0];
  solids.forEach((solid, piece) => {
    const { geometry, matrix, layers } = solid.recorded;
    const { position, normal, uv, tint, surface } = geometry.attributes as Record<string, BufferAttribute>;
    pool.position.set(position!.array, 3 * v);
    pool.normal.set(normal!.array, 3 * v);
    if (uv !== undefined) pool.uv.set(uv.array, 2 * v);
    const index = geometry.index!.array;
    const known = new Map<string, number>();
    const tints = words(tint!);
    const surfaces = words(surface!);
    let [lastTint, lastSurface, finish] = [-1, -1, 0];
    for (let i = 0; i < index.length; i += 3) {
      const at = t + i / 3;
      for (let k = 0; k < 3; k++) pool.corners[3 * at + k] = v + index[i + k]!;
      // A part has one finish, and no triangle belongs to two parts.
      const vertex = index[i]!;
      if (tints[vertex] !== lastTint || surfaces[vertex] !== lastSurface) {
        lastTint = tints[vertex]!;
        lastSurface = surfaces[vertex]!;
        const key = `${lastTint} ${lastSurface}`;
        finish = known.get(key) ?? finishes.length;
        known.set(key, finish);
        if (finish === finishes.length) finishes.push(finishAt(piece, tint!, surface!, vertex));
      }
      pool.finishOf[at] = finish;
      pool.pieceOf[at] = piece;
    }
    if (!solid.bends) geometry.computeBoundingSphere();
    const { center, radius } = geometry.boundingSphere!;
    const [toVertex, toTriangle] = [v + position!.count, t + index.length / 3];
    pieces.push({
      ...{ solid, matrix: matrix.elements, vertices: [v, toVertex], triangles: [t, toTriangle] },
      ...{ middle: [center.x, center.y, center.z], radius, casts: layers.isEnabled(LAYER.shadow) },
    });
    [v, t] = [toVertex, toTriangle];
  });
  return { ...pool, pieces, finishes };
}

/** Brings the vertices of solids that bend to where they are now. */
export function bendPool({ pieces, position, normal }: Pool): void {
  for (const { solid, vertices } of pieces) {
    if (!solid.bends) continue;
    const { attributes } = solid.recorded.geometry;
    position.set(attributes["position"]!.array, 3 * vertices[0]);
    normal.set(attributes["normal"]!.array, 3 * vertices[0]);
  }
}

/** Four bytes of every vertex as one number. */
const words = ({ array }: BufferAttribute): Uint32Array =>
  new Uint32Array(Uint8Array.from(array).buffer, 0, array.length / 4);

function finishAt(
  piece: number,
  tint: BufferAttribute,
  surface: BufferAttribute,
  vertex: number,
): PooledFinish {
  return {
    piece,
    lamp: Math.min(tint.array[4 * vertex + 3]!, LAMPS + 1),
    tint: [tint.getX(vertex), tint.getY(vertex), tint.getZ(vertex)],
    roughness: surface.getX(vertex),
    metal: surface.getY(vertex),
    lacquer: surface.getZ(vertex),
    open: surface.getW(vertex),
  };
}
