/**
 * Making few takes many, in a thread of its own: what is kept goes to the data set by way of the simulation, which alone
 * writes to it. It can be stopped at any time; what was kept stays, and the next time goes on with the next layout.
 */
import { batch, effect, type Signal, signal } from "@preact/signals";
import {
  AMPLIFIED,
  type AmplificationYield,
  counted,
  type Episode,
  type FileStore,
  NO_YIELD,
  readYield,
  writeYield,
} from "../../datasets/index.js";
import { SEED_RANGES } from "../../policy/index.js";
import { type Library, type TakeRow, usable } from "./library.js";
import { type Link, reasonOf } from "./link.js";
import type { AmplifyRequest, FromAmplifying } from "./workers/amplify.worker.js";

/** Where it stands. */
export type Amplifying =
  | { readonly state: "idle" }
  /** takes are played again and taken apart */
  | { readonly state: "preparing"; readonly done: number; readonly total: number }
  | { readonly state: "running"; readonly kept: number; readonly wanted: number }
  | { readonly state: "done"; readonly kept: number; readonly refused: readonly string[] }
  | { readonly state: "failed"; readonly reason: string };

/** Making few takes many. */
export interface Amplification {
  readonly state: Signal<Amplifying>;
  /** of this run: layouts tried, kept, failures by kind */
  readonly found: Signal<AmplificationYield>;
  /** Makes episodes until there are `to`, takes included. */
  start(to: number): Promise<void>;
  stop(): void;
}

/** Whether an episode was made of takes. */
export const isAmplified = ({ maker }: Pick<TakeRow, "maker">): boolean => maker === AMPLIFIED;

/** Layouts that may be tried for each episode asked for. */
const MOST_TRIES = 20;

/** Work that is on, for the set that was open when it began. */
interface Run {
  readonly wanted: number;
  readonly store: FileStore | null;
  /** all runs of this set together: where the next one goes on */
  whole: AmplificationYield;
  /** null while takes are read */
  worker: Worker | null;
}

/** Nothing is being made. */
export function createAmplification(link: Link, library: Library): Amplification {
  const state = signal<Amplifying>({ state: "idle" });
  const found = signal<AmplificationYield>(NO_YIELD);
  let run: Run | null = null;

  const end = (next: Amplifying): void => {
    const ended = run;
    run = null;
    state.value = next;
    ended?.worker?.terminate();
    if (ended === null || ended.store === null || found.peek().tried === 0) return;
    void writeYield(ended.store, ended.whole).catch((error: unknown) => {
      library.problem.value = reasonOf(error);
    });
  };

  const hear = (message: FromAmplifying, mine: Run): void => {
    if (run !== mine) return;
    const { wanted } = mine;
    switch (message.kind) {
      case "taken-apart":
        state.value =
          message.done === message.total
            ? { state: "running", kept: 0, wanted }
            : { state: "preparing", done: message.done, total: message.total };
        return;
      case "attempt": {
        const { attempt } = message;
        mine.whole = counted(mine.whole, attempt);
        batch(() => {
          found.value = counted(found.peek(), attempt);
          state.value = { state: "running", kept: found.peek().kept, wanted };
        });
        if (attempt.episode !== null) link.send({ kind: "add", episode: attempt.episode });
        return;
      }
      case "done":
        end({ state: "done", kept: found.peek().kept, refused: message.refused });
        return;
      case "failed":
        end({ state: "failed", reason: message.reason });
        return;
    }
  };

  // Another task has other takes.
  effect(() => {
    if (link.opened.value === null) end({ state: "idle" });
  });

  return {
    state,
    found,
    start: async (to) => {
      const contract = link.opened.peek()?.contract;
      if (contract === undefined || run !== null) return;
      const there = library.takes.peek().filter(usable);
      const rows = there.filter((take) => !isAmplified(take));
      const wanted = to - there.length;
      const mine: Run = { wanted, store: library.store(), whole: NO_YIELD, worker: null };
      run = mine;
      batch(() => {
        found.value = NO_YIELD;
        state.value = { state: "preparing", done: 0, total: rows.length };
      });
      try {
        const takes: Episode[] = [];
        for (const { index } of rows) takes.push(...(await library.used(index)));
        if (mine.store !== null) mine.whole = await readYield(mine.store);
        // Stopped, or another task was opened, while they were read.
        if (run !== mine) return;
        const used = library.takes
          .peek()
          .flatMap((take) => (isAmplified(take) ? [(take.seed ?? 0) + 1] : []));
        const first = Math.max(SEED_RANGES.amplification.from, mine.whole.next ?? 0, ...used);
        const worker = new Worker(new URL("./workers/amplify.worker.ts", import.meta.url), {
          type: "module",
        });
        mine.worker = worker;
        worker.onmessage = ({ data }: MessageEvent<FromAmplifying>) => hear(data, mine);
        worker.onerror = ({ message }) => hear({ kind: "failed", reason: message }, mine);
        const tries = Math.min(wanted * MOST_TRIES, SEED_RANGES.amplification.to - first);
        const request = { task: contract.task, robot: contract.robot, takes, first, wanted, tries };
        worker.postMessage(request satisfies AmplifyRequest);
      } catch (error) {
        if (run === mine) end({ state: "failed", reason: reasonOf(error) });
      }
    },
    stop: () => end({ state: "done", kept: found.peek().kept, refused: [] }),
  };
}
