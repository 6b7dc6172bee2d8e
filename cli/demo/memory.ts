/**
 * Resident memory of this process and everything it started, sampled: threads live in this process, so on a machine
 * without child processes it is simply the process's own.
 */

export interface MemoryWatch {
  /** bytes, the most that was seen */
  readonly peak: number;
  stop(): void;
}

/** Samples four times a second until stopped. */
export function watchMemory(): MemoryWatch {
  let peak = process.memoryUsage.rss();
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 250);
  timer.unref();
  return {
    get peak() {
      return peak;
    },
    stop: () => clearInterval(timer),
  };
}
