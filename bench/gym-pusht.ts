/**
 * Environment steps a second of our `push-t` beside gym-pusht's PushT: state observations, no cameras, each driven by a
 * script of its own that pushes the block about; the scripts' time and resets are not counted. Alternating episodes on
 * one core. Two simulators of different worlds: gym-pusht moves a disc and a block in a plane, 0.1 s a step; ours an arm
 * of seven joints with two fingers over a table in three dimensions, 0.05 s a step.
 */
import { objectById, type Vec3 } from "../core/index.js";
import { taskByName } from "../sim/index.js";
import { makePeer, openWorker } from "./peers/peer.js";
import { type Bench, compare, median } from "./result.js";

interface Answer {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** how far the block went: pixels theirs, m ours */
  readonly moved: number;
}

const STEPS = 200;
const WARM_UP = 3;
const ROUNDS = 15;
/** s of simulated time that a step takes */
const PERIOD = { ours: 0.05, theirs: 0.1 } as const;
/** m that a pixel of gym-pusht is in our task */
const PIXEL = 0.0008;

export const bench: Bench = {
  name: "gym-pusht",
  title: "Environment steps per second of push-t beside gym-pusht's PushT",
  async run(log) {
    const { python } = await makePeer<{ python: string }>("gym-pusht");
    const worker = openWorker(python, "pusht_steps.py");
    const task = taskByName("push-t");
    const environment = await task.create();
    let seed = 200_000;
    const place = (): Vec3 => objectById(environment.scene(), "tee")!.pose.position;
    const episode = (): Answer => {
      environment.reset(seed);
      const script = task.demonstrator(seed++, "clean");
      let [seconds, cpuMicroseconds, moved] = [0, 0, 0];
      for (let step = 0; step < STEPS; step++) {
        const command = script.act(environment);
        const before = place();
        const used = process.cpuUsage();
        const start = performance.now();
        environment.step(command);
        environment.observe();
        seconds += (performance.now() - start) / 1000;
        const { user, system } = process.cpuUsage(used);
        cpuMicroseconds += user + system;
        const after = place();
        moved += Math.hypot(after[0] - before[0], after[1] - before[1]);
      }
      return { seconds, cpuSeconds: cpuMicroseconds / 1e6, moved };
    };
    const theirs: (Answer & { readonly version: string })[] = [];
    const ours: Answer[] = [];
    log(`${WARM_UP} rounds to warm up, then ${ROUNDS} in turn`);
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const answer = await worker.ask<Answer & { version: string }>({ steps: STEPS });
      const mine = episode();
      if (round < 0) continue;
      theirs.push(answer);
      ours.push(mine);
    }
    await worker.close();
    environment.free();
    const pushed = {
      ours: median(ours.map(({ moved }) => moved)),
      theirs: PIXEL * median(theirs.map(({ moved }) => moved)),
    };
    if (pushed.ours < 0.02 || pushed.theirs < 0.02)
      throw new Error(`no block was pushed: ours ${pushed.ours} m, gym-pusht's ${pushed.theirs} m`);
    const rate = (episodes: readonly Answer[], of: "seconds" | "cpuSeconds") =>
      STEPS / median(episodes.map((each) => each[of]));
    const cpu = rate(ours, "cpuSeconds") / rate(theirs, "cpuSeconds");
    const peer = (value: number) => ({ name: theirs[0]!.version, value });
    const [mine, other] = [rate(ours, "seconds"), rate(theirs, "seconds")];
    return {
      name: this.name,
      title: this.title,
      rows: [
        compare({
          what: "push-t, observations read",
          unit: "env steps/s",
          ours: mine,
          peer: peer(other),
          better: "higher",
          atLeast: null,
          aim: null,
          note: `by processor time ${cpu.toFixed(2)}`,
        }),
        compare({
          what: "push-t, simulated time",
          unit: "s/s",
          ours: PERIOD.ours * mine,
          peer: peer(PERIOD.theirs * other),
          better: "higher",
          atLeast: null,
          aim: null,
          note: "a step of ours is half as long",
        }),
      ],
      notes: [
        `Pushed in the median episode of ${STEPS} steps: ours ${(100 * pushed.ours).toFixed(0)} cm, gym-pusht ${(100 * pushed.theirs).toFixed(0)} cm (a pixel as 0.8 mm).`,
        "Ours: an arm of seven joints, a T with friction in three dimensions, a detector with noise, physics at 120 Hz. gym-pusht: a disc and a T in a plane, without friction, physics at 100 Hz, coverage by Shapely in every step; ours is judged by polygon clipping in every step.",
      ],
      skipped: null,
    };
  },
};
