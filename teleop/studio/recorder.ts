/**
 * The recording state machine: which phase a take is in, and what is to be done about it. A pure reducer over events
 * with their times (seconds on the shared clock): it returns the next state and the effects that the session carries
 * out. It knows nothing of physics, frames or files.
 */
import { type FailureKind, impossible, type Outcome } from "../../core/index.js";

/** Who moves the robot. `taken-over`: a person, out of a policy's hands, which a key gives it back to. */
export type Driver = "you" | "policy" | "taken-over";

/** What ended a take: the checker's word, or the person. */
export type Ending =
  | { readonly by: "success" }
  | { readonly by: "failure"; readonly kind: FailureKind }
  | { readonly by: "person" };

/** Where recording stands. */
export type RecorderPhase =
  /** the robot may be driven; nothing is recorded */
  | { readonly name: "ready" }
  /** the layout is set out as at its beginning; recording begins with the first motion, or when `until` has come */
  | { readonly name: "armed"; readonly until: number }
  | { readonly name: "recording" }
  | { readonly name: "paused" }
  /** going back since then, from that frame and second; the next step back comes at `next` while the key is held */
  | {
      readonly name: "rewinding";
      readonly since: number;
      readonly from: number;
      readonly fromSeconds: number;
      readonly next: number;
    }
  /** the take is over and waits for a decision */
  | { readonly name: "review"; readonly ended: Ending }
  /** being stored; the next layout comes when it is safe */
  | { readonly name: "kept"; readonly ended: Ending }
  | { readonly name: "thrown-away"; readonly until: number }
  | { readonly name: "resetting" }
  /** the robot holds until `resume`; then recording is where `before` says */
  | { readonly name: "stopped"; readonly reason: string; readonly before: "paused" | "ready" };

/** The recorder at a moment, for the page to show. */
export interface RecorderState {
  readonly phase: RecorderPhase;
  readonly driver: Driver;
  /** number of the take being made, from 1 */
  readonly take: number;
  /** frames in it, and seconds */
  readonly frames: number;
  readonly seconds: number;
  /** what the person marked it as; null leaves it to the checker */
  readonly mark: boolean | null;
  /** frames that a rewind cut off and `restore-tail` brings back; 0 without any */
  readonly tail: number;
  /** until when throwing away can be undone; null when there is nothing to undo */
  readonly undoUntil: number | null;
  /** where a thrown-away take stood, so that it can be taken back */
  readonly thrown: "paused" | { readonly ended: Ending } | null;
}

/** What can happen to a recorder. */
export type RecorderEvent =
  | { readonly kind: "record" | "keep" | "restore-tail" | "throw-away" | "undo" | "new-layout" }
  /** held for `hold` s, by default the recorder's own time, it goes on */
  | { readonly kind: "rewind"; readonly held: boolean; readonly hold?: number }
  | { readonly kind: "mark"; readonly success: boolean }
  /** T: from a policy to a person and back */
  | { readonly kind: "take-over" }
  /** Escape, or a fault; always heard */
  | { readonly kind: "stop"; readonly reason: string }
  | { readonly kind: "resume" }
  /** something is about to move for the first time */
  | { readonly kind: "motion" }
  /** the session has made a step; how many frames the take has now, and what the checker says */
  | { readonly kind: "stepped"; readonly frames: number; readonly seconds: number; readonly outcome: Outcome }
  /** the session has carried out `go-back`, `restore-tail` or `take-back` */
  | { readonly kind: "moved-to"; readonly frames: number; readonly seconds: number; readonly tail: number }
  /** time has come on */
  | { readonly kind: "time" }
  | { readonly kind: "stored" | "not-stored" | "layout-ready" }
  /** an episode that was made elsewhere has come into the data set: this take's number is one more */
  | { readonly kind: "added" }
  | { readonly kind: "policy-drives" | "policy-ends" }
  /** a trial that nobody wants to keep: on to the next layout */
  | { readonly kind: "dismiss" };

/** What the session is to do. */
export type RecorderEffect =
  /** an empty take, from the very beginning of the layout */
  | { readonly kind: "begin-take" }
  /** the take and the world go back by so many seconds; the cut frames are kept */
  | { readonly kind: "go-back"; readonly seconds: number }
  /** the frames that the last rewind cut off come back, and the world with them */
  | { readonly kind: "restore-tail" }
  /** the take becomes an episode and is stored for good; answer `stored` or `not-stored` */
  | { readonly kind: "store" }
  /** the take is put aside, or comes back from there with its world */
  | { readonly kind: "put-aside" | "take-back" }
  /** what was put aside is gone */
  | { readonly kind: "forget" }
  /** the next layout, the same again, or another one; answer `layout-ready` */
  | { readonly kind: "set-out"; readonly which: "next" | "same" | "new" };

/** Durations, s. */
export const RECORDER = {
  /** from arming to recording without motion */
  arm: 3,
  /** one press of rewind */
  back: 3,
  /** a rewind key held this long goes on back… */
  hold: 0.4,
  /** …by `scrub` seconds every `every` */
  scrub: 0.5,
  every: 0.125,
  /** throwing away can be undone for */
  undo: 10,
} as const;

/** A recorder before its first take of this session. */
export const beginRecorder = (take: number): RecorderState => ({
  phase: { name: "ready" },
  driver: "you",
  take,
  frames: 0,
  seconds: 0,
  mark: null,
  tail: 0,
  undoUntil: null,
  thrown: null,
});

/** Whether physics goes on in this phase. */
export const runs = ({ name }: RecorderPhase): boolean => name === "ready" || name === "recording";

/** When something happens by itself: the time to send `time`; Infinity when nothing will. */
export function nextTime({ phase, undoUntil }: RecorderState): number {
  const own =
    phase.name === "armed" || phase.name === "thrown-away"
      ? phase.until
      : phase.name === "rewinding"
        ? phase.next
        : Number.POSITIVE_INFINITY;
  return Math.min(own, undoUntil ?? Number.POSITIVE_INFINITY);
}

/** The next state, and what is to be done. */
export interface Recorded {
  readonly state: RecorderState;
  readonly effects: readonly RecorderEffect[];
}

/** What an event at `now` does. Events that mean nothing in a phase change nothing. */
export function record(state: RecorderState, event: RecorderEvent, now: number): Recorded {
  const { phase } = state;
  switch (event.kind) {
    case "stop":
      return stop(state, event.reason);
    case "mark":
      return isTake(phase) ? same({ ...state, mark: event.success }) : same(state);
    case "take-over":
      return same(takeOver(state));
    case "policy-ends":
      return same({
        ...state,
        driver: "you",
        phase: phase.name === "recording" ? { name: "paused" } : phase,
      });
    case "time":
      return comeOn(state, now);
    case "added":
      return same({ ...state, take: state.take + 1 });
    case "moved-to":
      return same({ ...state, frames: event.frames, seconds: event.seconds, tail: event.tail });
    default:
      return inPhase(state, event, now);
  }
}

const same = (state: RecorderState): Recorded => ({ state, effects: [] });
const to = (state: RecorderState, phase: RecorderPhase, ...effects: RecorderEffect[]): Recorded => ({
  state: { ...state, phase },
  effects,
});

/** A take that can be marked: begun and not yet decided upon. */
const isTake = ({ name }: RecorderPhase): boolean =>
  name === "recording" || name === "paused" || name === "rewinding" || name === "review";

function takeOver(state: RecorderState): RecorderState {
  if (!isTake(state.phase) || state.phase.name === "review") return state;
  if (state.driver === "policy") return { ...state, driver: "taken-over" };
  return state.driver === "taken-over" ? { ...state, driver: "policy" } : state;
}

function stop(state: RecorderState, reason: string): Recorded {
  const { phase } = state;
  switch (phase.name) {
    case "recording":
    case "paused":
    case "rewinding":
      return to(state, { name: "stopped", reason, before: "paused" });
    case "ready":
      return to(state, { name: "stopped", reason, before: "ready" });
    case "armed":
      return to(emptied(state), { name: "stopped", reason, before: "ready" });
    // Nothing moves in these, and none of them may be lost by a key.
    default:
      return same(state);
  }
}

/** What time does by itself. */
function comeOn(state: RecorderState, now: number): Recorded {
  const { phase, undoUntil } = state;
  if (phase.name === "armed" && now >= phase.until) return to(state, { name: "recording" });
  if (phase.name === "rewinding" && now >= phase.next)
    return to(
      state,
      { ...phase, next: phase.next + RECORDER.every },
      { kind: "go-back", seconds: RECORDER.scrub },
    );
  if (phase.name === "thrown-away" && now >= phase.until)
    return to(
      forgotten(state),
      { name: "resetting" },
      { kind: "forget" },
      { kind: "set-out", which: "same" },
    );
  if (undoUntil !== null && now >= undoUntil)
    return { state: forgotten(state), effects: [{ kind: "forget" }] };
  return same(state);
}

const emptied = (state: RecorderState): RecorderState => ({
  ...state,
  frames: 0,
  seconds: 0,
  mark: null,
  tail: 0,
});
const forgotten = (state: RecorderState): RecorderState => ({ ...state, undoUntil: null, thrown: null });

function begin(state: RecorderState, phase: RecorderPhase): Recorded {
  const effects: RecorderEffect[] = state.thrown === null ? [] : [{ kind: "forget" }];
  return to(forgotten(emptied(state)), phase, ...effects, { kind: "begin-take" });
}

type PhaseEvent = Exclude<
  RecorderEvent,
  { kind: "stop" | "mark" | "take-over" | "policy-ends" | "time" | "moved-to" | "added" }
>;

function inPhase(state: RecorderState, event: PhaseEvent, now: number): Recorded {
  const { phase } = state;
  switch (phase.name) {
    case "ready":
      if (event.kind === "record") return begin(state, { name: "armed", until: now + RECORDER.arm });
      if (event.kind === "policy-drives") return begin({ ...state, driver: "policy" }, { name: "recording" });
      if (event.kind === "new-layout")
        return to(state, { name: "resetting" }, { kind: "set-out", which: "new" });
      return event.kind === "undo" ? takeBack(state) : same(state);
    case "armed":
      if (event.kind === "motion") return to(state, { name: "recording" });
      if (event.kind === "record" || event.kind === "throw-away")
        return to(emptied(state), { name: "ready" });
      return same(state);
    case "recording":
    case "paused":
      return inTake(state, event, now);
    case "rewinding":
      return event.kind === "rewind" && !event.held ? to(state, { name: "paused" }) : same(state);
    case "review":
      return inReview(state, phase.ended, event, now);
    case "kept":
      if (event.kind === "stored")
        return to(
          { ...emptied(state), take: state.take + 1 },
          { name: "resetting" },
          { kind: "set-out", which: "next" },
        );
      return event.kind === "not-stored" ? to(state, { name: "review", ended: phase.ended }) : same(state);
    case "thrown-away":
      if (event.kind === "undo") return takeBack(state);
      if (event.kind === "record" || event.kind === "keep")
        return to(state, { name: "resetting" }, { kind: "set-out", which: "same" });
      if (event.kind === "new-layout")
        return to(state, { name: "resetting" }, { kind: "set-out", which: "new" });
      return same(state);
    case "resetting":
      return event.kind === "layout-ready"
        ? to({ ...emptied(state), driver: "you" }, { name: "ready" })
        : same(state);
    case "stopped":
      return event.kind === "resume" ? to(state, { name: phase.before }) : same(state);
    default:
      return impossible(phase);
  }
}

function inTake(state: RecorderState, event: PhaseEvent, now: number): Recorded {
  const recording = state.phase.name === "recording";
  switch (event.kind) {
    case "record":
      return to(state, { name: recording ? "paused" : "recording" });
    case "rewind":
      return event.held ? rewind(state, event.hold, now) : same(state);
    case "restore-tail":
      return state.tail > 0 ? to(state, { name: "paused" }, { kind: "restore-tail" }) : same(state);
    case "keep":
      return state.frames > 0 ? to(state, { name: "review", ended: { by: "person" } }) : same(state);
    case "throw-away":
      return throwAway(state, "paused", now);
    case "stepped": {
      const { frames, seconds, outcome } = event;
      const counted = { ...state, frames, seconds, tail: state.tail };
      if (outcome.state === "running") return same(counted);
      const ended: Ending =
        outcome.state === "success" ? { by: "success" } : { by: "failure", kind: outcome.kind };
      return to(counted, { name: "review", ended });
    }
    default:
      return same(state);
  }
}

function rewind(state: RecorderState, hold: number | undefined, now: number): Recorded {
  const phase = {
    name: "rewinding",
    since: now,
    from: state.frames,
    fromSeconds: state.seconds,
    // What is no time is not waited for: the usual one is.
    next: now + (hold !== undefined && hold > 0 ? hold : RECORDER.hold),
  } as const;
  return to(state, phase, { kind: "go-back", seconds: RECORDER.back });
}

function inReview(state: RecorderState, ended: Ending, event: PhaseEvent, now: number): Recorded {
  switch (event.kind) {
    case "keep":
      return to(state, { name: "kept", ended }, { kind: "store" });
    case "dismiss":
      return to(emptied(state), { name: "resetting" }, { kind: "set-out", which: "next" });
    case "throw-away":
      return throwAway(state, { ended }, now);
    case "rewind":
      return event.held ? rewind(state, event.hold, now) : same(state);
    // A take that the checker ended cannot go on: its outcome stands. One that a person ended can.
    case "record":
      return ended.by === "person" ? to(state, { name: "recording" }) : same(state);
    default:
      return same(state);
  }
}

function throwAway(state: RecorderState, thrown: RecorderState["thrown"], now: number): Recorded {
  const until = now + RECORDER.undo;
  return to({ ...state, thrown, undoUntil: until }, { name: "thrown-away", until }, { kind: "put-aside" });
}

function takeBack(state: RecorderState): Recorded {
  const { thrown } = state;
  if (thrown === null) return same(state);
  const phase: RecorderPhase =
    thrown === "paused" ? { name: "paused" } : { name: "review", ended: thrown.ended };
  return to(forgotten(state), phase, { kind: "take-back" });
}
