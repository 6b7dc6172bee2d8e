/**
 * Environment steps a second beside MuJoCo's WebAssembly build: one process, one core, alternating episodes of the
 * same motion (an arm with a gripper grasps one of five cubes and lifts it), 20 Hz control, the observation read after
 * each step. Both at 240 Hz of physics, with nothing asleep and with resting things asleep on both sides; and ours at
 * 120 Hz, where the cube must still hold through a shake. Not a test of MuJoCo's best case: no parallel environments, no
 * native build.
 */
import { openHouse } from "./house-simulator.js";
import { openMujoco } from "./peers/mujoco.js";
import { type Bench, compare, median } from "./result.js";
import { EPISODE_STEPS, type Episode, type Simulator } from "./tabletop-motion.js";

/** V8 tiers WebAssembly up during the first seconds. */
const WARM_UP = 10;
const ROUNDS = 31;

export const bench: Bench = {
  name: "environment-steps",
  title: "Environment steps per second beside MuJoCo (WebAssembly)",
  async run(log) {
    const peer = await openMujoco({ rate: 240 });
    const ours = await openHouse({ rate: 240 });
    const fast = await openHouse({ rate: 120 });
    const asleep = [
      await openMujoco({ rate: 240, sleep: true }),
      await openHouse({ rate: 240, sleep: true }),
    ] as const;
    const simulators = [peer, ours, fast, ...asleep];
    const episodes = new Map<Simulator, Episode[]>(simulators.map((each) => [each, []]));
    log(`${WARM_UP} episodes of ${simulators.length} simulators to warm up, then ${ROUNDS} in turn`);
    for (let round = -WARM_UP; round < ROUNDS; round++)
      for (let turn = 0; turn < simulators.length; turn++) {
        const simulator = simulators[(turn + round + WARM_UP) % simulators.length]!;
        const episode = simulator.episode();
        if (!(episode.lifted > 0.15))
          throw new Error(
            `${simulator.name} at ${simulator.rate} Hz did not lift the cube: ${episode.lifted} m`,
          );
        if (round >= 0) episodes.get(simulator)!.push(episode);
      }
    for (const each of simulators) each.close();
    const rate = (each: Simulator, seconds: (episode: Episode) => number) =>
      EPISODE_STEPS / median(episodes.get(each)!.map(seconds));
    const wall = (each: Simulator) => rate(each, (episode) => episode.seconds);
    const cpu = (each: Simulator) => rate(each, (episode) => episode.cpuSeconds);
    const { slip, held } = fast.hold();
    const perCpu = (each: Simulator, beside = peer) =>
      `by processor time ${(cpu(each) / cpu(beside)).toFixed(2)}`;
    const against = { name: `${peer.name}, 240 Hz`, value: wall(peer) };
    return {
      name: this.name,
      title: this.title,
      rows: [
        compare({
          what: "both at 240 Hz",
          unit: "env steps/s",
          ours: wall(ours),
          peer: against,
          better: "higher",
          atLeast: 0.9,
          aim: 1.3,
          note: perCpu(ours),
        }),
        compare({
          what: "both at 240 Hz, resting things may sleep on both sides",
          unit: "env steps/s",
          ours: wall(asleep[1]),
          peer: { name: `${peer.name}, 240 Hz, sleep enabled`, value: wall(asleep[0]) },
          better: "higher",
          atLeast: 0.9,
          aim: 1.3,
          note: perCpu(asleep[1], asleep[0]),
        }),
        compare({
          what: "ours at 120 Hz",
          unit: "env steps/s",
          ours: wall(fast),
          peer: against,
          better: "higher",
          // A faster step counts only while the grasp is as good.
          atLeast: held ? 1.5 : Number.POSITIVE_INFINITY,
          aim: 2.5,
          note: `${perCpu(fast)}; after 10 s of shaking the cube ${held ? "is held" : "is lost"}, slip ${(slip * 1000).toFixed(2)} mm`,
        }),
      ],
      notes: [
        "Arm, gripper, five cubes of 4 cm and 0.1 kg, friction 0.8; 160 steps an episode; nothing asleep unless said; the cube is lifted in every episode.",
        "Finger shapes: ours five rounded boxes a finger, MuJoCo one box a finger.",
        `Medians of ${ROUNDS} alternating episodes after ${WARM_UP} to warm up.`,
      ],
      skipped: null,
    };
  },
};
