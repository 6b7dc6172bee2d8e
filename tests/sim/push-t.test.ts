/** `push-t` against gym-pusht: its T, its outline, its coverage, its reset, in its own pixels; and what friction adds. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Environment, objectById, type Pose, partsOf, volumeOf, yawOf } from "../../core/index.js";
import { TASKS, taskByName, teeCoverage } from "../../sim/index.js";

/**
 * x, y (pixels) and angle of gym-pusht's block, and the share of the outline that gym-pusht 0.1.8 with Shapely 2.2.0 says
 * is covered: its own `pymunk_to_shapely` on its goal's and its block's bodies.
 */
const THEIRS: readonly (readonly [number, number, number, number])[] = [
  [273.28, 297.08, 1.2811, 0.519719239],
  [242.97, 265.05, 0.9193, 0.555576499],
  [254.39, 257.74, 0.8219, 0.917243546],
  [256.29, 256.03, 0.8018, 0.975492656],
  [219.18, 247.85, 0.0622, 0.419014527],
  [261.99, 256.4, 0.6977, 0.749279292],
  [253.65, 255.23, 0.7862, 0.936572559],
  [255.72, 257.29, 0.8156, 0.953607311],
  [120.44, 161.55, 0.5232, 0.0],
  [251.78, 258.14, 0.8506, 0.821189956],
  [262.35, 252.66, 0.7476, 0.793193645],
  [258.04, 256.65, 0.8053, 0.965838178],
  [230.3, 173.6, 1.0366, 0.004961358],
  [257.09, 243.73, 0.5804, 0.689636594],
  [255.78, 253.17, 0.7756, 0.935920999],
  [256.1, 256.04, 0.7702, 0.972202943],
  [285.69, 300.56, 1.2667, 0.437396018],
  [247.82, 263.32, 0.635, 0.669766226],
  [258.64, 252.78, 0.8768, 0.811258581],
  [255.98, 254.75, 0.776, 0.976313646],
  [258.71, 269.64, -0.6879, 0.267882617],
  [244.93, 258.0, 0.6454, 0.768425201],
  [256.71, 258.28, 0.6205, 0.695420652],
  [256.25, 257.22, 0.7765, 0.957298542],
];

const task = taskByName("push-t");
const SEED = 204_000;
/** m a pixel of gym-pusht */
const PIXEL = 0.0008;

let environment: Environment;
beforeAll(async () => {
  environment = await task.create({ detector: null, horizon: 20 });
});
afterAll(() => environment.free());

const poseOf = (id: string): Pose => objectById(environment.scene(), id)!.pose;

/** The pose of our T for gym-pusht's, whose origin is the middle of the outer edge, 60 pixels before the middle. */
const fromGym = (x: number, y: number, angle: number): Pose => ({
  position: [0.5 + PIXEL * (x - 256 - 60 * Math.sin(angle)), PIXEL * (y - 256 + 60 * Math.cos(angle)), 0.015],
  orientation: [0, 0, Math.sin(angle / 2), Math.cos(angle / 2)],
});

describe("the T", () => {
  test("is gym-pusht's, 120 pixels wide and high, 6300 square pixels, and its outline lies where theirs does", () => {
    environment.reset(SEED);
    const tee = objectById(environment.scene(), "tee")!;
    expect(tee.size[0] / PIXEL).toBeCloseTo(120, 9);
    expect(tee.size[1] / PIXEL).toBeCloseTo(120, 9);
    const volume = partsOf(tee.shape!).reduce((sum, { shape }) => sum + volumeOf(shape), 0);
    expect(volume / tee.size[2] / PIXEL ** 2).toBeCloseTo(6300, 6);
    const goal = fromGym(256, 256, Math.PI / 4);
    const outline = poseOf("tee_outline");
    for (const k of [0, 1]) expect(outline.position[k]!).toBeCloseTo(goal.position[k]!, 9);
    expect(yawOf(outline.orientation)).toBeCloseTo(Math.PI / 4, 9);
  });

  test("covers the share of its outline that gym-pusht and Shapely say", () => {
    const outline = fromGym(256, 256, Math.PI / 4);
    expect(teeCoverage(outline, outline)).toBeCloseTo(1, 12);
    for (const [x, y, angle, share] of THEIRS)
      expect(Math.abs(teeCoverage(fromGym(x, y, angle), outline) - share)).toBeLessThan(1e-8);
  });

  test("begins as theirs: whole pixels from 100 to 399, turned about a point 45 pixels in", () => {
    const seen: [number, number][] = [];
    for (let seed = SEED; seed < SEED + 60; seed++) {
      environment.reset(seed);
      const { position, orientation } = poseOf("tee");
      const angle = yawOf(orientation);
      // What it is turned about lies 15 pixels before the middle of the T, towards its bar.
      const x = (position[0] - 0.5) / PIXEL + 256 + 15 * Math.sin(angle);
      const y = position[1] / PIXEL + 256 - 15 * Math.cos(angle) - 45;
      for (const value of [x, y]) {
        expect(Math.abs(value - Math.round(value))).toBeLessThan(0.01);
        expect(Math.round(value)).toBeGreaterThanOrEqual(100);
        expect(Math.round(value)).toBeLessThan(400);
      }
      seen.push([x, y]);
    }
    for (const k of [0, 1] as const) {
      const mean = seen.reduce((sum, at) => sum + at[k], 0) / seen.length;
      expect(Math.abs(mean - 249.5)).toBeLessThan(4 * (300 / Math.sqrt(12 * seen.length)));
    }
  });
});

describe("an episode", () => {
  test("is missed when the T was never touched, and late when it was", () => {
    environment.reset(SEED);
    const idle = environment.command();
    while (environment.outcome().state === "running") environment.step(idle);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "missed" });
    environment.reset(SEED);
    const script = task.demonstrator(SEED, "clean");
    const before = poseOf("tee").position;
    const moved = () => Math.hypot(...[0, 1].map((k) => poseOf("tee").position[k]! - before[k]!));
    while (moved() < 0.01) environment.step(script.act(environment));
    const up = environment.command();
    up[2] = 0.2;
    while (environment.outcome().state === "running") environment.step(up);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "timed-out" });
  });

  test("is a success once the T has covered more than 95 % for ten frames, and the T stays when it is let go", () => {
    environment.reset(SEED + 1);
    const script = task.demonstrator(SEED + 1, "clean");
    const covered = () => teeCoverage(poseOf("tee"), poseOf("tee_outline"));
    let [frames, most] = [0, 0];
    while (environment.outcome().state === "running") {
      environment.step(script.act(environment));
      frames = covered() > 0.95 ? frames + 1 : 0;
      most = Math.max(most, covered());
      // The score of gym-pusht, at its highest: it does not fall when the T is pushed away again.
      expect(environment.score!()).toBe(Math.min(1, most / 0.95));
    }
    const begun = environment.snapshot();
    environment.reset(SEED);
    expect(environment.score!()).toBe(0);
    environment.restore(begun);
    expect(environment.score!()).toBe(1);
    expect(environment.outcome()).toEqual({ state: "success" });
    expect(frames).toBe(10);
    const at = poseOf("tee").position;
    for (let i = 0; i < 20; i++) environment.step(script.act(environment));
    expect(Math.hypot(...at.map((value, k) => value - poseOf("tee").position[k]!))).toBeLessThan(1e-3);
  });
});

test("the tasks that were there have the constants they had", () => {
  const hashes = Object.fromEntries(TASKS.map(({ card, constantsHash }) => [card.name, constantsHash()]));
  expect(hashes).toMatchObject({
    lift: "d5c5dd2ef2d97581",
    "pick-place": "297dd2ca699bc202",
    stack: "6d802a6153edfb6c",
    "stack-three": "00a8646f99335c65",
    can: "8e18a26896c9126a",
    sort: "57c5560121bdb9de",
    square: "03a97a4768750d9a",
    navigate: "eeb0e1c654f49e8a",
  });
});
