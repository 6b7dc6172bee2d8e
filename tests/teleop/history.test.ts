/** What the page remembers of a take for its timeline: it goes back with a rewind, and comes back with it. */
import { describe, expect, it } from "vitest";
import { beginRecorder, type RecorderState, type StatesMessage } from "../../teleop/index.js";
import { createHistory, type History } from "../../teleop/page/history.js";
import type { LiveState } from "../../teleop/page/live.js";

const RECORDING = { phase: { name: "recording" } } as const;
const PAUSED = { phase: { name: "paused" } } as const;

/** A step that ends with so many frames in the take and the tool at `x`. */
function step(history: History, x: number, recorder: Partial<RecorderState>): void {
  const state = { tool: { position: [x, 0, 0.2] }, hand: { width: 0.08 } } as unknown as LiveState;
  history.take(
    { recorder: { ...beginRecorder(1), ...RECORDING, ...recorder }, cues: [] } as unknown as StatesMessage,
    state,
  );
}

/** Five frames at 20 Hz in which the tool goes faster and faster. */
function driven(): History {
  const history = createHistory(20);
  for (const [frames, x] of [0, 0.001, 0.003, 0.006, 0.01, 0.015].entries()) step(history, x, { frames });
  return history;
}
const mm = (speeds: readonly number[]): number[] => speeds.map((speed) => Math.round(1000 * speed));

describe("the history of a take", () => {
  it("has the speed of every frame", () => {
    expect(mm(driven().speeds)).toEqual([20, 40, 60, 80, 100]);
  });

  it.each([3, 0])("keeps what a rewind to frame %i cut off, until that comes back", (frames) => {
    const history = driven();
    step(history, 0.006, { frames, tail: 5 - frames, ...PAUSED });
    expect(history.frames).toBe(frames);
    step(history, 0.015, { frames: 5, ...PAUSED });
    expect(mm(history.speeds)).toEqual([20, 40, 60, 80, 100]);
    expect(history.film(5)).toHaveLength(5);
  });

  it("brings back one rewind after the other", () => {
    const history = driven();
    step(history, 0.01, { frames: 4, tail: 1, ...PAUSED });
    step(history, 0.003, { frames: 2, tail: 2, ...PAUSED });
    step(history, 0.01, { frames: 4, tail: 1, ...PAUSED });
    step(history, 0.015, { frames: 5, ...PAUSED });
    expect(mm(history.speeds)).toEqual([20, 40, 60, 80, 100]);
  });

  it("goes on from where it was cut when recording does", () => {
    const history = driven();
    step(history, 0.006, { frames: 4, tail: 1, ...PAUSED });
    step(history, 0.006, { frames: 3, tail: 2, ...PAUSED });
    step(history, 0.007, { frames: 4, tail: 2 });
    expect(mm(history.speeds)).toEqual([20, 40, 60, 20]);
  });

  it("marks where a rewind ended, until what it cut off comes back", () => {
    const history = driven();
    const rewinds = () =>
      history.marks.filter(({ frame }) => frame <= history.frames).map(({ frame }) => frame);
    step(history, 0.01, { frames: 4, tail: 1, ...PAUSED });
    expect(rewinds()).toEqual([4]);
    step(history, 0.003, { frames: 2, tail: 2, ...PAUSED });
    step(history, 0.002, { frames: 1, tail: 3, ...PAUSED });
    expect(rewinds()).toEqual([1]);
    step(history, 0.01, { frames: 4, tail: 1, ...PAUSED });
    expect(rewinds()).toEqual([4]);
    step(history, 0.011, { frames: 5, tail: 1 });
    expect(rewinds()).toEqual([4]);
  });

  it("comes back with a take that was thrown away", () => {
    const history = driven();
    step(history, 0, { frames: 0, phase: { name: "ready" } });
    expect(history.film(5)).toEqual([]);
    step(history, 0.015, { frames: 5, ...PAUSED });
    expect(mm(history.speeds)).toEqual([20, 40, 60, 80, 100]);
    expect(history.film(5)).toHaveLength(5);
    step(history, 0.016, { frames: 6 });
    expect(mm(history.speeds)).toEqual([20, 40, 60, 80, 100, 20]);
  });

  it("begins anew with the next take", () => {
    const history = driven();
    step(history, 0, { frames: 0 });
    step(history, 0.002, { frames: 1 });
    expect(mm(history.speeds)).toEqual([40]);
  });
});
