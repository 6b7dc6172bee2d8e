/**
 * The motion both simulators make in `environment-steps`: an arm reaches over a cube, grasps it, lifts it by 0.2 m,
 * holds, puts it back. Joint set-points at 20 Hz, as plain data. Panda joints, radians; seconds; metres.
 */

/** hertz of set-points and observations */
export const CONTROL_RATE = 20;
/** control periods of an episode: 8 s */
export const EPISODE_STEPS = 160;
/** a period at which the cube must hang in the air */
export const LIFTED_STEP = 105;
/** where the five cubes lie: centres on the table, m; the first one is grasped */
export const CUBES: readonly (readonly [number, number])[] = [
  [0.5, 0],
  [0.35, -0.1],
  [0.35, -0.04],
  [0.35, 0.02],
  [0.35, 0.08],
];
/** N of each finger on the cube */
export const SQUEEZE = 30;

/** Tool 13 cm over the first cube, at it, and 20 cm above that; pointing down. */
export const WAYPOINTS = {
  above: [-0.000081, 0.174338, 0.000079, -2.399895, -0.000026, 2.574233, 0.785416],
  grasp: [-0.000062, 0.487503, 0.000049, -2.357606, -0.000079, 2.845109, 0.785456],
  lift: [-0.000105, 0.00859, 0.000105, -2.361879, -0.000001, 2.370469, 0.785399],
} as const;

type Waypoint = keyof typeof WAYPOINTS;

/** [end in s, way point reached then, opening of one finger in m] */
const MOTION: readonly (readonly [number, Waypoint, number])[] = [
  [0.5, "above", 0.04],
  [1.5, "grasp", 0.04],
  [2, "grasp", 0.04],
  [3, "grasp", 0],
  [4.5, "lift", 0],
  [5.5, "lift", 0],
  [6.5, "grasp", 0],
  [7, "grasp", 0.04],
  [8, "above", 0.04],
];

export interface SetPoint {
  /** [7] rad, and rad/s there */
  readonly q: Float64Array;
  readonly qd: Float64Array;
  /** opening of one finger, m */
  readonly grip: number;
}

const smooth = (u: number): number => u ** 3 * (u * (6 * u - 15) + 10);
const slope = (u: number): number => 30 * u ** 2 * (1 - u) ** 2;

/** [EPISODE_STEPS + 1]: entry k is reached at the beginning of period k. */
export const setPoints: readonly SetPoint[] = Array.from({ length: EPISODE_STEPS + 1 }, (_, k) => {
  const time = k / CONTROL_RATE;
  const index = MOTION.findIndex(([end]) => time <= end + 1e-9);
  const [end, to, grip] = MOTION[index]!;
  const [start, from] = index === 0 ? [0, "above" as const] : MOTION[index - 1]!;
  const u = Math.min(1, (time - start) / (end - start));
  const delta = WAYPOINTS[to].map((goal, joint) => goal - WAYPOINTS[from][joint]!);
  return {
    q: Float64Array.from(delta, (d, joint) => WAYPOINTS[from][joint]! + d * smooth(u)),
    qd: Float64Array.from(delta, (d) => (d * slope(u)) / (end - start)),
    grip,
  };
});

/** One run of the motion. */
export interface Episode {
  /** wall clock, and processor time of this process */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** height of the first cube's centre at `LIFTED_STEP`, m */
  readonly lifted: number;
}

/** A simulator that makes the motion. */
export interface Simulator {
  readonly name: string;
  /** hertz of physics steps */
  readonly rate: number;
  episode(): Episode;
  close(): void;
}

/** Runs and times the 160 steps of an episode; `step` returns the height of the first cube. */
export function timeEpisode(step: (k: number) => number): Episode {
  let lifted = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let k = 0; k < EPISODE_STEPS; k++) {
    const height = step(k);
    if (k === LIFTED_STEP) lifted = height;
  }
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1e6, lifted };
}
