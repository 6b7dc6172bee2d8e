// Record, train, roll out: from nothing to a policy with a success rate, and a file that any ONNX Runtime runs.
import { writeFileSync } from "node:fs";
import { formatRate } from "apprentice/core";
import { createDataset, folderStore, openDataset } from "apprentice/datasets";
import {
  defaultRecipe,
  evaluate,
  loadPolicy,
  openNodeSession,
  seedsFor,
  trainInWorker,
} from "apprentice/policy";
import { taskByName } from "apprentice/sim";
import { recordDemonstration } from "apprentice/teleop";

const [, , folder = "lift-dataset", file = "lift.onnx"] = process.argv;
const task = taskByName("lift");
const environment = await task.create();
const { contract } = environment;

const writer = await createDataset(folderStore(folder), { contract, robotType: contract.robot });
for (const seed of seedsFor("demonstration", 40)) {
  const episode = recordDemonstration(environment, task.demonstrator(seed), {
    seed,
    linger: task.linger,
    sentence: "lift the cube",
    maker: "scripted:lift",
  });
  if (episode !== null) await writer.append(episode); // durable before the next begins
}
await writer.close();

const episodes = [];
for await (const episode of (await openDataset(folderStore(folder))).episodes()) episodes.push(episode);
const recipe = { ...defaultRecipe(contract), steps: 1500 };
const { candidates, curve } = await trainInWorker({ episodes, contract, recipe, seed: 0, data: folder });
console.log(
  `${episodes.length} episodes, loss ${curve[0].loss.toFixed(2)} to ${curve.at(-1).loss.toFixed(2)}`,
);

const { model } = candidates.at(-1);
writeFileSync(file, model);
const policy = await loadPolicy(model, openNodeSession);
const { rate, seeds } = await evaluate(policy, environment, seedsFor("test", 50));
console.log(`lift: ${formatRate(rate)} on ${seeds.use} seeds ${seeds.first} to ${seeds.last}`);
await policy.free();
if (rate.rate < 0.8) process.exitCode = 1;
