/**
 * Whether the page says that a layout is being set out: for as long as it is, and long enough to be read once it has
 * been drawn. The robot may be driven as soon as its layout stands; this holds up nothing.
 */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Link } from "../link.js";

/** ms for which it is said at least */
const LEAST = 300;

/** Follows the recorder. */
export function createSettingOut(link: Link): ReadonlySignal<boolean> {
  const says = signal(false);
  /** counts what was set out: what was said of an earlier one ends nothing */
  let turn = 0;
  effect(() => {
    const resetting = link.recorder.value?.phase.name === "resetting";
    if (resetting) {
      turn++;
      says.value = true;
    } else if (says.peek()) {
      const mine = turn;
      // The first of the two is before the frame that shows it.
      requestAnimationFrame(() =>
        requestAnimationFrame(() =>
          setTimeout(() => {
            if (mine === turn) says.value = false;
          }, LEAST),
        ),
      );
    }
  });
  return says;
}
