/**
 * Film strips: an episode drawn as a row of small top and side views. Positions in metres of the scene's frame:
 * an arm's base at the origin looks along +x, which is up in the top view; +y, its left, is left.
 */
import { yawOf } from "../../core/index.js";
import type { Film, FilmFrame } from "./result.js";
import { escapeText, INK, n, PAINT, path } from "./svg.js";

const WIDTH = 132;
const TOP = 84;
const SIDE = 44;
const GAP = 6;

/** How many moments are drawn, and how many beside each other. */
export interface Strip {
  readonly pictures: number;
  readonly columns: number;
}

/** One row; and one that stands beside a video of 3 to 2. */
export const ROW: Strip = { pictures: 5, columns: 5 };
export const BESIDE: Strip = { pictures: 6, columns: 3 };

/** Moments of a film, first and last included, row by row. */
export function drawFilm(film: Film, { pictures, columns }: Strip = ROW): string {
  const count = Math.min(pictures, film.frames.length);
  const arm = film.frames.some((frame) => frame.tool !== null);
  const high = arm ? TOP + 2 + SIDE : WIDTH;
  const drawn = Array.from({ length: count }, (_, i) => {
    const index = Math.round((i * (film.frames.length - 1)) / Math.max(1, count - 1));
    const frame = film.frames[index]!;
    const past = film.frames.slice(0, index + 1);
    const [x, y] = [(i % columns) * (WIDTH + GAP), Math.floor(i / columns) * (high + GAP)];
    const body = arm
      ? `${topOfTable(frame, past)}<g transform="translate(0 ${TOP + 2})">${sideOfTable(frame)}</g>`
      : map(frame, past);
    return `<g transform="translate(${x} ${y})">${body}<text x="6" y="12" class="t">${frame.time.toFixed(1)} s</text></g>`;
  });
  const width = columns * (WIDTH + GAP) - GAP;
  const height = Math.ceil(pictures / columns) * (high + GAP) - GAP;
  return `<svg class="film" viewBox="0 0 ${width} ${height}" role="img"><title>${escapeText(`${film.goal}: ${film.outcome} after ${film.seconds.toFixed(1)} s, seed ${film.seed}`)}</title>${drawn.join("")}</svg>`;
}

const frameBox = (height: number): string =>
  `<rect width="${WIDTH}" height="${height}" rx="7" fill="${INK.shade}"/>`;

/** x 0.26 … 0.76 up, y −0.4 … 0.4 to the left */
const SCALE = WIDTH / 0.8;
const tableX = (y: number): number => WIDTH / 2 - y * SCALE;
const tableY = (x: number): number => TOP - (x - 0.26) * SCALE;

function topOfTable(frame: FilmFrame, past: readonly FilmFrame[]): string {
  const objects = frame.objects.map((object) => {
    const [x, y] = object.pose.position;
    const w = object.size[1] * SCALE;
    const h = object.size[0] * SCALE;
    const turn = (-yawOf(object.pose.orientation) * 180) / Math.PI;
    const at = `translate(${n(tableX(y))} ${n(tableY(x))}) rotate(${n(turn)})`;
    return object.class === "bin"
      ? `<rect transform="${at}" x="${n(-w / 2)}" y="${n(-h / 2)}" width="${n(w)}" height="${n(h)}" rx="2" fill="${INK.ground}" stroke="${INK.edge}" stroke-width="1.6"/>`
      : `<rect transform="${at}" x="${n(-w / 2)}" y="${n(-h / 2)}" width="${n(w)}" height="${n(h)}" rx="1" fill="${PAINT[object.colour ?? ""] ?? INK.edge}"/>`;
  });
  const trail = path(
    past.flatMap((p) => (p.tool ? [[tableX(p.tool.position[1]), tableY(p.tool.position[0])]] : [])) as [
      number,
      number,
    ][],
  );
  const { tool } = frame;
  const hand =
    tool === null
      ? ""
      : `<g transform="translate(${n(tableX(tool.position[1]))} ${n(tableY(tool.position[0]))}) rotate(${n((-tool.yaw * 180) / Math.PI)})">${[
          -1, 1,
        ]
          .map(
            (side) =>
              `<rect x="${n((side * tool.width * SCALE) / 2 + (side > 0 ? 0 : -2))}" y="-1.6" width="2" height="3.2" rx=".5" fill="${INK.text}"/>`,
          )
          .join("")}<circle r="1.1" fill="none" stroke="${INK.text}" stroke-width=".6"/></g>`;
  return `${frameBox(TOP)}${objects.join("")}<path d="${trail}" fill="none" stroke="${INK.policy}" stroke-width="1" stroke-opacity=".55"/>${hand}`;
}

/** Seen from the arm's right: x to the right, z up. */
function sideOfTable(frame: FilmFrame): string {
  const sideX = (x: number): number => WIDTH / 2 + (x - 0.5) * SCALE;
  const sideY = (z: number): number => SIDE - 7 - z * SCALE;
  const ordered = [...frame.objects].sort((a, b) => b.pose.position[1] - a.pose.position[1]);
  const objects = ordered.map((object) => {
    const [x, , z] = object.pose.position;
    const w = object.size[0] * SCALE;
    const h = object.size[2] * SCALE;
    return object.class === "bin"
      ? `<rect x="${n(sideX(x) - w / 2)}" y="${n(sideY(object.size[2]))}" width="${n(w)}" height="${n(h)}" fill="none" stroke="${INK.edge}" stroke-width="1"/>`
      : `<rect x="${n(sideX(x) - w / 2)}" y="${n(sideY(z) - h / 2)}" width="${n(w)}" height="${n(h)}" rx=".8" fill="${PAINT[object.colour ?? ""] ?? INK.edge}"/>`;
  });
  const { tool } = frame;
  const hand =
    tool === null
      ? ""
      : `<path d="M${n(sideX(tool.position[0]))} ${n(sideY(tool.position[2]))}v-7h-4v-4h8v4h-4" fill="${INK.text}" stroke="${INK.text}" stroke-width="1.6"/>`;
  return `${frameBox(SIDE)}<path d="M4 ${SIDE - 6.5}H${WIDTH - 4}" stroke="${INK.edge}" stroke-width="1"/>${objects.join("")}${hand}`;
}

/** A room of 6 × 6 m, x to the right, y up. */
function map(frame: FilmFrame, past: readonly FilmFrame[]): string {
  const scale = (WIDTH - 10) / 6;
  const mapX = (x: number): number => WIDTH / 2 + x * scale;
  const mapY = (y: number): number => WIDTH / 2 - y * scale;
  const objects = frame.objects.map((object) => {
    const [x, y] = object.pose.position;
    return object.class === "obstacle"
      ? `<circle cx="${n(mapX(x))}" cy="${n(mapY(y))}" r="${n((object.size[0] / 2) * scale)}" fill="${INK.edge}"/>`
      : `<circle cx="${n(mapX(x))}" cy="${n(mapY(y))}" r="3.4" fill="none" stroke="${INK.plan}" stroke-width="1.2" stroke-dasharray="2 1.4"/><text x="${n(mapX(x))}" y="${n(mapY(y) - 5)}" class="t" text-anchor="middle">${escapeText(object.id)}</text>`;
  });
  const trail = path(
    past.flatMap((p) => (p.base ? [[mapX(p.base.position[0]), mapY(p.base.position[1])]] : [])) as [
      number,
      number,
    ][],
  );
  const { base } = frame;
  const body =
    base === null
      ? ""
      : `<g transform="translate(${n(mapX(base.position[0]))} ${n(mapY(base.position[1]))}) rotate(${n((-base.yaw * 180) / Math.PI)})"><circle r="${n(0.22 * scale)}" fill="${INK.text}"/><path d="M0 0H${n(0.22 * scale)}" stroke="${INK.ground}" stroke-width="1.2"/></g>`;
  return `${frameBox(WIDTH)}<rect x="${n(mapX(-3))}" y="${n(mapY(3))}" width="${WIDTH - 10}" height="${WIDTH - 10}" rx="3" fill="${INK.ground}" stroke="${INK.edge}" stroke-width="1.2"/>${objects.join("")}<path d="${trail}" fill="none" stroke="${INK.policy}" stroke-width="1.2" stroke-opacity=".6"/>${body}`;
}
