/**
 * Pictures on surfaces, read as graphics read them: halved again and again by means of four, linearly between texels
 * and between sizes, along the longer side of a pixel's footprint in up to four steps. Clamped at the edges.
 */
import type { DataTexture, Texture } from "three";

interface Level {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A picture with its smaller ones. */
export interface Pyramid {
  readonly channels: number;
  readonly anisotropy: number;
  readonly levels: readonly Level[];
}

/** The smaller ones of a texture of 8-bit channels. */
export function pyramidOf(texture: Texture): Pyramid {
  const { data, width, height } = (texture as DataTexture).image as unknown as Level;
  const channels = data.length / (width * height);
  const levels: Level[] = [{ width, height, data }];
  for (;;) {
    const large = levels.at(-1)!;
    if (large.width === 1 && large.height === 1) break;
    levels.push(halved(large, channels));
  }
  return { channels, anisotropy: texture.anisotropy, levels };
}

/** Half as large, odd sides rounded down: each texel is read linearly where its middle lies in the larger one. */
function halved(large: Level, channels: number): Level {
  const width = Math.max(1, large.width >> 1);
  const height = Math.max(1, large.height >> 1);
  const data = new Uint8Array(width * height * channels);
  const columns = readings(large.width, width);
  const rows = readings(large.height, height);
  for (let y = 0; y < height; y++) {
    const [low, high, fy] = rows[y]!;
    for (let x = 0; x < width; x++) {
      const [left, right, fx] = columns[x]!;
      const at = (row: number, column: number) => (row * large.width + column) * channels;
      const [a, b, c, d] = [at(low, left), at(low, right), at(high, left), at(high, right)];
      for (let k = 0; k < channels; k++) {
        const below = large.data[a + k]! + fx * (large.data[b + k]! - large.data[a + k]!);
        const above = large.data[c + k]! + fx * (large.data[d + k]! - large.data[c + k]!);
        data[(y * width + x) * channels + k] = Math.floor(below + fy * (above - below) + 0.5);
      }
    }
  }
  return { width, height, data };
}

/** Of each texel of a smaller side: the two of the larger one around its middle, and the share of the second. */
function readings(from: number, to: number): (readonly [number, number, number])[] {
  return Array.from({ length: to }, (_, i) => {
    const middle = ((i + 0.5) * from) / to - 0.5;
    const first = Math.floor(middle);
    return [first, Math.min(from - 1, first + 1), middle - first];
  });
}

/** What was read last: up to three channels, 0 to 1. */
export const texel = new Float64Array(3);
/** Where to read: u, v, and how each changes to the next pixel on the right (2, 3) and above (4, 5). */
export const footprint = new Float64Array(6);
const bits = new Float32Array(1);
const word = new Uint32Array(bits.buffer);
/** u, v and weight of one reading of one level */
const place = new Float64Array(3);

/** Reads a picture at `footprint` into `texel`. */
export function readPyramid({ channels, anisotropy, levels }: Pyramid): void {
  const { width, height } = levels[0]!;
  const ux = footprint[2]! * width;
  const vx = footprint[3]! * height;
  const uy = footprint[4]! * width;
  const vy = footprint[5]! * height;
  const across = ux * ux + vx * vx;
  const along = uy * uy + vy * vy;
  const longer = Math.max(across, along);
  const area = Math.abs(ux * vy - uy * vx);
  const ratio = Math.min(anisotropy, longer / Math.max(area, 1e-30));
  bits[0] = longer / (ratio * ratio);
  // The binary logarithm as graphics take it: exact at powers of two, straight between them.
  const level = Math.min(levels.length - 1, Math.max(0, (0.5 * (word[0]! - 0x3f800000)) / 0x800000));
  const steps = Math.max(1, Math.round(ratio));
  const du = footprint[across >= along ? 2 : 4]! / steps;
  const dv = footprint[across >= along ? 3 : 5]! / steps;
  const large = Math.floor(level);
  const share = level - large;
  texel[0] = 0;
  texel[1] = 0;
  texel[2] = 0;
  for (let i = 0; i < steps; i++) {
    const off = i - (steps - 1) / 2;
    place[0] = footprint[0]! + off * du;
    place[1] = footprint[1]! + off * dv;
    place[2] = (1 - share) / steps;
    addLevel(levels[large]!, channels);
    if (share === 0) continue;
    place[2] = share / steps;
    addLevel(levels[large + 1]!, channels);
  }
}

function addLevel({ width, height, data }: Level, channels: number): void {
  const x = place[0]! * width - 0.5;
  const y = place[1]! * height - 0.5;
  const left = Math.floor(x);
  const low = Math.floor(y);
  const fx = x - left;
  const fy = y - low;
  const x0 = left < 0 ? 0 : left >= width ? width - 1 : left;
  const x1 = left + 1 < 0 ? 0 : left + 1 >= width ? width - 1 : left + 1;
  const y0 = (low < 0 ? 0 : low >= height ? height - 1 : low) * width;
  const y1 = (low + 1 < 0 ? 0 : low + 1 >= height ? height - 1 : low + 1) * width;
  const scale = place[2]! / 255;
  const w00 = scale * (1 - fx) * (1 - fy);
  const w10 = scale * fx * (1 - fy);
  const w01 = scale * (1 - fx) * fy;
  const w11 = scale * fx * fy;
  const a = (y0 + x0) * channels;
  const b = (y0 + x1) * channels;
  const c = (y1 + x0) * channels;
  const d = (y1 + x1) * channels;
  texel[0]! += w00 * data[a]! + w10 * data[b]! + w01 * data[c]! + w11 * data[d]!;
  if (channels === 1) return;
  texel[1]! += w00 * data[a + 1]! + w10 * data[b + 1]! + w01 * data[c + 1]! + w11 * data[d + 1]!;
  texel[2]! += w00 * data[a + 2]! + w10 * data[b + 2]! + w01 * data[c + 2]! + w11 * data[d + 2]!;
}
