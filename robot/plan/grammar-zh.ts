/**
 * Chinese word order: everything said of a noun stands before it, what is handled before the verb (把), where
 * it goes after, locatives behind their noun. Meanings as in `grammar.ts`.
 */
import type { Rule } from "./chart.js";
import {
  both,
  type Categories,
  going,
  IT,
  inColours,
  type Modifier,
  modified,
  quantified,
  relationOfSide,
  rule,
  SEQUENCES,
  SPEAKER,
  saysSomething,
  seenFrom,
  THERE,
} from "./grammar.js";
import { type Command, type Description, describing, type NounPhrase, type Quantity } from "./meaning.js";

const ALL: Quantity = { kind: "all" };
const nominal = (description: Description) => ({ description, plural: null });
const IN_IT: NounPhrase = THERE;

/** 都 after its noun: all that fit. */
const distributed = (phrase: NounPhrase): NounPhrase =>
  phrase.kind === "description" && phrase.quantity.kind === "the" ? quantified(phrase, ALL) : phrase;

const locations: readonly Rule[] = [
  ...(
    [
      ["in", "in"],
      ["onTop", "on-top-of"],
      ["nextTo", "next-to"],
      ["inFront", "in-front-of"],
      ["behind", "behind"],
      ["under", "under"],
    ] as const
  ).flatMap(([word, relation]) => [
    rule("Location", ["NounPhrase", word], (of) => ({ relation, of })),
    rule("Location", ["NounPhrase", "de", word], (of) => ({ relation, of })),
  ]),
  rule("Location", ["NounPhrase", "between"], (of) =>
    of.kind === "and" && of.items.length === 2 ? { relation: "between", of } : null,
  ),
  rule("Location", ["NounPhrase", "side"], (of, side) => {
    const relation = side === "left" || side === "right" ? relationOfSide(side) : null;
    return relation === null ? null : { relation, of };
  }),
  rule("Location", ["NounPhrase", "de", "side"], (of, _, side) => {
    const relation = side === "left" || side === "right" ? relationOfSide(side) : null;
    return relation === null ? null : { relation, of };
  }),
];

const modifiers: readonly Rule[] = [
  rule("Modifier", ["Location"], ({ relation, of }) => ({ kind: "relation", relation, of })),
  rule("Modifier", ["at", "Location"], (_, { relation, of }) => ({ kind: "relation", relation, of })),
  rule("Modifier", ["containing", "NounPhrase"], (_, of) => ({
    kind: "relation",
    relation: "containing",
    of,
  })),
  rule("Modifier", ["NounPhrase", "whereIs"], (of) => ({ kind: "relation", relation: "containing", of })),
  rule("Modifier", ["at", "side"], (_, side) => ({ kind: "selector", selector: { kind: "side", side } })),
  rule("Modifier", ["away", "NounPhrase", "most"], (_, of, selector) => seenFrom(selector, of)),
  rule("Modifier", ["away", "robot", "most"], (_, __, selector) => seenFrom(selector, null)),
];

/** An attribute belongs to the noun next to it: 红色方块左边的方块 is left of the red one, not red itself. */
const attributed = (attribute: Modifier, { description }: Categories["Nominal"]) =>
  description.relations.length === 0 ? nominal(modified(description, attribute)) : null;

const nominals: readonly Rule[] = [
  rule("Attribute", ["colour"], (colour) => ({ kind: "colour", colour })),
  rule("Attribute", ["side"], (side) => ({ kind: "selector", selector: { kind: "side", side } })),
  rule("Attribute", ["most"], (selector) => ({ kind: "selector", selector })),
  rule("Nominal", ["noun"], ({ classes }) => nominal(describing({ classes }))),
  rule("Nominal", ["this"], () => nominal(describing({}))),
  rule("Nominal", ["this", "Nominal"], (_, inner) => inner),
  rule("Nominal", ["this", "measureWord", "Nominal"], (_, __, inner) => inner),
  rule("Nominal", ["Attribute", "Nominal"], (attribute, inner) => attributed(attribute, inner)),
  rule("Nominal", ["Attribute", "de", "Nominal"], (attribute, _, inner) => attributed(attribute, inner)),
  rule("Nominal", ["Attribute", "de"], (attribute) => nominal(modified(describing({}), attribute))),
  rule("Nominal", ["Modifier", "Nominal"], (modifier, { description }) =>
    nominal(modified(description, modifier)),
  ),
  rule("Nominal", ["Modifier", "de", "Nominal"], (modifier, _, { description }) =>
    nominal(modified(description, modifier)),
  ),
  rule("Nominal", ["Modifier", "de"], (modifier) => nominal(modified(describing({}), modifier))),
  rule("Colours", ["colour", "and", "colour"], (a, _, b) => [a, b]),
  rule("Colours", ["colour", "and", "Colours"], (a, _, rest) => [a, ...rest]),
];

const counted = (count: number, description: Description): NounPhrase => ({
  ...description,
  quantity: count === 1 ? { kind: "any", count } : { kind: "count", count },
});

const phrases: readonly Rule[] = [
  rule("NounPhrase", ["Nominal"], ({ description }) => (saysSomething(description) ? description : null)),
  rule("NounPhrase", ["all", "Nominal"], (_, { description }) => ({ ...description, quantity: ALL })),
  rule("NounPhrase", ["all", "de", "Nominal"], (_, __, { description }) => ({
    ...description,
    quantity: ALL,
  })),
  rule("NounPhrase", ["all", "measureWord", "Nominal"], (_, __, { description }) => ({
    ...description,
    quantity: ALL,
  })),
  rule("NounPhrase", ["all", "number", "measureWord", "Nominal"], (_, count, __, { description }) =>
    count === 1 ? { ...description, quantity: ALL } : counted(count, description),
  ),
  rule("NounPhrase", ["both", "Nominal"], (_, { description }) => counted(2, description)),
  rule("NounPhrase", ["number", "measureWord", "Nominal"], (count, _, { description }) =>
    counted(count, description),
  ),
  rule("NounPhrase", ["this", "number", "measureWord", "Nominal"], (_, count, __, { description }) =>
    counted(count, description),
  ),
  rule("NounPhrase", ["a", "number", "measureWord", "Nominal"], (_, count, __, { description }) => ({
    ...description,
    quantity: { kind: "any", count },
  })),
  rule("NounPhrase", ["other", "measureWord", "Nominal"], (_, __, { description }) => ({
    ...description,
    quantity: { kind: "other" },
  })),
  rule("NounPhrase", ["other", "this", "Nominal"], (_, __, { description }) => ({
    ...description,
    quantity: { kind: "other" },
  })),
  rule("NounPhrase", ["other", "measureWord"], () => describing({ quantity: { kind: "other" } })),
  rule("NounPhrase", ["others", "Nominal"], (_, { description }) => ({
    ...description,
    quantity: { kind: "rest" },
  })),
  rule("NounPhrase", ["others", "de", "Nominal"], (_, __, { description }) => ({
    ...description,
    quantity: { kind: "rest" },
  })),
  rule("NounPhrase", ["others"], () => describing({ quantity: { kind: "rest" } })),
  rule("NounPhrase", ["others", "de"], () => describing({ quantity: { kind: "rest" } })),
  rule("NounPhrase", ["same", "measureWord", "Nominal"], (_, __, { description }) => ({
    ...description,
    quantity: { kind: "same" },
  })),
  rule("NounPhrase", ["Colours", "Nominal"], (colours, { description }) =>
    inColours(colours, description, { kind: "the" }),
  ),
  rule("NounPhrase", ["Colours", "de", "Nominal"], (colours, _, { description }) =>
    inColours(colours, description, { kind: "the" }),
  ),
  rule("NounPhrase", ["all", "Colours", "Nominal"], (_, colours, { description }) =>
    inColours(colours, description, ALL),
  ),
  rule("NounPhrase", ["all", "Colours", "de", "Nominal"], (_, colours, __, { description }) =>
    inColours(colours, description, ALL),
  ),
  // 桌上所有的方块
  rule("NounPhrase", ["Modifier", "NounPhrase"], (modifier, phrase) => within(modifier, phrase)),
  rule("NounPhrase", ["Modifier", "de", "NounPhrase"], (modifier, _, phrase) => within(modifier, phrase)),
  rule("NounPhrase", ["it"], () => IT),
  rule("NounPhrase", ["them"], () => ({ kind: "pronoun", number: "many" })),
  rule("NounPhrase", ["me"], () => SPEAKER),
  rule("NounPhrase", ["table"], () => ({ kind: "table" })),
  rule("NounPhrase", ["NounPhrase", "and", "NounPhrase"], (a, _, b) => both(a, b)),
  rule("NounPhrase", ["except", "NounPhrase", "outside", "NounPhrase"], (_, except, __, all) =>
    excepting(all, except),
  ),
  rule("NounPhrase", ["except", "NounPhrase", "outside", "de", "NounPhrase"], (_, except, __, ___, all) =>
    excepting(all, except),
  ),
];

const within = (modifier: Modifier, phrase: NounPhrase): NounPhrase | null =>
  phrase.kind === "description" && phrase.quantity.kind !== "the" ? modified(phrase, modifier) : null;

const excepting = (all: NounPhrase, except: NounPhrase): NounPhrase | null =>
  all.kind === "description" && ["all", "rest", "the"].includes(all.quantity.kind)
    ? { ...all, quantity: ALL, except }
    : null;

const destinations: readonly Rule[] = [
  ...(["to", "at"] as const).flatMap((word) => [
    rule("Destination", [word, "NounPhrase"], (_, of) => ({ relation: "to", of })),
    rule("Destination", [word, "Location"], (_, location) => location),
    rule("Destination", [word, "side"], (_, side) => ({ side })),
    rule("Destination", [word, "there"], () => ({ relation: "to", of: THERE })),
  ]),
  rule("Destination", ["to", "qu"], () => ({ relation: "in", of: IN_IT })),
  rule("Destination", ["Destination", "qu"], (where) => where),
];

const objects: readonly Rule[] = [
  rule("Object", ["ba", "NounPhrase"], (_, what) => what),
  rule("Object", ["Object", "dou"], distributed),
  rule("Object", ["Object", "first"], (what) => what),
  rule("Gap", ["NounPhrase", "PutVerb", "Destination"], (what, _, where) => ({ what, where })),
  rule("Gap", ["NounPhrase", "dou", "PutVerb", "Destination"], (what, _, __, where) => ({
    what: distributed(what),
    where,
  })),
  rule("Gap", ["NounPhrase", "then", "PutVerb", "Destination"], (what, _, __, where) => ({ what, where })),
];

const putting: readonly Rule[] = [
  rule("PutVerb", ["put"], () => true),
  rule("PutVerb", ["move"], () => true),
  rule("PutVerb", ["take"], () => true),
  rule("Steps", ["Object", "PutVerb", "Destination"], (what, _, where) => [{ kind: "put", what, where }]),
  rule("Steps", ["Object", "PutVerb", "Location"], (what, _, where) => [{ kind: "put", what, where }]),
  rule("Steps", ["Object", "lift", "PutVerb", "Destination"], (what, _, __, where) => [
    { kind: "put", what, where },
  ]),
  rule("Steps", ["PutVerb", "NounPhrase", "Destination"], (_, what, where) => [{ kind: "put", what, where }]),
  rule("Steps", ["PutVerb", "NounPhrase", "PutVerb", "Destination"], (_, what, __, where) => [
    { kind: "put", what, where },
  ]),
  rule("Steps", ["lift", "NounPhrase", "PutVerb", "Destination"], (_, what, __, where) => [
    { kind: "put", what, where },
  ]),
  rule("Steps", ["Destination", "PutVerb", "NounPhrase"], (where, _, what) => [{ kind: "put", what, where }]),
  rule("Steps", ["PutVerb", "Destination"], (_, where) => [{ kind: "put", what: IT, where }]),
  rule("Steps", ["Gap"], ({ what, where }) => [{ kind: "put", what, where }]),
  rule("Steps", ["Object", "put"], (what) => [{ kind: "put", what, where: null }]),
  rule("Steps", ["Object", "move"], (what) => [{ kind: "put", what, where: null }]),
];

const handling: readonly Rule[] = [
  rule("Steps", ["Object", "lift"], (what) => [{ kind: "lift", what }]),
  rule("Steps", ["lift", "NounPhrase"], (_, what) => [{ kind: "lift", what }]),
  rule("Steps", ["NounPhrase", "lift"], (what) => [{ kind: "lift", what }]),
  rule("Steps", ["take", "NounPhrase"], (_, what) => [{ kind: "lift", what }]),
  rule("Steps", ["Object", "putDown"], (what) => [{ kind: "put-down", what }]),
  rule("Steps", ["putDown", "NounPhrase"], (_, what) => [{ kind: "put-down", what }]),
  rule("Steps", ["putDown"], () => [{ kind: "put-down", what: null }]),
  rule("Steps", ["Object", "fetch"], (what) => [{ kind: "fetch", what }]),
  rule("Steps", ["Object", "fetch", "me"], (what) => [{ kind: "fetch", what }]),
  rule("Steps", ["fetch", "NounPhrase"], (_, what) => [{ kind: "fetch", what }]),
  rule("Steps", ["fetch", "me", "NounPhrase"], (_, __, what) => [{ kind: "fetch", what }]),
  rule("Steps", ["fetch", "me", "take", "NounPhrase"], (_, __, ___, what) => [{ kind: "fetch", what }]),
  rule("Steps", ["fetch", "me", "fetch", "NounPhrase"], (_, __, ___, what) => [{ kind: "fetch", what }]),
  rule("Steps", ["take", "NounPhrase", "fetch", "me"], (_, what) => [{ kind: "fetch", what }]),
  // 给我 before an ordinary command only says for whom.
  rule("Steps", ["fetch", "me", "Steps"], (_, __, steps) => (steps[0]?.kind === "put" ? steps : null)),
  rule("Steps", ["fetch", "me", "lift", "NounPhrase"], (_, __, ___, what) => [{ kind: "lift", what }]),
];

const driving: readonly Rule[] = [
  rule("GoVerb", ["go"], () => true),
  rule("GoVerb", ["qu"], () => true),
  rule("GoVerb", ["to"], () => true),
  rule("GoVerb", ["go", "to"], () => true),
  rule("GoVerb", ["go", "qu"], () => true),
  rule("GoVerb", ["qu", "to"], () => true),
  rule("GoVerb", ["visit"], () => true),
  rule("GoPlace", ["NounPhrase"], (of) => ({ relation: "to", of })),
  rule("GoPlace", ["NounPhrase", "thereabouts"], (of) => ({ relation: "to", of })),
  rule("GoPlace", ["NounPhrase", "inFront"], (of) => ({ relation: "to", of })),
  rule("GoPlace", ["GoPlace", "qu"], (where) => where),
  rule("Steps", ["GoVerb", "GoPlace"], (_, where) => going(where)),
  rule("Steps", ["to", "GoPlace", "go"], (_, where) => going(where)),
  rule("Steps", ["GoVerb", "there"], () => going({ relation: "to", of: THERE })),
];

/** 除了…以外 before the step. */
const sparing = (except: NounPhrase, [step, ...more]: Command): Command | null => {
  if (step?.kind !== "put" || more.length > 0) return null;
  const what = excepting(step.what, except);
  return what === null ? null : [{ ...step, what }];
};
const exceptions: readonly Rule[] = [
  rule("Steps", ["except", "NounPhrase", "outside", "Steps"], (_, except, __, steps) =>
    sparing(except, steps),
  ),
  rule("Steps", ["except", "NounPhrase", "outside", "comma", "Steps"], (_, except, __, ___, steps) =>
    sparing(except, steps),
  ),
  rule("Steps", ["except", "NounPhrase", "comma", "Steps"], (_, except, __, steps) => sparing(except, steps)),
];

/** The rules of Chinese, sequences included. */
export const CHINESE_RULES: readonly Rule[] = [
  ...SEQUENCES,
  ...locations,
  ...modifiers,
  ...nominals,
  ...phrases,
  ...destinations,
  ...objects,
  ...putting,
  ...handling,
  ...driving,
  ...exceptions,
];
