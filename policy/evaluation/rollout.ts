/**
 * A rollout: a policy drives an environment until the episode ends. Chunks are executed as on a robot: some rows, then
 * a new look. The noise of a rollout comes from the episode's seed, so a trial can be repeated exactly.
 */
import {
  createRandom,
  type Environment,
  type Observation,
  type Outcome,
  type Policy,
  type Random,
  refuse,
  unmetRequirements,
} from "../../core/index.js";

/** How an episode ended. */
export interface Trial {
  readonly seed: number;
  readonly outcome: Exclude<Outcome, { readonly state: "running" }>;
  /** of robot time since the policy took over */
  readonly seconds: number;
  readonly steps: number;
  /** the highest that was reached, 0 to 1; null of a task without */
  readonly score: number | null;
}

/** How a rollout is carried out and watched. */
export interface RolloutOptions {
  /** rows of a chunk to execute before looking again; default the policy's own */
  readonly execute?: number;
  /** called before every step, with what the robot shows then */
  readonly onStep?: (environment: Environment, observation: Observation) => void;
}

/** Resets the environment to that seed and lets the policy drive. */
export async function rollOut(
  policy: Policy,
  environment: Environment,
  seed: number,
  options: RolloutOptions = {},
): Promise<Trial> {
  const unmet = unmetRequirements(policy.contract, environment.contract);
  if (unmet.length > 0) refuse("rollout", `the environment must fulfil the contract: ${unmet.join("; ")}`);
  environment.reset(seed);
  return { seed, ...(await drive(policy, environment, createRandom(seed).fork("policy"), options)) };
}

/** Lets the policy drive on from where the environment stands, until its episode ends. */
export async function drive(
  policy: Policy,
  environment: Environment,
  random: Random,
  { execute = policy.execute, onStep = () => {} }: RolloutOptions = {},
): Promise<Omit<Trial, "seed">> {
  const size = environment.command().length;
  const noise = new Float32Array(policy.noiseSize);
  const begin = environment.time();
  let steps = 0;
  for (;;) {
    const observation = environment.observe();
    for (let i = 0; i < noise.length; i++) noise[i] = random.normal();
    const chunk = await policy.act(observation, environment.command(), noise);
    for (let row = 0; row < execute; row++) {
      onStep(environment, row === 0 ? observation : environment.observe());
      environment.step(chunk.subarray(row * size, (row + 1) * size));
      steps += 1;
      const outcome = environment.outcome();
      if (outcome.state !== "running")
        return { outcome, seconds: environment.time() - begin, steps, score: environment.score?.() ?? null };
    }
  }
}
