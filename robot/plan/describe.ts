/**
 * A scene in words, in either language: what is held, what lies in or on what, and what stands on the table from left to
 * right, as the robot sees it. From the facts alone, by the relations that words are understood with. Of a room: what
 * there is, and where the robot is.
 */
import { type Facts, handsOn, holds, type SceneObject } from "../../core/index.js";
import { nameOf } from "./names.js";
import type { Language } from "./tokens.js";
import { related, seenByRobot } from "./view.js";

/** m that something is open at least to be called open. */
const AJAR = 0.01;

/** One sentence a fact, in a fixed order. */
export function describeScene(facts: Facts, language: Language): string[] {
  const english = language === "en";
  const spots = facts.scene.objects.filter(({ class: kind }) => kind === "stain");
  // Of a stain's spots the first is told, which is where it goes on; wiped off, it lies below the table.
  const told = spots.find(({ pose }) => pose.position[2] > -0.01);
  // Of the links of a rope the middle one stands for all.
  const links = facts.scene.objects.filter(({ class: kind }) => kind === "rope");
  const rope = links[links.length >> 1];
  const objects = facts.scene.objects.filter(
    (object) => (object.class !== "stain" || object === told) && (object.class !== "rope" || object === rope),
  );
  const name = ({ id }: SceneObject): string => nameOf(id, facts, language);
  const holdsThings = (object: SceneObject): boolean => object.class === "bin" || object.class === "drawer";
  const places = objects.filter(holdsThings);
  const things = objects.filter((object) => !holdsThings(object));
  const sentences: string[] = [];
  const settled = new Set<SceneObject>();
  const tell = (object: SceneObject, en: string, zh: string): void => {
    settled.add(object);
    sentences.push(english ? `The ${name(object)} is ${en}.` : `${name(object)}${zh}。`);
  };
  for (const object of things) {
    const place = places.find(({ id }) => holds({ predicate: "in", object: object.id, place: id }, facts));
    const under = things.find((other) => related(facts, object, "on-top-of", [other]));
    const hands = handsOn(object, facts);
    if (hands > 1) tell(object, "in both grippers", "在两个夹爪里");
    else if (hands === 1) tell(object, "in the gripper", "在夹爪里");
    else if (place !== undefined) tell(object, `in the ${name(place)}`, `在${name(place)}里`);
    else if (under !== undefined) tell(object, `on the ${name(under)}`, `在${name(under)}上面`);
    else if (holds({ predicate: "at", place: object.id }, facts)) {
      sentences.push(english ? `The robot is at the ${name(object)}.` : `机器人在${name(object)}旁边。`);
    }
  }
  for (const object of objects) {
    if (object.opening === undefined) continue;
    const open = object.opening > AJAR;
    sentences.push(
      english
        ? `The ${name(object)} is ${open ? "open" : "closed"}.`
        : `${name(object)}${open ? "开着" : "关着"}。`,
    );
  }
  const left = ({ pose }: SceneObject): number => seenByRobot(facts, pose.position)[1];
  const row = objects.filter((object) => !settled.has(object)).sort((a, b) => left(b) - left(a));
  if (row.length > 0)
    sentences.push(
      english
        ? `From left to right: ${row.map(name).join(", ")}.`
        : `从左到右：${row.map(name).join("、")}。`,
    );
  return sentences;
}
