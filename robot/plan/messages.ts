/**
 * What the planner says, as data: why it refuses, what it asks. `render.ts` puts it into words of either
 * language; nothing here is text.
 */
import type { Condition } from "../../core/index.js";
import type { Unsupported } from "./lexeme.js";
import type { NounPhrase, Relation, Step } from "./meaning.js";

/** Why something is not done. Ids are objects of the scene. */
export type Reason =
  | { readonly kind: "empty" }
  | { readonly kind: "too-long" }
  /** every word is known, their order is not */
  | { readonly kind: "not-understood" }
  | { readonly kind: "unsupported"; readonly word: string; readonly why: Unsupported }
  | { readonly kind: "no-such-object"; readonly phrase: NounPhrase }
  | { readonly kind: "too-few"; readonly phrase: NounPhrase; readonly found: number; readonly wanted: number }
  | { readonly kind: "nobody-seen" }
  | { readonly kind: "not-graspable"; readonly object: string }
  | { readonly kind: "not-a-container"; readonly object: string }
  | { readonly kind: "not-a-destination"; readonly object: string }
  /** a theme in one bin only: several were named */
  | { readonly kind: "several-places" }
  | { readonly kind: "no-skill-relation"; readonly step: Step["kind"]; readonly relation: Relation }
  /** `skills`: the names of what there is */
  | { readonly kind: "no-skill"; readonly step: Step["kind"]; readonly skills: readonly string[] }
  | { readonly kind: "no-side-skill" }
  | { readonly kind: "one-at-a-time" }
  | { readonly kind: "nothing-held" }
  /**
   * the goal cannot come true: these conditions of the nearest way there do not hold; `inside`: the bin it lies
   * in; `later`: not now, but once the earlier goals hold
   */
  | {
      readonly kind: "unreachable";
      readonly goal: Condition;
      readonly unmet: readonly Condition[];
      readonly inside: string | null;
      readonly later: boolean;
    }
  /** each could come true alone */
  | { readonly kind: "conflict"; readonly goals: readonly Condition[] }
  | { readonly kind: "search-bound"; readonly nodes: number }
  | { readonly kind: "unseen" };

/** What is asked of the person. */
export type Question =
  | {
      readonly kind: "unknown-words";
      readonly words: readonly string[];
      readonly suggestions: readonly (string | null)[];
    }
  /** a word such as "it" with nothing to stand for */
  | { readonly kind: "no-antecedent"; readonly phrase: NounPhrase }
  | { readonly kind: "no-destination"; readonly what: readonly string[] }
  /** too many possibilities to list */
  | { readonly kind: "be-precise" }
  /** one of the options */
  | { readonly kind: "which" }
  /** the options, or something there is no skill for */
  | { readonly kind: "confirm"; readonly otherwise: Reason };
