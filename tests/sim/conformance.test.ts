/** What every registered task must do, whatever it is about. A new task is tested by being in the list. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Environment,
  featureOf,
  type ObjectClass,
  type Observation,
  parseContract,
  sizeOf,
  totalSize,
} from "../../core/index.js";
import { DEFAULT_STYLE, DEMONSTRATION_STYLES, TASKS, taskByName } from "../../sim/index.js";

const TUNING = 200_000;

const flat = ({ values }: Observation): number[] =>
  Object.keys(values)
    .sort()
    .flatMap((name) => [...values[name]!]);

/** Shelf, door and desk are all places of a room: where one can be bound, so can another. */
const kindOf = (name: ObjectClass): string =>
  name === "shelf" || name === "door" || name === "desk" ? "place of a room" : name;

const offBy = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, k) => Math.abs(value - b[k]!)));

test("a task that is not in the list is refused with the list", () => {
  expect(() => taskByName("juggle")).toThrow(
    `task: must be one of ${TASKS.map((task) => task.card.name).join(", ")}`,
  );
});

test("the constants of no two tasks have the same hash", () => {
  const hashes = TASKS.map((task) => task.constantsHash());
  expect(new Set(hashes).size).toBe(TASKS.length);
  for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}$/);
});

describe.each(TASKS)("$card.name", (task) => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await task.create();
  });
  afterAll(() => environment.free());

  /** Resets and lets the demonstrator act for some steps. */
  const act = (seed: number, steps: number, each?: (step: number) => void) => {
    environment.reset(seed);
    const demonstrator = task.demonstrator(seed);
    for (let step = 0; step < steps; step++) {
      environment.step(demonstrator.act(environment));
      each?.(step);
    }
  };

  test("its contract survives being written and read, and names a simulator", () => {
    const { contract } = environment;
    expect(parseContract(JSON.parse(JSON.stringify(contract)))).toEqual(contract);
    expect(contract.engine).not.toBeNull();
    expect(contract.rates.physics! % contract.rates.policy).toBe(0);
    expect(contract.task).toBe(task.card.name);
    expect(contract.robot).toBe(task.card.robot);
  });

  test("shows every feature of its contract, finite, within limits, and nothing else", () => {
    const { contract } = environment;
    const features = [...contract.observations, ...contract.goals];
    act(TUNING, 40, () => {
      const { values, time } = environment.observe();
      expect(time).toBeCloseTo(environment.time(), 9);
      expect(Object.keys(values).sort()).toEqual(features.map((feature) => feature.name).sort());
      for (const feature of features) {
        const vector = values[feature.name]!;
        expect(vector.length).toBe(sizeOf(feature));
        vector.forEach((value, index) => {
          expect(Number.isFinite(value)).toBe(true);
          if (feature.limits === null) return;
          expect(value).toBeGreaterThan(feature.limits.low[index]! - 1e-3);
          expect(value).toBeLessThan(feature.limits.high[index]! + 1e-3);
        });
      }
    });
  });

  test("observations share no memory", () => {
    environment.reset(TUNING);
    const first = environment.observe();
    const before = flat(first);
    for (const vector of Object.values(environment.observe().values)) vector.fill(99);
    environment.command().fill(99);
    expect(flat(environment.observe())).toEqual(before);
    act(TUNING, 10);
    expect(flat(first)).toEqual(before);
  });

  test("the same seed gives the same episode to the bit, another seed another one", () => {
    const trace = (seed: number) => {
      const hashes: string[] = [];
      act(
        seed,
        50,
        (step) =>
          step % 10 === 0 && hashes.push(environment.hash(), JSON.stringify(flat(environment.observe()))),
      );
      return hashes;
    };
    const once = trace(TUNING + 1);
    trace(TUNING + 2);
    expect(trace(TUNING + 1)).toEqual(once);
    const starts = Array.from({ length: 20 }, (_, i) => {
      environment.reset(TUNING + i);
      return JSON.stringify(flat(environment.observe()));
    });
    expect(new Set(starts).size).toBe(20);
  });

  test("a snapshot continues to the bit, in this environment and in a fresh one", async () => {
    act(TUNING + 3, 30);
    const snapshot = environment.snapshot();
    const commands = Array.from({ length: 30 }, (_, i) => {
      const command = environment.command();
      return command.map((value, k) => value + 0.004 * Math.sin(i + k));
    });
    const go = (world: Environment) => {
      for (const command of commands) world.step(command);
      return [world.hash(), world.time(), world.outcome(), flat(world.observe()), [...world.command()]];
    };
    const straight = go(environment);
    environment.reset(TUNING + 4);
    environment.restore(snapshot);
    expect(go(environment)).toEqual(straight);
    const fresh = await task.create();
    fresh.restore(snapshot);
    expect(fresh.goal()).toEqual(environment.goal());
    expect(go(fresh)).toEqual(straight);
    expect(environment.snapshot()).toEqual(fresh.snapshot());
    fresh.free();
  });

  test("a damaged or foreign snapshot is refused, and the episode goes on", () => {
    act(TUNING, 5);
    const snapshot = environment.snapshot();
    const hash = environment.hash();
    for (const bad of [new Uint8Array(0), new Uint8Array(64), snapshot.subarray(0, snapshot.length - 9)])
      expect(() => environment.restore(bad)).toThrow(/snapshot/);
    expect(environment.hash()).toBe(hash);
    environment.step(environment.command());
  });

  test("its goal is bound to objects of the scene, by class, and can be bound anew", () => {
    environment.reset(TUNING);
    const { contract } = environment;
    const goal = environment.goal();
    const scene = environment.scene();
    expect(scene.privileged).toBe(true);
    const slots = [
      ...new Set(contract.goals.map(({ source }) => (source.kind === "scene" ? source.slot : null))),
    ];
    expect(Object.keys(goal).sort()).toEqual(slots.sort());
    for (const feature of contract.goals) {
      const { source } = feature;
      if (source.kind !== "scene" || source.part !== "position") continue;
      const bound = scene.objects.find((object) => object.id === goal[source.slot]);
      const other = scene.objects.find(
        (object) => kindOf(object.class) === kindOf(bound!.class) && object.id !== bound!.id,
      );
      expect(() => environment.bind({ ...goal, [source.slot]: "the moon" })).toThrow(/must be bound/);
      // A task may be about the only one of its kind.
      if (other === undefined) continue;
      const shown = () => environment.observe().values[featureOf(contract, feature.name).name]!;
      // Up to five standard deviations of what observes it.
      expect(offBy(shown(), bound!.pose.position)).toBeLessThan(0.02);
      // What is bound already changes places with it.
      const swapped = Object.fromEntries(
        Object.entries(goal).map(([slot, id]) => [slot, id === other.id ? bound!.id : id]),
      );
      environment.bind({ ...swapped, [source.slot]: other.id });
      expect(environment.goal()[source.slot]).toBe(other.id);
      expect(offBy(shown(), other.pose.position)).toBeLessThan(0.02);
      environment.bind(goal);
      expect(environment.goal()).toEqual(goal);
    }
  });

  test("takes only commands of the right size, finite, and keeps the one in force within its limits", () => {
    environment.reset(TUNING);
    const size = totalSize(environment.contract.actions);
    expect(environment.command().length).toBe(size);
    expect(() => environment.step(new Float64Array(size).fill(Number.NaN))).toThrow(/finite/);
    expect(() => environment.step(new Float64Array(size - 1))).toThrow(/finite/);
    for (let i = 0; i < 5; i++) environment.step(new Float64Array(size).fill(1e3));
    const command = environment.command();
    let at = 0;
    for (const { limits, names } of environment.contract.actions)
      for (const [k] of names.entries()) {
        expect(command[at]).toBeLessThanOrEqual(limits!.high[k]! + 1e-9);
        expect(command[at++]).toBeGreaterThanOrEqual(limits!.low[k]! - 1e-9);
      }
  });

  test("runs out of time when nothing is done", () => {
    environment.reset(TUNING);
    const idle = environment.contract.control === "base-twist" ? new Float64Array(2) : environment.command();
    const steps = Math.round(task.card.horizon * environment.contract.rates.policy);
    for (let step = 0; step < steps - 1; step++) environment.step(idle);
    expect(environment.outcome()).toEqual({ state: "running" });
    environment.step(idle);
    expect(environment.outcome().state).toBe("failure");
  });

  test.each(DEMONSTRATION_STYLES)("its %s demonstrator reaches the goal", (style) => {
    for (let seed = TUNING; seed < TUNING + (style === DEFAULT_STYLE ? 4 : 2); seed++) {
      environment.reset(seed);
      const demonstrator = task.demonstrator(seed, style);
      const steps = Math.round(task.card.horizon * environment.contract.rates.policy);
      for (let step = 0; step < steps && environment.outcome().state === "running"; step++)
        environment.step(demonstrator.act(environment));
      expect([seed, environment.outcome().state]).toEqual([seed, "success"]);
    }
  });

  test("can be said in both languages with the slots it binds", () => {
    environment.reset(TUNING);
    const slots = Object.keys(environment.goal());
    for (const sentences of [task.card.sentences.en, task.card.sentences.zh]) {
      expect(sentences.length).toBeGreaterThan(0);
      for (const sentence of sentences) for (const slot of slots) expect(sentence).toContain(`{${slot}}`);
    }
  });
});
