/** Pegs and holes: how much wider a hole is, when a peg is in, and how an insertion fails. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  type Environment,
  objectById,
  partsOf,
  rotate,
  type SceneObject,
  type SimpleShape,
  yawOf,
} from "../../core/index.js";
import { initEngine, taskByName } from "../../sim/index.js";

beforeAll(initEngine);

const SEED = 200_020;

/** The free width of a hole through its own origin along one of its axes, m: between the boxes on either side. */
function freeWidth({ shape }: SceneObject, axis: 0 | 1 | 2): number {
  const edges = partsOf(shape!).flatMap(({ shape, at }) => {
    const { size } = shape as Extract<SimpleShape, { kind: "box" }>;
    const spans = ([k, m]: readonly [number, number]) => Math.abs(m) < size[k]! / 2;
    const others = [0, 1, 2].filter((k) => k !== axis).map((k) => [k, at.position[k]!] as const);
    if (!others.every(spans)) return [];
    const middle = at.position[axis]!;
    return [middle - Math.sign(middle) * (size[axis]! / 2)];
  });
  const positive = Math.min(...edges.filter((edge) => edge > 0));
  const negative = Math.max(...edges.filter((edge) => edge < 0));
  return positive - negative;
}

const thing = (environment: Environment, id: string): SceneObject => objectById(environment.scene(), id)!;

/** A clean demonstration; `each` after every step. */
function demonstrate(environment: Environment, name: string, seed: number, each: () => void): void {
  environment.reset(seed);
  const demonstrator = taskByName(name).demonstrator(seed, "clean");
  while (environment.outcome().state === "running") {
    environment.step(demonstrator.act(environment));
    each();
  }
}

describe.each([
  ["peg-upright", 0.003],
  ["peg-upright-1mm", 0.001],
  ["peg-upright-500um", 0.0005],
] as const)("%s", (name, clearance) => {
  test("has a hole that much wider than the peg, both ways", async () => {
    const environment = await taskByName(name).create();
    const [hole, peg] = [thing(environment, "square_hole"), thing(environment, "red_peg")];
    for (const axis of [0, 1] as const)
      expect(freeWidth(hole, axis) - peg.size[axis]).toBeCloseTo(clearance, 9);
    environment.free();
  });

  test("is done when the peg stands in the hole down to the table, let go, for ten frames", async () => {
    const environment = await taskByName(name).create();
    let low = 0;
    demonstrate(environment, name, SEED, () => {
      const { position } = thing(environment, "red_peg").pose;
      const { position: hole } = thing(environment, "square_hole").pose;
      low = position[2] < 0.055 ? low + 1 : 0;
      if (environment.outcome().state === "success") {
        expect(Math.hypot(position[0] - hole[0], position[1] - hole[1])).toBeLessThan(clearance);
        expect(low).toBeGreaterThanOrEqual(10);
        expect(environment.robotState!().gripperWidth).toBeGreaterThan(0.03);
      }
    });
    expect(environment.outcome()).toEqual({ state: "success" });
    environment.free();
  });
});

describe("peg-upright", () => {
  test("fails as dropped when the peg was taken and let go beside the hole", async () => {
    const environment = await taskByName("peg-upright").create();
    environment.reset(SEED);
    const demonstrator = taskByName("peg-upright").demonstrator(SEED, "clean");
    while (thing(environment, "red_peg").pose.position[2] < 0.1)
      environment.step(demonstrator.act(environment));
    const command = environment.command();
    command[4] = 0.08;
    while (environment.outcome().state === "running") environment.step(command);
    expect(environment.outcome()).toEqual({ state: "failure", kind: "dropped" });
    environment.free();
  });
});

describe("peg-side", () => {
  test("has the peg and the hole of its definition, 3 mm on each side, as high and as far aside as drawn", async () => {
    const environment = await taskByName("peg-side").create();
    for (let seed = SEED; seed < SEED + 50; seed++) {
      environment.reset(seed);
      const [hole, peg] = [thing(environment, "square_hole"), thing(environment, "orange_peg")];
      const [half, radius] = [peg.size[0] / 2, peg.size[1] / 2];
      expect(half).toBeGreaterThanOrEqual(0.085);
      expect(half).toBeLessThanOrEqual(0.125);
      expect(radius).toBeGreaterThanOrEqual(0.015);
      expect(radius).toBeLessThanOrEqual(0.025);
      for (const axis of [1, 2] as const) expect(freeWidth(hole, axis) - 2 * radius).toBeCloseTo(0.006, 9);
      for (const k of [0, 1, 2]) expect(hole.size[k]).toBeCloseTo(2 * half, 9);
      expect(Math.abs(hole.pose.position[2] - half)).toBeLessThanOrEqual(0.5 * (half - radius) + 1e-9);
      expect(Math.abs(yawOf(hole.pose.orientation) + Math.PI / 2)).toBeLessThanOrEqual(0.3 + 1e-9);
    }
    environment.free();
  });

  test("is done when the head has been within 15 mm of the middle of the hole for ten frames, and not before", async () => {
    const environment = await taskByName("peg-side").create();
    let deep = 0;
    demonstrate(environment, "peg-side", SEED, () => {
      const [hole, peg] = [thing(environment, "square_hole"), thing(environment, "orange_peg")];
      const ahead = rotate(peg.pose.orientation, [peg.size[0] / 2, 0, 0]);
      const way = rotate(hole.pose.orientation, [1, 0, 0]);
      const x = way.reduce(
        (sum, w, k) => sum + w * (peg.pose.position[k]! + ahead[k]! - hole.pose.position[k]!),
        0,
      );
      deep = x >= -0.015 ? deep + 1 : 0;
      expect(environment.outcome().state === "success").toBe(deep >= 10);
    });
    expect(environment.outcome()).toEqual({ state: "success" });
    environment.free();
  });
});
