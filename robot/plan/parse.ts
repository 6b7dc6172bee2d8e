/**
 * A sentence to all its readings. A word that is not known, or known but not obeyable, ends it here: such a
 * sentence is never carried out in part.
 */
import { parseAll, type Terminal } from "./chart.js";
import { ENGLISH_RULES } from "./grammar-en.js";
import { CHINESE_RULES } from "./grammar-zh.js";
import type { Unsupported } from "./lexeme.js";
import type { Command } from "./meaning.js";
import { type Language, LONGEST_SENTENCE, type Token, tokenize } from "./tokens.js";

export type Parsed =
  | { readonly kind: "readings"; readonly readings: readonly Command[] }
  | { readonly kind: "unknown"; readonly words: readonly string[] }
  | { readonly kind: "unsupported"; readonly word: string; readonly why: Unsupported }
  | { readonly kind: "empty" | "too-long" };

/** All readings, in the order of their simplicity; an empty list when the words do not fit together. */
export function parse(sentence: string, language: Language): Parsed {
  if (sentence.length > LONGEST_SENTENCE) return { kind: "too-long" };
  const tokens = tokenize(sentence, language);
  if (tokens.length === 0) return { kind: "empty" };
  for (const { text, lexemes } of tokens)
    for (const lexeme of lexemes)
      if (lexeme.cat === "unsupported") return { kind: "unsupported", word: text, why: lexeme.value };
  const words = tokens.filter(({ lexemes }) => lexemes.length === 0).map(({ text }) => text);
  if (words.length > 0) return { kind: "unknown", words: [...new Set(words)] };

  if (tokens.every(({ lexemes }) => lexemes.some(({ cat }) => cat === "filler" || cat === "comma")))
    return { kind: "empty" };

  const rules = language === "en" ? ENGLISH_RULES : CHINESE_RULES;
  const readings = new Map<string, Command>();
  for (const variant of withoutFillers(tokens)) {
    const found = parseAll(variant, rules, "Sentence");
    if (found === null) return { kind: "too-long" };
    for (const reading of found as Command[]) readings.set(JSON.stringify(reading), reading);
  }
  const ordered = [...readings].sort(([a], [b]) => a.length - b.length);
  return { kind: "readings", readings: ordered.map(([, reading]) => reading) };
}

/** Fillers left out; words that may be fillers or not ("robot, …" and "nearest to the robot"): both ways. */
function withoutFillers(tokens: readonly Token[]): Terminal[][][] {
  const isFiller = ({ cat }: { readonly cat: string }) => cat === "filler";
  const kept = tokens.filter(({ lexemes }) => !lexemes.every(isFiller));
  const sure = kept.filter(({ lexemes }) => !lexemes.some(isFiller));
  const variants = kept.length === sure.length ? [kept] : [kept, sure];
  return variants.map((variant) =>
    trimmed(variant.map(({ lexemes }) => lexemes.filter((l) => !isFiller(l)))),
  );
}

/** Without the commas that fillers leave behind at either end or beside another. */
function trimmed(tokens: Terminal[][]): Terminal[][] {
  const isComma = (lexemes: Terminal[] | undefined) => lexemes?.[0]?.cat === "comma";
  const single = tokens.filter((lexemes, i) => !(isComma(lexemes) && isComma(tokens[i + 1])));
  while (isComma(single[0])) single.shift();
  while (isComma(single.at(-1))) single.pop();
  return single;
}
