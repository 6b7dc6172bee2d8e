/** The optimiser against the published formula in float64, and its two engines against each other. */
import { describe, expect, test } from "vitest";
import { createRandom } from "../../core/index.js";
import { type AdamArrays, type AdamKernel, adamInScript, adamKernel } from "../../policy/index.js";

const ENGINES = [
  ["simd", adamKernel],
  ["script", adamInScript],
] as const;
const NAMES = ["parameters", "gradients", "first", "second", "average"] as const;
type Views = Record<(typeof NAMES)[number], Float32Array>;

/** Five arrays of `n` numbers in a memory of their own; `n` is a multiple of 4. */
function rig(n: number, make: (memory: WebAssembly.Memory) => AdamKernel) {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((20 * n) / 65536) });
  const offsets = Object.fromEntries(NAMES.map((name, i) => [name, 4 * n * i]));
  const arrays = { ...offsets, bytes: 4 * n } as unknown as AdamArrays;
  const views = Object.fromEntries(
    NAMES.map((name, i) => [name, new Float32Array(memory.buffer, 4 * n * i, n)]),
  ) as Views;
  const kernel = make(memory);
  return {
    views,
    step: (t: number, rate: number, decay: number) =>
      kernel(arrays, {
        beta1: 0.9,
        beta2: 0.999,
        step: rate / (1 - 0.9 ** t),
        correction: 1 / Math.sqrt(1 - 0.999 ** t),
        epsilon: 1e-8,
        decay,
      }),
  };
}

describe("Adam", () => {
  test.each(ENGINES)("follows the paper's formula: %s", (_, make) => {
    const n = 36;
    const random = createRandom("adam");
    const start = Float64Array.from({ length: n }, () => Math.fround(random.normal()));
    const gradient = (t: number, i: number) => Math.fround(Math.sin(t * 0.7 + i) * 10 ** ((i % 7) - 4));
    const adam = rig(n, make);
    adam.views.parameters.set(start);
    adam.views.average.set(start);
    // Kingma & Ba 2014, algorithm 1, with the bias-corrected moments written out; float64.
    const [p, a] = [start.slice(), start.slice()];
    const [m, v] = [new Float64Array(n), new Float64Array(n)];
    for (let t = 1; t <= 200; t++) {
      const rate = 2e-3 / t;
      for (let i = 0; i < n; i++) {
        const g = gradient(t, i);
        adam.views.gradients[i] = g;
        m[i] = 0.9 * m[i]! + 0.1 * g;
        v[i] = 0.999 * v[i]! + 0.001 * g * g;
        const [mHat, vHat] = [m[i]! / (1 - 0.9 ** t), v[i]! / (1 - 0.999 ** t)];
        p[i] = p[i]! - (rate * mHat) / (Math.sqrt(vHat) + 1e-8);
        a[i] = 0.99 * a[i]! + 0.01 * p[i]!;
      }
      adam.step(t, rate, 0.99);
    }
    for (let i = 0; i < n; i++) {
      expect(Math.abs(adam.views.parameters[i]! - p[i]!)).toBeLessThan(2e-6);
      expect(Math.abs(adam.views.average[i]! - a[i]!)).toBeLessThan(2e-6);
      expect(Math.abs(p[i]! - start[i]!)).toBeGreaterThan(1e-4);
    }
  });

  test("gives the same bits in both engines, over 15 orders of magnitude", () => {
    const n = 1004;
    const random = createRandom("engines");
    const [simd, script] = ENGINES.map(([, make]) => rig(n, make)) as [
      ReturnType<typeof rig>,
      ReturnType<typeof rig>,
    ];
    for (const { views } of [simd, script])
      for (let i = 0; i < n; i++) views.parameters[i] = views.average[i] = Math.sin(i);
    for (let t = 1; t <= 60; t++) {
      for (let i = 0; i < n; i++)
        simd.views.gradients[i] = script.views.gradients[i] = random.normal() * 10 ** random.uniform(-12, 3);
      simd.step(t, 1e-3, 0.995);
      script.step(t, 1e-3, 0.995);
    }
    for (const name of NAMES) expect(script.views[name]).toEqual(simd.views[name]);
  });

  test("touches nothing beyond its arrays", () => {
    const n = 16;
    const memory = new WebAssembly.Memory({ initial: 1 });
    const all = new Float32Array(memory.buffer).fill(7);
    const kernel = adamKernel(memory);
    const at = (i: number) => 256 + 4 * 2 * n * i;
    kernel(
      { parameters: at(0), gradients: at(1), first: at(2), second: at(3), average: at(4), bytes: 4 * n },
      { beta1: 0.9, beta2: 0.999, step: 1, correction: 1, epsilon: 1e-8, decay: 0.5 },
    );
    const changed = Array.from(all.keys()).filter((i) => all[i] !== 7);
    const inside = [0, 2, 3, 4].flatMap((array) => Array.from({ length: n }, (_, i) => at(array) / 4 + i));
    expect(changed.filter((i) => !inside.includes(i))).toEqual([]);
    expect(changed.length).toBeGreaterThan(0);
  });
});
