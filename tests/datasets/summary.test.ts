/** What `inspect` shows of a set. */
import { describe, expect, it } from "vitest";
import { createDataset, memoryStore, openDataset, summarise } from "../../datasets/index.js";
import { episodeOf, SMALL } from "./rig.js";

describe("the summary of a set", () => {
  it("counts makers, tasks, outcomes, lengths and interventions, and gives ranges by component", async () => {
    const store = memoryStore();
    const writer = await createDataset(store, { contract: SMALL });
    const lengths = [10, 20, 30, 30, 105];
    const episodes = lengths.map((length, i) =>
      episodeOf(SMALL, i, length, {
        maker: i === 2 ? "teleop:keyboard" : "scripted:test",
        success: [true, true, false, null, true][i]!,
        interventions: i === 4 ? [{ from: 5, to: 15 }] : [],
      }),
    );
    for (const episode of episodes) await writer.append(episode);
    const summary = await summarise(await openDataset(store));
    const { ranges, ...counts } = summary;
    expect(counts).toMatchObject({
      robot: SMALL.robot,
      engines: ["test-engine 1.2.3"],
      fps: 20,
      episodes: 5,
      frames: 195,
      seconds: 195 / 20,
      makers: [
        { name: "scripted:test", episodes: 4 },
        { name: "teleop:keyboard", episodes: 1 },
      ],
      tasks: [
        { name: "task 0", episodes: 2 },
        { name: "task 1", episodes: 2 },
        { name: "task 2", episodes: 1 },
      ],
      success: { succeeded: 3, failed: 1, unknown: 1 },
      interventionFrames: 10,
      lengths: { shortest: 10, median: 30, longest: 105 },
    });
    const bins = summary.lengths!.histogram;
    expect(bins.reduce((sum, bin) => sum + bin.episodes, 0)).toBe(5);
    for (const { from, to, episodes } of bins)
      expect(lengths.filter((length) => from <= length && length < to)).toHaveLength(episodes);

    const second = episodes.flatMap(({ actions }) => Array.from(actions).filter((_, i) => i % 3 === 1));
    expect(ranges.find(({ name }) => name === "action.a0.c1")).toEqual({
      name: "action.a0.c1",
      min: Math.min(...second),
      max: Math.max(...second),
      mean: expect.closeTo(second.reduce((sum, value) => sum + value, 0) / second.length, 6),
    });
    expect(ranges.map(({ name }) => name)).toContain("goal.g0.c2");
  });

  it("of an empty set is empty", async () => {
    const store = memoryStore();
    await createDataset(store, { contract: SMALL });
    expect(await summarise(await openDataset(store))).toMatchObject({
      episodes: 0,
      frames: 0,
      lengths: null,
      ranges: [],
      makers: [],
    });
  });
});
