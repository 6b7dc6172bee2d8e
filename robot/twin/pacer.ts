/**
 * Steps a simulation in real time: as many ticks as are due, and no more than a bounded number at once. What a slow
 * machine cannot keep up with is dropped and counted, so that a pause is a pause and never a spiral. Seconds.
 */
import type { Clock } from "../../core/index.js";

export interface Pacer {
  /** seconds of simulation that were dropped so far */
  readonly lost: number;
  /** s by which the latest tick came late, since the last look */
  lateness(): number;
  stop(): Promise<void>;
}

/** s of simulation that are made up for at once */
const MOST_CATCH_UP = 0.1;

/** @param period s of a tick; @param tick advances by one period */
export function startPacer(clock: Clock, period: number, tick: () => void): Pacer {
  const stopping = new AbortController();
  let due = clock.now() + period;
  let lost = 0;
  let late = 0;

  const run = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(due - clock.now(), stopping.signal);
      const behind = clock.now() - due;
      late = Math.max(late, behind);
      if (behind > MOST_CATCH_UP) {
        const dropped = Math.ceil((behind - MOST_CATCH_UP) / period) * period;
        lost += dropped;
        due += dropped;
      }
      while (due <= clock.now() + 1e-9) {
        tick();
        due += period;
      }
    }
  };
  const running = run().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });

  return {
    get lost() {
      return lost;
    },
    lateness: () => {
      const latest = late;
      late = 0;
      return latest;
    },
    stop: async () => {
      stopping.abort(new Error("stopped"));
      await running;
    },
  };
}
