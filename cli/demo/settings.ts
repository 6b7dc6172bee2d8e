/** What the demo shows: tasks, episodes, seeds. A change of it, or of a task's constants, makes its stages begin anew. */

export interface DemoTask {
  readonly task: string;
  readonly demonstrations: number;
}

export const DEMO_TASKS: readonly DemoTask[] = [
  { task: "lift", demonstrations: 100 },
  { task: "pick-place", demonstrations: 200 },
  { task: "navigate", demonstrations: 100 },
];

/** What the model of a person shows in the page: person 2 is of the practised kind. Real seconds, at most. */
export const SHOWING = { task: "lift", takes: 3, person: 2, seconds: 50 } as const;

/** trials on test seeds, and trials that begin where an earlier skill left off */
export const TRIALS = { fresh: 200, after: 100 } as const;

export const TRAINING_SEED = 0;

/** seconds between the pictures of a film strip, by robot */
export const PICTURE_EVERY: Readonly<Record<string, number>> = { panda: 0.25, "diff-drive": 0.5 };

/** Videos of rollouts: pixels, bytes of a file at most, and for each robot its world, camera and frames a second. */
export const CLIP = {
  size: { width: 480, height: 324 },
  bytes: 280_000,
  robots: {
    panda: { kind: "tabletop", camera: "Desk", fps: 10 },
    "diff-drive": { kind: "room", camera: "Corner", fps: 6 },
  } as Readonly<Record<string, { kind: "tabletop" | "room"; camera: string; fps: number }>>,
} as const;

export interface DemoSentence {
  readonly sentence: string;
  readonly language: "en" | "zh";
  readonly robot: "arm" | "base";
}

export const SENTENCES: readonly DemoSentence[] = [
  { sentence: "put the red cube in the left bin, then lift the green one", language: "en", robot: "arm" },
  { sentence: "把蓝色方块放进右边的箱子", language: "zh", robot: "arm" },
  { sentence: "drive to the shelf", language: "en", robot: "base" },
];

/** seeds of the twins' tables and rooms begin here: of no other use */
export const TWIN_SEEDS_FROM = 2_000_000;
