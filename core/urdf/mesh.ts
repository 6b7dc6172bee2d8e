/**
 * Triangles of a mesh file: STL (binary and text), OBJ, COLLADA (DAE). Shape only: colours, textures, normals and
 * animation are left out. The numbers are as in the file, in metres by convention; only COLLADA names its unit and
 * its up axis, which are applied. Every count is checked against the bytes that are there before memory is taken.
 */
import { refuse } from "../errors.js";
import type { Vec3 } from "../math/vec3.js";
import { childrenNamed, parseXml, placeOf, type XmlElement } from "./xml.js";

/** A triangle soup, and the box around it. */
export interface TriangleMesh {
  /** [triangles × 3 × 3] */
  readonly positions: Float32Array;
  readonly low: Vec3;
  readonly high: Vec3;
}

/** What a mesh file may at most be. */
export const MESH_BOUNDS = { bytes: 64 * 2 ** 20, triangles: 1_000_000 } as const;

/** The formats that are read, by the end of a file's name. */
export const MESH_FORMATS = ["stl", "obj", "dae"] as const;

/**
 * The triangles of a mesh file; the format is told by the name.
 * @throws InputError: unknown format, too large, damaged, or without a triangle
 */
export function readMesh(bytes: Uint8Array, file: string): TriangleMesh {
  if (bytes.length > MESH_BOUNDS.bytes)
    refuse(file, `a mesh must have at most ${MESH_BOUNDS.bytes} bytes`, bytes.length);
  const end = /\.([a-z0-9]+)$/i.exec(file)?.[1]?.toLowerCase();
  switch (end) {
    case "stl":
      return bounded(isTextStl(bytes) ? textStl(textOf(bytes), file) : binaryStl(bytes, file), file);
    case "obj":
      return bounded(obj(textOf(bytes), file), file);
    case "dae":
      return bounded(collada(parseXml(textOf(bytes), file)), file);
    default:
      return refuse(file, `a mesh must be one of ${MESH_FORMATS.join(", ")}`, end ?? "");
  }
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function bounded(positions: Float32Array | number[], file: string): TriangleMesh {
  if (positions.length === 0) refuse(file, "a mesh must have a triangle");
  if (positions.length > 9 * MESH_BOUNDS.triangles)
    refuse(file, `a mesh must have at most ${MESH_BOUNDS.triangles} triangles`, positions.length / 9);
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    const value = positions[i]!;
    if (!Number.isFinite(value)) refuse(file, "coordinates must be finite numbers", value);
    const k = i % 3;
    if (value < low[k]!) low[k] = value;
    if (value > high[k]!) high[k] = value;
  }
  return {
    positions: Float32Array.from(positions),
    low: low as unknown as Vec3,
    high: high as unknown as Vec3,
  };
}

const HEADER = 84;
const RECORD = 50;

/** Binary files may begin with `solid` too: then their length gives them away, or a zero byte. */
function isTextStl(bytes: Uint8Array): boolean {
  if (textOf(bytes.subarray(0, 5)) !== "solid" || bytes.subarray(0, 1000).includes(0)) return false;
  const count = bytes.length < HEADER ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(80, true);
  return bytes.length !== HEADER + RECORD * count;
}

function binaryStl(bytes: Uint8Array, file: string): Float32Array {
  if (bytes.length < HEADER) refuse(file, "a binary STL must have a header of 84 bytes", bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(80, true);
  if (HEADER + RECORD * count > bytes.length)
    refuse(file, `an STL of ${count} triangles must have ${HEADER + RECORD * count} bytes`, bytes.length);
  const positions = new Float32Array(9 * count);
  for (let i = 0; i < count; i++)
    for (let k = 0; k < 9; k++)
      positions[9 * i + k] = view.getFloat32(HEADER + RECORD * i + 12 + 4 * k, true);
  return positions;
}

function textStl(text: string, file: string): number[] {
  const positions: number[] = [];
  for (const [, x, y, z] of text.matchAll(/\bvertex\s+(\S+)\s+(\S+)\s+(\S+)/g))
    positions.push(Number(x), Number(y), Number(z));
  if (positions.length % 9 !== 0)
    refuse(file, "an STL must have three vertices a triangle", positions.length / 3);
  return positions;
}

/** Faces of any number of corners become fans; negative indices count from the end. */
function obj(text: string, file: string): number[] {
  const vertices: number[] = [];
  const positions: number[] = [];
  let line = 0;
  for (const raw of text.split("\n")) {
    line++;
    const [kind, ...words] = raw.trim().split(/\s+/);
    if (kind === "v") {
      if (words.length < 3) refuse(`${file}:${line}`, "v must have three numbers", raw.trim());
      vertices.push(Number(words[0]), Number(words[1]), Number(words[2]));
    } else if (kind === "f") {
      const corners = words.map((word) => {
        const index = Number.parseInt(word, 10);
        const vertex = index < 0 ? vertices.length / 3 + index : index - 1;
        return Number.isInteger(vertex) && vertex >= 0 && vertex < vertices.length / 3
          ? vertex
          : refuse(`${file}:${line}`, `a corner must be a vertex from 1 to ${vertices.length / 3}`, word);
      });
      if (corners.length < 3) refuse(`${file}:${line}`, "f must have three corners", raw.trim());
      fan(corners, vertices, positions);
      if (positions.length > 9 * MESH_BOUNDS.triangles)
        refuse(file, `a mesh must have at most ${MESH_BOUNDS.triangles} triangles`);
    }
  }
  return positions;
}

function fan(corners: readonly number[], vertices: ArrayLike<number>, out: number[]): void {
  for (let i = 2; i < corners.length; i++)
    for (const corner of [corners[0]!, corners[i - 1]!, corners[i]!])
      out.push(vertices[3 * corner]!, vertices[3 * corner + 1]!, vertices[3 * corner + 2]!);
}

/** 4 × 4, row by row */
type Matrix = readonly number[];
const UNIT: Matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((_, i) => {
    const [r, c] = [4 * Math.floor(i / 4), i % 4];
    return a[r]! * b[c]! + a[r + 1]! * b[c + 4]! + a[r + 2]! * b[c + 8]! + a[r + 3]! * b[c + 12]!;
  });

/** Geometry of a COLLADA 1.4 scene: triangles, polylists and polygons, placed by the nodes of the visual scene. */
function collada(root: XmlElement): number[] {
  if (root.name !== "COLLADA") refuse(placeOf(root), "the root element must be <COLLADA>", root.name);
  const asset = child(root, "asset");
  const meter = Number(asset === null ? 1 : (child(asset, "unit")?.attributes.get("meter") ?? 1));
  if (!(meter > 0 && Number.isFinite(meter)))
    refuse(placeOf(root), "the unit's meter must be positive", meter);
  const up = (asset === null ? null : child(asset, "up_axis"))?.text.trim() ?? "Y_UP";
  const turn: Matrix | undefined = (
    {
      X_UP: [0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      Y_UP: [1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1],
      Z_UP: UNIT,
    } as Record<string, Matrix>
  )[up];
  if (turn === undefined) refuse(placeOf(root), "up_axis must be X_UP, Y_UP or Z_UP", up);
  const start = times(turn!, [meter, 0, 0, 0, 0, meter, 0, 0, 0, 0, meter, 0, 0, 0, 0, 1]);
  const library = (name: string, item: string) =>
    new Map(
      childrenNamed(root, name).flatMap((each) =>
        childrenNamed(each, item).map((found) => [found.attributes.get("id") ?? "", found] as const),
      ),
    );
  const geometries = library("library_geometries", "geometry");
  const nodes = library("library_nodes", "node");
  const scenes = library("library_visual_scenes", "visual_scene");
  const instance = child(root, "scene");
  const wanted = instance === null ? null : child(instance, "instance_visual_scene");
  const scene = wanted === null ? [...scenes.values()][0] : scenes.get(target(wanted, "url"));
  const out: number[] = [];
  const local = new Map<XmlElement, number[]>();

  const place = (geometry: XmlElement, matrix: Matrix): void => {
    let points = local.get(geometry);
    if (points === undefined) {
      points = childrenNamed(geometry, "mesh").flatMap(trianglesOf);
      local.set(geometry, points);
    }
    if (out.length + points.length > 9 * MESH_BOUNDS.triangles)
      refuse(placeOf(geometry), `a mesh must have at most ${MESH_BOUNDS.triangles} triangles`);
    for (let i = 0; i < points.length; i += 3) {
      const [x, y, z] = [points[i]!, points[i + 1]!, points[i + 2]!];
      for (const r of [0, 4, 8])
        out.push(matrix[r]! * x + matrix[r + 1]! * y + matrix[r + 2]! * z + matrix[r + 3]!);
    }
  };
  let visits = 0;
  const visit = (node: XmlElement, parent: Matrix, depth: number): void => {
    if (depth > 64 || ++visits > 10_000) refuse(placeOf(node), "nodes must be at most 64 deep and 10000");
    let matrix = parent;
    for (const each of node.children) matrix = times(matrix, transformOf(each) ?? UNIT);
    for (const each of childrenNamed(node, "instance_geometry")) {
      const geometry = geometries.get(target(each, "url"));
      if (geometry === undefined)
        refuse(placeOf(each), "url must name a geometry", each.attributes.get("url"));
      place(geometry!, matrix);
    }
    for (const each of childrenNamed(node, "node")) visit(each, matrix, depth + 1);
    for (const each of childrenNamed(node, "instance_node")) {
      const other = nodes.get(target(each, "url"));
      if (other === undefined) refuse(placeOf(each), "url must name a node", each.attributes.get("url"));
      visit(other!, matrix, depth + 1);
    }
  };
  if (scene === undefined) for (const geometry of geometries.values()) place(geometry, start);
  else for (const node of childrenNamed(scene, "node")) visit(node, start, 0);
  return out;
}

const child = (element: XmlElement, name: string): XmlElement | null =>
  childrenNamed(element, name)[0] ?? null;

const target = (element: XmlElement, key: string): string =>
  (element.attributes.get(key) ?? "").replace(/^#/, "");

function transformOf(element: XmlElement): Matrix | null {
  const count = { matrix: 16, translate: 3, scale: 3, rotate: 4 }[element.name];
  if (count === undefined) return null;
  const v = numbersOf(element);
  if (v.length !== count) refuse(placeOf(element), `must hold ${count} numbers`, v.length);
  const [x, y, z] = v as [number, number, number];
  switch (element.name) {
    case "matrix":
      return v;
    case "translate":
      return [1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1];
    case "scale":
      return [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1];
    default: {
      const angle = (v[3]! * Math.PI) / 180;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const n = Math.hypot(x, y, z) || 1;
      const [a, b, d] = [x / n, y / n, z / n];
      const k = 1 - c;
      return [
        ...[c + a * a * k, a * b * k - d * s, a * d * k + b * s, 0],
        ...[a * b * k + d * s, c + b * b * k, b * d * k - a * s, 0],
        ...[a * d * k - b * s, b * d * k + a * s, c + d * d * k, 0],
        ...[0, 0, 0, 1],
      ];
    }
  }
}

/** Triangles of one <mesh>, in its own axes. */
function trianglesOf(mesh: XmlElement): number[] {
  const sources = new Map(
    childrenNamed(mesh, "source").map((each) => [each.attributes.get("id") ?? "", each] as const),
  );
  const vertices = child(mesh, "vertices");
  const position = vertices?.children.find((each) => each.attributes.get("semantic") === "POSITION");
  const source = position === undefined ? undefined : sources.get(target(position, "source"));
  const array = source === undefined ? null : child(source, "float_array");
  if (array === null) return refuse(placeOf(mesh), "must have positions");
  const points = numbersOf(array);
  const accessor = child(source!, "technique_common");
  const stride = Number(
    (accessor === null ? null : child(accessor, "accessor"))?.attributes.get("stride") ?? 3,
  );
  if (stride !== 3) refuse(placeOf(array), "positions must have a stride of 3", stride);
  const out: number[] = [];
  for (const set of mesh.children) {
    if (!["triangles", "polylist", "polygons"].includes(set.name)) continue;
    const inputs = childrenNamed(set, "input");
    const offsets = inputs.map((input) => Number(input.attributes.get("offset") ?? 0));
    const width = Math.max(...offsets, 0) + 1;
    const at = offsets[inputs.findIndex((input) => input.attributes.get("semantic") === "VERTEX")];
    if (at === undefined || !(width <= 64)) refuse(placeOf(set), "must have an input VERTEX");
    const sizes = set.name === "polylist" ? numbersOf(child(set, "vcount") ?? set) : null;
    for (const list of childrenNamed(set, "p")) {
      const indices = numbersOf(list);
      const corners: number[] = [];
      for (let i = at!; i < indices.length; i += width) {
        const corner = indices[i]!;
        if (!Number.isInteger(corner) || corner < 0 || 3 * corner + 2 >= points.length)
          refuse(placeOf(list), `a corner must be a position from 0 to ${points.length / 3 - 1}`, corner);
        corners.push(corner);
      }
      let begin = 0;
      const polygons = set.name === "polygons" ? [corners.length] : sizes;
      if (polygons === null)
        for (; begin + 3 <= corners.length; begin += 3) fan(corners.slice(begin, begin + 3), points, out);
      else
        for (const size of polygons) {
          // A size that goes back would make more triangles than the file has corners for.
          if (!Number.isInteger(size) || size < 0 || begin + size > corners.length)
            refuse(placeOf(set), `vcount must divide ${corners.length} corners`, size);
          fan(corners.slice(begin, begin + size), points, out);
          begin += size;
        }
    }
  }
  return out;
}

const numbersOf = (element: XmlElement): number[] => {
  const text = element.text.trim();
  return text === ""
    ? []
    : text.split(/\s+/).map((word) => {
        const value = Number(word);
        return Number.isFinite(value) ? value : refuse(placeOf(element), "must hold finite numbers", word);
      });
};
