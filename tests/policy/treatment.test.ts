/**
 * The treatment of people's takes: what is dropped, what stays, what a mirror does, and that nothing of it touches
 * what was recorded or what was scripted.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { type Contract, measureGoal, type Quat, type Vec3, wrapAngle, yawOf } from "../../core/index.js";
import { buildEpisode, checkEpisode, type Episode } from "../../datasets/index.js";
import {
  checkRecipe,
  defaultRecipe,
  keptFrames,
  loadPolicy,
  mirrorEpisode,
  mirrorPlanes,
  openNodeSession,
  prepareData,
  retime,
  smoothCommands,
  TOOL_TREATMENT,
  train,
  treatEpisodes,
} from "../../policy/index.node.js";
import { taskByName } from "../../sim/index.js";
import { recordDemonstration } from "../../teleop/index.js";

let contract: Contract;
let scripted: Episode;
const LOOKS = ["observation.ee.position", "observation.ee.orientation", "observation.gripper.width"];

beforeAll(async () => {
  const task = taskByName("pick-place");
  const environment = await task.create();
  ({ contract } = environment);
  scripted = recordDemonstration(environment, task.demonstrator(4), {
    seed: 4,
    linger: 2,
    sentence: "put it there",
    maker: "scripted:pick-place/better",
  })!;
  environment.free();
});

/** A take made of commands [x y z yaw width], seen a frame later by a robot that follows at once. */
function takeOf(commands: readonly (readonly number[])[], meta: Partial<Episode["meta"]> = {}): Episode {
  const builder = buildEpisode(contract);
  for (const [i, command] of commands.entries()) {
    const [x, y, z, yaw, width] = commands[Math.max(0, i - 1)]!;
    builder.add(
      {
        time: i / 20,
        values: {
          "observation.ee.position": Float32Array.of(x!, y!, z!),
          "observation.ee.orientation": Float32Array.of(Math.cos(yaw! / 2), Math.sin(yaw! / 2), 0, 0),
          "observation.gripper.width": Float32Array.of(width!),
          "observation.joints.position": new Float32Array(7),
          "observation.joints.velocity": new Float32Array(7),
          "goal.target.position": Float32Array.of(0.45, 0.1, 0.02),
          "goal.target.orientation": Float32Array.of(0, 0, Math.sin(0.2), Math.cos(0.2)),
          "goal.place.position": Float32Array.of(0.5, 0.3, 0),
        },
      },
      command,
    );
  }
  return builder.finish("put it there", {
    ...scripted.meta,
    maker: "teleop:keyboard",
    initialCommand: [...commands[0]!],
    ...meta,
  });
}
const at = (x: number, width = 0.08, yaw = 0): number[] => [x, 0, 0.2, yaw, width];
const column = (episode: Episode, i: number): number[] =>
  Array.from({ length: episode.length }, (_, t) => episode.actions[t * 5 + i]!);

describe("a steady pace", () => {
  const pace = TOOL_TREATMENT.pace!;

  it("drops what stands still and creeps, and keeps the commands of the rest", () => {
    // 20 frames of nothing, 40 frames of 1 mm, 20 of nothing
    const xs = [
      ...new Array<number>(20).fill(0.4),
      ...Array.from({ length: 40 }, (_, i) => 0.4 + 1e-3 * (i + 1)),
      ...new Array<number>(20).fill(0.44),
    ];
    const take = takeOf(xs.map((x) => at(x)));
    const paced = retime(contract, take, pace);
    checkEpisode(contract, paced);
    expect(paced.length).toBeLessThan(9);
    const steps = column(paced, 0).map((x, i, all) => (i === 0 ? 0 : x - all[i - 1]!));
    for (const step of steps.slice(1, -1)) expect(Math.abs(step - 0.0085)).toBeLessThan(0.00051);
    // the way is all there: from the first command to the last
    expect([column(paced, 0)[0], column(paced, 0).at(-1)]).toEqual([Math.fround(0.4), Math.fround(0.44)]);
  });

  it("counts a turn as a way", () => {
    const take = takeOf(Array.from({ length: 40 }, (_, i) => at(0.4, 0.08, 0.03 * i)));
    const turned = column(retime(contract, take, pace), 3);
    for (const [i, yaw] of turned.slice(1, -1).entries()) expect(yaw - turned[i]!).toBeCloseTo(0.15, 4);
  });

  it("keeps two frames before and six after the gripper is told something, and those in which it moves", () => {
    const widths = [...new Array<number>(30).fill(0.08), ...new Array<number>(30).fill(0)];
    const kept = keptFrames(contract, takeOf(widths.map((width) => at(0.4, width))), pace);
    // frame 31 shows the fingers closed at once in this toy
    expect(kept).toEqual([0, 28, 29, 30, 31, 32, 33, 34, 35, 36, 59]);
  });

  it("leaves a take that is quick already", () => {
    const take = takeOf(Array.from({ length: 15 }, (_, i) => at(0.4 + 0.01 * i)));
    expect(retime(contract, take, pace).actions).toEqual(take.actions);
  });

  it("moves goal changes and interventions along", () => {
    const xs = Array.from({ length: 100 }, (_, i) => 0.4 + 1e-3 * i);
    const paced = retime(
      contract,
      takeOf(
        xs.map((x) => at(x)),
        { goalChanges: [{ frame: 50, goal: { target: "red_cube" } }], interventions: [{ from: 27, to: 63 }] },
      ),
      pace,
    );
    checkEpisode(contract, paced);
    const [change, intervention] = [paced.meta.goalChanges[0]!, paced.meta.interventions[0]!];
    expect(column(paced, 0)[change.frame]).toBeCloseTo(xs[50]!, 6);
    expect(column(paced, 0)[intervention.from]! - xs[27]!).toBeLessThan(0.0091);
    expect(column(paced, 0)[intervention.to - 1]).toBeLessThan(xs[63]!);
  });
});

describe("smoothing", () => {
  it("is a Gaussian in both directions: a step becomes its error function, about the same moment", () => {
    const take = takeOf(Array.from({ length: 80 }, (_, i) => at(i < 40 ? 0.4 : 0.5)));
    const smoothed = column(smoothCommands(contract, take, 2), 0);
    // erf of an independent table: Φ(0.25), Φ(1.25), Φ(2.25) for sigma 2 at half frames
    for (const [frames, share] of [
      [0, 0.5987],
      [2, 0.8944],
      [4, 0.9878],
    ] as const) {
      expect(smoothed[40 + frames]).toBeCloseTo(0.4 + 0.1 * share, 3);
      expect(smoothed[39 - frames]).toBeCloseTo(0.5 - 0.1 * share, 3);
    }
  });

  it("leaves the gripper alone, and angles go the short way over half a turn", () => {
    const yaws = Array.from({ length: 60 }, (_, i) => wrapAngle(Math.PI - 0.3 + 0.01 * i));
    const take = takeOf(yaws.map((yaw, i) => at(0.4, i < 30 ? 0.08 : 0, yaw)));
    const smoothed = smoothCommands(contract, take, 2);
    expect(column(smoothed, 4)).toEqual(column(take, 4));
    for (const [t, yaw] of column(smoothed, 3).entries())
      if (t > 8 && t < 52) expect(Math.abs(wrapAngle(yaw - yaws[t]!))).toBeLessThan(1e-4);
  });
});

describe("a mirror image", () => {
  const planes = (): ReturnType<typeof mirrorPlanes> => mirrorPlanes(contract, LOOKS);
  const row = (episode: Episode, name: string, t: number): number[] => {
    const values = episode.features[name]!;
    const size = values.length / episode.length;
    return [...values.subarray(t * size, (t + 1) * size)];
  };

  it("keeps every distance and angle between tool, target and place", () => {
    const t = 30;
    const relations = (episode: Episode): number[] => {
      const [tool, target, place] = [
        "observation.ee.position",
        "goal.target.position",
        "goal.place.position",
      ].map((name) => row(episode, name, t) as unknown as Vec3) as [Vec3, Vec3, Vec3];
      const between = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
      return [between(tool, target), between(target, place), between(tool, place), tool[2], target[2]];
    };
    for (const plane of planes()) {
      const image = mirrorEpisode(contract, scripted, LOOKS, plane);
      for (const [i, value] of relations(image).entries())
        expect(value).toBeCloseTo(relations(scripted)[i]!, 5);
    }
  });

  it("turns headings with the places: reflection matrices say where an object's sides point", () => {
    for (const plane of planes()) {
      const image = mirrorEpisode(contract, scripted, LOOKS, plane);
      const flip = [plane.x ? -1 : 1, plane.y ? -1 : 1];
      for (const name of ["goal.target.orientation", "observation.ee.orientation"]) {
        const [before, after] = [row(scripted, name, 20), row(image, name, 20)] as unknown as [Quat, Quat];
        // M R M for M = diag(±1, ±1, 1), by rotated unit vectors
        const matrix = ([x, y, z, w]: Quat): number[][] => [
          [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
          [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
          [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ];
        const sign = [flip[0]!, flip[1]!, 1];
        const wanted = matrix(before).map((line, i) => line.map((value, j) => sign[i]! * value * sign[j]!));
        for (let i = 0; i < 3; i++)
          for (let j = 0; j < 3; j++) expect(matrix(after)[i]![j]).toBeCloseTo(wanted[i]![j]!, 5);
      }
    }
  });

  it("commands the mirrored tool to do what it is seen to do, from its first command on", () => {
    for (const plane of planes()) {
      const image = mirrorEpisode(contract, scripted, LOOKS, plane);
      const turned = plane.x !== plane.y ? -1 : 1;
      for (let t = 0; t < image.length; t++) {
        const [x, y, z, yaw, width] = image.actions.subarray(t * 5, t * 5 + 5);
        const [x0, y0, z0, yaw0, width0] = scripted.actions.subarray(t * 5, t * 5 + 5);
        expect(x).toBeCloseTo(plane.x ? 1 - x0! : x0!, 6);
        expect(y).toBeCloseTo(plane.y ? -y0! : y0!, 6);
        expect([z, width]).toEqual([z0, width0]);
        expect(yaw).toBeCloseTo(turned * yaw0!, 6);
      }
      expect(image.meta.initialCommand[1]).toBeCloseTo(
        (plane.y ? -1 : 1) * scripted.meta.initialCommand[1]!,
        9,
      );
      const heading = (episode: Episode): number =>
        yawOf(row(episode, "goal.target.orientation", 9) as unknown as Quat);
      expect(wrapAngle(heading(image) - turned * heading(scripted))).toBeCloseTo(0, 5);
    }
  });

  it("twice is the take again", () => {
    for (const plane of planes()) {
      const twice = mirrorEpisode(contract, mirrorEpisode(contract, scripted, LOOKS, plane), LOOKS, plane);
      for (const [i, value] of twice.actions.entries()) expect(value).toBeCloseTo(scripted.actions[i]!, 6);
    }
  });

  it("leaves how long a thing is and how far a drawer is open as they are", () => {
    const goals = [measureGoal("target", "size"), measureGoal("place", "opening")];
    const measures = { "goal.target.size": 3, "goal.place.opening": 1 };
    const features = {
      ...scripted.features,
      ...Object.fromEntries(
        Object.entries(measures).map(([name, size]) => [
          name,
          Float32Array.from({ length: size * scripted.length }, (_, i) => 0.01 * (1 + i)),
        ]),
      ),
    };
    const shown = { ...contract, goals: [...contract.goals, ...goals] };
    for (const plane of planes()) {
      const image = mirrorEpisode(shown, { ...scripted, features }, LOOKS, plane);
      for (const name of Object.keys(measures))
        expect(image.features[name]).toEqual(features[name as keyof typeof features]);
    }
  });

  it("of joints there is none, nor of an arm on a base that drives: refused by name", async () => {
    expect(() => mirrorPlanes(contract, [...LOOKS, "observation.joints.position"])).toThrow(
      /must have a mirror image, got "observation.joints.position"/,
    );
    const carried = await taskByName("box-move").create();
    expect(() => mirrorPlanes(carried.contract, [])).toThrow(
      /must have a mirror image, got "action.base.linear"/,
    );
    carried.free();
  });
});

describe("the treatment in a recipe", () => {
  it("is on for takes of people at a tool, off for scripts, and says what it does", () => {
    expect(defaultRecipe(contract, ["scripted:pick-place/better"]).treatment).toBeUndefined();
    for (const maker of ["teleop:keyboard", "teleop:gamepad", "operator-model"]) {
      const recipe = checkRecipe(defaultRecipe(contract, ["scripted:x", maker]));
      expect(recipe).toMatchObject({
        treatment: TOOL_TREATMENT,
        looks: { gripperCommand: true, heightOnly: true },
        startNoise: 0.5,
      });
    }
    expect(() =>
      checkRecipe({ ...defaultRecipe(contract), treatment: { ...TOOL_TREATMENT, smooth: -1 } }),
    ).toThrow(/recipe.treatment: smooth must be from 0 to 1 s, got -1/);
  });

  it("leaves scripted episodes and the given ones as they are", () => {
    const take = takeOf(Array.from({ length: 60 }, (_, i) => at(0.4 + 1e-3 * i)));
    const before = take.actions.slice();
    const {
      episodes,
      count,
      before: frames,
      after,
    } = treatEpisodes([scripted, take], contract, LOOKS, TOOL_TREATMENT);
    expect(episodes[0]).toBe(scripted);
    expect(episodes).toHaveLength(1 + 4);
    expect([count, frames]).toEqual([1, 60]);
    expect(after).toBe(episodes[1]!.length);
    expect(take.actions).toEqual(before);
  });

  it("shows the network the gripper's command, and of absolute places only the height", async () => {
    const take = takeOf(
      Array.from({ length: 30 }, (_, i) => at(0.4 + 0.01 * i, i < 15 ? 0.08 : 0)),
      { initialCommand: at(0.4, 0) },
    );
    const recipe = { ...defaultRecipe(contract), looks: { gripperCommand: true, heightOnly: true } };
    const moved = takeOf(Array.from({ length: 30 }, (_, i) => at(0.5 + 0.01 * i, i < 15 ? 0.08 : 0)));
    const there = {
      ...moved,
      features: {
        ...moved.features,
        "goal.target.position": take.features["goal.target.position"]!.map((v, i) =>
          i % 3 === 0 ? v + 0.1 : v,
        ),
        "goal.place.position": take.features["goal.place.position"]!.map((v, i) =>
          i % 3 === 0 ? v + 0.1 : v,
        ),
      },
      meta: take.meta,
    };
    const data = await prepareData([take, there], contract, recipe, openNodeSession);
    const size = data.observations.length / data.frames;
    const rows = (from: number): number[] => [...data.observations.subarray(from * size, (from + 30) * size)];
    for (const [i, value] of rows(0).entries()) expect(value).toBeCloseTo(rows(30)[i]!, 3);
    // the last column is the command of the frame before: closed at first (initialCommand), open, closed again
    const grip = Array.from({ length: 30 }, (_, t) => Math.sign(data.observations[t * size + size - 1]!));
    expect(grip).toEqual([-1, ...new Array(15).fill(1), ...new Array(14).fill(-1)]);
  });

  it("is part of the exported file: the command in force and the start noise change what it does", async () => {
    const takes = Array.from({ length: 4 }, (_, k) =>
      takeOf(Array.from({ length: 60 }, (_, i) => at(0.35 + 0.02 * k + 1e-3 * i, i < 30 ? 0.08 : 0))),
    );
    const recipe = { ...defaultRecipe(contract, ["teleop:keyboard"]), hidden: [32], steps: 30, warmUp: 5 };
    const run = async (startNoise: number) => {
      const request = { episodes: takes, contract, recipe: { ...recipe, startNoise }, seed: 1, data: "toy" };
      const { candidates } = await train(request, { open: openNodeSession });
      return loadPolicy(candidates.at(-1)!.model, openNodeSession);
    };
    const [half, full] = [await run(0.5), await run(1)];
    const observation = {
      time: 0,
      values: Object.fromEntries(
        Object.entries(takes[0]!.features).map(([name, values]) => [
          name,
          values.slice(0, values.length / 60),
        ]),
      ),
    };
    const noise = Float32Array.from({ length: half.noiseSize }, (_, i) => Math.sin(i));
    const act = (policy: typeof half, width: number, scale: number): Promise<Float32Array> =>
      policy.act(
        observation,
        at(0.35, width),
        noise.map((value) => value * scale),
      );
    // half the noise in one file is the whole in the other
    const [a, b] = [await act(half, 0.08, 2), await act(full, 0.08, 1)];
    for (const [i, value] of a.entries()) expect(value).toBeCloseTo(b[i]!, 5);
    expect(await act(half, 0, 1)).not.toEqual(await act(half, 0.08, 1));
    await half.free();
    await full.free();
  });
});
