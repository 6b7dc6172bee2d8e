/** Waiting for a link. */
import type { Clock } from "../../core/index.js";
import type { RosClient } from "./ros-client.js";

/** Resolves when the link stands; rejects with the last reason when it does not in time. */
export function whenUp(client: RosClient, clock: Clock, seconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    if (client.up) return resolve();
    const late = new AbortController();
    const off = client.onLink((up) => {
      if (!up) return;
      late.abort();
      off();
      resolve();
    });
    clock
      .sleep(seconds, late.signal)
      .then(() => {
        off();
        reject(new Error(`no connection to the bridge within ${seconds} s`));
      })
      .catch(() => {});
  });
}
