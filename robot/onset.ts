/**
 * Command-to-motion latency, measured at every start from rest: the time from the first command that departs
 * from rest by more than a threshold to the stamp of the first observation that does. It counts the way there,
 * the controller, the motion up to the threshold and nothing of the way back. Seconds on the caller's clock.
 */
import { armsOf, type Contract, impossible, nameOfArm, type Observation } from "../core/index.js";

/** What is watched, and how far it must depart from rest: m, or m/s and rad/s. */
interface Watched {
  readonly actions: readonly string[];
  readonly observed: readonly string[];
  readonly threshold: number;
}

const TOOL: Watched = {
  actions: ["action.ee.position"],
  observed: ["observation.ee.position"],
  threshold: 1e-3,
};
const BASE: Watched = {
  actions: ["action.base.linear", "action.base.angular"],
  observed: ["observation.base.twist"],
  threshold: 0.02,
};

function watchedOf(contract: Contract): Watched {
  switch (contract.control) {
    case "tool-pose":
      return TOOL;
    case "base-twist":
      return BASE;
    case "mobile-manipulation":
      // The base moves first and most; an arm that starts alone is not measured.
      return BASE;
    case "arm-team": {
      // Of whichever arm moves.
      const ofAll = (names: readonly string[]) =>
        armsOf(contract).flatMap((arm) => names.map((name) => nameOfArm(arm, name)));
      return { ...TOOL, actions: ofAll(TOOL.actions), observed: ofAll(TOOL.observed) };
    }
    default:
      return impossible(contract.control);
  }
}

/** s: still for this long is at rest */
const REST = 0.3;

/** Fed with commands and observations as they pass. */
export interface OnsetMeter {
  /** A command vector sent at `time`. */
  commanded(time: number, command: ArrayLike<number>): void;
  /** An observation stamped `time`. */
  observed(time: number, observation: Observation): void;
  /** true between a command that starts a motion and the motion */
  readonly waiting: boolean;
  /** seconds, one for each start from rest that was seen to move */
  readonly latencies: readonly number[];
}

/** @param offsets where each action feature begins in the command vector */
export function createOnsetMeter(contract: Contract, offsets: ReadonlyMap<string, number>): OnsetMeter {
  const { actions, observed, threshold } = watchedOf(contract);
  const velocities = observed.includes("observation.base.twist");
  const indices = actions.flatMap((name) => {
    const size = contract.actions.find((feature) => feature.name === name)?.names.length ?? 0;
    return Array.from({ length: size }, (_, i) => (offsets.get(name) ?? 0) + i);
  });
  const latencies: number[] = [];
  let rest: { readonly command: number[]; readonly since: number } | null = null;
  let sent: number | null = null;
  let before: number[] | null = null;
  let last: number[] | null = null;

  const apart = (a: readonly number[], b: readonly number[]): number =>
    Math.hypot(...a.map((value, i) => value - b[i]!));

  return {
    commanded: (time, command) => {
      const now = indices.map((index) => command[index]!);
      if (rest === null || (sent === null && time - rest.since < REST)) {
        if (rest === null || apart(now, rest.command) > threshold) rest = { command: now, since: time };
        return;
      }
      if (sent !== null || last === null || apart(now, rest.command) <= threshold) return;
      if (velocities && Math.hypot(...last) > threshold) return;
      sent = time;
      before = last;
    },
    observed: (time, observation) => {
      const values = observed.map((name) => observation.values[name]);
      if (values.some((each) => each === undefined)) return;
      last = values.flatMap((each) => [...each!]);
      if (sent === null || before === null || time < sent || apart(last, before) <= threshold) return;
      latencies.push(time - sent);
      sent = null;
      rest = null;
    },
    get waiting() {
      return sent !== null;
    },
    latencies,
  };
}
