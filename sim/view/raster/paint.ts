/**
 * The paint of recorded pictures, computed by the processor: `../paint.ts` line by line, once for every triangle that a
 * pixel shows. World frame, metres, linear light; a pixel's colour is 8-bit sRGB. Recorded light has no pool, no dither
 * and no hatching, so none is here.
 */
import { Color, type Vector3 } from "three";
import { type StudioUniforms, WIDE_LIGHTS } from "../paint.js";
import { type Pool, SUB } from "./pool.js";
import type { ShadowMap } from "./shadow-map.js";
import { footprint, type Pyramid, pyramidOf, readPyramid, texel } from "./texture.js";

/** Numbers of a finish, one after the other. */
const FINISH = {
  red: 0,
  green: 1,
  blue: 2,
  /** 1 - metal, how open to the sky, strength of the mirror's own colour */
  dull: 3,
  open: 4,
  own: 5,
  metal: 6,
  roughness: 7,
  blur: 8,
  /** of the mirror's two terms */
  split: 9,
  /** of each wide light: how much of it a mirror shows, and how fast that falls */
  wide: 13,
} as const;
const STRIDE = FINISH.wide + 2 * WIDE_LIGHTS;
/** How a surface's picture counts. */
const PLAIN = 0;
const COLOURS = 1;
const INK = 2;

/** A paint of a pool's solids in a light. */
export interface Painter {
  /** Takes up what has changed: light, colours, where solids stand. */
  prepare(): void;
  /**
   * The colour of a triangle at the middle of a pixel: red, green, blue from the lowest byte.
   * @param column, row in pixels from the lower left corner
   */
  colour(triangle: number, column: number, row: number): number;
  /** The camera: where it is in the world. */
  look(eye: readonly [number, number, number]): void;
}

const DISC = [
  [0.92, 0.25, -0.25, 0.92, -0.92, -0.25, 0.25, -0.92],
  [0.53, 0.72, -0.72, 0.53, -0.53, -0.72, 0.72, -0.53],
  [0.39, 0.14, -0.14, 0.39, -0.39, -0.14, 0.14, -0.39],
].flat();

/** Numbers that functions hand to each other: as arguments they would be objects, millions a second. */
const spot = new Float64Array(7);

/** 2 to the power of -9.28 x for x from 0 to 1, in steps. */
const STEPS = 1024;
const FALLING = (() => {
  const values = new Float64Array(STEPS + 2);
  values[0] = 1;
  // The step's own power: 2 ** (-9.28 / 1024).
  for (let k = 1; k < values.length; k++) values[k] = values[k - 1]! * 0.9937380419699073;
  return values;
})();

/** Makes the paint. Pictures on surfaces are kept in `pyramids`, which outlives it. */
export function createPainter(
  pool: Pool,
  studio: StudioUniforms,
  shadows: ShadowMap,
  pyramids: Map<unknown, Pyramid>,
): Painter {
  const { pieces, finishes, position, normal, uv, corners, x, y, near, finishOf, pieceOf } = pool;
  const { size, depth } = shadows;
  const finish = new Float64Array(finishes.length * STRIDE);
  const kinds = new Uint8Array(pieces.length);
  const maps: (Pyramid | null)[] = pieces.map(({ solid: { map } }) => {
    if (map === null) return null;
    let pyramid = pyramids.get(map.texture);
    if (pyramid === undefined) {
      pyramid = pyramidOf(map.texture);
      pyramids.set(map.texture, pyramid);
    }
    return pyramid;
  });
  const inks = pieces.map(({ solid: { map } }) => new Color(map?.kind === "ink" ? map.ink : "#000"));
  pieces.forEach(({ solid: { map } }, i) => {
    kinds[i] = map === null ? PLAIN : map.kind === "colour" ? COLOURS : INK;
  });
  /** what dull surfaces see of the sky, a vertex at a time, when it is asked for */
  const sky = new Float64Array(normal.length);
  const skyOf = new Uint32Array(normal.length / 3);
  let turn = 1;
  const shades: (Vector3 | null)[] = pieces.map(() => null);

  // The light, unpacked.
  let keyX = 0;
  let keyY = 0;
  let keyZ = 1;
  let keyR = 0;
  let keyG = 0;
  let keyB = 0;
  let skyR = 0;
  let skyG = 0;
  let skyB = 0;
  let groundR = 0;
  let groundG = 0;
  let groundB = 0;
  const axes = new Float64Array(3 * WIDE_LIGHTS);
  const colours = new Float64Array(3 * WIDE_LIGHTS);
  const wraps = new Float64Array(WIDE_LIGHTS);
  const wides = new Float64Array(WIDE_LIGHTS);
  const disc = new Float64Array(24);
  let lift = 0;
  let m = studio.shadowFromWorld.value.elements;

  // The camera.
  let eyeX = 0;
  let eyeY = 0;
  let eyeZ = 0;

  const takeLight = () => {
    [keyX, keyY, keyZ] = studio.keyDirection.value.toArray();
    [keyR, keyG, keyB] = studio.keyColour.value.toArray() as [number, number, number];
    [skyR, skyG, skyB] = studio.skyColour.value.toArray() as [number, number, number];
    [groundR, groundG, groundB] = studio.groundColour.value.toArray() as [number, number, number];
    studio.wideAxis.value.forEach((axis, i) => {
      axes.set([axis.x, axis.y, axis.z], 3 * i);
      wides[i] = axis.w;
      wraps[i] = 1 / (1 + 0.5 * axis.w);
      studio.wideColour.value[i]!.toArray(colours, 3 * i);
    });
    const blur = studio.shadowBlur.value * studio.shadowTexel.value * size;
    for (let i = 0; i < 24; i++) disc[i] = blur * DISC[i]!;
    lift = studio.shadowLift.value;
    m = studio.shadowFromWorld.value.elements;
  };

  const takeFinishes = () => {
    finishes.forEach(({ piece, tint, lamp, roughness: own, metal, lacquer, open }, i) => {
      const shade = shades[piece] ?? null;
      const colour = tint.map((value, k) =>
        shade === null ? value : Math.min(1, value * shade.getComponent(k)),
      );
      const on = studio.lamps.value[lamp - 1];
      if (on !== undefined) colour.splice(0, 3, on.x, on.y, on.z);
      const coat = Math.min(1, 4 * lacquer);
      const roughness = Math.max(own, 0.05) * (1 - coat) + 0.28 * coat;
      const a = roughness * roughness;
      const lobe = 0.5 / (a * a + 5e-4);
      const at = i * STRIDE;
      finish.set(colour, at);
      finish[at + FINISH.dull] = 1 - metal;
      finish[at + FINISH.open] = open;
      finish[at + FINISH.own] = 1 - 0.4 * lacquer;
      finish[at + FINISH.metal] = metal;
      finish[at + FINISH.roughness] = roughness;
      finish[at + FINISH.blur] = 0.12 + 0.9 * roughness;
      finish.set(
        [1 - roughness, 0.0425 - 0.0275 * roughness, 1.04 - 0.572 * roughness, 0.022 * roughness - 0.04],
        at + FINISH.split,
      );
      for (let light = 0; light < WIDE_LIGHTS; light++) {
        const w = wides[light]!;
        const k = roughness > 0.7 ? 0 : lobe / (w + lobe);
        finish[at + FINISH.wide + 2 * light] = k;
        finish[at + FINISH.wide + 2 * light + 1] = 0.5 * k * w;
      }
    });
  };

  const skyAt = (vertex: number, matrix: readonly number[]) => {
    const at = 3 * vertex;
    const lx = normal[at]!;
    const ly = normal[at + 1]!;
    const lz = normal[at + 2]!;
    const nx = matrix[0]! * lx + matrix[4]! * ly + matrix[8]! * lz;
    const ny = matrix[1]! * lx + matrix[5]! * ly + matrix[9]! * lz;
    const nz = matrix[2]! * lx + matrix[6]! * ly + matrix[10]! * lz;
    const up = 0.5 + 0.5 * nz;
    let r = groundR + up * (skyR - groundR);
    let g = groundG + up * (skyG - groundG);
    let b = groundB + up * (skyB - groundB);
    for (let i = 0; i < WIDE_LIGHTS; i++) {
      const wrap = wraps[i]!;
      const c = (nx * axes[3 * i]! + ny * axes[3 * i + 1]! + nz * axes[3 * i + 2]! + wrap) / (1 + wrap);
      if (c <= 0) continue;
      const share = (2 / wides[i]!) * c * c;
      r += share * colours[3 * i]!;
      g += share * colours[3 * i + 1]!;
      b += share * colours[3 * i + 2]!;
    }
    sky[at] = r;
    sky[at + 1] = g;
    sky[at + 2] = b;
    skyOf[vertex] = turn;
  };

  /** Twelfths of the key that reach the point in `spot`, whose normal it is; `nl` as below. */
  const lit = (): number => {
    const off = lift * (1.3 - spot[6]!);
    const px = spot[0]! + spot[3]! * off;
    const py = spot[1]! + spot[4]! * off;
    const pz = spot[2]! + spot[5]! * off;
    const u = m[0]! * px + m[4]! * py + m[8]! * pz + m[12]!;
    const v = m[1]! * px + m[5]! * py + m[9]! * pz + m[13]!;
    const d = m[2]! * px + m[6]! * py + m[10]! * pz + m[14]!;
    if (!(u >= 0 && v >= 0 && d >= 0 && u <= 1 && v <= 1 && d <= 1)) return 12;
    const su = u * size;
    const sv = v * size;
    let sum = 0;
    for (let i = 0; i < 12; i++) {
      if (i === 4 && (sum === 0 || sum === 4)) return 3 * sum;
      let tx = Math.floor(su + disc[2 * i]!);
      let ty = Math.floor(sv + disc[2 * i + 1]!);
      tx = tx < 0 ? 0 : tx >= size ? size - 1 : tx;
      ty = ty < 0 ? 0 : ty >= size ? size - 1 : ty;
      if (d <= depth[ty * size + tx]!) sum++;
    }
    return sum;
  };

  const colour = (triangle: number, column: number, row: number): number => {
    const a = corners[3 * triangle]!;
    const b = corners[3 * triangle + 1]!;
    const c = corners[3 * triangle + 2]!;
    const ax = x[a]!;
    const ay = y[a]!;
    const bx = x[b]!;
    const by = y[b]!;
    const cx = x[c]!;
    const cy = y[c]!;
    const qx = SUB * column + SUB / 2;
    const qy = SUB * row + SUB / 2;
    // Weights of the corners as they are seen, then as they are.
    const wa = ((cx - bx) * (qy - by) - (cy - by) * (qx - bx)) * near[a]!;
    const wb = ((ax - cx) * (qy - cy) - (ay - cy) * (qx - cx)) * near[b]!;
    const wc = ((bx - ax) * (qy - ay) - (by - ay) * (qx - ax)) * near[c]!;
    const sum = wa + wb + wc;
    const ua = wa / sum;
    const ub = wb / sum;
    const uc = wc / sum;
    const piece = pieceOf[triangle]!;
    const matrix = pieces[piece]!.matrix;
    // The point that graphics have here, between corners that lie on the grid, and from it towards the eye.
    const na = 3 * a;
    const nb = 3 * b;
    const nc = 3 * c;
    const ox = ua * position[na]! + ub * position[nb]! + uc * position[nc]!;
    const oy = ua * position[na + 1]! + ub * position[nb + 1]! + uc * position[nc + 1]!;
    const oz = ua * position[na + 2]! + ub * position[nb + 2]! + uc * position[nc + 2]!;
    const px = matrix[0]! * ox + matrix[4]! * oy + matrix[8]! * oz + matrix[12]!;
    const py = matrix[1]! * ox + matrix[5]! * oy + matrix[9]! * oz + matrix[13]!;
    const pz = matrix[2]! * ox + matrix[6]! * oy + matrix[10]! * oz + matrix[14]!;
    const dx = eyeX - px;
    const dy = eyeY - py;
    const dz = eyeZ - pz;
    const over = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
    const vx = dx * over;
    const vy = dy * over;
    const vz = dz * over;
    // The normal.
    const lx = ua * normal[na]! + ub * normal[nb]! + uc * normal[nc]!;
    const ly = ua * normal[na + 1]! + ub * normal[nb + 1]! + uc * normal[nc + 1]!;
    const lz = ua * normal[na + 2]! + ub * normal[nb + 2]! + uc * normal[nc + 2]!;
    const gx = matrix[0]! * lx + matrix[4]! * ly + matrix[8]! * lz;
    const gy = matrix[1]! * lx + matrix[5]! * ly + matrix[9]! * lz;
    const gz = matrix[2]! * lx + matrix[6]! * ly + matrix[10]! * lz;
    const unit = 1 / Math.sqrt(gx * gx + gy * gy + gz * gz);
    const nx = gx * unit;
    const ny = gy * unit;
    const nz = gz * unit;
    if (skyOf[a] !== turn) skyAt(a, matrix);
    if (skyOf[b] !== turn) skyAt(b, matrix);
    if (skyOf[c] !== turn) skyAt(c, matrix);
    // What it is made of.
    const f = finishOf[triangle]! * STRIDE;
    let albedoR = finish[f]!;
    let albedoG = finish[f + 1]!;
    let albedoB = finish[f + 2]!;
    const kind = kinds[piece]!;
    if (kind !== PLAIN) {
      // How the picture's place changes to the next pixel: of a quotient of two straight functions.
      const u0 = uv[2 * a]!;
      const u1 = uv[2 * b]!;
      const u2 = uv[2 * c]!;
      const v0 = uv[2 * a + 1]!;
      const v1 = uv[2 * b + 1]!;
      const v2 = uv[2 * c + 1]!;
      const u = ua * u0 + ub * u1 + uc * u2;
      const v = ua * v0 + ub * v1 + uc * v2;
      const pa = (by - cy) * near[a]!;
      const pb = (cy - ay) * near[b]!;
      const pc = (ay - by) * near[c]!;
      const ra = (cx - bx) * near[a]!;
      const rb = (ax - cx) * near[b]!;
      const rc = (bx - ax) * near[c]!;
      const step = SUB / sum;
      const ux = step * (pa * (u0 - u) + pb * (u1 - u) + pc * (u2 - u));
      const vx2 = step * (pa * (v0 - v) + pb * (v1 - v) + pc * (v2 - v));
      const uy = step * (ra * (u0 - u) + rb * (u1 - u) + rc * (u2 - u));
      const vy2 = step * (ra * (v0 - v) + rb * (v1 - v) + rc * (v2 - v));
      footprint[0] = u;
      footprint[1] = v;
      footprint[2] = ux;
      footprint[3] = vx2;
      footprint[4] = uy;
      footprint[5] = vy2;
      readPyramid(maps[piece]!);
      const shade = shades[piece] ?? null;
      if (kind === COLOURS) {
        albedoR = texel[0]! * texel[0]!;
        albedoG = texel[1]! * texel[1]!;
        albedoB = texel[2]! * texel[2]!;
      } else {
        const ink = inks[piece]!;
        const tint = finishes[finishOf[triangle]!]!.tint;
        const share = texel[0]!;
        albedoR = tint[0] + share * (ink.r - tint[0]);
        albedoG = tint[1] + share * (ink.g - tint[1]);
        albedoB = tint[2] + share * (ink.b - tint[2]);
      }
      if (shade !== null) {
        albedoR = Math.min(1, albedoR * shade.x);
        albedoG = Math.min(1, albedoG * shade.y);
        albedoB = Math.min(1, albedoB * shade.z);
      }
    }
    // Light on it.
    const nl = nx * keyX + ny * keyY + nz * keyZ;
    let key = 0;
    if (nl > 0) {
      spot[0] = px;
      spot[1] = py;
      spot[2] = pz;
      spot[3] = nx;
      spot[4] = ny;
      spot[5] = nz;
      spot[6] = nl;
      key = (nl * lit()) / 12;
    }
    const dot = nx * vx + ny * vy + nz * vz;
    const nv = Math.max(dot, 1e-3);
    const metal = finish[f + FINISH.metal]!;
    const baseR = 0.04 + metal * (albedoR - 0.04);
    const baseG = 0.04 + metal * (albedoG - 0.04);
    const baseB = 0.04 + metal * (albedoB - 0.04);
    const s0 = finish[f + FINISH.split]!;
    const at = Math.min(nv, 1) * STEPS;
    const step = Math.floor(at);
    const fall = FALLING[step]! + (at - step) * (FALLING[step + 1]! - FALLING[step]!);
    const s = Math.min(s0 * s0, fall) * s0 + finish[f + FINISH.split + 1]!;
    const splitX = (-1.04 * s + finish[f + FINISH.split + 2]!) * finish[f + FINISH.own]!;
    const splitY = 1.04 * s + finish[f + FINISH.split + 3]!;
    // What it mirrors.
    const mx = 2 * dot * nx - vx;
    const my = 2 * dot * ny - vy;
    const mz = 2 * dot * nz - vz;
    const soft = finish[f + FINISH.blur]!;
    let rise = (mz + soft) / (2 * soft);
    rise = rise < 0 ? 0 : Math.min(rise, 1);
    rise = rise * rise * (3 - 2 * rise);
    let mirrorR = groundR + rise * (skyR - groundR);
    let mirrorG = groundG + rise * (skyG - groundG);
    let mirrorB = groundB + rise * (skyB - groundB);
    for (let i = 0; i < WIDE_LIGHTS; i++) {
      const k = finish[f + FINISH.wide + 2 * i]!;
      const away = 1 - (mx * axes[3 * i]! + my * axes[3 * i + 1]! + mz * axes[3 * i + 2]!);
      const w = 1 / (1 + finish[f + FINISH.wide + 2 * i + 1]! * away);
      const share = k * w * w;
      mirrorR += share * colours[3 * i]!;
      mirrorG += share * colours[3 * i + 1]!;
      mirrorB += share * colours[3 * i + 2]!;
    }
    const open = finish[f + FINISH.open]!;
    const dull = finish[f + FINISH.dull]!;
    let red =
      albedoR * dull * ((ua * sky[na]! + ub * sky[nb]! + uc * sky[nc]!) * open + keyR * key) +
      (baseR * splitX + splitY) * mirrorR * open;
    let green =
      albedoG * dull * ((ua * sky[na + 1]! + ub * sky[nb + 1]! + uc * sky[nc + 1]!) * open + keyG * key) +
      (baseG * splitX + splitY) * mirrorG * open;
    let blue =
      albedoB * dull * ((ua * sky[na + 2]! + ub * sky[nb + 2]! + uc * sky[nc + 2]!) * open + keyB * key) +
      (baseB * splitX + splitY) * mirrorB * open;
    if (key > 0) {
      const hx = keyX + vx;
      const hy = keyY + vy;
      const hz = keyZ + vz;
      const inverse = 1 / Math.sqrt(hx * hx + hy * hy + hz * hz);
      const raw = (nx * hx + ny * hy + nz * hz) * inverse;
      const nh = Math.max(raw, 0);
      const bow = (keyX * hx + keyY * hy + keyZ * hz) * inverse;
      const lh = Math.max(bow, 0.1);
      const roughness = finish[f + FINISH.roughness]!;
      const a2 = roughness * roughness * roughness * roughness;
      const d = nh * nh * (a2 - 1) + 1;
      const shine = (a2 / (4 * Math.PI * d * d * lh * lh * (roughness + 0.5) + 1e-5)) * key * Math.PI;
      red += baseR * shine * keyR;
      green += baseG * shine * keyG;
      blue += baseB * shine * keyB;
    }
    spot[0] = red;
    spot[1] = green;
    spot[2] = blue;
    return shown();
  };

  return {
    prepare: () => {
      turn++;
      takeLight();
      pieces.forEach(({ solid }, i) => {
        const drawn = solid.recorded.material.uniforms["shade"];
        shades[i] = drawn === undefined ? null : (drawn.value as Vector3);
      });
      takeFinishes();
    },
    colour,
    look: (eye) => {
      [eyeX, eyeY, eyeZ] = eye;
    },
  };
}

/** Tone mapping, sRGB, eight bits, of what is in `spot`. */
function shown(): number {
  const red = spot[0]!;
  const green = spot[1]!;
  const blue = spot[2]!;
  const start = 0.8 - 0.04;
  const low = red < green ? Math.min(red, blue) : Math.min(green, blue);
  const off = low < 0.08 ? low - 6.25 * low * low : 0.04;
  let r = red - off;
  let g = green - off;
  let b = blue - off;
  const peak = r > g ? Math.max(r, b) : Math.max(g, b);
  if (peak >= start) {
    const d = 1 - start;
    const mapped = 1 - (d * d) / (peak + d - start);
    const grey = 1 - 1 / (0.15 * (peak - mapped) + 1);
    const scale = (mapped / peak) * (1 - grey);
    r = r * scale + mapped * grey;
    g = g * scale + mapped * grey;
    b = b * scale + mapped * grey;
  }
  return encoded(r) | (encoded(g) << 8) | (encoded(b) << 16);
}

function encoded(linear: number): number {
  const c = Math.max(linear, 0);
  if (c < 0.0031308) return Math.floor(255 * 12.92 * c + 0.5);
  const s1 = Math.sqrt(c);
  const s2 = Math.sqrt(s1);
  const s3 = Math.sqrt(s2);
  const value = 0.662002687 * s1 + 0.68412206 * s2 - 0.323583601 * s3 - 0.022541147 * c;
  return value >= 1 ? 255 : Math.floor(255 * value + 0.5);
}
