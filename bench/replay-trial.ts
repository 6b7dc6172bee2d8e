/**
 * Replays from snapshots, wherever JavaScript runs: an episode is driven by its script for some steps, saved, driven on,
 * and driven on again from what was saved, in an environment that has been elsewhere meanwhile. Equal means every number of
 * the state, by its hash after each command. Not for a clock or a page.
 */
import { taskByName } from "../sim/index.js";

/** Tasks whose episodes are replayed, in turn. */
const TASKS = ["lift", "pick-place", "square", "navigate"];
const AFTER = 40;

/** What came of the replays. */
export interface Replays {
  /** how many came to the same bits at every step */
  readonly identical: number;
  /** the last hash of each, as first driven */
  readonly hashes: readonly string[];
}

/** @param count of replays, tuning seeds from 200000 on; the saved step differs from one to the next */
export async function replay(count: number): Promise<Replays> {
  const hashes: string[] = [];
  let identical = 0;
  for (let i = 0; i < count; i++) {
    const task = taskByName(TASKS[i % TASKS.length]!);
    const seed = 200_000 + i;
    const environment = await task.create();
    environment.reset(seed);
    const script = task.demonstrator(seed);
    for (let k = 0; k < 10 + (i % 30); k++) environment.step(script.act(environment));
    const saved = environment.snapshot();
    const commands: Float64Array[] = [];
    const drive = (): string[] =>
      Array.from({ length: AFTER }, (_, k) => {
        commands[k] ??= Float64Array.from(script.act(environment));
        environment.step(commands[k]!);
        return environment.hash();
      });
    const first = drive();
    environment.reset(seed + 1);
    for (let k = 0; k < 5; k++) environment.step(environment.command());
    environment.restore(saved);
    if (drive().join() === first.join()) identical++;
    hashes.push(first.at(-1)!);
    environment.free();
  }
  return { identical, hashes };
}
