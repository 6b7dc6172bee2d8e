/**
 * What a sentence means before anyone has looked at the scene: steps with noun phrases, the same for both
 * languages. Plain data, no object ids. Sides are the robot's own: left is +y as it looks along +x; `near` and
 * `far` are small and large x. Not goals: see `ground.ts`.
 */
import type { Colour, ObjectClass } from "../../core/index.js";

export type Side = "left" | "right" | "near" | "far" | "middle";

/** Where something is, or is to be brought, relative to something else; `to` leaves open which. */
export type Relation =
  | "in"
  | "on"
  | "on-top-of"
  | "to"
  | "next-to"
  | "left-of"
  | "right-of"
  | "in-front-of"
  | "behind"
  | "under"
  | "between"
  /** a bin that something is in */
  | "containing";

/** Picks from what the rest of a description fits; `to` null means the robot. */
export type Selector =
  | { readonly kind: "side"; readonly side: Side }
  | { readonly kind: "nearest" | "farthest"; readonly to: NounPhrase | null }
  | { readonly kind: "biggest" | "smallest" };

/** How many of what fits are meant. */
export type Quantity =
  /** the one that fits: a question when several do */
  | { readonly kind: "the" }
  /** as many of them, no matter which */
  | { readonly kind: "any"; readonly count: number }
  /** exactly that many fit */
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "all" }
  /** one that fits and was not spoken of */
  | { readonly kind: "other" }
  /** all that fit and were not spoken of */
  | { readonly kind: "rest" }
  /** the one spoken of before */
  | { readonly kind: "same" };

export interface Description {
  readonly kind: "description";
  readonly quantity: Quantity;
  /** null for a word such as "one" or "thing": whatever the step can work on */
  readonly classes: readonly ObjectClass[] | null;
  /** all that are named; two different ones fit nothing */
  readonly colours: readonly Colour[];
  readonly relations: readonly { readonly relation: Relation; readonly of: NounPhrase }[];
  readonly selectors: readonly Selector[];
  readonly except: NounPhrase | null;
}

export type NounPhrase =
  | Description
  | { readonly kind: "and"; readonly items: readonly NounPhrase[] }
  | { readonly kind: "pronoun"; readonly number: "one" | "many" | "place" }
  /** the table top */
  | { readonly kind: "table" }
  /** whoever speaks */
  | { readonly kind: "speaker" };

export interface Destination {
  readonly relation: Relation;
  readonly of: NounPhrase;
}

export type Step =
  | {
      readonly kind: "put";
      readonly what: NounPhrase;
      readonly where: Destination | { readonly side: Side } | null;
    }
  | { readonly kind: "lift"; readonly what: NounPhrase }
  /** `what` null: whatever is held */
  | { readonly kind: "put-down"; readonly what: NounPhrase | null }
  | { readonly kind: "go"; readonly where: Destination }
  | { readonly kind: "fetch"; readonly what: NounPhrase };

/** One reading of a sentence: steps in order. */
export type Command = readonly Step[];

/** A description of which only some parts are given. */
export const describing = (parts: Partial<Omit<Description, "kind">>): Description => ({
  kind: "description",
  quantity: { kind: "the" },
  classes: null,
  colours: [],
  relations: [],
  selectors: [],
  except: null,
  ...parts,
});
