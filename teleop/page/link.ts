/**
 * The page's end of the line to the thread that simulates: what it says becomes signals, what the page wants becomes
 * messages. States are not signals: they come twenty times a second and the picture reads them itself (`live.ts`).
 */
import { batch, type Signal, signal } from "@preact/signals";
import { impossible, messageOf } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import type { Cue } from "../studio/cues.js";
import type {
  FromSimulation,
  SceneMessage,
  StatesMessage,
  StepTimings,
  StorePlace,
  TakeSummary,
  ToSimulation,
  TrialSummary,
} from "../studio/protocol.js";
import type { RecorderState } from "../studio/recorder.js";
import type { Errand } from "./tasks.js";

/** What the simulation said when a task was opened. */
export type Opened = Extract<FromSimulation, { kind: "opened" }>;

/** A trial and the policy it was made with. */
export interface PolicyTrial extends TrialSummary {
  readonly policy: string;
  /** its frames, to be watched again */
  readonly episode: Episode;
}

/** A worker, as far as it is used here. */
export interface SimulationThread {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** The line, and everything last heard on it. */
export interface Link {
  readonly opened: Signal<Opened | null>;
  readonly scene: Signal<SceneMessage | null>;
  readonly recorder: Signal<RecorderState | null>;
  readonly outcome: Signal<StatesMessage["outcome"]>;
  readonly cues: Signal<readonly Cue[]>;
  readonly timings: Signal<StepTimings | null>;
  /** takes kept since the page was opened, newest last */
  readonly takes: Signal<readonly TakeSummary[]>;
  readonly trials: Signal<readonly PolicyTrial[]>;
  /** policies that the simulation has loaded */
  readonly ready: Signal<readonly string[]>;
  /** the last thing that could not be done; null once it was read */
  readonly refused: Signal<string | null>;
  /** why the thread has ended; null while it lives */
  readonly failed: Signal<string | null>;
  send(message: ToSimulation, transfer?: Transferable[]): void;
  /** Begins a task in the thread. */
  open(of: Errand, firstSeed: number, store: StorePlace | null): void;
  /** Called with every step. */
  onStates(listener: (states: StatesMessage) => void): () => void;
}

/** Seconds on the clock that page and thread share. */
export const sharedNow = (): number => (performance.timeOrigin + performance.now()) / 1000;
/** The same of an event's time stamp, ms since the page began. */
export const sharedTime = (stamp: number): number => (performance.timeOrigin + stamp) / 1000;
/** ms since the page began, of a time on that clock. */
export const pageTime = (seconds: number): number => 1000 * seconds - performance.timeOrigin;

/** Signals that only show numbers follow at this pace, ms. */
const SLOW = 100;

/** Ties a thread to signals. */
export function createLink(thread: SimulationThread): Link {
  const listeners = new Set<(states: StatesMessage) => void>();
  const opened = signal<Opened | null>(null);
  const scene = signal<SceneMessage | null>(null);
  const recorder = signal<RecorderState | null>(null);
  const outcome = signal<StatesMessage["outcome"]>({ state: "running" });
  const cues = signal<readonly Cue[]>([]);
  const timings = signal<StepTimings | null>(null);
  const takes = signal<readonly TakeSummary[]>([]);
  const trials = signal<readonly PolicyTrial[]>([]);
  const ready = signal<readonly string[]>([]);
  const refused = signal<string | null>(null);
  const failed = signal<string | null>(null);
  let shown = 0;

  const hearStates = (states: StatesMessage): void => {
    for (const listener of listeners) listener(states);
    const now = performance.now();
    const turned = recorder.peek()?.phase.name !== states.recorder.phase.name;
    if (!turned && outcome.peek().state === states.outcome.state && now - shown < SLOW) return;
    shown = now;
    batch(() => {
      recorder.value = states.recorder;
      outcome.value = states.outcome;
      cues.value = states.cues;
      timings.value = states.timings;
    });
  };

  const hear = (message: FromSimulation): void => {
    switch (message.kind) {
      case "opened":
        opened.value = message;
        return;
      case "scene":
        scene.value = message;
        return;
      case "states":
        hearStates(message);
        return;
      case "recorder":
        recorder.value = message.recorder;
        return;
      case "kept":
        takes.value = [...takes.value, message.take];
        return;
      case "trial":
        trials.value = [
          ...trials.value,
          { policy: message.policy, episode: message.episode, ...message.trial },
        ];
        return;
      case "policy-ready":
        ready.value = [...ready.value, message.name];
        return;
      case "refused":
        refused.value = message.reason;
        return;
      case "failed":
        failed.value = message.reason;
        return;
      default:
        impossible(message);
    }
  };

  thread.onmessage = ({ data }: MessageEvent<FromSimulation>) => hear(data);
  thread.onerror = ({ message }) => {
    failed.value = message || "the thread could not be started.";
  };
  const send: Link["send"] = (message, transfer = []) => thread.postMessage(message, transfer);
  return {
    opened,
    scene,
    recorder,
    outcome,
    cues,
    timings,
    takes,
    trials,
    ready,
    refused,
    failed,
    send,
    open: ({ task, robot }, firstSeed, store) => {
      batch(() => {
        opened.value = null;
        recorder.value = null;
        takes.value = [];
      });
      send({ kind: "open", task, robot, firstSeed, store });
    },
    onStates: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What an error says to a person. */
export const reasonOf = messageOf;
