import { describe, expect, it } from "vitest";
import {
  type Contract,
  holds,
  type Observation,
  PANDA_ROBOT,
  type Policy,
  pandaContract,
  type Robot,
  type RobotEvent,
  type SimulatedClock,
  simulatedClock,
  tableGoals,
  withObservations,
} from "../../core/index.js";
import {
  alongPlan,
  deploy,
  factsOf,
  type LiveOptions,
  type LoopResult,
  liveRobot,
  runPrimitive,
  startRegionOf,
} from "../../robot/index.js";
import { initEngine, taskByName } from "../../sim/index.js";
import { toolEnvironment } from "./tool-environment.js";

const PERIOD = 0.05;
const START = startRegionOf(PANDA_ROBOT);

/** Moves the tool up by `step` m a row; every call is recorded. */
function climbing(
  contract: Contract,
  step = 0.002,
  execute = 4,
): Policy & { calls: Observation[]; previous: number[][] } {
  const calls: Observation[] = [];
  const previous: number[][] = [];
  return {
    contract,
    horizon: 8,
    execute,
    noiseSize: 3,
    calls,
    previous,
    act: async (observation, previousCommand, noise) => {
      calls.push(observation);
      previous.push(Array.from(previousCommand));
      expect(noise.every(Number.isFinite)).toBe(true);
      return Float32Array.from({ length: 40 }, (_, i) => {
        const row = Math.floor(i / 5) + 1;
        return previousCommand[i % 5]! + (i % 5 === 2 ? step * row : 0);
      });
    },
    free: async () => {},
  };
}

/** Lets simulated time pass until the work is done. */
async function during<T>(clock: SimulatedClock, work: Promise<T>): Promise<T> {
  let done = false;
  const finished = work.finally(() => {
    done = true;
  });
  finished.catch(() => {});
  while (!done) await clock.advance(PERIOD / 10);
  return finished;
}

function setup() {
  const clock = simulatedClock();
  const environment = toolEnvironment();
  const robot = liveRobot(environment, clock);
  const events: RobotEvent[] = [];
  robot.on((event) => events.push(event));
  robot.bind({ target: "red_cube", place: "red_cube" });
  return { clock, environment, robot, events };
}

describe("a policy on a robot", () => {
  it("executes k of H rows, from the command in force, without a gap", async () => {
    const { clock, environment, robot } = setup();
    const policy = climbing(environment.contract);
    const result = await during(clock, deploy(robot, policy, clock, { seed: 200001, timeout: 1 }));
    expect(result).toMatchObject({ outcome: "timed-out", missed: 0 });
    expect(result.ticks).toBe(21);
    expect(policy.calls.length).toBe(5);
    const heights = environment.log.slice(0, 20).map((command) => command[2]!);
    heights.forEach((z, step) => {
      expect(z).toBeCloseTo(0.2 + 0.002 * (step + 1), 5);
    });
    await robot.close();
  });

  it("reads features and writes commands by name, whatever their order", async () => {
    const { clock, environment, robot } = setup();
    const own = environment.contract;
    const [position, yaw, gripper] = own.actions;
    const shuffled: Contract = {
      ...withObservations(own, ["observation.gripper.width", "observation.ee.position"]),
      goals: own.goals.filter((goal) => goal.name === "goal.target.position"),
      actions: [gripper!, { ...position!, names: ["z", "x", "y"] }, yaw!],
    };
    const policy: Policy = {
      contract: shuffled,
      horizon: 1,
      execute: 1,
      noiseSize: 0,
      act: async (observation, previous) => {
        expect(Object.keys(observation.values)).toEqual([
          "observation.gripper.width",
          "observation.ee.position",
          "goal.target.position",
        ]);
        // width, z, x, y, yaw
        const [width, z, x, y, turn] = Array.from(previous);
        return Float32Array.of(width! - 0.01, z! + 0.003, x!, y! + 0.001, turn!);
      },
      free: async () => {},
    };
    await during(clock, deploy(robot, policy, clock, { seed: 0, timeout: 0.1 }));
    expect(Array.from(environment.log[0]!)).toEqual(
      [0.5, 0.001, 0.203, 0, 0.07].map((value) => expect.closeTo(value, 6)),
    );
    await robot.close();
  });

  it("refuses a policy whose contract the robot does not fulfil, and says which feature", async () => {
    const { clock, environment, robot } = setup();
    const policy = climbing({
      ...environment.contract,
      observations: [
        ...environment.contract.observations,
        { ...environment.contract.observations[0]!, name: "observation.wrist.force", unit: "N" },
      ],
    });
    await expect(deploy(robot, policy, clock, { seed: 0, timeout: 1 })).rejects.toThrow(
      /observation\.wrist\.force: the robot does not provide it/,
    );
    const slow = climbing({ ...environment.contract, rates: { ...environment.contract.rates, policy: 10 } });
    await expect(deploy(robot, slow, clock, { seed: 0, timeout: 1 })).rejects.toThrow(/10 Hz/);
    await robot.close();
  });

  it("ends when its condition has held for some ticks, at once on a violation, on stop, on a signal", async () => {
    const ends = async (options: object, act?: (robot: ReturnType<typeof setup>) => Promise<void>) => {
      const world = setup();
      const policy = climbing(world.environment.contract, 0.004);
      const running = deploy(world.robot, policy, world.clock, { seed: 1, timeout: 2, ...options });
      if (act !== undefined) await act(world);
      const result = await during(world.clock, running);
      await world.robot.close();
      return { ...result, ...world };
    };
    const above = (z: number) => (facts: NonNullable<ReturnType<typeof factsOf>>) =>
      facts.tool!.pose.position[2] > z;
    const reached = await ends({ until: above(0.23) });
    expect(reached.outcome).toBe("reached");
    expect(reached.seconds).toBeCloseTo(10 * PERIOD, 1);
    const violated = await ends({ unless: (facts: never) => (above(0.25)(facts) ? "too high" : null) });
    expect(violated).toMatchObject({ outcome: "violated", detail: "too high" });
    const stopped = await ends({}, async ({ clock, robot, environment }) => {
      await clock.advance(0.5);
      robot.stop("a person pressed stop");
      const height = environment.command()[2];
      await clock.advance(0.5);
      expect(environment.command()[2]).toBe(height);
    });
    expect(stopped).toMatchObject({ outcome: "stopped", detail: "a person pressed stop" });
    const abort = new AbortController();
    const aborted = await ends({ signal: abort.signal }, async ({ clock }) => {
      await clock.advance(0.3);
      abort.abort();
    });
    expect(aborted.outcome).toBe("aborted");
  });

  it("waits in place for a target that is not seen, and gives up in the end", async () => {
    const { clock, environment, robot, events } = setup();
    robot.bind({ target: "green_cube", place: "red_cube" });
    const policy = climbing(environment.contract);
    const result = await during(clock, deploy(robot, policy, clock, { seed: 2, timeout: 9, patience: 0.5 }));
    expect(result.outcome).toBe("blind");
    expect(result.detail).toContain("goal.target.position");
    expect(result.seconds).toBeLessThan(0.8);
    expect(policy.calls.length).toBe(0);
    expect(events.some((event) => event.kind === "holding")).toBe(true);
    await robot.close();
  });

  it("does not carry out a chunk with a number that is not finite", async () => {
    const { clock, environment, robot } = setup();
    const policy = {
      ...climbing(environment.contract),
      act: async () => new Float32Array(40).fill(Number.NaN),
    };
    const result = await during(clock, deploy(robot, policy, clock, { seed: 3, timeout: 9, patience: 0.3 }));
    expect(result).toMatchObject({ outcome: "refused" });
    expect(result.detail).toContain("non-finite");
    expect(environment.log.every((command) => command.every((v, i) => v === [0.5, 0, 0.2, 0, 0.08][i]))).toBe(
      true,
    );
    await robot.close();
  });

  it("holds the robot when the policy fails, and passes the error on", async () => {
    const { clock, environment, robot, events } = setup();
    const policy = { ...climbing(environment.contract), act: () => Promise.reject(new Error("no session")) };
    await expect(during(clock, deploy(robot, policy, clock, { seed: 3, timeout: 9 }))).rejects.toThrow(
      "no session",
    );
    expect(events.at(-1)).toEqual({ kind: "holding", reason: "planning failed: no session" });
    await robot.close();
  });

  it("keeps to absolute deadlines when a tick is late, counts what it missed, and follows the plan meanwhile", async () => {
    const { clock, environment, robot } = setup();
    let slow = 0;
    const policy = climbing(environment.contract, 0.002, 8);
    const act = policy.act;
    policy.act = async (...input) => {
      if (++slow === 2) await clock.sleep(0.13);
      return act(...input);
    };
    const result = await during(clock, deploy(robot, policy, clock, { seed: 4, timeout: 1.5 }));
    // Asked at the ninth tick, answered 0.13 s later: one tick passed by, the next came 0.03 s late.
    expect(result.missed).toBe(1);
    expect(result.late).toBeCloseTo(0.08, 2);
    expect(result.planning).toBeCloseTo(0.13, 2);
    expect(result.ticks + result.missed).toBe(31);
    await robot.close();
  });

  it("leads a slowed robot along the same path, more slowly", async () => {
    const plan = { commands: Float32Array.of(1, 2, 3, 4), rows: 4, execute: 4 };
    expect(Array.from(alongPlan(plan, [0], 1, 1, 3, [false]))).toEqual([2, 3, 4]);
    expect(Array.from(alongPlan(plan, [0], 0, 0.25, 6, [false]))).toEqual([0.25, 0.5, 0.75, 1, 1.25, 1.5]);
    expect(Array.from(alongPlan(plan, [0], 0, 0.5, 4, [true]))).toEqual([1, 1, 2, 2]);
  });

  it("measures the latency from command to motion", async () => {
    const { clock, environment, robot } = setup();
    const policy = climbing(environment.contract, 0.004, 8);
    const result = await during(clock, deploy(robot, policy, clock, { seed: 5, timeout: 2 }));
    // The environment moves one whole period after the command.
    expect(result.latencies.length).toBe(1);
    expect(result.latencies[0]).toBeCloseTo(PERIOD, 2);
    await robot.close();
  });
});

describe("a simulation as a robot", () => {
  it("holds when commands run out, and says so", async () => {
    const { clock, environment, robot, events } = setup();
    robot.command({ commands: Float32Array.of(0.5, 0, 0.21, 0, 0.08), rows: 1, period: PERIOD });
    await clock.advance(0.5);
    expect(environment.command()[2]).toBeCloseTo(0.21, 6);
    expect(events.at(-1)).toEqual({ kind: "holding", reason: expect.stringContaining("watchdog") });
    await robot.close();
  });

  it("ends a mobile manipulator's drive when commands run out, keeps its poses, and knows its tool on the map", async () => {
    await initEngine();
    const environment = await taskByName("box-move").create();
    environment.reset(210_601);
    const clock = simulatedClock();
    const robot = liveRobot(environment, clock);
    const command = Float32Array.from(environment.command());
    command[0] = 0.3;
    command[2]! += 0.004;
    robot.command({ commands: command, rows: 1, period: PERIOD });
    await clock.advance(PERIOD);
    expect(environment.command()[0]).toBeCloseTo(0.3, 6);
    await clock.advance(1);
    const held = environment.command();
    expect([...held.slice(0, 2)]).toEqual([0, 0]);
    held.slice(2).forEach((value, i) => {
      expect(value).toBeCloseTo(command[2 + i]!, 6);
    });
    const { tool } = factsOf(robot)!;
    const truth = environment.robotState!().tool;
    tool!.pose.position.forEach((value, i) => {
      expect(value).toBeCloseTo(truth.position[i]!, 5);
    });
    await robot.close();
    environment.free();
  });

  it("drives two arms by one command, and knows both tools", async () => {
    await initEngine();
    const environment = await taskByName("two-arm-lift").create();
    environment.reset(210_602);
    const clock = simulatedClock();
    const robot = liveRobot(environment, clock);
    await clock.advance(1);
    const command = Float32Array.from(environment.command());
    command[7]! -= 0.02;
    robot.command({ commands: command, rows: 1, period: PERIOD });
    await clock.advance(1);
    environment.command().forEach((value, i) => {
      expect(value).toBeCloseTo(command[i]!, 6);
    });
    const { tool, otherTools } = factsOf(robot)!;
    const { hands } = environment.robotState!();
    for (const [i, seen] of [tool!, ...otherTools!].entries())
      seen.pose.position.forEach((value, k) => {
        expect(value).toBeCloseTo(hands![i]!.tool.position[k]!, 5);
      });
    expect(otherTools).toHaveLength(1);
    await robot.close();
    environment.free();
  });

  it("stops a base before what its scan sees, unless told not to", async () => {
    await initEngine();
    const run = async (options?: LiveOptions) => {
      const environment = await taskByName("navigate").create();
      environment.reset(210_600);
      const clock = simulatedClock();
      const robot = liveRobot(environment, clock, options);
      const events: RobotEvent[] = [];
      robot.on((event) => events.push(event));
      // Straight on, for longer than the room is wide.
      for (let tick = 0; tick < 200; tick++) {
        robot.command({ commands: Float32Array.of(0.5, 0), rows: 1, period: 0.1 });
        await clock.advance(0.1);
      }
      const outcome = environment.outcome();
      await robot.close();
      environment.free();
      return { outcome, events };
    };
    const guarded = await run();
    expect(guarded.outcome).toEqual({ state: "running" });
    expect(guarded.events).toContainEqual(expect.objectContaining({ kind: "limited", rule: "obstacle" }));
    expect((await run({ scanGuard: null })).outcome).toEqual({ state: "failure", kind: "collided" });
  });

  it("steps once a policy period, however often it is looked at, and drops a pause of the machine", async () => {
    const { clock, environment, robot } = setup();
    for (let i = 0; i < 100; i++) {
      await clock.advance(0.01);
      robot.latest();
    }
    expect(environment.log.length).toBe(20);
    const late = toolEnvironment();
    let now = 0;
    const stuck = liveRobot(late, { now: () => now, sleep: () => new Promise(() => {}) });
    now = 10;
    expect(stuck.latest()!.age).toBeLessThan(PERIOD);
    expect(late.log.length).toBe(5);
    expect(stuck.lost).toBeCloseTo(10 - 5 * PERIOD, 6);
    await robot.close();
  });
});

describe("motion primitives", () => {
  const run = async (
    name: Parameters<typeof runPrimitive>[2],
    tool: readonly number[],
    cube: readonly [number, number, number],
  ): Promise<LoopResult & { world: ReturnType<typeof setup> }> => {
    const world = setup();
    world.environment.place(tool, cube);
    const result = await during(world.clock, runPrimitive(world.robot, world.clock, name));
    await world.robot.close();
    return { ...result, world };
  };

  it("return-to-start opens, rises, then goes to the start region", async () => {
    const { outcome, world } = await run("return-to-start", [0.6, 0.2, 0.05, 0.8, 0.03], [0.3, -0.2, 0.02]);
    expect(outcome).toBe("finished");
    const { log } = world.environment;
    expect(Array.from(log.at(-1)!)).toEqual(
      [...START.position, START.yaw, START.width].map((v) => expect.closeTo(v, 5)),
    );
    const sideways = log.findIndex((command) => Math.abs(command[0]! - 0.6) > 0.002);
    expect(log[sideways]![2]).toBeCloseTo(0.2, 3);
    expect(log[0]![4]).toBeCloseTo(0.08, 6);
    const fastest = Math.max(
      ...log.slice(1).map((now, i) => Math.hypot(...[0, 1, 2].map((k) => now[k]! - log[i]![k]!))),
    );
    expect(fastest / PERIOD).toBeLessThan(0.42);
  });

  it("put-down stands what is held on the table, lets it go and rises", async () => {
    const { outcome, world } = await run("put-down", [0.5, 0.1, 0.3, 0.2, 0.04], [0.5, 0.1, 0.295]);
    expect(outcome).toBe("finished");
    const facts = factsOf(world.robot)!;
    expect(holds({ predicate: "on-table", object: "red_cube" }, facts)).toBe(true);
    expect(holds({ predicate: "hand-empty" }, facts)).toBe(true);
    const opened = world.environment.log.find((command) => command[4]! > 0.07)!;
    expect(opened[2]).toBeCloseTo(0.3 - 0.275 + 0.003, 3);
    expect(facts.tool!.pose.position[2]).toBeCloseTo(0.2, 3);
  });

  it("go on to the end where the robot was not seen for a moment on the way, and held", async () => {
    const world = setup();
    world.environment.place([0.6, 0.2, 0.05, 0.8, 0.03], [0.3, -0.2, 0.02]);
    const { robot, clock } = world;
    const unseen = (now: number): boolean => [0.6, 1.1, 1.6].some((from) => now >= from && now < from + 0.4);
    const shy: Robot = {
      ...robot,
      latest: () => {
        const sighting = robot.latest();
        return sighting !== null && unseen(clock.now()) ? { ...sighting, age: 0.4 } : sighting;
      },
    };
    const { outcome } = await during(clock, runPrimitive(shy, clock, "return-to-start"));
    await robot.close();
    expect(outcome).toBe("finished");
    expect(world.events.filter(({ kind }) => kind === "holding").length).toBeGreaterThanOrEqual(3);
    expect(Array.from(world.environment.log.at(-1)!)).toEqual(
      [...START.position, START.yaw, START.width].map((v) => expect.closeTo(v, 3)),
    );
  });

  it("are for arms", () => {
    const robot = { contract: { ...pandaContract("lift", tableGoals([]), null), control: "base-twist" } };
    expect(() => runPrimitive(robot as never, simulatedClock(), "put-down")).toThrow(/tool poses/);
  });
});
