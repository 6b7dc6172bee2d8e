/**
 * Two analytic worlds that need no physics, as whole `Environment`s: a hand that must go to a cube and close, and a
 * base that must drive to a place and stand. Small enough to learn in seconds, and with what matters for learning:
 * lag, a gripper to be closed at the right moment, headings, goals by slot. Demonstrators of their own, with noise.
 */
import {
  type Contract,
  createRandom,
  type Demonstrator,
  diffDriveContract,
  type Environment,
  fromAxisAngle,
  type Observation,
  type Outcome,
  pandaContract,
  type Random,
  type Scene,
  type TaskCard,
  tableGoals,
  toolDown,
  wrapAngle,
} from "../../core/index.js";
import { buildEpisode, type Episode } from "../../datasets/index.js";

export interface World {
  readonly environment: Environment;
  demonstrator(seed: number): Demonstrator;
}

/** What differs between the two worlds; `S` is plain numbers. */
interface Rules {
  readonly contract: Contract;
  readonly card: TaskCard;
  begin(random: Random): number[];
  initialCommand(state: readonly number[]): number[];
  step(state: number[], command: ArrayLike<number>): void;
  observe(state: readonly number[]): Record<string, readonly number[]>;
  met(state: readonly number[]): boolean;
}

function environmentOf(rules: Rules): Environment {
  const { contract, card } = rules;
  let state: number[] = [];
  let command: number[] = [];
  let [steps, held] = [0, 0];
  const period = 1 / contract.rates.policy;
  const pack = () => new TextEncoder().encode(JSON.stringify({ state, command, steps, held }));
  const environment: Environment = {
    contract,
    card,
    reset: (seed) => {
      state = rules.begin(createRandom(seed).fork("layout"));
      command = rules.initialCommand(state);
      [steps, held] = [0, 0];
    },
    observe: (): Observation => ({
      time: environment.time(),
      values: Object.fromEntries(
        Object.entries(rules.observe(state)).map(([name, numbers]) => [name, Float32Array.from(numbers)]),
      ),
    }),
    scene: (): Scene => ({ frame: "world", time: 0, source: "simulator", privileged: true, objects: [] }),
    goal: () => ({ target: "cube" }),
    bind: () => {},
    command: () => Float64Array.from(command),
    step: (next) => {
      command = Array.from(next);
      rules.step(state, command);
      steps += 1;
      held = rules.met(state) ? held + 1 : 0;
    },
    time: () => steps * period,
    outcome: (): Outcome =>
      held >= 3
        ? { state: "success" }
        : environment.time() >= card.horizon
          ? { state: "failure", kind: "timed-out" }
          : { state: "running" },
    snapshot: pack,
    restore: (snapshot) => {
      ({ state, command, steps, held } = JSON.parse(new TextDecoder().decode(snapshot)));
    },
    hash: () => JSON.stringify(state),
    free: () => {},
  };
  environment.reset(0);
  return environment;
}

const card = (name: string, robot: string, horizon: number): TaskCard => ({
  name,
  robot,
  summary: "an analytic world of the tests",
  horizon,
  sentences: { en: [], zh: [] },
  reset: "see tests/policy/worlds.ts",
});

const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));
const at = (list: ArrayLike<number>, i: number): number => list[i]!;

/** Hand: x y z yaw width, then the cube's x y z yaw. Success: closed around the cube, aligned with it. */
export function handWorld(): World {
  const joints = Array<number>(7).fill(0);
  const period = 1 / 20;
  const environment = environmentOf({
    contract: pandaContract("reach", tableGoals(["target"]), null),
    card: card("reach", "panda", 6),
    begin: (random) => [
      0.5 + random.uniform(-0.05, 0.05),
      random.uniform(-0.05, 0.05),
      0.25,
      random.uniform(-0.2, 0.2),
      0.08,
      0.5 + random.uniform(-0.1, 0.1),
      random.uniform(-0.1, 0.1),
      0.02,
      random.uniform(-Math.PI, Math.PI),
    ],
    initialCommand: (state) => state.slice(0, 5),
    step: (state, command) => {
      // The hand follows its command with a lag of 50 ms, fingers at 0.2 m/s.
      for (let i = 0; i < 4; i++) state[i] = at(state, i) + 0.63 * (command[i]! - at(state, i));
      state[4] = at(state, 4) + clamp(command[4]! - at(state, 4), -0.2 * period, 0.2 * period);
    },
    observe: (state) => ({
      "observation.ee.position": state.slice(0, 3),
      "observation.ee.orientation": toolDown(at(state, 3)),
      "observation.gripper.width": [at(state, 4)],
      "observation.joints.position": joints,
      "observation.joints.velocity": joints,
      "goal.target.position": state.slice(5, 8),
      "goal.target.orientation": fromAxisAngle([0, 0, 1], at(state, 8)),
    }),
    met: (state) => {
      const gap = Math.hypot(...[0, 1, 2].map((i) => at(state, i) - at(state, 5 + i)));
      const quarter = Math.PI / 2;
      const turn = at(state, 3) - at(state, 8);
      const misaligned = Math.abs(turn - quarter * Math.round(turn / quarter));
      return gap < 0.012 && misaligned < 0.15 && at(state, 4) < 0.05;
    },
  });
  return {
    environment,
    demonstrator: (seed) => {
      const random = createRandom(seed).fork("person");
      const speed = random.uniform(0.1, 0.2);
      const tremble = [0, 0, 0];
      let closing = false;
      return {
        act: (world) => {
          const { values } = world.observe();
          const cube = values["goal.target.position"]!;
          const [, , z, w] = values["goal.target.orientation"]!;
          const command = world.command();
          const yaw = 2 * Math.atan2(z!, w!);
          const quarter = Math.PI / 2;
          const wanted = yaw + quarter * Math.round((command[3]! - yaw) / quarter);
          const offset = [0, 1, 2].map((i) => {
            tremble[i] = 0.8 * tremble[i]! + 0.002 * random.normal();
            return cube[i]! + (closing ? 0 : tremble[i]!) - command[i]!;
          });
          const gap = Math.hypot(...offset);
          const share = Math.min(1, (speed * period) / Math.max(gap, 1e-9));
          offset.forEach((d, i) => {
            command[i] = command[i]! + share * d;
          });
          command[3] = command[3]! + clamp(wanted - command[3]!, -0.08, 0.08);
          closing ||= gap < 0.005 && Math.abs(wanted - command[3]!) < 0.03;
          command[4] = closing ? 0.02 : 0.08;
          return command;
        },
      };
    },
  };
}

/** Base: x y heading v w, then the place's x y. Success: standing within 0.25 m of it. Walls 5 m away. */
export function baseWorld(): World {
  const beams = 36;
  const period = 1 / 10;
  const environment = environmentOf({
    contract: diffDriveContract("drive", null),
    card: card("drive", "diff-drive", 30),
    begin: (random) => [
      random.uniform(-2, 2),
      random.uniform(-2, 2),
      random.uniform(-Math.PI, Math.PI),
      0,
      0,
      random.uniform(-2, 2),
      random.uniform(-2, 2),
    ],
    initialCommand: () => [0, 0],
    step: (state, command) => {
      state[3] = at(state, 3) + clamp(clamp(command[0]!, -0.2, 0.5) - at(state, 3), -0.1, 0.1);
      state[4] = at(state, 4) + clamp(clamp(command[1]!, -1.5, 1.5) - at(state, 4), -0.4, 0.4);
      state[2] = wrapAngle(at(state, 2) + at(state, 4) * period);
      state[0] = at(state, 0) + at(state, 3) * Math.cos(at(state, 2)) * period;
      state[1] = at(state, 1) + at(state, 3) * Math.sin(at(state, 2)) * period;
    },
    observe: (state) => ({
      "observation.base.position": [at(state, 0), at(state, 1), 0],
      "observation.base.orientation": fromAxisAngle([0, 0, 1], at(state, 2)),
      "observation.base.twist": [at(state, 3), at(state, 4)],
      "observation.scan": Array.from({ length: beams }, (_, i) => {
        const angle = at(state, 2) + (2 * Math.PI * i) / beams;
        const reach = (direction: number, from: number) =>
          direction === 0 ? 3.5 : (5 * Math.sign(direction) - from) / direction;
        return Math.min(3.5, reach(Math.cos(angle), at(state, 0)), reach(Math.sin(angle), at(state, 1)));
      }),
      "goal.place.position": [at(state, 5), at(state, 6), 0],
    }),
    met: (state) =>
      Math.hypot(at(state, 0) - at(state, 5), at(state, 1) - at(state, 6)) < 0.25 &&
      Math.abs(at(state, 3)) < 0.05,
  });
  return {
    environment,
    demonstrator: (seed) => {
      const random = createRandom(seed).fork("person");
      const speed = random.uniform(0.3, 0.5);
      let [drift, wobble] = [0, 0];
      return {
        act: (world) => {
          const { values } = world.observe();
          const [x, y] = values["observation.base.position"]!;
          const [, , qz, qw] = values["observation.base.orientation"]!;
          const [gx, gy] = values["goal.place.position"]!;
          const bearing = wrapAngle(Math.atan2(gy! - y!, gx! - x!) - 2 * Math.atan2(qz!, qw!));
          const distance = Math.hypot(gx! - x!, gy! - y!);
          drift = 0.8 * drift + 0.05 * random.normal();
          wobble = 0.8 * wobble + 0.15 * random.normal();
          if (distance < 0.15) return Float64Array.of(0, 0);
          const forward = Math.abs(bearing) > 1 ? 0 : Math.min(speed * Math.cos(bearing), 0.1 + distance);
          return Float64Array.of(forward + drift, clamp(2.2 * bearing + wobble, -1.5, 1.5));
        },
      };
    },
  };
}

/** Demonstrations of the seeds that succeed, with some frames after success, so that standing still is in the data. */
export function demonstrate(
  { environment, demonstrator }: World,
  seeds: Iterable<number>,
  linger = 5,
): Episode[] {
  const episodes: Episode[] = [];
  for (const seed of seeds) {
    environment.reset(seed);
    const person = demonstrator(seed);
    const builder = buildEpisode(environment.contract);
    const initialCommand = Array.from(environment.command());
    let after = 0;
    while (after < linger && environment.time() < environment.card.horizon) {
      const command = person.act(environment);
      builder.add(environment.observe(), command);
      environment.step(command);
      if (environment.outcome().state === "success") after += 1;
    }
    if (after === 0) continue;
    episodes.push(
      builder.finish("go", {
        maker: "scripted:tests",
        seed,
        success: true,
        goal: { target: "cube" },
        goalChanges: [],
        initialCommand,
        engine: null,
        interventions: [],
      }),
    );
  }
  return episodes;
}

/** A quaternion of a tool about to point down, tilted a little, for tests of encoding. */
export const tilted = (yaw: number, roll: number, down: boolean): number[] => {
  const [x, y, z, w] = down ? toolDown(yaw) : fromAxisAngle([0, 0, 1], yaw);
  const [a, b] = [Math.sin(roll / 2), Math.cos(roll / 2)];
  // q · Rx(roll)
  return [w * a + x * b, y * b + z * a, z * b - y * a, w * b - x * a];
};
