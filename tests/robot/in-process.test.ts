/** The robot's whole path in simulated time: driver, controllers, physics, without sockets and faster than time. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Clock, holds, objectById, type Robot, simulatedClock } from "../../core/index.js";
import {
  clientOfBroker,
  connectRobot,
  drivenRobot,
  factsOf,
  KNOWN_TYPES,
  openBroker,
  openTwinRobots,
  type RosRobot,
  runLoop,
  runPrimitive,
  type TwinRobots,
} from "../../robot/index.js";
import { initEngine, taskByName } from "../../sim/index.js";

beforeAll(initEngine);

/** Runs `work` against the arm of a seed while simulated time passes. */
async function withArm<T>(
  seed: number,
  work: (robot: RosRobot, twin: TwinRobots, clock: Clock) => Promise<T>,
): Promise<T> {
  const clock = simulatedClock();
  const faults: string[] = [];
  const graph = openBroker(KNOWN_TYPES, clock, (fault) => faults.push(fault));
  const twin = await openTwinRobots(graph, {
    robots: [drivenRobot("panda")],
    seed,
    clock,
    timeOfDay: 1_700_000_000,
  });
  const client = clientOfBroker(graph, clock, 0.004);
  const run = async () => {
    const robot = await connectRobot(drivenRobot("panda"), { client, clock, real: null, holder: "test" });
    try {
      return await work(robot, twin, clock);
    } finally {
      await robot.close();
    }
  };
  let done = false;
  const running = run().finally(() => {
    done = true;
  });
  running.catch(() => {});
  const passTime = async () => {
    await clock.advance(1 / 120);
    await new Promise((resolve) => setImmediate(resolve));
  };
  while (!done) await passTime();
  await client.close();
  const closing = twin.close();
  await passTime();
  await closing;
  expect(faults).toEqual([]);
  return running;
}

/** All rows, one a policy period. */
function replay(robot: Robot, clock: Clock, rows: readonly (readonly number[])[]) {
  let planned = false;
  return runLoop(
    robot,
    clock,
    {
      next: async () => {
        if (planned) return { kind: "done", detail: "all rows" };
        planned = true;
        return {
          kind: "plan",
          commands: Float32Array.from(rows.flat()),
          rows: rows.length,
          execute: rows.length,
        };
      },
    },
    { timeout: 60 },
  );
}

describe("demonstrations carried over a robot's whole path", () => {
  it("put cubes where they did in the simulation", async () => {
    const task = taskByName("pick-place");
    const environment = await task.create();
    for (const seed of [210_400, 210_401, 210_402, 210_403]) {
      environment.reset(seed);
      const demonstrator = task.demonstrator(seed, "clean");
      const goal = environment.goal();
      const rows: number[][] = [];
      while (environment.outcome().state === "running") {
        environment.step(demonstrator.act(environment));
        rows.push(Array.from(environment.command()));
      }
      expect(environment.outcome()).toEqual({ state: "success" });
      const [target, place] = [goal.target!, goal.place!];
      const meant = objectById(environment.scene(), target)!.pose.position;
      const got = await withArm(seed, async (robot, twin, clock) => {
        const result = await replay(robot, clock, rows);
        expect(result).toMatchObject({ outcome: "finished", missed: 0 });
        await clock.sleep(0.3);
        expect(holds({ predicate: "in", object: target, place }, factsOf(robot)!)).toBe(true);
        return objectById(twin.arm!.scene(), target)!.pose.position;
      });
      // The same place in the bin, give or take a bounce.
      expect(Math.hypot(got[0] - meant[0], got[1] - meant[1])).toBeLessThan(0.03);
    }
    environment.free();
  });
});

describe("an arm in simulated time", () => {
  it("shows detections with the detector's noise and age", async () => {
    const { errors, ages } = await withArm(210_410, async (robot, twin, clock) => {
      const errors: number[] = [];
      const ages: number[] = [];
      for (let look = 0; look < 120; look++) {
        await clock.sleep(0.1);
        const { scene, age } = robot.scene()!;
        ages.push(age);
        expect(scene).toMatchObject({ source: "detector", privileged: false, frame: "panda_link0" });
        for (const exact of twin.arm!.scene().objects) {
          const seen = objectById(scene, exact.id)!;
          for (let k = 0; k < 3; k++) errors.push(seen.pose.position[k]! - exact.pose.position[k]!);
        }
      }
      return { errors, ages };
    });
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    expect(deviation).toBeGreaterThan(0.0018);
    expect(deviation).toBeLessThan(0.0022);
    expect(Math.min(...ages)).toBeGreaterThan(0.045);
    expect(Math.max(...ages)).toBeLessThan(0.17);
  });

  it("at a fifth of its speed goes the same way in five times the time", async () => {
    const line = (from: Float64Array, to: readonly number[], rows: number) =>
      Array.from({ length: rows }, (_, row) =>
        to.map((end, i) => from[i]! + ((row + 1) / rows) * (end - from[i]!)),
      );
    const target = [0.45, 0.1, 0.25, 0.2, 0.08];
    const drive = (scale: number) =>
      withArm(210_411, async (robot, twin, clock) => {
        robot.setSpeedScale(scale);
        const path: number[][] = [];
        const watching = new AbortController();
        const watch = async () => {
          for (;;) {
            await clock.sleep(0.05 / scale, watching.signal);
            path.push([...twin.arm!.toolPose().position]);
          }
        };
        watch().catch(() => {});
        const rows = line(robot.commanded()!, target, 20);
        const result = await replay(robot, clock, [...rows, ...Array(4).fill(target)]);
        watching.abort();
        return { seconds: result.seconds, path, end: twin.arm!.toolPose().position };
      });
    const full = await drive(1);
    const slow = await drive(0.2);
    expect(slow.seconds / full.seconds).toBeCloseTo(5, 0);
    expect(Math.hypot(...slow.end.map((x, k) => x - target[k]!))).toBeLessThan(0.003);
    for (const point of slow.path) {
      const nearest = Math.min(
        ...full.path.flatMap((a, i) => {
          const b = full.path[i + 1] ?? a;
          return [0, 0.25, 0.5, 0.75].map((u) =>
            Math.hypot(...a.map((x, k) => x + u * (b[k]! - x) - point[k]!)),
          );
        }),
      );
      expect(nearest).toBeLessThan(0.006);
    }
  });

  it("returns to where demonstrations begin, from anywhere in its workspace, again and again", async () => {
    await withArm(210_412, async (robot, twin, clock) => {
      const corners = [
        [0.35, -0.35, 0.12, 1.2, 0.08],
        [0.65, 0.35, 0.12, -1.2, 0.08],
        [0.35, 0.35, 0.4, 0.5, 0.08],
      ];
      for (const corner of corners) {
        const from = robot.commanded()!;
        const rows = Array.from({ length: 60 }, (_, row) =>
          corner.map((end, i) => from[i]! + ((row + 1) / 60) * (end - from[i]!)),
        );
        await replay(robot, clock, rows);
        const result = await runPrimitive(robot, clock, "return-to-start");
        expect(result.outcome).toBe("finished");
        const { position } = twin.arm!.toolPose();
        expect(Math.hypot(position[0] - 0.5, position[1], position[2] - 0.2)).toBeLessThan(0.007);
      }
    });
  });
});
