/**
 * What this room asks of ONNX Runtime, and the one adapter to it. `onnxruntime-node` and `onnxruntime-web` both have
 * the shape of `OnnxRuntime`, so training and policies run on a machine and in a page by the same code.
 *
 * Never set `session.set_denormal_as_zero`: it makes this thread flush denormal numbers, and Rapier's handles are
 * denormal doubles. Never bind one buffer as feed and as result of the same call: it computes nonsense, silently.
 */
import { refuse } from "../../core/index.js";

/** A float32 tensor over memory of the caller's. */
export interface Buffer32 {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Tensors by the name of the input or output they belong to. */
export type Buffers = Readonly<Record<string, Buffer32>>;

/** A model ready to run. */
export interface Session {
  /** Ties buffers to inputs and outputs once; each call then reads the feeds and fills the results, in place. */
  bind(feeds: Buffers, results: Buffers): () => Promise<void>;
  free(): Promise<void>;
}

/** Opens models; threads: how many compute one operator. */
export type OpenSession = (model: Uint8Array, options?: { readonly threads?: number }) => Promise<Session>;

/** A tensor of ONNX Runtime, as far as it is used here. */
interface OrtTensor {
  readonly data: unknown;
}

/** The part of the modules `onnxruntime-node` and `onnxruntime-web` that is used here. */
export interface OnnxRuntime {
  readonly Tensor: new (type: "float32", data: Float32Array, shape: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: {
        readonly intraOpNumThreads: number;
        readonly interOpNumThreads: number;
        readonly executionMode: "sequential";
        readonly graphOptimizationLevel: "all";
      },
    ): Promise<{
      run(
        feeds: Record<string, OrtTensor>,
        into: Record<string, OrtTensor>,
      ): Promise<Record<string, OrtTensor>>;
      run(feeds: Record<string, OrtTensor>, names: readonly string[]): Promise<Record<string, OrtTensor>>;
      release(): Promise<void>;
    }>;
  };
}

/**
 * Opens models in the given ONNX Runtime.
 * @param fillsResults whether it writes into tensors given for results. `onnxruntime-node` does, which spares a copy;
 * `onnxruntime-web` takes them without complaint and leaves them as they were, so its results are copied.
 */
export const sessionsOf =
  (ort: OnnxRuntime, fillsResults = false): OpenSession =>
  async (model, options = {}) => {
    const session = await ort.InferenceSession.create(model, {
      intraOpNumThreads: options.threads ?? 1,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "all",
    });
    const tensors = (buffers: Buffers) =>
      Object.fromEntries(
        Object.entries(buffers).map(([name, { data, shape }]) => [
          name,
          new ort.Tensor("float32", data, shape),
        ]),
      );
    return {
      bind: (feeds, results) => {
        for (const [name, { data }] of Object.entries(results))
          for (const [other, feed] of Object.entries(feeds))
            if (overlap(data, feed.data))
              refuse("session", `result ${name} must not share memory with feed`, other);
        const inputs = tensors(feeds);
        if (fillsResults) {
          const outputs = tensors(results);
          return async () => {
            await session.run(inputs, outputs);
          };
        }
        const names = Object.keys(results);
        return async () => {
          const found = await session.run(inputs, names);
          for (const name of names) results[name]!.data.set(found[name]!.data as Float32Array);
        };
      },
      free: () => session.release(),
    };
  };

const overlap = (a: Float32Array, b: Float32Array): boolean =>
  a.buffer === b.buffer &&
  a.byteOffset < b.byteOffset + b.byteLength &&
  b.byteOffset < a.byteOffset + a.byteLength;
