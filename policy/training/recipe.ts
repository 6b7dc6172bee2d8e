/** Recipes: everything that decides a training beside the data and the seed, as data. */
import { type Contract, integerIn, positive, refuse, slotsOf, TILT } from "../../core/index.js";
import { algorithmByName } from "../algorithms/index.js";
import { defaultObservations, type Looks } from "../encoding/observations.js";
import {
  BASE_TREATMENT,
  checkTreatment,
  isTreated,
  LEANING_BASE_TREATMENT,
  TOOL_TREATMENT,
  type Treatment,
} from "../treatment/treatment.js";

/** How a policy is trained. The data set keeps what was recorded: what is done to takes before is a part of this. */
export interface Recipe {
  /** a name of `ALGORITHMS` */
  readonly algorithm: string;
  /** the observation features the policy looks at */
  readonly observations: readonly string[];
  /** commands in a chunk; 1 stalls where demonstrators paused, 16 reacts late */
  readonly horizon: number;
  /** how many of them to execute before looking again */
  readonly execute: number;
  readonly hidden: readonly number[];
  readonly steps: number;
  readonly batch: number;
  /** of Adam, after the warm-up; a cosine brings it to 0 */
  readonly learningRate: number;
  /** steps of linear warm-up */
  readonly warmUp: number;
  /** decay of the moving average that is exported */
  readonly average: number;
  /** what is done to takes of people before training; absent: everything is learned as it was recorded */
  readonly treatment?: Treatment;
  /** what the network sees beside the observations, or of them; absent: all of them as they are */
  readonly looks?: Looks;
  /**
   * When acting, the size of the noise that the flow starts from: below 1 it keeps to what was shown most often.
   * 0 stalls. Absent: 1, as in training.
   */
  readonly startNoise?: number;
}

/** Small network, large rate: five times faster than 3 x 512 at batch 256, at equal or better success (lab). */
const COMMON = {
  algorithm: "flow",
  horizon: 8,
  hidden: [256, 256, 256],
  batch: 128,
  learningRate: 2e-3,
  warmUp: 100,
  average: 0.995,
} as const;

/**
 * The recipe for a contract when nobody says otherwise, by what the robot is and what the task asks for.
 * @param makers who made the episodes: takes of people at a tool or a base are treated, see `treatment`
 */
export function defaultRecipe(contract: Contract, makers: readonly string[] = []): Recipe {
  const recipe = plainRecipe(contract);
  const treatedBy = (treatment: Treatment): boolean => makers.some((maker) => isTreated(treatment, maker));
  switch (contract.control) {
    case "tool-pose":
      return treatedBy(TOOL_TREATMENT)
        ? { ...recipe, ...TAKES, steps: Math.min(recipe.steps, STEPS_OF_TAKES) }
        : recipe;
    case "base-twist":
      return treatedBy(BASE_TREATMENT)
        ? { ...recipe, treatment: leans(contract) ? LEANING_BASE_TREATMENT : BASE_TREATMENT }
        : recipe;
    case "arm-team":
    case "mobile-manipulation":
      return recipe;
  }
}

/** Whether a base drives where its floor is not level. */
const leans = ({ observations }: Contract): boolean => observations.some(({ name }) => name === TILT.name);

/**
 * Steps that treated takes are worth at most: they are few. Lift keeps to the fewer of its own (from twice 30
 * takes of operators 2000, 2500 and 4000 steps gave 200 of 200 tuning seeds alike).
 */
const STEPS_OF_TAKES = 4000;

/** What takes of people ask for beside the usual; measured on a model of an operator, see docs/results.md. */
const TAKES = {
  treatment: TOOL_TREATMENT,
  looks: { gripperCommand: true, heightOnly: true },
  startNoise: 0.5,
} as const;

/** Steps for a tool by slots: one more makes episodes longer, and what a policy must choose between more. */
const STEPS_BY_SLOTS = [2500, 8000, 24000] as const;

function plainRecipe(contract: Contract): Recipe {
  const observations = defaultObservations(contract);
  switch (contract.control) {
    case "tool-pose": {
      const slots = Math.min(Math.max(slotsOf(contract).length, 1), STEPS_BY_SLOTS.length);
      const steps = STEPS_BY_SLOTS[slots - 1]!;
      return { ...COMMON, observations, steps, execute: 8 };
    }
    case "base-twist":
      // A base among obstacles must look again soon: executing 8 of 8 costs collisions, 1 of 8 dithers.
      return { ...COMMON, observations, steps: 6000, execute: 2 };
    case "arm-team":
      return { ...COMMON, observations, steps: 8000, execute: 8 };
    case "mobile-manipulation":
      // Two drives, a grasp and a placing: of the same takes 79 of 100 after 24000 steps, 91 after 72000. The base must look
      // again soon.
      return { ...COMMON, observations, steps: 72000, execute: 4 };
  }
}

/** The recipe with so many steps: a short training does not spend most of itself on warming up. */
export const withSteps = (recipe: Recipe, steps: number): Recipe => ({
  ...recipe,
  steps,
  warmUp: Math.min(recipe.warmUp, Math.floor(steps / 10)),
});

/** The recipe, or a refusal with place, rule and value. */
export function checkRecipe(recipe: Recipe): Recipe {
  const place = "recipe";
  algorithmByName(recipe.algorithm);
  integerIn(place, "horizon", recipe.horizon, 1, 64);
  integerIn(place, "execute", recipe.execute, 1, recipe.horizon);
  integerIn(place, "steps", recipe.steps, 1, 10_000_000);
  integerIn(place, "batch", recipe.batch, 1, 65536);
  integerIn(place, "warmUp", recipe.warmUp, 0, recipe.steps);
  positive(place, "learningRate", recipe.learningRate);
  if (!(recipe.average >= 0 && recipe.average < 1))
    refuse(place, "average must be from 0 up to below 1", recipe.average);
  if (recipe.hidden.length === 0 || recipe.hidden.length > 16)
    refuse(place, "hidden must list 1 to 16 layers", recipe.hidden.length);
  for (const width of recipe.hidden) integerIn(place, "a hidden layer", width, 1, 8192);
  if (recipe.treatment !== undefined) checkTreatment(recipe.treatment);
  const { startNoise = 1 } = recipe;
  if (!(startNoise >= 0 && startNoise <= 2)) refuse(place, "startNoise must be from 0 to 2", startNoise);
  return recipe;
}

/** Learning rate of step `t` (from 0): linear warm-up, then a cosine to 0 at the last step. */
export function learningRate(recipe: Recipe, t: number): number {
  if (t < recipe.warmUp) return (recipe.learningRate * (t + 1)) / recipe.warmUp;
  const share = (t - recipe.warmUp) / Math.max(1, recipe.steps - recipe.warmUp);
  return recipe.learningRate * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, share)));
}
