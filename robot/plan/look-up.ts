/**
 * Noun phrases looked up in the scene: every set of objects a phrase can stand for. A definite phrase that fits
 * three objects gives three sets; whether that is a question is for the caller to see. Sides and distances are
 * the robot's own: `view.ts`.
 */
import { type Facts, holds, impossible, objectById, type SceneObject } from "../../core/index.js";
import type { Description, NounPhrase, Selector } from "./meaning.js";
import type { Question, Reason } from "./messages.js";
import { atSide, byDistance, bySize, nearestFirst, related } from "./view.js";

/** Why a reading fits nothing; the higher `depth`, the nearer it came. */
export interface Failure {
  readonly depth: number;
  /** everything in it was found, only a skill is lacking: it may still be what is meant */
  readonly unskilled?: true;
  readonly because: { readonly refuse: Reason } | { readonly ask: Question };
}

/** What was spoken of so far. */
export interface Discourse {
  /** of the latest step */
  readonly themes: readonly string[];
  readonly place: string | null;
  readonly mentioned: readonly string[];
}

/** What a phrase without a noun can stand for. */
export type Role = "thing" | "container" | "destination" | "any";

/** A set of ids for each possibility. */
export type Choices = { readonly sets: readonly (readonly string[])[] } | { readonly failure: Failure };

/** Possibilities of one sentence, at most. */
export const MOST_POSSIBILITIES = 64;

export const refusing = (depth: number, reason: Reason): { readonly failure: Failure } => ({
  failure: { depth, because: { refuse: reason } },
});
export const asking = (depth: number, question: Question): { readonly failure: Failure } => ({
  failure: { depth, because: { ask: question } },
});

export const heldIn = (facts: Facts): string[] =>
  facts.scene.objects.map(({ id }) => id).filter((object) => holds({ predicate: "holding", object }, facts));

/** What a base can be sent to. */
const PLACES: readonly SceneObject["class"][] = ["shelf", "door", "desk", "platform"];

export function hasRole(object: SceneObject, role: Role, facts: Facts): boolean {
  switch (role) {
    case "thing":
      return holds({ predicate: "graspable", object: object.id }, facts);
    case "container":
      return object.class === "bin";
    case "destination":
      return PLACES.includes(object.class);
    case "any":
      return true;
    default:
      return impossible(role);
  }
}

export function lookUp(phrase: NounPhrase, role: Role, facts: Facts, discourse: Discourse): Choices {
  switch (phrase.kind) {
    case "description":
      return describe(phrase, role, facts, discourse);
    case "and":
      return phrase.items.reduce<Choices>(
        (before, item) => union(before, lookUp(item, role, facts, discourse)),
        { sets: [[]] },
      );
    case "pronoun":
      return refer(phrase, role, facts, discourse);
    case "table":
      return refusing(1, { kind: "no-such-object", phrase });
    case "speaker":
      return refusing(4, { kind: "nobody-seen" });
    default:
      return impossible(phrase);
  }
}

function union(a: Choices, b: Choices): Choices {
  if ("failure" in a) return a;
  if ("failure" in b) return b;
  const sets = a.sets.flatMap((left) => b.sets.map((right) => [...new Set([...left, ...right])]));
  return { sets: sets.slice(0, MOST_POSSIBILITIES + 1) };
}

function refer(
  phrase: NounPhrase & { kind: "pronoun" },
  role: Role,
  facts: Facts,
  { themes, place }: Discourse,
): Choices {
  const nothing = asking(3, { kind: "no-antecedent", phrase });
  if (phrase.number === "place" || role === "container" || role === "destination")
    return place === null ? nothing : { sets: [[place]] };
  const spoken = themes.length > 0 ? themes : heldIn(facts);
  if (spoken.length === 0) return nothing;
  return { sets: phrase.number === "many" || spoken.length === 1 ? [spoken] : spoken.map((id) => [id]) };
}

/** The candidates of a description, then how many of them are meant. */
function describe(description: Description, role: Role, facts: Facts, discourse: Discourse): Choices {
  const { quantity, classes, colours } = description;
  const kindred = facts.scene.objects.filter((object) =>
    classes === null ? hasRole(object, role, facts) : classes.includes(object.class),
  );
  const coloured = kindred.filter((object) => colours.every((colour) => object.colour === colour));

  let candidates = spared(description, coloured, role, facts, discourse);
  for (const { relation, of } of description.relations)
    candidates =
      of.kind === "table"
        ? standing(candidates, facts)
        : narrowed(candidates, of, facts, discourse, (objects, others) =>
            objects.filter((object) => related(facts, object, relation, others)),
          );
  const many = quantity.kind === "all" || quantity.kind === "count" || quantity.kind === "rest";
  for (const selector of description.selectors)
    candidates = select(candidates, selector, many, facts, discourse);
  if ("failure" in candidates) return candidates;

  const possible = candidates.groups.filter((objects) => objects.length > 0);
  if (possible.length === 0)
    return refusing(kindred.length === 0 ? 1 : coloured.length === 0 ? 2 : 3, {
      kind: "no-such-object",
      phrase: description,
    });
  const sets = possible.flatMap((objects) => chosen(description, objects, facts, discourse));
  if (sets.length > 0) return { sets };
  if (quantity.kind === "same") return asking(3, { kind: "no-antecedent", phrase: description });
  const found = Math.max(...possible.map((objects) => objects.length));
  const wanted = "count" in quantity ? quantity.count : 1;
  return refusing(3, { kind: "too-few", phrase: description, found, wanted });
}

/** What may be meant, for each way in which the phrases inside a description can be understood. */
type Candidates = { readonly groups: readonly (readonly SceneObject[])[] } | { readonly failure: Failure };

/** Those that stand on the table. */
const standing = (candidates: Candidates, facts: Facts): Candidates =>
  "failure" in candidates
    ? candidates
    : {
        groups: candidates.groups.map((objects) =>
          objects.filter(({ id }) => holds({ predicate: "on-table", object: id }, facts)),
        ),
      };

/** For each understanding of the inner phrase, what is left of each group. */
function narrowed(
  candidates: Candidates,
  inner: NounPhrase,
  facts: Facts,
  discourse: Discourse,
  keep: (objects: readonly SceneObject[], others: readonly SceneObject[]) => readonly SceneObject[],
): Candidates {
  if ("failure" in candidates) return candidates;
  const others = lookUp(inner, "any", facts, discourse);
  if ("failure" in others) return others;
  return {
    groups: candidates.groups.flatMap((objects) =>
      others.sets.map((ids) =>
        keep(
          objects,
          ids.map((id) => objectById(facts.scene, id)!),
        ),
      ),
    ),
  };
}

/** Without what is excepted, and for "other" without what was spoken of. */
function spared(
  { quantity, except, ...rest }: Description,
  objects: readonly SceneObject[],
  role: Role,
  facts: Facts,
  discourse: Discourse,
): Candidates {
  const without = (ids: readonly string[]) => objects.filter(({ id }) => !ids.includes(id));
  if (quantity.kind === "other" || quantity.kind === "rest")
    return discourse.mentioned.length > 0
      ? { groups: [without(discourse.mentioned)] }
      : asking(3, { kind: "no-antecedent", phrase: { ...rest, quantity, except } });
  if (except === null) return { groups: [objects] };
  const excepted = lookUp(except, role, facts, discourse);
  return "failure" in excepted ? excepted : { groups: excepted.sets.map(without) };
}

function select(
  candidates: Candidates,
  selector: Selector,
  many: boolean,
  facts: Facts,
  discourse: Discourse,
): Candidates {
  if ("failure" in candidates) return candidates;
  const kept = (keep: (objects: readonly SceneObject[]) => readonly SceneObject[]): Candidates => ({
    groups: candidates.groups.map(keep),
  });
  switch (selector.kind) {
    case "side":
      return kept((objects) => atSide(facts, objects, selector.side, many));
    case "biggest":
    case "smallest":
      return kept((objects) => bySize(objects, selector.kind));
    case "nearest":
    case "farthest":
      if (selector.to === null) return kept((objects) => byDistance(facts, objects, selector.kind, null));
      return narrowed(candidates, selector.to, facts, discourse, (objects, [from]) =>
        byDistance(
          facts,
          objects.filter(({ id }) => id !== from?.id),
          selector.kind,
          from?.pose.position ?? null,
        ),
      );
    default:
      return impossible(selector);
  }
}

/** Sets of ids that the quantity allows. */
function chosen(
  { quantity }: Description,
  objects: readonly SceneObject[],
  facts: Facts,
  discourse: Discourse,
): (readonly string[])[] {
  const ids = objects.map(({ id }) => id);
  switch (quantity.kind) {
    case "the":
    case "other":
      return ids.map((id) => [id]);
    case "all":
    case "rest":
      return [ids];
    case "same":
      return ids.filter((id) => id === discourse.place || discourse.themes.includes(id)).map((id) => [id]);
    case "any":
      return subsetOf(handiest(objects, facts), quantity.count);
    case "count":
      return combinations(ids, quantity.count);
    default:
      return impossible(quantity);
  }
}

const subsetOf = (ids: readonly string[], count: number): string[][] =>
  ids.length < count ? [] : [ids.slice(0, count)];

/** What lies free on the table first, then the nearest: which of several is left to us. */
function handiest(objects: readonly SceneObject[], facts: Facts): string[] {
  const free = ({ id }: SceneObject) => holds({ predicate: "on-table", object: id }, facts);
  const sorted = nearestFirst(facts, objects);
  return [...sorted.filter(free), ...sorted.filter((object) => !free(object))].map(({ id }) => id);
}

function combinations(ids: readonly string[], count: number): string[][] {
  if (count === 0) return [[]];
  const found: string[][] = [];
  for (let i = 0; i + count <= ids.length && found.length <= MOST_POSSIBILITIES; i++)
    for (const rest of combinations(ids.slice(i + 1), count - 1)) found.push([ids[i]!, ...rest]);
  return found;
}
