/**
 * Sines, tangents, their inverses and the logarithm that are the same bits everywhere. ECMAScript leaves the last bits of
 * `Math.sin` and its like to the engine: Node and a browser differ in one result of twenty or thirty, and a simulation that
 * is one bit apart is another one a second later. What a simulated state depends on is computed with these, so that what a
 * page has recorded can be made again on a machine. Multiplication, division, square roots and `Math.hypot` agree by
 * themselves and need nothing. Radians.
 *
 * After FDLIBM 5.3, Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun
 * Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely granted, provided that
 * this notice is preserved. Its bits are those of `Math` in Node 20.
 */

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** which of both words has sign and exponent */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

const highWord = (x: number): number => {
  float[0] = x;
  return words[HIGH]! | 0;
};
const lowWord = (x: number): number => {
  float[0] = x;
  return words[1 - HIGH]!;
};
const withWords = (high: number, low: number): number => {
  words[HIGH] = high;
  words[1 - HIGH] = low;
  return float[0]!;
};

/** FDLIBM compares high words; numbers compare faster, and the same. An eighth of a turn, in radians, and three. */
const EIGHTH = 0.7853984832763672;
const THREE_EIGHTHS = 2.3561935424804688;
/** beyond it, 800 000 radians, nothing of ours ever is */
const MOST = 1647100.0;
/** below it an angle is its own sine */
const SMALL = 2 ** -27;

/** @param y the tail of x; @param tail whether there is one */
function kernelSin(x: number, y: number, tail: boolean): number {
  if (Math.abs(x) < SMALL) return x;
  const z = x * x;
  const v = z * x;
  const r =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 +
        z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  const s1 = -0.16666666666666632;
  return tail ? x - (z * (0.5 * y - v * r) - y - v * s1) : x + v * (s1 + z * r);
}

function kernelCos(x: number, y: number): number {
  const size = Math.abs(x);
  if (size < SMALL) return 1;
  const z = x * x;
  const r =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (2.480158728947673e-5 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  if (size < 0.2999999523162842) return 1 - (0.5 * z - (z * r - x * y));
  // A quarter of it, its lower half cut off.
  const step = size < 0.5 ? 2 ** 22 : 2 ** 21;
  const qx = size >= 0.7812504768371582 ? 0.28125 : Math.floor(size * step) / (4 * step);
  const iz = 0.5 * z - qx;
  return 1 - qx - (iz - (z * r - x * y));
}

const INV_PIO2 = 0.6366197723675814;
const PIO2_1 = 1.5707963267341256;
const PIO2_1_TAIL = 6.077100506506192e-11;
const PIO2_2 = 6.077100506303966e-11;
const PIO2_2_TAIL = 2.0222662487959506e-21;
const PIO2_3 = 2.0222662487111665e-21;
const PIO2_3_TAIL = 8.4784276603689e-32;
/** The remainder of the last reduction, and its tail: an array, because numbers in variables of a module are boxed. */
const reduced = new Float64Array(2);

const exponentOf = (x: number): number => (highWord(x) >> 20) & 0x7ff;

/** Takes quarter turns away from an angle beyond an eighth of a turn. @returns how many */
function reduce(x: number): number {
  const size = Math.abs(x);
  const sign = x > 0 ? 1 : -1;
  let r: number;
  let w: number;
  let n = 1;
  let rest: number;
  if (size < THREE_EIGHTHS) {
    r = size - PIO2_1;
    w = PIO2_1_TAIL;
    if (size >= 1.570796012878418 && size < 1.5707969665527344) {
      r -= PIO2_2;
      w = PIO2_2_TAIL;
    }
    rest = r - w;
  } else {
    n = Math.trunc(size * INV_PIO2 + 0.5);
    r = size - n * PIO2_1;
    w = n * PIO2_1_TAIL;
    rest = r - w;
    const exponent = exponentOf(size);
    if (exponent - exponentOf(rest) > 16) {
      let t = r;
      w = n * PIO2_2;
      r = t - w;
      w = n * PIO2_2_TAIL - (t - r - w);
      rest = r - w;
      if (exponent - exponentOf(rest) > 49) {
        t = r;
        w = n * PIO2_3;
        r = t - w;
        w = n * PIO2_3_TAIL - (t - r - w);
        rest = r - w;
      }
    }
  }
  reduced[0] = sign * rest;
  reduced[1] = sign * (r - rest - w);
  return sign * n;
}

/** Sine. */
export function sin(x: number): number {
  const size = Math.abs(x);
  if (size < EIGHTH) return kernelSin(x, 0, false);
  if (!(size < MOST)) return Math.sin(x);
  switch (reduce(x) & 3) {
    case 0:
      return kernelSin(reduced[0]!, reduced[1]!, true);
    case 1:
      return kernelCos(reduced[0]!, reduced[1]!);
    case 2:
      return -kernelSin(reduced[0]!, reduced[1]!, true);
    default:
      return -kernelCos(reduced[0]!, reduced[1]!);
  }
}

/** Cosine. */
export function cos(x: number): number {
  const size = Math.abs(x);
  if (size < EIGHTH) return kernelCos(x, 0);
  if (!(size < MOST)) return Math.cos(x);
  switch (reduce(x) & 3) {
    case 0:
      return kernelCos(reduced[0]!, reduced[1]!);
    case 1:
      return -kernelSin(reduced[0]!, reduced[1]!, true);
    case 2:
      return -kernelCos(reduced[0]!, reduced[1]!);
    default:
      return kernelSin(reduced[0]!, reduced[1]!, true);
  }
}

const TAN = [
  0.3333333333333341, 0.13333333333320124, 0.05396825397622605, 0.021869488294859542, 0.0088632398235993,
  0.0035920791075913124, 0.0014562094543252903, 0.0005880412408202641, 0.0002464631348184699,
  7.817944429395571e-5, 7.140724913826082e-5, -1.8558637485527546e-5, 2.590730518636337e-5,
] as const;

/** @param odd whether the angle is a quarter turn further */
function kernelTan(angle: number, low: number, odd: boolean): number {
  let [x, y] = [angle, low];
  const size = Math.abs(x);
  const far = size >= 0.6743354797363281;
  if (size < 2 ** -28) return odd ? -1 / x : x;
  if (far) {
    if (x < 0) [x, y] = [-x, -y];
    x = Math.PI / 4 - x + (3.061616997868383e-17 - y);
    y = 0;
  }
  const z = x * x;
  const w = z * z;
  const t = TAN;
  const a = t[1] + w * (t[3] + w * (t[5] + w * (t[7] + w * (t[9] + w * t[11]))));
  const b = z * (t[2] + w * (t[4] + w * (t[6] + w * (t[8] + w * (t[10] + w * t[12])))));
  const s = z * x;
  const r = y + z * (s * (a + b) + y) + t[0] * s;
  const sum = x + r;
  if (far) {
    const v = odd ? -1 : 1;
    return (angle < 0 ? -1 : 1) * (v - 2 * (x - ((sum * sum) / (sum + v) - r)));
  }
  if (!odd) return sum;
  const head = withWords(highWord(sum), 0);
  const inverse = -1 / sum;
  const short = withWords(highWord(inverse), 0);
  return short + inverse * (1 + short * head + short * (r - (head - x)));
}

/** Tangent. */
export function tan(x: number): number {
  const size = Math.abs(x);
  if (size < EIGHTH) return kernelTan(x, 0, false);
  if (!(size < MOST)) return Math.tan(x);
  const odd = (reduce(x) & 1) === 1;
  return kernelTan(reduced[0]!, reduced[1]!, odd);
}

const ATAN_HIGH = [0.4636476090008061, 0.7853981633974483, 0.982793723247329, 1.5707963267948966] as const;
const ATAN_LOW = [
  2.2698777452961687e-17, 3.061616997868383e-17, 1.3903311031230998e-17, 6.123233995736766e-17,
] as const;
const ATAN = [
  0.3333333333333293, -0.19999999999876483, 0.14285714272503466, -0.11111110405462356, 0.09090887133436507,
  -0.0769187620504483, 0.06661073137387531, -0.058335701337905735, 0.049768779946159324,
  -0.036531572744216916, 0.016285820115365782,
] as const;

/** Arc tangent. */
function atan(value: number): number {
  let x = value;
  const hx = highWord(x);
  const ix = hx & 0x7fffffff;
  let id: 0 | 1 | 2 | 3 | null = null;
  if (ix >= 0x44100000) {
    if (Number.isNaN(x)) return x;
    return hx > 0 ? ATAN_HIGH[3] + ATAN_LOW[3] : -ATAN_HIGH[3] - ATAN_LOW[3];
  }
  if (ix < 0x3fdc0000) {
    if (ix < 0x3e400000) return x;
  } else {
    x = Math.abs(x);
    if (ix < 0x3fe60000) {
      id = 0;
      x = (2 * x - 1) / (2 + x);
    } else if (ix < 0x3ff30000) {
      id = 1;
      x = (x - 1) / (x + 1);
    } else if (ix < 0x40038000) {
      id = 2;
      x = (x - 1.5) / (1 + 1.5 * x);
    } else {
      id = 3;
      x = -1 / x;
    }
  }
  const z = x * x;
  const w = z * z;
  const a = ATAN;
  const s1 = z * (a[0] + w * (a[2] + w * (a[4] + w * (a[6] + w * (a[8] + w * a[10])))));
  const s2 = w * (a[1] + w * (a[3] + w * (a[5] + w * (a[7] + w * a[9]))));
  if (id === null) return x - x * (s1 + s2);
  const result = ATAN_HIGH[id] - (x * (s1 + s2) - ATAN_LOW[id] - x);
  return hx < 0 ? -result : result;
}

const TINY = 1e-300;
const PI_LOW = 1.2246467991473532e-16;

/** The angle of the point (x, y). */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return x + y;
  const [hx, hy] = [highWord(x), highWord(y)];
  const [ix, iy] = [hx & 0x7fffffff, hy & 0x7fffffff];
  if (x === 1) return atan(y);
  const m = ((hy >> 31) & 1) | ((hx >> 30) & 2);
  if (y === 0) return m < 2 ? y : m === 2 ? Math.PI + TINY : -Math.PI - TINY;
  if (x === 0) return hy < 0 ? -Math.PI / 2 - TINY : Math.PI / 2 + TINY;
  if (ix === 0x7ff00000) {
    const angle = (iy === 0x7ff00000 ? 1 : 0) * (Math.PI / 4);
    const turned = m < 2 ? angle : iy === 0x7ff00000 ? 3 * angle : Math.PI;
    return m === 1 || m === 3 ? -turned : turned;
  }
  if (iy === 0x7ff00000) return hy < 0 ? -Math.PI / 2 - TINY : Math.PI / 2 + TINY;
  const k = (iy - ix) >> 20;
  let z: number;
  let side = m;
  if (k > 60) {
    z = Math.PI / 2 + 0.5 * PI_LOW;
    side &= 1;
  } else if (hx < 0 && k < -60) z = 0;
  else z = atan(Math.abs(y / x));
  switch (side) {
    case 0:
      return z;
    case 1:
      return -z;
    case 2:
      return Math.PI - (z - PI_LOW);
    default:
      return z - PI_LOW - Math.PI;
  }
}

/** A quarter turn, and its tail. */
const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;

/** (asin(√z) - √z) / √z */
const ratio = (z: number): number => {
  const p =
    z *
    (0.16666666666666666 +
      z *
        (-0.3255658186224009 +
          z *
            (0.20121253213486293 +
              z * (-0.04005553450067941 + z * (0.0007915349942898145 + z * 3.479331075960212e-5)))));
  const q =
    1 +
    z * (-2.403394911734414 + z * (2.0209457602335057 + z * (-0.6882839716054533 + z * 0.07703815055590194)));
  return p / q;
};

/** Arc sine. */
export function asin(x: number): number {
  const size = Math.abs(x);
  if (size === 1) return x * HALF_PI + x * HALF_PI_LOW;
  if (!(size < 1)) return Number.NaN;
  if (size < 0.5) return size < SMALL ? x : x + x * ratio(x * x);
  const t = (1 - size) * 0.5;
  const s = Math.sqrt(t);
  let angle: number;
  if (size >= 0.9749999046325684) angle = HALF_PI - (2 * (s + s * ratio(t)) - HALF_PI_LOW);
  else {
    const w = withWords(highWord(s), 0);
    const c = (t - w * w) / (s + w);
    const p = 2 * s * ratio(t) - (HALF_PI_LOW - 2 * c);
    angle = Math.PI / 4 - (p - (Math.PI / 4 - 2 * w));
  }
  return x > 0 ? angle : -angle;
}

/** Arc cosine. */
export function acos(x: number): number {
  const hx = highWord(x);
  const ix = hx & 0x7fffffff;
  if (ix >= 0x3ff00000) {
    if (x === 1) return 0;
    return x === -1 ? Math.PI + 2 * 6.123233995736766e-17 : Number.NaN;
  }
  if (ix < 0x3fe00000) {
    if (ix <= 0x3c600000) return HALF_PI + HALF_PI_LOW;
    return HALF_PI - (x - (HALF_PI_LOW - x * ratio(x * x)));
  }
  if (hx < 0) {
    const z = (1 + x) * 0.5;
    const s = Math.sqrt(z);
    const w = ratio(z) * s - HALF_PI_LOW;
    return Math.PI - 2 * (s + w);
  }
  const z = (1 - x) * 0.5;
  const s = Math.sqrt(z);
  const df = withWords(highWord(s), 0);
  const c = (z - df * df) / (s + df);
  return 2 * (df + (ratio(z) * s + c));
}

/** Natural logarithm. */
export function log(value: number): number {
  let x = value;
  let hx = highWord(x);
  const lx = lowWord(x);
  let k = 0;
  if (hx < 0x00100000) {
    if (((hx & 0x7fffffff) | lx) === 0) return Number.NEGATIVE_INFINITY;
    if (hx < 0) return Number.NaN;
    k -= 54;
    x *= 2 ** 54;
    hx = highWord(x);
  }
  if (hx >= 0x7ff00000) return x + x;
  k += (hx >> 20) - 1023;
  hx &= 0x000fffff;
  let i = (hx + 0x95f64) & 0x100000;
  x = withWords(hx | (i ^ 0x3ff00000), lowWord(x));
  k += i >> 20;
  const [high, low] = [0.6931471803691238, 1.9082149292705877e-10];
  const f = x - 1;
  if ((0x000fffff & (2 + hx)) < 3) {
    if (f === 0) return k === 0 ? 0 : k * high + k * low;
    const r = f * f * (0.5 - 0.3333333333333333 * f);
    return k === 0 ? f - r : k * high - (r - k * low - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  i = hx - 0x6147a;
  const w = z * z;
  const j = 0x6b851 - hx;
  const t1 = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const t2 =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  i |= j;
  const r = t2 + t1;
  if (i > 0) {
    const square = 0.5 * f * f;
    return k === 0 ? f - (square - s * (square + r)) : k * high - (square - (s * (square + r) + k * low) - f);
  }
  return k === 0 ? f - s * (f - r) : k * high - (s * (f - r) - k * low - f);
}
