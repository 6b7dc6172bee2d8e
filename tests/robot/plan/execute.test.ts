/** Plans carried out with checks, in a small world where things go wrong on purpose. */
import { describe, expect, it } from "vitest";
import { showCondition } from "../../../core/index.js";
import {
  ARM_SKILLS,
  BASE_SKILLS,
  type ExecuteOptions,
  follow,
  type PlanEvent,
  renderEvent,
  type SkillRunner,
} from "../../../robot/index.js";
import { type Disturbance, type FakeWorld, fakeWorld } from "./fake-world.js";
import { FOUR_CUBES, ROOM } from "./worlds.js";

const TWO_STEPS = "put the red cube in the left bin, then lift the green one";

/** Tells the world a sentence; what was started, in order, and every event. */
async function tell(sentence: string, world: FakeWorld, options: ExecuteOptions = {}, runner?: SkillRunner) {
  const events: PlanEvent[] = [];
  const skills = world.state.base === null ? ARM_SKILLS : BASE_SKILLS;
  const emit = (event: PlanEvent) => events.push(event);
  const result = await world.until(
    follow(sentence, runner ?? world.runner, skills, world.clock, { ...options, emit }),
  );
  const started = events.flatMap((event) =>
    event.kind === "started" ? [[event.step.skill.name, ...Object.values(event.step.binding)].join(" ")] : [],
  );
  const faults = events.flatMap((event) =>
    event.kind === "ended" && event.fault !== null
      ? [
          "condition" in event.fault
            ? `${event.fault.kind} ${showCondition(event.fault.condition)}`
            : event.fault.kind,
        ]
      : [],
  );
  return { result, events, started, faults };
}

/** Once, while the n-th started step has run for that many seconds. */
const once = (n: number, seconds: number, happen: (world: FakeWorld) => boolean): Disturbance => {
  let happened = false;
  return (world, _, at) => {
    if (happened || at.started !== n || at.seconds < seconds) return false;
    happened = true;
    return happen(world);
  };
};

describe("a plan that goes well", () => {
  it("does its steps in order, and ends when every goal is seen to hold", async () => {
    const { result, started, faults } = await tell(TWO_STEPS, fakeWorld(FOUR_CUBES));
    expect(result.kind).toBe("done");
    expect(started).toEqual(["pick-place red_cube left_bin", "return-to-start", "lift green_cube"]);
    expect(faults).toEqual([]);
  });

  it("checks each step before and after, by the conditions of its card", async () => {
    const { events } = await tell("lift the green cube", fakeWorld(FOUR_CUBES));
    const checks = events.flatMap((event) =>
      event.kind === "checked" ? [`${event.when} ${showCondition(event.condition)} ${event.holds}`] : [],
    );
    expect(checks).toEqual([
      "before seen(green_cube) true",
      "before graspable(green_cube) true",
      "before on-table(green_cube) true",
      "before hand-empty true",
      "after lifted(green_cube) true",
      "after holding(green_cube) true",
    ]);
  });

  it("drives from place to place", async () => {
    const { result, started } = await tell("先去门口，再去架子", fakeWorld(ROOM));
    expect(result.kind).toBe("done");
    expect(started).toEqual(["navigate door", "navigate shelf"]);
  });

  it("tells its events in either language", async () => {
    const { events } = await tell("把蓝色方块放进右边的箱子", fakeWorld(FOUR_CUBES));
    const text = events.map((event) => renderEvent(event, FOUR_CUBES, "zh")).join("\n");
    expect(text).toContain("1. 把蓝色方块放进右边的箱子 (pick-place)");
    expect(text).toContain("✓ 之后: in(blue_cube, right_bin)");
    expect(events.map((event) => renderEvent(event, FOUR_CUBES, "en")).at(-1)).toBe("done: every goal holds");
  });

  it("does nothing for a sentence that asks back, is refused, or is true already", async () => {
    for (const sentence of [
      "lift the cube",
      "don't lift the red cube",
      "put the yellow cube in the right bin",
    ]) {
      const { result, started } = await tell(sentence, fakeWorld(FOUR_CUBES));
      expect(result.kind).toBe("not-started");
      expect(started).toEqual([]);
    }
  });
});

describe("a plan that is disturbed", () => {
  it("goes after a cube that is knocked away while it is carried", async () => {
    const world = fakeWorld(
      FOUR_CUBES,
      once(0, 2, (it) => {
        it.moveTo("red_cube", [0.42, -0.15, 0.02]);
        return true;
      }),
    );
    const { result, started, faults } = await tell(TWO_STEPS, world);
    expect(result.kind).toBe("done");
    expect(faults).toEqual(["timed-out in(red_cube, left_bin)"]);
    expect(started).toEqual([
      "pick-place red_cube left_bin",
      "return-to-start",
      "pick-place red_cube left_bin",
      "return-to-start",
      "lift green_cube",
    ]);
  });

  it("puts back what falls out of its bin during a later step", async () => {
    const world = fakeWorld(
      FOUR_CUBES,
      once(2, 1, (it) => {
        it.moveTo("red_cube", [0.42, 0.15, 0.02]);
        return false;
      }),
    );
    const { result, started, events } = await tell(TWO_STEPS, world);
    expect(result.kind).toBe("done");
    const replanned = events.find((event) => event.kind === "planned" && event.number === 2);
    expect(replanned?.kind === "planned" && replanned.because).toEqual({
      kind: "undone",
      condition: { predicate: "in", object: "red_cube", place: "left_bin" },
    });
    expect(started.slice(3)).toEqual([
      "put-down green_cube",
      "return-to-start",
      "pick-place red_cube left_bin",
      "return-to-start",
      "lift green_cube",
    ]);
  });

  it("puts down what an interrupted skill left in the hand", async () => {
    const world = fakeWorld(
      FOUR_CUBES,
      once(0, 2, (it) => {
        it.moveTo("red_cube", [0.5, 0, 0.2]);
        it.state.tool = [0.5, 0, 0.2];
        it.state.width = 0.04;
        return true;
      }),
    );
    const { result, started } = await tell("put the red cube in the left bin", world);
    expect(result.kind).toBe("done");
    expect(started.slice(1)).toEqual([
      "put-down red_cube",
      "return-to-start",
      "pick-place red_cube left_bin",
    ]);
  });

  it("leaves out what someone else has done meanwhile", async () => {
    const world = fakeWorld(
      FOUR_CUBES,
      once(0, 1, (it) => {
        it.moveTo("blue_cube", [0.5, -0.28, 0.02]);
        return false;
      }),
    );
    const { result, started, faults } = await tell(
      "put the red cube in the left bin, then the blue one in the right bin",
      world,
    );
    expect(result.kind).toBe("done");
    expect(faults).toEqual(["not-ready on-table(blue_cube)"]);
    expect(started).toEqual(["pick-place red_cube left_bin", "return-to-start"]);
  });

  it("breaks a step off when its object is gone, and says why there is no plan any more", async () => {
    const world = fakeWorld(
      FOUR_CUBES,
      once(0, 1, (it) => {
        it.remove("red_cube");
        return true;
      }),
    );
    const { result, faults, events } = await tell("put the red cube in the left bin", world);
    expect(faults).toEqual(["violated seen(red_cube)"]);
    expect(result.kind === "gave-up" && result.why.kind).toBe("no-plan");
    const broken = events.find((event) => event.kind === "ended");
    expect(broken?.kind === "ended" && broken.seconds).toBeLessThan(2);
  });

  it("does not mind one bad sighting", async () => {
    const world = fakeWorld(FOUR_CUBES);
    let looks = 0;
    const runner: SkillRunner = {
      ...world.runner,
      facts: () => {
        const facts = world.runner.facts();
        // Every seventh picture lacks the red cube.
        if (facts === null || Math.round(facts.scene.time * 10) % 7 !== 0) return facts;
        looks++;
        const objects = facts.scene.objects.filter(({ id }) => id !== "red_cube");
        return { ...facts, scene: { ...facts.scene, objects } };
      },
    };
    const { result, faults } = await tell("put the red cube in the left bin", world, {}, runner);
    expect(looks).toBeGreaterThan(0);
    expect(faults).toEqual([]);
    expect(result.kind).toBe("done");
  });
});

describe("a plan that cannot succeed", () => {
  it("gives up after the same fault three times, and says which", async () => {
    const world = fakeWorld(FOUR_CUBES, (_, step) => step.skill.name === "lift");
    const { result, started } = await tell("lift the green cube", world);
    expect(started.filter((step) => step === "lift green_cube")).toHaveLength(3);
    expect(result).toMatchObject({
      kind: "gave-up",
      why: { kind: "same-fault", times: 3, fault: { kind: "timed-out" } },
    });
  });

  it("gives up after so many plans when every fault is another", async () => {
    let n = 0;
    const world = fakeWorld(FOUR_CUBES, (it, step, { seconds }) => {
      if (step.skill.name !== "pick-place" || seconds < 1) return false;
      // Each time another cube is at fault: the red one is back on the table, its neighbour vanishes.
      it.moveTo("red_cube", [0.4 + 0.02 * n++, 0, 0.02]);
      return true;
    });
    const { result } = await tell("put the red cube in the left bin", world, { mostPlans: 2, sameFault: 9 });
    expect(result).toMatchObject({ kind: "gave-up", why: { kind: "too-many-plans", plans: 2 } });
  });

  it("believes a runner that says it failed only when the effect is missing too", async () => {
    const world = fakeWorld(FOUR_CUBES);
    const runner: SkillRunner = {
      ...world.runner,
      run: async (step, control) => {
        await world.runner.run(step, control);
        return { state: "failed", detail: "link lost" };
      },
    };
    expect((await tell("lift the red cube", world, {}, runner)).result.kind).toBe("done");
  });

  it("replans when the runner throws", async () => {
    const world = fakeWorld(FOUR_CUBES);
    let thrown = false;
    const runner: SkillRunner = {
      ...world.runner,
      run: async (step, control) => {
        if (thrown) return world.runner.run(step, control);
        thrown = true;
        throw new Error("the policy does not fit the robot");
      },
    };
    const { result, faults } = await tell("lift the red cube", world, {}, runner);
    expect(faults).toEqual(["failed"]);
    expect(result).toMatchObject({ kind: "done", plans: 2 });
  });

  it("gives up when nothing is seen any more", async () => {
    const world = fakeWorld(
      FOUR_CUBES,
      once(0, 1, (it) => {
        it.blind = true;
        return true;
      }),
    );
    const { result } = await tell("lift the red cube", world);
    expect(result).toMatchObject({ kind: "gave-up", why: { kind: "blind" } });
  });
});

describe("a stop", () => {
  it("ends a running step at once, and nothing follows", async () => {
    const stop = new AbortController();
    let pressed = 0;
    const world = fakeWorld(
      FOUR_CUBES,
      once(0, 1, (it) => {
        pressed = it.clock.now();
        stop.abort(new Error("the operator pressed stop"));
        return false;
      }),
    );
    const { result, started, events } = await tell(TWO_STEPS, world, { signal: stop.signal });
    expect(result).toMatchObject({ kind: "stopped", reason: "the operator pressed stop" });
    expect(started).toHaveLength(1);
    expect(events.at(-1)!.time - pressed).toBeLessThan(0.11);
    expect(world.state.objects.find(({ id }) => id === "red_cube")!.pose.position[1]).toBe(0.05);
  });

  it("is obeyed between steps too", async () => {
    const stop = new AbortController();
    const world = fakeWorld(FOUR_CUBES);
    const events: PlanEvent[] = [];
    const execution = follow(TWO_STEPS, world.runner, ARM_SKILLS, world.clock, {
      signal: stop.signal,
      emit: (event) => {
        events.push(event);
        if (event.kind === "ended") stop.abort(new Error("enough"));
      },
    });
    expect((await world.until(execution)).kind).toBe("stopped");
    expect(events.filter(({ kind }) => kind === "started")).toHaveLength(1);
  });

  it("reported by the robot ends everything without another plan", async () => {
    const world = fakeWorld(FOUR_CUBES);
    const runner: SkillRunner = {
      ...world.runner,
      run: async () => ({ state: "stopped", reason: "stop latched" }),
    };
    const { result, events } = await tell(TWO_STEPS, world, {}, runner);
    expect(result).toMatchObject({ kind: "stopped", reason: "stop latched" });
    expect(events.filter(({ kind }) => kind === "planned")).toHaveLength(1);
  });

  it("is what a runner that does not end when told to amounts to", async () => {
    const world = fakeWorld(FOUR_CUBES);
    const runner: SkillRunner = { ...world.runner, run: () => new Promise(() => {}) };
    const { result } = await tell("lift the red cube", world, {}, runner);
    expect(result).toMatchObject({ kind: "stopped", reason: "the runner did not end within 3 s" });
  });
});
