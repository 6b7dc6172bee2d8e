/**
 * How quick the page is to a person, noted in the browser's own performance timeline, where its developer tools and
 * the benchmark of the studio read it: `studio:drivable`, a mark, when the robot first stands in the picture and may
 * be driven; `studio:motion` and `studio:layout`, measures, from a key to the end of the frame that shows what it did.
 * Only the newest of each is kept. Not here: the delays of a step, which the simulation tells with it.
 */

/** What takes its time: a robot at rest that begins to move; a kept take, until the next layout may be driven. */
export type Vital = "motion" | "layout";

const begun = new Map<Vital, number>();
let drivable = false;

/** A key asked for it. @param at ms since the page began, as an event's time stamp */
export const begin = (what: Vital, at: number): void => void begun.set(what, at);

/** It was asked for, and is not yet seen. */
export const pending = (what: Vital): boolean => begun.has(what);

/** It was drawn: now. */
export function end(what: Vital): void {
  const start = begun.get(what);
  if (start === undefined) return;
  begun.delete(what);
  performance.clearMeasures(`studio:${what}`);
  performance.measure(`studio:${what}`, { start, end: performance.now() });
}

/** It cannot be told: something else moves already. */
export const forget = (what: Vital): void => void begun.delete(what);

/** The robot stands in the picture and may be driven. */
export function markDrivable(): void {
  if (drivable) return;
  drivable = true;
  performance.mark("studio:drivable");
}
