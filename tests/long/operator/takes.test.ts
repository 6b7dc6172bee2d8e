/**
 * What operators reach: kept takes in ten minutes of page time, and what a policy learns from thirty of them with and
 * without the treatment. On tuning seeds: the figures of record are made elsewhere, on test seeds.
 */
import { describe, expect, it } from "vitest";
import type { Episode } from "../../../datasets/index.js";
import {
  defaultRecipe,
  evaluate,
  loadPolicy,
  openNodeSession,
  seedsFor,
  train,
} from "../../../policy/index.node.js";
import { taskByName } from "../../../sim/index.js";
import { episodesOf, work } from "../../operator/headless.js";

const LONG = 20 * 60_000;
const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;

describe("ten minutes at the page", () => {
  it("give at least ten kept takes of pick-place, median of ten operators", { timeout: LONG }, async () => {
    const kept: number[] = [];
    for (let person = 0; person < 10; person++) {
      const { takes, style, deeds } = await work({
        task: "pick-place",
        person,
        firstSeed: 1000 * person,
        seconds: 600,
      });
      kept.push(takes.filter(({ success }) => success === true).length);
      console.log(`operator ${person}, ${style}: ${kept.at(-1)} takes, ${JSON.stringify(deeds)}`);
    }
    console.log(`median ${median([...kept])}`);
    expect(median(kept)).toBeGreaterThanOrEqual(10);
  });
});

/** Thirty takes, a third of each style. */
async function thirty(task: string): Promise<Episode[]> {
  const shifts: Episode[][] = [];
  for (const person of [30, 31, 32])
    shifts.push(await episodesOf(await work({ task, person, firstSeed: 20_000 + 1000 * person, takes: 10 })));
  return shifts.flat();
}

describe.each([
  ["lift", 0.95, 0.6],
  ["pick-place", 0.9, 0.2],
] as const)("a policy from thirty operator takes of %s", (task, floor, ceiling) => {
  it("does the task with the treatment, and does not without", { timeout: LONG }, async () => {
    const episodes = await thirty(task);
    const environment = await taskByName(task).create();
    const { contract } = environment;
    const rate = async (makers: readonly string[]): Promise<number> => {
      const recipe = defaultRecipe(contract, makers);
      const request = { episodes, contract, recipe, seed: 0, data: "operator" };
      const { candidates } = await train(request, { open: openNodeSession });
      const policy = await loadPolicy(candidates.at(-1)!.model, openNodeSession);
      const { rate: found } = await evaluate(policy, environment, seedsFor("tuning", 100, 5000));
      await policy.free();
      return found.rate;
    };
    const [treated, plain] = [await rate(["operator-model"]), await rate([])];
    console.log(`${task}: ${treated} treated, ${plain} as recorded, 100 tuning seeds`);
    expect(treated).toBeGreaterThanOrEqual(floor);
    expect(plain).toBeLessThan(ceiling);
    environment.free();
  });
});
