/**
 * The first lesson: six things to do with the robot, each finished by doing it. Pure: which step comes next, from what
 * the page shows. It says what to do; it never does it.
 */

/** The steps in their order. */
export const LESSON = ["move", "reach", "grip", "record", "rewind", "keep"] as const;
/** A step of the lesson. */
export type LessonStep = (typeof LESSON)[number];

/** What the page shows at a moment. */
export interface LessonFacts {
  /** the hand has been moved by a person */
  readonly moves: boolean;
  /** the tool is at the thing to be gripped, or further */
  readonly reached: boolean;
  readonly holds: boolean;
  /** the thing is off the table, in a take that is recorded */
  readonly lifted: boolean;
  /** something was cut off by going back */
  readonly rewound: boolean;
  /** takes in the set */
  readonly takes: number;
}

/** The step that follows; null after the last. A take that is kept ends the lesson from anywhere. */
export function lessonAfter(step: LessonStep, facts: LessonFacts): LessonStep | null {
  if (facts.takes > 0) return null;
  switch (step) {
    case "move":
      return facts.moves ? "reach" : step;
    case "reach":
      return facts.reached ? "grip" : step;
    case "grip":
      return facts.holds ? "record" : step;
    case "record":
      return facts.lifted ? "rewind" : step;
    case "rewind":
      return facts.rewound ? "keep" : step;
    case "keep":
      return step;
  }
}
