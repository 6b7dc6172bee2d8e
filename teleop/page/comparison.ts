/** Two policies on the same layouts: who did it, in a thread of its own, faster than the robot's time. */
import { batch, type Signal, signal } from "@preact/signals";
import { SEED_RANGES } from "../../policy/index.js";
import type { Link } from "./link.js";
import type { Policies } from "./policies.js";
import type { CompareRequest, FromComparing } from "./workers/compare.worker.js";

/** How both ended in a layout. */
export interface ComparedLayout {
  readonly seed: number;
  readonly success: readonly [boolean, boolean];
}

/** A comparison as far as it has come. */
export interface Compared {
  readonly names: readonly [string, string];
  readonly layouts: readonly ComparedLayout[];
  readonly total: number;
  readonly state: "running" | "done" | "stopped";
  readonly problem: string | null;
}

/** Comparing policies. */
export interface Comparison {
  readonly found: Signal<Compared | null>;
  /** Lets both try the first `layouts` test layouts. */
  start(names: readonly [string, string], layouts: number): void;
  stop(): void;
}

/** Nothing has been compared. */
export function createComparison(link: Link, policies: Policies): Comparison {
  const found = signal<Compared | null>(null);
  let worker: Worker | null = null;
  const end = (state: "done" | "stopped", problem: string | null): void => {
    worker?.terminate();
    worker = null;
    const now = found.peek();
    if (now !== null) found.value = { ...now, state, problem };
  };
  const hear = (message: FromComparing): void => {
    const now = found.peek();
    if (now === null) return;
    if (message.kind === "failed") end("stopped", message.reason);
    else if (message.kind === "done") end("done", null);
    else {
      const [a, b] = message.outcomes.map(({ state }) => state === "success");
      const layout: ComparedLayout = { seed: message.seed, success: [a === true, b === true] };
      found.value = { ...now, layouts: [...now.layouts, layout] };
    }
  };
  return {
    found,
    start: (names, layouts) => {
      const contract = link.opened.peek()?.contract;
      const files = names.map((name) => policies.files.peek().find((file) => file.name === name));
      if (contract === undefined || worker !== null || files.some((file) => file === undefined)) return;
      worker = new Worker(new URL("./workers/compare.worker.ts", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }: MessageEvent<FromComparing>) => hear(data);
      worker.onerror = ({ message }) => end("stopped", message);
      const seeds = Array.from({ length: layouts }, (_, i) => SEED_RANGES.test.from + i);
      batch(() => {
        found.value = { names, layouts: [], total: layouts, state: "running", problem: null };
      });
      const { task, robot } = contract;
      const request = { task, robot, policies: files.map((file) => file!.bytes), seeds };
      worker.postMessage(request satisfies CompareRequest);
    },
    stop: () => end("stopped", null),
  };
}
