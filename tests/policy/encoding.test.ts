/** What a network is shown and asked for, against formulas with angles written out (core's quaternions and atan2). */
import { describe, expect, test } from "vitest";
import {
  type Contract,
  measureGoal,
  type Quat,
  rotate,
  skidSteerContract,
  toolYaw,
  twistAngle,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import { defaultRecipe, prepareData, type TrainingData } from "../../policy/index.js";
import { openNodeSession } from "../../policy/index.node.js";
import { CONTRACTS, syntheticEpisodes } from "./rig.js";

const [, ARM] = CONTRACTS[1]!;
const [, BASE] = CONTRACTS[2]!;
const CLIMBER = skidSteerContract("climb", null);
const [, MOBILE] = CONTRACTS[3]!;
const [, TEAM] = CONTRACTS[4]!;

const prepare = (episodes: readonly Episode[], contract: Contract): Promise<TrainingData> =>
  prepareData(episodes, contract, defaultRecipe(contract), openNodeSession);

/** Rows of a frame with normalisation undone. */
function frameOf({ encoding, frames, observations, chunks }: TrainingData, frame: number) {
  const undo = (rows: Float32Array, scale: { mean: readonly number[]; std: readonly number[] }) => {
    const width = rows.length / frames;
    return Array.from(
      rows.subarray(frame * width, (frame + 1) * width),
      (z, i) => z * scale.std[i]! + scale.mean[i]!,
    );
  };
  return { observation: undo(observations, encoding.observation), chunk: undo(chunks, encoding.action) };
}

const near = (found: readonly number[], expected: readonly number[], tolerance = 2e-5): void => {
  expect(found.length).toBe(expected.length);
  found.forEach((x, i) => {
    expect(Math.abs(x - expected[i]!), `column ${i}: ${x} instead of ${expected[i]}`).toBeLessThan(tolerance);
  });
};

const rowOf = (episode: Episode, name: string, frame: number): number[] => {
  const values = episode.features[name]!;
  const size = values.length / episode.length;
  return Array.from(values.subarray(frame * size, (frame + 1) * size));
};

/** A way, and what of it lies within 10 cm and within 3 cm, axis by axis. */
const closeUp = (offset: readonly number[]): number[] =>
  [Number.POSITIVE_INFINITY, 0.1, 0.03].flatMap((reach) =>
    offset.map((x) => Math.min(reach, Math.max(-reach, x))),
  );
const from = (a: readonly number[], b: readonly number[]): number[] => b.map((x, i) => x - a[i]!);

describe("an observation of an arm", () => {
  test("is the hand, and goals as they are, and from it and from each other also close up", async () => {
    const episodes = syntheticEpisodes(ARM, 3, 40);
    const data = await prepare(episodes, ARM);
    for (const frame of [0, 17, 39]) {
      const get = (name: string) => rowOf(episodes[0]!, name, frame);
      const hand = get("observation.ee.position");
      const yaw = toolYaw(get("observation.ee.orientation") as unknown as Quat);
      const cube = get("goal.target.orientation") as unknown as Quat;
      const turn = 4 * twistAngle(cube, [0, 0, 1]);
      const up = rotate(cube, [0, 0, 1]);
      const seen = (goal: number[]) => [...goal, ...closeUp(from(hand, goal))];
      near(frameOf(data, frame).observation, [
        ...hand,
        Math.cos(yaw),
        Math.sin(yaw),
        ...get("observation.gripper.width"),
        ...seen(get("goal.target.position")),
        ...[Math.cos(turn), Math.sin(turn), Math.cos(turn - 4 * yaw), Math.sin(turn - 4 * yaw), up[0], up[1]],
        ...seen(get("goal.place.position")),
        ...closeUp(from(get("goal.target.position"), get("goal.place.position"))),
      ]);
    }
  });

  test("is also how long a thing is and, close up, how far a drawer is open, where a task asks for it", async () => {
    const shown = [measureGoal("target", "size"), measureGoal("place", "opening")];
    const contract = { ...ARM, goals: [...ARM.goals, ...shown] };
    const episodes = syntheticEpisodes(contract, 2, 30);
    const data = await prepare(episodes, contract);
    for (const frame of [0, 17]) {
      const get = (name: string) => rowOf(episodes[0]!, name, frame);
      // before the offset between the two goals
      near(frameOf(data, frame).observation.slice(-15, -9), [
        ...get("goal.target.size"),
        ...closeUp(get("goal.place.opening")),
      ]);
    }
  });

  test("leaves joints out, and the policy's contract says so", async () => {
    const { encoding } = await prepare(syntheticEpisodes(ARM, 2, 20), ARM);
    expect(encoding.contract.observations.map((feature) => feature.name)).toEqual([
      "observation.ee.position",
      "observation.ee.orientation",
      "observation.gripper.width",
    ]);
    expect(encoding.contract.goals).toEqual(ARM.goals);
    expect(encoding.contract.actions).toEqual(ARM.actions);
  });
});

describe("an observation of a base", () => {
  test("is the goal's distance and bearing, the twist, and ranges as closeness", async () => {
    const episodes = syntheticEpisodes(BASE, 3, 40);
    const data = await prepare(episodes, BASE);
    for (const frame of [0, 21]) {
      const get = (name: string) => rowOf(episodes[0]!, name, frame);
      const [x, y] = get("observation.base.position") as [number, number];
      const heading = twistAngle(get("observation.base.orientation") as unknown as Quat, [0, 0, 1]);
      const [gx, gy] = get("goal.place.position") as [number, number];
      // A millimetre is added in the root of the squares, so that the bearing stays defined on the goal.
      const distance = Math.hypot(gx - x, gy - y, 1e-3);
      const share = Math.hypot(gx - x, gy - y) / distance;
      const bearing = wrapAngle(Math.atan2(gy - y, gx - x) - heading);
      near(frameOf(data, frame).observation, [
        ...get("observation.base.twist"),
        ...get("observation.scan").map((range) => 1 / (0.15 + range)),
        ...[
          Math.min(distance, 3),
          Math.min(distance, 1),
          share * Math.cos(bearing),
          share * Math.sin(bearing),
        ],
      ]);
    }
  });

  test("is also how it leans and how the place is turned, where a base shows it and a task asks for it", async () => {
    const episodes = syntheticEpisodes(CLIMBER, 2, 30);
    const data = await prepare(episodes, CLIMBER);
    for (const frame of [0, 17]) {
      const get = (name: string) => rowOf(episodes[0]!, name, frame);
      const yaw = (name: string) => yawOf(get(name) as unknown as Quat);
      const { observation } = frameOf(data, frame);
      // after the twist and 36 ranges; and last
      near(observation.slice(38, 40), get("observation.base.tilt"));
      const turned = yaw("goal.place.orientation") - yaw("observation.base.orientation");
      near(observation.slice(-2), [Math.cos(turned), Math.sin(turned)]);
    }
  });

  test("stays finite where angles are undefined: on the goal, and a range of nothing", async () => {
    const [episode] = syntheticEpisodes(BASE, 1, 3) as [Episode];
    episode.features["goal.place.position"]!.set(episode.features["observation.base.position"]!);
    episode.features["observation.scan"]!.fill(0);
    const { observations } = await prepare([episode], BASE);
    expect(observations.every(Number.isFinite)).toBe(true);
  });
});

describe("an observation of a mobile manipulator", () => {
  test("is base and hand by themselves, goals by the way to them and, near the hand, as seen from it", async () => {
    const episodes = syntheticEpisodes(MOBILE, 3, 40);
    const data = await prepare(episodes, MOBILE);
    for (const frame of [0, 23]) {
      const get = (name: string) => rowOf(episodes[0]!, name, frame);
      const [x, y] = get("observation.base.position") as [number, number];
      const heading = twistAngle(get("observation.base.orientation") as unknown as Quat, [0, 0, 1]);
      const hand = get("observation.ee.position");
      const [lift] = get("observation.lift.height") as [number];
      const yaw = toolYaw(get("observation.ee.orientation") as unknown as Quat);
      const box = get("goal.target.orientation") as unknown as Quat;
      const turn = 4 * (twistAngle(box, [0, 0, 1]) - heading);
      const up = rotate(box, [0, 0, 1]);
      const goal = (name: string): number[] => {
        const [gx, gy, gz] = get(name) as [number, number, number];
        const distance = Math.hypot(gx - x, gy - y, 1e-3);
        const share = Math.hypot(gx - x, gy - y) / distance;
        const bearing = Math.atan2(gy - y, gx - x) - heading;
        const seen = [
          share * distance * Math.cos(bearing) - hand[0]!,
          share * distance * Math.sin(bearing) - hand[1]!,
          gz - lift - hand[2]!,
        ];
        return [
          ...[Math.min(distance, 3), Math.min(distance, 1)],
          ...[share * Math.cos(bearing), share * Math.sin(bearing), gz],
          // Within 30 cm and 5 cm of the tool, of an arm whose foot stands at 0.1, 0, 0.4 m.
          ...[0.3, 0.05].flatMap((reach) =>
            [0.1, 0, 0.4].map((middle, k) => Math.min(reach, Math.max(-reach, seen[k]! - middle))),
          ),
        ];
      };
      near(frameOf(data, frame).observation, [
        ...get("observation.base.twist"),
        lift,
        ...hand,
        Math.cos(yaw),
        Math.sin(yaw),
        ...get("observation.gripper.width"),
        ...goal("goal.target.position"),
        ...[Math.cos(turn), Math.sin(turn), Math.cos(turn - 4 * yaw), Math.sin(turn - 4 * yaw), up[0], up[1]],
        ...goal("goal.place.position"),
      ]);
    }
  });
});

describe("an observation of two arms", () => {
  test("is each hand by itself, and the goal as it is and as seen from each of them", async () => {
    const episodes = syntheticEpisodes(TEAM, 3, 40);
    const data = await prepare(episodes, TEAM);
    for (const frame of [0, 23]) {
      const get = (name: string) => rowOf(episodes[0]!, name, frame);
      const hands = ["left", "right"].map((arm) => ({
        at: get(`observation.${arm}.ee.position`),
        yaw: toolYaw(get(`observation.${arm}.ee.orientation`) as unknown as Quat),
        width: get(`observation.${arm}.gripper.width`),
      }));
      const goal = get("goal.target.position");
      const pot = get("goal.target.orientation") as unknown as Quat;
      const turn = twistAngle(pot, [0, 0, 1]);
      const up = rotate(pot, [0, 0, 1]);
      near(frameOf(data, frame).observation, [
        ...hands.flatMap(({ at, yaw, width }) => [...at, Math.cos(yaw), Math.sin(yaw), ...width]),
        ...goal,
        ...hands.flatMap(({ at }) => closeUp(from(at, goal))),
        ...[Math.cos(turn), Math.sin(turn)],
        ...hands.flatMap(({ yaw }) => [Math.cos(turn - yaw), Math.sin(turn - yaw)]),
        ...[up[0], up[1]],
      ]);
    }
  });
});

describe("a chunk of actions", () => {
  test("is increments of the command for position and yaw, the command itself for the gripper", async () => {
    const episodes = syntheticEpisodes(ARM, 2, 30);
    const data = await prepare(episodes, ARM);
    const [first, second] = episodes as [Episode, Episode];
    const command = (episode: Episode, t: number): number[] =>
      t < 0
        ? [...episode.meta.initialCommand]
        : Array.from(episode.actions.subarray(5 * Math.min(t, 29), 5 * Math.min(t, 29) + 5));
    for (const [episode, offset, t] of [
      [first, 0, 0],
      [first, 0, 12],
      [first, 0, 27], // reaches beyond the end: the hand stays, the gripper too
      [second, 30, 0], // begins anew from its own initial command
    ] as const)
      near(
        frameOf(data, offset + t).chunk,
        Array.from({ length: 8 }, (_, h) => {
          const [now, before] = [command(episode, t + h), command(episode, t + h - 1)];
          return now.map((x, i) => (i < 4 ? x - before[i]! : x));
        }).flat(),
        1e-6,
      );
  });

  test("turns the short way round", async () => {
    const [episode] = syntheticEpisodes(ARM, 1, 10) as [Episode];
    for (let t = 0; t < 10; t++) episode.actions[5 * t + 3] = wrapAngle(3 + 0.05 * t);
    const data = await prepare([episode], ARM);
    for (let t = 1; t < 10; t++) expect(frameOf(data, t).chunk[3]).toBeCloseTo(0.05, 5);
  });

  test("is twists as they are for a base", async () => {
    const episodes = syntheticEpisodes(BASE, 1, 30);
    const data = await prepare(episodes, BASE);
    near(frameOf(data, 4).chunk, Array.from(episodes[0]!.actions.subarray(8, 24)), 1e-6);
  });

  test("is scaled the same in every row", async () => {
    const { encoding } = await prepare(syntheticEpisodes(ARM, 2, 30), ARM);
    for (let i = 5; i < 40; i++) {
      expect(encoding.action.std[i]).toBe(encoding.action.std[i % 5]);
      expect(encoding.action.mean[i]).toBe(encoding.action.mean[i % 5]);
    }
  });

  test("knows a gripper that was only ever open or closed", async () => {
    const episodes = syntheticEpisodes(ARM, 2, 30);
    const binary = (await prepare(episodes, ARM)).encoding.binary;
    expect(binary.slice(0, 4)).toEqual([null, null, null, null]);
    expect(binary[4]!.map((x) => +x.toFixed(6))).toEqual([0, 0.08]);
    episodes[0]!.actions[4] = 0.05;
    expect((await prepare(episodes, ARM)).encoding.binary[4]).toBeNull();
  });
});

describe("normalisation", () => {
  test("brings columns to mean 0 and deviation 1, divides still ones by the floor, and clips", async () => {
    const episodes = syntheticEpisodes(ARM, 4, 100);
    for (const episode of episodes) episode.features["observation.gripper.width"]!.fill(0.04);
    episodes[0]!.features["observation.gripper.width"]![0] = 5;
    const { observations, frames } = await prepare(episodes, ARM);
    const columns = observations.length / frames;
    const column = (i: number) => Array.from({ length: frames }, (_, t) => observations[t * columns + i]!);
    const mean = column(0).reduce((a, b) => a + b) / frames;
    const square = column(0).reduce((sum, x) => sum + (x - mean) ** 2, 0) / frames;
    expect(mean).toBeCloseTo(0, 4);
    expect(square).toBeCloseTo(1, 4);
    expect(Math.max(...column(5))).toBe(10);
  });
});

describe("preparing data", () => {
  test("refuses episodes that lack a feature", async () => {
    const [episode] = syntheticEpisodes(ARM, 1, 5) as [Episode];
    const { "goal.place.position": _, ...rest } = episode.features;
    await expect(prepare([{ ...episode, features: rest }], ARM)).rejects.toThrow(
      'train: episodes must hold the feature, got "goal.place.position"',
    );
  });
});
