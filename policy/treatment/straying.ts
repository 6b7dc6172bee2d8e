/** What copies of a take of a base that has strayed have in common: which frames they are of, and how they turn back. */
import { actionOffsets, type Contract, type Feature, featureOf, refuse } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";

/** m/s: slower than this a base is not driven anywhere that it could stray from */
const DRIVEN = 0.05;
const [LINEAR, ANGULAR] = ["action.base.linear", "action.base.angular"] as const;

/** The features that are looked at, goals included. */
export const seenFeatures = (contract: Contract, observations: readonly string[]): Feature[] => [
  ...observations.map((name) => featureOf(contract, name)),
  ...contract.goals,
];

/** The scan among them; refuses a robot that is no base, and a policy that does not look at one. */
export function scanOf(contract: Contract, observations: readonly string[]): Feature {
  if (contract.control !== "base-twist")
    return refuse("copies that stray", "the robot must be a base", contract.control);
  return (
    seenFeatures(contract, observations).find(({ representation: { kind } }) => kind === "ranges") ??
    refuse("copies that stray", "the policy must look at a scan", observations)
  );
}

/** Indices of the frames in which a base is told to drive forward. */
export function drivenFrames(contract: Contract, { actions, length }: Episode): number[] {
  const linear = actionOffsets(contract).get(LINEAR)!;
  const size = actions.length / length;
  return Array.from({ length }, (_, t) => t).filter((t) => actions[t * size + linear]! > DRIVEN);
}

/** The actions with so much more turn in each, rad/s, as far as the base can. */
export function turningBy(contract: Contract, { actions, length }: Episode, more: number): Float32Array {
  const at = actionOffsets(contract).get(ANGULAR)!;
  const size = actions.length / length;
  const { limits } = featureOf(contract, ANGULAR);
  const [low, high] = [
    limits?.low[0] ?? Number.NEGATIVE_INFINITY,
    limits?.high[0] ?? Number.POSITIVE_INFINITY,
  ];
  return actions.map((value, i) => (i % size === at ? Math.min(high, Math.max(low, value + more)) : value));
}
