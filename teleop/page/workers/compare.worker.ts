/** The thread in which two policies try the same layouts, as fast as the machine can. */
import { armOption, type Outcome } from "../../../core/index.js";
import { loadPolicy, rollOut } from "../../../policy/index.js";
import { taskByName } from "../../../sim/index.js";
import { webSessions } from "./runtime.js";

/** Which policies try what. */
export interface CompareRequest {
  readonly task: string;
  /** the name in its contract */
  readonly robot: string;
  readonly policies: readonly Uint8Array[];
  readonly seeds: readonly number[];
}

/** From the thread: how each policy ended in a layout, in the order of the request. */
export type FromComparing =
  | { readonly kind: "tried"; readonly seed: number; readonly outcomes: readonly Outcome[] }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly reason: string };

const say = (message: FromComparing): void => postMessage(message);

addEventListener("message", async ({ data }: MessageEvent<CompareRequest>) => {
  try {
    const environment = await taskByName(data.task).create(armOption(data.robot));
    const open = await webSessions();
    const policies = [];
    for (const bytes of data.policies) policies.push(await loadPolicy(bytes, open));
    for (const seed of data.seeds) {
      const outcomes: Outcome[] = [];
      for (const policy of policies) outcomes.push((await rollOut(policy, environment, seed)).outcome);
      say({ kind: "tried", seed, outcomes });
    }
    say({ kind: "done" });
  } catch (error) {
    say({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
});
