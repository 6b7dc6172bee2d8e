/**
 * The plan of a session: how many takes of each sentence of a task are wanted, how far that has come, and what to show
 * next. Kept beside the data set as `meta/apprentice-plan.json`, version 1. Takes count when they were judged a success
 * and are not left out; it decides nothing about training.
 */
import type { FileStore } from "../../datasets/index.js";
import type { Sentence } from "./protocol.js";

/** What is wanted. */
export interface Plan {
  /** takes of each sentence; 0: no plan */
  readonly each: number;
}

/** Nothing is planned. */
export const NO_PLAN: Plan = { each: 0 };
/** Takes of a sentence that may be planned. */
export const MOST_EACH = 1000;

/** One sentence of the plan. */
export interface PlanRow {
  readonly sentence: Sentence;
  readonly have: number;
  readonly want: number;
}

/** How far a plan has come. */
export interface PlanProgress {
  readonly rows: readonly PlanRow[];
  /** takes that count towards it, none beyond what is wanted, and all that are wanted */
  readonly have: number;
  readonly want: number;
  /** the sentence that lacks most, as it is said in English; null: the plan is fulfilled, or there is none */
  readonly next: string | null;
}

/** Where a plan stands. @param taken the English sentences of the takes that count */
export function planProgress(
  { each }: Plan,
  sentences: readonly Sentence[],
  taken: readonly string[],
): PlanProgress {
  const rows = sentences.map((sentence): PlanRow => {
    const have = taken.filter((said) => said === sentence.en).length;
    return { sentence, have, want: each };
  });
  const lacking = rows.reduce<PlanRow | null>(
    (most, row) => (row.have < row.want && row.have < (most?.have ?? Number.POSITIVE_INFINITY) ? row : most),
    null,
  );
  return {
    rows,
    have: rows.reduce((sum, { have, want }) => sum + Math.min(have, want), 0),
    want: rows.reduce((sum, { want }) => sum + want, 0),
    next: lacking?.sentence.en ?? null,
  };
}

const FILE = "meta/apprentice-plan.json";
const MOST_BYTES = 10_000;

/** The plan beside a set; none in a set without the file, or where it cannot be read. */
export async function readPlan(store: FileStore): Promise<Plan> {
  const size = await store.size(FILE);
  if (size === null || size > MOST_BYTES) return NO_PLAN;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(await store.read(FILE)));
    const { version, each } = (value ?? {}) as { version?: unknown; each?: unknown };
    return version === 1 && Number.isInteger(each) && (each as number) >= 0 && (each as number) <= MOST_EACH
      ? { each: each as number }
      : NO_PLAN;
  } catch {
    return NO_PLAN;
  }
}

/** Puts a plan beside the set. */
export async function writePlan(store: FileStore, { each }: Plan): Promise<void> {
  const text = `${JSON.stringify({ version: 1, each })}\n`;
  await store.write([{ path: FILE, bytes: new TextEncoder().encode(text) }]);
}
