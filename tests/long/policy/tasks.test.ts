/**
 * Every task of the house learned from its scripted demonstrations by the default recipe, one training seed, and rolled
 * out on tuning seeds. The bounds lie below what was measured by what 200 episodes and one training seed can vary;
 * figures for people come from `npm run bench` and stand in docs/results.md.
 */
import { describe, expect, test } from "vitest";
import type { Environment } from "../../../core/index.js";
import { buildEpisode, type Episode } from "../../../datasets/index.js";
import { defaultRecipe, evaluate, loadPolicy, seedsFor, train } from "../../../policy/index.js";
import { openNodeSession } from "../../../policy/index.node.js";
import { type TaskModule, taskByName } from "../../../sim/index.js";

/** Demonstrations needed and successes of 200 that must be reached. */
const TASKS = [
  { name: "lift", demonstrations: 100, least: 196 },
  { name: "pick-place", demonstrations: 200, least: 190 },
  { name: "navigate", demonstrations: 100, least: 176 },
  { name: "box-move", demonstrations: 200, least: 155 },
  { name: "two-arm-lift", demonstrations: 200, least: 180 },
] as const;

function demonstrate(task: TaskModule, environment: Environment, count: number): Episode[] {
  const episodes: Episode[] = [];
  for (const seed of seedsFor("demonstration", 2 * count)) {
    if (episodes.length === count) break;
    environment.reset(seed);
    const demonstrator = task.demonstrator(seed);
    const builder = buildEpisode(environment.contract);
    const initialCommand = Array.from(environment.command());
    let after = 0;
    while (after < task.linger && environment.outcome().state !== "failure") {
      const command = demonstrator.act(environment);
      builder.add(environment.observe(), command);
      environment.step(command);
      if (environment.outcome().state === "success") after += 1;
    }
    if (environment.outcome().state === "failure") continue;
    episodes.push(
      builder.finish(task.card.name, {
        maker: `scripted:${task.card.name}/better`,
        seed,
        success: true,
        goal: environment.goal(),
        goalChanges: [],
        initialCommand,
        engine: environment.contract.engine,
        interventions: [],
      }),
    );
  }
  return episodes;
}

describe("a task of the house", () => {
  test.each(TASKS)(
    "is learned from demonstrations: $name",
    { timeout: 1_800_000 },
    async ({ name, demonstrations, least }) => {
      const task = taskByName(name);
      const environment = await task.create();
      const { contract } = environment;
      const episodes = demonstrate(task, environment, demonstrations);
      expect(episodes.length).toBe(demonstrations);
      const recipe = defaultRecipe(contract);
      const request = { episodes, contract, recipe, seed: 1, data: name };
      const { candidates } = await train(request, { open: openNodeSession });
      const policy = await loadPolicy(candidates.at(-1)!.model, openNodeSession);
      const { rate, failures, seeds } = await evaluate(policy, environment, seedsFor("tuning", 200));
      await policy.free();
      environment.free();
      expect(seeds.use).toBe("tuning");
      expect(rate.successes, JSON.stringify(failures)).toBeGreaterThanOrEqual(least);
    },
  );
});
