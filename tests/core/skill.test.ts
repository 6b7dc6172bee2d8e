import { describe, expect, it } from "vitest";
import {
  bindCondition,
  type Condition,
  type Facts,
  holds,
  type SceneObject,
  showCondition,
  toolDown,
  type Vec3,
} from "../../core/index.js";

const object = (id: string, at: Vec3, change: Partial<SceneObject> = {}): SceneObject => ({
  id,
  class: "cube",
  colour: "red",
  size: [0.04, 0.04, 0.04],
  pose: { position: at, orientation: [0, 0, 0, 1] },
  uncertainty: { position: 0, rotation: 0 },
  time: 0,
  ...change,
});
const bin = object("left_bin", [0.5, 0.3, 0], { class: "bin", colour: null, size: [0.12, 0.12, 0.04] });
const facts = (objects: SceneObject[], tool: Vec3 = [0.5, 0, 0.2], width = 0.079): Facts => ({
  scene: { frame: "panda_link0", time: 0, source: "simulator", privileged: true, objects },
  tool: { pose: { position: tool, orientation: toolDown(0) }, gripperWidth: width },
  base: null,
});
const check = (condition: Condition, f: Facts) => holds(condition, f);

describe("conditions", () => {
  it("tell a cube on the table from one in a bin, one in the hand and one unseen", () => {
    const onTable = facts([object("cube", [0.5, 0, 0.02]), bin]);
    const inBin = facts([object("cube", [0.52, 0.31, 0.02]), bin]);
    const inHand = facts([object("cube", [0.5, 0, 0.201]), bin], [0.5, 0, 0.2], 0.04);
    const unseen = facts([bin]);
    const table = (predicate: "on-table" | "holding" | "lifted" | "seen") =>
      [onTable, inBin, inHand, unseen].map((f) => check({ predicate, object: "cube" }, f));
    expect(table("on-table")).toEqual([true, false, false, false]);
    expect(table("holding")).toEqual([false, false, true, false]);
    expect(table("lifted")).toEqual([false, false, true, false]);
    expect(table("seen")).toEqual([true, true, true, false]);
    expect(
      [onTable, inBin, inHand, unseen].map((f) =>
        check({ predicate: "in", object: "cube", place: "left_bin" }, f),
      ),
    ).toEqual([false, true, false, false]);
    expect([onTable, inBin, inHand].map((f) => check({ predicate: "hand-empty" }, f))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("do not call a cube placed while it is still held over the bin", () => {
    const held = facts([object("cube", [0.5, 0.3, 0.06]), bin], [0.5, 0.3, 0.06], 0.04);
    expect(check({ predicate: "in", object: "cube", place: "left_bin" }, held)).toBe(false);
  });

  it("call a cube in a drawer that is turned while it is between its walls, wherever the drawer is", () => {
    const drawer = (x: number) =>
      object("drawer", [x, 0.3, 0.03], {
        class: "drawer",
        colour: null,
        size: [0.16, 0.08, 0.06],
        pose: { position: [x, 0.3, 0.03], orientation: [0, 0, Math.SQRT1_2, Math.SQRT1_2] },
        opening: 0.1,
      });
    const inDrawer = (at: Vec3, x: number) =>
      check({ predicate: "in", object: "cube", place: "drawer" }, facts([object("cube", at), drawer(x)]));
    // Turned by a quarter, it is 8 cm along x and 16 cm along y.
    expect(inDrawer([0.53, 0.3, 0.05], 0.5)).toBe(true);
    expect(inDrawer([0.55, 0.3, 0.05], 0.5)).toBe(false);
    expect(inDrawer([0.55, 0.3, 0.05], 0.54)).toBe(true);
    expect(inDrawer([0.5, 0.37, 0.05], 0.5)).toBe(true);
    expect(inDrawer([0.5, 0.3, 0.12], 0.5)).toBe(false);
  });

  it("hold a peg anywhere along it, and not beyond its end", () => {
    const peg = object("peg", [0.5, 0, 0.02], { class: "peg", size: [0.2, 0.04, 0.04] });
    const held = (x: number, y = 0) =>
      check({ predicate: "holding", object: "peg" }, facts([peg], [x, y, 0.02], 0.04));
    expect([0.5, 0.42, 0.58, 0.41].map((x) => held(x))).toEqual([true, true, true, true]);
    expect([held(0.36), held(0.45, 0.05)]).toEqual([false, false]);
  });

  it("hold a base at a place only when it stands", () => {
    const shelf = object("shelf", [2, 1, 0], { class: "shelf", colour: null });
    const at = (x: number, speed: number): Facts => ({
      scene: { frame: "map", time: 0, source: "detector", privileged: false, objects: [shelf] },
      tool: null,
      base: { pose: { position: [x, 1, 0], orientation: [0, 0, 0, 1] }, speed },
    });
    const condition: Condition = { predicate: "at", place: "shelf" };
    expect([at(1.9, 0), at(1.9, 0.2), at(1.5, 0)].map((f) => check(condition, f))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("are bound and shown by the names of a plan", () => {
    const condition: Condition = {
      predicate: "not",
      condition: { predicate: "in", object: "target", place: "place" },
    };
    const bound = bindCondition(condition, { target: "red_cube", place: "left_bin" });
    expect(showCondition(bound)).toBe("not in(red_cube, left_bin)");
  });
});
