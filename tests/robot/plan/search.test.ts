/** Plans are valid, as short as any, and honest about not being there. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bindCondition,
  type Condition,
  type Facts,
  holds,
  type SkillCard,
  showCondition,
} from "../../../core/index.js";
import {
  ARM_SKILLS,
  BASE_SKILLS,
  type Goals,
  LIFT,
  PICK_PLACE,
  type PlanStep,
  planFor,
  renderReason,
  understand,
} from "../../../robot/index.js";
import { bin, cube, FOUR_CUBES, outcome, ROOM, table } from "./worlds.js";

const group = (...literals: Condition[]) => ({ literals, keep: [] as Condition[] });
const inside = (object: string, place: string): Condition => ({ predicate: "in", object, place });
const lifted = (object: string): Condition => ({ predicate: "lifted", object });

const steps = (plan: readonly PlanStep[]): string[] =>
  plan.map(({ skill, binding }) => [skill.name, ...Object.values(binding)].join(" "));

function planned(goals: Goals, facts: Facts, skills: readonly SkillCard[] = ARM_SKILLS): readonly PlanStep[] {
  const planning = planFor(goals, facts, skills);
  if (planning.kind !== "plan") throw new Error(`no plan: ${renderReason(planning.reason, facts, "en")}`);
  return planning.plan.steps;
}

/** The atoms of the cards' vocabulary that hold, as a plain set of texts: a world apart from the planner's bits. */
function worldOf(facts: Facts): Set<string> {
  const ids = facts.scene.objects.map(({ id }) => id);
  const atoms: Condition[] = [
    { predicate: "hand-empty" },
    ...ids.flatMap((object): Condition[] => [
      ...(["seen", "graspable", "on-table", "holding", "lifted"] as const).map((predicate) => ({
        predicate,
        object,
      })),
      { predicate: "at", place: object },
      ...ids.map((place): Condition => ({ predicate: "in", object, place })),
    ]),
  ];
  return new Set(atoms.filter((atom) => holds(atom, facts)).map(showCondition));
}

/** Carries the steps out by the cards alone; the worlds after each, or a complaint. */
function simulate(plan: readonly PlanStep[], facts: Facts): Set<string>[] | string {
  const worlds = [worldOf(facts)];
  for (const { skill, binding } of plan) {
    const world = new Set(worlds.at(-1));
    const bind = (conditions: readonly Condition[]) =>
      conditions.map((condition) =>
        showCondition(bindCondition(condition, binding as Record<string, string>)),
      );
    const lacking = bind(skill.pre).find((name) => !world.has(name));
    if (lacking !== undefined) return `${skill.name} needs ${lacking}`;
    for (const name of bind(skill.deletes)) world.delete(name);
    if (skill.name === "navigate")
      for (const name of [...world]) if (name.startsWith("at(")) world.delete(name);
    for (const name of bind(skill.post)) world.add(name);
    worlds.push(world);
  }
  return worlds;
}

/** Whether the groups come true one after the other in these worlds. */
function achieves(worlds: readonly Set<string>[], goals: Goals): boolean {
  let stage = 0;
  for (const world of worlds)
    while (
      stage < goals.length &&
      [...goals[stage]!.literals, ...goals[stage]!.keep].every((literal) => world.has(showCondition(literal)))
    )
      stage++;
  return stage === goals.length;
}

describe("plans", () => {
  it("return to the start between learned skills, and put down what is in the way", () => {
    const goals = [group(lifted("red_cube")), group(lifted("green_cube"))];
    expect(steps(planned(goals, FOUR_CUBES))).toEqual([
      "lift red_cube",
      "put-down red_cube",
      "return-to-start",
      "lift green_cube",
    ]);
  });

  it("begin with a return when the arm may be anywhere", () => {
    const planning = planFor([group(lifted("red_cube"))], FOUR_CUBES, ARM_SKILLS, { away: true });
    expect(planning.kind === "plan" && steps(planning.plan.steps)).toEqual([
      "return-to-start",
      "lift red_cube",
    ]);
  });

  it("pick up without a detour what is to be put somewhere", () => {
    const understanding = understand(
      "pick up the red cube and put it in the left bin",
      FOUR_CUBES,
      ARM_SKILLS,
    );
    expect(understanding.kind === "plan" && steps(understanding.plan.steps)).toEqual([
      "pick-place red_cube left_bin",
    ]);
  });

  it("drive every leg of a journey, also back to where it began", () => {
    const at = (place: string): Condition => ({ predicate: "at", place });
    const goals = [group(at("shelf")), group(at("door")), group(at("shelf"))];
    expect(steps(planned(goals, ROOM, BASE_SKILLS))).toEqual([
      "navigate shelf",
      "navigate door",
      "navigate shelf",
    ]);
  });

  it("manage twenty cubes", () => {
    const cubes = Array.from({ length: 20 }, (_, i) =>
      cube("red", 0.3 + 0.1 * (i % 5), 0.1 * Math.floor(i / 5), `cube_${i}`),
    );
    const facts = table(...cubes, bin("left", 0.6));
    const goals = [group(...cubes.map(({ id }) => inside(id, "left_bin")))];
    const planning = planFor(goals, facts, ARM_SKILLS);
    expect(planning.kind === "plan" && planning.plan.steps).toHaveLength(39);
    expect(planning.kind === "plan" && planning.plan.expanded).toBeLessThan(200);
  });
});

describe("no plan", () => {
  const why = (goals: Goals, skills = ARM_SKILLS, mostNodes?: number) => {
    const planning = planFor(goals, FOUR_CUBES, skills, mostNodes === undefined ? {} : { mostNodes });
    return planning.kind === "plan"
      ? "a plan"
      : `${planning.kind}: ${renderReason(planning.reason, FOUR_CUBES, "en")}`;
  };

  it("for what lies in a bin, and it says so", () => {
    expect(why([group(lifted("yellow_cube"))])).toBe(
      "impossible: I cannot see to it that the yellow cube is lifted: it lies in the right bin, and no skill takes anything out again.",
    );
    expect(why([group(inside("red_cube", "left_bin")), group(lifted("red_cube"))])).toContain(
      "it will lie in the left bin",
    );
  });

  it("for what no skill brings about", () => {
    expect(why([group(inside("red_cube", "left_bin"))], [LIFT])).toBe(
      "impossible: I have no skill after which the red cube is in the left bin.",
    );
  });

  it("for goals that exclude one another", () => {
    expect(why([group(lifted("red_cube"), lifted("green_cube"))])).toBe(
      "impossible: These cannot hold together: the red cube is lifted and the green cube is lifted.",
    );
    expect(why([group(inside("red_cube", "left_bin"), inside("red_cube", "right_bin"))])).toContain(
      "cannot hold together",
    );
  });

  it("within the bound is told apart from none at all", () => {
    const goals = [group(lifted("red_cube")), group(lifted("green_cube"))];
    expect(why(goals, ARM_SKILLS, 1)).toBe("gave-up: I found no plan within 1 nodes.");
  });
});

describe("any plan that is found", () => {
  const COLOURS = ["red", "green", "blue", "yellow"] as const;
  const PLACES = ["left_bin", "right_bin"];
  /** where each cube begins: on the table, in a bin, or (at most one) in the hand */
  const scenes = fc
    .record({
      cubes: fc.array(fc.constantFrom("table", "table", "table", "table", "left", "right"), {
        minLength: 4,
        maxLength: 4,
      }),
      held: fc.option(fc.nat(3)),
    })
    .map(({ cubes, held }): Facts => {
      const objects = cubes.map((where, i) =>
        i === held
          ? cube(COLOURS[i]!, 0.5, 0, undefined, 0.2)
          : cube(COLOURS[i]!, 0.4 + 0.1 * i, where === "table" ? 0 : where === "left" ? 0.3 : -0.3),
      );
      const binned = objects.map((object, i) =>
        cubes[i] === "table" || i === held
          ? object
          : { ...object, pose: { ...object.pose, position: [0.5, object.pose.position[1], 0.02] as const } },
      );
      const facts = table(...binned, bin("left", 0.3), bin("right", -0.3));
      return held !== null && held < cubes.length
        ? {
            ...facts,
            tool: { pose: { position: [0.5, 0, 0.2], orientation: [1, 0, 0, 0] }, gripperWidth: 0.04 },
          }
        : facts;
    });
  const literal = fc.oneof(
    fc.tuple(fc.constantFrom(...COLOURS), fc.constantFrom(...PLACES)).map(([c, p]) => inside(`${c}_cube`, p)),
    fc.constantFrom(...COLOURS).map((c) => lifted(`${c}_cube`)),
    fc.constantFrom(...COLOURS).map((c): Condition => ({ predicate: "on-table", object: `${c}_cube` })),
  );
  const goalLists = fc.array(fc.oneof(fc.tuple(literal), fc.tuple(literal), fc.tuple(literal, literal)), {
    minLength: 1,
    maxLength: 3,
  });

  it("is valid by the cards, reaches its goals in order, and no shorter one exists", () => {
    let found = 0;
    fc.assert(
      fc.property(scenes, goalLists, (facts, lists) => {
        const goals = lists.map((literals) => group(...literals));
        const planning = planFor(goals, facts, ARM_SKILLS);
        const shortest = shortestByBreadth(goals, facts);
        if (planning.kind !== "plan") {
          expect(planning.kind).toBe("impossible");
          expect(shortest).toBeNull();
          return;
        }
        found++;
        const worlds = simulate(planning.plan.steps, facts);
        expect(worlds).not.toBeTypeOf("string");
        expect(achieves(worlds as Set<string>[], goals)).toBe(true);
        expect(planning.plan.steps.filter(({ skill }) => skill.name !== "return-to-start")).toHaveLength(
          shortest!,
        );
      }),
      { numRuns: 150, seed: 20_250 },
    );
    expect(found).toBeGreaterThan(50);
  });

  /** Length of a shortest plan by breadth-first search over plain sets; null when there is none. */
  function shortestByBreadth(goals: Goals, facts: Facts): number | null {
    const ids = facts.scene.objects.map(({ id }) => id);
    const cubes = ids.filter((id) => id.endsWith("cube"));
    const actions: PlanStep[] = ARM_SKILLS.filter(({ name }) => name !== "return-to-start").flatMap((skill) =>
      cubes.flatMap((target) =>
        (skill.slots.includes("place") ? PLACES.map((place) => ({ target, place })) : [{ target }]).map(
          (binding): PlanStep => ({ skill, binding, pre: [], hold: [], post: [] }),
        ),
      ),
    );
    const stageOf = (world: Set<string>, from: number): number => {
      let stage = from;
      while (
        stage < goals.length &&
        goals[stage]!.literals.every((condition) => world.has(showCondition(condition)))
      )
        stage++;
      return stage;
    };
    const first = worldOf(facts);
    let frontier = [{ world: first, stage: stageOf(first, 0) }];
    const seen = new Set<string>();
    for (let length = 0; frontier.length > 0; length++) {
      if (frontier.some(({ stage }) => stage === goals.length)) return length;
      frontier = frontier.flatMap(({ world, stage }) =>
        actions.flatMap((action) => {
          const next = apply(action, world);
          if (next === null) return [];
          const node = { world: next, stage: stageOf(next, stage) };
          const key = `${node.stage} ${[...next].sort().join()}`;
          if (seen.has(key)) return [];
          seen.add(key);
          return [node];
        }),
      );
    }
    return null;
  }

  function apply({ skill, binding }: PlanStep, world: Set<string>): Set<string> | null {
    const bind = (conditions: readonly Condition[]) =>
      conditions.map((condition) =>
        showCondition(bindCondition(condition, binding as Record<string, string>)),
      );
    if (!bind(skill.pre).every((name) => world.has(name))) return null;
    const next = new Set(world);
    for (const name of bind(skill.deletes)) next.delete(name);
    for (const name of bind(skill.post)) next.add(name);
    return next;
  }
});

describe("a card of one's own", () => {
  it("is planned with like any other, negative conditions included", () => {
    const UNPACK: SkillCard = {
      ...PICK_PLACE,
      name: "unpack",
      by: { kind: "policy", task: "unpack" },
      pre: [
        { predicate: "in", object: "target", place: "place" },
        { predicate: "hand-empty" },
        { predicate: "not", condition: { predicate: "lifted", object: "target" } },
      ],
      post: [{ predicate: "on-table", object: "target" }],
      deletes: [{ predicate: "in", object: "target", place: "place" }],
    };
    const understanding = understand("lift the yellow cube", FOUR_CUBES, [...ARM_SKILLS, UNPACK]);
    expect(outcome(understanding)).toBe("lifted(yellow_cube)");
    expect(understanding.kind === "plan" && steps(understanding.plan.steps)).toEqual([
      "unpack yellow_cube right_bin",
      "return-to-start",
      "lift yellow_cube",
    ]);
  });
});
