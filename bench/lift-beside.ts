/**
 * Environment steps a second of our `lift` beside a Python simulator's task of the same kind: 20 Hz control, state
 * observations, no cameras, each driven by a script of its own that grasps and lifts; the scripts' time and resets are
 * not counted. Alternating episodes on one core. Simulators with different scenes: ours has four cubes and two bins.
 */
import { taskByName } from "../sim/index.js";
import { makePeer, openWorker } from "./peers/peer.js";
import { type Bench, compare, median } from "./result.js";

interface Answer {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly lifted: boolean;
  readonly version: string;
}

const STEPS = 100;
/** robosuite compiles parts of itself in its first episode, V8 in its first seconds */
const WARM_UP = 3;
const ROUNDS = 15;
/** of ours in each round, to warm the engine up as long */
const OURS_PER_ROUND = 5;

/** Whom we are beside. */
interface Beside {
  readonly name: string;
  readonly title: string;
  readonly peer: "robosuite" | "maniskill";
  /** of bench/peers: answers `{"steps": N}` with the time N environment steps took */
  readonly script: string;
  readonly atLeast: number;
  readonly aim: number;
  /** what it simulates */
  readonly scene: string;
}

/** The benchmark beside it. */
export const liftBeside = ({ name, title, peer, script, atLeast, aim, scene }: Beside): Bench => ({
  name,
  title,
  async run(log) {
    const { python } = await makePeer<{ python: string }>(peer);
    const worker = openWorker(python, script);
    const task = taskByName("lift");
    const environment = await task.create();
    let seed = 200_000;
    const episode = (): Omit<Answer, "version"> => {
      environment.reset(seed);
      const demonstrator = task.demonstrator(seed++, "clean");
      let [seconds, cpuMicroseconds] = [0, 0];
      for (let step = 0; step < STEPS; step++) {
        const command = demonstrator.act(environment);
        const used = process.cpuUsage();
        const start = performance.now();
        environment.step(command);
        environment.observe();
        seconds += (performance.now() - start) / 1000;
        const { user, system } = process.cpuUsage(used);
        cpuMicroseconds += user + system;
      }
      return {
        seconds,
        cpuSeconds: cpuMicroseconds / 1e6,
        lifted: environment.outcome().state === "success",
      };
    };
    const theirs: Answer[] = [];
    const ours: Omit<Answer, "version">[] = [];
    log(`${WARM_UP} rounds to warm up, then ${ROUNDS} in turn`);
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const answer = await worker.ask<Answer>({ steps: STEPS });
      const mine = Array.from({ length: OURS_PER_ROUND }, episode);
      if (round < 0) continue;
      theirs.push(answer);
      ours.push(...mine);
    }
    await worker.close();
    environment.free();
    const lifted = (episodes: readonly { lifted: boolean }[]) =>
      `${episodes.filter((each) => each.lifted).length}/${episodes.length}`;
    if (!theirs.some((each) => each.lifted) || !ours.some((each) => each.lifted))
      throw new Error(`no cube was lifted: ${peer} ${lifted(theirs)}, ours ${lifted(ours)}`);
    const rate = (episodes: readonly { seconds: number }[]) =>
      STEPS / median(episodes.map((each) => each.seconds));
    const cpu = (episodes: readonly { cpuSeconds: number }[]) =>
      STEPS / median(episodes.map((each) => each.cpuSeconds));
    return {
      name,
      title,
      rows: [
        compare({
          what: "lift, observations read",
          unit: "env steps/s",
          ours: rate(ours),
          peer: { name: theirs[0]!.version, value: rate(theirs) },
          better: "higher",
          atLeast,
          aim,
          note: `by processor time ${(cpu(ours) / cpu(theirs)).toFixed(1)}`,
        }),
      ],
      notes: [
        `Lifted: ours ${lifted(ours)} episodes, ${peer} ${lifted(theirs)}, of ${STEPS} steps each.`,
        `Ours: four cubes, two bins, a detector with noise, physics at 120 Hz, resting cubes sleep. ${peer}: ${scene}.`,
      ],
      skipped: null,
    };
  },
});
