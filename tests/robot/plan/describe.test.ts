/** A scene in words says where things are, in both languages, for scenes written out here. */
import { describe, expect, it } from "vitest";
import type { Colour, Facts, ObjectClass, SceneObject, Vec3 } from "../../../core/index.js";
import { describeScene } from "../../../robot/index.js";

const thing = (
  id: string,
  kind: ObjectClass,
  colour: Colour | null,
  position: Vec3,
  size: Vec3,
): SceneObject => ({
  id,
  class: kind,
  colour,
  size,
  pose: { position, orientation: [0, 0, 0, 1] },
  uncertainty: { position: 0, rotation: 0 },
  time: 0,
});
const cube = (colour: Colour, position: Vec3) =>
  thing(`${colour}_cube`, "cube", colour, position, [0.04, 0.04, 0.04]);
const bin = (side: "left" | "right", y: number) =>
  thing(`${side}_bin`, "bin", null, [0.5, y, 0], [0.12, 0.12, 0.04]);

const facts = (objects: readonly SceneObject[], tool: Facts["tool"] = null): Facts => ({
  scene: { frame: "panda_link0", time: 0, source: "simulator", privileged: true, objects },
  tool,
  base: null,
});
const BINS = [bin("left", 0.3), bin("right", -0.3)];

describe("a scene in words", () => {
  it("says what lies in and on what, and the rest from left to right", () => {
    const scene = facts([
      cube("red", [0.5, 0.3, 0.02]),
      cube("green", [0.45, -0.05, 0.02]),
      cube("blue", [0.45, -0.05, 0.06]),
      cube("yellow", [0.5, 0.1, 0.02]),
      ...BINS,
    ]);
    expect(describeScene(scene, "en")).toEqual([
      "The red cube is in the left bin.",
      "The blue cube is on the green cube.",
      "From left to right: left bin, yellow cube, green cube, right bin.",
    ]);
    expect(describeScene(scene, "zh")).toEqual([
      "红色方块在左边的箱子里。",
      "蓝色方块在绿色方块上面。",
      "从左到右：左边的箱子、黄色方块、绿色方块、右边的箱子。",
    ]);
  });

  it("says which hands hold what two of them can", () => {
    const part = (x: number) => ({
      shape: { kind: "box", size: [0.02, 0.02, 0.02] } as const,
      at: { position: [0, x, 0] as Vec3, orientation: [0, 0, 0, 1] as const },
    });
    const pot: SceneObject = {
      ...thing("pot", "pot", "red", [0.5, 0, 0.2], [0.14, 0.34, 0.14]),
      shape: { kind: "compound", parts: [part(0.16), part(-0.16)] },
    };
    const tool = (y: number, gripperWidth: number) => ({
      pose: { position: [0.5, y, 0.2] as Vec3, orientation: [1, 0, 0, 0] as const },
      gripperWidth,
    });
    const said = (right: number, language: "en" | "zh" = "en") =>
      describeScene({ ...facts([pot], tool(0.16, 0.02)), otherTools: [tool(-0.16, right)] }, language);
    expect(said(0.02)).toEqual(["The red pot is in both grippers."]);
    expect(said(0.08)).toEqual(["The red pot is in the gripper."]);
    expect(said(0.02, "zh")).toEqual(["红色锅在两个夹爪里。"]);
  });

  it("tells a stain of many spots once, where it goes on, and not at all once it is wiped off", () => {
    const spot = (k: number, z: number) =>
      thing(`stain_${k}`, "stain", null, [0.5, 0.1 - 0.01 * k, z], [0.024, 0.024, 0]);
    const sponge = thing("sponge", "sponge", "yellow", [0.5, -0.2, 0.02], [0.08, 0.05, 0.045]);
    const said = (heights: readonly number[]) =>
      describeScene(facts([sponge, ...heights.map((z, k) => spot(k + 1, z))]), "en");
    expect(said([0, 0, 0])).toEqual(["From left to right: stain, yellow sponge."]);
    expect(said([0, 0, -0.02])).toEqual(["From left to right: stain, yellow sponge."]);
    expect(said([-0.02, -0.02, -0.02])).toEqual(["From left to right: yellow sponge."]);
  });

  it("tells a rope of many links once, and its ends by their colours", () => {
    const link = (k: number) =>
      thing(`rope_${k}`, "rope", null, [0.5, 0.1 - 0.02 * k, 0.012], [0.05, 0.024, 0.024]);
    const end = (colour: "red" | "blue", y: number) =>
      thing(`${colour}_end`, "rope-end", colour, [0.5, y, 0.012], [0.05, 0.024, 0.024]);
    const rope = facts([end("red", 0.1), link(1), link(2), link(3), end("blue", 0.02)]);
    expect(describeScene(rope, "en")).toEqual(["From left to right: red rope end, rope, blue rope end."]);
    expect(describeScene(rope, "zh")).toEqual(["从左到右：红色绳头、绳子、蓝色绳头。"]);
  });

  it("says what is held", () => {
    const tool = {
      pose: { position: [0.5, 0, 0.2] as Vec3, orientation: [1, 0, 0, 0] as const },
      gripperWidth: 0.04,
    };
    expect(describeScene(facts([cube("red", [0.5, 0, 0.2]), ...BINS], tool), "en")[0]).toBe(
      "The red cube is in the gripper.",
    );
  });

  it("says nothing of nothing", () => {
    expect(describeScene(facts([]), "en")).toEqual([]);
  });
});
