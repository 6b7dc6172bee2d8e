/**
 * The studio behind the page: the line to the simulation, the devices, the picture, the takes. Components read its
 * signals and call its functions; nothing here draws. One studio lives as long as the page.
 */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { distance, leanOf, yawOf } from "../../core/index.js";
import type { WorldView } from "../../sim/view/index.js";
import type { Action, Body } from "../devices/intent.js";
import type { Hand } from "../studio/hand.js";
import { type JointLead, jointLeadOf } from "../studio/joint-lead.js";
import type { StorePlace, TakeEvent } from "../studio/protocol.js";
import { readTakeEvents } from "../studio/take-events.js";
import { type Amplification, createAmplification } from "./amplification.js";
import { type CameraVideos, createCameraVideos } from "./camera-videos.js";
import { type Comparison, createComparison } from "./comparison.js";
import { createSettingOut } from "./drive/setting-out.js";
import { createFilms, type Films } from "./film-maker.js";
import { createHistory, type History } from "./history.js";
import { createInput, type Input } from "./input.js";
import type { LessonStep } from "./lesson.js";
import { createLibrary, type Library, type TakeRow } from "./library.js";
import { createLink, type Link, type SimulationThread } from "./link.js";
import { createLive, type Live, type LiveState } from "./live.js";
import { moveCamera } from "./move-camera.js";
import { createNotices, type Notices } from "./notice.js";
import { createPlan, type SessionPlan } from "./plan.js";
import { createPolicies, type Policies } from "./policies.js";
import { createPredictions, type Predictions } from "./predictions.js";
import { createReplay, type Replay } from "./replay.js";
import { route } from "./route.js";
import { sounds } from "./settings.js";
import { createSound } from "./sound.js";
import { type Progress, progressOf } from "./steps.js";
import { robotsOf, setOf, TASK_NAMES, worldOfTask } from "./tasks.js";
import { createTrimming, type Trimming } from "./trimming.js";

export type { TakeRow } from "./library.js";

/** Numbers that are shown ten times a second. */
export interface Numbers {
  readonly joints: readonly number[];
  /** where the tool is wanted */
  readonly hand: Hand | null;
  readonly base: {
    /** m, rad */
    readonly x: number;
    readonly y: number;
    readonly heading: number;
    readonly lean: number;
  } | null;
  /** N, the last ten seconds */
  readonly forces: readonly number[];
}

/** Everything the page shows and does. */
export interface Studio {
  readonly link: Link;
  readonly library: Library;
  readonly cameraVideos: CameraVideos;
  /** Where the takes of a data set go; null: they are not stored. */
  readonly placeOf: (set: string) => StorePlace | null;
  readonly policies: Policies;
  readonly amplification: Amplification;
  readonly comparison: Comparison;
  readonly replay: Replay;
  readonly trimming: Trimming;
  readonly task: Signal<string>;
  /** by the name in its contract */
  readonly robot: Signal<string>;
  readonly body: ReadonlySignal<Body>;
  readonly input: Signal<Input | null>;
  /** what leads the arm that is driven by one joint; null where it cannot be */
  readonly lead: ReadonlySignal<JointLead | null>;
  readonly view: Signal<WorldView | null>;
  readonly preset: Signal<string>;
  readonly takes: ReadonlySignal<readonly TakeRow[]>;
  readonly films: Films;
  readonly progress: Signal<Progress>;
  /** seconds of the take at which each step was first done */
  readonly reached: Signal<readonly number[]>;
  readonly gripper: Signal<{ readonly width: number; readonly holds: boolean }>;
  readonly numbers: Signal<Numbers>;
  readonly notices: Notices;
  /** ms of script of the last frames */
  readonly pictureCost: Signal<number>;
  readonly framesPerSecond: Signal<number>;
  /** a take is being made: the layout must not change under it */
  readonly inTake: ReadonlySignal<boolean>;
  /** the screen is one to drive from, and shows the live robot */
  readonly drivable: ReadonlySignal<boolean>;
  readonly driver: ReadonlySignal<"you" | "policy" | "taken-over">;
  readonly plan: SessionPlan;
  readonly predictions: Predictions;
  /** what happened in the take on the desk */
  readonly events: ReadonlySignal<readonly TakeEvent[]>;
  /** the sheet of keys is open, or that of the plan */
  readonly sheet: Signal<boolean>;
  readonly planSheet: Signal<boolean>;
  /** the step of the first lesson that is shown; null without one */
  readonly lesson: Signal<LessonStep | null>;
  /** the page says that a layout is being set out */
  readonly settingOut: ReadonlySignal<boolean>;
  /** a person moves the hand now */
  readonly inMotion: ReadonlySignal<boolean>;
  /** graphics are lost, or were never there */
  readonly graphics: Signal<"fine" | "lost" | "none">;
  /** the part of the page that no card covers; null where none is left free */
  readonly free: Signal<HTMLElement | null>;
  readonly history: () => History;
  readonly live: () => Live | null;
  /** Elements through which the picture shows a recorded camera. */
  readonly holes: ReadonlyMap<string, HTMLElement>;
  addHole(camera: string, element: HTMLElement): () => void;
  /** Called with what each frame shows, and at once with what is shown now. */
  onFrame(listener: (state: LiveState) => void): () => void;
  /** Says what a frame shows: called by the stage. */
  showFrame(state: LiveState): void;
  /** Counts what was drawn in the last second: called by the stage whether or not anything was. */
  countFrames(): void;
  act(action: Action): void;
  /** @param robot default the one that is there where it can do the task, else the usual one */
  openTask(task: string, robot?: string): void;
}

/** Where things live outside the page's own code. */
export interface StudioParts {
  readonly simulation: SimulationThread;
  /** where takes of a data set go */
  readonly placeOf: (set: string) => StorePlace | null;
}

/** Points of the force curve. */
const POINTS = 100;
/** ms between numbers. */
const SLOW = 100;

/** Starts the studio with a task. @param firstRobot default the usual one */
export function createStudio(parts: StudioParts, firstTask: string, firstRobot?: string): Studio {
  const link = createLink(parts.simulation);
  const library = createLibrary(link, parts.placeOf);
  const policies = createPolicies(link, library);
  const amplification = createAmplification(link, library);
  const comparison = createComparison(link, policies);
  const replay = createReplay(library);
  const task = signal<string>(TASK_NAMES.find((name) => name === firstTask) ?? TASK_NAMES[0]);
  const robot = signal<string>(robotsOf(task.peek())[0]!);
  /** which body of a mobile manipulator has the keys */
  const chosen = signal<Body>("carrier");
  const body = computed<Body>(() => {
    const opened = link.opened.value?.body;
    if (opened === "carrier") return chosen.value;
    return opened ?? (worldOfTask(task.value) === "tabletop" ? "arm" : "base");
  });
  const switchBody = (): void => {
    if (link.opened.peek()?.body !== "carrier") return;
    const next = chosen.peek() === "arm" ? "carrier" : "arm";
    // The devices of the one let go before the other is driven.
    chosen.value = next;
    link.send({ kind: "body", body: next });
  };
  const lead = computed(() => {
    const opened = link.opened.value;
    return opened === null || body.value !== "arm" ? null : jointLeadOf(opened.contract);
  });
  const input = signal<Input | null>(null);
  const view = signal<WorldView | null>(null);
  const preset = signal("");
  const progress = signal<Progress>({ steps: [], done: 0 });
  const reached = signal<readonly number[]>([]);
  const gripper = signal({ width: 0, holds: false });
  const numbers = signal<Numbers>({ joints: [], hand: null, base: null, forces: [] });
  const pictureCost = signal(0);
  const framesPerSecond = signal(0);
  const graphics = signal<"fine" | "lost" | "none">("fine");
  const sheet = signal(false);
  const planSheet = signal(false);
  const plan = createPlan(link, library);
  const predictions = createPredictions(replay, policies);
  const events = signal<readonly TakeEvent[]>([]);
  effect(() => {
    const [index, episode] = [replay.index.value, replay.episode.value];
    const store = library.store();
    events.value = [];
    if (index === null || episode === null || store === null) return;
    void readTakeEvents(store, index, episode.length).then((found) => {
      if (replay.episode.peek() === episode) events.value = found;
    });
  });
  const inMotion = signal(false);
  const free = signal<HTMLElement | null>(null);
  const holes = new Map<string, HTMLElement>();
  const listeners = new Set<(state: LiveState) => void>();
  let live: Live | null = null;
  let framed: LiveState | null = null;
  let stored: StorePlace | null = null;
  let history = createHistory(20);
  let shown = 0;
  let drawn = 0;
  let since = performance.now();
  let lastHand: Hand | null = null;
  const films = createFilms({
    link,
    library,
    world: () => ({ kind: worldOfTask(task.peek()), robot: robot.peek() }),
    history: () => history,
  });

  const notices = createNotices({
    link,
    picture: () => pictureCost.peek(),
    shown: () => (replay.active.peek() || !drivable.peek() ? null : framed),
    newest: () => live?.newest ?? null,
  });
  const sound = createSound(link);
  effect(() =>
    sound.cues(
      link.cues.value,
      notices.now.value.map(({ kind }) => kind),
    ),
  );

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
  const driver = computed(() => {
    const recorder = link.recorder.value;
    // A take that has ended is nobody's to drive on with, and a person decides on it.
    const ended = ["review", "kept", "thrown-away"].includes(recorder?.phase.name ?? "review");
    return recorder === null || ended ? "you" : recorder.driver;
  });
  // Where nobody can drive nothing is held: the keys that come up are not heard there.
  effect(() => {
    if (!drivable.value) input.peek()?.lose();
  });

  effect(() => {
    document.documentElement.dataset["driver"] = driver.value === "policy" ? "policy" : "you";
  });

  // A new layout: its states are read by its order.
  effect(() => {
    const scene = link.scene.value;
    live = scene === null ? null : createLive(scene, link.opened.peek()?.body ?? body.peek());
    reached.value = [];
  });

  effect(() => {
    const opened = link.opened.value;
    if (opened === null) return;
    history = createHistory(opened.contract.rates.record);
    input.peek()?.dispose();
    input.value = createInput(link, body.value, lead.value?.names.length ?? 0, (action) => {
      if (action.kind === "switch-body") switchBody();
      else if (action.kind === "camera") moveCamera(action.move, view.peek()?.camera, preset);
      else if (action.kind === "sheet") sheet.value = !sheet.peek();
      else sounds.value = !sounds.peek();
    });
  });

  // A data set that cannot be written to (another tab has it) must not keep anybody from driving.
  effect(() => {
    if (link.refused.value === null || link.opened.peek() !== null || stored === null) return;
    stored = null;
    link.open({ task: task.peek(), robot: robot.peek() }, 0, null);
  });

  link.onStates((states) => {
    live?.take(states);
    const scene = link.scene.peek();
    const state = live?.at(states.at) ?? null;
    if (state === null || scene === null) return;
    history.take(states, state);
    inMotion.value = states.recorder.driver !== "policy" && moved(lastHand, states.hand);
    lastHand = states.hand;
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
      const open = link.opened.peek()?.contract.gripper?.open ?? 0;
      gripper.value = {
        width,
        holds: width > 0.01 && width < 0.875 * open && states.hand.width < width - 0.004,
      };
      numbers.value = {
        joints: Array.from(state.joints),
        hand: states.hand,
        base:
          state.base === undefined
            ? null
            : {
                x: state.base.position[0],
                y: state.base.position[1],
                heading: yawOf(state.base.orientation),
                lean: leanOf(state.base.orientation),
              },
        forces: [...numbers.peek().forces, force].slice(-POINTS),
      };
    });
  });

  // In full screen a browser may keep Escape for itself: leaving it is a stop, too.
  addEventListener("fullscreenchange", () => {
    if (document.fullscreenElement === null) input.peek()?.act({ kind: "stop" });
  });

  const openTask = (name: string, wanted = robot.peek()): void => {
    const able = robotsOf(name);
    const errand = { task: name, robot: able.find((each) => each === wanted) ?? able[0]! };
    batch(() => {
      task.value = errand.task;
      robot.value = errand.robot;
      chosen.value = "carrier";
    });
    films.clear();
    input.peek()?.lose();
    stored = parts.placeOf(setOf(errand));
    link.open(errand, 0, stored);
    void library.open(setOf(errand));
  };

  const studio: Studio = {
    link,
    library,
    cameraVideos: createCameraVideos(),
    placeOf: parts.placeOf,
    policies,
    amplification,
    comparison,
    replay,
    trimming: createTrimming(library, replay),
    task,
    robot,
    body,
    input,
    lead,
    view,
    preset,
    takes: library.takes,
    films,
    progress,
    reached,
    gripper,
    numbers,
    notices,
    pictureCost,
    framesPerSecond,
    inTake,
    drivable,
    driver,
    plan,
    predictions,
    events,
    sheet,
    planSheet,
    settingOut: createSettingOut(link),
    lesson: signal<LessonStep | null>(null),
    inMotion,
    graphics,
    free,
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
      if (framed !== null) listener(framed);
      return () => listeners.delete(listener);
    },
    showFrame: (state) => {
      framed = state;
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
    act: (action) => input.peek()?.act(action),
    openTask,
  };
  openTask(task.peek(), firstRobot);
  return studio;
}

const moved = (before: Hand | null, now: Hand): boolean =>
  before !== null && distance(before.position, now.position) > 1e-4;

/** What the eye cannot see, rad and m: a fifth of a pixel. An arm at rest creeps by less for seconds. */
const UNSEEN = { angle: 2e-4, length: 1e-4 } as const;

/** Whether two states look alike. */
export function sameState(a: LiveState, b: LiveState): boolean {
  if (a.joints.length !== b.joints.length || Math.abs(a.gripperWidth - b.gripperWidth) > UNSEEN.length)
    return false;
  for (let i = 0; i < a.joints.length; i++)
    if (Math.abs(a.joints[i]! - b.joints[i]!) > UNSEEN.angle) return false;
  if (a.base && b.base && !samePose(a.base, b.base)) return false;
  if (distance(a.hand.position, b.hand.position) > UNSEEN.length) return false;
  if (Math.abs(a.hand.yaw - b.hand.yaw) > UNSEEN.angle) return false;
  return Object.entries(a.objects).every(([id, pose]) => {
    const other = b.objects[id];
    return other !== undefined && samePose(pose, other);
  });
}

const samePose = (a: LiveState["tool"], b: LiveState["tool"]): boolean =>
  distance(a.position, b.position) < UNSEEN.length &&
  a.orientation.every((value, i) => Math.abs(value - b.orientation[i]!) < UNSEEN.angle / 2);
