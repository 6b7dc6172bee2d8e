/** States of a picture, and the recorded cameras as data: what needs no graphics. */
import { describe, expect, it } from "vitest";
import { angleBetween, fromAxisAngle, IDENTITY_POSE, invert, transformPoint } from "../../core/index.js";
import { blendStates, cameraMounts, cameraPose, intrinsicsOf, type ViewState } from "../../sim/view/index.js";

const state = (time: number, x: number, yaw: number): ViewState => ({
  time,
  joints: [x, -x],
  gripperWidth: x,
  objects: { block: { position: [x, 0, 0], orientation: fromAxisAngle([0, 0, 1], yaw) } },
});

describe("states between two states", () => {
  it("move joints, width and poses by the same share, turning the shorter way round", () => {
    const [a, b] = [state(1, 0, 3), state(2, 1, -3)];
    const half = blendStates(a, b, 0.5);
    expect(half.time).toBe(1.5);
    expect(Array.from(half.joints)).toEqual([0.5, -0.5]);
    expect(half.gripperWidth).toBe(0.5);
    const { position, orientation } = half.objects["block"]!;
    expect(position).toEqual([0.5, 0, 0]);
    expect(angleBetween(orientation, fromAxisAngle([0, 0, 1], Math.PI))).toBeLessThan(1e-6);
  });

  it("are the states themselves at and beyond the ends", () => {
    const [a, b] = [state(1, 0, 0), state(2, 1, 1)];
    expect(blendStates(a, b, 0)).toBe(a);
    expect(blendStates(a, b, 1.2)).toBe(b);
  });

  it("take an object that has just appeared as it is", () => {
    const b = state(2, 1, 1);
    expect(blendStates({ ...state(1, 0, 0), objects: {} }, b, 0.5).objects).toEqual(b.objects);
  });
});

describe("the recorded cameras", () => {
  it("are two for each kind of world, one of them on the robot", () => {
    expect(cameraMounts("tabletop").map(({ name, on }) => [name, on])).toEqual([
      ["front", "world"],
      ["wrist", "tool"],
    ]);
    for (const kind of ["room", "course"] as const)
      expect(cameraMounts(kind).map(({ name, on }) => [name, on])).toEqual([
        ["front", "base"],
        ["map", "world"],
      ]);
  });

  it("see the whole reset range of blocks and trays from the front", () => {
    const front = cameraMounts("tabletop")[0]!;
    const cameraFromWorld = invert(cameraPose(front, IDENTITY_POSE));
    const k = intrinsicsOf(front.view, { width: 224, height: 224 });
    for (const x of [0.38, 0.62])
      for (const y of [-0.41, 0.41])
        for (const z of [0, 0.04]) {
          const [cx, cy, cz] = transformPoint(cameraFromWorld, [x, y, z]);
          expect(cz).toBeGreaterThan(0);
          for (const pixel of [(k.fx * cx) / cz + k.cx, (k.fy * cy) / cz + k.cy]) {
            expect(pixel).toBeGreaterThan(0);
            expect(pixel).toBeLessThan(223);
          }
        }
  });

  it("looks between the fingers from the wrist: the tool's point is on its picture's middle column", () => {
    const wrist = cameraMounts("tabletop")[1]!;
    const [x, y, z] = transformPoint(invert(cameraPose(wrist, IDENTITY_POSE)), [0, 0, 0]);
    const k = intrinsicsOf(wrist.view, { width: 224, height: 224 });
    expect(x).toBeCloseTo(0, 9);
    expect(Math.abs((k.fy * y) / z)).toBeLessThan(k.height / 2);
  });
});
