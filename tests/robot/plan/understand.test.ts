/** What sentences mean: each line is a sentence and the goals it stands for in that scene. */
import { describe, expect, it } from "vitest";
import { ARM_SKILLS, BASE_SKILLS, understand } from "../../../robot/index.js";
import { FOUR_CUBES, outcome, ROOM, TWO_RED } from "./worlds.js";

type Line = readonly [sentence: string, meaning: string];

const RED_LEFT = "in(red_cube, left_bin)";

const ENGLISH_ON_THE_TABLE: readonly Line[] = [
  ["put the red cube in the left bin, then lift the green one", `${RED_LEFT} ; lifted(green_cube)`],
  ["put the red cube in the left bin", RED_LEFT],
  ["Put the red block into the left-hand box.", RED_LEFT],
  ["place red cube in left bin", RED_LEFT],
  ["Could you please move the red cube to the left bin?", RED_LEFT],
  ["take the red brick to the bin on the left", RED_LEFT],
  ["drop the red cube into the leftmost bin", RED_LEFT],
  ["bring the red one to the left container", RED_LEFT],
  ["robot, set the red box inside the left box", RED_LEFT],
  ["I want you to put the cube that is red in the left bin", RED_LEFT],
  ["pick up the red cube and put it in the left bin", RED_LEFT],
  ["grab the red cube, then place it into the left bin", RED_LEFT],
  ["pick up the red cube and place in the left bin", RED_LEFT],
  ["put the nearest cube in the left bin", RED_LEFT],
  ["put the cube closest to you in the left bin", RED_LEFT],
  ["put the red cube in the bin nearest to the blue cube", RED_LEFT],
  ["put the red cube in the bin farthest from the green cube", RED_LEFT],
  ["put the red cube in the empty bin", "ask: empty?"],
  ["put the leftmost cube between the blue cube and the right bin in the left bin", RED_LEFT],
  ["lift the leftmost cube between the two bins", "lifted(blue_cube)"],
  ["lift the green cube", "lifted(green_cube)"],
  ["pick up the green cube", "lifted(green_cube)"],
  ["pick the green cube up", "lifted(green_cube)"],
  ["raise the green block", "lifted(green_cube)"],
  ["take the green cube", "lifted(green_cube)"],
  ["lift the green thing", "lifted(green_cube)"],
  ["lift the farthest cube on the table", "lifted(green_cube)"],
  ["lift the rightmost cube on the table", "lifted(green_cube)"],
  ["lift the cube on the table closest to the right bin", "lifted(green_cube)"],
  ["lift the cube to the right of the red cube", "lifted(green_cube)"],
  ["lift the cube left of the red one", "lifted(blue_cube)"],
  ["lift the cube behind the blue one", "lifted(green_cube)"],
  ["lift the cube in front of the blue one", "lifted(red_cube)"],
  ["lift the leftmost cube", "lifted(blue_cube)"],
  ["lift a cube", "lifted(red_cube)"],
  ["lift any of the cubes", "lifted(red_cube)"],
  [
    "put all the cubes on the table in the left bin",
    "in(blue_cube, left_bin) & in(green_cube, left_bin) & in(red_cube, left_bin)",
  ],
  [
    "put every cube except the yellow one in the left bin",
    "in(blue_cube, left_bin) & in(green_cube, left_bin) & in(red_cube, left_bin)",
  ],
  ["put the red and blue cubes in the left bin", "in(blue_cube, left_bin) & in(red_cube, left_bin)"],
  ["put the red cube and the blue cube in the left bin", "in(blue_cube, left_bin) & in(red_cube, left_bin)"],
  [
    "put the red, green and blue cubes in the left bin",
    "in(blue_cube, left_bin) & in(green_cube, left_bin) & in(red_cube, left_bin)",
  ],
  ["put both the red and the blue cube in the left bin", "in(blue_cube, left_bin) & in(red_cube, left_bin)"],
  ["put two cubes in the left bin", "in(blue_cube, left_bin) & in(red_cube, left_bin)"],
  [
    "put the red cube in the left bin and the green cube in the right bin",
    `${RED_LEFT} ; in(green_cube, right_bin)`,
  ],
  [
    "put the red cube in the left bin and the green one in the other",
    `${RED_LEFT} ; in(green_cube, right_bin)`,
  ],
  [
    "put the red cube in the left bin and the green one in the other bin",
    `${RED_LEFT} ; in(green_cube, right_bin)`,
  ],
  ["put the red cube in the left bin. Put the blue one there too.", `${RED_LEFT} ; in(blue_cube, left_bin)`],
  [
    "put the red cube in the left bin and the blue one in the same bin",
    `${RED_LEFT} ; in(blue_cube, left_bin)`,
  ],
  [
    "first put the red cube in the left bin, then the blue one in the right bin, and finally lift the green cube",
    `${RED_LEFT} ; in(blue_cube, right_bin) ; lifted(green_cube)`,
  ],
  ["put the red cube in the left bin; after that, pick up the blue block", `${RED_LEFT} ; lifted(blue_cube)`],
  ["lift the red cube, then the green one", "lifted(red_cube) ; lifted(green_cube)"],
  ["lift the red cube and then put it down", "lifted(red_cube) ; hand-empty & on-table(red_cube)"],
  ["lift the red cube, then drop it in the left bin", RED_LEFT],
  ["put the yellow cube in the right bin", "already in(yellow_cube, right_bin)"],
  ["put the red cube on the table", "already on-table(red_cube)"],
];

const CHINESE_ON_THE_TABLE: readonly Line[] = [
  ["把蓝色方块放进右边的箱子", "in(blue_cube, right_bin)"],
  ["把蓝色的方块放到右边的箱子里", "in(blue_cube, right_bin)"],
  ["请把蓝方块放在右边箱子里。", "in(blue_cube, right_bin)"],
  ["你能把蓝色积木放进右侧的盒子吗？", "in(blue_cube, right_bin)"],
  ["麻烦帮我把蓝色的放进右边的筐里，谢谢", "in(blue_cube, right_bin)"],
  ["将蓝色方块移动到右边的箱子里", "in(blue_cube, right_bin)"],
  ["拿起蓝色方块放进右边的箱子", "in(blue_cube, right_bin)"],
  ["把蓝色方块拿起来，然后放进右边的箱子", "in(blue_cube, right_bin)"],
  ["放蓝色方块到最右边的箱子里", "in(blue_cube, right_bin)"],
  ["蓝色方块放进右边的箱子里去", "in(blue_cube, right_bin)"],
  ["把最左边的方块放进右边的箱子", "in(blue_cube, right_bin)"],
  ["把紅色方塊放進左邊的箱子", RED_LEFT],
  ["把最近的方块放进左边的箱子", RED_LEFT],
  ["把离你最近的方块放进左边的箱子", RED_LEFT],
  ["把红色方块放进离蓝色方块最近的箱子", RED_LEFT],
  ["把绿色方块拿起来", "lifted(green_cube)"],
  ["拿起绿色方块", "lifted(green_cube)"],
  ["举起那个绿色的方块", "lifted(green_cube)"],
  ["抓住绿色的那个", "lifted(green_cube)"],
  ["把桌子上最右边的方块拿起来", "lifted(green_cube)"],
  ["把红色方块右边桌上的方块拿起来", "lifted(green_cube)"],
  ["把红色方块左边的方块举起来", "lifted(blue_cube)"],
  ["随便拿起一个方块", "lifted(red_cube)"],
  ["先把红色方块放进左边的箱子，然后拿起绿色的", `${RED_LEFT} ; lifted(green_cube)`],
  ["先把红色方块放进左边的箱子，再把绿色的放进右边的箱子", `${RED_LEFT} ; in(green_cube, right_bin)`],
  ["把红色方块放进左边的箱子，绿色的放进右边的", `${RED_LEFT} ; in(green_cube, right_bin)`],
  ["把红色方块放进左边的箱子，接着把绿色方块放进另一个箱子", `${RED_LEFT} ; in(green_cube, right_bin)`],
  ["把红色方块放进左边的箱子，再把蓝色的也放进去", `${RED_LEFT} ; in(blue_cube, left_bin)`],
  ["把红色和蓝色的方块都放进左边的箱子", "in(blue_cube, left_bin) & in(red_cube, left_bin)"],
  ["把红色方块和蓝色方块放进左边的箱子", "in(blue_cube, left_bin) & in(red_cube, left_bin)"],
  [
    "把桌上所有的方块都放进左边的箱子",
    "in(blue_cube, left_bin) & in(green_cube, left_bin) & in(red_cube, left_bin)",
  ],
  [
    "把除了黄色方块以外的方块都放进左边的箱子",
    "in(blue_cube, left_bin) & in(green_cube, left_bin) & in(red_cube, left_bin)",
  ],
  [
    "除了黄色方块，把所有方块放进左边的箱子",
    "in(blue_cube, left_bin) & in(green_cube, left_bin) & in(red_cube, left_bin)",
  ],
  ["拿起红色方块，然后把它放下", "lifted(red_cube) ; hand-empty & on-table(red_cube)"],
  ["把黄色方块放进右边的箱子", "already in(yellow_cube, right_bin)"],
];

const WITH_TWO_RED: readonly Line[] = [
  ["put the red cube in the left bin", "ask: in(red_a, left_bin) | in(red_b, left_bin)"],
  ["put the left red cube in the left bin", "in(red_a, left_bin)"],
  ["put the red cube on the right in the left bin", "in(red_b, left_bin)"],
  ["put both red cubes in the left bin", "in(red_a, left_bin) & in(red_b, left_bin)"],
  ["put the red cubes in the left bin", "in(red_a, left_bin) & in(red_b, left_bin)"],
  ["put the two red cubes in the left bin", "in(red_a, left_bin) & in(red_b, left_bin)"],
  ["put one of the red cubes in the left bin", "in(red_a, left_bin)"],
  [
    "lift the left red cube, then put the other red one in the right bin",
    "lifted(red_a) ; in(red_b, right_bin)",
  ],
  [
    "put the blue cube in the left bin and the others in the right bin",
    "in(blue_cube, left_bin) ; in(red_a, right_bin) & in(red_b, right_bin)",
  ],
  [
    "put the blue cube in the left bin and the rest in the right bin",
    "in(blue_cube, left_bin) ; in(red_a, right_bin) & in(red_b, right_bin)",
  ],
  ["put both red cubes in the left bin, then lift them", "refuse: one-at-a-time"],
  ["lift both red cubes", "refuse: one-at-a-time"],
  ["put three red cubes in the left bin", "refuse: too-few"],
  ["put the blue cube in the bin", "ask: in(blue_cube, left_bin) | in(blue_cube, right_bin)"],
  ["put the blue cube in a box", "in(blue_cube, left_bin)"],
  ["lift the front red cube", "ask: lifted(red_a) | lifted(red_b)"],
  ["把红色方块放进左边的箱子", "ask: in(red_a, left_bin) | in(red_b, left_bin)"],
  ["把两个红色方块都放进左边的箱子", "in(red_a, left_bin) & in(red_b, left_bin)"],
  ["所有红色方块都放进左边的箱子", "in(red_a, left_bin) & in(red_b, left_bin)"],
  ["把红色方块都放进左边的箱子", "in(red_a, left_bin) & in(red_b, left_bin)"],
  ["把左边的红色方块拿起来", "lifted(red_a)"],
  [
    "把蓝色方块放进左边的箱子，其余的放进右边的箱子",
    "in(blue_cube, left_bin) ; in(red_a, right_bin) & in(red_b, right_bin)",
  ],
  ["把蓝色方块放进箱子", "ask: in(blue_cube, left_bin) | in(blue_cube, right_bin)"],
];

const ON_WHEELS: readonly Line[] = [
  ["drive to the shelf", "at(shelf)"],
  ["go to the door", "at(door)"],
  ["please navigate to the desk", "at(desk)"],
  ["move to the shelf", "at(shelf)"],
  ["head over to the door", "at(door)"],
  ["go to the nearest place", "at(door)"],
  ["drive to the table", "at(desk)"],
  ["drive to the shelf and then to the door", "at(shelf) ; at(door)"],
  ["first go to the desk, then drive back to the shelf", "at(desk) ; at(shelf)"],
  ["visit the shelf, the desk and the door", "at(shelf) ; at(desk) ; at(door)"],
  ["go to the shelf, then the door, then the shelf", "at(shelf) ; at(door) ; at(shelf)"],
  ["去架子那里", "at(shelf)"],
  ["开到架子旁边", "at(shelf)"],
  ["请到门口去", "at(door)"],
  ["移动到桌子", "at(desk)"],
  ["导航到货架", "at(shelf)"],
  ["先去门口，再去架子", "at(door) ; at(shelf)"],
  ["去桌子，然后回到门口", "at(desk) ; at(door)"],
  ["lift the shelf", "refuse: no-skill"],
  ["put the red cube in the left bin", "refuse: no-skill"],
  ["bring me the shelf", "refuse: no-skill"],
  ["drive to the red shelf", "refuse: no-such-object"],
  ["drive behind the shelf", "refuse: no-skill-relation"],
];

const NOT_OBEYED: readonly Line[] = [
  ["", "refuse: empty"],
  ["please", "refuse: empty"],
  ["lift the purple cube", "refuse: no-such-object"],
  ["lift the red blue cube", "refuse: no-such-object"],
  ["lift the shelf", "refuse: no-such-object"],
  ["lift the left bin", "refuse: not-graspable"],
  ["put the red cube in the blue cube", "refuse: not-a-container"],
  ["put the red cube on top of the blue cube", "refuse: no-skill-relation"],
  ["put the red cube next to the blue cube", "refuse: no-skill-relation"],
  ["put the red cube on the left", "refuse: no-side-skill"],
  ["put the red cube in both bins", "refuse: several-places"],
  ["put the red cube", "ask: no-destination"],
  ["lift the yellow cube", "refuse: unreachable"],
  ["put the red cube in the left bin, then lift it", "refuse: unreachable"],
  ["put the red cube in the left bin, then in the right bin", "refuse: not-understood"],
  ["lift it", "ask: no-antecedent"],
  ["lift the other one", "ask: no-antecedent"],
  ["put it there", "ask: no-antecedent"],
  ["lift the cube", "ask: lifted(blue_cube) | lifted(green_cube) | lifted(red_cube)"],
  ["lift the red cub", "ask: cub?"],
  ["frobnicate the red cube", "ask: frobnicate?"],
  ["put the red cube in the left bin with care", "ask: with, care?"],
  ["throw the red cube away", "ask: throw, away?"],
  ["don't lift the red cube", "refuse: unsupported"],
  ["lift the red cube without touching the green one", "refuse: unsupported"],
  ["put the red cube in the left bin but not the blue one", "refuse: unsupported"],
  ["only lift the red cube", "refuse: unsupported"],
  ["gently lift the red cube", "refuse: unsupported"],
  ["lift the red cube if the blue one is in the left bin", "refuse: unsupported"],
  ["lift the red cube or the blue cube", "refuse: unsupported"],
  ["lift the red cube twice", "refuse: unsupported"],
  ["move the red cube 5 cm to the left", "refuse: unsupported"],
  ["where is the red cube?", "refuse: unsupported"],
  ["bring me the red cube", "refuse: no-skill"],
  ["fetch the red cube", "refuse: no-skill"],
  ["hand me the red cube", "refuse: no-skill"],
  ["drive to the shelf", "refuse: no-skill"],
  ["cube red the lift", "refuse: not-understood"],
  ["the red cube", "refuse: not-understood"],
  ["不要拿红色方块", "refuse: unsupported"],
  ["把红色方块放进左边的箱子，别碰绿色方块", "refuse: unsupported"],
  ["如果能就拿起红色方块", "refuse: unsupported"],
  ["轻轻地拿起红色方块", "refuse: unsupported"],
  ["红色方块在哪里", "refuse: unsupported"],
  ["把那个东西收好", "ask: 收?"],
  ["把红色方块收起来", "ask: 收起来?"],
  ["把紫色方块拿起来", "refuse: no-such-object"],
  ["把红色方块放到蓝色方块上面", "refuse: no-skill-relation"],
  ["把它拿起来", "ask: no-antecedent"],
  ["把方块拿起来", "ask: lifted(blue_cube) | lifted(green_cube) | lifted(red_cube)"],
  ["把红色方块拿给我", "refuse: no-skill"],
  ["给我拿红色方块", "refuse: no-skill"],
  ["把红色方块放下来", "already hand-empty & on-table(red_cube)"],
  ["把红色方块放", "ask: no-destination"],
  ["去架子那里", "refuse: no-skill"],
];

describe("an arm before four cubes and two bins", () => {
  it.each([...ENGLISH_ON_THE_TABLE, ...CHINESE_ON_THE_TABLE])("%s → %s", (sentence, meaning) => {
    expect(outcome(understand(sentence, FOUR_CUBES, ARM_SKILLS))).toBe(meaning);
  });
});

describe("an arm before two red cubes", () => {
  it.each(WITH_TWO_RED)("%s → %s", (sentence, meaning) => {
    expect(outcome(understand(sentence, TWO_RED, ARM_SKILLS))).toBe(meaning);
  });
});

describe("a base in a room", () => {
  it.each(ON_WHEELS)("%s → %s", (sentence, meaning) => {
    expect(outcome(understand(sentence, ROOM, BASE_SKILLS))).toBe(meaning);
  });
});

describe("what is not obeyed, before four cubes and two bins", () => {
  it.each(NOT_OBEYED)("%s → %s", (sentence, meaning) => {
    expect(outcome(understand(sentence, FOUR_CUBES, ARM_SKILLS))).toBe(meaning);
  });
});
