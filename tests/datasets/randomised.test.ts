/** An episode of a randomised world keeps what was drawn in its set, and is made again by it. */
import { expect, it } from "vitest";
import { createDataset, memoryStore, openDataset } from "../../datasets/index.js";
import { randomiseBy, taskByName, USUAL_RANGES } from "../../sim/index.js";
import { recordDemonstration } from "../../teleop/index.js";

it("is read as it was recorded, and played again in the same world", async () => {
  const lift = taskByName("lift");
  const [store, SEED] = [memoryStore(), 12];
  const environment = await lift.create({ randomise: randomiseBy(USUAL_RANGES) });
  const episode = recordDemonstration(environment, lift.demonstrator(SEED), {
    seed: SEED,
    linger: 0,
    sentence: "lift it",
    maker: "scripted:lift/better",
  })!;
  expect(episode.meta.randomisation).toEqual(environment.randomisation!());
  const { contract } = environment;
  const writer = await createDataset(store, { contract, robotType: contract.robot });
  await writer.append(episode);
  await writer.close();

  const read = await (await openDataset(store)).episode(0);
  expect(read.meta).toEqual(episode.meta);
  const again = await lift.create({ randomise: () => read.meta.randomisation ?? null });
  const same = recordDemonstration(again, lift.demonstrator(SEED), {
    seed: SEED,
    linger: 0,
    sentence: "lift it",
    maker: "scripted:lift/better",
  })!;
  expect(same.actions).toEqual(episode.actions);
  expect(again.hash()).toBe(environment.hash());
  for (const one of [environment, again]) one.free();
});
