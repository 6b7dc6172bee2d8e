/**
 * A base's policy with the scan guard in front of its wheels: what a driver does on a robot, for rollouts in a
 * simulation, so that the two can be compared. It looks at every command: one row is executed at a time.
 */
import { actionOffsets, type Policy, refuse } from "../../core/index.js";
import { guardOf, type ScanGuard, safeShare } from "./scan-guard.js";

/** @throws InputError for a policy that is not of a base, or that does not look at the scan */
export function withScanGuard(policy: Policy, guard: ScanGuard = guardOf(policy.contract.robot)): Policy {
  const { contract } = policy;
  if (contract.control !== "base-twist")
    refuse("scan guard", "the policy must drive a base", contract.control);
  if (!contract.observations.some((feature) => feature.name === "observation.scan"))
    refuse("scan guard", "the policy must look at observation.scan");
  const offsets = actionOffsets(contract);
  const linear = offsets.get("action.base.linear")!;
  const angular = offsets.get("action.base.angular")!;
  return {
    ...policy,
    execute: 1,
    act: async (observation, previous, noise) => {
      const chunk = (await policy.act(observation, previous, noise)).slice();
      const scan = observation.values["observation.scan"]!;
      chunk[linear]! *= safeShare(chunk[linear]!, chunk[angular]!, scan, guard);
      return chunk;
    },
  };
}
