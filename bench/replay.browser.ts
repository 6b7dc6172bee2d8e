/** `replay-trial` in a page: what `replay.ts` bundles and calls. */
import { type Replays, replay } from "./replay-trial.js";

/** What the page offers. */
export interface ReplayPage {
  readonly replay: (count: number) => Promise<Replays>;
}

Object.assign(window, { replay } satisfies ReplayPage);
