/**
 * Every word of the page, in both languages: a file a screen, each typed by its English half, so that no language can
 * lack a sentence. Sentences with numbers are functions; nothing is glued together elsewhere. Latin digits and units.
 */
import { AMPLIFY } from "./amplify.js";
import { DRIVE } from "./drive.js";
import { EPISODES } from "./episodes.js";
import { FRAME } from "./frame.js";
import { INPUT } from "./input.js";
import { RECORDER } from "./recorder.js";
import { ROLLOUTS } from "./rollouts.js";
import { TRAIN } from "./train.js";

/** The languages of the page. */
export type Language = "en" | "zh";

const PARTS = [FRAME, DRIVE, INPUT, RECORDER, EPISODES, TRAIN, AMPLIFY, ROLLOUTS] as const;

/** What every language must say. */
export type Words = (typeof FRAME)["en"] &
  (typeof DRIVE)["en"] &
  (typeof INPUT)["en"] &
  (typeof RECORDER)["en"] &
  (typeof EPISODES)["en"] &
  (typeof TRAIN)["en"] &
  (typeof AMPLIFY)["en"] &
  (typeof ROLLOUTS)["en"];

const inLanguage = (language: Language): Words => Object.assign({}, ...PARTS.map((part) => part[language]));

/** The whole catalogue. */
export const WORDS: Readonly<Record<Language, Words>> = { en: inLanguage("en"), zh: inLanguage("zh") };
