/**
 * Runs a policy on a robot: the observation matched to the policy's features by name, the previous command and
 * seeded noise beside it, the chunk carried out by the paced loop (`loop.ts`). Knows nothing of how the policy
 * computes or what the robot is made of.
 */
import {
  actionOffsets,
  type Clock,
  type Contract,
  componentMap,
  createRandom,
  type Feature,
  featureOf,
  integerIn,
  type Observation,
  type Policy,
  type Robot,
  refuse,
  sizeOf,
  totalSize,
  unmetRequirements,
} from "../core/index.js";
import { type LoopOptions, type LoopResult, type Planned, runLoop } from "./loop.js";

/** How a policy is run on a robot: when to end (see `LoopOptions`), and its noise. */
export interface DeployOptions extends LoopOptions {
  /** of the policy's noise */
  readonly seed: number | string;
  /** rows of a chunk to execute before asking again; default the policy's own */
  readonly execute?: number;
}

/**
 * Runs the policy until `until` holds, the time is over, or something ends it.
 * @throws InputError when the robot does not fulfil the policy's contract; it names each feature
 */
export async function deploy(
  robot: Robot,
  policy: Policy,
  clock: Clock,
  options: DeployOptions,
): Promise<LoopResult> {
  const unmet = unmetRequirements(policy.contract, robot.contract);
  if (unmet.length > 0) refuse("deploy", `the robot must fulfil the policy's contract: ${unmet.join("; ")}`);
  const execute = integerIn("deploy", "execute", options.execute ?? policy.execute, 1, policy.horizon);
  const random = createRandom(options.seed).fork("deploy");
  const noise = new Float32Array(policy.noiseSize);
  const size = totalSize(robot.contract.actions);
  const toPolicy = commandMap(robot.contract, policy.contract);
  const toRobot = commandMap(policy.contract, robot.contract);
  const reader = observationReader(robot.contract, policy.contract);

  const next = async (
    sighting: { readonly observation: Observation },
    commanded: Float64Array,
  ): Promise<Planned> => {
    const observation = reader(sighting.observation);
    if (typeof observation === "string")
      return { kind: "blind", detail: `${observation} is not seen; is its slot bound?` };
    for (let i = 0; i < noise.length; i++) noise[i] = random.normal();
    const previous = Float64Array.from(toPolicy, (index) => commanded[index]!);
    const chunk = await policy.act(observation, previous, noise);
    const commands = new Float32Array(chunk.length);
    for (let row = 0; row < policy.horizon; row++)
      for (let i = 0; i < size; i++) commands[row * size + i] = chunk[row * size + toRobot[i]!]!;
    return { kind: "plan", commands, rows: policy.horizon, execute };
  };
  return runLoop(robot, clock, { next }, options);
}

/** For each component of `to`'s command vector, its index in `from`'s. */
function commandMap(from: Contract, to: Contract): number[] {
  const offsets = actionOffsets(from);
  return to.actions.flatMap((feature) => {
    const source = featureOf(from, feature.name);
    return componentMap(source, feature).map((index) => offsets.get(feature.name)! + index);
  });
}

/** Reads a robot's observation as the policy's: its features only, in its order; the name of one that is missing. */
function observationReader(robot: Contract, policy: Contract): (seen: Observation) => Observation | string {
  const wanted: readonly Feature[] = [...policy.observations, ...policy.goals];
  const maps = new Map(
    wanted.map((feature) => [feature.name, componentMap(featureOf(robot, feature.name), feature)]),
  );
  return (seen) => {
    const values: Record<string, Float32Array> = {};
    for (const feature of wanted) {
      const source = seen.values[feature.name];
      if (source === undefined) return feature.name;
      const map = maps.get(feature.name)!;
      const target = new Float32Array(sizeOf(feature));
      for (let i = 0; i < target.length; i++) target[i] = source[map[i]!]!;
      values[feature.name] = target;
    }
    return { time: seen.time, values };
  };
}
