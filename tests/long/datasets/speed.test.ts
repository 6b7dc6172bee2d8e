/** What recording and reading cost on disk; wall-clock, so only where nothing else runs. */
import { describe, expect, it } from "vitest";
import { createDataset, folderStore, openDataset } from "../../../datasets/index.node.js";
import { contractOf, episodeOf, temporaryFolder } from "../../datasets/rig.js";

describe("200 episodes of 100 frames of 40 numbers, each durable before the next", () => {
  // another program may take the machine meanwhile: the best of three counts
  it("are written in 2 s, the last as fast as the first, and read in 1 s", { retry: 2 }, async () => {
    const contract = contractOf({ observations: [7, 7, 7, 4], goals: [7, 3], actions: [5] });
    const episodes = Array.from({ length: 200 }, (_, i) => episodeOf(contract, i, 100));
    const store = folderStore(temporaryFolder());
    const writer = await createDataset(store, { contract });
    const times: number[] = [];
    for (const episode of episodes) {
      const start = performance.now();
      await writer.append(episode);
      times.push((performance.now() - start) / 1000);
    }
    await writer.close();
    const start = performance.now();
    let frames = 0;
    for await (const { length } of (await openDataset(store)).episodes()) frames += length;
    const reading = (performance.now() - start) / 1000;
    const writing = times.reduce((sum, time) => sum + time, 0);
    const median = (some: number[]): number => some.sort((a, b) => a - b)[some.length >> 1]!;
    // the first few run before the compiler has warmed up
    const [early, late] = [median(times.slice(20, 60)), median(times.slice(160))];
    console.log(
      `writing ${writing.toFixed(2)} s (an episode ${(1000 * early).toFixed(1)} ms early, ${(1000 * late).toFixed(1)} ms late), reading ${reading.toFixed(2)} s`,
    );
    expect(frames).toBe(20_000);
    expect(writing).toBeLessThan(2);
    expect(reading).toBeLessThan(1);
    expect(late).toBeLessThan(2 * early);
  });
});
