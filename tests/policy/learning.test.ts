/** From demonstrations to a policy that does the task: both methods, an arm's and a base's contract, real rollouts. */
import { describe, expect, test } from "vitest";
import { defaultRecipe, evaluate, loadPolicy, type Recipe, seedsFor, train } from "../../policy/index.js";
import { openNodeSession } from "../../policy/index.node.js";
import { baseWorld, demonstrate, handWorld, type World } from "./worlds.js";

const SMALL = { hidden: [128, 128], steps: 1200, batch: 64 } as const;

async function learn(world: World, recipe: Recipe, demonstrations: number) {
  const episodes = demonstrate(world, seedsFor("demonstration", demonstrations));
  expect(episodes.length).toBeGreaterThan(0.95 * demonstrations);
  const { contract } = world.environment;
  const request = { episodes, contract, recipe, seed: 3, data: "tests" };
  const result = await train(request, { open: openNodeSession });
  const policy = await loadPolicy(result.candidates.at(-1)!.model, openNodeSession);
  const evaluation = await evaluate(policy, world.environment, seedsFor("tuning", 100));
  await policy.free();
  return { evaluation, curve: result.curve };
}

describe("a policy learned from demonstrations", () => {
  test.each([
    ["flow", "a hand", handWorld],
    ["bc", "a hand", handWorld],
    ["flow", "a base", baseWorld],
    ["bc", "a base", baseWorld],
  ] as const)("does the task on layouts it has not seen: %s, %s", async (algorithm, _, make) => {
    const world = make();
    const recipe = { ...defaultRecipe(world.environment.contract), ...SMALL, algorithm };
    const { evaluation, curve } = await learn(world, recipe, 60);
    expect(evaluation.seeds).toEqual({ first: 200_000, last: 200_099, use: "tuning" });
    expect(curve.at(-1)!.loss).toBeLessThan(0.7 * curve[0]!.loss);
    expect(evaluation.rate.successes, JSON.stringify(evaluation.failures)).toBeGreaterThanOrEqual(95);
  });
});
