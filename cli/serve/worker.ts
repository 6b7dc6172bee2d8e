/** A thread that holds some of a server's worlds: it makes those that it was started with and answers in order. */
import { parentPort, workerData } from "node:worker_threads";
import { messageOf, refuse } from "../../core/index.js";
import { type Ask, createWorlds, type Told, type WorldsOptions } from "./worlds.js";

/** What the thread says: null once, when its worlds stand. */
export type Said = { readonly told: Told | null } | { readonly error: string };

const port = parentPort ?? refuse("serve worker", "must run as a worker thread");

try {
  const worlds = await createWorlds(workerData as WorldsOptions);
  port.on("message", (ask: Ask) => {
    try {
      port.postMessage({ told: worlds.answer(ask) } satisfies Said);
    } catch (error) {
      port.postMessage({ error: messageOf(error) } satisfies Said);
    }
  });
  port.postMessage({ told: null } satisfies Said);
} catch (error) {
  port.postMessage({ error: messageOf(error) } satisfies Said);
}
