/** The methods of the house: a plain list. To add one, add a file and a line. */
import { refuse } from "../../core/index.js";
import type { Algorithm } from "./algorithm.js";
import { bc } from "./bc.js";
import { flow } from "./flow.js";

/** All methods of imitation. */
export const ALGORITHMS: readonly Algorithm[] = [flow, bc];

/** The method of that name, or a refusal that lists the names. */
export const algorithmByName = (name: string): Algorithm =>
  ALGORITHMS.find((algorithm) => algorithm.name === name) ??
  refuse("algorithm", `must be one of ${ALGORITHMS.map((each) => each.name).join(", ")}`, name);
