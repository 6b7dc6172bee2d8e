/** The same code on the runtime of a page: `onnxruntime-web`, WebAssembly, one thread; it runs in Node as well. */
import { expect, test } from "vitest";
import { defaultRecipe, loadPolicy, type OpenSession, sessionsOf, train } from "../../policy/index.js";
import { openNodeSession } from "../../policy/index.node.js";
import { CONTRACTS, syntheticEpisodes } from "./rig.js";

test("training and acting in onnxruntime-web agree with onnxruntime-node", async () => {
  const ort = await import("onnxruntime-web");
  ort.env.wasm.numThreads = 1;
  const [, contract] = CONTRACTS[0]!;
  const recipe = { ...defaultRecipe(contract), hidden: [64, 64], batch: 32, steps: 15, warmUp: 5 };
  const episodes = syntheticEpisodes(contract, 2, 30);
  const values = { ...syntheticEpisodes(contract, 1, 1, 7)[0]!.features };
  const noise = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i));
  const learn = async (open: OpenSession) => {
    const { candidates, curve } = await train(
      { episodes, contract, recipe, seed: 1, data: "tests" },
      { open },
    );
    const policy = await loadPolicy(candidates.at(-1)!.model, open);
    const chunk = await policy.act({ time: 0, values }, [0.5, 0, 0.2, 0, 0.08], noise);
    await policy.free();
    return { losses: curve.map((point) => point.loss), chunk };
  };
  const [web, node] = [await learn(sessionsOf(ort)), await learn(openNodeSession)];
  expect(web.losses.length).toBe(15);
  web.losses.forEach((loss, i) => {
    expect(Math.abs(loss - node.losses[i]!)).toBeLessThan(1e-4 * node.losses[i]!);
  });
  web.chunk.forEach((x, k) => {
    expect(Math.abs(x - node.chunk[k]!)).toBeLessThan(1e-4);
  });
});
