/**
 * How finely the page's picture is drawn: as finely as the screen is, until frames that follow each other take
 * longer than 20 ms; then in coarser steps. Only the page's picture; recorded pictures are always the same.
 */

/** Drawn pixels a CSS pixel, from fine to coarse. */
const STEPS = [2, 1.5, 1, 0.75, 0.5] as const;
/** ms of a slow frame, and how many of them in a row make the picture coarser. */
const SLOW = 20;
const ENOUGH = 12;
/** ms of a frame that counts as several slow ones, and of one that says nothing: the page was busy or hidden. */
const VERY_SLOW = 100;
const NOTHING = 1500;

/** Watches frames. */
export interface Pacer {
  /** Drawn pixels a CSS pixel now. */
  ratio(): number;
  /** Hears how long a frame took, ms; whether the ratio has changed. */
  frame(milliseconds: number): boolean;
  /** The screen's own ratio, when the canvas changes. */
  reset(screen: number): void;
}

/** A pacer of this quality. */
export function createPacer(quality: "auto" | "high" | "low"): Pacer {
  let screen = 1;
  let step = 0;
  let slow = 0;
  const allowed = (): number[] => [
    Math.min(screen, 2),
    ...STEPS.filter((each) => each < Math.min(screen, 2)),
  ];
  const ratio = (): number => {
    if (quality === "high") return Math.min(screen, 2);
    if (quality === "low") return Math.min(screen, 0.75);
    const steps = allowed();
    return steps[Math.min(step, steps.length - 1)]!;
  };
  return {
    ratio,
    frame: (milliseconds) => {
      if (quality !== "auto" || milliseconds > NOTHING) return false;
      slow = milliseconds > SLOW ? slow + (milliseconds > VERY_SLOW ? 4 : 1) : 0;
      if (slow < ENOUGH || step >= allowed().length - 1) return false;
      slow = 0;
      step++;
      return true;
    },
    reset: (next) => {
      screen = next;
    },
  };
}
