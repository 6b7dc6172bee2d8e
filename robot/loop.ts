/**
 * The loop that carries plans of commands to a robot: at the contract's rate, on absolute deadlines, until it
 * is done, told to stop, out of time, or blind. Policies (`deploy.ts`) and motion primitives (`primitives.ts`)
 * are its sources; whatever the robot's safety layer refuses is not sent again but planned anew.
 *
 * Each tick sends all that is left of the plan as a timed trajectory, not one command: when a tick is late the
 * robot goes on along the plan instead of stuttering, and when the loop dies it comes to rest at the plan's end
 * or the watchdog's time, whichever is first. A plan is a path in policy time; a robot with a speed scale below
 * 1 is led along the same path more slowly.
 */
import {
  actionOffsets,
  type Clock,
  type Facts,
  messageOf,
  positive,
  type Robot,
  type Scene,
  type Sighting,
} from "../core/index.js";
import { factsOf } from "./facts.js";
import { createOnsetMeter } from "./onset.js";
import { SAFETY_SETTINGS } from "./safety/limits.js";

/** Commands in the robot's own order; row i is to be reached i + 1 policy periods after the plan begins. */
export interface Plan {
  /** [rows * A] */
  readonly commands: Float32Array;
  readonly rows: number;
  /** rows to execute before planning again */
  readonly execute: number;
}

/** `done`: nothing more to do; `blind`: something it must see is missing. */
export type Planned =
  | ({ readonly kind: "plan" } & Plan)
  | { readonly kind: "done"; readonly detail: string }
  | { readonly kind: "blind"; readonly detail: string };

/** Where plans come from. */
export interface PlanSource {
  /** @param commanded the command in force, [A] in the robot's order */
  next(sighting: Sighting, commanded: Float64Array, facts: Facts | null): Promise<Planned>;
}

/** When a loop ends, and who looks on. */
export interface LoopOptions {
  /** s on the robot's path: at a speed scale of 0.1 the loop may last ten times as long */
  readonly timeout: number;
  /** ends the loop when it has been true for `settle` ticks in a row */
  readonly until?: (facts: Facts) => boolean;
  /** default 3 */
  readonly settle?: number;
  /** ends the loop at once when it says why */
  readonly unless?: (facts: Facts) => string | null;
  /** s for which the robot may be unseen, or refuse commands, before the loop gives up; default 1.5 */
  readonly patience?: number;
  readonly signal?: AbortSignal;
  /** for recorders and reports; at most once a tick */
  readonly onTick?: (tick: Tick) => void;
}

/** What a loop saw at one tick. */
export interface Tick {
  /** s since the loop began */
  readonly time: number;
  readonly sighting: Sighting;
  readonly scene: Scene | null;
  /** [A] the command in force before this tick */
  readonly commanded: Float64Array;
}

/**
 * `reached`: `until` holds; `finished`: the source had no more to do; `violated`: `unless` said why;
 * `blind`: observations missing or too old; `refused`: the safety layer, the lease or the link refused.
 */
export type LoopOutcome =
  | "reached"
  | "finished"
  | "timed-out"
  | "violated"
  | "stopped"
  | "blind"
  | "refused"
  | "aborted";

/** How a loop ended, and how well it kept its time. */
export interface LoopResult {
  readonly outcome: LoopOutcome;
  readonly detail: string;
  /** s */
  readonly seconds: number;
  readonly ticks: number;
  /** ticks whose time passed before the loop came to them */
  readonly missed: number;
  /** s by which the latest tick came late */
  readonly late: number;
  /** s, the oldest that was acted on; scene null when there is none */
  readonly maxAge: { readonly observation: number; readonly scene: number | null };
  /** s from command to motion, at each start from rest */
  readonly latencies: readonly number[];
  /** s, the longest planning (inference) */
  readonly planning: number;
}

/** Share of a period by which a tick may come late and still count as on time. */
const ON_TIME = 0.25;
/** Rows of the path that are sent at a tick, at most. */
const WINDOW = 32;
/** s between looks at the robot while a motion is awaited */
const LOOK = 0.005;

/** Carries a source's plans to the robot until something ends it; then the robot holds (or stays stopped). */
export async function runLoop(
  robot: Robot,
  clock: Clock,
  source: PlanSource,
  options: LoopOptions,
): Promise<LoopResult> {
  const { contract } = robot;
  const { signal, settle = 3, patience = 1.5 } = options;
  const period = 1 / contract.rates.policy;
  const timeout = positive("loop", "timeout", options.timeout);
  /** components that are velocities: a plan holds each to the end of its row, and does not lead from one to the next */
  const stepwise = contract.actions.flatMap(({ unit, names }) =>
    names.map(() => unit === "m/s" || unit === "rad/s"),
  );
  const { observationAge } = SAFETY_SETTINGS[contract.control];
  const onset = createOnsetMeter(contract, actionOffsets(contract));

  let plan: Plan | null = null;
  let origin: Float64Array = new Float64Array();
  let cursor = 0;
  let policyTime = 0;
  let settled = 0;
  let ticks = 0;
  let missed = 0;
  let late = 0;
  let planning = 0;
  let oldest = 0;
  let oldestScene: number | null = null;

  const start = await alignedStart(robot, clock, period);
  let deadline = start;
  let trouble: { readonly since: number; readonly outcome: "blind" | "refused"; detail: string } | null =
    null;

  const ended = (outcome: LoopOutcome, detail: string): LoopResult => {
    if (outcome !== "stopped") robot.hold(`${outcome}: ${detail}`);
    return {
      outcome,
      detail,
      seconds: clock.now() - start,
      ticks,
      missed,
      late,
      maxAge: { observation: oldest, scene: oldestScene },
      latencies: onset.latencies,
      planning,
    };
  };
  /** Waits in place; the plan is thrown away, for the world may have changed meanwhile. */
  const inTrouble = (outcome: "blind" | "refused", detail: string): LoopResult | null => {
    plan = null;
    trouble = trouble?.outcome === outcome ? { ...trouble, detail } : { since: clock.now(), outcome, detail };
    return clock.now() - trouble.since > patience ? ended(outcome, detail) : null;
  };
  /** Sleeps to the deadline, looking at the robot meanwhile when a motion is awaited. */
  const untilDeadline = async (): Promise<void> => {
    while (onset.waiting && deadline - clock.now() > LOOK) {
      await clock.sleep(LOOK, signal);
      const sighting = robot.latest();
      if (sighting !== null) onset.observed(clock.now() - sighting.age, sighting.observation);
    }
    await clock.sleep(deadline - clock.now(), signal);
  };

  for (;;) {
    try {
      await untilDeadline();
    } catch {
      return ended("aborted", "told to end");
    }
    if (signal?.aborted) return ended("aborted", "told to end");
    const lateness = Math.max(0, clock.now() - deadline);
    const skipped = Math.floor(lateness / period + 1e-6);
    const scale = robot.speedScale ?? 1;
    ticks++;
    missed += skipped;
    late = Math.max(late, lateness);
    deadline += (1 + skipped) * period;
    cursor += skipped * scale;
    policyTime += (1 + skipped) * scale * period;

    if (robot.stopped !== null) return ended("stopped", robot.stopped);
    const sighting = robot.latest();
    const commanded = robot.commanded();
    if (sighting === null || commanded === null || sighting.age > observationAge) {
      const detail =
        sighting === null ? "the robot has not been seen" : `last seen ${sighting.age.toFixed(2)} s ago`;
      robot.hold(detail);
      const end = inTrouble("blind", detail);
      if (end !== null) return end;
      continue;
    }
    const facts = factsOf(robot);
    const seen = robot.scene();
    // Every loop ends in a hold, so the next one begins at rest.
    if (ticks === 1) onset.commanded(Number.NEGATIVE_INFINITY, commanded);
    onset.observed(clock.now() - sighting.age, sighting.observation);
    options.onTick?.({ time: clock.now() - start, sighting, scene: seen?.scene ?? null, commanded });

    if (facts !== null) {
      const violation = options.unless?.(facts) ?? null;
      if (violation !== null) return ended("violated", violation);
      settled = options.until?.(facts) === true ? settled + 1 : 0;
      if (settled >= settle) return ended("reached", `held for ${settle} ticks`);
    }
    if (policyTime > timeout + period / 2) return ended("timed-out", `after ${timeout} s`);

    if (plan === null || cursor >= plan.execute - 1e-6) {
      const asked = clock.now();
      const planned = await source.next(sighting, commanded, facts).catch((error: unknown) => {
        robot.hold(`planning failed: ${messageOf(error)}`);
        throw error;
      });
      planning = Math.max(planning, clock.now() - asked);
      if (planned.kind === "done") return ended("finished", planned.detail);
      if (planned.kind === "blind") {
        robot.hold(planned.detail);
        const end = inTrouble("blind", planned.detail);
        if (end !== null) return end;
        continue;
      }
      plan = planned;
      origin = commanded;
      cursor = 0;
    }
    // A tick that is clearly late starts from where the plan has come to by now, not from where it should have.
    const phase = lateness / period - skipped;
    const from = phase > ON_TIME ? cursor + phase * scale : cursor;
    const rows = Math.max(1, Math.min(WINDOW, Math.floor((plan.rows - from) / scale + 1e-6)));
    const commands = alongPlan(plan, origin, from, scale, rows, stepwise);
    const result = robot.command({ commands, rows, period });
    if (!result.accepted) {
      if (robot.stopped !== null) return ended("stopped", robot.stopped);
      const end = inTrouble("refused", result.reason);
      if (end !== null) return end;
      continue;
    }
    trouble = null;
    oldest = Math.max(oldest, sighting.age);
    if (seen !== null) oldestScene = Math.max(oldestScene ?? 0, seen.age);
    onset.commanded(clock.now(), commands.subarray(0, origin.length));
    cursor += scale;
  }
}

/**
 * The next `rows` points of a plan's path from `cursor` (in rows) on, `scale` apart: linear between rows for
 * poses, stepwise for the components that `stepwise` names, velocities. At whole cursors and scale 1 these are the rows themselves.
 */
export function alongPlan(
  plan: Plan,
  origin: ArrayLike<number>,
  cursor: number,
  scale: number,
  rows: number,
  stepwise: readonly boolean[],
): Float32Array {
  const size = origin.length;
  const out = new Float32Array(rows * size);
  const at = (row: number, i: number): number =>
    row < 0 ? origin[i]! : plan.commands[Math.min(row, plan.rows - 1) * size + i]!;
  for (let j = 0; j < rows; j++) {
    const x = cursor + scale * (j + 1);
    const row = Math.ceil(x - 1e-6) - 1;
    for (let i = 0; i < size; i++) {
      const share = stepwise[i]! ? 1 : Math.min(1, x - row);
      const to = at(row, i);
      out[j * size + i] = share > 1 - 1e-6 ? to : at(row - 1, i) * (1 - share) + to * share;
    }
  }
  return out;
}

/** The clock's time just after a new observation, so that ticks and observations do not race each other. */
async function alignedStart(robot: Robot, clock: Clock, period: number): Promise<number> {
  const latest = clock.now() + period;
  while (clock.now() < latest) {
    const sighting = robot.latest();
    if (sighting !== null && sighting.age < 0.25 * period) break;
    await clock.sleep(0.1 * period);
  }
  return clock.now();
}
