/** The border of the runtime: what is run, what is refused, and how fast. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { unmetRequirements } from "../../core/index.js";
import {
  BATCH,
  createGraph,
  defaultRecipe,
  encodeModel,
  input,
  loadPolicy,
  operators as op,
  output,
  type PolicyCard,
  readCard,
  readModel,
  train,
  withMetadata,
  writeCard,
} from "../../policy/index.js";
import { loadPolicyFile, openNodeSession } from "../../policy/index.node.js";
import { CONTRACTS, syntheticEpisodes } from "./rig.js";

const [, CONTRACT] = CONTRACTS[0]!;
let model: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  const recipe = { ...defaultRecipe(CONTRACT), steps: 3, warmUp: 1 };
  const request = {
    episodes: syntheticEpisodes(CONTRACT, 2, 30),
    contract: CONTRACT,
    recipe,
    seed: 1,
    data: "tests",
  };
  const { candidates } = await train(request, { open: openNodeSession });
  model = candidates.at(-1)!.model;
});

const observed = () => {
  const [episode] = syntheticEpisodes(CONTRACT, 1, 1);
  return { time: 0, values: { ...episode!.features } };
};
const PREVIOUS = [0.5, 0, 0.2, 0, 0.08];
const card = (): PolicyCard => readCard(readModel(model).metadata).card;

describe("a loaded policy", () => {
  test("keeps to its contract's limits whatever it is shown", async () => {
    const policy = await loadPolicy(model, openNodeSession);
    const far = observed();
    for (const values of Object.values(far.values)) values.fill(1e6);
    const chunk = await policy.act(far, [9, -9, 9, 9, 9], new Float32Array(40).fill(50));
    const low = CONTRACT.actions.flatMap((feature) => [...feature.limits!.low]);
    const high = CONTRACT.actions.flatMap((feature) => [...feature.limits!.high]);
    chunk.forEach((x, k) => {
      expect(x).toBeGreaterThanOrEqual(Math.fround(low[k % 5]!));
      expect(x).toBeLessThanOrEqual(Math.fround(high[k % 5]!));
    });
    await policy.free();
  });

  test("repeats itself for the same observation and noise, and hands out chunks that stay", async () => {
    const policy = await loadPolicy(model, openNodeSession);
    const noise = Float32Array.from({ length: policy.noiseSize }, (_, i) => Math.sin(i));
    const first = await policy.act(observed(), PREVIOUS, noise);
    const kept = first.slice();
    await policy.act(observed(), [0.6, 0.1, 0.3, 0.2, 0], new Float32Array(40));
    expect(first).toEqual(kept);
    expect(await policy.act(observed(), PREVIOUS, noise)).toEqual(kept);
    await policy.free();
  });

  test("answers in well under a control period", async () => {
    const policy = await loadPolicy(model, openNodeSession);
    const [seen, noise] = [observed(), new Float32Array(40)];
    const times: number[] = [];
    for (let i = 0; i < 300; i++) {
      const start = performance.now();
      await policy.act(seen, PREVIOUS, noise);
      times.push(performance.now() - start);
    }
    // The fastest tenth: what the computation takes when nobody else has the core.
    expect(times.sort((a, b) => a - b)[30]!).toBeLessThan(0.5);
    await policy.free();
  });

  test.each([
    [
      "lacks a feature",
      (values: Record<string, Float32Array>) => delete values["goal.target.position"],
      "must hold",
    ],
    [
      "has one of another size",
      (values: Record<string, Float32Array>) => {
        values["observation.ee.position"] = new Float32Array(2);
      },
      "policy.observation.ee.position: must have 3 numbers, got 2",
    ],
  ])("refuses an observation that %s", async (_, spoil, message) => {
    const policy = await loadPolicy(model, openNodeSession);
    const seen = observed();
    spoil(seen.values);
    await expect(policy.act(seen, PREVIOUS, new Float32Array(40))).rejects.toThrow(message);
    await policy.free();
  });

  test("fits the robot it was trained for and no other", async () => {
    const policy = await loadPolicy(model, openNodeSession);
    expect(unmetRequirements(policy.contract, CONTRACT)).toEqual([]);
    expect(unmetRequirements(policy.contract, CONTRACTS[2]![1])[0]).toMatch(/the policy commands tool-pose/);
    await policy.free();
  });
});

describe("a file", () => {
  const changed = (change: Partial<PolicyCard>) => {
    const { contract } = readCard(readModel(model).metadata);
    return withMetadata(model, writeCard(contract, { ...card(), ...change }));
  };
  /** A foreign model, with or without our metadata. */
  const foreign = (name: string, shape: number[], metadata: Record<string, string> = {}) => {
    const graph = createGraph();
    output(op.mul(input(graph, name, shape), 2), "action_chunk");
    return encodeModel(graph, "foreign", metadata);
  };
  const ours = () => writeCard(readCard(readModel(model).metadata).contract, card());

  test.each([
    ["is no model", () => new Uint8Array(100).fill(255), /^onnx: /],
    ["is empty", () => new Uint8Array(), "onnx: must be an ONNX model"],
    ["is cut short", () => model.subarray(0, model.length / 2), /^onnx: must not end within a field/],
    ["is a model of somebody else", () => foreign("x", [BATCH, 3]), "must be an ONNX file with the metadata"],
    [
      "has metadata that is no JSON",
      () => withMetadata(model, { "apprentice.contract": "{" }),
      "must be JSON",
    ],
    [
      "has a contract of another version",
      () => withMetadata(model, { "apprentice.contract": JSON.stringify({ ...CONTRACT, version: 2 }) }),
      "contract: version must be 1, got 2",
    ],
    ["has a card of another version", () => changed({ version: 2 as 1 }), "policy: version must be 1, got 2"],
    [
      "has another horizon than it says",
      () => changed({ horizon: 9 }),
      "port action_chunk must be float32 [1,9,5]",
    ],
    [
      "executes more than it has",
      () => changed({ execute: 9 }),
      "policy: execute must be from 1 to 8, got 9",
    ],
    [
      "lacks an input of its contract",
      () => foreign("x", [BATCH, 3], ours()),
      'policy: the file must have the port, got "observation.ee.position"',
    ],
    [
      "has an input of another size",
      () => foreign("observation.ee.position", [BATCH, 4], ours()),
      "port observation.ee.position must be float32 [1,3]",
    ],
    // IR version (1), then a graph (7) with an initialiser (5) whose data_location (14) is EXTERNAL (1).
    [
      "keeps weights in another file",
      () => Uint8Array.of(1 * 8, 8, 7 * 8 + 2, 4, 5 * 8 + 2, 2, 14 * 8, 1),
      "in the file itself",
    ],
    ["has two graphs", () => Uint8Array.from([...model, 7 * 8 + 2, 0]), "onnx: must have one graph"],
    // An opset (8) whose domain (1) is "x".
    [
      "uses operators of another domain",
      () => Uint8Array.from([...model, 8 * 8 + 2, 3, 1 * 8 + 2, 1, 120]),
      'got "x"',
    ],
  ])("is refused when it %s", async (_, make, message) => {
    await expect(loadPolicy(make(), openNodeSession)).rejects.toThrow(message);
  });

  test("on disk is a policy, or refused by name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "policy-"));
    const path = join(folder, "policy.onnx");
    await writeFile(path, model);
    const policy = await loadPolicyFile(path);
    expect(policy.card.data).toBe("tests");
    await policy.free();
    await expect(loadPolicyFile(join(folder, "none.onnx"))).rejects.toThrow(
      "policy: must be a file that can be read",
    );
    await rm(folder, { recursive: true });
  });
});
