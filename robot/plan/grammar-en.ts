/** English word order: noun phrases with modifiers on both sides, verb first. Meanings as in `grammar.ts`. */
import type { Rule } from "./chart.js";
import {
  both,
  EVERYTHING,
  going,
  IT,
  inColours,
  modified,
  relationOfSide,
  rule,
  SEQUENCES,
  SPEAKER,
  saysSomething,
  seenFrom,
  THERE,
} from "./grammar.js";
import { describing, type NounPhrase, type Quantity, type Relation } from "./meaning.js";

const ALL: Quantity = { kind: "all" };
const TWO: Quantity = { kind: "count", count: 2 };
const the = (plural: boolean | null): Quantity => (plural === true ? ALL : { kind: "the" });

const locations = (
  [
    ["in", "in"],
    ["on", "on"],
    ["onTop", "on-top-of"],
    ["nextTo", "next-to"],
    ["inFront", "in-front-of"],
    ["behind", "behind"],
    ["under", "under"],
    ["between", "between"],
  ] as const
).map(([word, relation]) =>
  rule("Location", [word, "NounPhrase"], (_, of) =>
    relation === "between" && !isPair(of) ? null : { relation, of },
  ),
);

/** Between takes two things, or a phrase for several. */
const isPair = (phrase: NounPhrase): boolean =>
  phrase.kind === "and"
    ? phrase.items.length === 2
    : phrase.kind === "description" && (phrase.quantity.kind === "all" || phrase.quantity.kind === "count");

const sides = (["to", "on", "at", "in"] as const).flatMap((word) => [
  rule("Location", [word, "the", "side", "of", "NounPhrase"], (_, __, side, ___, of) => {
    const relation: Relation | null = relationOfSide(side);
    return relation === null ? null : { relation, of };
  }),
  rule("SideLocation", [word, "the", "side"], (_, __, side) => side),
]);

const nominals: readonly Rule[] = [
  rule("Nominal", ["noun"], ({ classes, plural }) => ({ description: describing({ classes }), plural })),
  rule("Nominal", ["colour", "Nominal"], (colour, { description, plural }) => ({
    description: modified(description, { kind: "colour", colour }),
    plural,
  })),
  rule("Nominal", ["side", "Nominal"], (side, { description, plural }) => ({
    description: modified(description, { kind: "selector", selector: { kind: "side", side } }),
    plural,
  })),
  rule("Nominal", ["most", "Nominal"], (selector, { description, plural }) => ({
    description: modified(description, { kind: "selector", selector }),
    plural,
  })),
  rule("Nominal", ["Nominal", "Modifier"], ({ description, plural }, modifier) => ({
    description: modified(description, modifier),
    plural,
  })),
  rule("Colours", ["colour", "and", "colour"], (a, _, b) => [a, b]),
  rule("Colours", ["colour", "comma", "Colours"], (a, _, rest) => [a, ...rest]),
];

const modifiers: readonly Rule[] = [
  rule("Modifier", ["Location"], ({ relation, of }) => ({ kind: "relation", relation, of })),
  rule("Modifier", ["from", "NounPhrase"], (_, of) => ({ kind: "relation", relation: "on", of })),
  rule("Modifier", ["containing", "NounPhrase"], (_, of) => ({
    kind: "relation",
    relation: "containing",
    of,
  })),
  rule("Modifier", ["SideLocation"], (side) => ({ kind: "selector", selector: { kind: "side", side } })),
  rule("Modifier", ["that", "Modifier"], (_, modifier) => modifier),
  rule("Modifier", ["that", "colour"], (_, colour) => ({ kind: "colour", colour })),
  rule("Modifier", ["that", "most"], (_, selector) => ({ kind: "selector", selector })),
  ...(["to", "from"] as const).flatMap((word) => [
    rule("Modifier", ["most", word, "NounPhrase"], (selector, _, of) => seenFrom(selector, of)),
    rule("Modifier", ["most", word, "the", "side"], (selector, _, __, side) =>
      selector.kind === "nearest" ? { kind: "selector", selector: { kind: "side", side } } : null,
    ),
    rule("Modifier", ["most", word, "robot"], (selector) => seenFrom(selector, null)),
    rule("Modifier", ["most", word, "the", "robot"], (selector) => seenFrom(selector, null)),
  ]),
];

const phrases: readonly Rule[] = [
  rule("NounPhrase", ["Nominal"], ({ description, plural }) =>
    saysSomething(description) ? { ...description, quantity: the(plural) } : null,
  ),
  rule("NounPhrase", ["the", "Nominal"], (_, { description, plural }) => ({
    ...description,
    quantity: the(plural),
  })),
  rule("NounPhrase", ["this", "Nominal"], (_, { description, plural }) =>
    saysSomething(description) ? { ...description, quantity: the(plural) } : null,
  ),
  rule("NounPhrase", ["this", "noun"], (_, { classes }) => (classes === null ? IT : null)),
  rule("NounPhrase", ["the", "colour"], (_, colour) => describing({ colours: [colour] })),
  rule("NounPhrase", ["the", "most"], (_, selector) => describing({ selectors: [selector] })),
  rule("NounPhrase", ["the", "Colours", "Nominal"], (_, colours, { description, plural }) =>
    inColours(colours, description, the(plural)),
  ),
  rule("NounPhrase", ["Colours", "Nominal"], (colours, { description, plural }) =>
    inColours(colours, description, the(plural)),
  ),
  rule("NounPhrase", ["all", "Colours", "Nominal"], (_, colours, { description }) =>
    inColours(colours, description, ALL),
  ),
  rule("NounPhrase", ["all", "the", "Colours", "Nominal"], (_, __, colours, { description }) =>
    inColours(colours, description, ALL),
  ),
  rule("NounPhrase", ["both", "the", "Colours", "Nominal"], (_, __, colours, { description }) =>
    inColours(colours, description, { kind: "the" }),
  ),
  rule("NounPhrase", ["a", "Nominal"], (_, { description, plural }) =>
    plural === true ? null : { ...description, quantity: { kind: "any", count: 1 } },
  ),
  rule("NounPhrase", ["a", "of", "the", "Nominal"], (_, __, ___, { description }) => ({
    ...description,
    quantity: { kind: "any", count: 1 },
  })),
  rule("NounPhrase", ["number", "Nominal"], (count, { description }) => ({
    ...description,
    quantity: { kind: "any", count },
  })),
  rule("NounPhrase", ["number", "of", "the", "Nominal"], (count, _, __, { description }) => ({
    ...description,
    quantity: { kind: "any", count },
  })),
  rule("NounPhrase", ["the", "number", "Nominal"], (_, count, { description }) => ({
    ...description,
    quantity: { kind: "count", count },
  })),
  rule("NounPhrase", ["all", "number", "Nominal"], (_, count, { description }) => ({
    ...description,
    quantity: { kind: "count", count },
  })),
  rule("NounPhrase", ["all", "Nominal"], (_, { description }) => ({ ...description, quantity: ALL })),
  rule("NounPhrase", ["all", "the", "Nominal"], (_, __, { description }) => ({
    ...description,
    quantity: ALL,
  })),
  rule("NounPhrase", ["all", "of", "the", "Nominal"], (_, __, ___, { description }) => ({
    ...description,
    quantity: ALL,
  })),
  rule("NounPhrase", ["both", "Nominal"], (_, { description }) => ({ ...description, quantity: TWO })),
  rule("NounPhrase", ["both", "the", "Nominal"], (_, __, { description }) => ({
    ...description,
    quantity: TWO,
  })),
  rule("NounPhrase", ["both", "of", "the", "Nominal"], (_, __, ___, { description }) => ({
    ...description,
    quantity: TWO,
  })),
  rule("NounPhrase", ["all", "of", "them"], () => ({ kind: "pronoun", number: "many" })),
  rule("NounPhrase", ["both", "of", "them"], () => ({ kind: "pronoun", number: "many" })),
  rule("NounPhrase", ["the", "other", "Nominal"], (_, __, { description, plural }) => ({
    ...description,
    quantity: { kind: plural === true ? "rest" : "other" },
  })),
  rule("NounPhrase", ["other", "Nominal"], (_, { description, plural }) => ({
    ...description,
    quantity: { kind: plural === true ? "rest" : "other" },
  })),
  rule("NounPhrase", ["all", "the", "other", "Nominal"], (_, __, ___, { description }) => ({
    ...description,
    quantity: { kind: "rest" },
  })),
  rule("NounPhrase", ["the", "other"], () => describing({ quantity: { kind: "other" } })),
  rule("NounPhrase", ["the", "others"], () => describing({ quantity: { kind: "rest" } })),
  rule("NounPhrase", ["all", "the", "others"], () => describing({ quantity: { kind: "rest" } })),
  rule("NounPhrase", ["the", "others", "of", "the", "Nominal"], (_, __, ___, ____, { description }) => ({
    ...description,
    quantity: { kind: "rest" },
  })),
  rule("NounPhrase", ["the", "same", "Nominal"], (_, __, { description }) => ({
    ...description,
    quantity: { kind: "same" },
  })),
  rule("NounPhrase", ["the", "same", "Nominal", "as", "NounPhrase"], (_, __, { description }, ___, of) =>
    modified(description, { kind: "relation", relation: "containing", of }),
  ),
  rule("NounPhrase", ["everything"], () => EVERYTHING),
  rule("NounPhrase", ["everything", "Modifier"], (_, modifier) => modified(EVERYTHING, modifier)),
  rule("NounPhrase", ["it"], () => IT),
  rule("NounPhrase", ["them"], () => ({ kind: "pronoun", number: "many" })),
  rule("NounPhrase", ["there"], () => THERE),
  rule("NounPhrase", ["me"], () => SPEAKER),
  rule("NounPhrase", ["the", "table"], () => ({ kind: "table" })),
  rule("NounPhrase", ["table"], () => ({ kind: "table" })),
  rule("NounPhrase", ["NounPhrase", "and", "NounPhrase"], (a, _, b) => both(a, b)),
  rule("NounPhrase", ["NounPhrase", "comma", "NounPhrase"], (a, _, b) => both(a, b)),
  rule("NounPhrase", ["NounPhrase", "comma", "and", "NounPhrase"], (a, _, __, b) => both(a, b)),
  rule("NounPhrase", ["both", "NounPhrase", "and", "NounPhrase"], (_, a, __, b) => both(a, b)),
  rule("NounPhrase", ["NounPhrase", "except", "NounPhrase"], (all, _, except) =>
    all.kind === "description" && all.quantity.kind === "all" ? { ...all, except } : null,
  ),
];

const destinations: readonly Rule[] = [
  ...locations,
  ...sides,
  rule("Location", ["side", "of", "NounPhrase"], (side, _, of) => {
    const relation = relationOfSide(side);
    return relation === null ? null : { relation, of };
  }),
  rule("Destination", ["Location"], (location) => location),
  rule("Towards", ["to", "NounPhrase"], (_, of) => ({ relation: "to", of })),
  rule("Towards", ["into", "NounPhrase"], (_, of) => ({ relation: "in", of })),
  rule("Destination", ["Towards"], (where) => where),
  rule("Destination", ["SideLocation"], (side) => ({ side })),
  rule("Destination", ["there"], () => ({ relation: "to", of: THERE })),
];

const steps: readonly Rule[] = [
  ...(["put", "move", "drop"] as const).map((verb) =>
    rule("Steps", [verb, "NounPhrase", "Destination"], (_, what, where) => [{ kind: "put", what, where }]),
  ),
  // With these, "in the bin" says where the thing is, not where it shall go.
  ...(["bring", "take", "lift", "fetch"] as const).map((verb) =>
    rule("Steps", [verb, "NounPhrase", "Towards"], (_, what, where) =>
      where.of.kind === "speaker" ? [{ kind: "fetch", what }] : [{ kind: "put", what, where }],
    ),
  ),
  rule("Steps", ["put", "Destination"], (_, where) => [{ kind: "put", what: IT, where }]),
  rule("Steps", ["put", "NounPhrase"], (_, what) => [{ kind: "put", what, where: null }]),
  rule("Steps", ["move", "NounPhrase"], (_, what) => [{ kind: "put", what, where: null }]),
  rule("Steps", ["drop", "NounPhrase"], (_, what) => [{ kind: "put-down", what }]),
  rule("Steps", ["putDown", "NounPhrase"], (_, what) => [{ kind: "put-down", what }]),
  rule("Steps", ["putDown", "NounPhrase", "Location"], (_, what, where) =>
    where.of.kind === "table" ? [{ kind: "put-down", what }] : [{ kind: "put", what, where }],
  ),
  rule("Steps", ["put", "NounPhrase", "down"], (_, what) => [{ kind: "put-down", what }]),
  rule("Steps", ["putDown"], () => [{ kind: "put-down", what: null }]),
  rule("Steps", ["lift", "NounPhrase"], (_, what) => [{ kind: "lift", what }]),
  rule("Steps", ["lift", "NounPhrase", "up"], (_, what) => [{ kind: "lift", what }]),
  rule("Steps", ["take", "NounPhrase"], (_, what) => [{ kind: "lift", what }]),
  rule("Steps", ["go", "to", "NounPhrase"], (_, __, of) => going({ relation: "to", of })),
  rule("Steps", ["go", "Location"], (_, where) => going(where)),
  rule("Steps", ["go", "there"], () => going({ relation: "to", of: THERE })),
  rule("Steps", ["visit", "NounPhrase"], (_, of) => going({ relation: "to", of })),
  rule("Steps", ["fetch", "NounPhrase"], (_, what) => [{ kind: "fetch", what }]),
  rule("Steps", ["fetch", "me", "NounPhrase"], (_, __, what) => [{ kind: "fetch", what }]),
  rule("Steps", ["bring", "me", "NounPhrase"], (_, __, what) => [{ kind: "fetch", what }]),
  rule("Steps", ["bring", "NounPhrase"], (_, what) => [{ kind: "fetch", what }]),
  rule("Gap", ["NounPhrase", "Destination"], (what, where) => ({ what, where })),
  rule("Steps", ["Steps", "first"], (before) => before),
  // "drive to the shelf and then to the door"
  rule("Sequence", ["Sequence", "Separator", "to", "NounPhrase"], (before, _, __, of) =>
    before.at(-1)?.kind === "go" ? [...before, ...going({ relation: "to", of })] : null,
  ),
];

/** The rules of English, sequences included. */
export const ENGLISH_RULES: readonly Rule[] = [
  ...SEQUENCES,
  ...nominals,
  ...modifiers,
  ...phrases,
  ...destinations,
  ...steps,
];
