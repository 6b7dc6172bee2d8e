/**
 * The catalogue of skills: learned policies of the built-in tasks and the arm's motion primitives, with what
 * must hold before, during and after. Conditions name the slots `target` and `place`; see `core/skill`.
 */
import type { Rate, SkillCard } from "../../core/index.js";

/** Takes the target from the table and leaves it in the place, a bin. */
export const PICK_PLACE: SkillCard = {
  name: "pick-place",
  by: { kind: "policy", task: "pick-place" },
  slots: ["target", "place"],
  pre: [
    { predicate: "seen", object: "target" },
    { predicate: "seen", object: "place" },
    { predicate: "graspable", object: "target" },
    { predicate: "on-table", object: "target" },
    { predicate: "hand-empty" },
  ],
  hold: [
    { predicate: "seen", object: "target" },
    { predicate: "seen", object: "place" },
  ],
  post: [{ predicate: "in", object: "target", place: "place" }, { predicate: "hand-empty" }],
  deletes: [
    { predicate: "on-table", object: "target" },
    { predicate: "holding", object: "target" },
    { predicate: "lifted", object: "target" },
  ],
  timeout: 20,
  measured: null,
};

/** Takes the target from the table and holds it up. */
export const LIFT: SkillCard = {
  name: "lift",
  by: { kind: "policy", task: "lift" },
  slots: ["target"],
  pre: [
    { predicate: "seen", object: "target" },
    { predicate: "graspable", object: "target" },
    { predicate: "on-table", object: "target" },
    { predicate: "hand-empty" },
  ],
  hold: [{ predicate: "seen", object: "target" }],
  post: [
    { predicate: "lifted", object: "target" },
    { predicate: "holding", object: "target" },
  ],
  deletes: [{ predicate: "on-table", object: "target" }, { predicate: "hand-empty" }],
  timeout: 15,
  measured: null,
};

/** Drives the base to the place. */
export const NAVIGATE: SkillCard = {
  name: "navigate",
  by: { kind: "policy", task: "navigate" },
  slots: ["place"],
  pre: [{ predicate: "seen", object: "place" }],
  hold: [{ predicate: "seen", object: "place" }],
  post: [{ predicate: "at", place: "place" }],
  deletes: [],
  timeout: 75,
  measured: null,
};

/** Drives a base for rough ground over a step and up a ramp, onto the place. */
export const CLIMB: SkillCard = {
  ...NAVIGATE,
  name: "climb",
  by: { kind: "policy", task: "climb" },
  timeout: 45,
};

/** Lowers what is held to the table and lets go. */
export const PUT_DOWN: SkillCard = {
  name: "put-down",
  by: { kind: "primitive" },
  slots: ["target"],
  pre: [{ predicate: "holding", object: "target" }],
  hold: [],
  post: [{ predicate: "on-table", object: "target" }, { predicate: "hand-empty" }],
  deletes: [
    { predicate: "holding", object: "target" },
    { predicate: "lifted", object: "target" },
  ],
  timeout: 15,
  measured: null,
};

/** Opens the hand and goes to where demonstrations of the arm begin. Changes no fact: never part of a search. */
export const RETURN_TO_START: SkillCard = {
  name: "return-to-start",
  by: { kind: "primitive" },
  slots: [],
  pre: [{ predicate: "hand-empty" }],
  hold: [],
  post: [{ predicate: "hand-empty" }],
  deletes: [],
  timeout: 15,
  measured: null,
};

/** What an arm with the built-in policies can do. */
export const ARM_SKILLS: readonly SkillCard[] = [PICK_PLACE, LIFT, PUT_DOWN, RETURN_TO_START];
/** What a base with the built-in policy can do. */
export const BASE_SKILLS: readonly SkillCard[] = [NAVIGATE];
/** What a base for rough ground with the built-in policy can do. */
export const ROUGH_GROUND_SKILLS: readonly SkillCard[] = [CLIMB];

/** The same cards with the measured success of the policies behind them, by task. */
export const withMeasured = (
  skills: readonly SkillCard[],
  rates: Readonly<Record<string, Rate>>,
): SkillCard[] =>
  skills.map((card) =>
    card.by.kind === "policy" ? { ...card, measured: rates[card.by.task] ?? card.measured } : card,
  );

/** A learned skill of an arm: its policy has only ever seen episodes that begin in the start region. */
export const beginsAtStart = (card: SkillCard): boolean =>
  card.by.kind === "policy" && card.pre.some((condition) => condition.predicate === "hand-empty");
