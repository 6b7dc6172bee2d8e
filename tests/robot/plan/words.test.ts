/** Words matter, in both languages alike; no sentence, however odd, does harm; answers read as they should. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ARM_SKILLS,
  BASE_SKILLS,
  languageOf,
  nameOf,
  optionNames,
  renderUnderstanding,
  understand,
} from "../../../robot/index.js";
import { bin, cube, FOUR_CUBES, outcome, ROOM, room, stand, TWO_RED, table } from "./worlds.js";

const meaning = (sentence: string, facts = FOUR_CUBES) => outcome(understand(sentence, facts, ARM_SKILLS));

describe("changing a word changes the goal", () => {
  it("for every colour and every bin, in both languages", () => {
    const colours = { red: "红色", green: "绿色", blue: "蓝色" };
    const sides = { left: "左边", right: "右边" };
    const goals = new Set<string>();
    for (const [colour, zhColour] of Object.entries(colours))
      for (const [side, zhSide] of Object.entries(sides)) {
        const english = meaning(`put the ${colour} cube in the ${side} bin`);
        expect(english).toBe(`in(${colour}_cube, ${side}_bin)`);
        expect(meaning(`把${zhColour}方块放进${zhSide}的箱子`)).toBe(english);
        goals.add(english);
      }
    expect(goals.size).toBe(6);
  });

  it("and changing the scene changes what the same words mean", () => {
    const mirrored = table(
      ...FOUR_CUBES.scene.objects.map((object) => {
        const [x, y, z] = object.pose.position;
        return { ...object, pose: { ...object.pose, position: [x, -y, z] as const } };
      }),
    );
    expect(meaning("put the red cube in the left bin", mirrored)).toBe("in(red_cube, right_bin)");
    expect(meaning("lift the leftmost cube on the table", mirrored)).toBe("lifted(green_cube)");
  });

  it("and left is the robot's own, wherever on the map it stands", () => {
    const facing = (yaw: number) =>
      room(
        { position: [0, 0, 0], orientation: [0, 0, Math.sin(yaw / 2), Math.cos(yaw / 2)] },
        { ...stand("shelf", 2, 1.5), id: "shelf_a" },
        { ...stand("shelf", 2, -1.5), id: "shelf_b" },
      );
    const go = (yaw: number) => outcome(understand("drive to the left shelf", facing(yaw), BASE_SKILLS));
    expect(go(0)).toBe("at(shelf_a)");
    expect(go(Math.PI)).toBe("at(shelf_b)");
  });
});

describe("what is said back", () => {
  const say = (sentence: string, facts = FOUR_CUBES, language?: "en" | "zh") =>
    renderUnderstanding(understand(sentence, facts, ARM_SKILLS), facts, language);

  it.each([
    ["put the red cube in the left bin", "1. put the red cube in the left bin (pick-place)"],
    ["lift the cube", "Which is meant: the red cube, the green cube or the blue cube?"],
    ["lift the red cub", 'What does "cub" (cube?) mean?'],
    [
      "lift the purple cube",
      "I see no purple cube; there are: red cube, green cube, blue cube, yellow cube, left bin and right bin.",
    ],
    ["lift it", 'What is meant by "it"?'],
    ["put the red cube", "Where shall the red cube go?"],
    [
      "bring me the red cube",
      "I have no skill to bring things to a person (pick-place, lift, put-down, return-to-start).",
    ],
    ["don't lift the red cube", '"don\'t": I cannot honour what must not be done.'],
    [
      "lift the yellow cube",
      "I cannot see to it that the yellow cube is lifted: it lies in the right bin, and no skill takes anything out again.",
    ],
    ["put the yellow cube in the right bin", "Nothing to do: the yellow cube is in the right bin already."],
    ["把蓝色方块放进右边的箱子", "1. 把蓝色方块放进右边的箱子 (pick-place)"],
    [
      "把紫色方块拿起来",
      "我没看到紫色方块；这里有：红色方块、绿色方块、蓝色方块、黄色方块、左边的箱子和右边的箱子。",
    ],
    ["不要拿红色方块", "“不要”：我没法保证不做某件事。"],
    ["把它拿起来", "“它”指的是什么？"],
    ["把黄色方块拿起来", "做不到“黄色方块被举起”：它在右边的箱子里，没有技能能再拿出来。"],
  ])("%s ↦ %s", (sentence, answer) => {
    expect(say(sentence)).toBe(answer);
  });

  it("can be said in the other language too", () => {
    expect(say("lift the purple cube", FOUR_CUBES, "zh")).toContain("我没看到紫色方块");
    expect(say("把蓝色方块放进右边的箱子", FOUR_CUBES, "en")).toBe(
      "1. put the blue cube in the right bin (pick-place)",
    );
  });

  it("names each option by what tells it apart, ready to be carried out", () => {
    const understanding = understand("put the red cube in the left bin", TWO_RED, ARM_SKILLS);
    if (understanding.kind !== "ask") throw new Error(`not asked but ${understanding.kind}`);
    expect(optionNames(understanding.options, TWO_RED, "en")).toEqual([
      "the left red cube",
      "the right red cube",
    ]);
    expect(optionNames(understanding.options, TWO_RED, "zh")).toEqual(["左边的红色方块", "右边的红色方块"]);
    expect(understanding.options.map(({ plan }) => plan.steps.map(({ binding }) => binding))).toEqual([
      [{ target: "red_a", place: "left_bin" }],
      [{ target: "red_b", place: "left_bin" }],
    ]);
  });

  it("tells look-alikes apart by their place in the row, and in depth, or by id when it is too close to call", () => {
    const row = table(
      cube("red", 0.5, 0.2, "a"),
      cube("red", 0.5, 0, "b"),
      cube("red", 0.5, -0.2, "c"),
      bin("left", 0.4),
    );
    expect(["a", "b", "c", "left_bin"].map((id) => nameOf(id, row, "en"))).toEqual([
      "leftmost red cube",
      "middle red cube",
      "rightmost red cube",
      "bin",
    ]);
    const behind = table(cube("red", 0.4, 0.1, "a"), cube("red", 0.5, 0.105, "b"));
    expect(nameOf("a", behind, "zh")).toBe("近处的红色方块");
    expect(nameOf("b", behind, "en")).toBe("far red cube");
    const quarters = table(
      cube("red", 0.4, 0.4, "a"),
      cube("red", 0.6, 0.4, "b"),
      cube("red", 0.4, 0.1, "c"),
      cube("red", 0.6, 0.1, "d"),
    );
    expect(["b", "c"].map((id) => nameOf(id, quarters, "en"))).toEqual([
      "far left red cube",
      "near right red cube",
    ]);
    expect(nameOf("b", quarters, "zh")).toBe("左边远处的红色方块");
    const near = table(cube("red", 0.4, 0.1, "a"), cube("red", 0.41, 0.105, "b"));
    expect(nameOf("a", near, "zh")).toBe("红色方块 (a)");
  });
});

describe("any text", () => {
  const VOCABULARY =
    "put lift drive the a red green cube bin box one left right in into on next to nearest and then all both it them , . 2 other except 把 放 进 拿起 红色 方块 箱子 左边 的 里 然后 都 它 两 个 去 架子".split(
      " ",
    );

  it("is answered in words of its own language, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "grapheme" }), fc.lorem()), (text) => {
        const understanding = understand(text, FOUR_CUBES, ARM_SKILLS);
        expect(["ask", "refuse"]).toContain(understanding.kind);
        expect(renderUnderstanding(understanding, FOUR_CUBES).length).toBeGreaterThan(0);
        expect(understanding.language).toBe(languageOf(text));
      }),
      { numRuns: 300, seed: 20_251 },
    );
  });

  it("made of known words is answered soon", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...VOCABULARY), { maxLength: 25 }), (words) => {
        const text = words.join(" ");
        const begin = performance.now();
        for (const [facts, skills] of [
          [FOUR_CUBES, ARM_SKILLS],
          [ROOM, BASE_SKILLS],
        ] as const)
          renderUnderstanding(understand(text, facts, skills), facts);
        expect(performance.now() - begin).toBeLessThan(3_000);
      }),
      { numRuns: 300, seed: 20_252 },
    );
  });

  const ENDLESS = [
    `lift ${"the red cube and ".repeat(20)}the green cube`,
    `lift the ${"red ".repeat(90)}cube`,
    `lift the cube ${"next to the cube ".repeat(20)}`,
    `put the red cube ${"in the left bin ".repeat(22)}`,
    `${"lift the red cube then ".repeat(16)}lift the red cube`,
    `把${"左边的".repeat(100)}方块拿起来`,
    `把${"方块旁边的".repeat(60)}方块拿起来`,
    "x".repeat(100_000),
  ].map((text) => [`${text.slice(0, 40)}…`, text] as const);
  it.each(ENDLESS)("that goes on and on is answered in good time: %s", { timeout: 10_000 }, (_, text) => {
    const begin = performance.now();
    const understanding = understand(text, FOUR_CUBES, ARM_SKILLS);
    expect(renderUnderstanding(understanding, FOUR_CUBES).length).toBeGreaterThan(0);
    expect(performance.now() - begin).toBeLessThan(5_000);
  });
});
