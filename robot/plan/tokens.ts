/**
 * A sentence as lexemes: normalised, then cut by longest match over a closed lexicon (words in English,
 * characters in Chinese). What no entry covers is returned as unknown, never skipped.
 */
import type { Lexeme, Lexicon } from "./lexeme.js";
import { ENGLISH } from "./lexicon-en.js";
import { CHINESE } from "./lexicon-zh.js";

/** The languages that are understood and spoken. */
export type Language = "en" | "zh";

/** Chinese as soon as one Han character is in it. */
export const languageOf = (sentence: string): Language => (/\p{Script=Han}/u.test(sentence) ? "zh" : "en");

export interface Token {
  readonly text: string;
  /** readings of this spelling; empty when it is unknown */
  readonly lexemes: readonly Lexeme[];
}

/** Characters of a sentence, at most; longer ones are refused unread. */
export const LONGEST_SENTENCE = 400;

/** The sentence cut into known spellings and unknown pieces. */
export function tokenize(sentence: string, language: Language): Token[] {
  return language === "en"
    ? longestMatches(normalise(sentence).match(/[\p{L}\p{N}][\p{L}\p{N}'-]*|[^\s]/gu) ?? [], " ", ENGLISH)
    : joined(longestMatches([...simplified(normalise(sentence)).replace(/\s+/g, "")], "", CHINESE));
}

/** Lower case, one kind of comma for whatever separates steps, no quotation marks. */
const normalise = (sentence: string): string =>
  sentence
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/["“”«»「」『』()?]/g, " ")
    .replace(/[.。!;:]/g, ",")
    .replace(/,(\s*,)+/g, ",")
    .replace(/^[\s,]+|[\s,]+$/g, "");

function longestMatches(units: readonly string[], glue: string, lexicon: Lexicon): Token[] {
  const longest = 6;
  const tokens: Token[] = [];
  for (let i = 0; i < units.length; ) {
    let length = Math.min(longest, units.length - i);
    while (length > 1 && !lexicon.has(units.slice(i, i + length).join(glue))) length--;
    const text = units.slice(i, i + length).join(glue);
    tokens.push({ text, lexemes: lexicon.get(text) ?? [] });
    i += length;
  }
  return tokens;
}

/** Unknown characters in a row are one unknown word. */
function joined(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  for (const token of tokens) {
    const last = result.at(-1);
    if (token.lexemes.length === 0 && last?.lexemes.length === 0)
      result[result.length - 1] = { text: last.text + token.text, lexemes: [] };
    else result.push(token);
  }
  return result;
}

/** Traditional characters of the lexicon's words. */
const TRADITIONAL =
  "紅綠藍黃紫白黑積體塊籃箱櫃桌門礙邊側裡後間個隻進將來請麻煩幫給與還並從兩開遠離動運機當這那別繼續舉夾導內";
const SIMPLIFIED =
  "红绿蓝黄紫白黑积体块篮箱柜桌门碍边侧里后间个只进将来请麻烦帮给与还并从两开远离动运机当这那别继续举夹导内";
const simplified = (text: string): string =>
  [...text].map((c) => SIMPLIFIED[TRADITIONAL.indexOf(c)] ?? c).join("");

/** The known spelling one slip away from an unknown word (Damerau 1964), null when there is none. */
export function suggestion(word: string, language: Language): string | null {
  if (language === "zh" || word.length < 3) return null;
  for (const spelling of ENGLISH.keys()) if (isOneSlip(word, spelling)) return spelling;
  return null;
}

function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || b.length < 3) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const [restA, restB] = [a.slice(i), b.slice(i)];
  return (
    restA.slice(1) === restB.slice(1) ||
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
  );
}
