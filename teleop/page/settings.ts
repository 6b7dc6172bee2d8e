/**
 * What a person has chosen of the page itself: language and theme, kept by the browser. Storage that is forbidden
 * (private windows) is not missed: the choice then lasts as long as the tab.
 */
import { computed, effect, signal } from "@preact/signals";
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
