/** The same seed and commands give the same bits: over runs, in another process, over snapshot and restore. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type ArmSim,
  createArmSim,
  DETECTOR,
  engineVariant,
  initEngine,
  type TaskModule,
  taskByName,
} from "../../sim/index.js";

const SEED = 200_042;
const house = fileURLToPath(new URL("../..", import.meta.url));

beforeAll(initEngine);

/**
 * Hashes along a demonstration of pick-place, where grasp, carry and drop meet every kind of contact. It uses its
 * arguments only, so that its text can run in another process.
 */
async function demonstrationHashes(task: TaskModule, seed: number): Promise<string[]> {
  const environment = await task.create();
  environment.reset(seed);
  const demonstrator = task.demonstrator(seed);
  const hashes: string[] = [];
  for (let step = 1; step <= 110; step++) {
    environment.step(demonstrator.act(environment));
    if (step % 10 === 0) hashes.push(environment.hash());
  }
  hashes.push(environment.outcome().state);
  environment.free();
  return hashes;
}

describe("a demonstration", () => {
  test("has the same hashes in a second run and in another process", async () => {
    const task = taskByName("pick-place");
    const here = await demonstrationHashes(task, SEED);
    expect(here.at(-1)).toBe("success");
    expect(new Set(here).size).toBe(here.length);
    expect(await demonstrationHashes(task, SEED)).toEqual(here);
    const script = `
      import { taskByName } from "./dist/sim/index.js";
      ${demonstrationHashes.toString()}
      console.log(JSON.stringify(await demonstrationHashes(taskByName("pick-place"), ${SEED})));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      cwd: house,
    });
    expect(JSON.parse(stdout)).toEqual(here);
  });
});

/** A shaken, closing gripper: joint targets that are a function of the tick alone. */
function shake(sim: ArmSim, from: number, ticks: number): void {
  const still = new Float64Array(7);
  for (let tick = from; tick < from + ticks; tick++) {
    if (tick % 6 === 0)
      sim.setJointTarget(
        sim.q.map((q, i) => q + 0.02 * Math.sin(0.3 * tick + i)),
        still,
        0.05,
      );
    sim.setGripper(tick % 200 < 100 ? 0 : 0.08);
    sim.tick();
  }
}

describe("a snapshot of the arm in the middle of a motion", () => {
  test("continues to the bit, restored twice", () => {
    const sim = createArmSim(SEED);
    shake(sim, 0, 75);
    const snapshot = sim.snapshot();
    shake(sim, 75, 300);
    const hash = sim.hash();
    const later = sim.snapshot();
    for (let again = 0; again < 2; again++) {
      sim.restore(snapshot);
      expect(sim.snapshot()).toEqual(snapshot);
      shake(sim, 75, 300);
      expect(sim.hash()).toBe(hash);
      expect(sim.snapshot()).toEqual(later);
    }
    sim.free();
  });

  test("is refused by another engine variant, rate or detector", async () => {
    const sim = createArmSim(SEED);
    const other = createArmSim(SEED, { settings: "fallback" });
    const faster = createArmSim(SEED, { dt: 1 / 240 });
    const snapshot = sim.snapshot();
    for (const stranger of [other, faster])
      expect(() => stranger.restore(snapshot)).toThrow(/snapshot: must come from the engine/);
    expect(engineVariant("patched")).toContain("0.20.0");
    for (const each of [sim, other, faster]) each.free();
    const task = taskByName("lift");
    const noisy = await task.create({ detector: DETECTOR });
    const exact = await task.create({ detector: null });
    expect(() => exact.restore(noisy.snapshot())).toThrow(/snapshot/);
    noisy.free();
    exact.free();
  });
});
