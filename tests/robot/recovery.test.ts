/** A base that gets stuck backs off and goes on; one that comes on, or an arm, is left alone. */
import { describe, expect, it } from "vitest";
import { createRandom, type Policy, simulatedClock } from "../../core/index.js";
import { deploy, deployWithRecovery, liveRobot } from "../../robot/index.js";
import { taskByName } from "../../sim/index.js";

/** A policy that says the same twist for ever. */
const constant = (
  environment: { contract: Policy["contract"] },
  linear: number,
  angular: number,
): Policy => ({
  contract: environment.contract,
  horizon: 8,
  execute: 2,
  noiseSize: 0,
  act: async () => Float32Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? linear : angular)),
  free: async () => {},
});

async function run(
  linear: number,
  how: typeof deploy,
  timeout: number,
): Promise<{ moved: number; outcome: string; ticks: number }> {
  const environment = await taskByName("navigate").create();
  environment.reset(210_700);
  const clock = simulatedClock();
  const robot = liveRobot(environment, clock);
  const from = environment.observe().values["observation.base.position"]!;
  let furthest = 0;
  let running = true;
  const result = how(robot, constant(environment, linear, 0), clock, {
    seed: 1,
    timeout,
    onTick: ({ sighting }) => {
      const at = sighting.observation.values["observation.base.position"]!;
      furthest = Math.max(furthest, Math.hypot(at[0]! - from[0]!, at[1]! - from[1]!));
    },
  }).finally(() => {
    running = false;
  });
  while (running) {
    await clock.advance(0.025);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { outcome, ticks } = await result;
  const closing = robot.close();
  await clock.advance(0.2);
  await closing;
  environment.free();
  return { moved: furthest, outcome, ticks };
}

describe("recovery of a base", () => {
  it("backs off when a policy stands for ever, and lets it go on until the time is over", async () => {
    const without = await run(0, deploy, 20);
    expect(without.moved).toBeLessThan(0.1); // localisation noise
    const recovered = await run(0, deployWithRecovery, 20);
    expect(recovered.moved).toBeGreaterThan(0.12);
    expect(recovered.outcome).toBe("timed-out");
  });

  it("draws the side it turns to from the seed", () => {
    const side = (seed: number) => createRandom(seed).fork("recovery").next() < 0.5;
    expect(new Set(Array.from({ length: 20 }, (_, seed) => side(seed))).size).toBe(2);
  });
});
