/**
 * Rewinding is exact: a take with a mistake that was taken back is, bit for bit, the take in which it was never made.
 * In the real environments.
 */
import { describe, expect, it } from "vitest";
import { createRandom, type Environment } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import { TASKS, taskByName } from "../../sim/index.js";
import { TakeLog } from "../../teleop/index.js";

const BY = { intervened: false, device: "keyboard" };
const WORDS = { sentence: "do it", maker: "teleop:keyboard", success: true };

/** Drives a few seconds of a demonstration, as stored numbers. */
function script(task: string, environment: Environment, log: TakeLog): (frames: number) => void {
  const demonstrator = taskByName(task).demonstrator(9);
  return (frames) => {
    for (let i = 0; i < frames; i++) log.step(Float32Array.from(demonstrator.act(environment)), BY);
  };
}

/** Something a person might do by mistake: wander off. */
function blunder(environment: Environment, log: TakeLog, frames: number): void {
  const random = createRandom(frames);
  for (let i = 0; i < frames; i++) {
    const command = environment.command().map((value) => value + random.uniform(-0.03, 0.03));
    log.step(Float32Array.from(command), BY);
  }
}

const bits = ({ features, actions, length, meta }: Episode): unknown => ({
  features: Object.fromEntries(Object.entries(features).map(([name, values]) => [name, [...values]])),
  actions: [...actions],
  length,
  meta,
});

async function begin(task: string): Promise<{ environment: Environment; log: TakeLog }> {
  const environment = await taskByName(task).create({ horizon: 1000 });
  environment.reset(9);
  return { environment, log: new TakeLog(environment, 9) };
}

describe.each(TASKS.map((task) => task.card.name))("a take of %s", (task) => {
  it("after two rewinds equals one never mistaken, bit for bit, in frames and in the world", async () => {
    const straight = await begin(task);
    const commands: Float32Array[] = [];
    const demonstrator = taskByName(task).demonstrator(9);
    for (let i = 0; i < 70; i++) {
      const command = Float32Array.from(demonstrator.act(straight.environment));
      commands.push(command);
      straight.log.step(command, BY);
    }

    const mistaken = await begin(task);
    const rate = mistaken.environment.contract.rates.policy;
    const drive = (from: number, to: number): void => {
      for (const command of commands.slice(from, to)) mistaken.log.step(command, BY);
    };
    drive(0, 23);
    blunder(mistaken.environment, mistaken.log, 37);
    mistaken.log.goBack(37 / rate);
    drive(23, 60);
    // further back than needed, and some of it once more
    mistaken.log.goBack(45 / rate);
    drive(15, 70);

    expect(mistaken.log.length).toBe(70);
    expect(mistaken.environment.hash()).toBe(straight.environment.hash());
    expect(bits(mistaken.log.finish(WORDS))).toEqual(bits(straight.log.finish(WORDS)));
    // and it goes on alike
    for (const { environment } of [straight, mistaken]) environment.step(environment.command());
    expect(mistaken.environment.hash()).toBe(straight.environment.hash());
    expect(mistaken.environment.observe()).toEqual(straight.environment.observe());
    for (const { environment } of [straight, mistaken]) environment.free();
  });

  it("can be played again from its seed and its stored commands", async () => {
    const { environment, log } = await begin(task);
    script(task, environment, log)(40);
    const { actions, features } = log.finish(WORDS);
    const again = await taskByName(task).create();
    again.reset(9);
    const size = actions.length / 40;
    const [name, recorded] = Object.entries(features)[0]!;
    for (let t = 0; t < 40; t++) {
      const seen = again.observe().values[name]!;
      expect([...seen]).toEqual([...recorded.subarray(t * seen.length, (t + 1) * seen.length)]);
      again.step(actions.subarray(t * size, (t + 1) * size));
    }
    expect(again.hash()).toBe(environment.hash());
    again.free();
    environment.free();
  });
});

describe("what a rewind cuts off", () => {
  it("comes back with its world, and what was recorded since takes its place", async () => {
    const { environment, log } = await begin("lift");
    const drive = script("lift", environment, log);
    drive(50);
    const [first, hash] = [bits(log.finish(WORDS)), environment.hash()];
    log.goBack(1);
    expect([log.length, log.tail]).toEqual([30, 20]);
    blunder(environment, log, 7);
    const [second, otherHash] = [bits(log.finish(WORDS)), environment.hash()];
    log.restoreTail();
    expect([log.length, log.tail]).toEqual([50, 7]);
    expect(bits(log.finish(WORDS))).toEqual(first);
    expect(environment.hash()).toBe(hash);
    log.restoreTail();
    expect(bits(log.finish(WORDS))).toEqual(second);
    expect(environment.hash()).toBe(otherHash);
    // the tail's snapshots came back with it: it can be rewound again
    log.restoreTail();
    log.goBack(0.25);
    expect([log.length, log.tail]).toEqual([45, 5]);
    log.restoreTail();
    expect(environment.hash()).toBe(hash);
    environment.free();
  });

  it("comes back one rewind at a time, and a held key's many as one", async () => {
    const { environment, log } = await begin("lift");
    script("lift", environment, log)(60);
    const hash = environment.hash();
    log.goBack(0.5);
    log.goBack(1);
    log.goBack(0.5, true);
    expect([log.length, log.tail]).toEqual([20, 30]);
    log.restoreTail();
    expect([log.length, log.tail]).toEqual([50, 10]);
    log.restoreTail();
    expect([log.length, log.tail]).toEqual([60, 0]);
    expect(environment.hash()).toBe(hash);
    environment.free();
  });

  it("ends at the beginning", async () => {
    const { environment, log } = await begin("lift");
    const hash = environment.hash();
    script("lift", environment, log)(15);
    log.goBack(99);
    expect([log.length, log.tail, environment.hash()]).toEqual([0, 15, hash]);
    environment.free();
  });

  it("goes further back than the ring of snapshots, if slowly", async () => {
    const { environment, log } = await begin("navigate");
    const still = new Float32Array(2);
    for (let i = 0; i < 700; i++) log.step(i === 3 ? Float32Array.of(0.2, 0.1) : still, BY);
    log.goBack(69.7);
    const straight = await begin("navigate");
    for (let i = 0; i < 3; i++) straight.log.step(still, BY);
    expect(log.length).toBe(3);
    expect(environment.hash()).toBe(straight.environment.hash());
    environment.free();
    straight.environment.free();
  });

  it("knows who drove which frames", async () => {
    const { environment, log } = await begin("lift");
    const still = (): Float32Array => Float32Array.from(environment.command());
    for (const intervened of [false, true, true, false, true])
      log.step(still(), { intervened, device: intervened ? "gamepad" : null });
    expect(log.finish(WORDS).meta.interventions).toEqual([
      { from: 1, to: 3 },
      { from: 4, to: 5 },
    ]);
    expect([log.device, log.intervened]).toEqual(["gamepad", 3]);
    environment.free();
  });
});
