/**
 * Whether commands take effect. A bridge drops what it does not understand without a word, and a controller that
 * is not active ignores what it is sent: only the robot's own motion tells. Compares how far the command went in
 * the last while with how far the robot went. In the unit of what is watched; seconds.
 */

export interface EffectOptions {
  /** s to look back */
  readonly window: number;
  /** the command must have moved this far in the window before anything is said */
  readonly commanded: number;
  /** share of the commanded motion below which it counts as none */
  readonly share: number;
}

export interface EffectMonitor {
  /** @returns true when the commands of the last window moved nothing */
  look(time: number, commanded: ArrayLike<number>, measured: ArrayLike<number>): boolean;
  /** After a hold, a stop, a lost link: what was before does not count. */
  forget(): void;
}

export function createEffectMonitor(options: EffectOptions): EffectMonitor {
  let looks: { readonly time: number; readonly commanded: number[]; readonly measured: number[] }[] = [];
  const span = (vectors: readonly (readonly number[])[]): number => {
    const first = vectors[0]!;
    return Math.max(...vectors.map((each) => Math.hypot(...each.map((value, i) => value - first[i]!))));
  };
  return {
    look: (time, commanded, measured) => {
      looks.push({ time, commanded: Array.from(commanded), measured: Array.from(measured) });
      while (looks.length > 1 && looks[1]!.time <= time - options.window) looks.shift();
      if (time - looks[0]!.time < options.window) return false;
      const wanted = span(looks.map((each) => each.commanded));
      return wanted > options.commanded && span(looks.map((each) => each.measured)) < options.share * wanted;
    },
    forget: () => {
      looks = [];
    },
  };
}
