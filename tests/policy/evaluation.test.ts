/** Rollouts, rates, and what their seeds allow them to be called. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Observation, Policy } from "../../core/index.js";
import { createRandom } from "../../core/index.js";
import {
  bestCandidate,
  drive,
  evaluate,
  rollOut,
  SEED_RANGES,
  seedsFor,
  summarise,
  useOf,
} from "../../policy/index.js";
import { handWorld } from "./worlds.js";

/** A policy that knows the way: it goes straight to the cube, aligned, and closes once there. */
function scripted(horizon = 8): Policy & { readonly seen: Float32Array[]; readonly previous: number[][] } {
  const { environment } = handWorld();
  const [seen, previous]: [Float32Array[], number[][]] = [[], []];
  return {
    seen,
    previous,
    contract: environment.contract,
    horizon,
    execute: horizon,
    noiseSize: 3,
    act: async ({ values }: Observation, command, noise) => {
      seen.push(noise.slice());
      previous.push(Array.from(command));
      const cube = values["goal.target.position"]!;
      const [, , z, w] = values["goal.target.orientation"]!;
      const quarter = Math.PI / 2;
      const yaw = 2 * Math.atan2(z!, w!);
      const now = Array.from(command);
      return Float32Array.from(
        Array.from({ length: horizon }, (_, row) => {
          const share = (row + 1) / horizon;
          const at = [0, 1, 2].map((i) => now[i]! + share * (cube[i]! - now[i]!));
          const gap = Math.hypot(...[0, 1, 2].map((i) => now[i]! - cube[i]!));
          const wanted = yaw + quarter * Math.round((now[3]! - yaw) / quarter);
          return [...at, now[3]! + share * (wanted - now[3]!), gap < 0.01 ? 0.02 : 0.08];
        }).flat(),
      );
    },
    free: async () => {},
  };
}

const idle: Policy = {
  ...scripted(),
  act: async (_, command) => Float32Array.from(Array.from({ length: 8 }, () => Array.from(command)).flat()),
};

describe("a rollout", () => {
  test("succeeds with a policy that does the task, and times out with one that does nothing", async () => {
    const { environment } = handWorld();
    const good = await rollOut(scripted(), environment, 200_000);
    expect(good.outcome).toEqual({ state: "success" });
    expect(good.seconds).toBeCloseTo(good.steps / 20, 9);
    expect((await rollOut(idle, environment, 200_000)).outcome).toEqual({
      state: "failure",
      kind: "timed-out",
    });
  });

  test("is the same for the same seed, also after others", async () => {
    const { environment } = handWorld();
    const [a, b] = [scripted(), scripted()];
    const first = await rollOut(a, environment, 200_007);
    await rollOut(idle, environment, 200_008);
    expect(await rollOut(b, environment, 200_007)).toEqual(first);
    expect(b.seen).toEqual(a.seen);
    expect(new Set(a.seen.map(String)).size).toBe(a.seen.length); // a draw of its own for every chunk
  });

  test("tells the policy the command in force, first of all the environment's own", async () => {
    const { environment } = handWorld();
    environment.reset(200_001);
    const initial = Array.from(environment.command());
    const policy = scripted();
    const commands: number[][] = [];
    await rollOut(policy, environment, 200_001, {
      execute: 3,
      onStep: (world) => commands.push(Array.from(world.command())),
    });
    expect(policy.previous[0]).toEqual(initial);
    // before each step the command of the step before is in force; the policy is asked at every third
    expect(policy.previous).toEqual(commands.filter((_, i) => i % 3 === 0));
  });

  test("goes on from where a world stands, for a skill after another", async () => {
    const { environment } = handWorld();
    environment.reset(200_002);
    environment.step([0.5, 0, 0.3, 0, 0.08]);
    const trial = await drive(scripted(), environment, createRandom(1));
    expect(trial.outcome.state).toBe("success");
    expect(trial.seconds).toBeLessThan(environment.time());
  });

  test("refuses an environment that does not fulfil the policy's contract", async () => {
    const { environment } = handWorld();
    const policy = scripted();
    const other = { ...policy, contract: { ...policy.contract, control: "base-twist" as const } };
    await expect(rollOut(other, environment, 200_000)).rejects.toThrow(
      /rollout: the environment must fulfil/,
    );
  });
});

describe("an evaluation", () => {
  test("counts successes and failures by kind, and says which seeds it used and what they are", async () => {
    const { environment } = handWorld();
    const notes: (string | undefined)[] = [];
    const seeds = seedsFor("tuning", 12);
    const good = await evaluate(scripted(), environment, seeds, {
      onProgress: ({ note }) => notes.push(note),
    });
    expect(good.rate).toMatchObject({ successes: 12, episodes: 12 });
    expect(good.rate.low).toBeCloseTo(0.757, 2); // Wilson: 1 / (1 + 1.96² / 12)
    expect(good.failures).toEqual({});
    expect(notes.at(-1)).toBe("12/12");
    const bad = await evaluate(idle, environment, seeds);
    expect(bad.failures).toEqual({ "timed-out": 12 });
    expect(bad.seeds).toEqual({ first: 200_000, last: 200_011, use: "tuning" });
  });

  test("keeps the candidate with the best rate, of equals the one trained longest", () => {
    const of = (step: number, successes: number) => ({
      step,
      rate: summarise(
        seedsFor("checkpoint", 10).map((seed, i) => ({
          seed,
          outcome: i < successes ? { state: "success" } : { state: "failure", kind: "missed" },
        })),
      ).rate,
    });
    expect(bestCandidate([of(1, 7), of(2, 9), of(3, 9), of(4, 8)]).step).toBe(3);
  });
});

describe("seeds", () => {
  test("have disjoint ranges, as the protocol of every figure demands", () => {
    expect(SEED_RANGES.demonstration).toEqual({ from: 0, to: 100_000 });
    expect(SEED_RANGES.checkpoint).toEqual({ from: 100_000, to: 200_000 });
    expect(SEED_RANGES.tuning).toEqual({ from: 200_000, to: 300_000 });
    expect(SEED_RANGES.amplification).toEqual({ from: 300_000, to: 400_000 });
    expect(SEED_RANGES.test.from).toBe(1_000_000);
  });

  test("are called what their range is, and nothing when they cross ranges or lie between them", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("demonstration", "checkpoint", "tuning", "amplification", "test" as const),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 90_000 }),
        (use, count, offset) => {
          const seeds = seedsFor(use, count, offset);
          expect(useOf(seeds)).toBe(use);
          for (const stranger of [-1, 400_000, 999_999, use === "test" ? 0 : 1_000_000])
            expect(() => useOf([...seeds, stranger])).toThrow(/^seeds: must lie in one range/);
        },
      ),
    );
  });

  test("that are no test seeds never make a test result", async () => {
    const { environment } = handWorld();
    await expect(evaluate(scripted(), environment, [299_999, 300_000])).rejects.toThrow(
      "must lie in one range",
    );
    expect((await evaluate(scripted(), environment, [100_000])).seeds.use).toBe("checkpoint");
  });

  test("run out", () => {
    expect(() => seedsFor("tuning", 100_001)).toThrow("seeds: tuning has 100000 seeds, got 100001");
  });
});
