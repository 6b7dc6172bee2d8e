/**
 * Words to a plan: the one entry for a sentence. Every reading is tried in the scene; what cannot be drops out;
 * what is left decides: one goal is planned, several are a question, none is a refusal with its reason. Nothing
 * is ever done on a guess: an unknown word, or one that cannot be honoured, ends the sentence.
 */
import type { Facts, SkillCard } from "../../core/index.js";
import { type Goals, goalsKey, stageReached } from "./goals.js";
import { ground } from "./ground.js";
import type { Failure } from "./look-up.js";
import type { Command } from "./meaning.js";
import type { Question, Reason } from "./messages.js";
import { parse } from "./parse.js";
import { type PlanOptions, planFor, type TaskPlan } from "./task-plan.js";
import { type Language, languageOf, suggestion } from "./tokens.js";

/** One thing the sentence may mean, ready to be carried out. */
export interface Meant {
  readonly reading: Command;
  readonly goals: Goals;
  readonly plan: TaskPlan;
}

/** What came of a sentence. `render.ts` puts each into words. */
export type Understanding = { readonly language: Language } & (
  | ({ readonly kind: "plan" } & Meant)
  /** options may be empty: then the answer is a new sentence */
  | { readonly kind: "ask"; readonly question: Question; readonly options: readonly Meant[] }
  | { readonly kind: "refuse"; readonly reason: Reason }
  /** the goals hold already */
  | { readonly kind: "nothing-to-do"; readonly reading: Command; readonly goals: Goals }
);

/** Options a question may list. */
const MOST_OPTIONS = 8;

/**
 * Understands a command in English or Chinese.
 * @param facts what is seen now: the words are about these objects, in the robot's own left and right
 * @param skills what the robot can do
 */
export function understand(
  sentence: string,
  facts: Facts,
  skills: readonly SkillCard[],
  options: PlanOptions = {},
): Understanding {
  const language = languageOf(sentence);
  const refusal = (reason: Reason): Understanding => ({ language, kind: "refuse", reason });
  const parsed = parse(sentence, language);
  switch (parsed.kind) {
    case "empty":
    case "too-long":
      return refusal({ kind: parsed.kind });
    case "unsupported":
      return refusal(parsed);
    case "unknown": {
      const suggestions = parsed.words.map((word) => suggestion(word, language));
      const question: Question = { kind: "unknown-words", words: parsed.words, suggestions };
      return { language, kind: "ask", question, options: [] };
    }
    case "readings":
      break;
  }
  if (parsed.readings.length === 0) return refusal({ kind: "not-understood" });
  if (facts.scene.objects.length === 0) return refusal({ kind: "unseen" });

  const failures: Failure[] = [];
  const distinct = new Map<string, { readonly reading: Command; readonly goals: Goals }>();
  for (const reading of parsed.readings)
    for (const possibility of ground(reading, facts, skills))
      if ("failure" in possibility) failures.push(possibility.failure);
      else {
        const key = goalsKey(possibility.goals);
        if (!distinct.has(key)) distinct.set(key, { reading, goals: possibility.goals });
      }
  return { language, ...decide([...distinct.values()], failures, facts, skills, options) };
}

type Decision = Understanding extends infer U ? (U extends unknown ? Omit<U, "language"> : never) : never;

function decide(
  candidates: readonly { readonly reading: Command; readonly goals: Goals }[],
  failures: readonly Failure[],
  facts: Facts,
  skills: readonly SkillCard[],
  options: PlanOptions,
): Decision {
  const meant: Meant[] = [];
  const done: { readonly reading: Command; readonly goals: Goals }[] = [];
  const impossible: Reason[] = [];
  const unfinished: Reason[] = [];
  for (const candidate of candidates) {
    if (stageReached(candidate.goals, 0, facts) === candidate.goals.length) {
      done.push(candidate);
      continue;
    }
    const planning = planFor(candidate.goals, facts, skills, options);
    if (planning.kind === "plan") meant.push({ ...candidate, plan: planning.plan });
    else (planning.kind === "impossible" ? impossible : unfinished).push(planning.reason);
  }

  const tooMany = failures.find(({ depth }) => depth === 6);
  const ask = (question: Question, among: readonly Meant[] = []): Decision => ({
    kind: "ask",
    question,
    options: among,
  });
  if (
    tooMany !== undefined ||
    meant.length > MOST_OPTIONS ||
    (unfinished.length > 0 && candidates.length > 1)
  )
    return ask({ kind: "be-precise" });
  // What there is no skill for may still be what is meant: it does not drop out like what is not there.
  const unskilled = failures.find((failure) => failure.unskilled === true)?.because;
  if (unskilled !== undefined && "refuse" in unskilled)
    return meant.length > 0
      ? ask({ kind: "confirm", otherwise: unskilled.refuse }, meant)
      : { kind: "refuse", reason: unskilled.refuse };
  if (meant.length > 1) return ask({ kind: "which" }, meant);
  if (meant[0] !== undefined) return { kind: "plan", ...meant[0] };
  if (unfinished[0] !== undefined) return { kind: "refuse", reason: unfinished[0] };
  if (done[0] !== undefined) return { kind: "nothing-to-do", ...done[0] };
  if (impossible[0] !== undefined) return { kind: "refuse", reason: impossible[0] };
  const nearest = failures.reduce((best, failure) => (failure.depth > best.depth ? failure : best));
  return "ask" in nearest.because
    ? ask(nearest.because.ask)
    : { kind: "refuse", reason: nearest.because.refuse };
}
