/**
 * What objects, descriptions and conditions are called in either language. An object is named by colour and
 * class, and by its side as the robot sees it when that is not enough.
 */
import {
  type Colour,
  type Condition,
  type Facts,
  impossible,
  type ObjectClass,
  objectById,
  type SceneObject,
} from "../../core/index.js";
import type { Description, NounPhrase, Relation, Selector, Side } from "./meaning.js";
import type { Language } from "./tokens.js";
import { seenByRobot } from "./view.js";

const CLASS_ZH: Readonly<Record<ObjectClass, string>> = {
  cube: "方块",
  box: "盒子",
  can: "罐子",
  nut: "螺母",
  tee: "T 形块",
  outline: "轮廓",
  sponge: "海绵",
  pot: "锅",
  stain: "污渍",
  rope: "绳子",
  "rope-end": "绳头",
  mark: "标记",
  bin: "箱子",
  peg: "立柱",
  hole: "孔",
  drawer: "抽屉",
  cabinet: "柜子",
  table: "桌台",
  shelf: "架子",
  door: "门",
  desk: "桌子",
  obstacle: "障碍物",
  track: "赛道",
  step: "台阶",
  ramp: "坡道",
  platform: "平台",
};

const COLOUR_ZH: Readonly<Record<Colour, string>> = {
  red: "红色",
  green: "绿色",
  blue: "蓝色",
  yellow: "黄色",
  orange: "橙色",
  purple: "紫色",
  white: "白色",
  black: "黑色",
};

const SIDE: Readonly<Record<Side, readonly [en: string, zh: string]>> = {
  left: ["left", "左边"],
  right: ["right", "右边"],
  near: ["near", "近处"],
  far: ["far", "远处"],
  middle: ["middle", "中间"],
};

const RELATION: Readonly<Record<Relation, readonly [en: string, zh: string]>> = {
  in: ["in", "里"],
  on: ["on", "上"],
  "on-top-of": ["on top of", "上面"],
  to: ["to", "那里"],
  "next-to": ["next to", "旁边"],
  "left-of": ["left of", "左边"],
  "right-of": ["right of", "右边"],
  "in-front-of": ["in front of", "前面"],
  behind: ["behind", "后面"],
  under: ["under", "下面"],
  between: ["between", "之间"],
  containing: ["containing", "所在"],
};

/** `next to` / `旁边` */
export const relationName = (relation: Relation, language: Language): string =>
  RELATION[relation][language === "en" ? 0 : 1];

/** `red cube` / `红色方块`, with a side where there are several alike; without an article. */
export function nameOf(id: string, facts: Facts, language: Language): string {
  const object = objectById(facts.scene, id);
  if (object === undefined) return id.replaceAll("_", " ");
  const alike = facts.scene.objects.filter(
    (other) => other.class === object.class && other.colour === object.colour,
  );
  // The spots of a stain are one thing, and so are the links of a rope.
  if (object.class === "stain" || object.class === "rope") return kindName(object, language);
  const where = alike.length === 1 ? null : whereAmong(object, alike, facts, language);
  if (alike.length > 1 && where === null) return `${kindName(object, language)} (${id})`;
  if (where === null) return kindName(object, language);
  return language === "en"
    ? `${where} ${kindName(object, language)}`
    : `${where}的${kindName(object, language)}`;
}

const kindName = ({ class: kind, colour }: SceneObject, language: Language): string =>
  language === "en"
    ? [colour, kind.replaceAll("-", " ")].filter((word) => word !== null).join(" ")
    : `${colour === null ? "" : COLOUR_ZH[colour]}${CLASS_ZH[kind]}`;

/** Nearer than this, in metres, two stand one behind the other, or at the same distance. */
const CLOSE = 0.02;

/**
 * The place in the row of those alike, seen from the robot; of two that stand one behind the other which of them. Null
 * when it is too close to call.
 */
function whereAmong(
  object: SceneObject,
  alike: readonly SceneObject[],
  facts: Facts,
  language: Language,
): string | null {
  const seen = (other: SceneObject) => seenByRobot(facts, other.pose.position);
  const row = [...alike].sort((a, b) => seen(b)[1] - seen(a)[1]);
  const columns: SceneObject[][] = [];
  for (const other of row) {
    const last = columns.at(-1);
    if (last !== undefined && seen(last.at(-1)!)[1] - seen(other)[1] < CLOSE) last.push(other);
    else columns.push([other]);
  }
  const index = columns.findIndex((column) => column.includes(object));
  const behind = columns[index]!;
  const side = columns.length === 1 ? null : sideIn(index, columns.length, language);
  if (behind.length === 1) return side;
  if (behind.length > 2) return null;
  const [ahead, other] = [seen(object)[0], seen(behind.find((each) => each !== object)!)[0]];
  if (Math.abs(ahead - other) < CLOSE) return null;
  const depth = SIDE[ahead > other ? "far" : "near"][language === "en" ? 0 : 1];
  if (side === null) return depth;
  return language === "en" ? `${depth} ${side}` : `${side}${depth}`;
}

/** `left`, `middle`, `number 2 from the left`: the place of a column in a row of so many. */
function sideIn(index: number, count: number, language: Language): string {
  const [first, last] = [index === 0, index === count - 1];
  if (count === 2) return SIDE[first ? "left" : "right"][language === "en" ? 0 : 1];
  if (first) return language === "en" ? "leftmost" : "最左边";
  if (last) return language === "en" ? "rightmost" : "最右边";
  if (count === 3) return SIDE.middle[language === "en" ? 0 : 1];
  return language === "en" ? `number ${index + 1} from the left` : `左起第${index + 1}个`;
}

/** `the red cube` / `红色方块` */
export const theName = (id: string, facts: Facts, language: Language): string =>
  language === "en" ? `the ${nameOf(id, facts, language)}` : nameOf(id, facts, language);

/** `a, b and c` / `a、b和c` */
export function listed(items: readonly string[], language: Language, last?: string): string {
  const joint = last ?? (language === "en" ? "and" : "和");
  if (items.length < 2) return items.join("");
  const head = items.slice(0, -1).join(language === "en" ? ", " : "、");
  return language === "en" ? `${head} ${joint} ${items.at(-1)}` : `${head}${joint}${items.at(-1)}`;
}

/** What a description says, without article: `purple cube next to the left bin` / `左边的箱子旁边的紫色方块`. */
export function phraseName(phrase: NounPhrase, language: Language): string {
  switch (phrase.kind) {
    case "description":
      return describedName(phrase, language);
    case "and":
      return listed(
        phrase.items.map((item) => phraseName(item, language)),
        language,
      );
    case "pronoun":
      if (phrase.number === "place") return language === "en" ? "there" : "那里";
      return phrase.number === "one"
        ? language === "en"
          ? "it"
          : "它"
        : language === "en"
          ? "them"
          : "它们";
    case "table":
      return language === "en" ? "table" : "桌子";
    case "speaker":
      return language === "en" ? "you" : "您";
    default:
      return impossible(phrase);
  }
}

function describedName({ classes, colours, relations, selectors }: Description, language: Language): string {
  const classNames = classes ?? [];
  const other = classNames.length === 0 ? (language === "en" ? "such object" : "这样的东西") : null;
  const noun = classNames.map((name) => (language === "en" ? name : CLASS_ZH[name])).join("/");
  const named = colours.map((colour) => (language === "en" ? colour : COLOUR_ZH[colour]));
  const picks = selectors.map((selector) => selectorName(selector, language));
  if (language === "en") {
    const after = relations.map(
      ({ relation, of }) => `${relationName(relation, "en")} the ${phraseName(of, "en")}`,
    );
    return [...picks, ...named, other ?? noun, ...after].join(" ");
  }
  const before = relations.map(
    ({ relation, of }) => `${phraseName(of, "zh")}${relationName(relation, "zh")}的`,
  );
  return [...before, ...picks.map((pick) => `${pick}的`), ...named, other ?? noun].join("");
}

function selectorName(selector: Selector, language: Language): string {
  switch (selector.kind) {
    case "side":
      return SIDE[selector.side][language === "en" ? 0 : 1];
    case "nearest":
      return language === "en" ? "nearest" : "最近";
    case "farthest":
      return language === "en" ? "farthest" : "最远";
    case "biggest":
      return language === "en" ? "biggest" : "最大";
    case "smallest":
      return language === "en" ? "smallest" : "最小";
    default:
      return impossible(selector);
  }
}

/** A condition as a person says it: `the red cube is in the left bin` / `红色方块在左边的箱子里`. */
export function conditionName(condition: Condition, facts: Facts, language: Language): string {
  const name = (id: string) => theName(id, facts, language);
  const en = language === "en";
  switch (condition.predicate) {
    case "seen":
      return en ? `${name(condition.object)} is seen` : `看得见${name(condition.object)}`;
    case "graspable":
      return en ? `${name(condition.object)} can be grasped` : `抓得住${name(condition.object)}`;
    case "on-table":
      return en ? `${name(condition.object)} lies on the table` : `${name(condition.object)}在桌面上`;
    case "holding":
      return en ? `the hand holds ${name(condition.object)}` : `手里拿着${name(condition.object)}`;
    case "lifted":
      return en ? `${name(condition.object)} is lifted` : `${name(condition.object)}被举起`;
    case "in":
      return en
        ? `${name(condition.object)} is in ${name(condition.place)}`
        : `${name(condition.object)}在${name(condition.place)}里`;
    case "hand-empty":
      return en ? "the hand is empty" : "手是空的";
    case "at":
      return en ? `the robot is at ${name(condition.place)}` : `机器人在${name(condition.place)}旁`;
    case "not": {
      const inner = conditionName(condition.condition, facts, language);
      return en ? `it is not so that ${inner}` : `并非${inner}`;
    }
    default:
      return impossible(condition);
  }
}
