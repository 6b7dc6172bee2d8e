/** The plan of a session: what counts, what comes next, what is kept of it. */
import { describe, expect, it } from "vitest";
import { memoryStore } from "../../datasets/index.js";
import { NO_PLAN, planProgress, readPlan, writePlan } from "../../teleop/index.js";

const said = (en: string) => ({ en, zh: `${en} 中文` });
const [red, blue] = [said("lift the red cube"), said("lift the blue cube")];

describe("a plan", () => {
  it("counts takes by their sentence, none beyond what is wanted, and suggests what lacks most", () => {
    const taken = [red.en, red.en, red.en, blue.en, "lift something else"];
    const progress = planProgress({ each: 2 }, [red, blue], taken);
    expect(progress.rows.map(({ have, want }) => [have, want])).toEqual([
      [3, 2],
      [1, 2],
    ]);
    expect(progress).toMatchObject({ have: 3, want: 4, next: blue.en });
  });

  it("suggests nothing when all is there, or nothing is planned", () => {
    expect(planProgress({ each: 1 }, [red], [red.en]).next).toBeNull();
    expect(planProgress(NO_PLAN, [red, blue], [])).toMatchObject({ have: 0, want: 0, next: null });
  });

  it("is kept beside the set; a file that says nothing sensible is no plan", async () => {
    const store = memoryStore();
    expect(await readPlan(store)).toEqual(NO_PLAN);
    await writePlan(store, { each: 5 });
    expect(await readPlan(store)).toEqual({ each: 5 });
    for (const text of [
      "",
      "[]",
      '{"version":2,"each":5}',
      '{"version":1,"each":-1}',
      '{"version":1,"each":1e9}',
    ]) {
      await store.write([{ path: "meta/apprentice-plan.json", bytes: new TextEncoder().encode(text) }]);
      expect(await readPlan(store)).toEqual(NO_PLAN);
    }
  });
});
