/**
 * What surfaces are made of: colour, roughness, metal, lacquer. Written into the vertices of a solid as the
 * attributes `tint` (linear colour, 8 bits; the fourth is the index of a lamp, 0 for none) and `surface`
 * (roughness, metalness, lacquer, openness to the sky, 8 bits each).
 */
import { BufferAttribute, type BufferGeometry, Color } from "three";
import type { Colour } from "../../core/index.js";

/** A surface. */
export interface Finish {
  /** `#rrggbb`, sRGB */
  readonly colour: string;
  /** 0 mirror to 1 chalk */
  readonly roughness: number;
  /** 0 or 1 and what is between; default 0 */
  readonly metal?: number;
  /** strength of a clear coat, 0 to 1; default 0 */
  readonly lacquer?: number;
  /** how much of the sky it sees, 0 to 1; default 1 */
  readonly open?: number;
  /** a status light: 1 to `LAMPS`, whose colour the picture sets; default none */
  readonly lamp?: number;
}

/** Status lights of a robot: one a joint, and the last for the hand or the base. */
export const LAMPS = 8;
/** The stop button's cap: it lights when the robot is stopped. */
export const STOP_LAMP = LAMPS + 1;

const finish = (colour: string, roughness: number, metal = 0, lacquer = 0): Finish => ({
  colour,
  roughness,
  metal,
  lacquer,
});

export const SHELL = finish("#e9ecee", 0.4, 0, 0.45);
export const GRAPHITE = finish("#2a2f35", 0.48, 0.25, 0.25);
export const STEEL = finish("#b9bfc5", 0.28, 1);
export const ALLOY = finish("#a9b0b7", 0.42, 0.55);
export const SEAM = finish("#101214", 0.8);
export const RUBBER = finish("#1a1c1f", 0.92);
export const LENS = finish("#0a0d12", 0.05, 0, 1);
export const APRON = finish("#23272c", 0.6);
/** A status light. */
export const lamp = (index: number): Finish => ({ ...finish("#7a828a", 0.4), lamp: index });

/** What the names of colours look like, sRGB: as on blocks. */
export const COLOUR_VALUES: Readonly<Record<Colour, string>> = {
  red: "#d8432f",
  green: "#3f9a63",
  blue: "#2f6fd0",
  yellow: "#efb11f",
  orange: "#e2762b",
  purple: "#7f55c4",
  white: "#eceae4",
  black: "#2b2f34",
};

/** Gives all vertices of a solid this finish. */
export function paintVertices(geometry: BufferGeometry, { lamp = 0, ...surface }: Finish): BufferGeometry {
  const { count } = geometry.getAttribute("position");
  const { r, g, b } = new Color(surface.colour);
  const tint = new Uint8Array(count * 4);
  const values = new Uint8Array(count * 4);
  const tintRow = [r * 255, g * 255, b * 255, lamp].map(Math.round);
  const surfaceRow = [
    surface.roughness * 255,
    (surface.metal ?? 0) * 255,
    (surface.lacquer ?? 0) * 255,
    (surface.open ?? 1) * 255,
  ].map(Math.round);
  for (let i = 0; i < count; i++) {
    tint.set(tintRow, 4 * i);
    values.set(surfaceRow, 4 * i);
  }
  geometry.setAttribute("tint", new BufferAttribute(tint, 4, true));
  geometry.setAttribute("surface", new BufferAttribute(values, 4, true));
  return geometry;
}
