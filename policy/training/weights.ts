/**
 * Parameters, gradients, moments and moving average of a training, in one memory: ONNX Runtime reads the parameters
 * and writes the gradients through the same views that the optimiser works on, so nothing is ever copied.
 */
import { refuse } from "../../core/index.js";
import { countOf } from "../graph/graph.js";
import type { Parameter } from "../networks/mlp.js";
import { type AdamArrays, type AdamKernel, adamInScript, adamKernel } from "./adam-kernel.js";

export interface Weights {
  /** by name */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** the moving average, by name: what is exported */
  readonly average: ReadonlyMap<string, Float32Array>;
  readonly arrays: AdamArrays;
  readonly adam: AdamKernel;
  /** all five arrays as one list of numbers, for checkpoints; gradients are not kept */
  save(): Float32Array;
  restore(saved: Float32Array): void;
  /** numbers that training changes */
  readonly count: number;
}

const PAGE = 65536;

/** Memory for these parameters, at their initial values. */
export function createWeights(parameters: readonly Parameter[]): Weights {
  // Each tensor begins at a multiple of 64 bytes: what vector units like.
  const starts: number[] = [];
  let floats = 0;
  for (const { shape } of parameters) {
    starts.push(floats);
    floats += Math.ceil(countOf(shape) / 16) * 16;
  }
  const bytes = floats * 4;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((5 * bytes) / PAGE) + 1 });
  const arrays: AdamArrays = {
    parameters: 0,
    gradients: bytes,
    first: 2 * bytes,
    second: 3 * bytes,
    average: 4 * bytes,
    bytes,
  };
  const views = (offset: number): Map<string, Float32Array> =>
    new Map(
      parameters.map(({ name, shape }, i) => [
        name,
        new Float32Array(memory.buffer, offset + starts[i]! * 4, countOf(shape)),
      ]),
    );
  const values = views(arrays.parameters);
  const average = views(arrays.average);
  for (const { name, initial } of parameters) {
    values.get(name)!.set(initial);
    average.get(name)!.set(initial);
  }
  const kept = [arrays.parameters, arrays.first, arrays.second, arrays.average];
  return {
    parameters: values,
    gradients: views(arrays.gradients),
    average,
    arrays,
    adam: kernelFor(memory),
    count: parameters.reduce((sum, { shape }) => sum + countOf(shape), 0),
    save: () => {
      const saved = new Float32Array(kept.length * floats);
      kept.forEach((offset, i) => {
        saved.set(new Float32Array(memory.buffer, offset, floats), i * floats);
      });
      return saved;
    },
    restore: (saved) => {
      if (saved.length !== kept.length * floats)
        refuse("checkpoint", `must hold ${kept.length * floats} numbers for this network`, saved.length);
      kept.forEach((offset, i) => {
        new Float32Array(memory.buffer, offset, floats).set(saved.subarray(i * floats, (i + 1) * floats));
      });
    },
  };
}

function kernelFor(memory: WebAssembly.Memory): AdamKernel {
  try {
    return adamKernel(memory);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return adamInScript(memory); // an engine without SIMD
    throw error;
  }
}
