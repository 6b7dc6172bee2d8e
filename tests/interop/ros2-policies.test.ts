/**
 * The demo's robot step over real DDS: learned policies drive the twin's arm and base in a real ROS 2 graph, through
 * each real bridge, and beside it through the twin's own for the same seeds. What happened is judged by the
 * simulation, which no policy sees. Few seeds by default; the figures of docs/results.md take
 *
 *   APPRENTICE_SEEDS=50 npm run test:interop -- ros2-policies
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { trainedPolicy } from "../../bench/trained-policy.js";
import {
  type Clock,
  type Condition,
  createRandom,
  distance,
  type GoalBinding,
  holds,
  objectById,
  type Policy,
  planarDistance,
  realClock,
  TOLERANCES,
} from "../../core/index.js";
import type { LoadedPolicy } from "../../policy/index.node.js";
import {
  connectRobot,
  connectRosFromNode,
  type DrivenRobot,
  deploy,
  drivenRobot,
  graphThrough,
  type LoopResult,
  openTwinRobots,
  socketsOf,
  startTwinServer,
  type TwinRobots,
  whenUp,
  withoutActions,
} from "../../robot/index.node.js";
import { drawLayout, drawRoom } from "../../sim/index.js";
import { makeRos2, openRos2, type Ros2 } from "./ros2-environment.js";

const made = await makeRos2();
const because = typeof made === "string" ? ` [skipped: ${made}]` : "";
const clock: Clock = realClock();
const EPISODES = Number(process.env["APPRENTICE_SEEDS"] ?? 4);
/** Of the range that only tests use. */
const SEEDS = Array.from({ length: EPISODES }, (_, index) => 1_000_000 + index);

/** A bridge that is up. */
interface Up {
  readonly url: string;
  close(): Promise<void>;
}

/** Each way, how to bring it up, and whether it carries actions. */
const WAYS: Readonly<Record<string, { readonly actions: boolean; open(ros2: Ros2): Promise<Up> }>> = {
  "the twin's own bridge": {
    actions: true,
    open: () => startTwinServer({ dialect: "rosbridge-suite-2.2", clock, port: 0 }),
  },
  "rosbridge-server-rs": {
    actions: true,
    open: async (ros2) => {
      const bridge = await ros2.rosbridgeServerRs();
      return { url: bridge.url, close: () => bridge.program.stop() };
    },
  },
  "ros2-web-bridge behind the gate": {
    actions: false,
    open: (ros2) => ros2.gatedWebBridge(),
  },
};

/** One robot of the graph behind `url`, and a client of the same bridge. */
async function meet(url: string, robot: DrivenRobot, seed: number) {
  const graph = graphThrough({ url, openSocket: socketsOf(WebSocket), clock, session: randomUUID() });
  const twin = await openTwinRobots(graph, { robots: [robot], seed, clock, timeOfDay: Date.now() / 1000 });
  const client = connectRosFromNode(url);
  await whenUp(client, clock, 5);
  return {
    twin,
    client,
    close: async () => {
      await client.close();
      await twin.close();
      await graph.close();
    },
  };
}

interface Trial {
  readonly seed: number;
  readonly success: boolean;
  readonly result: LoopResult;
}

async function pickPlace(url: string, actions: boolean, policy: Policy, seed: number): Promise<Trial> {
  const { target, place } = drawLayout(seed);
  const { twin, client, close } = await meet(url, drivenRobot("panda"), seed);
  try {
    const driven = actions ? drivenRobot("panda") : withoutActions(drivenRobot("panda"));
    const robot = await connectRobot(driven, { client, clock, real: null, holder: `test-${seed}` });
    const result = await carryOut(robot, policy, { target, place }, seed, {
      predicate: "in",
      object: target,
      place,
    });
    const success = liesIn(twin, target, place);
    await robot.close();
    return { seed, success, result };
  } finally {
    await close();
  }
}

async function navigate(url: string, policy: Policy, seed: number): Promise<Trial> {
  const { goal: place } = drawRoom(createRandom(seed).fork("room"));
  const { twin, client, close } = await meet(url, drivenRobot("diff-drive"), seed);
  try {
    const driven = drivenRobot("diff-drive");
    const robot = await connectRobot(driven, { client, clock, real: null, holder: `test-${seed}` });
    const result = await carryOut(robot, policy, { place }, seed, { predicate: "at", place });
    const truth = objectById(twin.base!.scene(), place)!;
    const away = planarDistance(twin.base!.pose().position, truth.pose.position);
    await robot.close();
    return { seed, success: away < TOLERANCES.at + 0.02, result };
  } finally {
    await close();
  }
}

async function carryOut(
  robot: Awaited<ReturnType<typeof connectRobot>>,
  policy: Policy,
  goal: GoalBinding,
  seed: number,
  done: Condition,
): Promise<LoopResult> {
  robot.bind(goal);
  return deploy(robot, policy, clock, {
    seed,
    timeout: robot.contract.control === "base-twist" ? 45 : 15,
    until: (facts) => holds(done, facts),
    settle: 10,
  });
}

/** By the simulation: inside the bin's walls, low, and out of the hand. */
function liesIn(twin: TwinRobots, target: string, place: string): boolean {
  const { objects } = twin.arm!.scene();
  const [cube, bin] = [target, place].map((id) => objects.find((object) => object.id === id)!);
  const [dx, dy, height] = cube!.pose.position.map((value, i) => value - bin!.pose.position[i]!);
  return (
    Math.abs(dx!) < bin!.size[0] / 2 &&
    Math.abs(dy!) < bin!.size[1] / 2 &&
    height! < bin!.size[2] + 0.02 &&
    distance(twin.arm!.toolPose().position, cube!.pose.position) > 0.03
  );
}

function tell(way: string, task: string, trials: readonly Trial[]): void {
  const successes = trials.filter((trial) => trial.success).length;
  const results = trials.map((trial) => trial.result);
  const missed = results.reduce((sum, { missed }) => sum + missed, 0);
  const ticks = results.reduce((sum, { ticks }) => sum + ticks, 0);
  const latencies = results.flatMap((result) => result.latencies).sort((a, b) => a - b);
  const age = Math.max(...results.map((result) => result.maxAge.observation));
  const failures = trials
    .filter((trial) => !trial.success)
    .map(({ seed, result }) => `${seed} ${result.outcome} (${result.detail})`);
  console.info(
    `${task} through ${way}: ${successes} of ${trials.length}; ${missed} of ${ticks} ticks missed; ` +
      `command to motion, median ${(1000 * (latencies[latencies.length >> 1] ?? Number.NaN)).toFixed(0)} ms; ` +
      `oldest observation ${(1000 * age).toFixed(0)} ms${failures.length > 0 ? `; failed: ${failures.join("; ")}` : ""}`,
  );
}

describe.skipIf(typeof made === "string")(`policies in a real ROS 2 graph${because}`, () => {
  const policies = new Map<string, LoadedPolicy>();
  beforeAll(async () => {
    for (const task of ["pick-place", "navigate"] as const) policies.set(task, await trainedPolicy(task));
  }, 900_000);
  afterAll(async () => {
    for (const policy of policies.values()) await policy.free();
  });

  describe.each(Object.keys(WAYS))("through %s", (way) => {
    let ros2: Ros2;
    let up: Up;
    beforeAll(async () => {
      if (typeof made === "string") return;
      ros2 = openRos2(made, 46 + Object.keys(WAYS).indexOf(way));
      up = await WAYS[way]!.open(ros2);
    });
    afterAll(async () => {
      await up?.close();
      await ros2?.close();
    });
    const limit = 60_000 + EPISODES * 60_000;

    it("the arm puts the named cube into the named bin", { timeout: limit }, async () => {
      const trials: Trial[] = [];
      for (const seed of SEEDS)
        trials.push(await pickPlace(up.url, WAYS[way]!.actions, policies.get("pick-place")!, seed));
      tell(way, "pick-place", trials);
      // Within ten points of what the policy reaches in simulation, give or take one episode of few.
      const successes = trials.filter((trial) => trial.success).length;
      expect(successes).toBeGreaterThanOrEqual(Math.floor(0.86 * EPISODES) - (EPISODES < 20 ? 1 : 0));
    });

    it("the base drives to the named place", { timeout: limit }, async () => {
      const trials: Trial[] = [];
      for (const seed of SEEDS.slice(0, Math.max(2, EPISODES >> 1)))
        trials.push(await navigate(up.url, policies.get("navigate")!, seed));
      tell(way, "navigate", trials);
      const successes = trials.filter((trial) => trial.success).length;
      expect(successes).toBeGreaterThanOrEqual(trials.length - 1);
    });
  });
});
