/** The example in Python runs an exported policy and gives what our runtime gives; the ONNX checker accepts the file. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { componentNames, createRandom } from "../../core/index.js";
import { ALGORITHMS, defaultRecipe, loadPolicy, train } from "../../policy/index.js";
import { openNodeSession } from "../../policy/index.node.js";
import { CONTRACTS, drawFeature, syntheticEpisodes } from "../policy/rig.js";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const made = spawnSync(process.execPath, [here("setup-onnxruntime.mjs")], { encoding: "utf8" });
if (made.status !== 0 && made.status !== 3)
  throw new Error(`setup-onnxruntime ended with ${made.status}:\n${made.stderr}`);
const because = made.status === 3 ? ` [skipped: ${made.stderr.trim()}]` : "";
const python = made.stdout.trim();

const folder = mkdtempSync(join(tmpdir(), "run-policy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const CASES = ALGORITHMS.flatMap(({ name }) =>
  CONTRACTS.map(([what, contract]) => [name, what, contract] as const),
);

describe.skipIf(because !== "")(`Python's ONNX Runtime${because}`, () => {
  test.each(CASES)("runs an exported policy as ours does: %s, %s", async (algorithm, _, contract) => {
    const recipe = { ...defaultRecipe(contract), algorithm, steps: 30, warmUp: 5, batch: 32 };
    const episodes = syntheticEpisodes(contract, 2, 40);
    const request = { episodes, contract, recipe, seed: 1, data: "synthetic" };
    const { candidates } = await train(request, { open: openNodeSession });
    const { model } = candidates.at(-1)!;
    const file = join(folder, "policy.onnx");
    writeFileSync(file, model);

    const policy = await loadPolicy(model, openNodeSession);
    const random = createRandom("python");
    const values = Object.fromEntries(
      [...policy.contract.observations, ...policy.contract.goals].map((feature) => [
        feature.name,
        Float32Array.from(drawFeature(feature, random)),
      ]),
    );
    const previous = Float32Array.from(
      [0.5, 0.1, 0.2, 0.3, 0.08].slice(0, componentNames(contract.actions).length),
    );
    const noise = Float32Array.from({ length: policy.noiseSize }, () => random.normal());
    const ours = await policy.act({ time: 0, values }, previous, noise);
    await policy.free();

    const observation = {
      previous_command: Array.from(previous),
      noise: Array.from(noise),
      ...Object.fromEntries(Object.entries(values).map(([name, numbers]) => [name, Array.from(numbers)])),
    };
    const ran = spawnSync(python, [here("../../examples/run_policy.py"), file], {
      input: JSON.stringify(observation),
      encoding: "utf8",
    });
    expect(ran.stderr).toBe("");
    const rows = ran.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, number>);
    expect(rows.length).toBe(policy.horizon);
    for (const row of rows) expect(Object.keys(row)).toEqual(componentNames(contract.actions));
    const theirs = rows.flatMap((row) => Object.values(row));
    theirs.forEach((x, k) => {
      expect(Math.abs(x - ours[k]!)).toBeLessThan(1e-5);
    });

    const check = "import onnx, sys; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)";
    expect(spawnSync(python, ["-c", check, file], { encoding: "utf8" }).stderr).toBe("");
  });
});
