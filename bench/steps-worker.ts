/** A thread that steps one environment of lift by its script for so many seconds at a time and says how often. */
import { parentPort } from "node:worker_threads";
import { taskByName } from "../sim/index.js";

const task = taskByName("lift");
const environment = await task.create();
let seed = 200_000;

function run(seconds: number): number {
  let steps = 0;
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; ) {
    environment.reset(seed);
    const script = task.demonstrator(seed++, "clean");
    for (let k = 0; k < 60; k++) {
      environment.step(script.act(environment));
      environment.observe();
      steps++;
    }
  }
  return steps;
}

parentPort!.on("message", (seconds: number) => parentPort!.postMessage(run(seconds)));
parentPort!.postMessage(0);
