/**
 * The tasks the page offers, by name, in the order of the list. Names alone: the page's own thread knows nothing of
 * simulation, which its worker loads; a test holds this list to the registered tasks.
 */
export const TASK_NAMES = [
  "lift",
  "pick-place",
  "stack",
  "stack-three",
  "can",
  "sort",
  "square",
  "navigate",
] as const;
