/**
 * A robot made of a simulation: the environment is stepped on a clock, as fast as the clock runs, and taken for
 * a robot by teleoperation, deployment and plans. Its scene is the simulator's own, marked privileged: for an
 * evaluation under a detector's noise give it an environment that adds it.
 */
import type {
  Clock,
  CommandChunk,
  CommandResult,
  Environment,
  GoalBinding,
  Observation,
  Robot,
  RobotEvent,
} from "../core/index.js";
import { actionOffsets, drives, messageOf } from "../core/index.js";
import { createSafetyGate, resultOf } from "./safety/gate.js";
import { guardOf, type ScanGuard, safeShare } from "./safety/scan-guard.js";

/** A pause of the machine longer than this many policy periods is dropped, not made up for. */
const MOST_CATCH_UP = 5;

/** A simulation that runs on a clock. */
export interface LiveRobot extends Robot {
  readonly speedScale: number;
  /** seconds of simulation that were dropped because the machine was too slow */
  readonly lost: number;
}

/** What a simulation that is taken for a robot may leave out. */
export interface LiveOptions {
  /** what stops a base before what its scan sees, as its driver would; null for none */
  readonly scanGuard?: ScanGuard | null;
}

/** Begins to run at once; `close` stops it and leaves the environment to the caller. */
export function liveRobot(environment: Environment, clock: Clock, options: LiveOptions = {}): LiveRobot {
  const { contract } = environment;
  const period = 1 / contract.rates.policy;
  const size = environment.command().length;
  const gate = createSafetyGate(contract);
  const closing = new AbortController();
  let nextStep = clock.now() + period;
  let lost = 0;
  let active: { readonly commands: Float64Array; readonly rows: number; next: number } | null = null;
  let observation: Observation | null = null;
  let observedAt = clock.now();

  /** Brings the simulation to the present, so that it does not matter who woke first. */
  const catchUp = (): void => {
    const behind = Math.floor((clock.now() - nextStep) / period + 1e-6) + 1;
    if (behind > MOST_CATCH_UP) {
      lost += (behind - MOST_CATCH_UP) * period;
      nextStep += (behind - MOST_CATCH_UP) * period;
    }
    while (clock.now() >= nextStep - 1e-9) {
      environment.step(nextCommand());
      observedAt = nextStep;
      nextStep += period;
      observation = null;
    }
  };

  const scanGuard = options.scanGuard === undefined ? guardOf(contract.robot) : options.scanGuard;
  const offsets = actionOffsets(contract);
  let guarded = false;
  /** A base's command, cut down by what its scan sees. */
  const guard = (command: Float64Array): Float64Array => {
    if (contract.control !== "base-twist" || scanGuard === null) return command;
    observation ??= environment.observe();
    const scan = observation.values["observation.scan"];
    if (scan === undefined) return command;
    const [linear, angular] = [offsets.get("action.base.linear")!, offsets.get("action.base.angular")!];
    const share = safeShare(command[linear]!, command[angular]!, scan, scanGuard);
    if (share < 1 && !guarded)
      gate.emit({
        kind: "limited",
        rule: "obstacle",
        detail: `${command[linear]!.toFixed(2)} m/s held to ${(command[linear]! * share).toFixed(2)}`,
      });
    guarded = share < 1;
    const safe = command.slice();
    safe[linear]! *= share;
    return safe;
  };
  /** The command in force, with a base that stands: poses hold their place, velocities end. */
  const atRest = (command: Float64Array): Float64Array => {
    if (!drives(contract)) return command;
    for (const name of ["action.base.linear", "action.base.angular"]) command[offsets.get(name)!] = 0;
    return command;
  };
  const nextCommand = (): ArrayLike<number> => {
    if (active !== null && active.next < active.rows) {
      const row = active.next++;
      return guard(active.commands.subarray(row * size, (row + 1) * size));
    }
    if (active !== null) {
      active = null;
      gate.holding("watchdog: the last command has been carried out");
    }
    return atRest(environment.command());
  };

  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await clock.sleep(nextStep - clock.now(), closing.signal).catch(() => {});
      if (!closing.signal.aborted) catchUp();
    }
  };
  const running = run().catch((error: unknown) => {
    gate.stop(`the simulation failed: ${messageOf(error)}`);
  });

  return {
    contract,
    get speedScale() {
      return gate.speedScale;
    },
    get lost() {
      return lost;
    },
    latest: () => {
      catchUp();
      observation ??= environment.observe();
      return { observation, age: Math.max(0, clock.now() - observedAt) };
    },
    scene: () => {
      catchUp();
      return { scene: environment.scene(), age: Math.max(0, clock.now() - observedAt) };
    },
    bind: (goal: GoalBinding) => {
      environment.bind(goal);
      observation = null;
    },
    commanded: () => environment.command(),
    command: (chunk: CommandChunk): CommandResult => {
      catchUp();
      const verdict = gate.judge(chunk, {
        linkUp: !closing.signal.aborted,
        observationAge: clock.now() - observedAt,
        commanded: environment.command(),
      });
      active =
        verdict.kind === "command" ? { commands: verdict.commands, rows: verdict.rows, next: 0 } : null;
      return resultOf(verdict);
    },
    hold: (reason: string) => {
      active = null;
      gate.holding(reason);
    },
    stop: (reason: string) => {
      active = null;
      gate.stop(reason);
    },
    releaseStop: () => {
      gate.release();
    },
    get stopped() {
      return gate.stopped;
    },
    on: (listener: (event: RobotEvent) => void) => gate.on(listener),
    close: async () => {
      closing.abort(new Error("closed"));
      await running;
    },
  };
}
