/**
 * The tasks the page offers, by name, in the order of the list, the worlds they are done in, and the arms that do them. Names alone: the page's
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
  "soft-rope",
  "navigate",
  "climb",
  "box-move",
] as const;

/** Where those are done that no arm at a table does. */
const ELSEWHERE: Readonly<Record<string, WorldKind>> = {
  navigate: "room",
  climb: "course",
  "box-move": "mobile",
};

/** What is done, and by which robot: the names that a contract has. */
export interface Errand {
  readonly task: string;
  readonly robot: string;
}

/** Arms that take things from all of the table, and one that reaches only what is laid out for it. */
const TABLE_ARMS = ["panda", "ur5e"];
const SMALL_ARMS: Readonly<Record<string, readonly string[]>> = { lift: ["so101"] };
const BASES: Readonly<Record<string, string>> = {
  navigate: "diff-drive",
  climb: "skid-steer",
  "box-move": "mobile-panda",
};

/** The robots that can do a task, the usual one first. */
export const robotsOf = (task: string): readonly string[] =>
  task in BASES ? [BASES[task]!] : [...TABLE_ARMS, ...(SMALL_ARMS[task] ?? [])];

/** The data set of what is done: that of another than the usual robot is one of its own. */
export const setOf = ({ task, robot }: Errand): string =>
  robot === robotsOf(task)[0] ? task : `${task}-${robot}`;

/** The kind of world that a task is done in: known before the simulation is there. */
export const worldOfTask = (name: string): WorldKind => ELSEWHERE[name] ?? "tabletop";
