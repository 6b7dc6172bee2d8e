/**
 * Every task with every arm it is for: the recorded cameras' pictures that the processor computes, beside those of
 * graphics (software, in a real browser), at states of its script. A new task or arm is compared by being in its list.
 */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import { ARM_ROBOTS, armOption, type SceneObject } from "../../core/index.js";
import { TABLETOP, TASKS, type TaskModule } from "../../sim/index.js";
import { type ViewState, viewStateOf, worldKindOf } from "../../sim/view/index.js";
import { CHROMIUM, inBrowser, launchBrowser, type TestBrowser } from "../browser.js";
import { expectAlike } from "./alike.js";
import type { House } from "./page.js";

const ENTRY = fileURLToPath(new URL("page.ts", import.meta.url));
const SEED = 200_003;
const SIZE = { width: 128, height: 96 };
/** steps of the script at which pictures are compared */
const MOMENTS = [0, 45, 90];

declare const house: House;

/** The robots that a task is for: its own, or every arm that reaches what it lays out; lift lays out within reach. */
const robotsFor = ({ card: { name, robot } }: TaskModule): string[] =>
  worldKindOf(robot) !== "tabletop"
    ? [robot]
    : ARM_ROBOTS.filter(({ zone }) => name === "lift" || zone.centre[0] === TABLETOP.cubes.centre[0]).map(
        (arm) => arm.name,
      );

/** What stands in the task's world, and states along its script. */
async function episodeOf(task: TaskModule, robot: string) {
  const environment = await task.create(armOption(robot));
  environment.reset(SEED);
  const script = task.demonstrator(SEED);
  const objects: readonly SceneObject[] = environment.scene().objects;
  const states: ViewState[] = [];
  for (let step = 0; step <= MOMENTS.at(-1)!; step++) {
    const state = viewStateOf(environment.scene(), environment.robotState!());
    if (MOMENTS.includes(step)) states.push({ ...state, joints: Array.from(state.joints) });
    environment.step(script.act(environment));
  }
  environment.free();
  return { objects, states };
}

describe.skipIf(CHROMIUM === null)(inBrowser("pictures that the processor computes"), () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => browser?.close());

  const robots = [...new Set(TASKS.flatMap(robotsFor))];
  describe.each(robots)("of %s", (robot) => {
    let page: Page | null = null;
    afterAll(async () => page?.context().close());

    it.each(
      TASKS.filter((task) => robotsFor(task).includes(robot)).map((task) => [task.card.name, task] as const),
    )("are those of graphics: %s", async (_, task) => {
      const { objects, states } = await episodeOf(task, robot);
      if (page === null) {
        page = await browser.page(ENTRY);
        await page.evaluate(([kind, name, what]) => house.rigsOf(kind, name, what), [
          worldKindOf(robot),
          robot,
          objects,
        ] as const);
      }
      await page.evaluate((what) => house.setObjects(what), objects);
      for (const [i, state] of states.entries())
        for (const gaps of await page.evaluate(([at, size]) => house.gaps(at, size), [state, SIZE] as const))
          expectAlike(gaps, `${gaps.camera} after ${MOMENTS[i]} steps`);
    });
  });
});
