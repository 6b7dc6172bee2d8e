/**
 * A base that got stuck: a policy without memory can stand before an obstacle for ever, the more so when the scan stop
 * holds it back. When a base has not come on for a while it backs off a little, turning to a drawn side, and the policy
 * goes on from there: what Nav2 calls a recovery, through the same loop and safety. Metres, seconds, map frame. Not for
 * arms: `deploy` as it is.
 */
import {
  type Clock,
  createRandom,
  type Facts,
  type Policy,
  type Random,
  type Robot,
  type Vec3,
} from "../core/index.js";
import { type DeployOptions, deploy } from "./deploy.js";
import { type LoopResult, type Planned, runLoop } from "./loop.js";

/** A base that stays within this many metres for this many seconds is stuck. */
const STUCK = { within: 0.12, seconds: 6 };
/** The way back: m/s, rad/s, seconds. Slower than the base's limits, short enough to try again soon. */
const BACK_OFF = { linear: -0.15, angular: 0.8, seconds: 1.8 };

/** As `deploy`; a base that gets stuck backs off and goes on, until the time is over. */
export async function deployWithRecovery(
  robot: Robot,
  policy: Policy,
  clock: Clock,
  options: DeployOptions,
): Promise<LoopResult> {
  if (robot.contract.control !== "base-twist") return deploy(robot, policy, clock, options);
  const random = createRandom(options.seed).fork("recovery");
  const begin = clock.now();
  let total: LoopResult | null = null;
  for (let attempt = 0; ; attempt++) {
    const left = options.timeout - (clock.now() - begin);
    const stuck = stuckWatch(clock);
    const result = await deploy(robot, policy, clock, {
      ...options,
      seed: `${options.seed} attempt ${attempt}`,
      timeout: Math.max(0.1, left),
      unless: (facts) => options.unless?.(facts) ?? stuck.look(facts),
    });
    total = total === null ? result : joined(total, result);
    if (result.outcome !== "violated" || !stuck.found || left < STUCK.seconds) return total;
    const back = await backOff(robot, clock, random, options);
    total = joined(total, back);
    if (back.outcome !== "finished") return total;
  }
}

/** Says so once the base has not come on for too long. */
function stuckWatch(clock: Clock) {
  let origin: Vec3 | null = null;
  let since = clock.now();
  let found = false;
  return {
    get found() {
      return found;
    },
    look: ({ base }: Facts): string | null => {
      if (base === null) return null;
      const [x, y] = base.pose.position;
      if (origin === null || Math.hypot(x - origin[0], y - origin[1]) > STUCK.within) {
        origin = base.pose.position;
        since = clock.now();
      }
      found = clock.now() - since > STUCK.seconds;
      return found ? `the base has not come on for ${STUCK.seconds} s` : null;
    },
  };
}

function backOff(robot: Robot, clock: Clock, random: Random, { signal }: DeployOptions): Promise<LoopResult> {
  const rows = Math.round(BACK_OFF.seconds * robot.contract.rates.policy);
  const side = random.next() < 0.5 ? -1 : 1;
  const commands = new Float32Array(rows * 2);
  for (let row = 0; row < rows; row++) commands.set([BACK_OFF.linear, side * BACK_OFF.angular], row * 2);
  let planned = false;
  const next = async (): Promise<Planned> => {
    if (planned) return { kind: "done", detail: "backed off" };
    planned = true;
    return { kind: "plan", commands, rows, execute: rows };
  };
  return runLoop(
    robot,
    clock,
    { next },
    { timeout: BACK_OFF.seconds + 3, ...(signal === undefined ? {} : { signal }) },
  );
}

/** One account of two loops, the second one's ending. */
const joined = (a: LoopResult, b: LoopResult): LoopResult => ({
  ...b,
  seconds: a.seconds + b.seconds,
  ticks: a.ticks + b.ticks,
  missed: a.missed + b.missed,
  late: Math.max(a.late, b.late),
  planning: Math.max(a.planning, b.planning),
  latencies: [...a.latencies, ...b.latencies],
  maxAge: {
    observation: Math.max(a.maxAge.observation, b.maxAge.observation),
    scene:
      a.maxAge.scene === null || b.maxAge.scene === null
        ? (a.maxAge.scene ?? b.maxAge.scene)
        : Math.max(a.maxAge.scene, b.maxAge.scene),
  },
});
