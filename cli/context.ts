/**
 * What every command gets: where to print, what time it is, and where `--json` goes. Arguments are checked here,
 * in one voice; the work is in the rooms below.
 */
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { type Clock, integerIn, realClock, refuse } from "../core/index.js";
import { createTerminal, type Terminal } from "./terminal.js";

export interface Context {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly cores: number;
  /** aborted by Ctrl-C: long work stops at the next safe place, robots stop at once */
  readonly signal: AbortSignal;
}

export function createContext(signal: AbortSignal): Context {
  const clock = realClock();
  return {
    terminal: createTerminal(process.stdout, process.env, clock.now),
    clock,
    cores: Math.max(1, cpus().length),
    signal,
  };
}

/** Writes what a command printed as data. */
export function writeJson(file: string | undefined, value: unknown): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Parses an option that counts something. */
export const counting =
  (name: string, low: number, high: number) =>
  (text: string): number =>
    integerIn(`--${name}`, "the value", Number(text), low, high);

/** One of a list, or a refusal that prints it. */
export function oneOf<T extends string>(place: string, allowed: readonly T[], value: string): T {
  return (
    allowed.find((each) => each === value) ?? refuse(place, `must be one of ${allowed.join(", ")}`, value)
  );
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memory: number;
  readonly system: string;
  readonly node: string;
}

/** The machine a figure was made on. */
export const describeMachine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? "unknown processor",
  cores: cpus().length,
  memory: totalmem(),
  system: `${process.platform} ${process.arch}`,
  node: process.versions.node,
});
