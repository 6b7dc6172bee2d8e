/** What the report takes from a run beside its figures: files put into the page, and reasons of what was skipped. */
import type { DemoResult } from "./result.js";

/** Reads a file that a result names, below the demo's folder; null where it is gone. */
export type ReadFile = (path: string) => Uint8Array | null;

/** A file as an address that holds it. */
export const dataUri = (type: string, bytes: Uint8Array): string =>
  `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;

/** Why a stage was skipped; null when it was not. */
export const skippedBecause = ({ stages }: DemoResult, name: string): string | null =>
  stages.find((stage) => stage.name === name)?.skipped ?? null;
