/**
 * A rollout through everything that stands between a policy and a robot: the environment taken for a robot, the paced
 * loop, the safety layer with its scan stop, on a simulated clock, as fast as the machine can.
 */
import { type Environment, type Policy, simulatedClock } from "../../core/index.js";
import { deployWithRecovery, liveRobot } from "../../robot/index.js";

/** Drives from where the environment stands until its episode ends; returns seconds of robot time. */
export async function driveAsRobot(environment: Environment, policy: Policy, seed: number): Promise<number> {
  const clock = simulatedClock();
  const robot = liveRobot(environment, clock);
  const period = 1 / environment.contract.rates.policy;
  let running = true;
  const result = deployWithRecovery(robot, policy, clock, {
    seed,
    timeout: environment.card.horizon + 5,
    until: () => environment.outcome().state !== "running",
    settle: 1,
  }).finally(() => {
    running = false;
  });
  // Inference is not on the simulated clock: let it come back before time moves on.
  while (running) {
    await clock.advance(period / 4);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { seconds } = await result;
  const closing = robot.close();
  await clock.advance(period);
  await closing;
  return seconds;
}
