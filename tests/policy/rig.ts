/** Episodes of plausible numbers for tests that need data but no task. */
import {
  type Contract,
  createRandom,
  diffDriveContract,
  type Feature,
  mobilePandaContract,
  pandaContract,
  type Random,
  sizeOf,
  TWO_PANDAS,
  tableGoals,
  teamContract,
  totalSize,
} from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import { tilted } from "./worlds.js";

/** The contracts every test of encoding and export runs over. */
export const CONTRACTS: readonly (readonly [string, Contract])[] = [
  ["an arm with a target", pandaContract("lift", tableGoals(["target"]), null)],
  ["an arm with target and place", pandaContract("pick-place", tableGoals(["target", "place"]), null)],
  ["a base", diffDriveContract("navigate", null)],
  ["a mobile manipulator", mobilePandaContract("box-move", tableGoals(["target", "place"], {}, "map"), null)],
  [
    "two arms",
    teamContract(TWO_PANDAS, "two-arm-lift", tableGoals(["target"], { target: 1 }, "table"), null),
  ],
];

/** A row of a feature within what its representation allows. */
export function drawFeature(feature: Feature, random: Random): number[] {
  const size = sizeOf(feature);
  switch (feature.representation.kind) {
    case "quaternion":
      return tilted(
        random.uniform(-3, 3),
        0.03 * random.normal(),
        /^observation\.(\w+\.)?ee\.orientation$/.test(feature.name),
      );
    case "ranges":
      return Array.from({ length: size }, () => random.uniform(0.02, 3.5));
    case "position":
      return Array.from({ length: size }, () => random.uniform(-1.5, 1.5));
    case "angle":
    case "vector":
      return Array.from({ length: size }, () => random.uniform(0, 0.08));
  }
}

const TOOL = [0.5, 0, 0.2, 0, 0.08];
const INITIAL = {
  "tool-pose": TOOL,
  "base-twist": [0, 0],
  "mobile-manipulation": [0, 0, 0.2, ...TOOL],
  "arm-team": [0.5, 0.2, 0.3, 0, 0.08, 0.5, -0.2, 0.3, 3.1, 0.08],
} as const;

/** Commands that wander from an initial one, within limits; the last component of an arm is open or closed. */
export function syntheticEpisodes(contract: Contract, count: number, length: number, seed = 1): Episode[] {
  const seen = [...contract.observations, ...contract.goals];
  const size = totalSize(contract.actions);
  const { gripper } = contract;
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(seed).fork(`${index}`);
    const initialCommand = INITIAL[contract.control];
    const command = [...initialCommand];
    const actions = new Float32Array(length * size);
    for (let t = 0; t < length; t++) {
      for (let i = 0; i < size; i++) command[i] = command[i]! + 0.004 * random.normal();
      if (gripper) command[size - 1] = t > length / 2 ? 0 : 0.08;
      actions.set(command, t * size);
    }
    return {
      features: Object.fromEntries(
        seen.map((feature) => [
          feature.name,
          Float32Array.from(Array.from({ length }, () => drawFeature(feature, random)).flat()),
        ]),
      ),
      actions,
      length,
      task: "go",
      meta: {
        maker: "scripted:tests",
        seed: index,
        success: true,
        goal: {},
        goalChanges: [],
        initialCommand,
        engine: null,
        interventions: [],
      },
    };
  });
}
