import { describe, expect, it } from "vitest";
import {
  componentMap,
  diffDriveContract,
  featureOf,
  pandaContract,
  parseContract,
  tableGoals,
  unmetRequirements,
  withObservations,
} from "../../core/index.js";

const arm = pandaContract("pick-place", tableGoals(["target", "place"]), null);
const lift = pandaContract("lift", tableGoals(["target"]), null);
const base = diffDriveContract("navigate", null);

describe("a contract", () => {
  it("survives being written and read", () => {
    for (const contract of [arm, lift, base])
      expect(parseContract(JSON.parse(JSON.stringify(contract)))).toEqual(contract);
  });

  it.each([
    ["another version", { version: 2 }, "contract: version must be 1, got 2"],
    [
      "an unknown control mode",
      { control: "telepathy" },
      'contract: control must be one of tool-pose, base-twist, mobile-manipulation, arm-team, got "telepathy"',
    ],
    [
      "a rate of zero",
      { rates: { physics: null, policy: 0, record: 20 } },
      "contract.rates.policy: must be a positive number of hertz, got 0",
    ],
    [
      "a feature in the wrong list",
      { goals: arm.actions },
      'contract.goals[0].name: must begin with goal., got "action.ee.position"',
    ],
    [
      "a feature twice",
      { goals: [arm.goals[0], arm.goals[0]] },
      'contract.goals: feature names must be unique, got "goal.target.position"',
    ],
  ])("with %s is refused with place, rule and value", (_, change, message) => {
    expect(() => parseContract({ ...arm, ...change })).toThrow(message);
  });

  it("is fulfilled by a robot that shows more than the policy reads", () => {
    expect(unmetRequirements(withObservations(arm, ["observation.ee.position"]), arm)).toEqual([]);
  });

  it("names each feature that a robot lacks, and who would have to provide it", () => {
    expect(unmetRequirements(arm, lift)).toEqual([
      "goal.place.position: the robot does not provide it (the position of the place in the scene)",
    ]);
    expect(unmetRequirements(arm, base)[0]).toBe(
      "control: the policy commands tool-pose, the robot takes base-twist",
    );
  });

  it("matches components by name, not by order", () => {
    const feature = featureOf(arm, "observation.joints.position");
    const shuffled = { ...feature, names: [...feature.names].reverse() };
    expect(componentMap(shuffled, feature)).toEqual([6, 5, 4, 3, 2, 1, 0]);
    const robot = { ...arm, observations: arm.observations.map((f) => (f === feature ? shuffled : f)) };
    expect(unmetRequirements(arm, robot)).toEqual([]);
  });
});
