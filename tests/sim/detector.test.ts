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

describe("misses", () => {
  const missing = { ...exact, dropout: 0.3 };

  test("leave a thing where it was seen last, with the time of then", () => {
    const detector = createDetector(missing, 200_004, sceneAt(0));
    let fresh = 0;
    for (let look = 1; look <= 1000; look++) {
      detector.advance(look * 0.1, () => sceneAt(look * 0.1));
      const { pose, time } = first(detector.scene());
      // The cube's place is the time at which it was seen.
      expect(pose.position[0]).toBeCloseTo(time, 9);
      if (detector.scene().time - time < 1e-9) fresh++;
    }
    // Four standard deviations of 1000 throws.
    expect(Math.abs(fresh / 1000 - 0.7)).toBeLessThan(0.058);
  });

  test("change nothing about the noise of what is found", () => {
    const [usual, some] = [DETECTOR, { ...DETECTOR, dropout: 0.5 }].map((model) =>
      createDetector(model, 200_005, sceneAt(0)),
    );
    let alike = 0;
    for (let look = 1; look <= 100; look++) {
      for (const one of [usual!, some!]) one.advance(look * 0.1, () => sceneAt(look * 0.1));
      const { pose, time } = first(some!.scene());
      if (time !== some!.scene().time) continue;
      expect(pose).toEqual(first(usual!.scene()).pose);
      alike++;
    }
    expect(alike).toBeGreaterThan(25);
  });

  test("go on from a saved state to the bit", () => {
    const run = (detector: ReturnType<typeof createDetector>, from: number): unknown[] =>
      Array.from({ length: 20 }, (_, i) => {
        detector.advance((from + i) * 0.05, () => sceneAt((from + i) * 0.05));
        return detector.scene();
      });
    const [original, other] = [0, 1].map(() => createDetector(missing, 200_006, sceneAt(0)));
    run(original!, 1);
    const out = new StateWriter();
    original!.save(out);
    other!.load(new StateReader(out.finish()));
    expect(run(other!, 21)).toEqual(run(original!, 21));
  });
});

describe("a drawer", () => {
  /** One that is opened at 1 cm/s. */
  const openedAt = (time: number): Scene => {
    const scene = sceneAt(time);
    return { ...scene, objects: [{ ...first(scene), id: "drawer", class: "drawer", opening: 0.01 * time }] };
  };

  test("is seen as far open as it is, as late and as exactly as its place", () => {
    const detector = createDetector(exact, 200_008, openedAt(0));
    const noisy = createDetector(DETECTOR, 200_008, openedAt(0));
    const errors: number[] = [];
    for (let look = 1; look <= 2000; look++) {
      for (const each of [detector, noisy]) each.advance(look * 0.1, () => openedAt(look * 0.1));
      const { opening, time } = first(detector.scene());
      expect(opening).toBeCloseTo(0.01 * time, 12);
      errors.push(first(noisy.scene()).opening! - 0.01 * time);
    }
    const deviation = Math.sqrt(errors.reduce((sum, x) => sum + x * x, 0) / errors.length);
    expect(deviation).toBeGreaterThan(0.0019);
    expect(deviation).toBeLessThan(0.0021);
  });

  test("that a look misses stays as far open as it was seen last, with the time of then, after a snapshot too", () => {
    const [original, copy] = [0, 1].map(() =>
      createDetector({ ...exact, dropout: 0.5 }, 200_010, openedAt(0)),
    );
    let stale = 0;
    const look = (detector: ReturnType<typeof createDetector>, at: number): unknown => {
      detector.advance(at * 0.1, () => openedAt(at * 0.1));
      const { opening, time } = first(detector.scene());
      expect(opening).toBeCloseTo(0.01 * time, 12);
      if (detector.scene().time > time) stale++;
      return detector.scene();
    };
    for (let at = 1; at <= 100; at++) look(original!, at);
    const state = new StateWriter();
    original!.save(state);
    const reader = new StateReader(state.finish());
    copy!.load(reader);
    reader.finish();
    for (let at = 101; at <= 200; at++) expect(look(copy!, at)).toEqual(look(original!, at));
    expect(stale).toBeGreaterThan(60);
  });

  test("changes nothing about the noise of places, and goes on from a saved state to the bit", () => {
    const run = (detector: ReturnType<typeof createDetector>, from: number, world: (time: number) => Scene) =>
      Array.from({ length: 20 }, (_, i) => {
        detector.advance((from + i) * 0.05, () => world((from + i) * 0.05));
        return first(detector.scene());
      });
    const cube = createDetector(DETECTOR, 200_009, sceneAt(0));
    const [original, copy] = [0, 1].map((k) => createDetector(DETECTOR, 200_009 + k, openedAt(0)));
    const poses = (seen: readonly { pose: unknown }[]) => seen.map(({ pose }) => pose);
    expect(poses(run(original!, 1, openedAt))).toEqual(poses(run(cube, 1, sceneAt)));
    const state = new StateWriter();
    original!.save(state);
    copy!.load(new StateReader(state.finish()));
    expect(run(copy!, 21, openedAt)).toEqual(run(original!, 21, openedAt));
  });
});

test("a result may come later than the next look", () => {
  const detector = createDetector({ ...exact, age: 0.25 }, 200_007, sceneAt(0));
  for (let step = 1; step <= 40; step++) detector.advance(step * 0.05, () => sceneAt(step * 0.05));
  const { time } = first(detector.scene());
  expect(2 - time).toBeGreaterThan(0.25 - 1e-6);
  expect(2 - time).toBeLessThan(0.35 + 1e-6);
});
