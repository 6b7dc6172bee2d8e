/**
 * The robot's clock as seen from here, from stamped messages. Each says that the robot's clock had passed its stamp
 * when it came; the youngest message seen lately bounds the difference best, so the estimate is the largest
 * difference of the last seconds. It is late by the fastest way from robot to client, some milliseconds.
 */

export interface RobotClock {
  /** @param stamp seconds on the robot's clock @param receivedAt seconds on ours */
  see(stamp: number, receivedAt: number): void;
  /** seconds on the robot's clock; null before the first stamp */
  at(now: number): number | null;
  /** After a lost link the robot may be another, or have another clock. */
  forget(): void;
}

/** seconds that a stamp counts for */
const WINDOW = 10;
/** A stamp this far ahead of the estimate is a mistake until it has come so many times in a row. */
const AHEAD = { seconds: 1, times: 5 };

export function robotClock(): RobotClock {
  // One entry a second: the largest difference seen in it.
  let buckets: { readonly second: number; difference: number }[] = [];
  let ahead = 0;
  const estimate = () =>
    buckets.reduce((most, one) => Math.max(most, one.difference), Number.NEGATIVE_INFINITY);
  return {
    see: (stamp, receivedAt) => {
      const difference = stamp - receivedAt;
      const second = Math.floor(receivedAt);
      buckets = buckets.filter((one) => one.second > second - WINDOW);
      if (buckets.length > 0 && difference > estimate() + AHEAD.seconds) {
        if (++ahead < AHEAD.times) return;
        buckets = [];
      }
      ahead = 0;
      const last = buckets.at(-1);
      if (last?.second === second) last.difference = Math.max(last.difference, difference);
      else buckets.push({ second, difference });
    },
    at: (now) => (buckets.length === 0 ? null : now + estimate()),
    forget: () => {
      buckets = [];
      ahead = 0;
    },
  };
}
