/**
 * What the page remembers of the take being made: the tool's speed and what happened, frame by frame, for the
 * timeline; and states now and then, for pictures of it. The recorder in the thread has the take itself.
 */
import { distance } from "../../core/index.js";
import type { ViewState } from "../../sim/view/index.js";
import type { StatesMessage, TakeEvent } from "../studio/protocol.js";
import type { LiveState } from "./live.js";

/** A mark on the timeline. */
export interface Mark {
  readonly frame: number;
  readonly what: TakeEvent["what"];
}

/** The take so far. */
export interface History {
  /** m/s of the tool, one a frame; those beyond `frames` were cut off by a rewind */
  readonly speeds: readonly number[];
  /** frames in which the gripper was closed */
  readonly closed: readonly boolean[];
  readonly marks: readonly Mark[];
  /** frames of the take; what is beyond them comes back when a rewind is undone */
  readonly frames: number;
  /** Hears a step; `state` is the world at its beginning. */
  take(states: StatesMessage, state: LiveState): void;
  /** States of the take at equal distances, oldest first. */
  film(pictures: number): ViewState[];
}

/** Width below which a hand counts as closed, m. */
const CLOSED = 0.06;
/** Cues that are worth a mark. */
const MARKED: readonly string[] = ["at-limit", "near-limit", "contact", "collision"];

/** Nothing has been recorded yet. */
export function createHistory(rate: number): History {
  let speeds: number[] = [];
  let closed: boolean[] = [];
  let marks: Mark[] = [];
  let states: ViewState[] = [];
  let frames = 0;
  /** frames that the last rewind cut off and that may come back */
  let tail = 0;
  /** what a take had that is gone from the desk: it may have been thrown away, and be taken back */
  let gone: { frames: number; had: [number[], boolean[], Mark[], ViewState[]] } | null = null;
  let last: LiveState | null = null;
  const cued = new Set<string>();
  return {
    get speeds() {
      return speeds;
    },
    get closed() {
      return closed;
    },
    get marks() {
      return marks;
    },
    get frames() {
      return frames;
    },
    take: ({ recorder, cues }, state) => {
      const before = last;
      last = state;
      const cut = tail;
      tail = recorder.tail;
      if (recorder.frames === frames) return;
      if (recorder.frames < frames) {
        if (recorder.frames + tail === 0) gone = { frames, had: [speeds, closed, marks, states] };
        frames = recorder.frames;
        if (frames + tail === 0) [speeds, closed, marks, states] = [[], [], [], []];
        else
          marks = [
            ...marks.filter((mark) => !wentBack(mark, frames, frames)),
            { frame: frames, what: "rewind" },
          ];
        return;
      }
      if (recorder.phase.name === "paused" && recorder.frames === frames + cut) {
        // What was taken back has not happened.
        marks = marks.filter((mark) => !wentBack(mark, frames, recorder.frames - 1));
        frames = recorder.frames;
        return;
      }
      if (frames === 0 && recorder.frames === gone?.frames && recorder.phase.name !== "recording") {
        frames = gone.frames;
        [speeds, closed, marks, states] = gone.had;
        return;
      }
      marks = marks.filter((mark) => mark.frame <= frames);
      for (const list of [speeds, closed, states]) list.length = Math.min(list.length, frames);
      const speed = before === null ? 0 : distance(before.tool.position, state.tool.position) * rate;
      const grips = state.hand.width < CLOSED;
      const gripped = closed.at(-1) ?? grips;
      while (frames < recorder.frames) {
        speeds.push(speed);
        closed.push(grips);
        states.push(state);
        frames += 1;
      }
      if (grips !== gripped) marks.push({ frame: frames, what: grips ? "grip" : "release" });
      const now = new Set<string>(cues.map(({ kind }) => kind).filter((kind) => MARKED.includes(kind)));
      for (const { kind } of cues)
        if (now.has(kind) && !cued.has(kind) && !marks.some((mark) => mark.frame === frames))
          marks.push({ frame: frames, what: kind });
      cued.clear();
      for (const kind of now) cued.add(kind);
    },
    film: (pictures) => {
      const taken = states.slice(0, frames);
      if (taken.length === 0) return [];
      return Array.from(
        { length: pictures },
        (_, i) => taken[Math.round((i * (taken.length - 1)) / Math.max(1, pictures - 1))]!,
      );
    },
  };
}

/** A rewind that ended in those frames. */
const wentBack = ({ frame, what }: Mark, from: number, to: number): boolean =>
  what === "rewind" && frame >= from && frame <= to;
