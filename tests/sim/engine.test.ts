/** The engine's settings: proved by pushing, weighed by contacts, and what happens where they cannot be had. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  contactFlagsAt,
  createWorld,
  ENGINE,
  engineStatus,
  engineVariant,
  GROUPS,
  initEngine,
  interactionGroups,
  LAYOUT_PROBE,
  pushedYaw,
  rapier,
} from "../../sim/index.js";
import { graspTrial } from "./rig.js";
import { stackDrift } from "./trials.js";

beforeAll(initEngine);

const degrees = (radians: number) => (radians * 180) / Math.PI;

describe("settings", () => {
  test("the pinned engine takes the patch, and its self-test says how far the T turned", () => {
    expect(ENGINE).toMatchObject({ name: "rapier3d-simd-compat", version: "0.20.0" });
    expect(engineStatus().settings).toBe("patched");
    expect(engineStatus().reason).toMatch(/turned by \d+\.\d degrees/);
  });

  test("a T pushed off its centre turns by 60 degrees at every rate; with default friction it hardly turns", () => {
    for (const dt of [1 / 120, 1 / 240, 1 / 480]) {
      const yaw = degrees(pushedYaw("patched", dt, 3));
      expect(yaw).toBeGreaterThan(59);
      expect(yaw).toBeLessThan(61);
    }
    expect(degrees(pushedYaw("fallback", 1 / 240, 3))).toBeLessThan(2);
  });

  test("the fall-back still holds what a grasp holds, without recycled contacts", () => {
    for (const shape of ["cube", "sphere"] as const) {
      const result = graspTrial({ shape, mass: 0.2, dt: 1 / 240, phases: [1, 3, 1], settings: "fallback" });
      expect(result.held).toBe(true);
      expect(result.slip).toBeLessThan(0.2);
    }
    expect(stackDrift(1 / 120, 3, "fallback")).toBeLessThan(0.05);
  });

  test("an unknown version, or a layout with any other byte around the flags, is not patched", () => {
    const world = createWorld({ ...LAYOUT_PROBE, settings: "fallback" });
    const snapshot = world.snapshot();
    world.free();
    const offset = contactFlagsAt(snapshot, "0.20.0")!;
    expect(offset).toBeGreaterThan(0);
    expect(contactFlagsAt(snapshot, "0.21.0")).toBeNull();
    expect(contactFlagsAt(snapshot, "1.0.0")).toBeNull();
    expect(contactFlagsAt(snapshot.subarray(0, 60), "0.20.0")).toBeNull();
    for (const at of [12, 40, offset, offset + 1, offset + 5, offset + 6, offset + 7, offset + 8]) {
      const other = snapshot.slice();
      other[at]! ^= 1;
      expect(contactFlagsAt(other, "0.20.0")).toBeNull();
    }
  });

  test("snapshots of the two settings are told apart", () => {
    expect(engineVariant("patched")).not.toBe(engineVariant("fallback"));
  });
});

describe("contacts", () => {
  test("a kilogram weighs 9.81 N at every rate and number of iterations", () => {
    const { ColliderDesc, RigidBodyDesc } = rapier();
    for (const [dt, iterations] of [
      [1 / 120, 4],
      [1 / 240, 4],
      [1 / 240, 8],
    ] as const) {
      const world = createWorld({ dt, iterations });
      const ground = world.addCollider(
        ColliderDesc.cuboid(1, 1, 0.1).setTranslation(0, 0, -0.1),
        "environment",
      );
      const body = world.addBody(RigidBodyDesc.dynamic().setTranslation(0, 0, 0.05).setCanSleep(false));
      const box = world.addCollider(ColliderDesc.cuboid(0.05, 0.05, 0.05).setMass(1), "object", body);
      for (let i = 0; i < 2 / dt; i++) world.step();
      expect(world.normalForce(box, ground)).toBeCloseTo(9.81, 1);
      world.free();
    }
  });

  test("the stacked cubes stay where they are", () => {
    for (const dt of [1 / 120, 1 / 240]) expect(stackDrift(dt, 20)).toBeLessThan(0.02);
  });

  test("groups meet both ways or not at all", () => {
    const names = Object.keys(GROUPS) as (keyof typeof GROUPS)[];
    for (const a of names)
      for (const b of names) {
        const meets = (interactionGroups(a) & 0xffff & GROUPS[b]) !== 0;
        expect(meets).toBe((interactionGroups(b) & 0xffff & GROUPS[a]) !== 0);
        expect(interactionGroups(a) >>> 16).toBe(GROUPS[a]);
      }
  });
});

test("a world of a rate that cannot be is refused", () => {
  expect(() => createWorld({ dt: 0 })).toThrow("world: dt must be a positive number, got 0");
});
