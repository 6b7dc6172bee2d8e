/**
 * Plans for others to read: behaviour trees by the rules that BehaviorTree.CPP's own reader enforces, ported
 * here from its description; PDDL by a small executor of its own that knows nothing but the three files.
 */
import { describe, expect, it } from "vitest";
import type { Facts, SkillCard } from "../../../core/index.js";
import {
  ARM_SKILLS,
  BASE_SKILLS,
  type TaskPlan,
  toBehaviorTree,
  toPddl,
  understand,
} from "../../../robot/index.js";
import { bin, cube, FOUR_CUBES, ROOM, table } from "./worlds.js";

function planOf(sentence: string, facts: Facts, skills: readonly SkillCard[]): TaskPlan {
  const understanding = understand(sentence, facts, skills);
  if (understanding.kind !== "plan") throw new Error(`no plan for: ${sentence}`);
  return understanding.plan;
}

interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

/** Elements and attributes of well-formed XML without text; throws on anything else. */
function readXml(text: string): Element {
  const top: Element = { tag: "", attributes: {}, children: [] };
  const open = [top];
  const body = text.replace(/^<\?xml[^>]*\?>/, "");
  const rest = body.replace(
    /<(\/?)([A-Za-z_]\w*)((?:\s+[A-Za-z_]\w*="[^"<&]*(?:&#\d+;[^"<&]*)*")*)\s*(\/?)>/g,
    (_, close, tag, list, empty) => {
      if (close === "/") {
        if (open.pop()?.tag !== tag) throw new Error(`</${tag}> closes nothing`);
        return "";
      }
      const attributes = Object.fromEntries(
        [...(list as string).matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [
          name!,
          value!.replace(/&#(\d+);/g, (__, code) => String.fromCharCode(Number(code))),
        ]),
      );
      const element: Element = { tag, attributes, children: [] };
      open.at(-1)!.children.push(element);
      if (empty !== "/") open.push(element);
      return "";
    },
  );
  if (rest.trim() !== "" || open.length !== 1 || top.children.length !== 1)
    throw new Error(`not well-formed: ${rest.trim().slice(0, 80)}`);
  return top.children[0]!;
}

const CONTROLS = [
  "Sequence",
  "SequenceWithMemory",
  "ReactiveSequence",
  "Fallback",
  "ReactiveFallback",
  "Parallel",
];
const DECORATORS = ["RetryUntilSuccessful", "Timeout", "Inverter", "ForceSuccess", "Repeat", "Delay"];
const LEAVES = ["AlwaysSuccess", "AlwaysFailure", "Script", "ScriptCondition", "Sleep", "SetBlackboard"];

/** What BehaviorTree.CPP v4's reader would object to. */
function objections(root: Element): string[] {
  const found: string[] = [];
  if (root.tag !== "root") found.push("the root is not named root");
  if (root.attributes["BTCPP_format"] !== "4") found.push("BTCPP_format is not 4");
  const models = root.children.filter(({ tag }) => tag === "TreeNodesModel");
  if (models.length > 1) found.push("more than one TreeNodesModel");
  const declared = new Map<string, string>();
  for (const { tag, attributes } of models.flatMap(({ children }) => children)) {
    const { ID } = attributes;
    if (ID === undefined) found.push(`a ${tag} of the model has no ID`);
    else declared.set(ID, tag);
  }
  const known = [...CONTROLS, ...DECORATORS, ...LEAVES, ...declared.keys()];
  const trees = root.children.filter(({ tag }) => tag === "BehaviorTree");
  const ids = trees.map(({ attributes }) => attributes["ID"]);
  if (!ids.includes(root.attributes["main_tree_to_execute"])) found.push("the main tree is not there");
  for (const [i, tree] of trees.entries()) {
    if (ids[i] === undefined || known.includes(ids[i])) found.push(`a tree may not be called ${ids[i]}`);
    if (tree.children.length !== 1) found.push("a BehaviorTree has not exactly one child");
  }
  const visit = (element: Element, depth: number): void => {
    const { tag, children } = element;
    const count = children.length;
    if (depth > 256) found.push("nested too deep");
    if (!known.includes(tag)) found.push(`unknown node ${tag}`);
    if ((LEAVES.includes(tag) || declared.has(tag)) && count > 0) found.push(`${tag} has children`);
    if (DECORATORS.includes(tag) && count !== 1) found.push(`${tag} has ${count} children`);
    if (CONTROLS.includes(tag) && count === 0) found.push(`${tag} is empty`);
    if (
      tag === "ReactiveSequence" &&
      children.filter((child) => declared.get(child.tag) !== "Condition").length > 1
    )
      found.push("a ReactiveSequence with more than one asynchronous child");
    for (const child of children) visit(child, depth + 1);
  };
  for (const { children } of trees) for (const child of children) visit(child, 1);
  return found;
}

const all = (element: Element, tag: string): Element[] => [
  ...(element.tag === tag ? [element] : []),
  ...element.children.flatMap((child) => all(child, tag)),
];

const SENTENCES = [
  ["put the red cube in the left bin, then lift the green one", FOUR_CUBES, ARM_SKILLS],
  ["lift the red cube, then the green one", FOUR_CUBES, ARM_SKILLS],
  ["put all the cubes on the table in the left bin", FOUR_CUBES, ARM_SKILLS],
  ["先去门口，再去架子，然后回到门口", ROOM, BASE_SKILLS],
] as const;

describe("a behaviour tree", () => {
  it.each(SENTENCES)("of «%s» is one that BehaviorTree.CPP reads", (sentence, facts, skills) => {
    const plan = planOf(sentence, facts, skills);
    const root = readXml(toBehaviorTree(plan));
    expect(objections(root)).toEqual([]);
    expect(all(root, "ExecuteSkill").map(({ attributes }) => attributes["skill"])).toEqual(
      plan.steps.map(({ skill }) => skill.name),
    );
  });

  it("has each step's checks, time limit and retries", () => {
    const root = readXml(toBehaviorTree(planOf("lift the green cube", FOUR_CUBES, ARM_SKILLS), 3));
    expect(all(root, "RetryUntilSuccessful")[0]!.attributes["num_attempts"]).toBe("3");
    expect(all(root, "Timeout")[0]!.attributes["msec"]).toBe("15000");
    expect(all(root, "CheckCondition").map(({ attributes }) => attributes["expr"])).toEqual([
      "(and (seen green_cube) (graspable green_cube) (on-table green_cube) (hand-empty))",
      "(seen green_cube)",
      "(and (lifted green_cube) (holding green_cube))",
    ]);
  });

  it("is well-formed with any object id, and when there is nothing to do", () => {
    const odd = table(cube("red", 0.5, 0, `a"<&>'b`), bin("left", 0.3));
    const root = readXml(toBehaviorTree(planOf("lift the red cube", odd, ARM_SKILLS)));
    expect(objections(root)).toEqual([]);
    expect(all(root, "ExecuteSkill")[0]!.attributes["args"]).toBe(`a"<&>'b`);
    expect(objections(readXml(toBehaviorTree({ goals: [], steps: [], expanded: 0 })))).toEqual([]);
  });

  it("would be objected to if it broke a rule", () => {
    const text = toBehaviorTree(planOf("lift the green cube", FOUR_CUBES, ARM_SKILLS));
    const broken: readonly (readonly [RegExp, string, string])[] = [
      [/BTCPP_format="4"/, 'BTCPP_format="3"', "BTCPP_format is not 4"],
      [/<Condition ID/, "<Condition IDENT", "a Condition of the model has no ID"],
      [/ID="Plan"/, 'ID="Sequence"', "a tree may not be called Sequence"],
      [/<ExecuteSkill /, "<RunSkill ", "unknown node RunSkill"],
      [/<\/Timeout>/, '<AlwaysSuccess name="x"/></Timeout>', "Timeout has 2 children"],
    ];
    for (const [what, by, objection] of broken)
      expect(objections(readXml(text.replace(what, by)))).toContain(objection);
  });
});

type Sexp = string | Sexp[];

function readSexp(text: string): Sexp {
  const stack: Sexp[][] = [[]];
  for (const token of text.match(/[()]|[^\s()]+/g) ?? []) {
    if (token === "(") stack.push([]);
    else if (token === ")") {
      const list = stack.pop()!;
      stack.at(-1)!.push(list);
    } else stack.at(-1)!.push(token);
  }
  if (stack.length !== 1 || stack[0]!.length !== 1) throw new Error("parentheses do not match");
  return stack[0]![0]!;
}

const section = (list: Sexp, name: string): Sexp[] =>
  (list as Sexp[]).find((part): part is Sexp[] => Array.isArray(part) && part[0] === name) ?? [];
const show = (term: Sexp): string => (Array.isArray(term) ? `(${term.map(show).join(" ")})` : term);

/** Executes the plan file on domain and problem: null when it reaches the goal, else what is wrong. */
function faultOf({ domain, problem, plan }: ReturnType<typeof toPddl>): string | null {
  const actions = (readSexp(domain) as Sexp[]).filter(
    (part): part is Sexp[] => Array.isArray(part) && part[0] === ":durative-action",
  );
  const predicates = new Map(
    (section(readSexp(domain), ":predicates").slice(1) as Sexp[][]).map((p) => [
      p[0] as string,
      p.filter((part) => typeof part === "string" && part.startsWith("?")).length,
    ]),
  );
  const objects = new Set(section(readSexp(problem), ":objects").slice(1) as string[]);
  const state = new Set(section(readSexp(problem), ":init").slice(1).map(show));
  const isTrue = (term: Sexp[]): boolean => {
    if (term[0] === "not") return !isTrue(term[1] as Sexp[]);
    if (predicates.get(term[0] as string) !== term.length - 1) throw new Error(`wrong arity: ${show(term)}`);
    return state.has(show(term));
  };
  for (const line of plan.split("\n")) {
    const match = /^\d+\.\d{3}: \(([^()]+)\) \[(\d+\.\d{3})\]$/.exec(line);
    if (match === null) return `unreadable line: ${line}`;
    const [name, ...args] = match[1]!.split(" ");
    const action = actions.find((candidate) => candidate[1] === name);
    if (action === undefined) return `no such action: ${name}`;
    const part = (key: string) => action[action.indexOf(key) + 1] as Sexp[];
    const parameters = part(":parameters").filter((p): p is string => String(p).startsWith("?"));
    if (parameters.length !== args.length || !args.every((arg) => objects.has(arg)))
      return `wrong arguments: ${line}`;
    if ((part(":duration")[2] as string) !== String(Number(match[2]))) return `wrong duration: ${line}`;
    const bound = (term: Sexp): Sexp =>
      Array.isArray(term) ? term.map(bound) : (args[parameters.indexOf(term)] ?? term);
    for (const [, , term] of part(":condition").slice(1) as Sexp[][])
      if (!isTrue(bound(term!) as Sexp[])) return `${line} needs ${show(bound(term!))}`;
    const effects = (part(":effect").slice(1) as Sexp[][]).map(([, , term]) => bound(term!) as Sexp[]);
    for (const effect of effects) if (effect[0] === "not") state.delete(show(effect[1]!));
    for (const effect of effects) if (effect[0] !== "not") state.add(show(effect));
  }
  const goal = section(readSexp(problem), ":goal")[1] as Sexp[];
  const open = (goal.slice(1) as Sexp[][]).find((term) => !isTrue(term));
  return open === undefined ? null : `the goal ${show(open)} is not reached`;
}

describe("PDDL", () => {
  it.each(SENTENCES)("of «%s» holds a plan that its own domain proves", (sentence, facts, skills) => {
    const pddl = toPddl(planOf(sentence, facts, skills), facts, skills);
    expect(faultOf(pddl)).toBeNull();
    expect(`${pddl.domain}${pddl.problem}`).not.toMatch(/forall|exists|when/);
  });

  it("that lacks a step, or has them in another order, is proved wrong", () => {
    const pddl = toPddl(
      planOf("lift the red cube, then the green one", FOUR_CUBES, ARM_SKILLS),
      FOUR_CUBES,
      ARM_SKILLS,
    );
    const lines = pddl.plan.split("\n");
    expect(lines).toHaveLength(4);
    expect(
      faultOf({ ...pddl, plan: lines.filter((line) => !line.includes("put-down")).join("\n") }),
    ).toContain("needs (hand-empty)");
    expect(faultOf({ ...pddl, plan: lines[0]! })).toBe("the goal (lifted green_cube) is not reached");
  });

  it("has names that PDDL allows, whatever the ids are", () => {
    const odd = table(cube("red", 0.5, 0, "3 (red)"), cube("blue", 0.5, 0.1, "3_[red]"), bin("left", 0.3));
    const pddl = toPddl(planOf("put the red cube in the bin", odd, ARM_SKILLS), odd, ARM_SKILLS);
    expect(faultOf(pddl)).toBeNull();
    expect(pddl.plan).toBe("0.000: (pick-place x3__red_ left_bin) [20.000]");
  });
});
