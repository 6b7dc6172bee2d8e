/** Spacing of one subscription's messages in time: at least `seconds` apart, with a bounded queue or none. */
import type { Clock } from "../../core/index.js";

export interface Throttle {
  /** @param queueLength 0: what comes too early is dropped; else the newest so many wait for their turn */
  set(seconds: number, queueLength: number): void;
  /** Sends now, later, or never. */
  offer(send: () => void): void;
}

/** @param ended aborted when the connection has closed: nothing is sent after it */
export function openThrottle(clock: Clock, ended: AbortSignal): Throttle {
  let seconds = 0;
  let queueLength = 0;
  let last = Number.NEGATIVE_INFINITY;
  let queue: (() => void)[] = [];
  let draining = false;

  const remaining = () => Math.max(0, last + seconds - clock.now());
  const drain = async () => {
    draining = true;
    while (queue.length > 0 && !ended.aborted) {
      await clock.sleep(remaining());
      const send = queue.shift();
      last = clock.now();
      if (!ended.aborted) send?.();
    }
    draining = false;
  };
  return {
    set: (newSeconds, newLength) => {
      seconds = newSeconds;
      queueLength = Math.min(newLength, MOST_QUEUED);
    },
    offer: (send) => {
      if (seconds === 0 || (remaining() === 0 && queue.length === 0)) {
        last = clock.now();
        send();
      } else if (queueLength > 0) {
        queue.push(send);
        queue = queue.slice(-queueLength);
        if (!draining) void drain();
      }
    },
  };
}

const MOST_QUEUED = 1000;
