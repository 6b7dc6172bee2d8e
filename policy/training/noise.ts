/**
 * Standard normal numbers by the polar method (Marsaglia and Bray 1964): half the time of Box and Muller's, which
 * counts where thousands are drawn for every training step. Keeps no draw between calls.
 */
import type { Random } from "../../core/index.js";

/** Fills an array with standard normal numbers. */
export function fillNormal(out: Float32Array, random: Random): void {
  for (let i = 0; i < out.length; i += 2) {
    let [u, v, square] = [0, 0, 0];
    do {
      u = 2 * random.next() - 1;
      v = 2 * random.next() - 1;
      square = u * u + v * v;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    out[i] = u * factor;
    if (i + 1 < out.length) out[i + 1] = v * factor;
  }
}
