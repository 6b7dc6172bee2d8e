/**
 * One step of Adam and of the moving average as a WebAssembly SIMD kernel, assembled here byte by byte: several
 * times faster than the same loop in JavaScript (measured in docs/results.md), and what decides how a training
 * step compares with a fused optimiser. Kingma and Ba 2014, arXiv 1412.6980. Single precision.
 *
 * For every lane: m = b₁ m + (1 - b₁) g;  v = b₂ v + (1 - b₂) g²;  p -= step m / (√v c + ε);  e += (1 - d) (p - e)
 *
 * The average moves towards p instead of being weighted d and 1 - d: rounded to single precision, those two do not
 * add up to 1, which would shrink or swell it by up to 1e-5.
 */

/** Numbers of one step; `step` and `correction` hold the bias corrections. */
export interface AdamStep {
  readonly beta1: number;
  readonly beta2: number;
  /** learning rate / (1 - beta1^t) */
  readonly step: number;
  /** 1 / sqrt(1 - beta2^t) */
  readonly correction: number;
  readonly epsilon: number;
  /** d of the moving average */
  readonly decay: number;
}

/** Byte offsets of the five arrays in the kernel's memory, and their length in bytes, a multiple of 16. */
export interface AdamArrays {
  readonly parameters: number;
  readonly gradients: number;
  readonly first: number;
  readonly second: number;
  readonly average: number;
  readonly bytes: number;
}

/** Takes one step of all parameters, in place. */
export type AdamKernel = (arrays: AdamArrays, step: AdamStep) => void;

/** The kernel over a memory of the caller's. */
export function adamKernel(memory: WebAssembly.Memory): AdamKernel {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(assemble()), { env: { memory } });
  const run = instance.exports["adam"] as (...numbers: number[]) => void;
  return (a, s) =>
    run(
      a.bytes,
      a.parameters,
      a.gradients,
      a.first,
      a.second,
      a.average,
      s.beta1,
      1 - s.beta1,
      s.beta2,
      1 - s.beta2,
      s.step,
      s.correction,
      s.epsilon,
      1 - s.decay,
    );
}

/**
 * The same in JavaScript, for engines without SIMD. Rounded after every operation as the kernel is, so that a
 * training gives the same bits on both and may be continued on either.
 */
export function adamInScript(memory: WebAssembly.Memory): AdamKernel {
  const f = Math.fround;
  return (a, s) => {
    const n = a.bytes / 4;
    const view = (offset: number): Float32Array => new Float32Array(memory.buffer, offset, n);
    const [p, g, m, v, e] = [a.parameters, a.gradients, a.first, a.second, a.average].map(view) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const [b1, notB1, b2, notB2] = [f(s.beta1), f(1 - s.beta1), f(s.beta2), f(1 - s.beta2)];
    const [step, correction, epsilon] = [f(s.step), f(s.correction), f(s.epsilon)];
    const follow = f(1 - s.decay);
    for (let i = 0; i < n; i++) {
      const gi = g[i]!;
      const mi = f(f(b1 * m[i]!) + f(notB1 * gi));
      const vi = f(f(b2 * v[i]!) + f(f(notB2 * gi) * gi));
      const pi = f(p[i]! - f(f(step * mi) / f(f(f(Math.sqrt(vi)) * correction) + epsilon)));
      m[i] = mi;
      v[i] = vi;
      p[i] = pi;
      e[i] = f(e[i]! + f(follow * f(pi - e[i]!)));
    }
  };
}

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

/** Parameters of the function, by index: six integers, then eight numbers. */
const BYTES = 0;
const ARRAYS = { p: 1, g: 2, m: 3, v: 4, e: 5 } as const;
const FIRST_NUMBER = 6;
const NUMBERS = 8;
/** Locals after the parameters: the numbers spread over four lanes, then the working values. */
const SPREAD = FIRST_NUMBER + NUMBERS;
const G = SPREAD + NUMBERS;
const [M, V, P, OFFSET] = [G + 1, G + 2, G + 3, G + 4];
const [B1, NOT_B1, B2, NOT_B2, STEP, CORRECTION, EPSILON, FOLLOW] = Array.from(
  { length: NUMBERS },
  (_, i) => SPREAD + i,
) as [number, number, number, number, number, number, number, number];

function assemble(): Uint8Array<ArrayBuffer> {
  const get = (local: number): number[] => [0x20, local];
  const set = (local: number): number[] => [0x21, local];
  const simd = (code: number): number[] => [0xfd, ...unsigned(code)];
  const [add, sub, mul, div, sqrt, splat] = [0xe4, 0xe5, 0xe6, 0xe7, 0xe3, 0x13].map(simd) as [
    number[],
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  const address = (array: number): number[] => [...get(array), ...get(OFFSET), 0x6a];
  const load = (array: number): number[] => [...address(array), ...simd(0x00), 2, 0];
  const store = (array: number, local: number): number[] => [
    ...address(array),
    ...get(local),
    ...simd(0x0b),
    2,
    0,
  ];
  const body = [
    ...Array.from({ length: NUMBERS }, (_, i) => [
      ...get(FIRST_NUMBER + i),
      ...splat,
      ...set(SPREAD + i),
    ]).flat(),
    ...[0x03, 0x40], // loop
    ...[...load(ARRAYS.g), ...set(G)],
    ...[...get(B1), ...load(ARRAYS.m), ...mul, ...get(NOT_B1), ...get(G), ...mul, ...add, ...set(M)],
    ...[...get(B2), ...load(ARRAYS.v), ...mul],
    ...[...get(NOT_B2), ...get(G), ...mul, ...get(G), ...mul, ...add, ...set(V)],
    ...[...load(ARRAYS.p), ...get(STEP), ...get(M), ...mul],
    ...[...get(V), ...sqrt, ...get(CORRECTION), ...mul, ...get(EPSILON), ...add, ...div, ...sub, ...set(P)],
    ...[...store(ARRAYS.m, M), ...store(ARRAYS.v, V), ...store(ARRAYS.p, P)],
    ...[...load(ARRAYS.e), ...set(G)],
    ...[...get(G), ...get(FOLLOW), ...get(P), ...get(G), ...sub, ...mul, ...add, ...set(G)],
    ...store(ARRAYS.e, G),
    ...[...get(OFFSET), 0x41, 16, 0x6a, 0x22, OFFSET], // offset += 16
    ...[...get(BYTES), 0x49, 0x0d, 0, 0x0b], // again while offset < bytes
    0x0b,
  ];
  const locals = [2, NUMBERS + 4, V128, 1, I32];
  const code = [...locals, ...body];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 6 + NUMBERS, ...Array(6).fill(I32), ...Array(NUMBERS).fill(F32), 0]),
    ...section(2, [1, ...text("env"), ...text("memory"), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("adam"), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

const section = (id: number, bytes: number[]): number[] => [id, ...unsigned(bytes.length), ...bytes];
const text = (name: string): number[] => [name.length, ...new TextEncoder().encode(name)];

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return [...bytes, rest];
}
