/**
 * The semantic grammar both languages share: its categories, how meanings are built, and how steps follow one
 * another. Word order is each language's own (`grammar-en.ts`, `grammar-zh.ts`).
 */
import type { Rule } from "./chart.js";
import type { Words } from "./lexeme.js";
import {
  type Command,
  type Description,
  type Destination,
  describing,
  type NounPhrase,
  type Quantity,
  type Relation,
  type Selector,
  type Side,
  type Step,
} from "./meaning.js";

/** What is said of a noun, apart from colour. */
export type Modifier =
  | { readonly kind: "relation"; readonly relation: Relation; readonly of: NounPhrase }
  | { readonly kind: "selector"; readonly selector: Selector }
  | { readonly kind: "colour"; readonly colour: Words["colour"] };

/** Categories of phrases with the type of their meaning, beside those of words. */
export interface Categories extends Words {
  /** a noun with what is said of it; `plural` null where the language does not say */
  Nominal: { readonly description: Description; readonly plural: boolean | null };
  NounPhrase: NounPhrase;
  /** two or more colours in a row */
  Colours: readonly Words["colour"][];
  Location: Destination;
  SideLocation: Side;
  Towards: Destination;
  Modifier: Modifier;
  /** Chinese: what stands right before its noun */
  Attribute: Modifier;
  Destination: NonNullable<Extract<Step, { kind: "put" }>["where"]>;
  /** what Chinese puts before the verb */
  Object: NounPhrase;
  PutVerb: true;
  GoVerb: true;
  GoPlace: Destination;
  Separator: "and" | "then";
  Steps: Command;
  Gap: { readonly what: NounPhrase; readonly where: Categories["Destination"] };
  Sequence: Command;
  Sentence: Command;
}

type Meanings<From extends readonly (keyof Categories)[]> = { [I in keyof From]: Categories[From[I]] };

/** A rule whose builder knows the types of its parts; null rejects. */
export function rule<To extends keyof Categories, const From extends readonly (keyof Categories)[]>(
  to: To,
  from: From,
  build: (...parts: Meanings<From>) => Categories[To] | null,
): Rule {
  return { to, from, build: (parts) => build(...(parts as unknown as Meanings<From>)) };
}

/** A description with one thing more said of it. */
export function modified(description: Description, modifier: Modifier): Description {
  switch (modifier.kind) {
    case "relation":
      return {
        ...description,
        relations: [...description.relations, { relation: modifier.relation, of: modifier.of }],
      };
    case "selector":
      return { ...description, selectors: [...description.selectors, modifier.selector] };
    case "colour":
      return description.colours.includes(modifier.colour)
        ? description
        : { ...description, colours: [modifier.colour, ...description.colours] };
  }
}

/** `left` → left of something; null for the middle, which is no relation to one thing. */
export function relationOfSide(side: Side): Relation | null {
  switch (side) {
    case "left":
      return "left-of";
    case "right":
      return "right-of";
    case "near":
      return "in-front-of";
    case "far":
      return "behind";
    case "middle":
      return null;
  }
}

/** A quantity given to each part of a coordination. */
export const quantified = (phrase: NounPhrase, quantity: Quantity): NounPhrase => {
  if (phrase.kind === "description") return { ...phrase, quantity };
  return phrase.kind === "and"
    ? { kind: "and", items: phrase.items.map((item) => quantified(item, quantity)) }
    : phrase;
};

/** The description once for each colour. */
export const inColours = (
  colours: readonly Words["colour"][],
  description: Description,
  quantity: Quantity,
): NounPhrase => ({
  kind: "and",
  items: colours.map((colour) => ({ ...modified(description, { kind: "colour", colour }), quantity })),
});

/** `a and b`, flat. */
export const both = (a: NounPhrase, b: NounPhrase): NounPhrase | null =>
  // "all but A and B" spares both.
  a.kind === "description" && a.except !== null
    ? null
    : {
        kind: "and",
        items: [...(a.kind === "and" ? a.items : [a]), ...(b.kind === "and" ? b.items : [b])],
      };

/** Whether anything but the bare noun-less frame is said. */
export const saysSomething = ({ classes, colours, relations, selectors }: Description): boolean =>
  classes !== null || colours.length + relations.length + selectors.length > 0;

export const IT: NounPhrase = { kind: "pronoun", number: "one" };
export const THERE: NounPhrase = { kind: "pronoun", number: "place" };
export const SPEAKER: NounPhrase = { kind: "speaker" };
export const EVERYTHING = describing({ quantity: { kind: "all" } });

/** Driving to several places is driving to one after the other. */
export const going = (where: Destination): Command =>
  where.of.kind === "and"
    ? where.of.items.map((of) => ({ kind: "go", where: { ...where, of } }))
    : [{ kind: "go", where }];

/** `nearest` and `farthest`, seen from something else than the robot. */
export const seenFrom = (selector: Selector, to: NounPhrase | null): Modifier | null =>
  selector.kind === "nearest" || selector.kind === "farthest"
    ? { kind: "selector", selector: { kind: selector.kind, to } }
    : null;

/** How steps follow one another, in both languages. */
export const SEQUENCES: readonly Rule[] = [
  rule("Separator", ["and"], () => "and"),
  rule("Separator", ["comma"], () => "and"),
  rule("Separator", ["then"], () => "then"),
  rule("Separator", ["and", "Separator"], (_, rest) => rest),
  rule("Separator", ["comma", "Separator"], (_, rest) => rest),
  rule("Separator", ["then", "Separator"], () => "then"),
  rule("Steps", ["first", "Steps"], (_, steps) => steps),
  rule("Steps", ["first", "comma", "Steps"], (_, __, steps) => steps),
  rule("Sequence", ["Steps"], (steps) => steps),
  rule("Sequence", ["Sequence", "Separator", "Steps"], (before, _, steps) => [...before, ...steps]),
  // "put A in B and C in D": the verb is said once.
  rule("Sequence", ["Sequence", "Separator", "Gap"], (before, _, gap) =>
    before.at(-1)?.kind === "put" ? [...before, { kind: "put", ...gap }] : null,
  ),
  // "lift A, then B"
  rule("Sequence", ["Sequence", "Separator", "NounPhrase"], (before, separator, what) => {
    const last = before.at(-1);
    if (separator !== "then" || last === undefined) return null;
    if (last.kind === "lift") return [...before, { kind: "lift", what }];
    return last.kind === "go" ? [...before, ...going({ relation: "to", of: what })] : null;
  }),
  rule("Sentence", ["Sequence"], (steps) => steps),
  rule("Sentence", ["Separator", "Sequence"], (_, steps) => steps),
];
