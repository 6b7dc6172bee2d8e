/** Training as steps: the same seed gives the same bits, also when stopped, resumed, or run in another thread. */
import { describe, expect, test } from "vitest";
import { GOAL_SLOTS, pandaContract, tableGoals } from "../../core/index.js";
import {
  type Candidate,
  type Checkpoint,
  checkRecipe,
  defaultRecipe,
  learningRate,
  type Recipe,
  type TrainOptions,
  type TrainRequest,
  train,
} from "../../policy/index.js";
import { openNodeSession, trainInWorker } from "../../policy/index.node.js";
import { CONTRACTS, syntheticEpisodes } from "./rig.js";

const [, CONTRACT] = CONTRACTS[0]!;
const RECIPE: Recipe = { ...defaultRecipe(CONTRACT), hidden: [64, 64], batch: 32, steps: 50, warmUp: 10 };
const EPISODES = syntheticEpisodes(CONTRACT, 4, 50);
const REQUEST: TrainRequest = {
  episodes: EPISODES,
  contract: CONTRACT,
  recipe: RECIPE,
  seed: 1,
  data: "tests",
};

const run = (request: Partial<TrainRequest> = {}, options: Partial<TrainOptions> = {}) =>
  train({ ...REQUEST, ...request }, { open: openNodeSession, ...options });

const last = (candidates: readonly Candidate[]) => Buffer.from(candidates.at(-1)!.model).toString("base64");

describe("training", () => {
  test.each(["flow", "bc"])(
    "gives the same file for the same seed, another for another: %s",
    async (algorithm) => {
      const recipe = { ...RECIPE, algorithm };
      const [a, b, c] = await Promise.all([run({ recipe }), run({ recipe }), run({ recipe, seed: 2 })]);
      expect(last(b.candidates)).toBe(last(a.candidates));
      expect(b.curve).toEqual(a.curve);
      expect(last(c.candidates)).not.toBe(last(a.candidates));
    },
  );

  test.each(["flow", "bc"])(
    "stopped and resumed ends with the bits of one that went through: %s",
    async (algorithm) => {
      const recipe = { ...RECIPE, algorithm };
      const whole = await run({ recipe });
      for (const at of [1, 17, 49]) {
        let steps = 0;
        const part = await run({ recipe }, { stop: () => steps++ >= at });
        expect(part.checkpoint.step).toBe(at);
        // Through a copy, as from a file or another thread.
        const rest = await run({ recipe, resume: structuredClone(part.checkpoint) });
        expect(rest.checkpoint).toEqual(whole.checkpoint);
        expect(last(rest.candidates)).toBe(last(whole.candidates));
        expect([...part.candidates, ...rest.candidates].map((each) => each.step)).toEqual(
          whole.candidates.map((each) => each.step),
        );
      }
    },
  );

  test("hands out checkpoints and candidates on its way", async () => {
    const checkpoints: Checkpoint[] = [];
    const candidates: Candidate[] = [];
    const whole = await run(
      {},
      {
        onCheckpoint: { every: 20, take: (each) => checkpoints.push(each) },
        onCandidate: (each) => candidates.push(each),
      },
    );
    expect(checkpoints.map((each) => each.step)).toEqual([20, 40]);
    expect(candidates).toEqual(whole.candidates);
    const rest = await run({ resume: checkpoints[0]! });
    expect(rest.checkpoint).toEqual(whole.checkpoint);
  });

  test("in a worker gives the same bits, and stops when told to", async () => {
    const whole = await run();
    const notes: string[] = [];
    const there = await trainInWorker(REQUEST, { onProgress: ({ stage }) => notes.push(stage) });
    expect(there.checkpoint).toEqual(whole.checkpoint);
    expect(last(there.candidates)).toBe(last(whole.candidates));
    expect(notes).toContain("train");

    const stop = new AbortController();
    const long: TrainRequest = { ...REQUEST, recipe: { ...RECIPE, steps: 100_000 } };
    const stopped = await trainInWorker(long, {
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done > 0) stop.abort();
      },
    });
    expect(stopped.checkpoint.step).toBeGreaterThan(0);
    expect(stopped.checkpoint.step).toBeLessThan(100_000);
  });

  test("that cannot begin says why, from a worker too", async () => {
    const empty = { ...REQUEST, episodes: [] };
    await expect(run(empty)).rejects.toThrow("train: needs at least one episode");
    await expect(trainInWorker(empty)).rejects.toThrow("train: needs at least one episode");
  });

  test("refuses a checkpoint of another network", async () => {
    const { checkpoint } = await run({}, { stop: () => true });
    const recipe = { ...RECIPE, hidden: [32] };
    await expect(run({ recipe, resume: checkpoint })).rejects.toThrow(/checkpoint: must hold \d+ numbers/);
  });

  test("ends when the loss is no number, instead of going on with it", async () => {
    const [episode] = syntheticEpisodes(CONTRACT, 1, 20);
    episode!.actions[3] = Number.NaN;
    await expect(run({ episodes: [episode!] })).rejects.toThrow(/loss became NaN/);
  });
});

describe("a recipe", () => {
  test("takes more steps the more things a goal is about, and the fewest for a goal about none", () => {
    const stepsOf = (slots: number) =>
      defaultRecipe(pandaContract("any", tableGoals(GOAL_SLOTS.slice(0, slots)), null)).steps;
    expect([0, 1, 2, 3, 4].map(stepsOf)).toEqual([2500, 2500, 8000, 24000, 24000]);
  });

  test("warms up linearly and ends at nothing along a cosine", () => {
    const recipe = { ...RECIPE, learningRate: 0.1, warmUp: 10, steps: 110 };
    expect(learningRate(recipe, 0)).toBeCloseTo(0.01, 12);
    expect(learningRate(recipe, 9)).toBeCloseTo(0.1, 12);
    expect(learningRate(recipe, 60)).toBeCloseTo(0.05, 12);
    expect(learningRate(recipe, 110)).toBeCloseTo(0, 12);
  });

  test("looks again sooner among obstacles than over a table", () => {
    expect(defaultRecipe(CONTRACTS[0]![1]).execute).toBe(8);
    expect(defaultRecipe(CONTRACTS[2]![1]).execute).toBeLessThanOrEqual(2);
  });

  test.each([
    [{ algorithm: "magic" }, 'algorithm: must be one of flow, bc, got "magic"'],
    [{ steps: 0 }, "recipe: steps must be an integer from 1"],
    [{ execute: 9 }, "recipe: execute must be an integer from 1 to 8"],
    [{ learningRate: Number.NaN }, "recipe: learningRate must be a positive number"],
    [{ average: 1 }, "recipe: average must be from 0 up to below 1"],
    [{ hidden: [] }, "recipe: hidden must list 1 to 16 layers"],
    [{ batch: 0.5 }, "recipe: batch must be an integer"],
  ] as const)("is refused with place, rule and value: %o", (change, message) => {
    expect(() => checkRecipe({ ...RECIPE, ...change } as Recipe)).toThrow(message);
  });
});
