/**
 * The safety decision on one proposed command chunk: pure, without clock or state of its own.
 * What it lets through is finite, inside the limits of the contract, and never faster than the limits' rates;
 * from outside the limits (a robot that was moved by hand) it only ever lets the command come back in.
 * A software layer in front of a robot's own controller: not a safety function in the sense of a standard.
 */
import type { CommandChunk } from "../../core/index.js";
import type { SafetyLimits } from "./limits.js";

/** The rules by name, as events and refusals tell them. */
export type SafetyRule =
  | "stopped"
  | "link"
  | "no-observation"
  | "stale-observation"
  | "malformed"
  | "non-finite"
  | "limit"
  | "rate"
  | "joint-rate"
  | "unreachable"
  | "obstacle"
  | "watchdog"
  | "lease"
  | "no-effect";

/** What is known at the moment of the decision. */
export interface SafetyState {
  /** why the stop is latched; null while it is not */
  readonly stopped: string | null;
  readonly linkUp: boolean;
  /** seconds; null before the first observation */
  readonly observationAge: number | null;
  /** [A] the command in force; null before the first observation */
  readonly commanded: ArrayLike<number> | null;
}

/** A rule that changed something, and what it did. */
export interface Limited {
  readonly rule: SafetyRule;
  readonly detail: string;
}

/** `command`: execute `rows` (perhaps changed); `hold`: stay where you are; `stop`: stay stopped. */
export type Verdict =
  | {
      readonly kind: "command";
      /** [rows, A] row by row */
      readonly commands: Float64Array;
      readonly rows: number;
      readonly period: number;
      readonly limited: readonly Limited[];
    }
  | ({ readonly kind: "hold" } & Limited)
  | ({ readonly kind: "stop" } & Limited);

/** Rows a chunk may have; more is a mistake, not a plan. */
export const MOST_ROWS = 256;

/** Decides on a chunk. Rows that begin after the watchdog's time are cut off. */
export function decide(proposed: CommandChunk, state: SafetyState, limits: SafetyLimits): Verdict {
  const hold = (rule: SafetyRule, detail: string): Verdict => ({ kind: "hold", rule, detail });
  if (state.stopped !== null) return { kind: "stop", rule: "stopped", detail: state.stopped };
  if (!state.linkUp) return hold("link", "the link to the robot is down");
  if (state.observationAge === null || state.commanded === null)
    return hold("no-observation", "the robot has not been seen yet");
  if (!(state.observationAge <= limits.observationAge))
    return hold(
      "stale-observation",
      `the newest observation is ${state.observationAge.toFixed(3)} s old, the limit ${limits.observationAge} s`,
    );

  const { commands, rows, period } = proposed;
  const { size } = limits;
  if (!Number.isInteger(rows) || rows < 1 || rows > MOST_ROWS || commands.length !== rows * size)
    return hold("malformed", `${commands.length} numbers are not ${rows} rows of ${size}`);
  if (!Number.isFinite(period) || period <= 0)
    return hold("malformed", `the period must be a positive number of seconds, got ${period}`);
  for (let i = 0; i < commands.length; i++)
    if (!Number.isFinite(commands[i]!))
      return hold("non-finite", `component ${i % size} of row ${Math.floor(i / size)} is ${commands[i]}`);
  for (let i = 0; i < size; i++)
    if (!Number.isFinite(state.commanded[i]!))
      return hold("non-finite", `component ${i} of the command in force is ${state.commanded[i]}`);

  const kept = Math.min(rows, Math.max(1, Math.ceil(limits.watchdog / period - 1e-9)));
  const allowed = Float64Array.from(commands.subarray(0, kept * size));
  const limited = new Map<string, Limited>();
  const note = (rule: SafetyRule, name: string, detail: string): void => {
    if (!limited.has(`${rule} ${name}`))
      limited.set(`${rule} ${name}`, { rule, detail: `${name} ${detail}` });
  };
  let previous: ArrayLike<number> = state.commanded;
  for (let row = 0; row < kept; row++) {
    const now = allowed.subarray(row * size, (row + 1) * size);
    for (const feature of limits.features) {
      const { offset, low, high, rate, name } = feature;
      for (let i = 0; i < low.length; i++) {
        const wanted = now[offset + i]!;
        const inside = Math.min(high[i]!, Math.max(low[i]!, wanted));
        // Policies compute in float32: a command on the limit itself may lie a rounding beyond it.
        if (Math.abs(wanted - inside) > 1e-6) note("limit", name, `held to ${inside}, wanted ${wanted}`);
        now[offset + i] = inside;
      }
      if (rate === null) continue;
      let squares = 0;
      for (let i = 0; i < low.length; i++) squares += (now[offset + i]! - previous[offset + i]!) ** 2;
      const step = Math.sqrt(squares);
      const most = rate * limits.speedScale * period;
      if (step <= most) continue;
      if (step > most * (1 + 1e-4))
        note("rate", name, `step of ${step.toPrecision(3)} held to ${most.toPrecision(3)}`);
      for (let i = 0; i < low.length; i++) {
        const from = previous[offset + i]!;
        now[offset + i] = from + ((now[offset + i]! - from) * most) / step;
      }
    }
    previous = now;
  }
  return { kind: "command", commands: allowed, rows: kept, period, limited: [...limited.values()] };
}
