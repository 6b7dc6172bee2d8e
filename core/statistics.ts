/** Intervals for the rates we report. */

/** A success rate with its interval. */
export interface Rate {
  readonly successes: number;
  readonly episodes: number;
  /** successes / episodes */
  readonly rate: number;
  /** Wilson score interval, 95 % */
  readonly low: number;
  readonly high: number;
}

/** Success rate with its Wilson score interval (Wilson 1927), z = 1.96. */
export function wilson(successes: number, episodes: number): Rate {
  if (episodes === 0) return { successes, episodes, rate: 0, low: 0, high: 1 };
  const z = 1.959964;
  const p = successes / episodes;
  const centre = p + (z * z) / (2 * episodes);
  const spread = z * Math.sqrt((p * (1 - p)) / episodes + (z * z) / (4 * episodes * episodes));
  const scale = 1 + (z * z) / episodes;
  return {
    successes,
    episodes,
    rate: p,
    low: Math.max(0, (centre - spread) / scale),
    high: Math.min(1, (centre + spread) / scale),
  };
}

/** `96.5 % [92.9, 98.3] (193/200)` */
export const formatRate = (r: Rate): string =>
  `${(100 * r.rate).toFixed(1)} % [${(100 * r.low).toFixed(1)}, ${(100 * r.high).toFixed(1)}] (${r.successes}/${r.episodes})`;
