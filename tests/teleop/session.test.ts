/** The session behind the page, headless: keys become commands, takes become episodes, as a page would have it. */
import { afterEach, describe, expect, it } from "vitest";
import { actionOffsets, type Environment, type Policy } from "../../core/index.js";
import { memoryStore, openDataset } from "../../datasets/index.js";
import { rollOut } from "../../policy/index.js";
import { taskByName } from "../../sim/index.js";
import { readTakeEvents, stateOffsets } from "../../teleop/index.js";
import { openStudio, type Studio, type StudioOptions } from "./studio-rig.js";

const open: Studio[] = [];
const studioOf = async (options: StudioOptions): Promise<Studio> => {
  const studio = await openStudio(options);
  open.push(studio);
  return studio;
};
afterEach(async () => {
  for (const studio of open.splice(0)) {
    studio.send({ kind: "close" });
    await studio.session.settled();
  }
});

/** Rows that hold each object and the tool, from the newest states. */
function toolOf(studio: Studio, row = -1): number[] {
  const { data, rows } = studio.last();
  const scene = studio.of("scene").at(-1)!;
  const offsets = stateOffsets(scene.joints.length, scene.objects.length);
  const at = (row < 0 ? rows + row : row) * offsets.stride + offsets.tool;
  return [...data.subarray(at, at + 3)];
}

describe("the clock of steps", () => {
  it("misses none while a layout is set out, however long that takes", async () => {
    const studio = await studioOf({ task: "lift", setOutTakes: 0.4 });
    studio.run(0.2);
    for (const _ of [1, 2]) {
      studio.act({ kind: "new-layout" });
      studio.run(0.3);
      studio.act({ kind: "record" });
      studio.tap("KeyA", 0.2);
      studio.run(0.3);
      studio.act({ kind: "throw-away" });
      studio.run(0.3);
    }
    expect(studio.last().timings.dropped).toBe(0);
  });

  it("misses none when word of a touch comes late, but says so when the machine was away", async () => {
    const studio = await studioOf({ task: "lift" });
    const touch = (y: number, at: number) =>
      studio.send({
        kind: "intent",
        device: "gamepad",
        at,
        intent: { frame: "base", linear: [0, y, 0], angular: [0, 0, 0], gripper: null },
      });
    studio.run(0.3);
    touch(0.1, studio.now() - 0.25);
    studio.run(0.1);
    touch(0, studio.now());
    studio.run(0.3);
    expect(studio.last().timings.dropped).toBe(0);
    studio.away(0.3);
    studio.run(0.1);
    expect(studio.last().timings.dropped).toBeGreaterThanOrEqual(5);
  });
});

describe("driving", () => {
  it("moves the hand by exactly the time a key is held, wherever the steps fall", async () => {
    const studio = await studioOf({ task: "lift" });
    studio.run(0.23);
    const before = studio.last().hand.position;
    studio.tap("KeyA", 0.087);
    studio.run(0.3);
    const after = studio.last().hand.position;
    expect(after[1] - before[1]).toBeCloseTo(0.12 * 0.087, 9);
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    // and the tool has come there
    expect(toolOf(studio)[1]).toBeCloseTo(after[1], 3);
  });

  it("moves by the same when the messages come late", async () => {
    const studio = await studioOf({ task: "lift" });
    studio.run(0.2);
    const before = studio.last().hand.position[1];
    const at = studio.now();
    const intent = (y: number) =>
      ({ frame: "base", linear: [0, y, 0], angular: [0, 0, 0], gripper: null }) as const;
    studio.run(0.03);
    studio.send({ kind: "intent", device: "gamepad", at, intent: intent(0.2) });
    studio.run(0.12);
    studio.send({ kind: "intent", device: "gamepad", at: at + 0.1, intent: intent(0) });
    studio.run(0.2);
    expect(studio.last().hand.position[1] - before).toBeCloseTo(0.2 * 0.1, 9);
  });

  it("moves within 50 ms of a key from rest, and stops within one step", async () => {
    const studio = await studioOf({ task: "lift" });
    for (const wait of [0.311, 0.323, 0.337, 0.349]) {
      studio.run(wait);
      const start = toolOf(studio);
      const pressed = studio.now();
      studio.key("KeyA", true);
      let moved = Number.NaN;
      while (Number.isNaN(moved)) {
        studio.run(0.001);
        const { at, tick, rows } = studio.last();
        for (let row = 0; row < rows; row++)
          if (Math.abs(toolOf(studio, row)[1]! - start[1]!) > 1e-4) {
            moved = Math.max(studio.now(), at + row * tick);
            break;
          }
      }
      expect(moved - pressed).toBeLessThan(0.05);
      studio.run(0.2);
      studio.key("KeyA", false);
      const commanded = studio.last().hand.position[1];
      studio.run(0.15);
      expect(studio.last().hand.position[1] - commanded).toBeLessThanOrEqual(0.12 * 0.05 + 1e-9);
    }
  });

  it("adds devices up", async () => {
    const studio = await studioOf({ task: "lift" });
    const before = studio.last().hand.position;
    for (const [device, linear] of [
      ["a", [0.1, 0, 0]],
      ["b", [0, 0, 0.05]],
    ] as const)
      studio.send({
        kind: "intent",
        device,
        at: studio.now(),
        intent: { frame: "base", linear, angular: [0, 0, 0], gripper: null },
      });
    studio.run(0.2);
    const after = studio.last().hand.position;
    expect(after[0]).toBeGreaterThan(before[0] + 0.01);
    expect(after[2]).toBeGreaterThan(before[2] + 0.005);
  });

  it("holds when the page falls silent", async () => {
    const studio = await studioOf({ task: "lift" });
    studio.send({
      kind: "intent",
      device: "keyboard",
      at: studio.now(),
      intent: { frame: "base", linear: [0, 0.2, 0], angular: [0, 0, 0], gripper: null },
    });
    studio.run(1);
    const { position } = studio.last().hand;
    studio.run(1);
    expect(studio.last().hand.position).toEqual(position);
    expect(position[1]).toBeLessThan(0.2 * 0.45);
  });

  it("keeps the hand in the workspace and says at which side", async () => {
    const studio = await studioOf({ task: "lift" });
    for (let i = 0; i < 2; i++) studio.tap("Equal");
    studio.key("KeyQ", true);
    studio.run(3);
    expect(studio.last().hand.position[2]).toBeCloseTo(0.6, 6);
    expect(studio.last().cues).toContainEqual({ kind: "edge", axis: "z", side: 1 });
  });

  it("says when something presses on the gripper", async () => {
    const studio = await studioOf({ task: "lift" });
    studio.key("KeyE", true);
    studio.run(3);
    const contact = studio.last().cues.find((cue) => cue.kind === "contact" || cue.kind === "collision");
    expect(contact).toMatchObject({ part: "gripper" });
  });

  it("drives a base by its twist", async () => {
    const studio = await studioOf({ task: "navigate", seed: 3 });
    const before = toolOf(studio);
    studio.key("KeyW", true);
    studio.run(1.5);
    studio.key("KeyW", false);
    const [x, y] = toolOf(studio);
    expect(Math.hypot(x! - before[0]!, y! - before[1]!)).toBeGreaterThan(0.3);
    studio.run(1.5);
    const rest = toolOf(studio);
    studio.run(0.5);
    expect(toolOf(studio).map((value, i) => Math.abs(value - rest[i]!) < 1e-3)).toEqual([true, true, true]);
  });
});

/** Lets a script drive through the session as a person's gamepad would: by velocities, at 20 Hz. */
async function show(studio: Studio, environment: Environment, seed: number, until = 30): Promise<void> {
  environment.reset(seed);
  const script = taskByName(environment.card.name).demonstrator(seed, "clean");
  const offsets = actionOffsets(environment.contract);
  const [p, w] = [offsets.get("action.ee.position")!, offsets.get("action.gripper.width")!];
  let closed = false;
  const end = studio.now() + until;
  while (studio.now() < end && studio.phase() !== "review") {
    const command = script.act(environment);
    const { position, yaw } = studio.last().hand;
    const velocity = position.map((value, i) => (command[p + i]! - value) / 0.05) as [number, number, number];
    studio.send({
      kind: "intent",
      device: "gamepad",
      at: studio.now(),
      intent: {
        frame: "base",
        linear: velocity,
        angular: [0, 0, (command[p + 3]! - yaw) / 0.05],
        gripper: null,
      },
    });
    if (command[w]! < 0.04 !== closed) {
      closed = !closed;
      studio.act({ kind: "toggle-gripper" });
    }
    const steps = studio.last().step;
    while (studio.last().step === steps && studio.phase() !== "review") studio.run(0.005);
    // the script looks at a world of its own that does the same
    const sent = studio.last().hand;
    environment.step([...sent.position, sent.yaw, sent.width]);
  }
  studio.send({
    kind: "intent",
    device: "gamepad",
    at: studio.now(),
    intent: { frame: "base", linear: [0, 0, 0], angular: [0, 0, 0], gripper: null },
  });
}

describe("recording", () => {
  it("stores a shown task as an episode that plays again from its seed, bit for bit", async () => {
    const studio = await studioOf({ task: "lift", seed: 11 });
    const environment = await taskByName("lift").create({ horizon: 1e6 });
    // driving about before the take does not matter: the take begins where its seed says
    studio.tap("KeyA", 0.3);
    studio.tap("KeyR");
    expect(studio.phase()).toBe("armed");
    await show(studio, environment, 11);
    expect(studio.session.recorder!.phase).toEqual({ name: "review", ended: { by: "success" } });
    studio.tap("Enter");
    await studio.settle();
    expect(studio.phase()).toBe("ready");
    const kept = studio.of("kept")[0]!.take;
    expect(kept).toMatchObject({ index: 0, seed: 11, success: true, maker: "teleop:gamepad", intervened: 0 });
    expect(kept.events.map((event) => event.what)).toContain("grip");
    expect(studio.of("scene").at(-1)!.seed).toBe(12);

    // what happened lies beside the take, in the order and at the frames in which it was noticed
    const events = await readTakeEvents(studio.store, 0, kept.frames);
    expect(events.map(({ frame, what, detail }) => [frame, what, detail])).toEqual(
      kept.events.map(({ frame, what, detail }) => [frame, what, detail]),
    );
    expect(events.filter(({ what }) => what === "phase").map(({ detail }) => detail)).toEqual([
      "armed",
      "recording",
      "review",
    ]);
    expect(await readTakeEvents(studio.store, 0, kept.frames + 1)).toEqual([]);

    const episode = await (await openDataset(studio.store)).episode(0);
    expect([episode.length, episode.meta.seed]).toEqual([kept.frames, 11]);
    const again = await taskByName("lift").create({ horizon: 1e6 });
    again.reset(11);
    for (let t = 0; t < episode.length; t++) {
      const { values } = again.observe();
      for (const [name, recorded] of Object.entries(episode.features)) {
        const size = values[name]!.length;
        expect([name, t, ...values[name]!]).toEqual([
          name,
          t,
          ...recorded.subarray(t * size, (t + 1) * size),
        ]);
      }
      again.step(episode.actions.subarray(t * 5, t * 5 + 5));
    }
    expect(again.outcome().state).toBe("success");
    again.free();
    environment.free();
  });

  it("goes back with Backspace: the world, the hand, the frames", async () => {
    const studio = await studioOf({ task: "lift", seed: 11 });
    studio.tap("KeyR");
    studio.key("KeyA", true);
    studio.run(3.5);
    const before = studio.last();
    studio.key("KeyA", false);
    studio.tap("Backspace");
    expect(studio.phase()).toBe("paused");
    const { frames, tail } = studio.session.recorder!;
    expect(frames + tail).toBeGreaterThanOrEqual(before.recorder.frames);
    expect(tail).toBe(60);
    const back = studio.last().hand.position[1];
    expect(before.hand.position[1] - back).toBeCloseTo(0.12 * 3, 2);
    // nothing moves while paused
    studio.run(1);
    expect(studio.session.recorder!.frames).toBe(frames);
    studio.tap("KeyR");
    studio.run(0.5);
    expect(studio.last().hand.position[1]).toBe(back);
    studio.key("Backspace", true, true);
    expect(studio.session.recorder!.frames).toBe(frames + tail);
    expect(studio.last().hand.position[1]).toBeCloseTo(before.hand.position[1], 1);
  });

  it("scrubs back while Backspace is held", async () => {
    const studio = await studioOf({ task: "lift", seed: 11 });
    studio.tap("KeyR");
    studio.key("KeyA", true);
    studio.run(6);
    studio.key("KeyA", false);
    studio.key("Backspace", true);
    studio.run(0.4 + 3 * 0.125 - 0.01);
    studio.key("Backspace", false);
    // 3 s, then 0.5 s three times, as one
    expect(studio.session.recorder!.tail).toBe(60 + 30);
    expect(studio.session.recorder!.phase.name).toBe("paused");
  });

  it("throws away and takes back, also when the next layout stands already", async () => {
    const studio = await studioOf({ task: "lift", seed: 5 });
    studio.tap("KeyR");
    studio.tap("KeyA", 1);
    const { frames } = studio.session.recorder!;
    const { position } = studio.last().hand;
    studio.tap("Delete");
    expect(studio.phase()).toBe("thrown-away");
    studio.tap("Enter");
    expect([studio.phase(), studio.of("scene").at(-1)!.seed]).toEqual(["ready", 5]);
    studio.run(1);
    studio.act({ kind: "undo" });
    expect([studio.phase(), studio.session.recorder!.frames]).toEqual(["paused", frames]);
    expect(studio.last().hand.position[1]).toBeCloseTo(position[1], 6);
    studio.tap("Delete");
    studio.run(11);
    expect(studio.phase()).toBe("ready");
    studio.act({ kind: "undo" });
    expect(studio.phase()).toBe("ready");
  });

  it("stops at Escape and holds until resumed; keys held meanwhile count no more", async () => {
    const studio = await studioOf({ task: "lift", seed: 5 });
    studio.tap("KeyR");
    studio.key("KeyA", true);
    studio.run(0.5);
    studio.tap("Escape");
    const { position } = studio.last().hand;
    studio.run(1);
    expect(studio.phase()).toBe("stopped");
    studio.send({ kind: "resume" });
    expect(studio.phase()).toBe("paused");
    studio.tap("KeyR");
    studio.run(0.5);
    expect(studio.last().hand.position[1]).toBeCloseTo(position[1], 2);
    studio.key("KeyA", false);
    studio.key("KeyA", true);
    studio.run(0.5);
    expect(studio.last().hand.position[1]).toBeGreaterThan(position[1] + 0.03);
  });

  it("goes on with a set: other seeds, later numbers, the named maker", async () => {
    const store = memoryStore();
    for (const [round, seed] of [
      [0, 40],
      [1, 41],
    ] as const) {
      const studio = await openStudio({ task: "lift", seed: 40, store, maker: "operator-model" });
      expect(studio.of("opened")[0]!.takes).toBe(round);
      expect(studio.of("scene")[0]!.seed).toBe(seed);
      studio.tap("KeyR");
      studio.tap("KeyA", 0.3);
      studio.tap("Digit2");
      studio.tap("Enter");
      studio.tap("Enter");
      await studio.settle();
      expect(studio.of("kept")[0]!.take).toMatchObject({
        index: round,
        success: false,
        maker: "operator-model",
      });
      studio.send({ kind: "close" });
      await studio.session.settled();
    }
    expect((await openDataset(store)).rows.map((row) => row.meta?.seed)).toEqual([40, 41]);
  });

  it("keeps what the page noticed while it recorded, and pauses on the clock", async () => {
    const studio = await studioOf({ task: "lift", seed: 5 });
    studio.send({ kind: "noticed", what: "stale", detail: "before the take" });
    studio.tap("KeyR");
    studio.tap("KeyA", 0.5);
    studio.send({ kind: "noticed", what: "delay", detail: "picture" });
    studio.tap("KeyR");
    studio.run(2);
    studio.tap("KeyR");
    studio.tap("KeyA", 0.5);
    studio.tap("Enter");
    studio.tap("Enter");
    await studio.settle();
    const { frames } = studio.of("kept")[0]!.take;
    const events = await readTakeEvents(studio.store, 0, frames);
    const told = events.map(({ what, detail }) => `${what} ${detail}`.trim());
    expect(told.filter((each) => !each.startsWith("contact"))).toEqual([
      "phase armed",
      "phase recording",
      "delay picture",
      "phase paused",
      "phase recording",
      "phase review",
    ]);
    const [paused, on] = events.filter(({ what }) => what === "phase").slice(2, 4);
    expect(on!.frame).toBe(paused!.frame);
    expect(on!.clock - paused!.clock).toBeGreaterThan(1.9);
  });

  it("sets out a layout that asks for what is preferred, and else just the next", async () => {
    const studio = await studioOf({ task: "pick-place", seed: 5 });
    const { sentences } = studio.of("scene").at(-1)!;
    expect(new Set(sentences.map(({ en }) => en)).size).toBe(8);
    const wanted = sentences.at(-1)!.en;
    studio.send({ kind: "prefer", sentence: wanted });
    studio.act({ kind: "new-layout" });
    expect(studio.of("scene").at(-1)!.sentence.en).toBe(wanted);
    const { seed } = studio.of("scene").at(-1)!;
    studio.send({ kind: "prefer", sentence: "fold the towel" });
    studio.act({ kind: "new-layout" });
    expect(studio.of("scene").at(-1)!.seed).toBe(seed + 1);
  });

  it("loses nothing when a take cannot be stored, and stores it at the second try", async () => {
    const inner = memoryStore();
    let full = false;
    const store = {
      ...inner,
      write: async (files: Parameters<typeof inner.write>[0]) => {
        if (full) throw new Error("no room on the disk");
        return inner.write(files);
      },
    };
    const studio = await studioOf({ task: "lift", seed: 5, store });
    studio.tap("KeyR");
    studio.tap("KeyA", 0.5);
    full = true;
    studio.tap("Enter");
    studio.tap("Enter");
    await studio.settle();
    expect(studio.of("refused").at(-1)!.reason).toMatch(/no room on the disk/);
    expect(studio.phase()).toBe("review");
    full = false;
    studio.tap("Enter");
    await studio.settle();
    expect(studio.of("kept")).toHaveLength(1);
    expect((await openDataset(store)).length).toBe(1);
  });

  it("sets out the next layout within a third of a second", async () => {
    const studio = await studioOf({ task: "pick-place", seed: 5 });
    const times: number[] = [];
    for (let take = 0; take < 3; take++) {
      studio.tap("KeyR");
      studio.tap("KeyA", 0.3);
      studio.tap("Enter");
      const begin = performance.now();
      studio.key("Enter", true);
      await studio.settle();
      times.push(performance.now() - begin);
      studio.key("Enter", false);
      expect(studio.phase()).toBe("ready");
    }
    expect(Math.min(...times)).toBeLessThan(300);
  });
});

/** A policy that goes down from where it is: enough to see who drives. */
const sinking = (environment: Environment): Policy => ({
  contract: environment.contract,
  horizon: 8,
  execute: 4,
  noiseSize: 3,
  act: async (_, previous, noise) => {
    const chunk = new Float32Array(8 * 5);
    for (let row = 0; row < 8; row++)
      chunk.set(
        [previous[0]!, previous[1]! + 1e-3 * noise[0]!, previous[2]! - 0.004 * (row + 1), previous[3]!, 0.08],
        row * 5,
      );
    return chunk;
  },
  free: async () => {},
});

describe("a policy in the session", () => {
  const withPolicy = async (seed: number): Promise<Studio & { environment: Environment; policy: Policy }> => {
    const environment = await taskByName("lift").create();
    const policy = sinking(environment);
    const studio = await studioOf({ task: "lift", seed, policies: { sinking: policy } });
    studio.send({ kind: "policy", name: "sinking", bytes: new TextEncoder().encode("sinking") });
    await studio.settle();
    return { ...studio, environment, policy };
  };
  const pass = async (studio: Studio, seconds: number): Promise<void> => {
    for (let t = 0; t < seconds; t += 0.05) {
      studio.run(0.05);
      await Promise.resolve();
      await Promise.resolve();
    }
  };

  it("drives trials as an evaluation does, to the bit, and tells each", async () => {
    const studio = await withPolicy(0);
    studio.send({ kind: "trials", policy: "sinking", seeds: [200_001, 200_002] });
    await pass(studio, 30);
    const trials = studio.of("trial");
    expect(trials.map(({ trial }) => trial.seed)).toEqual([200_001, 200_002]);
    for (const { trial, episode } of trials) {
      const expected = await rollOut(studio.policy, studio.environment, trial.seed);
      expect([trial.outcome.state, trial.seconds]).toEqual([expected.outcome.state, expected.seconds]);
      expect(episode.meta.maker).toBe("policy:sinking");
      const replay = await taskByName("lift").create();
      replay.reset(trial.seed);
      for (let t = 0; t < episode.length; t++) replay.step(episode.actions.subarray(t * 5, t * 5 + 5));
      expect(replay.hash()).toBe(studio.environment.hash());
      replay.free();
    }
    expect(studio.phase()).toBe("ready");
    studio.environment.free();
  });

  it("is taken over and handed back; the frames in between are an intervention", async () => {
    const studio = await withPolicy(0);
    studio.send({ kind: "drive", policy: "sinking", seed: null });
    await pass(studio, 0.5);
    const driven = studio.session.recorder!.frames;
    expect(driven).toBeGreaterThan(5);
    // a person's keys do nothing while the policy drives
    studio.tap("KeyT");
    expect(studio.session.recorder!.driver).toBe("taken-over");
    const { position } = studio.last().hand;
    studio.key("KeyQ", true);
    await pass(studio, 1);
    studio.key("KeyQ", false);
    expect(studio.last().hand.position[2]).toBeGreaterThan(position[2] + 0.08);
    const corrected = studio.session.recorder!.frames;
    studio.tap("KeyT");
    await pass(studio, 0.5);
    studio.tap("Enter");
    studio.tap("Enter");
    await studio.settle();
    const { take } = studio.of("kept")[0]!;
    expect(take.maker).toBe("policy:sinking");
    expect(take.events.map(({ what }) => what)).toEqual(expect.arrayContaining(["take-over", "hand-back"]));
    const { meta } = await (await openDataset(studio.store)).episode(0);
    expect(meta.interventions).toHaveLength(1);
    expect(Math.abs(meta.interventions[0]!.from - driven)).toBeLessThanOrEqual(2);
    expect(Math.abs(meta.interventions[0]!.to - corrected)).toBeLessThanOrEqual(2);
    studio.environment.free();
  });

  it("that fails stops the robot and says why", async () => {
    const studio = await withPolicy(0);
    const broken = { ...studio.policy, act: () => Promise.reject(new Error("no such tensor")) };
    const other = await studioOf({ task: "lift", policies: { broken } });
    other.send({ kind: "policy", name: "broken", bytes: new TextEncoder().encode("broken") });
    await other.settle();
    other.send({ kind: "drive", policy: "broken", seed: null });
    await pass(other, 0.3);
    expect(other.session.recorder!.phase).toMatchObject({
      name: "stopped",
      reason: "the policy failed: no such tensor",
    });
    studio.environment.free();
  });

  it("of another task is refused in words", async () => {
    const navigate = await taskByName("navigate").create();
    const policy = { ...sinking(navigate), contract: navigate.contract };
    const studio = await studioOf({ task: "lift", policies: { policy } });
    studio.send({ kind: "policy", name: "policy", bytes: new TextEncoder().encode("policy") });
    await studio.settle();
    studio.send({ kind: "drive", policy: "policy", seed: null });
    expect(studio.of("refused").at(-1)!.reason).toMatch(
      /must fit this task: control: the policy commands base-twist/,
    );
    navigate.free();
  });
});

describe("a robot that hands on keys cannot drive as a whole", () => {
  it.each([["two-arm-lift", "the robot must be one arm or a base: two hands at once have no keys yet"]])(
    "is refused with the reason, and nothing is opened: %s",
    async (task, reason) => {
      const studio = await studioOf({ task });
      await studio.settle();
      expect(studio.of("refused").map((message) => message.reason)).toEqual([
        expect.stringContaining(`studio: ${reason}`),
      ]);
      expect(studio.of("opened")).toEqual([]);
      expect(studio.session.recorder).toBeNull();
    },
  );
});
