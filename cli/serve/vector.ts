/**
 * Worlds over several threads, as one: each thread holds a slice of them, and the thread that serves holds the first
 * itself, so that one world needs no message at all. Which thread holds which world changes nothing.
 */
import { Worker } from "node:worker_threads";
import { type Contract, refuse, type TaskCard } from "../../core/index.js";
import type { Said } from "./worker.js";
import {
  type Ask,
  type Beginning,
  createWorlds,
  type Moment,
  type Sight,
  type Told,
  type Worlds,
  type WorldsOptions,
} from "./worlds.js";

/** Worlds over threads. Calls must not overlap. */
export interface Vector {
  readonly contract: Contract;
  readonly card: TaskCard;
  readonly count: number;
  advance(begin: readonly (Beginning | null)[], actions: Float64Array | null): Promise<Moment>;
  expert(): Promise<Float64Array>;
  sights(): Promise<readonly Sight[]>;
  /** An ask about one world. */
  of(world: number, ask: Extract<Ask, { world: number }>): Promise<Told>;
  close(): Promise<void>;
}

/** A slice of the worlds: where it begins and who answers for it. */
interface Slice {
  readonly from: number;
  readonly count: number;
  answer(ask: Ask): Promise<Told>;
  close(): Promise<void>;
}

/** @param threads that hold worlds, this one among them; more than worlds or cores gain nothing */
export async function createVector(options: WorldsOptions, threads: number): Promise<Vector> {
  const { count } = options;
  const parts = Math.max(1, Math.min(threads, count));
  const share = (part: number): number => Math.floor((count * part) / parts);
  const worlds = await createWorlds({ ...options, count: share(1) });
  const slices: Slice[] = [here(worlds, share(1))];
  try {
    const others = Array.from({ length: parts - 1 }, (_, i) =>
      inThread({ ...options, count: share(i + 2) - share(i + 1) }, share(i + 1)),
    );
    for (const result of await Promise.allSettled(others)) {
      if (result.status === "rejected") throw result.reason;
      slices.push(result.value);
    }
  } catch (error) {
    await Promise.all(slices.map((slice) => slice.close()));
    throw error;
  }
  /** Asks every slice, this thread's last: the others work meanwhile. */
  const all = async <T>(ask: (slice: Slice) => Ask, read: (told: Told) => T): Promise<T[]> => {
    const answers = slices.toReversed().map((slice) => slice.answer(ask(slice)));
    const results = await Promise.allSettled(answers);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    return results.toReversed().map((result) => read((result as PromiseFulfilledResult<Told>).value));
  };
  return {
    contract: worlds.contract,
    card: worlds.card,
    count,
    advance: async (begin, actions) => {
      const width = actions === null ? 0 : actions.length / count;
      const ask = ({ from, count: size }: Slice): Ask => ({
        kind: "advance",
        begin: begin.slice(from, from + size),
        actions: actions === null ? null : actions.slice(from * width, (from + size) * width),
      });
      return joined(await all(ask, (told) => told as Moment));
    },
    expert: async () => {
      const parts = await all(
        () => ({ kind: "expert" }),
        (told) => (told as Extract<Told, { kind: "actions" }>).actions,
      );
      return Float64Array.from(parts.flatMap((part) => Array.from(part)));
    },
    sights: async () => {
      const parts = await all(
        () => ({ kind: "views" }),
        (told) => (told as Extract<Told, { kind: "sights" }>).sights,
      );
      return parts.flat();
    },
    of: (world, ask) => {
      const slice =
        slices.find(({ from, count: size }) => world >= from && world < from + size) ??
        refuse("serve", `a world must be one of 0 to ${count - 1}`, world);
      return slice.answer({ ...ask, world: world - slice.from });
    },
    close: async () => {
      await Promise.all(slices.map((slice) => slice.close()));
    },
  };
}

const here = (worlds: Worlds, count: number): Slice => ({
  from: 0,
  count,
  answer: async (ask) => worlds.answer(ask),
  close: async () => worlds.free(),
});

function inThread(options: WorldsOptions, from: number): Promise<Slice> {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: options });
  let waiting: { resolve: (told: Told | null) => void; reject: (error: Error) => void } | null = null;
  let dead: Error | null = null;
  const end = (error: Error): void => {
    dead = error;
    waiting?.reject(error);
  };
  worker.on("message", (said: Said) => {
    if ("error" in said) waiting?.reject(new Error(said.error));
    else waiting?.resolve(said.told);
  });
  worker.on("error", end);
  worker.on("exit", () => end(new Error("serve: a thread of the simulation has ended")));
  const next = (): Promise<Told | null> =>
    new Promise((resolve, reject) => {
      if (dead !== null) reject(dead);
      waiting = { resolve, reject };
    });
  return next().then(() => ({
    from,
    count: options.count,
    answer: async (ask) => {
      const answer = next();
      worker.postMessage(ask);
      return (await answer)!;
    },
    close: async () => {
      await worker.terminate();
    },
  }));
}

function joined(parts: readonly Moment[]): Moment {
  const [only, ...more] = parts;
  if (only === undefined || more.length === 0) return only!;
  const bytes = (pick: (moment: Moment) => Uint8Array): Uint8Array => Buffer.concat(parts.map(pick));
  return {
    kind: "moment",
    vectors: Object.fromEntries(
      Object.keys(only.vectors).map((name) => [name, floats(parts.map(({ vectors }) => vectors[name]!))]),
    ),
    success: bytes((moment) => moment.success),
    terminated: bytes((moment) => moment.terminated),
    truncated: bytes((moment) => moment.truncated),
    time: Float64Array.from(parts.flatMap(({ time }) => Array.from(time))),
    failures: parts.flatMap(({ failures }) => failures),
    goals: parts.flatMap(({ goals }) => goals),
  };
}

function floats(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
