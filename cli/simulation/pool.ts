/**
 * A few threads that simulate: demonstrations and rollouts, one seed a job. Which thread does which seed changes
 * nothing: every job begins with a reset, and results come back in the order they were asked for.
 */
import { Worker } from "node:worker_threads";
import type { AmplificationSource } from "../../datasets/index.js";
import type { Answer, FromWorker, Job, ToWorker } from "./messages.js";

export interface SimulationPool {
  /** Makes a policy known to every worker, by name. */
  addPolicy(name: string, bytes: Uint8Array): void;
  /** Makes takes taken apart known to every worker, by name. */
  addSources(name: string, sources: readonly AmplificationSource[]): void;
  /** Forgets policies that no job will ask for again. */
  dropPolicies(names: readonly string[]): void;
  run(job: Job): Promise<Answer>;
  readonly size: number;
  close(): Promise<void>;
}

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** @param size threads; more than the cores gain nothing */
export function createPool(size: number): SimulationPool {
  const pending = new Map<number, Pending>();
  const queue: { id: number; job: Job }[] = [];
  const idle: Worker[] = [];
  let last = 0;

  const give = (): void => {
    while (idle.length > 0 && queue.length > 0) send(idle.pop()!, { kind: "job", ...queue.shift()! });
  };
  const fail = (error: Error): void => {
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };
  const workers = Array.from({ length: size }, () => {
    const worker = new Worker(new URL("./worker.js", import.meta.url));
    worker.on("message", (message: FromWorker) => {
      const waiting = pending.get(message.id);
      pending.delete(message.id);
      idle.push(worker);
      give();
      if ("error" in message) waiting?.reject(new Error(message.error));
      else waiting?.resolve(message.answer);
    });
    worker.on("error", fail);
    idle.push(worker);
    return worker;
  });

  return {
    size,
    addPolicy: (name, bytes) => {
      for (const worker of workers) send(worker, { kind: "policy", name, bytes });
    },
    addSources: (name, sources) => {
      for (const worker of workers) send(worker, { kind: "sources", name, sources });
    },
    dropPolicies: (names) => {
      for (const worker of workers) send(worker, { kind: "forget", names });
    },
    run: (job) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        pending.set(id, { resolve, reject });
        queue.push({ id, job });
        give();
      }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

const send = (worker: Worker, message: ToWorker): void => worker.postMessage(message);

/**
 * Runs jobs for the given seeds and hands the answers on in the order of the seeds, keeping every thread busy
 * without holding more than a few answers in memory. Ends early when `take` returns false.
 */
export async function inOrder<T>(
  pool: SimulationPool,
  seeds: Iterable<T>,
  job: (seed: T) => Job,
  take: (answer: Answer, seed: T) => Promise<boolean> | boolean,
  signal: AbortSignal,
): Promise<void> {
  const ahead: { seed: T; answer: Promise<Answer> }[] = [];
  const iterator = seeds[Symbol.iterator]();
  const launch = (): void => {
    const next = iterator.next();
    if (next.done === true) return;
    const answer = pool.run(job(next.value));
    answer.catch(() => {}); // reported where it is awaited
    ahead.push({ seed: next.value, answer });
  };
  for (let i = 0; i < pool.size * 3; i++) launch();
  while (ahead.length > 0) {
    signal.throwIfAborted();
    const { seed, answer } = ahead.shift()!;
    const value = await answer;
    launch();
    if (!(await take(value, seed))) break;
  }
}
