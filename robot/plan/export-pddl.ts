/**
 * Skills, scene and plan as PDDL 2.1 with durative actions, for PlanSys2 and other planners: preconditions hold
 * at start, hold conditions over all, effects at end. Quantifiers are never used. What PDDL cannot say: goals one
 * after the other; the problem states only what holds at the end, the plan file keeps the order. Being at a
 * place ends being at another: cards that drive get one parameter more, where the robot comes from.
 */
import { type Condition, type Facts, holds, impossible, type SkillCard } from "../../core/index.js";
import { allOf } from "./goals.js";
import type { TaskPlan } from "./task-plan.js";

/** The three files, as text. */
export interface Pddl {
  readonly domain: string;
  readonly problem: string;
  /** one action a line, `0.000: (lift red_cube) [15.000]`, nothing else */
  readonly plan: string;
}

/** Where a base is that is at no place. */
const NOWHERE = "nowhere";

/** Writes a plan down with the skills it was made of and the facts it begins with. */
export function toPddl(plan: TaskPlan, facts: Facts, skills: readonly SkillCard[]): Pddl {
  const names = safeNames(facts.scene.objects.map(({ id }) => id));
  const term = (condition: Condition) => termOf(condition, (id) => names.get(id) ?? id);
  const last = plan.goals.at(-1);
  const initial = atomsOver([...names.keys()])
    .filter((atom) => holds(atom, facts))
    .map(term);
  const somewhere = initial.some((atom) => atom.startsWith("(at-place "));
  return {
    domain: domainOf(skills),
    problem: `(define (problem plan)
  (:domain apprentice)
  (:objects ${[...names.values(), NOWHERE].join(" ")} - thing)
  (:init
    ${[...initial, ...(somewhere ? [] : [`(at-place ${NOWHERE})`])].join("\n    ")})
  (:goal (and ${(last === undefined ? [] : allOf(last)).map(term).join(" ")})))
`,
    plan: planLines(plan, names, initial),
  };
}

function planLines(plan: TaskPlan, names: ReadonlyMap<string, string>, initial: readonly string[]): string {
  let at =
    /^\(at-place (.+)\)$/.exec(initial.find((atom) => atom.startsWith("(at-place ")) ?? "")?.[1] ?? NOWHERE;
  let time = 0;
  const lines = plan.steps.map(({ skill, binding }) => {
    const args = skill.slots.map((slot) => names.get(binding[slot] ?? "") ?? "");
    if (drives(skill)) {
      args.push(at);
      at = names.get(binding.place ?? "") ?? NOWHERE;
    }
    const line = `${time.toFixed(3)}: (${[skill.name, ...args].join(" ")}) [${skill.timeout.toFixed(3)}]`;
    time += skill.timeout + 0.001;
    return line;
  });
  return lines.join("\n");
}

const domainOf = (skills: readonly SkillCard[]): string => `(define (domain apprentice)
  (:requirements :strips :typing :negative-preconditions :durative-actions)
  (:types thing)
  (:predicates
    (seen ?x - thing) (graspable ?x - thing) (on-table ?x - thing) (holding ?x - thing)
    (lifted ?x - thing) (in ?x - thing ?p - thing) (at-place ?p - thing) (hand-empty))
${skills.map(actionOf).join("\n")})
`;

function actionOf(skill: SkillCard): string {
  const term = (condition: Condition) => termOf(condition, (slot) => `?${slot}`);
  const from = drives(skill) ? [{ predicate: "at", place: "from" } as const] : [];
  const parameters = [...skill.slots, ...(drives(skill) ? ["from"] : [])].map((slot) => `?${slot} - thing`);
  const conditions = [
    ...[...skill.pre, ...from].map((condition) => `(at start ${term(condition)})`),
    ...skill.hold.map((condition) => `(over all ${term(condition)})`),
  ];
  const effects = [
    ...[...skill.deletes, ...from].map((condition) => `(at end (not ${term(condition)}))`),
    ...skill.post.map((condition) => `(at end ${term(condition)})`),
  ];
  return `  (:durative-action ${skill.name}
    :parameters (${parameters.join(" ")})
    :duration (= ?duration ${skill.timeout})
    :condition (and ${conditions.join(" ")})
    :effect (and ${effects.join(" ")}))`;
}

const drives = ({ post }: SkillCard): boolean => post.some(({ predicate }) => predicate === "at");

function termOf(condition: Condition, name: (id: string) => string): string {
  switch (condition.predicate) {
    case "hand-empty":
      return "(hand-empty)";
    case "in":
      return `(in ${name(condition.object)} ${name(condition.place)})`;
    case "at":
      return `(at-place ${name(condition.place)})`;
    case "not":
      return `(not ${termOf(condition.condition, name)})`;
    case "seen":
    case "graspable":
    case "on-table":
    case "holding":
    case "lifted":
      return `(${condition.predicate} ${name(condition.object)})`;
    default:
      return impossible(condition);
  }
}

const atomsOver = (ids: readonly string[]): Condition[] => [
  { predicate: "hand-empty" },
  ...ids.flatMap((object): Condition[] => [
    { predicate: "seen", object },
    { predicate: "graspable", object },
    { predicate: "on-table", object },
    { predicate: "holding", object },
    { predicate: "lifted", object },
    { predicate: "at", place: object },
    ...ids.map((place): Condition => ({ predicate: "in", object, place })),
  ]),
];

/** PDDL names: letters, digits, `-` and `_`, beginning with a letter; ids that would fall together stay apart. */
function safeNames(ids: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set([NOWHERE]);
  for (const id of ids) {
    const plain = id
      .toLowerCase()
      .replace(/[^a-z0-9_-]/g, "_")
      .replace(/^(?![a-z])/, "x");
    let name = plain;
    for (let n = 2; taken.has(name); n++) name = `${plain}_${n}`;
    taken.add(name);
    names.set(id, name);
  }
  return names;
}
