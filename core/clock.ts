/**
 * Time is an argument. Seconds, from an arbitrary start, never going back.
 * Not the time of day: that is `wallTime` of the caller's own choice.
 */
export interface Clock {
  /** seconds since the clock began */
  now(): number;
  /** resolves when `now()` has advanced by `seconds`; rejects with the signal's reason when aborted */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own monotonic clock. */
export function realClock(): Clock {
  const start = performance.now();
  return {
    now: () => (performance.now() - start) / 1000,
    sleep: (seconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const abort = () => {
          clearTimeout(timer);
          reject(signal!.reason);
        };
        const timer = setTimeout(
          () => {
            signal?.removeEventListener("abort", abort);
            resolve();
          },
          Math.max(0, seconds * 1000),
        );
        signal?.addEventListener("abort", abort, { once: true });
      }),
  };
}

/** A clock that a test or a rollout moves by hand. */
export interface SimulatedClock extends Clock {
  /** Moves time on and wakes, in order, every sleeper whose time has come. */
  advance(seconds: number): Promise<void>;
}

/** A clock that stands still until told to advance: tests and faster-than-real rollouts. */
export function simulatedClock(start = 0): SimulatedClock {
  let time = start;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => time,
    sleep: (seconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const abort = () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal!.reason);
        };
        const wake = () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        };
        const sleeper = { at: time + Math.max(0, seconds), wake };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", abort, { once: true });
      }),
    advance: async (seconds) => {
      const end = time + seconds;
      for (;;) {
        // Let everything that was woken run, and fall asleep again, before time moves on.
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
        const due = sleepers.filter((sleeper) => sleeper.at <= end);
        if (due.length === 0) break;
        const first = due.reduce((a, b) => (b.at < a.at ? b : a));
        sleepers = sleepers.filter((other) => other !== first);
        time = Math.max(time, first.at);
        first.wake();
      }
      time = end;
    },
  };
}
