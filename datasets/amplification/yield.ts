/**
 * What amplifying has given so far: layouts tried, episodes kept, failures by kind. Beside the data set it stands in
 * `meta/apprentice-amplification.json`, so that stopped work goes on with the next layout and with true counts.
 */
import { integerIn, refuse } from "../../core/index.js";
import type { FileStore } from "../file-store.js";
import { decodeJson } from "../lerobot/info.js";
import type { Attempt } from "./amplify.js";

/** The count of attempts. */
export interface AmplificationYield {
  readonly tried: number;
  readonly kept: number;
  /** tried and not kept, by kind */
  readonly failures: Readonly<Record<string, number>>;
  /** the seed that comes next; null before the first */
  readonly next: number | null;
}

/** Nothing has been tried. */
export const NO_YIELD: AmplificationYield = { tried: 0, kept: 0, failures: {}, next: null };

/** One attempt more. */
export function counted(before: AmplificationYield, attempt: Attempt): AmplificationYield {
  const { tried, kept, failures } = before;
  const next = attempt.seed + 1;
  if (attempt.episode !== null) return { tried: tried + 1, kept: kept + 1, failures, next };
  const { failure } = attempt;
  return { tried: tried + 1, kept, failures: { ...failures, [failure]: (failures[failure] ?? 0) + 1 }, next };
}

const FILE = "meta/apprentice-amplification.json";
const MOST_BYTES = 100_000;
const MOST = 1_000_000_000;

/** What stands beside a set; nothing in one without the file. */
export async function readYield(store: FileStore): Promise<AmplificationYield> {
  const size = await store.size(FILE);
  if (size === null) return NO_YIELD;
  if (size > MOST_BYTES) refuse(FILE, `must have at most ${MOST_BYTES} bytes`, size);
  const record = asRecord(decodeJson(FILE, await store.read(FILE)));
  if (record["version"] !== 1) refuse(FILE, "version must be 1", record["version"]);
  const count = (name: string, value: unknown): number => integerIn(FILE, name, value as number, 0, MOST);
  return {
    tried: count("tried", record["tried"]),
    kept: count("kept", record["kept"]),
    failures: Object.fromEntries(
      Object.entries(asRecord(record["failures"])).map(([kind, value]) => [kind, count(kind, value)]),
    ),
    next: record["next"] === null ? null : count("next", record["next"]),
  };
}

/** Puts it beside the set. */
export async function writeYield(store: FileStore, found: AmplificationYield): Promise<void> {
  const text = `${JSON.stringify({ version: 1, ...found }, null, 2)}\n`;
  await store.write([{ path: FILE, bytes: new TextEncoder().encode(text) }]);
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)
    : refuse(FILE, "must hold an object", value);
