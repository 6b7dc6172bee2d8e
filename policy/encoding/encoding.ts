/** How a policy reads observations and speaks commands, as numbers: what data, training and export share. */
import type { Contract } from "../../core/index.js";
import type { ActionLayout } from "./actions.js";
import type { Looks } from "./observations.js";
import type { Scale } from "./scale.js";

/** How a policy reads and speaks: fixed by the data before training begins. */
export interface Encoding {
  /** only what the policy looks at */
  readonly contract: Contract;
  readonly looks: Looks;
  readonly observation: Scale;
  readonly layout: ActionLayout;
  readonly action: Scale;
  readonly binary: readonly (readonly [number, number] | null)[];
  readonly horizon: number;
}
