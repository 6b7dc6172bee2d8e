/** A sentence from its words to its end: understood, planned, carried out with checks. */
import type { Clock, SkillCard } from "../../core/index.js";
import { type ExecuteOptions, type Execution, execute, LOOKING, type SkillRunner } from "./execute.js";
import { observe } from "./observe.js";
import { type Understanding, understand } from "./say.js";

/** `not-started`: asked, refused or nothing to do; the understanding says which. */
export type Followed = { readonly understanding: Understanding | null } & (
  | Execution
  | { readonly kind: "not-started" }
);

/** Understands the sentence in what the runner sees now and, when it means one thing, carries it out. */
export async function follow(
  sentence: string,
  runner: SkillRunner,
  skills: readonly SkillCard[],
  clock: Clock,
  options: ExecuteOptions = {},
): Promise<Followed> {
  const signal = options.signal ?? new AbortController().signal;
  const observer = observe(() => runner.facts(), clock, { ...LOOKING, ...options });
  const { facts } = await observer.settled([], signal);
  if (facts === null) return { understanding: null, kind: "gave-up", why: { kind: "blind" } };
  const understanding = understand(sentence, facts, skills, { away: options.away ?? false });
  options.emit?.({ time: clock.now(), kind: "understood", sentence, understanding });
  if (understanding.kind !== "plan") return { understanding, kind: "not-started" };
  const { goals, plan } = understanding;
  return { understanding, ...(await execute(goals, runner, skills, clock, options, plan)) };
}
