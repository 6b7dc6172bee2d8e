/**
 * What a world of ours takes in memory, and whether as many threads as there are cores simulate as many times as fast: the
 * environment `lift` with its arm, four cubes, two bins and detector. Memory is what the whole process grows by, bytes of
 * the engine and of JavaScript, after a first hundred worlds; threads share nothing but the machine.
 */
import { once } from "node:events";
import { cpus } from "node:os";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import type { Environment } from "../core/index.js";
import { taskByName } from "../sim/index.js";
import { type Bench, compare, median } from "./result.js";

const [FIRST, MORE] = [100, 300];
const SECONDS = 4;
const ROUNDS = 3;

/** MB that a world adds to the process. */
async function memory(): Promise<number> {
  setFlagsFromString("--expose_gc");
  const collect = runInNewContext("gc") as () => void;
  const task = taskByName("lift");
  const worlds: Environment[] = [];
  const add = async (count: number): Promise<number> => {
    for (let i = 0; i < count; i++) {
      const environment = await task.create();
      environment.reset(200_000 + worlds.length);
      for (let k = 0; k < 5; k++) environment.step(environment.command());
      worlds.push(environment);
    }
    collect();
    return process.memoryUsage.rss() / 1e6;
  };
  const before = await add(FIRST);
  const after = await add(MORE);
  for (const environment of worlds) environment.free();
  return (after - before) / MORE;
}

export const bench: Bench = {
  name: "worlds",
  title: "Memory of a world, and worlds on all cores",
  async run(log) {
    const megabytes = await memory();
    log(`${megabytes.toFixed(2)} MB a world`);
    const cores = cpus().length;
    const workers = Array.from(
      { length: cores },
      () => new Worker(new URL("./steps-worker.js", import.meta.url)),
    );
    for (const worker of workers) await once(worker, "message");
    const run = async (count: number): Promise<number> => {
      const some = workers.slice(0, count);
      const steps = await Promise.all(
        some.map(async (worker) => {
          worker.postMessage(SECONDS);
          const [made] = (await once(worker, "message")) as [number];
          return made;
        }),
      );
      return steps.reduce((sum, each) => sum + each, 0) / SECONDS;
    };
    await run(cores); // V8 tiers up
    const single: number[] = [];
    const all: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      single.push(await run(1));
      all.push(await run(cores));
      log(`one thread ${single.at(-1)!.toFixed(0)} steps/s, ${cores} threads ${all.at(-1)!.toFixed(0)}`);
    }
    for (const worker of workers) await worker.terminate();
    return {
      name: this.name,
      title: this.title,
      rows: [
        compare({
          what: "memory of a world",
          unit: "MB",
          ours: megabytes,
          peer: null,
          better: "lower",
          atLeast: 2,
          aim: 1,
          note: `resident, mean of ${MORE} worlds after ${FIRST}`,
        }),
        compare({
          what: `${cores} threads on ${cores} cores`,
          unit: "env steps/s",
          ours: median(all),
          peer: { name: `one thread`, value: median(single) },
          better: "higher",
          atLeast: 0.9 * cores,
          aim: 0.98 * cores,
          note: "each with a world of its own; the script's time is counted",
        }),
      ],
      notes: [`Medians of ${ROUNDS} runs of ${SECONDS} s in turn.`],
      skipped: null,
    };
  },
};
