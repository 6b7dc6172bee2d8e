/**
 * Readings to goals: every noun phrase is looked up in the scene, every possibility kept. A definite phrase
 * that fits three objects gives three possibilities; the caller decides whether that is a question. What cannot
 * be is returned with its reason. Frames and sides: `view.ts`.
 */
import {
  type Condition,
  type Facts,
  holds,
  impossible,
  objectById,
  type SkillCard,
} from "../../core/index.js";
import { type Goals, orderedGoals } from "./goals.js";
import {
  asking,
  type Choices,
  type Discourse,
  type Failure,
  hasRole,
  heldIn,
  lookUp,
  MOST_POSSIBILITIES,
  refusing,
} from "./look-up.js";
import type { Command, Destination, NounPhrase, Step } from "./meaning.js";
import type { Reason } from "./messages.js";

/** Goals of a reading, one possibility. */
export type Possibility = { readonly goals: Goals } | { readonly failure: Failure };

/** All possibilities of a reading in these facts. */
export function ground(command: Command, facts: Facts, skills: readonly SkillCard[]): Possibility[] {
  const possibilities: Possibility[] = [];
  const start: Discourse = { themes: [], place: null, mentioned: [] };
  const follow = (index: number, discourse: Discourse, done: readonly (readonly Condition[])[]): void => {
    if (possibilities.length > MOST_POSSIBILITIES) return;
    const step = command[index];
    if (step === undefined) {
      possibilities.push({ goals: orderedGoals(done) });
      return;
    }
    for (const next of groundStep(step, facts, discourse))
      if ("failure" in next) possibilities.push(next);
      else follow(index + 1, next.discourse, [...done, next.literals]);
  };
  follow(0, start, []);
  const lacking = command.find((step) => !isDoable(step, skills));
  if (lacking !== undefined) {
    const found = possibilities.some((possibility) => "goals" in possibility);
    const names = skills.map(({ name }) => name);
    return [unskilled(5, { kind: "no-skill", step: lacking.kind, skills: names }, found)];
  }
  return possibilities.length > MOST_POSSIBILITIES ? [asking(6, { kind: "be-precise" })] : possibilities;
}

/** A refusal for want of a skill; `found` when everything that was spoken of is there. */
function unskilled(depth: number, reason: Reason, found = true): { readonly failure: Failure } {
  const { failure } = refusing(depth, reason);
  return { failure: found ? { ...failure, unskilled: true } : failure };
}

/** Whether some skill makes conditions of that step's kind true. */
function isDoable(step: Step, skills: readonly SkillCard[]): boolean {
  const can = (predicate: Condition["predicate"]) =>
    skills.some(({ post }) => post.some((condition) => condition.predicate === predicate));
  switch (step.kind) {
    case "put":
      return can("in") || can("on-table");
    case "lift":
      return can("lifted");
    case "put-down":
      return can("on-table");
    case "go":
      return can("at");
    case "fetch":
      // No condition of the house says that a thing is with a person, so no skill can promise it.
      return false;
    default:
      return impossible(step);
  }
}

type Grounded =
  | { readonly literals: readonly Condition[]; readonly discourse: Discourse }
  | { readonly failure: Failure };

function groundStep(step: Step, facts: Facts, discourse: Discourse): Grounded[] {
  switch (step.kind) {
    case "put":
      return groundPut(step.what, step.where, facts, discourse);
    case "lift":
      return each(lookUp(step.what, "thing", facts, discourse), (themes) => {
        if (themes.length > 1) return refusing(4, { kind: "one-at-a-time" });
        return ungraspable(themes, facts) ?? about(themes, null, discourse, themes.map(lifted));
      });
    case "put-down":
      return groundPutDown(step.what, facts, discourse);
    case "go":
      return each(lookUp(step.where.of, "destination", facts, discourse), ([place, ...more]) => {
        const { relation } = step.where;
        if (place === undefined || more.length > 0) return refusing(4, { kind: "several-places" });
        if (!hasRole(objectById(facts.scene, place)!, "destination", facts))
          return refusing(3, { kind: "not-a-destination", object: place });
        if (relation !== "to" && relation !== "next-to")
          return unskilled(4, { kind: "no-skill-relation", step: "go", relation });
        return about([], place, discourse, [{ predicate: "at", place }]);
      });
    case "fetch":
      return each(lookUp(step.what, "thing", facts, discourse), (themes) =>
        about(themes, null, discourse, []),
      );
    default:
      return impossible(step);
  }
}

const lifted = (object: string): Condition => ({ predicate: "lifted", object });

function groundPut(
  what: NounPhrase,
  where: Destination | { readonly side: string } | null,
  facts: Facts,
  discourse: Discourse,
): Grounded[] {
  return each(lookUp(what, "thing", facts, discourse), (themes) => {
    const wrong = ungraspable(themes, facts);
    if (wrong !== null) return wrong;
    if (where === null) return asking(0, { kind: "no-destination", what: themes });
    if ("side" in where) return refusing(4, { kind: "no-side-skill" });
    const { relation, of } = where;
    if (of.kind === "table")
      return relation === "on" || relation === "on-top-of" || relation === "to"
        ? about(themes, null, discourse, themes.map(onTable))
        : unskilled(4, { kind: "no-skill-relation", step: "put", relation });
    const spoken: Discourse = { ...discourse, themes, mentioned: [...discourse.mentioned, ...themes] };
    return each(lookUp(of, "container", facts, spoken), ([place, ...more]): Grounded => {
      if (place === undefined || more.length > 0) return refusing(4, { kind: "several-places" });
      if (relation !== "in" && relation !== "to" && relation !== "on")
        return unskilled(4, { kind: "no-skill-relation", step: "put", relation });
      if (!hasRole(objectById(facts.scene, place)!, "container", facts))
        return refusing(3, { kind: "not-a-container", object: place });
      const literals = themes.map((object): Condition => ({ predicate: "in", object, place }));
      return about(themes, place, discourse, literals);
    });
  });
}

const onTable = (object: string): Condition => ({ predicate: "on-table", object });

function groundPutDown(what: NounPhrase | null, facts: Facts, discourse: Discourse): Grounded[] {
  const down = (themes: readonly string[]): Grounded =>
    ungraspable(themes, facts) ??
    about(themes, null, discourse, [...themes.map(onTable), { predicate: "hand-empty" }]);
  const inHand = [...discourse.themes, ...heldIn(facts)];
  if (what !== null) {
    const choices = lookUp(what, "thing", facts, discourse);
    if ("failure" in choices) return [choices];
    // "Drop the cube" is about one that is held, as long as one is.
    const held = choices.sets.filter((ids) => ids.every((id) => inHand.includes(id)));
    return (held.length > 0 ? held : choices.sets).map(down);
  }
  const held = discourse.themes.length > 0 ? discourse.themes : heldIn(facts);
  return [held.length === 0 ? refusing(4, { kind: "nothing-held" }) : down(held)];
}

/** What the step was about, for the pronouns of the next. */
const about = (
  themes: readonly string[],
  place: string | null,
  before: Discourse,
  literals: readonly Condition[],
): Grounded => ({
  literals,
  discourse: {
    themes,
    place: place ?? before.place,
    mentioned: [...new Set([...before.mentioned, ...themes, ...(place === null ? [] : [place])])],
  },
});

const each = (choices: Choices, next: (ids: readonly string[]) => Grounded | Grounded[]): Grounded[] =>
  "failure" in choices ? [choices] : choices.sets.flatMap(next);

function ungraspable(ids: readonly string[], facts: Facts): { readonly failure: Failure } | null {
  const object = ids.find((id) => !holds({ predicate: "graspable", object: id }, facts));
  return object === undefined ? null : refusing(3, { kind: "not-graspable", object });
}
