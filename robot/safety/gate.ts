/**
 * The part of a robot that every driver shares: the latched stop, the command in force, the limits, the
 * listeners, and the one way by which a command gets through. It decides by `decide.ts`; moving something is
 * the driver's part.
 */
import type { CommandChunk, CommandResult, Contract, RobotEvent } from "../../core/index.js";
import { decide, type Limited, type Verdict } from "./decide.js";
import { type SafetyLimits, safetyLimits } from "./limits.js";

/** What the driver knows when a command comes. */
export interface SafetyGateInput {
  readonly linkUp: boolean;
  /** seconds; null before the first observation */
  readonly observationAge: number | null;
  readonly commanded: ArrayLike<number> | null;
}

/** The gate of one robot. */
export interface SafetyGate {
  readonly limits: SafetyLimits;
  readonly stopped: string | null;
  readonly speedScale: number;
  /** @param scale in (0, 1] */
  setSpeedScale(scale: number): void;
  /** Decides; tells the listeners what was changed or withheld. */
  judge(chunk: CommandChunk, input: SafetyGateInput): Verdict;
  /** Latches; the first reason stays. @returns false when it was latched already */
  stop(reason: string): boolean;
  /** @returns false when it was not latched */
  release(): boolean;
  emit(event: RobotEvent): void;
  /** Says once why the robot holds, until it moves again or the reason changes. */
  holding(reason: string): void;
  on(listener: (event: RobotEvent) => void): () => void;
}

/** A gate for robots of this contract, not stopped. @param speedScale in (0, 1] */
export function createSafetyGate(contract: Contract, speedScale = 1): SafetyGate {
  let limits = safetyLimits(contract, speedScale);
  let stopped: string | null = null;
  let heldFor: string | null = null;
  let limitedBy = "";
  const listeners = new Set<(event: RobotEvent) => void>();
  const emit = (event: RobotEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  const holding = (reason: string): void => {
    if (heldFor === reason) return;
    heldFor = reason;
    emit({ kind: "holding", reason });
  };
  /** A limit that acts at every tick is told when it begins, not twenty times a second. */
  const tellLimited = (limited: readonly Limited[]): void => {
    const rules = limited.map(({ rule, detail }) => `${rule} ${detail.split(" ", 1)[0]}`).join(", ");
    if (rules !== limitedBy) for (const each of limited) emit({ kind: "limited", ...each });
    limitedBy = rules;
  };

  return {
    get limits() {
      return limits;
    },
    get stopped() {
      return stopped;
    },
    get speedScale() {
      return limits.speedScale;
    },
    setSpeedScale: (scale) => {
      limits = safetyLimits(contract, scale);
    },
    judge: (chunk, input) => {
      const verdict = decide(chunk, { ...input, stopped }, limits);
      switch (verdict.kind) {
        case "command":
          heldFor = null;
          tellLimited(verdict.limited);
          break;
        case "hold":
          holding(`${verdict.rule}: ${verdict.detail}`);
          break;
        case "stop":
          break;
      }
      return verdict;
    },
    stop: (reason) => {
      if (stopped !== null) return false;
      stopped = reason;
      emit({ kind: "stopped", reason });
      return true;
    },
    release: () => {
      if (stopped === null) return false;
      stopped = null;
      heldFor = null;
      emit({ kind: "released" });
      return true;
    },
    emit,
    holding,
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What the caller of `Robot.command` is told of a verdict. */
export const resultOf = (verdict: Verdict): CommandResult =>
  verdict.kind === "command"
    ? { accepted: true }
    : { accepted: false, reason: `${verdict.rule}: ${verdict.detail}` };
