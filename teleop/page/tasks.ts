/**
 * The tasks the page offers, by name, in the order of the list, and the worlds they are done in. Names alone: the page's
 * own thread knows nothing of simulation, which its worker loads; a test holds this list to the registered tasks.
 */
import type { WorldKind } from "../../sim/view/index.js";

/** Every task, by name. */
export const TASK_NAMES = [
  "lift",
  "pick-place",
  "stack",
  "stack-three",
  "can",
  "sort",
  "square",
  "drawer",
  "peg-upright",
  "peg-upright-1mm",
  "peg-upright-500um",
  "peg-side",
  "push-t",
  "wipe",
  "navigate",
  "climb",
] as const;

/** Where those are done that no arm at a table does. */
const ELSEWHERE: Readonly<Record<string, WorldKind>> = { navigate: "room", climb: "course" };

/** The kind of world that a task is done in: known before the simulation is there. */
export const worldOfTask = (name: string): WorldKind => ELSEWHERE[name] ?? "tabletop";
