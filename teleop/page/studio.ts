/**
 * The studio behind the page: the line to the simulation, the devices, the picture, the takes. Components read its
 * signals and call its functions; nothing here draws. One studio lives as long as the page.
 */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { distance } from "../../core/index.js";
import type { ViewState, WorldView } from "../../sim/view/index.js";
import type { Action, Body } from "../devices/intent.js";
import type { StorePlace } from "../studio/protocol.js";
import { type Amplification, createAmplification, isAmplified } from "./amplification.js";
import { type Comparison, createComparison } from "./comparison.js";
import { type Film, filmFrom, filmOf, keepFilm, readFilms } from "./films.js";
import { createHistory, type History } from "./history.js";
import { createInput, type Input } from "./input.js";
import { createLibrary, type Library, type TakeRow } from "./library.js";
import { createLink, type Link, type SimulationThread } from "./link.js";
import { createLive, type Live, type LiveState } from "./live.js";
import { createPolicies, type Policies } from "./policies.js";
import { createReplay, type Replay } from "./replay.js";
import { route } from "./route.js";
import { type Progress, progressOf } from "./steps.js";
import { TASK_NAMES } from "./tasks.js";

export type { TakeRow } from "./library.js";

/** Numbers that are shown ten times a second. */
export interface Numbers {
  readonly joints: readonly number[];
  readonly base: { readonly x: number; readonly y: number; readonly heading: number } | null;
  /** N, the last ten seconds */
  readonly forces: readonly number[];
}

/** Everything the page shows and does. */
export interface Studio {
  readonly link: Link;
  readonly library: Library;
  readonly policies: Policies;
  readonly amplification: Amplification;
  readonly comparison: Comparison;
  readonly replay: Replay;
  readonly task: Signal<string>;
  readonly body: ReadonlySignal<Body>;
  readonly input: Signal<Input | null>;
  readonly view: Signal<WorldView | null>;
  readonly preset: Signal<string>;
  readonly takes: ReadonlySignal<readonly TakeRow[]>;
  readonly films: Signal<ReadonlyMap<number, Film>>;
  readonly progress: Signal<Progress>;
  /** seconds of the take at which each step was first done */
  readonly reached: Signal<readonly number[]>;
  readonly gripper: Signal<{ readonly width: number; readonly holds: boolean }>;
  readonly numbers: Signal<Numbers>;
  /** ms of script of the last frames */
  readonly pictureCost: Signal<number>;
  readonly framesPerSecond: Signal<number>;
  /** a take is being made: the layout must not change under it */
  readonly inTake: ReadonlySignal<boolean>;
  /** the screen is one to drive from, and shows the live robot */
  readonly drivable: ReadonlySignal<boolean>;
  readonly driver: ReadonlySignal<"you" | "policy" | "taken-over">;
  /** the sheet of keys is open */
  readonly sheet: Signal<boolean>;
  /** graphics are lost, or were never there */
  readonly graphics: Signal<"fine" | "lost" | "none">;
  readonly history: () => History;
  readonly live: () => Live | null;
  /** Elements through which the picture shows a recorded camera. */
  readonly holes: ReadonlyMap<string, HTMLElement>;
  addHole(camera: string, element: HTMLElement): () => void;
  /** Called with what each frame shows. */
  onFrame(listener: (state: LiveState) => void): () => void;
  /** Says what a frame shows: called by the stage. */
  showFrame(state: LiveState): void;
  /** Counts what was drawn in the last second: called by the stage whether or not anything was. */
  countFrames(): void;
  /** Makes the film of a take from states of it, and keeps it beside the data set. */
  makeFilm(index: number, states: readonly ViewState[]): void;
  act(action: Action): void;
  openTask(task: string): void;
}

/** Where things live outside the page's own code. */
export interface StudioParts {
  readonly simulation: SimulationThread;
  /** where takes of a task go */
  readonly placeOf: (task: string) => StorePlace | null;
}

/** Points of the force curve. */
const POINTS = 100;
/** ms between numbers. */
const SLOW = 100;

/** Starts the studio with a task. */
export function createStudio(parts: StudioParts, firstTask: string): Studio {
  const link = createLink(parts.simulation);
  const library = createLibrary(link, parts.placeOf);
  const policies = createPolicies(link, library);
  const amplification = createAmplification(link, library);
  const comparison = createComparison(link, policies);
  const replay = createReplay(library);
  const task = signal<string>(TASK_NAMES.find((name) => name === firstTask) ?? TASK_NAMES[0]);
  const body = computed<Body>(() => link.opened.value?.body ?? (task.value === "navigate" ? "base" : "arm"));
  const input = signal<Input | null>(null);
  const view = signal<WorldView | null>(null);
  const preset = signal("");
  const films = signal<ReadonlyMap<number, Film>>(new Map());
  const progress = signal<Progress>({ steps: [], done: 0 });
  const reached = signal<readonly number[]>([]);
  const gripper = signal({ width: 0, holds: false });
  const numbers = signal<Numbers>({ joints: [], base: null, forces: [] });
  const pictureCost = signal(0);
  const framesPerSecond = signal(0);
  const graphics = signal<"fine" | "lost" | "none">("fine");
  const sheet = signal(false);
  const holes = new Map<string, HTMLElement>();
  const listeners = new Set<(state: LiveState) => void>();
  let live: Live | null = null;
  let stored: StorePlace | null = null;
  let history = createHistory(20);
  let shown = 0;
  let drawn = 0;
  let since = performance.now();

  const inTake = computed(() => {
    const name = link.recorder.value?.phase.name;
    return name !== undefined &&
      name !== "ready" &&
      name !== "resetting" &&
      name !== "thrown-away" &&
      name !== "kept"
      ? !(name === "stopped" && link.recorder.value?.frames === 0)
      : false;
  });
  const drivable = computed(
    () => (route.value.screen === "drive" || route.value.screen === "rollouts") && !replay.active.value,
  );
  const driver = computed(() => link.recorder.value?.driver ?? "you");

  effect(() => {
    document.documentElement.dataset["driver"] = driver.value === "policy" ? "policy" : "you";
  });

  // A new layout: its states are read by its order, and the take begins anew.
  effect(() => {
    const scene = link.scene.value;
    live = scene === null ? null : createLive(scene, body.peek());
    history = createHistory(link.opened.peek()?.contract.rates.record ?? 20);
    reached.value = [];
  });

  effect(() => {
    const opened = link.opened.value;
    if (opened === null) return;
    input.peek()?.dispose();
    input.value = createInput(link, opened.body, (action) => {
      if (action.kind === "camera") moveCamera(action.move);
      else if (action.kind === "sheet") sheet.value = !sheet.peek();
    });
  });

  const moveCamera = (move: string): void => {
    const camera = view.peek()?.camera;
    if (camera === undefined) return;
    const turn = (5 * Math.PI) / 180;
    const names = camera.presets;
    const at = names.indexOf(preset.peek());
    const choose = (index: number): void => {
      preset.value = names[(index + names.length) % names.length]!;
      camera.preset(preset.peek());
    };
    switch (move) {
      case "left":
        camera.orbit(turn, 0);
        return;
      case "right":
        camera.orbit(-turn, 0);
        return;
      case "up":
        camera.orbit(0, turn);
        return;
      case "down":
        camera.orbit(0, -turn);
        return;
      case "nearer":
        camera.zoom(1.15);
        return;
      case "farther":
        camera.zoom(1 / 1.15);
        return;
      case "preset":
        choose(at);
        return;
      case "next-preset":
        choose(at + 1);
        return;
      case "previous-preset":
        choose(at - 1);
        return;
    }
  };

  // A data set that cannot be written to (another tab has it) must not keep anybody from driving.
  effect(() => {
    if (link.refused.value === null || link.opened.peek() !== null || stored === null) return;
    stored = null;
    link.open(task.peek(), 0, null);
  });

  link.onStates((states) => {
    live?.take(states);
    const scene = link.scene.peek();
    const state = live?.at(states.at) ?? null;
    if (state === null || scene === null) return;
    history.take(states, state);
    const now = performance.now();
    if (now - shown < SLOW) return;
    shown = now;
    const cue = states.cues.find(({ kind }) => kind === "contact" || kind === "collision");
    const force = cue?.kind === "contact" || cue?.kind === "collision" ? (cue.force ?? 0) : 0;
    const next = progressOf(scene, state, states.outcome.state === "success");
    batch(() => {
      progress.value = next;
      if (next.done > reached.peek().length || states.recorder.frames === 0)
        reached.value =
          states.recorder.frames === 0
            ? []
            : Array.from({ length: next.done }, (_, i) => reached.peek()[i] ?? states.recorder.seconds);
      const width = state.gripperWidth;
      gripper.value = { width, holds: width > 0.01 && width < 0.07 && states.hand.width < width - 0.004 };
      const [, , qz, qw] = state.base?.orientation ?? [0, 0, 0, 1];
      numbers.value = {
        joints: Array.from(state.joints),
        base:
          state.base === undefined
            ? null
            : { x: state.base.position[0], y: state.base.position[1], heading: 2 * Math.atan2(qz, qw) },
        forces: [...numbers.peek().forces, force].slice(-POINTS),
      };
    });
  });

  const addFilms = (found: Iterable<readonly [number, Film]>): void => {
    films.value = new Map([...films.peek(), ...found]);
  };
  const makeFilm = (index: number, states: readonly ViewState[]): void => {
    const cameras = view.peek()?.cameras;
    const store = library.store();
    if (cameras === undefined || states.length === 0) return;
    void filmOf(cameras, states).then(async (bytes) => {
      if (bytes === null) return;
      addFilms([[index, filmFrom(bytes)]]);
      if (store !== null) await keepFilm(store, index, bytes);
    });
  };

  // A picture strip of every take that is kept, made from its states as recorded cameras see them.
  let pending: ReturnType<History["film"]> = [];
  effect(() => {
    const name = link.recorder.value?.phase.name;
    if (name === "review" || name === "kept") pending = history.film(8);
  });
  let filmed = 0;
  let toFilm: (() => void) | null = null;
  effect(() => {
    const takes = link.takes.value;
    if (takes.length < filmed) [filmed, toFilm] = [0, null];
    const take = takes.at(-1);
    if (take === undefined || takes.length === filmed) return;
    filmed = takes.length;
    // What was made of takes has not been seen here: it gets its pictures when it is looked at.
    if (isAmplified(take)) return;
    const states = pending.length > 0 ? pending : history.film(8);
    toFilm = () => makeFilm(take.index, states);
  });
  // Pictures of the past must not delay the next layout: they are drawn when it has been.
  effect(() => {
    if (link.recorder.value?.phase.name !== "ready" || toFilm === null) return;
    const film = toFilm;
    toFilm = null;
    requestAnimationFrame(() => requestAnimationFrame(film));
  });
  // Those of earlier visits lie beside the data set.
  effect(() => {
    const store = library.state.value === "ready" ? library.store() : null;
    if (store !== null) void readFilms(store).then((found) => addFilms(found));
  });

  const openTask = (name: string): void => {
    task.value = name;
    films.value = new Map();
    input.peek()?.lose();
    stored = parts.placeOf(name);
    link.open(name, 0, stored);
    void library.open(name);
  };

  const studio: Studio = {
    link,
    library,
    policies,
    amplification,
    comparison,
    replay,
    task,
    body,
    input,
    view,
    preset,
    takes: library.takes,
    films,
    progress,
    reached,
    gripper,
    numbers,
    pictureCost,
    framesPerSecond,
    inTake,
    drivable,
    driver,
    sheet,
    graphics,
    history: () => history,
    live: () => live,
    holes,
    addHole: (camera, element) => {
      holes.set(camera, element);
      return () => {
        if (holes.get(camera) === element) holes.delete(camera);
      };
    },
    onFrame: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    showFrame: (state) => {
      for (const listener of listeners) listener(state);
    },
    countFrames: () => {
      const now = performance.now();
      if (now - since < 1000) return;
      const statistics = view.peek()?.statistics();
      const frames = statistics?.frames ?? 0;
      framesPerSecond.value = Math.max(0, Math.round((1000 * (frames - drawn)) / (now - since)));
      pictureCost.value = statistics?.script ?? 0;
      [since, drawn] = [now, frames];
    },
    makeFilm,
    act: (action) => input.peek()?.act(action),
    openTask,
  };
  openTask(task.peek());
  return studio;
}

/** How far two states differ where the eye could see it. */
export function sameState(a: LiveState, b: LiveState): boolean {
  if (a.joints.length !== b.joints.length || Math.abs(a.gripperWidth - b.gripperWidth) > 1e-5) return false;
  for (let i = 0; i < a.joints.length; i++) if (Math.abs(a.joints[i]! - b.joints[i]!) > 1e-5) return false;
  if (a.base && b.base && !samePose(a.base, b.base)) return false;
  if (distance(a.hand.position, b.hand.position) > 1e-5 || Math.abs(a.hand.yaw - b.hand.yaw) > 1e-5)
    return false;
  return Object.entries(a.objects).every(([id, pose]) => {
    const other = b.objects[id];
    return other !== undefined && samePose(pose, other);
  });
}

const samePose = (a: LiveState["tool"], b: LiveState["tool"]): boolean =>
  distance(a.position, b.position) < 1e-5 &&
  a.orientation.every((value, i) => Math.abs(value - b.orientation[i]!) < 1e-5);
