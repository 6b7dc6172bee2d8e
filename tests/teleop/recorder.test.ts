/** The recording state machine as a table of what keys do in which phase. Times in seconds. */
import { describe, expect, it } from "vitest";
import {
  beginRecorder,
  nextTime,
  RECORDER,
  type RecorderEffect,
  type RecorderEvent,
  type RecorderState,
  record,
  runs,
} from "../../teleop/index.js";

const RUNNING = { state: "running" } as const;
const stepped = (frames: number, outcome: (RecorderEvent & { kind: "stepped" })["outcome"] = RUNNING) =>
  ({ kind: "stepped", frames, seconds: frames / 20, outcome }) as const;
const press = (kind: "record" | "keep" | "throw-away" | "undo" | "new-layout" | "restore-tail") =>
  ({ kind }) as RecorderEvent;

type Timed = readonly [at: number, event: RecorderEvent];

/** Plays events, each with its time, from the beginning of a session. */
function play(...events: readonly Timed[]) {
  let state: RecorderState = beginRecorder(1);
  const effects: RecorderEffect[] = [];
  for (const [at, event] of events) {
    const next = record(state, event, at);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects, phase: state.phase.name };
}

const RECORDING = [
  [0, press("record")],
  [1, { kind: "motion" }],
  [2, stepped(20)],
] as const;

describe("a take", () => {
  it("is armed by R, begins with the first motion, and ends when the checker is content", () => {
    expect(play([0, press("record")]).phase).toBe("armed");
    expect(play([0, press("record")]).effects).toEqual([{ kind: "begin-take" }]);
    expect(play(...RECORDING).phase).toBe("recording");
    const { state } = play(...RECORDING, [3, stepped(40, { state: "success" })]);
    expect(state.phase).toEqual({ name: "review", ended: { by: "success" } });
    expect([state.frames, state.seconds]).toEqual([40, 2]);
  });

  it("begins by itself after three seconds without motion", () => {
    const armed = play([5, press("record")]);
    expect(nextTime(armed.state)).toBe(8);
    expect(record(armed.state, { kind: "time" }, 7.9).state.phase.name).toBe("armed");
    expect(record(armed.state, { kind: "time" }, 8).state.phase.name).toBe("recording");
  });

  it("can be let be before it has begun", () => {
    expect(play([0, press("record")], [1, press("record")]).phase).toBe("ready");
  });

  it("pauses and goes on with R; physics stands meanwhile", () => {
    const paused = play(...RECORDING, [3, press("record")]);
    expect(paused.phase).toBe("paused");
    expect(runs(paused.state.phase)).toBe(false);
    expect(record(paused.state, press("record"), 4).state.phase.name).toBe("recording");
  });

  it("is ended by Enter, kept by the next, and the layout after it comes when it is safe", () => {
    const kept = play(...RECORDING, [3, press("keep")], [4, press("keep")]);
    expect(kept.phase).toBe("kept");
    expect(kept.effects.at(-1)).toEqual({ kind: "store" });
    const stored = record(kept.state, { kind: "stored" }, 5);
    expect(stored.state.phase.name).toBe("resetting");
    expect(stored.effects).toEqual([{ kind: "set-out", which: "next" }]);
    const ready = record(stored.state, { kind: "layout-ready" }, 5.1).state;
    expect(ready).toEqual(beginRecorder(2));
  });

  it("is not lost when it cannot be stored", () => {
    const { state } = play(
      ...RECORDING,
      [3, stepped(40, { state: "success" })],
      [4, press("keep")],
      [5, { kind: "not-stored" }],
    );
    expect(state.phase).toEqual({ name: "review", ended: { by: "success" } });
    expect(state.take).toBe(1);
  });

  it("shows a failure for what it is, and can be rewound from there", () => {
    const { state } = play(...RECORDING, [3, stepped(40, { state: "failure", kind: "disturbed" })]);
    expect(state.phase).toEqual({ name: "review", ended: { by: "failure", kind: "disturbed" } });
    expect(record(state, { kind: "rewind", held: true }, 4).state.phase.name).toBe("rewinding");
  });

  it("goes on after a person's end, not after the checker's", () => {
    const byPerson = play(...RECORDING, [3, press("keep")]);
    expect(record(byPerson.state, press("record"), 4).state.phase.name).toBe("recording");
    const byChecker = play(...RECORDING, [3, stepped(40, { state: "success" })]);
    expect(record(byChecker.state, press("record"), 4).state.phase.name).toBe("review");
  });

  it("can be marked at any time until it is decided upon", () => {
    const { state } = play(...RECORDING, [3, { kind: "mark", success: false }]);
    expect(state.mark).toBe(false);
    expect(play([0, { kind: "mark", success: true }]).state.mark).toBeNull();
  });
});

describe("rewinding", () => {
  it("goes back 3 s with a press and pauses where it is released", () => {
    const { effects, phase } = play(
      ...RECORDING,
      [3, { kind: "rewind", held: true }],
      [3.1, { kind: "rewind", held: false }],
    );
    expect(effects.at(-1)).toEqual({ kind: "go-back", seconds: 3 });
    expect(phase).toBe("paused");
  });

  it("goes on back by half a second at 8 Hz while held", () => {
    let { state } = play(...RECORDING, [3, { kind: "rewind", held: true }]);
    let [now, steps] = [3, 0];
    while (now < 4) {
      now = nextTime(state);
      const next = record(state, { kind: "time" }, now);
      state = next.state;
      if (now < 4) steps += next.effects.length;
    }
    expect(steps).toBe(Math.ceil((1 - RECORDER.hold) / RECORDER.every));
  });

  it.each([
    [1.6, 1.6],
    [undefined, RECORDER.hold],
    [0, RECORDER.hold],
    [Number.NaN, RECORDER.hold],
  ])("goes on after as long a hold as a person chose: %d s", (hold, wait) => {
    const { state } = play(...RECORDING, [
      3,
      { kind: "rewind", held: true, ...(hold === undefined ? {} : { hold }) },
    ]);
    expect(nextTime(state)).toBeCloseTo(3 + wait, 9);
  });

  it("is taken back with Shift+Backspace, only when something was cut", () => {
    const cut = play(
      ...RECORDING,
      [3, { kind: "rewind", held: true }],
      [3, { kind: "moved-to", frames: 5, seconds: 0.25, tail: 15 }],
      [3.1, { kind: "rewind", held: false }],
    );
    expect([cut.state.frames, cut.state.tail]).toEqual([5, 15]);
    expect(record(cut.state, press("restore-tail"), 4).effects).toEqual([{ kind: "restore-tail" }]);
    expect(play(...RECORDING, [3, press("restore-tail")]).effects.at(-1)).toEqual({ kind: "begin-take" });
  });
});

describe("throwing away", () => {
  const thrown = play(...RECORDING, [3, press("keep")], [4, press("throw-away")]);

  it("can be undone for ten seconds, then the same layout is set out again", () => {
    expect(thrown.phase).toBe("thrown-away");
    const back = record(thrown.state, press("undo"), 13);
    expect(back.state.phase).toEqual({ name: "review", ended: { by: "person" } });
    expect(back.effects).toEqual([{ kind: "take-back" }]);
    expect(nextTime(thrown.state)).toBe(14);
    const gone = record(thrown.state, { kind: "time" }, 14);
    expect(gone.state.phase.name).toBe("resetting");
    expect(gone.effects).toEqual([{ kind: "forget" }, { kind: "set-out", which: "same" }]);
  });

  it("need not be waited for, and can still be undone then", () => {
    const going = record(thrown.state, press("keep"), 5);
    expect(going.effects).toEqual([{ kind: "set-out", which: "same" }]);
    const ready = record(going.state, { kind: "layout-ready" }, 5.2).state;
    expect(record(ready, press("undo"), 8).state.phase.name).toBe("review");
    // a new take ends the choice
    const begun = record(ready, press("record"), 8);
    expect(begun.effects).toEqual([{ kind: "forget" }, { kind: "begin-take" }]);
    expect(record(begun.state, press("undo"), 8).state.phase.name).toBe("armed");
  });

  it("of a take in progress comes back paused", () => {
    const { state } = play(...RECORDING, [3, press("throw-away")], [4, press("undo")]);
    expect(state.phase.name).toBe("paused");
    expect(state.frames).toBe(20);
  });
});

describe("stop", () => {
  it("holds from any phase in which something may move, until a person resumes", () => {
    const events: Record<string, readonly Timed[]> = {
      ready: [],
      paused: [...RECORDING, [3, press("record")]],
      recording: [...RECORDING],
      rewinding: [...RECORDING, [3, { kind: "rewind", held: true }]],
    };
    for (const [name, before] of Object.entries(events)) {
      const stopped = play(...before, [4, { kind: "stop", reason: "Escape" }]);
      expect(stopped.phase).toBe("stopped");
      for (const kind of ["record", "keep", "throw-away", "new-layout"] as const)
        expect(record(stopped.state, { kind }, 5).state.phase.name).toBe("stopped");
      const resumed = record(stopped.state, { kind: "resume" }, 5).state;
      expect(resumed.phase.name).toBe(name === "ready" ? "ready" : "paused");
    }
  });

  it("does not lose a take that waits for a decision", () => {
    const { phase } = play(...RECORDING, [3, press("keep")], [4, { kind: "stop", reason: "Escape" }]);
    expect(phase).toBe("review");
  });
});

describe("a policy", () => {
  it("drives a take; T takes over and hands back", () => {
    const driving = play([0, { kind: "policy-drives" }], [1, stepped(20)]);
    expect([driving.phase, driving.state.driver]).toEqual(["recording", "policy"]);
    const mine = record(driving.state, { kind: "take-over" }, 2).state;
    expect(mine.driver).toBe("taken-over");
    expect(record(mine, { kind: "take-over" }, 3).state.driver).toBe("policy");
    expect(play(...RECORDING, [3, { kind: "take-over" }]).state.driver).toBe("you");
  });

  it("is gone when it is ended, and the take pauses", () => {
    const ended = play([0, { kind: "policy-drives" }], [1, stepped(20)], [2, { kind: "policy-ends" }]);
    expect([ended.phase, ended.state.driver]).toEqual(["paused", "you"]);
  });

  it("does not drive the next layout by itself", () => {
    const { state } = play(
      [0, { kind: "policy-drives" }],
      [1, stepped(20, { state: "success" })],
      [2, { kind: "dismiss" }],
      [3, { kind: "layout-ready" }],
    );
    expect(state).toEqual(beginRecorder(1));
  });
});
