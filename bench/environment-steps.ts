/**
 * Environment steps a second beside MuJoCo's WebAssembly build: one process, one core, alternating episodes of the
 * same motion (an arm with a gripper grasps one of five cubes and lifts it), 20 Hz control, the observation read after
 * each step. Both at 240 Hz of physics, with nothing asleep and with resting things asleep on both sides, with the
 * fingers that each has and with the same fingers; and ours at 120 Hz, where the cube must still hold through a shake. Not
 * a test of MuJoCo's best case: no parallel environments, no native build.
 */
import type { Fingers } from "./fingers.js";
import { openHouse } from "./house-simulator.js";
import { openMujoco } from "./peers/mujoco.js";
import { type Bench, type BenchRow, compare, median } from "./result.js";
import { EPISODE_STEPS, type Episode, type Simulator } from "./tabletop-motion.js";

/** V8 tiers WebAssembly up during the first seconds. */
const WARM_UP = 10;
const ROUNDS = 31;
const RATE = 240;

/** Ours beside theirs at the same rate: boxes a finger of each, and whether resting things may sleep on both sides. */
const PAIRS: readonly { readonly ours: Fingers; readonly theirs: Fingers; readonly sleep: boolean }[] = (
  [
    ["five", "one"],
    ["one", "one"],
    ["five", "five"],
  ] as const
).flatMap(([ours, theirs]) => [false, true].map((sleep) => ({ ours, theirs, sleep })));

export const bench: Bench = {
  name: "environment-steps",
  title: "Environment steps per second beside MuJoCo (WebAssembly)",
  async run(log) {
    const opened = new Map<string, Simulator>();
    /** once for each setting, however many pairs have it */
    const once = async (key: string, open: () => Promise<Simulator>): Promise<Simulator> => {
      const found = opened.get(key) ?? (await open());
      opened.set(key, found);
      return found;
    };
    const pairs = [];
    for (const { ours, theirs, sleep } of PAIRS)
      pairs.push({
        pair: { ours, theirs, sleep },
        house: await once(`house ${ours} ${sleep}`, () => openHouse({ rate: RATE, sleep, fingers: ours })),
        mujoco: await once(`mujoco ${theirs} ${sleep}`, () =>
          openMujoco({ rate: RATE, sleep, fingers: theirs }),
        ),
      });
    const fast = await openHouse({ rate: 120 });
    const simulators = [...opened.values(), fast];
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
    const perCpu = (each: Simulator, beside: Simulator) =>
      `by processor time ${(cpu(each) / cpu(beside)).toFixed(2)}`;
    const rows = pairs.map(({ pair: { ours, theirs, sleep }, house, mujoco }): BenchRow => {
      const shapes =
        ours === theirs
          ? `${ours === "one" ? "one box" : "five boxes"} a finger on both sides`
          : "each with its own fingers";
      return compare({
        what: `both at ${RATE} Hz, ${shapes}${sleep ? ", resting things may sleep on both sides" : ""}`,
        unit: "env steps/s",
        ours: wall(house),
        peer: { name: `${mujoco.name}, ${RATE} Hz${sleep ? ", sleep enabled" : ""}`, value: wall(mujoco) },
        better: "higher",
        atLeast: 1,
        aim: 1.5,
        note: perCpu(house, mujoco),
      });
    });
    const { mujoco: peer } = pairs[0]!;
    const { slip, held } = fast.hold();
    return {
      name: this.name,
      title: this.title,
      rows: [
        ...rows,
        compare({
          what: "ours at 120 Hz",
          unit: "env steps/s",
          ours: wall(fast),
          peer: { name: `${peer.name}, ${RATE} Hz`, value: wall(peer) },
          better: "higher",
          // A faster step counts only while the grasp is as good.
          atLeast: held ? 1.5 : Number.POSITIVE_INFINITY,
          aim: 2.5,
          note: `${perCpu(fast, peer)}; after 10 s of shaking the cube ${held ? "is held" : "is lost"}, slip ${(slip * 1000).toFixed(2)} mm`,
        }),
      ],
      notes: [
        "Arm, gripper, five cubes of 4 cm and 0.1 kg, friction 0.8; 160 steps an episode; nothing asleep unless said; the cube is lifted in every episode.",
        "Fingers: of its own ours has five rounded boxes each, MuJoCo's scene one box; the same boxes on both sides are sharp in MuJoCo, rounded by 1 mm in ours.",
        `Medians of ${ROUNDS} alternating episodes after ${WARM_UP} to warm up.`,
      ],
      skipped: null,
    };
  },
};
