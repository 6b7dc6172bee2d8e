/**
 * The pictures on surfaces, painted number by number without a canvas, so that they are the same on a page, in a
 * worker and on every machine: oak boards, and the cutting mat with its centimetre lines and printed numbers.
 */
import {
  DataTexture,
  LinearFilter,
  LinearMipmapLinearFilter,
  RedFormat,
  RGBAFormat,
  type Texture,
} from "three";
import { createRandom } from "../../core/index.js";

/** Oak boards along the picture's vertical; square roots of linear colours. */
export function oakTexture(): Texture {
  const [across, along, boards] = [2048, 512, 7] as const;
  const random = createRandom(7).fork("oak");
  const darkness = new Float32Array(across * along);
  const data = new Uint8Array(across * along * 4);
  const wide = across / boards;
  // Waves along a board: what all grains share, and those that each one shifts by a phase of its own.
  const wave = (length: number, shift = 0) =>
    Float64Array.from({ length: along }, (_, y) => ((y / along) * 2048) / length + shift);
  const [slowSin, slowCos] = [Math.sin, Math.cos].map((f) => wave(1300).map((x) => f(x))) as [
    Float64Array,
    Float64Array,
  ];
  const [fastSin, fastCos] = [Math.sin, Math.cos].map((f) => wave(90).map((x) => f(x))) as [
    Float64Array,
    Float64Array,
  ];
  for (let board = 0; board < boards; board++) {
    const left = Math.round(board * wide);
    const right = Math.round((board + 1) * wide);
    const sway = random.uniform(5, 16);
    const bow = wave(420, random.uniform(0, 9)).map((x) => sway * Math.sin(x));
    for (let grain = 0; grain < 190; grain++) {
      const middle = random.uniform(left, right);
      const strength = random.uniform(0.015, 0.075);
      const reach = random.uniform(0.4, 1.6) + 0.5;
      const ripple = random.uniform(0, 6.3);
      const [ss, sc] = [Math.sin(grain * 0.01), Math.cos(grain * 0.01)];
      const [fs, fc] = [0.7 * Math.sin(ripple), 0.7 * Math.cos(ripple)];
      for (let y = 0; y < along; y++) {
        const x =
          middle + bow[y]! * (slowSin[y]! * sc + slowCos[y]! * ss) + fastSin[y]! * fc + fastCos[y]! * fs;
        for (let column = Math.ceil(x - reach); column <= x + reach; column++) {
          if (column < left || column >= right) continue;
          const cover = Math.min(1, reach - Math.abs(column - x));
          darkness[y * across + column]! += cover * strength;
        }
      }
    }
    const [warmth, light] = [random.uniform(-1, 1), random.uniform(-1, 1)];
    for (let y = 0; y < along; y++)
      for (let x = left; x < right; x++) {
        const seam = Math.min(x - left, right - 1 - x) < 1 ? 0.22 : 0;
        const dark = Math.min(0.9, 1.35 * darkness[y * across + x]! + seam);
        const o = 4 * (y * across + x);
        // Linear reflectance of oak between sapwood and pore.
        data[o] = root((0.405 + 0.02 * light) * (1 - dark) + 0.13 * dark);
        data[o + 1] = root((0.245 + 0.014 * light - 0.006 * warmth) * (1 - dark) + 0.062 * dark);
        data[o + 2] = root((0.122 + 0.008 * light - 0.01 * warmth) * (1 - dark) + 0.024 * dark);
        data[o + 3] = 255;
      }
  }
  const texture = new DataTexture(data, across, along, RGBAFormat);
  return sharp(texture);
}

const root = (linear: number): number => Math.round(255 * Math.sqrt(Math.max(0, Math.min(1, linear))));

/** What is printed on a mat: metres, in the frame of the world; x to the mat's depth, y to its width. */
export interface MatPrint {
  readonly centre: readonly [number, number];
  readonly size: readonly [number, number];
  /** between the edge and the first line */
  readonly margin: number;
}

/** Ink on the mat: a line a centimetre, a strong one every five with its coordinate in centimetres. Red channel. */
export function matTexture({ centre, size, margin }: MatPrint): Texture {
  const perMetre = 3200;
  const [width, height] = [Math.round(size[0] * perMetre), Math.round(size[1] * perMetre)];
  const data = new Uint8Array(width * height);
  const low = [centre[0] - size[0] / 2, centre[1] - size[1] / 2] as const;
  const first = [0, 1].map((k) => Math.ceil((low[k]! + margin) * 100 - 1e-6)) as [number, number];
  const last = [0, 1].map((k) => Math.floor((low[k]! + size[k]! - margin) * 100 + 1e-6)) as [number, number];
  const pixel = (k: 0 | 1, centimetre: number): number => (centimetre / 100 - low[k]!) * perMetre;
  const ink = (x: number, y: number, strength: number) => {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const at = y * width + x;
    data[at] = Math.max(data[at]!, Math.round(255 * strength));
  };
  const line = (k: 0 | 1, centimetre: number) => {
    const strong = centimetre % 5 === 0;
    const [half, strength] = strong ? [1.25, 0.5] : [0.75, 0.14];
    const other = k === 0 ? 1 : 0;
    const from = Math.round(pixel(other, first[other]));
    const to = Math.round(pixel(other, last[other]));
    const middle = pixel(k, centimetre);
    for (let across = Math.floor(middle - half - 1); across <= middle + half + 1; across++) {
      const cover = Math.max(0, Math.min(1, half + 0.5 - Math.abs(across - middle)));
      if (cover > 0)
        for (let along = from; along <= to; along++)
          if (k === 0) ink(across, along, cover * strength);
          else ink(along, across, cover * strength);
    }
  };
  for (const k of [0, 1] as const) for (let c = first[k]; c <= last[k]; c++) line(k, c);

  const digit = 9.5e-3 * perMetre;
  const print = (centimetre: number, x: number, y: number) => {
    // Upright for someone who stands in front of the robot and looks at it: right is +y, up is -x.
    for (const [ax, ay, bx, by] of strokes(centimetre))
      stroke(ink, x + ay * digit, y + ax * digit, x + by * digit, y + bx * digit, 0.075 * digit);
  };
  for (let c = Math.ceil(first[1] / 5) * 5; c <= last[1]; c += 5)
    print(c, pixel(0, last[0]) + 0.011 * perMetre, pixel(1, c));
  for (let c = Math.ceil(first[0] / 5) * 5; c <= last[0]; c += 5)
    for (const side of [-1, 1])
      print(c, pixel(0, c), pixel(1, side < 0 ? first[1] : last[1]) + side * 0.012 * perMetre);
  return sharp(new DataTexture(data, width, height, RedFormat));
}

/** A line with round ends, `half` pixels to each side. */
function stroke(
  ink: (x: number, y: number, strength: number) => void,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  half: number,
): void {
  const reach = half + 1;
  for (let y = Math.floor(Math.min(ay, by) - reach); y <= Math.max(ay, by) + reach; y++)
    for (let x = Math.floor(Math.min(ax, bx) - reach); x <= Math.max(ax, bx) + reach; x++) {
      const [dx, dy] = [bx - ax, by - ay];
      const length = dx * dx + dy * dy;
      const u = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
      const gap = Math.hypot(x - ax - u * dx, y - ay - u * dy);
      const cover = Math.max(0, Math.min(1, half + 0.5 - gap));
      if (cover > 0) ink(x, y, 0.8 * cover);
    }
}

/** Polylines of the digits in a box 0.6 wide and 1 high, x right and y down. */
const DIGITS: Readonly<Record<string, readonly (readonly number[])[]>> = {
  "0": [[0.12, 0, 0.48, 0, 0.6, 0.15, 0.6, 0.85, 0.48, 1, 0.12, 1, 0, 0.85, 0, 0.15, 0.12, 0]],
  "1": [[0.08, 0.2, 0.34, 0, 0.34, 1]],
  "2": [[0, 0.2, 0.12, 0, 0.48, 0, 0.6, 0.15, 0.6, 0.36, 0, 1, 0.6, 1]],
  "3": [
    [0, 0.1, 0.12, 0, 0.48, 0, 0.6, 0.12, 0.6, 0.36, 0.46, 0.47, 0.22, 0.47],
    [0.46, 0.47, 0.6, 0.6, 0.6, 0.86, 0.48, 1, 0.12, 1, 0, 0.9],
  ],
  "4": [[0.46, 1, 0.46, 0, 0, 0.7, 0.6, 0.7]],
  "5": [[0.56, 0, 0.05, 0, 0.02, 0.45, 0.12, 0.4, 0.46, 0.4, 0.6, 0.54, 0.6, 0.86, 0.46, 1, 0.12, 1, 0, 0.9]],
  "6": [
    [0.5, 0, 0.2, 0, 0, 0.3, 0, 0.86, 0.12, 1, 0.48, 1, 0.6, 0.86, 0.6, 0.6, 0.48, 0.46, 0.12, 0.46, 0, 0.6],
  ],
  "7": [[0, 0, 0.6, 0, 0.22, 1]],
  "8": [
    [0.14, 0.47, 0.03, 0.35, 0.03, 0.12, 0.14, 0, 0.46, 0, 0.57, 0.12, 0.57, 0.35, 0.46, 0.47, 0.14, 0.47],
    [0.14, 0.47, 0, 0.62, 0, 0.86, 0.12, 1, 0.48, 1, 0.6, 0.86, 0.6, 0.62, 0.46, 0.47],
  ],
  "9": [
    [
      0.6, 0.4, 0.48, 0.54, 0.12, 0.54, 0, 0.4, 0, 0.14, 0.12, 0, 0.48, 0, 0.6, 0.14, 0.6, 0.7, 0.4, 1, 0.12,
      1,
    ],
  ],
  "-": [[0.05, 0.52, 0.55, 0.52]],
};

/** Lines of a number around (0, 0), heights of a digit: ax ay bx by. */
function strokes(value: number): [number, number, number, number][] {
  const text = String(value);
  const advance = 0.85;
  const left = (-(text.length - 1) * advance - 0.6) / 2;
  return [...text].flatMap((character, i) =>
    DIGITS[character]!.flatMap((line) => {
      const lines: [number, number, number, number][] = [];
      for (let k = 0; k + 3 < line.length; k += 2)
        lines.push([
          left + i * advance + line[k]!,
          line[k + 1]! - 0.5,
          left + i * advance + line[k + 2]!,
          line[k + 3]! - 0.5,
        ]);
      return lines;
    }),
  );
}

function sharp(texture: DataTexture): Texture {
  texture.magFilter = LinearFilter;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.generateMipmaps = true;
  texture.anisotropy = 4;
  texture.unpackAlignment = 1;
  texture.needsUpdate = true;
  return texture;
}
