/**
 * The deployed loop: a learned policy lifts one cube after another of a twin in another process, over its WebSocket,
 * at 20 Hz for a minute; between two lifts the cube is put down and the arm returns. What counts are ticks that were
 * missed and how long it takes from the first command after a rest to the first measured motion. Real time: on a
 * machine that does other work these are figures of that work too; a timer that does nothing, in a third process, says
 * how much of it is the machine's. Not here: how often the policy succeeds.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { holds, realClock } from "../core/index.js";
import {
  connectRobot,
  connectRosFromNode,
  deploy,
  drivenRobot,
  type LoopResult,
  runPrimitive,
  whenUp,
} from "../robot/index.node.js";
import { drawLayout } from "../sim/index.js";
import { ROOT } from "./peers/peer.js";
import { type Bench, compare, median } from "./result.js";
import { trainedPolicy } from "./trained-policy.js";

const SEED = 210_400;
const SECONDS = 60;

export const bench: Bench = {
  name: "deployed-loop",
  title: "The deployed loop over the twin, 20 Hz",
  async run(log) {
    log("a policy for lift: recorded and trained when there is none yet");
    const policy = await trainedPolicy("lift");
    const clock = realClock();
    const built = (file: string) => join(ROOT, "dist", "bench", file);
    const twin = fork(built("twin-process.js"), [String(SEED)]);
    const timer = fork(built("bare-timer.js"));
    try {
      const { url } = await hear<{ url: string }>(twin);
      const client = connectRosFromNode(url);
      await whenUp(client, clock, 5);
      const robot = await connectRobot(drivenRobot("panda"), { client, clock, real: null, holder: "bench" });
      const loops: LoopResult[] = [];
      let lifted = 0;
      const cubes = drawLayout(SEED).cubes.filter(({ bin }) => bin === null);
      log(`${SECONDS} s of lifting, putting down and returning`);
      const end = clock.now() + SECONDS;
      for (let turn = 0; clock.now() < end; turn++) {
        const target = cubes[turn % cubes.length]!.id;
        robot.bind({ target });
        const result = await deploy(robot, policy, clock, {
          seed: SEED + turn,
          timeout: 8,
          until: (facts) => holds({ predicate: "lifted", object: target }, facts),
          settle: 10,
        });
        if (result.outcome === "reached") lifted++;
        loops.push(
          result,
          await runPrimitive(robot, clock, "put-down"),
          await runPrimitive(robot, clock, "return-to-start"),
        );
      }
      twin.send("health");
      const { lost } = await hear<{ lost: number }>(twin);
      timer.send("how late");
      const bare = await hear<{ missed: number; late: number }>(timer);
      await robot.close();
      await client.close();
      const ticks = loops.reduce((sum, loop) => sum + loop.ticks, 0);
      const missed = loops.reduce((sum, loop) => sum + loop.missed, 0);
      const latencies = loops.flatMap((loop) => loop.latencies);
      const worst = (values: readonly number[]) => Math.max(...values);
      const alone = { peer: null, better: "lower" } as const;
      return {
        name: this.name,
        title: this.title,
        rows: [
          compare({
            ...alone,
            what: "ticks missed",
            unit: `of ${ticks}`,
            ours: missed,
            atLeast: 0,
            aim: 0,
            note: `the latest tick came ${(1000 * worst(loops.map(({ late }) => late))).toFixed(1)} ms late; a bare 20 Hz timer beside it missed ${bare.missed}, its latest ${bare.late.toFixed(1)} ms late`,
          }),
          compare({
            ...alone,
            what: "command to motion, median",
            unit: "ms",
            ours: 1000 * median(latencies),
            atLeast: 100,
            aim: 50,
            note: `of ${latencies.length} starts from rest, at most ${(1000 * worst(latencies)).toFixed(0)} ms`,
          }),
        ],
        notes: [
          `${lifted} of ${loops.length / 3} lifts reached their end; the oldest observation acted on was ${(1000 * worst(loops.map(({ maxAge }) => maxAge.observation))).toFixed(0)} ms old; the longest inference took ${(1000 * worst(loops.map(({ planning }) => planning))).toFixed(1)} ms.`,
          `The twin lost ${lost.toFixed(2)} s of simulated time to a busy machine.`,
        ],
        skipped: null,
      };
    } finally {
      twin.disconnect();
      timer.disconnect();
      await policy.free();
    }
  },
};

/** The next message of a process. */
const hear = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as T));
    child.once("exit", (code) => reject(new Error(`a process of the benchmark ended with ${code}`)));
  });
