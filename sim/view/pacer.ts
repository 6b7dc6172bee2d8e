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

/**
 * Whether this page's graphics are computed by the processor: then smooth edges and fine pixels cost more than they
 * are worth. Asks a context of one pixel, because the real one's edges are decided when it is made.
 */
export function softwareGraphics(): boolean {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (gl === null) return false;
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}

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
  const finest = (): number => Math.min(screen, quality === "low" ? 0.75 : 2);
  const allowed = (): number[] => [finest(), ...STEPS.filter((each) => each < finest())];
  const ratio = (): number => {
    const steps = allowed();
    return steps[Math.min(step, steps.length - 1)]!;
  };
  return {
    ratio,
    frame: (milliseconds) => {
      if (quality === "high" || milliseconds > NOTHING) return false;
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
