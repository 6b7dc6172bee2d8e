/** What an exported policy says of itself, beside its contract: the metadata of the ONNX file, with its version. */
import { type Contract, parseContract, refuse } from "../../core/index.js";
import type { Metadata } from "../graph/onnx-encode.js";
import type { Recipe } from "../training/recipe.js";

/** What a policy's file says of itself, version 1. */
export interface PolicyCard {
  readonly version: 1;
  readonly algorithm: string;
  /** commands in a chunk */
  readonly horizon: number;
  /** how many to execute before looking again */
  readonly execute: number;
  readonly seed: number;
  /** training steps */
  readonly step: number;
  /** what it was trained on */
  readonly data: string;
  /** success on test seeds when it was exported or later; null before */
  readonly measured: { readonly successes: number; readonly episodes: number } | null;
}

/** The version of this package; it stands in every file it writes. */
export const APPRENTICE_VERSION = "0.1.0";

const CONTRACT = "apprentice.contract";
const CARD = "apprentice.policy";
const MOST_TEXT = 1_000_000;

/** The metadata entries of a policy's file. */
export const writeCard = (contract: Contract, card: PolicyCard): Metadata => ({
  [CONTRACT]: JSON.stringify(contract),
  [CARD]: JSON.stringify(card),
});

/** How it came to be, for whoever wants to know: written once, read by people only. */
export const writeOrigin = (recipe: Recipe): Metadata => ({
  "apprentice.recipe": JSON.stringify(recipe),
  "apprentice.version": APPRENTICE_VERSION,
});

/** Contract and card of a policy's file; refuses a file that is not one of ours. */
export function readCard(metadata: Metadata): { readonly contract: Contract; readonly card: PolicyCard } {
  const parse = (key: string): unknown => {
    const text = metadata[key];
    if (text === undefined || text.length > MOST_TEXT)
      return refuse("policy", `must be an ONNX file with the metadata ${key}`);
    try {
      return JSON.parse(text);
    } catch {
      return refuse("policy", `metadata ${key} must be JSON`, text);
    }
  };
  const contract = parseContract(parse(CONTRACT));
  const card = parse(CARD) as Partial<PolicyCard> | null;
  if (typeof card !== "object" || card === null || card.version !== 1)
    return refuse("policy", "version must be 1", card?.version);
  const { horizon, execute } = card;
  if (!isCount(horizon, 1024)) return refuse("policy", "horizon must be from 1 to 1024", horizon);
  if (!isCount(execute, horizon)) return refuse("policy", `execute must be from 1 to ${horizon}`, execute);
  const measured = card.measured ?? null;
  return {
    contract,
    card: {
      version: 1,
      algorithm: String(card.algorithm ?? "unknown").slice(0, 100),
      horizon,
      execute,
      seed: Number(card.seed ?? 0),
      step: Number(card.step ?? 0),
      data: String(card.data ?? "unknown").slice(0, 200),
      measured:
        measured === null
          ? null
          : { successes: Number(measured.successes), episodes: Number(measured.episodes) },
    },
  };
}

const isCount = (value: unknown, most: number): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most;
