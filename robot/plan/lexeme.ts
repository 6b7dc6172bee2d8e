/**
 * Words as the grammar sees them: a lexeme is a category with a value; one spelling may have several. Lexicons
 * are closed: a word that is in none of them is unknown, and an unknown word stops the sentence.
 */
import type { Colour, ObjectClass } from "../../core/index.js";
import type { Selector, Side } from "./meaning.js";

/** Why a word, though known, cannot be obeyed. */
export type Unsupported =
  | "negation"
  | "manner"
  | "condition"
  | "repetition"
  | "measure"
  | "question"
  | "together";

/** Categories of words with the type of their value; most carry nothing but their category. */
export interface Words {
  /** left out before parsing: politeness and the like */
  filler: null;
  unsupported: Unsupported;
  colour: Colour;
  /** `plural` null where the language does not say */
  noun: { readonly classes: readonly ObjectClass[] | null; readonly plural: boolean | null };
  table: null;
  side: Side;
  most: Selector;
  number: number;
  the: null;
  a: null;
  this: null;
  all: null;
  both: null;
  other: null;
  others: null;
  same: null;
  everything: null;
  it: null;
  them: null;
  there: null;
  me: null;
  robot: null;
  of: null;
  in: null;
  into: null;
  to: null;
  on: null;
  onTop: null;
  from: null;
  at: null;
  nextTo: null;
  inFront: null;
  behind: null;
  under: null;
  between: null;
  that: null;
  containing: null;
  /** 所在 */
  whereIs: null;
  as: null;
  except: null;
  and: null;
  comma: null;
  then: null;
  first: null;
  put: null;
  move: null;
  bring: null;
  take: null;
  drop: null;
  lift: null;
  putDown: null;
  go: null;
  visit: null;
  fetch: null;
  up: null;
  down: null;
  /** Chinese: 把 */
  ba: null;
  /** 的 */
  de: null;
  /** 个 and other measure words */
  measureWord: null;
  /** 都 */
  dou: null;
  /** 去 at the end */
  qu: null;
  /** 离 */
  away: null;
  /** 以外 */
  outside: null;
  /** 那里, after a place to go to */
  thereabouts: null;
}

export type Lexeme = {
  readonly [C in keyof Words]: { readonly cat: C; readonly value: Words[C] };
}[keyof Words];

/** Spelling → its lexemes. English spellings are lower-case words with single blanks. */
export type Lexicon = ReadonlyMap<string, readonly Lexeme[]>;

/** Collects spellings, separated by `|`, under their lexemes. */
export function lexicon(
  define: (word: <C extends keyof Words>(cat: C, spellings: string, value: Words[C]) => void) => void,
): Lexicon {
  const entries = new Map<string, Lexeme[]>();
  define((cat, spellings, value) => {
    for (const spelling of spellings.split("|")) {
      const list = entries.get(spelling) ?? [];
      list.push({ cat, value } as Lexeme);
      entries.set(spelling, list);
    }
  });
  return entries;
}
