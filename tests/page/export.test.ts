/**
 * The page's training is the command line's: the same takes, seed and backend give the same file, byte for byte, edits
 * included; and how far the command line's own backend (onnxruntime-node) is from it.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEpisodes } from "../../cli/pipeline.js";
import { createDataset, folderStore, writeEdits } from "../../datasets/index.node.js";
import {
  checkRecipe,
  defaultRecipe,
  loadPolicy,
  type OpenSession,
  openNodeSession,
  sessionsOf,
  train,
  withSteps,
} from "../../policy/index.node.js";
import { taskByName } from "../../sim/index.js";
import { CHROMIUM, inBrowser } from "../browser.js";
import { episodesOf, work } from "../operator/headless.js";
import { type Studio, startStudio } from "./rig.js";

const LONG = 240_000;
const STEPS = 40;
const SEED = 3;

describe.skipIf(CHROMIUM === null)(inBrowser("a policy trained in the page"), () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await startStudio();
    const episodes = await episodesOf(await work({ task: "lift", person: 1, firstSeed: 700, takes: 3 }));
    const store = folderStore(join(studio.folder, "lift"));
    const environment = await taskByName("lift").create();
    const { contract } = environment;
    const writer = await createDataset(store, { contract, robotType: contract.robot });
    for (const episode of episodes) await writer.append(episode);
    await writer.close();
    environment.free();
    const parts = {
      0: [
        { from: 5, to: 25 },
        { from: 25, to: 60 },
      ],
    };
    await writeEdits(store, { excluded: [1], removed: [], success: {}, parts });
  }, LONG);
  afterAll(async () => {
    await studio?.close();
  });

  it("is the command line's file where both compute with onnxruntime-web", { timeout: LONG }, async () => {
    const { page } = await studio.open("?task=lift#/train");
    await page.getByText("2 takes,").waitFor({ timeout: 60_000 });
    await page.fill("#train-steps", String(STEPS));
    await page.fill("#train-seed", String(SEED));
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Train", exact: true }).click();
    const file = join(studio.folder, "lift", "policies", `lift-flow-s${SEED}-${STEPS}.onnx`);
    await expect
      .poll(() => page.locator('.loss [role="status"]').textContent(), { timeout: 200_000, interval: 500 })
      .toMatch(/^Trained in/);
    // A file appears whole, under its name, or not at all.
    await expect.poll(() => existsSync(file), { timeout: 10_000, interval: 250 }).toBe(true);
    const made = readFileSync(file);

    const { contract, episodes, id } = await readEpisodes(join(studio.folder, "lift"));
    expect(episodes.map(({ length }) => length).slice(0, 2)).toEqual([20, 35]);
    expect(episodes).toHaveLength(3);
    const recipe = checkRecipe(
      withSteps(
        defaultRecipe(
          contract,
          episodes.map(({ meta }) => meta.maker),
        ),
        STEPS,
      ),
    );
    expect(recipe.treatment).toBeDefined();
    const learn = async (open: OpenSession): Promise<Uint8Array<ArrayBuffer>> => {
      const request = { episodes, contract, recipe, seed: SEED, data: id };
      return (await train(request, { open })).candidates.at(-1)!.model;
    };
    const ort = await import("onnxruntime-web/wasm");
    ort.env.wasm.numThreads = 1;
    const [web, node] = [await learn(sessionsOf(ort)), await learn(openNodeSession)];
    expect(Buffer.compare(made, web)).toBe(0);

    // The other backend: the same file but for the weights, which differ by rounding that training has carried on.
    expect(node.length).toBe(made.length);
    const [a, b] = [await loadPolicy(made, openNodeSession), await loadPolicy(node, openNodeSession)];
    const noise = Float32Array.from({ length: a.noiseSize }, (_, i) => Math.sin(i));
    const size = episodes[0]!.actions.length / episodes[0]!.length;
    let most = 0;
    for (let frame = 0; frame < episodes[0]!.length; frame += 5) {
      const values = Object.fromEntries(
        Object.entries(episodes[0]!.features).map(([name, all]) => {
          const width = all.length / episodes[0]!.length;
          return [name, all.slice(frame * width, (frame + 1) * width)];
        }),
      );
      const command = episodes[0]!.actions.subarray(frame * size, (frame + 1) * size);
      const [left, right] = [
        await a.act({ time: 0, values }, command, noise),
        await b.act({ time: 0, values }, command, noise),
      ];
      left.forEach((value, i) => {
        most = Math.max(most, Math.abs(value - right[i]!));
      });
    }
    const bytes = made.reduce((count, byte, i) => count + Number(byte !== node[i]), 0);
    console.log(
      `onnxruntime-node after ${STEPS} steps: ${bytes} of ${made.length} bytes differ, commands by ${most.toExponential(1)} m or rad at most`,
    );
    expect(most).toBeLessThan(5e-3);
    await a.free();
    await b.free();
  });
});
