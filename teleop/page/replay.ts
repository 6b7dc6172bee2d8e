/**
 * A take being looked at: its frames, its scene made again in a thread of its own, and the playhead that picture and
 * curves share. Seconds of the take.
 */
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Pose, SceneObject } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import { blendStates, worldKindOf } from "../../sim/view/index.js";
import { stateOffsets } from "../studio/protocol.js";
import type { Library } from "./library.js";
import { reasonOf } from "./link.js";
import type { LiveState } from "./live.js";
import type { Errand } from "./tasks.js";
import type { ReplayAnswer, ReplayRequest } from "./workers/replay.worker.js";

/** What is known of the scene of the take. */
export type ReplayScene =
  | { readonly state: "none" }
  | { readonly state: "simulating" }
  | { readonly state: "no-seed" }
  /** m between the end simulated and the end recorded */
  | { readonly state: "ready"; readonly difference: number }
  | { readonly state: "failed"; readonly reason: string };

/** The take on the desk. */
export interface Replay {
  /** the picture shows the take instead of the live robot */
  readonly active: Signal<boolean>;
  readonly index: Signal<number | null>;
  readonly episode: Signal<Episode | null>;
  readonly objects: Signal<readonly SceneObject[] | null>;
  readonly scene: Signal<ReplayScene>;
  readonly playing: Signal<boolean>;
  /** seconds into the take */
  readonly time: Signal<number>;
  /** frames a second */
  readonly rate: ReadonlySignal<number>;
  readonly duration: ReadonlySignal<number>;
  show(index: number | null, rate: number, of: Errand): Promise<void>;
  /** Shows an episode that is not in the data set: a trial. */
  present(episode: Episode, rate: number, of: Errand): void;
  seek(seconds: number): void;
  toggle(): void;
  /** The world at the playhead, which moves on while it plays; null without a scene. */
  state(now: number): LiveState | null;
  /** States at equal distances, for pictures. */
  film(pictures: number): LiveState[];
}

interface Rows {
  readonly data: Float32Array;
  readonly objects: readonly SceneObject[];
  readonly joints: number;
  readonly frames: number;
  /** whether the robot stands on a base of its own */
  readonly drives: boolean;
}

/** Nothing is shown yet. */
export function createReplay(library: Library): Replay {
  const active = signal(false);
  const index = signal<number | null>(null);
  const episode = signal<Episode | null>(null);
  const objects = signal<readonly SceneObject[] | null>(null);
  const scene = signal<ReplayScene>({ state: "none" });
  const playing = signal(false);
  const time = signal(0);
  const rate = signal(20);
  const duration = computed(() => Math.max(0, ((episode.value?.length ?? 0) - 1) / rate.value));
  let rows: Rows | null = null;
  /** the robot of the take */
  let shown = "";
  let worker: Worker | null = null;
  let asked = 0;
  let since: number | null = null;

  const hear = (answer: ReplayAnswer): void => {
    if (answer.id !== asked) return;
    if (answer.kind === "refused") {
      scene.value = { state: "failed", reason: answer.reason };
      return;
    }
    const frames = episode.peek()?.length ?? 0;
    rows = {
      data: answer.data,
      objects: answer.objects,
      joints: answer.joints.length,
      frames,
      drives: worldKindOf(shown) !== "tabletop",
    };
    batch(() => {
      objects.value = answer.objects;
      scene.value = { state: "ready", difference: answer.difference };
    });
  };

  const stateAt = (seconds: number): LiveState | null => {
    if (rows === null) return null;
    const at = Math.max(0, Math.min(rows.frames - 1, seconds * rate.peek()));
    const low = Math.floor(at);
    const [a, b] = [
      rowState(rows, low, rate.peek()),
      rowState(rows, Math.min(rows.frames - 1, low + 1), rate.peek()),
    ];
    return { ...blendStates(a, b, at - low), tool: at - low < 0.5 ? a.tool : b.tool, hand: a.hand };
  };

  /** Clears the desk; what comes back for an earlier take is then not heard. */
  const begin = (which: number | null, fps: number, state: "none" | "simulating"): number => {
    rows = null;
    batch(() => {
      index.value = which;
      episode.value = null;
      objects.value = null;
      scene.value = { state };
      playing.value = false;
      time.value = 0;
      rate.value = fps;
    });
    return ++asked;
  };

  const simulate = (found: Episode, id: number, { task, robot }: Errand): void => {
    episode.value = found;
    shown = robot;
    if (found.meta.seed === null) {
      scene.value = { state: "no-seed" };
      return;
    }
    const place = found.features["observation.ee.position"] ?? found.features["observation.base.position"];
    const width = place === undefined ? 0 : place.length / found.length;
    const request: ReplayRequest = {
      id,
      task,
      robot,
      seed: found.meta.seed,
      goal: found.meta.goal,
      actions: found.actions,
      size: found.actions.length / found.length,
      end: Array.from(place?.slice(-width) ?? []),
    };
    if (worker === null) {
      worker = new Worker(new URL("./workers/replay.worker.ts", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }: MessageEvent<ReplayAnswer>) => hear(data);
    }
    worker.postMessage(request);
  };

  return {
    active,
    index,
    episode,
    objects,
    scene,
    playing,
    time,
    rate,
    duration,
    show: async (which, fps, of) => {
      const id = begin(which, fps, which === null ? "none" : "simulating");
      if (which === null) return;
      try {
        const found = await library.episode(which);
        if (id === asked) simulate(found, id, of);
      } catch (error) {
        if (id === asked) scene.value = { state: "failed", reason: reasonOf(error) };
      }
    },
    present: (shown, fps, of) => simulate(shown, begin(null, fps, "simulating"), of),
    seek: (seconds) => {
      since = null;
      time.value = Math.max(0, Math.min(duration.peek(), seconds));
    },
    toggle: () => {
      if (!playing.peek() && time.peek() >= duration.peek() - 1e-3) time.value = 0;
      since = null;
      playing.value = !playing.peek();
    },
    state: (now) => {
      if (playing.peek()) {
        const next = since === null ? time.peek() : time.peek() + (now - since);
        since = now;
        if (next >= duration.peek()) playing.value = false;
        time.value = Math.min(duration.peek(), next);
      }
      return stateAt(time.peek());
    },
    film: (pictures) =>
      Array.from({ length: pictures }, (_, i) =>
        stateAt((duration.peek() * i) / Math.max(1, pictures - 1)),
      ).filter((state) => state !== null),
  };
}

function rowState({ data, objects, joints, drives }: Rows, frame: number, rate: number): LiveState {
  const offsets = stateOffsets(joints, objects.length);
  const start = frame * offsets.stride;
  const pose = (at: number): Pose => ({
    position: [data[at]!, data[at + 1]!, data[at + 2]!],
    orientation: [data[at + 3]!, data[at + 4]!, data[at + 5]!, data[at + 6]!],
  });
  const tool = pose(start + offsets.tool);
  const width = data[start + offsets.gripper]!;
  const state = {
    time: frame / rate,
    joints: data.subarray(start, start + joints),
    gripperWidth: width,
    objects: Object.fromEntries(objects.map(({ id }, i) => [id, pose(start + offsets.objects + 7 * i)])),
    tool,
    hand: { position: tool.position, yaw: 0, width },
  };
  return drives ? { ...state, base: pose(start + offsets.root) } : state;
}
