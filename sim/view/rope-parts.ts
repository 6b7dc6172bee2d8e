/**
 * The looks of a rope: one smooth tube of three strands through its links, cut into a solid a link, so that each keeps its
 * name in recorded pictures. Unlike other solids they change shape: `bendRope` writes their corners anew, each link's in its
 * own frame, for the poses of all links. Metres.
 */
import { BufferAttribute, BufferGeometry, Sphere, Vector3 } from "three";
import {
  add,
  conjugate,
  cross,
  dot,
  norm,
  type ObjectClass,
  type Pose,
  partsOf,
  rotate,
  type SceneObject,
  scale,
  subtract,
  type Vec3,
} from "../../core/index.js";
import { type Finish, paintVertices } from "./finish.js";
import type { Detail } from "./shapes.js";

/** Whether an object is a link of a rope. */
export const isLink = ({ class: kind }: { readonly class: ObjectClass }): boolean =>
  kind === "rope" || kind === "rope-end";

/** Share of the radius that the grooves between strands are deep; m that a strand takes to go around, in diameters. */
const GROOVE = 0.14;
const LAY = 3.5;
/** Rings of a rounded end, of a link, and pieces around. */
const CAP = 4;
const ROPE: Finish = { colour: "#c9ad7f", roughness: 0.85 };

/** How a link is cut. */
interface Cut {
  readonly around: number;
  readonly along: number;
}

const cutOf = (detail: Detail): Cut => ({
  around: Math.max(12, Math.round(30 * detail.around)),
  along: Math.max(3, Math.round(0.4 * detail.along)),
});

/** A link before it is bent: all its corners, nowhere yet. */
export function linkSolid(detail: Detail, object: SceneObject, named: string | null): BufferGeometry {
  const { around, along } = cutOf(detail);
  const end = object.class === "rope-end";
  const rings = along + 1 + (end ? CAP : 0);
  const count = rings * (around + 1);
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(3 * count), 3));
  geometry.setAttribute("normal", new BufferAttribute(new Float32Array(3 * count), 3));
  const index: number[] = [];
  for (let ring = 0; ring + 1 < rings; ring++)
    for (let s = 0; s < around; s++) {
      const a = ring * (around + 1) + s;
      const b = a + around + 1;
      index.push(a, a + 1, b, b, a + 1, b + 1);
    }
  geometry.setIndex(index);
  geometry.boundingSphere = new Sphere(new Vector3(), object.size[0]);
  geometry.userData = { around, along };
  return paintVertices(geometry, end ? { colour: named ?? ROPE.colour, roughness: 0.6 } : ROPE);
}

/** A link as it is drawn: what it is, and its solids. */
export interface DrawnLink {
  readonly object: SceneObject;
  readonly geometries: readonly BufferGeometry[];
}

/** The ropes of a scene: runs of links from end to end. */
export function ropesOf(links: readonly DrawnLink[]): DrawnLink[][] {
  const ropes: DrawnLink[][] = [];
  let open: DrawnLink[] | null = null;
  for (const link of links) {
    if (open === null) {
      open = [];
      ropes.push(open);
    }
    open.push(link);
    if (link.object.class === "rope-end" && open.length > 1) open = null;
  }
  return ropes;
}

/** A point of the middle line: where it is, where it goes on to, and a direction across. */
interface Station {
  readonly point: Vec3;
  readonly along: Vec3;
  readonly side: Vec3;
}

/** Writes the corners of all links of a rope for how they lie to each other. */
export function bendRope(rope: readonly DrawnLink[], poseOf: (id: string) => Pose): void {
  const poses = rope.map(({ object }) => poseOf(object.id));
  const [radius, length] = measuresOf(rope[0]!.object);
  const joints = jointsOf(poses, length);
  rope.forEach(({ object, geometries }, i) => {
    const first = i === 0;
    const [from, to] = [seenFrom(poses[i]!, joints[i]!), seenFrom(poses[i]!, joints[i + 1]!)];
    const capped = object.class === "rope-end" && (first || i === rope.length - 1);
    for (const geometry of geometries) {
      const { along } = geometry.userData as Cut;
      const stations = Array.from({ length: along + 1 }, (_, k) => between(from, to, length, k / along));
      const rings = stations.map((station, k) => ({
        station,
        radius,
        lean: 0,
        way: (i + k / along) * length,
      }));
      if (capped) {
        const tip = first ? stations[0]! : stations[along]!;
        const outward = first ? -1 : 1;
        const cap = Array.from({ length: CAP }, (_, k) => {
          const angle = ((k + 1) / CAP) * (Math.PI / 2);
          const point = add(tip.point, scale(tip.along, outward * radius * Math.sin(angle)));
          return {
            station: { ...tip, point },
            radius: radius * Math.cos(angle),
            lean: outward * Math.sin(angle),
            way: (first ? 0 : rope.length) * length,
          };
        });
        if (first) rings.unshift(...cap.reverse());
        else rings.push(...cap);
      }
      write(geometry, rings, object.class === "rope-end" ? 0 : GROOVE, 2 * radius * LAY);
    }
  });
}

/** Radius of a link, and its length between its joints. */
function measuresOf(object: SceneObject): [radius: number, length: number] {
  const [part] = partsOf(object.shape ?? { kind: "box", size: object.size });
  return part?.shape.kind === "capsule"
    ? [part.shape.radius, part.shape.length]
    : [object.size[1] / 2, object.size[0] - object.size[1]];
}

/** A station of the world in the frame of a link. */
function seenFrom({ position, orientation }: Pose, { point, along, side }: Station): Station {
  const back = conjugate(orientation);
  return {
    point: rotate(back, subtract(point, position)),
    along: rotate(back, along),
    side: rotate(back, side),
  };
}

/** Where links meet, in the middle between what each says, and the two ends. */
function jointsOf(poses: readonly Pose[], length: number): Station[] {
  const at = ({ position, orientation }: Pose, sign: number): Station => {
    const along = rotate(orientation, [1, 0, 0]);
    return {
      point: add(position, scale(along, (sign * length) / 2)),
      along,
      side: rotate(orientation, [0, 1, 0]),
    };
  };
  return Array.from({ length: poses.length + 1 }, (_, i) => {
    const [before, after] = [poses[i - 1], poses[i]];
    if (before === undefined) return at(after!, -1);
    if (after === undefined) return at(before, 1);
    const [a, b] = [at(before, 1), at(after, -1)];
    return {
      point: scale(add(a.point, b.point), 0.5),
      along: unit(add(a.along, b.along)),
      side: add(a.side, b.side),
    };
  });
}

/** A cubic from joint to joint at share `u` of the way, its side across it. */
function between(a: Station, b: Station, length: number, u: number): Station {
  const [u2, u3] = [u * u, u * u * u];
  const mix = (p: number, q: number, v: number, w: number): Vec3 =>
    add(
      add(scale(a.point, p), scale(b.point, q)),
      add(scale(a.along, v * length), scale(b.along, w * length)),
    );
  const point = mix(2 * u3 - 3 * u2 + 1, 3 * u2 - 2 * u3, u3 - 2 * u2 + u, u3 - u2);
  const along = unit(mix(6 * u2 - 6 * u, 6 * u - 6 * u2, 3 * u2 - 4 * u + 1, 3 * u2 - 2 * u));
  const side = add(scale(a.side, 1 - u), scale(b.side, u));
  return { point, along, side: unit(subtract(side, scale(along, dot(side, along)))) };
}

interface Ring {
  readonly station: Station;
  readonly radius: number;
  /** of the normal along the rope, -1 to 1 */
  readonly lean: number;
  /** m from the rope's beginning, for the strands */
  readonly way: number;
}

function write(geometry: BufferGeometry, rings: readonly Ring[], groove: number, lay: number): void {
  const { around } = geometry.userData as Cut;
  const positions = geometry.getAttribute("position");
  const normals = geometry.getAttribute("normal");
  let at = 0;
  for (const {
    station: { point, along, side },
    radius,
    lean,
    way,
  } of rings) {
    const other = cross(along, side);
    for (let s = 0; s <= around; s++) {
      const angle = (2 * Math.PI * s) / around;
      const turn = 3 * (angle - (2 * Math.PI * way) / lay);
      const [c, n] = [Math.cos(angle), Math.sin(angle)];
      const share = 1 - (groove / 2) * (1 - Math.cos(turn));
      const slope = -1.5 * groove * Math.sin(turn);
      const rise = ((3 * Math.PI * groove * radius) / lay) * Math.sin(turn);
      const out: number[] = [];
      const normal: number[] = [];
      for (let k = 0; k < 3; k++) {
        const radial = c * side[k]! + n * other[k]!;
        const across = -n * side[k]! + c * other[k]!;
        out.push(point[k]! + radius * share * radial);
        normal.push(
          Math.sqrt(1 - lean * lean) * (radial - (slope / share) * across) + (lean - rise) * along[k]!,
        );
      }
      const size = Math.hypot(...normal);
      positions.setXYZ(at, out[0]!, out[1]!, out[2]!);
      normals.setXYZ(at, normal[0]! / size, normal[1]! / size, normal[2]! / size);
      at++;
    }
  }
  positions.needsUpdate = true;
  normals.needsUpdate = true;
}

const unit = (v: Vec3): Vec3 => scale(v, 1 / norm(v));
