/**
 * The same policies over the twin: driver, messages, controllers, physics, a detector with its noise and age, 4 ms
 * each way, in simulated time without a socket (what a socket adds is in `deployed-loop`). Success is judged by the
 * simulation behind the twin, not by what the driver saw; beside it the rate in simulation on the same seeds.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rollOutPolicy } from "../cli/pipeline.js";
import { runName } from "../cli/robots/arm.js";
import { doneWhen } from "../cli/robots/done.js";
import { createPool } from "../cli/simulation/pool.js";
import {
  armRobotByName,
  type Environment,
  formatRate,
  type GoalBinding,
  holds,
  planarDistance,
  refuse,
  silent,
  simulatedClock,
  wilson,
} from "../core/index.js";
import { type LoadedPolicy, seedsFor } from "../policy/index.node.js";
import {
  clientOfBroker,
  connectRobot,
  deploy,
  drivenRobot,
  KNOWN_TYPES,
  openBroker,
  openTwinRobots,
  type TwinRobots,
} from "../robot/index.node.js";
import { taskByName } from "../sim/index.js";
import { type Bench, type BenchRow, compare } from "./result.js";
import { POLICIES, type TrainedTask, trainedPolicy } from "./trained-policy.js";

const TRIED: readonly { readonly task: TrainedTask; readonly robot?: string }[] = [
  { task: "lift" },
  { task: "pick-place" },
  { task: "navigate" },
  { task: "lift", robot: "ur5e" },
  { task: "lift", robot: "so101" },
  { task: "climb" },
  { task: "box-move" },
];
const EPISODES = 200;
const DELAY = 0.004;

/** Success over the twin beside simulation. */
export const bench: Bench = {
  name: "twin-success",
  title: "The same policies over the twin, test seeds 1000000 to 1000199, one training seed",
  async run(log, options) {
    const at = options.indexOf("--only");
    const names = TRIED.map(({ task, robot }) => runName(task, robot));
    const asked = at < 0 ? names : (options[at + 1] ?? "").split(",");
    for (const name of asked)
      if (!names.includes(name)) refuse("bench twin-success", `--only takes ${names.join(", ")}`, name);
    const pool = createPool(2);
    const job = { pool, signal: new AbortController().signal, onProgress: silent };
    const rows: BenchRow[] = [];
    try {
      for (const { task, robot } of TRIED) {
        const name = runName(task, robot);
        if (!asked.includes(name)) continue;
        const policy = await trainedPolicy(task, robot);
        const model = readFileSync(join(POLICIES, name, "policy.onnx"));
        const seeds = seedsFor("test", EPISODES);
        const simulated = await rollOutPolicy(
          { task, model, seeds, asRobot: true },
          robot === undefined ? job : { ...job, robot },
        );
        const environment = await taskByName(task).create(
          robot === undefined ? {} : { robot: armRobotByName(robot) },
        );
        let successes = 0;
        for (const seed of seeds) {
          environment.reset(seed);
          if (await overTwin(policy, environment, seed)) successes += 1;
        }
        environment.free();
        await policy.free();
        const twin = wilson(successes, EPISODES);
        const { rate } = simulated.evaluation;
        log(`${name}: twin ${formatRate(twin)}, simulation ${formatRate(rate)}`);
        rows.push(
          compare({
            what: `${name}: points below simulation`,
            unit: "points",
            ours: 100 * (rate.rate - twin.rate),
            peer: null,
            better: "lower",
            atLeast: 3,
            aim: 1,
            note: `twin ${formatRate(twin)}; simulation ${formatRate(rate)}, through the same loop and safety layer`,
          }),
        );
      }
    } finally {
      await pool.close();
    }
    return { name: this.name, title: this.title, rows, notes: [], skipped: null };
  },
};

/** One episode on a twin of that seed; whether the world behind it ended as it should. */
async function overTwin(policy: LoadedPolicy, environment: Environment, seed: number): Promise<boolean> {
  const { card, contract } = environment;
  const goal = environment.goal();
  const clock = simulatedClock();
  const graph = openBroker(KNOWN_TYPES, clock, (fault) =>
    refuse("twin", "must not be given bad frames", fault),
  );
  const driven = drivenRobot(contract.robot);
  const twin = await openTwinRobots(graph, {
    robots: [driven],
    seed,
    clock,
    timeOfDay: 1_700_000_000,
  });
  const client = clientOfBroker(graph, clock, DELAY);
  let touched = false;
  const run = async (): Promise<boolean> => {
    const robot = await connectRobot(driven, { client, clock, real: null, holder: "bench" });
    try {
      robot.bind(goal);
      const done = doneWhen(card.name, goal);
      const { outcome } = await deploy(robot, policy, clock, {
        seed,
        timeout: card.horizon,
        until: (facts) => touched || (done?.until(facts) ?? endedWell(twin, goal)),
        settle: driven.kind === "base" ? 5 : 10,
      });
      return outcome === "reached" && !touched && endedWell(twin, goal);
    } finally {
      await robot.close();
    }
  };
  let running = true;
  const result = run().finally(() => {
    running = false;
  });
  result.catch(() => {});
  while (running) {
    await clock.advance(1 / 120);
    touched ||= (twin.base ?? twin.mobile)?.inContact() ?? false;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await client.close();
  const closing = twin.close();
  await clock.advance(0.1);
  await closing;
  return result;
}

/** By the exact state of the simulation behind the twin. */
function endedWell(twin: TwinRobots, goal: GoalBinding): boolean {
  if (twin.base !== null) {
    const place = twin.base.scene().objects.find((object) => object.id === goal.place)!;
    return planarDistance(twin.base.pose().position, place.pose.position) < 0.25;
  }
  if (twin.mobile !== null) {
    const [target, place] = [goal.target!, goal.place!];
    const { mobile } = twin;
    return mobile.touching(target, place) && mobile.fingersOn(target) === 0 && mobile.speedOf(target) < 0.02;
  }
  const arm = twin.arm!;
  const facts = {
    scene: arm.scene(),
    tool: { pose: arm.toolPose(), gripperWidth: arm.gripperWidth() },
    base: null,
  };
  return goal.place === undefined
    ? holds({ predicate: "lifted", object: goal.target! }, facts)
    : holds({ predicate: "in", object: goal.target!, place: goal.place }, facts);
}
