/**
 * Draws scenes on the command line, by the processor: threads that each hold a world and draw a few frames of it at a
 * time. Frames come in order, whoever drew them; which thread drew which changes nothing.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Drawn, Painter } from "../../teleop/index.js";
import type { Said, Task } from "./draw.worker.js";
import { openGraphicsPainter } from "./graphics-painter.js";

/** A painter that has threads or a process of its own: close it. */
export interface OwnPainter extends Painter {
  close(): Promise<void>;
}

/** Frames drawn at a time: few, so that all threads have work until the end. */
const CHUNK = 4;
/** Threads, at most: each holds some 60 MB. */
const MOST_THREADS = 8;

/**
 * Opens one.
 * @param options.gpu draw with the machine's graphics, through a Chromium, instead of by the processor
 * @param options.threads that draw
 * @throws InputError where a Chromium is needed and there is none, with the command that installs one
 */
export async function openPainter({
  gpu = false,
  threads = Math.min(MOST_THREADS, availableParallelism()),
}: {
  readonly gpu?: boolean;
  readonly threads?: number;
} = {}): Promise<OwnPainter> {
  if (gpu) return openGraphicsPainter();
  const crew: Hand[] = [];
  return {
    draw: async ({ states, ...scene }, request, take) => {
      const chunks = Math.ceil(states.length / CHUNK);
      while (crew.length < Math.min(threads, chunks)) crew.push(startHand());
      const hands = crew.slice(0, chunks);
      for (const hand of hands) hand.begin();
      /** a promise for each chunk that is being drawn, by the hand whose turn it was */
      const coming: Promise<readonly Drawn[][]>[] = [];
      let next = 0;
      const order = (hand: Hand): void => {
        const from = next++ * CHUNK;
        if (from >= states.length) return;
        const some = states.slice(from, from + CHUNK);
        const fresh = hand.isFresh() ? { scene, request } : {};
        const drawn = hand.ask({ ...fresh, states: some });
        // A failure is heard by whoever waits for this chunk.
        drawn.catch(() => undefined);
        coming.push(drawn);
      };
      // Two chunks a thread: one being drawn, one waiting, so that none is ever idle.
      for (let round = 0; round < 2; round++) for (const hand of hands) order(hand);
      for (let chunk = 0; chunk < chunks; chunk++) {
        const frames = await coming[chunk]!;
        order(hands[chunk % hands.length]!);
        for (const [i, pictures] of frames.entries()) await take(chunk * CHUNK + i, pictures);
      }
    },
    close: async () => {
      await Promise.all(crew.splice(0).map((hand) => hand.close()));
    },
  };
}

/** A thread that draws. */
interface Hand {
  /** Another scene comes. */
  begin(): void;
  /** whether it is to be told the scene first; once a scene */
  isFresh(): boolean;
  /** Answers come in the order of what was asked. */
  ask(task: Task): Promise<readonly Drawn[][]>;
  close(): Promise<unknown>;
}

function startHand(): Hand {
  // From TypeScript sources (tests) the thread runs the built file, as everywhere else.
  const here = import.meta.url;
  const entry = here.endsWith(".ts") ? "../../dist/cli/cameras/draw.worker.js" : "./draw.worker.js";
  const worker = new Worker(new URL(entry, here));
  const waiting: { resolve: (drawn: readonly Drawn[][]) => void; reject: (error: Error) => void }[] = [];
  let told = false;
  let dead: Error | null = null;
  const end = (error: Error): void => {
    dead ??= error;
    for (const { reject } of waiting.splice(0)) reject(dead);
  };
  worker.on("message", (said: Said) => {
    const { resolve, reject } = waiting.shift()!;
    if ("error" in said) reject(new Error(said.error));
    else resolve(said.drawn);
  });
  worker.on("error", end);
  worker.on("exit", () => end(new Error("render: a thread that draws has ended")));
  return {
    begin: () => {
      told = false;
    },
    isFresh: () => {
      const fresh = !told;
      told = true;
      return fresh;
    },
    ask: (task) =>
      new Promise((resolve, reject) => {
        if (dead !== null) {
          reject(dead);
          return;
        }
        waiting.push({ resolve, reject });
        worker.postMessage(task);
      }),
    close: () => worker.terminate(),
  };
}
