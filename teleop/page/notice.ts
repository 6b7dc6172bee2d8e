/**
 * Cues that only the page can know: how late its picture is, how long nothing was heard, whether the recorded cameras
 * see the tool, whether the recorder keeps its rate. Each begins after it has held for a moment. Seconds, ms, m.
 */
import { type Signal, signal } from "@preact/signals";
import { armOfRobot, IDENTITY_POSE, invert, type Pose, transformPoint, type Vec3 } from "../../core/index.js";
import { type ArmFigure, CAMERA_SIZE, cameraMounts, cameraPose, intrinsicsOf } from "../../sim/view/index.js";
import { runs } from "../studio/recorder.js";
import type { Link } from "./link.js";
import type { LiveState } from "./live.js";

/** Where cues begin. */
export const NOTICE = {
  /** ms from key to picture */
  delay: 50,
  long: 120,
  /** s without news */
  stale: 0.15,
  /** share of its rate that a recorder must keep, over so many s */
  rate: 0.95,
  over: 3,
} as const;

/** s that each must hold before it is one: a single slow frame is none. */
const HOLD = { delay: 0.5, stale: 0.25, "out-of-view": 0.5, "dropped-frames": 0.5 } as const;

/** Something that the page noticed. */
export type Notice =
  /** ms in all, and the stage that takes most of it */
  | { readonly kind: "delay"; readonly ms: number; readonly stage: DelayStage }
  /** s since the last state, and when that was, on the clock of the day */
  | { readonly kind: "stale"; readonly seconds: number; readonly last: Date }
  /** a recorded camera that does not see the tool, and which way out of its picture the tool is: right and down */
  | { readonly kind: "out-of-view"; readonly camera: string; readonly towards: readonly [number, number] }
  | { readonly kind: "dropped-frames"; readonly hertz: number; readonly of: number };

/** Where time goes between a key and its picture. */
export type DelayStage = "input" | "late" | "step" | "picture";

/** How often the recorder has got its frames lately. */
export interface RecorderRate {
  /** Hears how many frames the take has, at that time in s. */
  take(frames: number, recording: boolean, now: number): void;
  /** frames a second over the last `NOTICE.over` s; null while too little is known */
  readonly hertz: number | null;
}

/** Nothing is known yet. */
export function recorderRate(): RecorderRate {
  let seen: { frames: number; at: number }[] = [];
  return {
    take: (frames, recording, now) => {
      const last = seen.at(-1);
      if (!recording || (last !== undefined && frames < last.frames)) seen = [];
      if (!recording) return;
      seen.push({ frames, at: now });
      while (seen.length > 2 && now - seen[0]!.at > NOTICE.over) seen.shift();
    },
    get hertz() {
      const [first, last] = [seen[0], seen.at(-1)];
      if (first === undefined || last === undefined || last.at - first.at < NOTICE.over / 2) return null;
      return (last.frames - first.frames) / (last.at - first.at);
    },
  };
}

/**
 * Which way out of a camera's picture a point is, right and down; null where it is seen, or the camera is on the tool.
 * @param base where the arm's base stands, of one that a base carries
 */
export function outOf(
  arm: ArmFigure,
  camera: string,
  point: Vec3,
  base?: Pose,
): readonly [number, number] | null {
  const mount = cameraMounts(base === undefined ? "tabletop" : "mobile", arm).find(
    ({ name }) => name === camera,
  );
  if (mount === undefined || mount.on === "tool") return null;
  const stands = mount.on === "base" && base !== undefined ? base : IDENTITY_POSE;
  const [x, y, z] = transformPoint(invert(cameraPose(mount, stands)), point);
  const { fx, fy, cx, cy, width, height } = intrinsicsOf(mount.view, CAMERA_SIZE);
  const size = Math.max(1e-9, Math.hypot(x, y));
  const way = [x / size, y / size] as const;
  if (z <= 0) return way;
  const [u, v] = [(fx * x) / z + cx, (fy * y) / z + cy];
  return u >= 0 && v >= 0 && u < width && v < height ? null : way;
}

/** What notices are made from. */
export interface Noticing {
  readonly link: Link;
  /** ms of script in a picture */
  readonly picture: () => number;
  /** what is shown live; null: nothing is, or it is a recording */
  readonly shown: () => LiveState | null;
  /** s of the shared clock at which the newest state holds */
  readonly newest: () => number | null;
}

/** What the page notices. */
export interface Notices {
  readonly now: Signal<readonly Notice[]>;
  /** Looks again. @param at s of the shared clock */
  look(at: number): void;
}

/** Begins to look. */
export function createNotices({ link, picture, shown, newest }: Noticing): Notices {
  const now = signal<readonly Notice[]>([]);
  const rate = recorderRate();
  const since = new Map<Notice["kind"], number>();
  let told: readonly Notice["kind"][] = [];

  const found = (at: number): Notice[] => {
    const list: Notice[] = [];
    const recorder = link.recorder.peek();
    const state = shown();
    if (recorder === null || state === null || link.failed.peek() !== null) return list;
    const heard = newest();
    const silent = heard === null || !runs(recorder.phase) ? 0 : at - heard;
    if (silent > NOTICE.stale)
      list.push({ kind: "stale", seconds: silent, last: new Date(Date.now() - 1000 * silent) });
    const recording = recorder.phase.name === "recording";
    rate.take(recorder.frames, recording, at);
    const of = link.opened.peek()?.contract.rates.record ?? 0;
    if (rate.hertz !== null && rate.hertz < NOTICE.rate * of)
      list.push({ kind: "dropped-frames", hertz: rate.hertz, of });
    const arm = armOfRobot(link.opened.peek()?.contract.robot ?? "");
    const towards = arm === null ? null : outOf(arm, "front", state.tool.position, state.base);
    if (towards !== null) list.push({ kind: "out-of-view", camera: "front", towards });
    const delay = delayOf(link.timings.peek(), picture());
    if (delay.ms > NOTICE.delay) list.push({ kind: "delay", ...delay });
    return list;
  };

  return {
    now,
    look: (at) => {
      const all = found(at);
      for (const kind of [...since.keys()]) if (!all.some((each) => each.kind === kind)) since.delete(kind);
      const held = all.filter(({ kind }) => {
        if (!since.has(kind)) since.set(kind, at);
        return at - since.get(kind)! >= HOLD[kind];
      });
      for (const each of held)
        if (!told.includes(each.kind))
          link.send({ kind: "noticed", what: each.kind, detail: detailOf(each) });
      told = held.map(({ kind }) => kind);
      if (held.length > 0 || now.peek().length > 0) now.value = held;
    },
  };
}

/** Where the time of a step goes, ms in all and what takes most. */
export function delayOf(
  timings: { readonly input: number | null; readonly late: number; readonly step: number } | null,
  picture: number,
): { readonly ms: number; readonly stage: DelayStage } {
  const stages = {
    // Two threads' clocks are read: one may be a little behind.
    input: Math.max(0, timings?.input ?? 0),
    late: Math.max(0, timings?.late ?? 0),
    step: timings?.step ?? 0,
    picture,
  };
  const entries = Object.entries(stages) as [DelayStage, number][];
  const [stage] = entries.reduce((most, each) => (each[1] > most[1] ? each : most));
  return { ms: entries.reduce((sum, [, ms]) => sum + ms, 0), stage };
}

function detailOf(notice: Notice): string {
  switch (notice.kind) {
    case "delay":
      return notice.stage;
    case "stale":
      return "";
    case "out-of-view":
      return notice.camera;
    case "dropped-frames":
      return `${notice.hertz.toFixed(1)} of ${notice.of} Hz`;
  }
}
