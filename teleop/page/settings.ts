/**
 * What a person has chosen of the page itself: language, theme, sounds, keys; kept by the browser. Storage that is forbidden
 * (private windows) is not missed: the choice then lasts as long as the tab.
 */
import { computed, effect, type Signal, signal } from "@preact/signals";
import type { Theme } from "../../sim/view/index.js";
import { type Language, WORDS } from "./words/index.js";

/** The theme asked for; `auto` follows the system. */
export type ThemeChoice = Theme | "auto";

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(`apprentice.${key}`);
  } catch {
    return null;
  }
};

const keep = (key: string, value: string): void => {
  try {
    localStorage.setItem(`apprentice.${key}`, value);
  } catch {
    // Forbidden storage: see above.
  }
};

const chosenLanguage = (): Language => {
  const kept = read("language");
  if (kept === "en" || kept === "zh") return kept;
  return navigator.languages.find((each) => /^(en|zh)/.test(each))?.startsWith("zh") ? "zh" : "en";
};

const chosenTheme = (): ThemeChoice => {
  const kept = read("theme");
  return kept === "dark" || kept === "light" ? kept : "auto";
};

const systemDark = matchMedia("(prefers-color-scheme: dark)");
const systemTheme = signal<Theme>(systemDark.matches ? "dark" : "light");
systemDark.addEventListener("change", () => {
  systemTheme.value = systemDark.matches ? "dark" : "light";
});

/** The language of the page. */
export const language = signal<Language>(chosenLanguage());
/** The catalogue in that language. */
export const words = computed(() => WORDS[language.value]);
/** What was chosen, and what the page then looks like. */
export const themeChoice = signal<ThemeChoice>(chosenTheme());
export const theme = computed<Theme>(() =>
  themeChoice.value === "auto" ? systemTheme.value : themeChoice.value,
);
const flag = (key: string, usual: boolean): boolean => {
  const kept = read(key);
  return kept === null ? usual : kept === "yes";
};
const keptFlag = (key: string, usual: boolean): Signal<boolean> => {
  const chosen = signal(flag(key, usual));
  effect(() => keep(key, chosen.value ? "yes" : "no"));
  return chosen;
};
/** Short tones for what happens; heard from the first gesture on, as browsers have it. */
export const sounds = keptFlag("sounds", true);
/** The same in spoken words. */
export const speech = keptFlag("speech", false);
/** What the picture costs, over the picture. */
export const counters = keptFlag("counters", false);
/** The first lesson is over, or was skipped. */
export const lessonOver = keptFlag("lesson-over", false);

/** The clutch sticks: keys that move are pressed once, for one hand. */
export const oneHand = keptFlag("one-hand", false);
/** Times that a hold takes, as shares of the usual ones. */
export const HOLD_TIMES = [0.5, 1, 2, 4] as const;
/** The one that was chosen. */
export const holdTime = signal<number>(HOLD_TIMES.find((each) => String(each) === read("hold-time")) ?? 1);
effect(() => keep("hold-time", String(holdTime.value)));

/** Keys that a person has moved: `[from, to]` codes of a body, in the order in which they were moved. */
export type KeyMoves = readonly (readonly [string, string])[];

const readMoves = (body: string): KeyMoves => {
  try {
    const value: unknown = JSON.parse(read(`keys.${body}`) ?? "[]");
    const isMove = (each: unknown): each is [string, string] =>
      Array.isArray(each) && each.length === 2 && each.every((code) => typeof code === "string");
    return Array.isArray(value) ? value.filter(isMove).slice(0, 200) : [];
  } catch {
    return [];
  }
};
/** By body. */
export const keyMoves: Readonly<Record<"arm" | "base" | "carrier", Signal<KeyMoves>>> = {
  arm: signal(readMoves("arm")),
  base: signal(readMoves("base")),
  carrier: signal(readMoves("carrier")),
};
for (const body of ["arm", "base", "carrier"] as const)
  effect(() => keep(`keys.${body}`, JSON.stringify(keyMoves[body].value)));

/** Whether motion on the page is to be spared. */
export const reducedMotion = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-Hans" : "en";
  document.title = words.value.title;
  keep("language", language.value);
});
effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
  keep("theme", themeChoice.value);
});
