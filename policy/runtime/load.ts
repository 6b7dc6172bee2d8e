/** From the bytes of an ONNX file to a `Policy`: checked at the border, then one call a chunk, without allocation. */
import { type Observation, type Policy, refuse, sizeOf, totalSize } from "../../core/index.js";
import { BATCH } from "../graph/graph.js";
import { type Port, readModel } from "../graph/onnx-read.js";
import { type PolicyCard, readCard } from "./card.js";
import { PORTS } from "./export.js";
import type { Buffer32, OpenSession } from "./session.js";

/** A policy that came from a file, with what the file says of it. */
export interface LoadedPolicy extends Policy {
  readonly card: PolicyCard;
}

/** Larger files are refused unread: a small task-specific policy has a few megabytes. */
export const MOST_POLICY_BYTES = 512 * 1024 * 1024;
const MOST_NOISE = 1_000_000;

/** @throws InputError when the file is no policy, or its inputs and outputs are not those of its own contract */
export async function loadPolicy(bytes: Uint8Array, open: OpenSession): Promise<LoadedPolicy> {
  if (bytes.length > MOST_POLICY_BYTES)
    refuse("policy", `a file must have at most ${MOST_POLICY_BYTES} bytes`, bytes.length);
  const model = readModel(bytes);
  const foreign = Object.keys(model.opsets).find((domain) => domain !== "" && domain !== "ai.onnx");
  if (foreign !== undefined) refuse("policy", "only standard operators are run", foreign);
  if (model.external) refuse("policy", "weights must be in the file itself");
  const { contract, card } = readCard(model.metadata);
  const features = [...contract.observations, ...contract.goals];
  const size = totalSize(contract.actions);
  const port = (list: readonly Port[], name: string): Port =>
    list.find((each) => each.name === name) ?? refuse("policy", "the file must have the port", name);
  const check = (each: Port, shape: readonly number[]): void => {
    const fits =
      each.type === "float32" &&
      each.shape.length === shape.length &&
      each.shape.every((n, i) => n === shape[i] || (i === 0 && n === BATCH));
    if (!fits) refuse("policy", `port ${each.name} must be float32 [${shape}]`, `[${each.shape}]`);
  };
  for (const feature of features) check(port(model.inputs, feature.name), [1, sizeOf(feature)]);
  check(port(model.inputs, PORTS.previous), [1, size]);
  check(port(model.outputs, PORTS.chunk), [1, card.horizon, size]);
  const noisePort = model.inputs.find((each) => each.name === PORTS.noise);
  const noiseSize = noisePort?.shape[1] ?? 0;
  if (noiseSize < 0 || noiseSize > MOST_NOISE) refuse("policy", `noise must have 0 to ${MOST_NOISE} numbers`);
  if (noisePort) check(noisePort, [1, noiseSize]);
  const known = new Set<string>([
    ...features.map((feature) => feature.name),
    PORTS.previous,
    ...(noisePort ? [PORTS.noise] : []),
  ]);
  for (const each of model.inputs)
    if (!known.has(each.name)) refuse("policy", "every input must be named by the contract", each.name);

  const session = await open(bytes);
  const feed = (n: number): Buffer32 => ({ data: new Float32Array(n), shape: [1, n] });
  const inputs = new Map(features.map((feature) => [feature.name, feed(sizeOf(feature))]));
  const previous = feed(size);
  const noiseFeed = noisePort ? feed(noiseSize) : null;
  const chunk = new Float32Array(card.horizon * size);
  const run = session.bind(
    {
      ...Object.fromEntries(inputs),
      [PORTS.previous]: previous,
      ...(noiseFeed ? { [PORTS.noise]: noiseFeed } : {}),
    },
    { [PORTS.chunk]: { data: chunk, shape: [1, card.horizon, size] } },
  );
  // One set of buffers: calls wait for each other.
  let last: Promise<unknown> = Promise.resolve();
  return {
    contract,
    card,
    horizon: card.horizon,
    execute: card.execute,
    noiseSize,
    act: (observation, previousCommand, noise) => {
      const call = last.then(() => compute(observation, previousCommand, noise));
      last = call.catch(() => {});
      return call;
    },
    free: () => session.free(),
  };

  async function compute(
    observation: Observation,
    previousCommand: ArrayLike<number>,
    noise: Float32Array,
  ): Promise<Float32Array> {
    for (const [name, { data }] of inputs) {
      const value = observation.values[name] ?? refuse("policy", "the observation must hold", name);
      if (value.length !== data.length)
        refuse(`policy.${name}`, `must have ${data.length} numbers`, value.length);
      data.set(value);
    }
    previous.data.set(previousCommand);
    if (noiseFeed) noiseFeed.data.set(noise);
    await run();
    return chunk.slice();
  }
}
