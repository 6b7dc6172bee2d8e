/**
 * Seeded random numbers: the only source of chance in the house. The generator is sfc32 (Doty-Humphrey,
 * PractRand), 128 bits of state, the same bits on every engine. Not for secrets.
 */
import { cos, log, sin } from "./math/elementary.js";

/** A stream of random numbers. */
export interface Random {
  /** uniform in [0, 1) */
  next(): number;
  /** uniform in [low, high) */
  uniform(low: number, high: number): number;
  /** integer, uniform in 0 … n - 1 */
  integer(n: number): number;
  /** standard normal (Box-Muller, one draw kept) */
  normal(): number;
  /** one of the items, uniformly */
  pick<T>(items: readonly T[]): T;
  /** an independent stream, named: the same parent seed and label give the same stream */
  fork(label: string): Random;
  /** the state as five numbers; `restore` continues bit for bit */
  state(): RandomState;
  restore(state: RandomState): void;
}

/** Four 32-bit words and the kept normal draw (NaN when none is kept). */
export type RandomState = readonly [number, number, number, number, number];

/** A generator of its own for `seed`; seeds that differ by one give unrelated streams. */
export function createRandom(seed: number | string): Random {
  const origin = typeof seed === "string" ? seed : `#${seed}`;
  let [a, b, c, d] = hash128(origin);
  let kept = Number.NaN;

  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();

  const random: Random = {
    next,
    uniform: (low, high) => low + (high - low) * next(),
    integer: (n) => Math.floor(next() * n),
    normal: () => {
      if (!Number.isNaN(kept)) {
        const value = kept;
        kept = Number.NaN;
        return value;
      }
      const radius = Math.sqrt(-2 * log(1 - next()));
      const angle = 2 * Math.PI * next();
      kept = radius * sin(angle);
      return radius * cos(angle);
    },
    pick: (items) => items[Math.floor(next() * items.length)]!,
    fork: (label) => createRandom(`${origin}/${label}`),
    state: () => [a, b, c, d, kept],
    restore: (state) => {
      [a, b, c, d, kept] = state;
    },
  };
  return random;
}

/** cyrb128: 128 bits of a text, to seed the generator. */
function hash128(text: string): [number, number, number, number] {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  return [(h1 ^ h2 ^ h3 ^ h4) | 0, (h2 ^ h1) | 0, (h3 ^ h1) | 0, (h4 ^ h1) | 0];
}
