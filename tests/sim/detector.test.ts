/** The detector model against its own description: rate, age, noise, seed. */
import { describe, expect, test } from "vitest";
import { angleBetween, type Scene, type Vec3 } from "../../core/index.js";
import { createDetector, DETECTOR, StateReader, StateWriter } from "../../sim/index.js";

/** One cube that moves along x at 1 m/s. */
const sceneAt = (time: number): Scene => ({
  frame: "panda_link0",
  time,
  source: "simulator",
  privileged: true,
  objects: [
    {
      id: "red_cube",
      class: "cube",
      colour: "red",
      size: [0.04, 0.04, 0.04],
      pose: { position: [time, 0, 0.02], orientation: [0, 0, Math.sin(0.2), Math.cos(0.2)] },
      uncertainty: { position: 0, rotation: 0 },
      time,
    },
  ],
});

const exact = { ...DETECTOR, position: 0, rotation: 0 };
const first = (scene: Scene) => scene.objects[0]!;

describe("time", () => {
  test("looks ten times a second and shows a look 50 ms later", () => {
    const detector = createDetector(exact, 200_000, sceneAt(0));
    const shown: number[] = [];
    for (let step = 1; step <= 8; step++) {
      detector.advance(step * 0.05, () => sceneAt(step * 0.05));
      shown.push(Math.round(first(detector.scene()).pose.position[0] * 100) / 100);
      expect(first(detector.scene()).time).toBeCloseTo(first(detector.scene()).pose.position[0], 12);
    }
    // At 0.05 s the first look is still the newest; at 0.1 s the one of 0.05 s has come.
    expect(shown).toEqual([0, 0.05, 0.05, 0.15, 0.15, 0.25, 0.25, 0.35]);
  });

  test("does not depend on how finely time advances", () => {
    const coarse = createDetector(DETECTOR, 200_001, sceneAt(0));
    const fine = createDetector(DETECTOR, 200_001, sceneAt(0));
    for (let tick = 1; tick <= 120; tick++) {
      fine.advance(tick / 120, () => sceneAt(tick / 120));
      if (tick % 6 === 0) coarse.advance(tick / 120, () => sceneAt(tick / 120));
      if (tick % 12 === 0) expect(fine.scene()).toEqual(coarse.scene());
    }
  });
});

describe("noise", () => {
  const detector = createDetector(DETECTOR, 200_002, sceneAt(0));
  const still = sceneAt(0);
  const looks = Array.from({ length: 2000 }, (_, i) => {
    detector.advance((i + 1) * 0.1, () => still);
    return first(detector.scene());
  });

  test("is 2 mm on each axis, without bias, and 1 degree on each axis of rotation", () => {
    for (const axis of [0, 1, 2]) {
      const errors = looks.map(({ pose }) => pose.position[axis]! - still.objects[0]!.pose.position[axis]!);
      const mean = errors.reduce((sum, x) => sum + x, 0) / errors.length;
      const deviation = Math.sqrt(errors.reduce((sum, x) => sum + (x - mean) ** 2, 0) / errors.length);
      expect(Math.abs(mean)).toBeLessThan(4 * (0.002 / Math.sqrt(errors.length)));
      expect(deviation).toBeGreaterThan(0.0019);
      expect(deviation).toBeLessThan(0.0021);
    }
    const turns = looks.map(({ pose }) => angleBetween(pose.orientation, still.objects[0]!.pose.orientation));
    // The length of a vector of three normal numbers: rms √3.
    const rms = Math.sqrt(turns.reduce((sum, x) => sum + x * x, 0) / turns.length);
    expect(rms / DETECTOR.rotation).toBeGreaterThan(1.65);
    expect(rms / DETECTOR.rotation).toBeLessThan(1.81);
  });

  test("is fresh in every look, and the scene says how large it is and whose it is", () => {
    expect(new Set(looks.map(({ pose }) => pose.position.join())).size).toBe(looks.length);
    expect(detector.scene()).toMatchObject({ source: "detector", privileged: false, frame: "panda_link0" });
    expect(looks[0]!.uncertainty).toEqual({ position: DETECTOR.position, rotation: DETECTOR.rotation });
    for (const { pose } of looks) expect(Math.hypot(...pose.orientation)).toBeCloseTo(1, 12);
  });
});

test("its state continues to the bit, a look that is on its way included", () => {
  const run = (detector: ReturnType<typeof createDetector>, from: number): Vec3[] =>
    Array.from({ length: 20 }, (_, i) => {
      detector.advance((from + i) * 0.05, () => sceneAt((from + i) * 0.05));
      return first(detector.scene()).pose.position;
    });
  const original = createDetector(DETECTOR, 200_003, sceneAt(0));
  run(original, 1);
  original.advance(1.05, () => sceneAt(1.05));
  const state = new StateWriter();
  original.save(state);
  const copy = createDetector(DETECTOR, 200_004, sceneAt(0));
  const reader = new StateReader(state.finish());
  copy.load(reader);
  reader.finish();
  expect(run(copy, 22)).toEqual(run(original, 22));
});
