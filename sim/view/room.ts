/** The room of a mobile base: floor and low walls, whose outer faces do not exist, so that one looks in. Metres. */
import { BufferAttribute, BufferGeometry } from "three";
import { HALF_WIDTH, HEIGHT } from "../base/room.js";
import { type Finish, paintVertices } from "./finish.js";
import { merged } from "./shapes.js";

const FLOOR: Finish = { colour: "#cfc9be", roughness: 0.62, lacquer: 0.15 };
const WALL: Finish = { colour: "#e7e3db", roughness: 0.85 };
const SKIRTING: Finish = { colour: "#3a424b", roughness: 0.6 };
const THICK = 0.06;

/** Floor and walls. */
export function roomShell(): BufferGeometry {
  const h = HALF_WIDTH;
  const outer = h + THICK;
  const parts = [quad([-h, -h, 0], [2 * h, 0, 0], [0, 2 * h, 0], FLOOR)];
  for (let side = 0; side < 4; side++) {
    const c = Math.round(Math.cos((side * Math.PI) / 2));
    const s = Math.round(Math.sin((side * Math.PI) / 2));
    const turn = (x: number, y: number, z: number): [number, number, number] => [
      c * x - s * y,
      s * x + c * y,
      z,
    ];
    const along = turn(0, 2 * h, 0);
    // Seen from inside: the wall at +x, then the others by quarter turns.
    parts.push(
      quad(turn(h, -h, 0.06), along, [0, 0, HEIGHT - 0.06], WALL, turn(-1, 0, 0)),
      quad(turn(h, -h, 0), along, [0, 0, 0.06], SKIRTING, turn(-1, 0, 0)),
      quad(turn(h, -outer, HEIGHT), turn(0, 2 * outer, 0), turn(THICK, 0, 0), SKIRTING, [0, 0, 1]),
    );
  }
  return merged(parts);
}

type Three = readonly [number, number, number];

/** A parallelogram that is seen from the side of `normal`. */
function quad(corner: Three, a: Three, b: Three, finish: Finish, normal: Three = [0, 0, 1]): BufferGeometry {
  const sum = (...rows: Three[]) => [0, 1, 2].map((k) => rows.reduce((total, row) => total + row[k]!, 0));
  const geometry = new BufferGeometry();
  const positions = [corner, sum(corner, a), sum(corner, a, b), sum(corner, b)].flatMap((row) => [...row]);
  geometry.setAttribute("position", new BufferAttribute(Float32Array.from(positions), 3));
  geometry.setAttribute(
    "normal",
    new BufferAttribute(Float32Array.from([normal, normal, normal, normal].flatMap((row) => [...row])), 3),
  );
  const facing =
    (a[1] * b[2] - a[2] * b[1]) * normal[0] +
    (a[2] * b[0] - a[0] * b[2]) * normal[1] +
    (a[0] * b[1] - a[1] * b[0]) * normal[2];
  geometry.setIndex(facing > 0 ? [0, 1, 2, 0, 2, 3] : [0, 2, 1, 0, 3, 2]);
  return paintVertices(geometry, finish);
}
