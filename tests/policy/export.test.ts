/**
 * The exported file against the trained network, computed in float64 by plain loops (`reference.ts`): within 1e-5, for
 * every method and contract. And the training graph's loss against the same loops, so that both are the same network.
 */
import { describe, expect, test } from "vitest";
import { type Contract, createRandom, sizeOf, totalSize } from "../../core/index.js";
import packageJson from "../../package.json" with { type: "json" };
import {
  ALGORITHMS,
  APPRENTICE_VERSION,
  algorithmByName,
  createGraph,
  createTrainer,
  defaultRecipe,
  encodeModel,
  exportPolicy,
  input,
  loadPolicy,
  output,
  prepareData,
  type Recipe,
  readCard,
  readModel,
  withMetadata,
  writeCard,
} from "../../policy/index.js";
import { openNodeSession } from "../../policy/index.node.js";
import { act64, decode64, loss64 } from "./reference.js";
import { CONTRACTS, drawFeature, syntheticEpisodes } from "./rig.js";

const CASES = ALGORITHMS.flatMap(({ name }) =>
  CONTRACTS.map(([what, contract]) => [name, what, contract] as const),
);

/** A policy after a few real training steps on synthetic data. */
async function trained(algorithm: string, contract: Contract) {
  const recipe: Recipe = { ...defaultRecipe(contract), algorithm, steps: 60, batch: 32, warmUp: 5 };
  const data = await prepareData(syntheticEpisodes(contract, 3, 60), contract, recipe, openNodeSession);
  const trainer = await createTrainer(data, recipe, 5, openNodeSession);
  while (trainer.step < recipe.steps) await trainer.advance();
  const { shape, weights } = trainer;
  const copy = new Map([...weights.average].map(([name, values]) => [name, values.slice()]));
  await trainer.free();
  const model = exportPolicy(data.encoding, shape, copy, { recipe, seed: 5, step: 60, data: "synthetic" });
  return { recipe, data, shape, weights: copy, model };
}

const TOOL = [0.5, 0.1, 0.2, 0.3, 0.08];
const PREVIOUS = {
  "tool-pose": TOOL,
  "base-twist": [0.2, -0.1],
  "mobile-manipulation": [0.2, -0.1, 0.15, ...TOOL],
  "arm-team": [0.45, 0.15, 0.3, 0.1, 0.08, 0.55, -0.2, 0.2, 3.3, 0],
} as const;

/** Rows of raw features, previous commands and noise. */
function drawInputs(contract: Contract, noiseSize: number, rows: number) {
  const random = createRandom("inputs");
  const features = [...contract.observations, ...contract.goals];
  return Array.from({ length: rows }, () => ({
    values: Object.fromEntries(
      features.map((feature) => [feature.name, Float32Array.from(drawFeature(feature, random))]),
    ),
    previous: Float32Array.from(PREVIOUS[contract.control]),
    noise: Float32Array.from({ length: noiseSize }, () => random.normal()),
  }));
}

describe("an exported policy", () => {
  test.each(CASES)("computes what was trained, within 1e-5: %s, %s", async (algorithm, _, contract) => {
    const { data, weights, model } = await trained(algorithm, contract);
    const policy = await loadPolicy(model, openNodeSession);
    const size = totalSize(contract.actions);
    expect(policy.horizon * size).toBe(data.chunks.length / data.frames);
    let [worst, compared] = [0, 0];
    for (const { values, previous, noise } of drawInputs(policy.contract, policy.noiseSize, 20)) {
      const found = await policy.act({ time: 0, values }, previous, noise);
      // The encoding is tested by itself (encoding.test.ts); here it runs alone, over one frame.
      const episode = { ...syntheticEpisodes(contract, 1, 1)[0]! };
      const encoded = await prepareData(
        [{ ...episode, features: { ...episode.features, ...values } }],
        contract,
        defaultRecipe(contract),
        openNodeSession,
      );
      const { mean, std } = data.encoding.observation;
      // A single frame is its own mean.
      const observation = encoded.encoding.observation.mean.map((x, i) =>
        Math.max(-10, Math.min(10, (x - mean[i]!) / std[i]!)),
      );
      const chunk = act64(algorithm, observation, Array.from(noise), weights);
      const expected = decode64(data.encoding, chunk, Array.from(previous));
      expected.forEach((x, k) => {
        const pair = data.encoding.binary[k % size];
        // At the threshold of an open-or-closed gripper, rounding decides: such values are not compared.
        if (pair && Math.abs(rawOf(data.encoding, chunk, k) - (pair[0] + pair[1]) / 2) < 1e-5) return;
        worst = Math.max(worst, Math.abs(found[k]! - x));
        compared += 1;
      });
    }
    await policy.free();
    expect(compared).toBeGreaterThan(20 * policy.horizon * size * 0.95);
    expect(worst).toBeLessThan(1e-5);
  });

  test.each(CASES)("has the loss of the training graph: %s, %s", async (algorithm, _, contract) => {
    const { data, shape, weights } = await trained(algorithm, contract);
    const batch = 3;
    const graph = createGraph();
    const method = algorithmByName(algorithm);
    const x = input(graph, "observation", [batch, shape.observation]);
    const y = input(graph, "chunk", [batch, shape.chunk]);
    const draws = method.draws(shape);
    const drawn = new Map(draws.map(({ name, size }) => [name, input(graph, name, [batch, size])]));
    const parameters = method.parameters(shape, createRandom(0));
    const values = new Map(parameters.map((each) => [each.name, input(graph, each.name, each.shape)]));
    output(method.loss(x, y, drawn, values), "loss");

    const random = createRandom("loss");
    const rows = (source: Float32Array, width: number) => source.slice(0, batch * width);
    const observation = rows(data.observations, shape.observation);
    const chunk = rows(data.chunks, shape.chunk);
    const noise = Float32Array.from({ length: batch * shape.chunk }, () => random.normal());
    const time = Float32Array.from({ length: batch }, () => random.next());
    const loss = new Float32Array(1);
    const given: Record<string, { data: Float32Array; shape: number[] }> = {
      observation: { data: observation, shape: [batch, shape.observation] },
      chunk: { data: chunk, shape: [batch, shape.chunk] },
      ...(draws.length > 0 && {
        noise: { data: noise, shape: [batch, shape.chunk] },
        time: { data: time, shape: [batch, 1] },
      }),
    };
    for (const each of parameters)
      given[each.name] = { data: weights.get(each.name)!, shape: [...each.shape] };
    const session = await openNodeSession(encodeModel(graph, "loss"));
    await session.bind(given, { loss: { data: loss, shape: [] } })();
    await session.free();

    const row = (source: Float32Array, width: number, i: number) =>
      Array.from(source.subarray(i * width, (i + 1) * width));
    const expected =
      Array.from({ length: batch }, (_, i) =>
        loss64(
          algorithm,
          {
            observation: row(observation, shape.observation, i),
            chunk: row(chunk, shape.chunk, i),
            noise: row(noise, shape.chunk, i),
            time: time[i]!,
          },
          weights,
        ),
      ).reduce((a, b) => a + b) / batch;
    expect(Math.abs(loss[0]! - expected)).toBeLessThan(1e-5 * (1 + expected));
  });

  test("answers a batch as it answers its rows", async () => {
    const [, contract] = CONTRACTS[1]!;
    const { model } = await trained("flow", contract);
    const policy = await loadPolicy(model, openNodeSession);
    const inputs = drawInputs(policy.contract, policy.noiseSize, 3);
    const session = await openNodeSession(model);
    const stack = (lists: Float32Array[]) => ({
      data: Float32Array.from(lists.flatMap((list) => Array.from(list))),
      shape: [lists.length, lists[0]!.length],
    });
    const feeds = {
      ...Object.fromEntries(
        Object.keys(inputs[0]!.values).map((name) => [name, stack(inputs.map((each) => each.values[name]!))]),
      ),
      previous_command: stack(inputs.map((each) => each.previous)),
      noise: stack(inputs.map((each) => each.noise)),
    };
    const chunk = new Float32Array(3 * 8 * 5);
    await session.bind(feeds, { action_chunk: { data: chunk, shape: [3, 8, 5] } })();
    for (const [i, { values, previous, noise }] of inputs.entries()) {
      const alone = await policy.act({ time: 0, values }, previous, noise);
      alone.forEach((x, k) => {
        expect(Math.abs(chunk[i * 40 + k]! - x)).toBeLessThan(2e-6);
      });
    }
    await Promise.all([session.free(), policy.free()]);
  });

  test("has one input a feature, in its own name and size, and says where it comes from", async () => {
    const [, contract] = CONTRACTS[1]!;
    const { model, recipe } = await trained("flow", contract);
    const { opsets, irVersion, inputs, outputs, metadata } = readModel(model);
    expect({ opsets, irVersion }).toEqual({ opsets: { "": 17 }, irVersion: 8 });
    const read = readCard(metadata);
    const features = [...read.contract.observations, ...read.contract.goals];
    expect(features.map((feature) => feature.name)).toEqual([
      ...recipe.observations,
      ...contract.goals.map((goal) => goal.name),
    ]);
    expect(inputs.map((port) => [port.name, port.type, ...port.shape])).toEqual([
      ...features.map((feature) => [feature.name, "float32", -1, sizeOf(feature)]),
      ["previous_command", "float32", -1, 5],
      ["noise", "float32", -1, 40],
    ]);
    expect(outputs).toEqual([{ name: "action_chunk", type: "float32", shape: [-1, 8, 5] }]);
    expect(read.card).toEqual({
      version: 1,
      algorithm: "flow",
      horizon: 8,
      execute: 8,
      seed: 5,
      step: 60,
      data: "synthetic",
      measured: null,
    });
    expect(JSON.parse(metadata["apprentice.recipe"]!)).toEqual(recipe);
    expect(metadata["apprentice.version"]).toBe(packageJson.version);
    expect(APPRENTICE_VERSION).toBe(packageJson.version);
  });

  test("can have its measured success written into it later", async () => {
    const [, contract] = CONTRACTS[0]!;
    const { model } = await trained("bc", contract);
    const read = readCard(readModel(model).metadata);
    const measured = { successes: 199, episodes: 200 };
    const noted = withMetadata(model, writeCard(read.contract, { ...read.card, measured }));
    const policy = await loadPolicy(noted, openNodeSession);
    expect(policy.card.measured).toEqual(measured);
    expect(policy.contract).toEqual(read.contract);
    await policy.free();
  });
});

/** Component k of a chunk, scaled back but not integrated: meant for absolute components. */
const rawOf = (
  { action }: { action: { mean: readonly number[]; std: readonly number[] } },
  chunk: readonly number[],
  k: number,
) => chunk[k]! * action.std[k]! + action.mean[k]!;
