/**
 * The treatment of people's takes of a base, against a second world: what a mirror image and a turned copy claim to be
 * seen and done is compared with what the simulator shows and does there.
 */
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Contract,
  createRandom,
  DIFF_DRIVE,
  type Feature,
  PLACE_POSITION,
  type Quat,
  SKID_STEER,
  skidSteerContract,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import { buildEpisode, checkEpisode, type Episode } from "../../datasets/index.js";
import {
  BASE_TREATMENT,
  checkRecipe,
  defaultRecipe,
  loadPolicy,
  mirrorEpisode,
  mirrorPlanes,
  movedCopies,
  openNodeSession,
  scanFromBeside,
  train,
  treatEpisodes,
  turnedCopies,
} from "../../policy/index.node.js";
import {
  castScan,
  createBaseSim,
  drawRoom,
  initEngine,
  type PlanarPose,
  type Room,
  taskByName,
} from "../../sim/index.js";

const { beams, rangeMax } = DIFF_DRIVE.scan;
let contract: Contract;
let looks: readonly string[];
let plane: ReturnType<typeof mirrorPlanes>[number];

beforeAll(async () => {
  await initEngine();
  const environment = await taskByName("navigate").create();
  ({ contract } = environment);
  environment.free();
  looks = defaultRecipe(contract).observations;
  [plane] = mirrorPlanes(contract, looks) as [typeof plane];
});

const scanAt = (room: Room, pose: PlanarPose): Float32Array => {
  const ranges = new Float32Array(beams);
  castScan(room, pose, rangeMax, ranges);
  return ranges;
};

/** A take by keys: what the simulator does when these are pressed, seen without noise. */
function drivenTake(
  room: Room,
  start: PlanarPose,
  goal: string,
  commands: readonly (readonly number[])[],
): Episode {
  const sim = createBaseSim({ room, start });
  const place = room.places.find(({ name }) => name === goal)!;
  const builder = buildEpisode(contract);
  for (const [i, command] of commands.entries()) {
    const { position, orientation } = sim.pose();
    const { linear, angular } = sim.twist();
    const pose = { x: position[0], y: position[1], yaw: yawOf(orientation) };
    builder.add(
      {
        time: i / 10,
        values: {
          "observation.base.position": Float32Array.from(position),
          "observation.base.orientation": Float32Array.from(orientation),
          "observation.base.twist": Float32Array.of(linear, angular),
          "observation.scan": scanAt(room, pose),
          "goal.place.position": Float32Array.of(place.x, place.y, 0),
        },
      },
      command,
    );
    sim.setTwist(command[0]!, command[1]!);
    for (let tick = 0; tick < 12; tick++) sim.tick();
  }
  sim.free();
  return builder.finish("drive there", {
    maker: "teleop:keyboard",
    seed: 4,
    success: true,
    goal: { place: goal as "desk" },
    goalChanges: [],
    initialCommand: [0, 0],
    interventions: [],
    engine: null,
  });
}

/** Turn left, drive, mend to the right while driving, stand, drive. */
const KEYS = [
  ...new Array(6).fill([0, 1.2]),
  ...new Array(10).fill([0.35, 0]),
  ...new Array(4).fill([0.35, -0.8]),
  ...new Array(5).fill([0, 0]),
  ...new Array(8).fill([0.2, 0.25]),
] as number[][];

const drawn = () => drawRoom(createRandom(11).fork("room"));
const row = ({ features, length }: Episode, name: string, t: number): number[] => {
  const values = features[name]!;
  const size = values.length / length;
  return [...values.subarray(t * size, (t + 1) * size)];
};
/** The frame of a take that the k-th of a copy is of: both show the same goal and twist, at growing times. */
const frameOf = (take: Episode, copy: Episode, k: number): number => {
  const driven = Array.from({ length: take.length }, (_, t) => t).filter((t) => take.actions[2 * t]! > 0);
  return copy.length === driven.length ? driven[k]! : Number.NaN;
};
const headingAt = (episode: Episode, t: number): number =>
  yawOf(row(episode, "observation.base.orientation", t) as unknown as Quat);

describe("the mirror image of a base's take", () => {
  it("is what the simulator shows when its commands are driven in a mirrored room", () => {
    const { room, start, goal } = drawn();
    const image = mirrorEpisode(contract, drivenTake(room, start, goal, KEYS), looks, plane);
    checkEpisode(contract, image);
    const flipped = <T extends { readonly y: number }>(each: T): T => ({ ...each, y: -each.y });
    const mirrored: Room = {
      ...room,
      obstacles: room.obstacles.map(flipped),
      places: room.places.map(flipped),
    };
    const commands = Array.from({ length: image.length }, (_, t) => [
      ...image.actions.subarray(2 * t, 2 * t + 2),
    ]);
    expect(commands[0]).toEqual([0, Math.fround(-1.2)]);
    const there = drivenTake(mirrored, { ...flipped(start), yaw: -start.yaw }, goal, commands);
    // The engine solves contacts one after the other: a world and its image differ by a fraction of a millimetre, wheels
    // that just come to their speed by two hundredths of a radian a second.
    const alike = {
      "observation.base.position": 2e-3,
      "observation.base.twist": 0.05,
      "goal.place.position": 1e-6,
    };
    for (let t = 0; t < image.length; t++) {
      for (const [name, bound] of Object.entries(alike))
        for (const [i, value] of row(image, name, t).entries())
          expect(Math.abs(value - row(there, name, t)[i]!)).toBeLessThan(bound);
      expect(Math.abs(wrapAngle(headingAt(image, t) - headingAt(there, t)))).toBeLessThan(0.01);
      // A ray that just grazes a cylinder may hit it or not.
      const [claimed, shown] = [row(image, "observation.scan", t), row(there, "observation.scan", t)];
      const off = claimed.filter((range, i) => Math.abs(range - shown[i]!) > 0.02).length;
      expect(off).toBeLessThanOrEqual(1);
    }
    const drove = Math.hypot(
      ...[0, 1].map(
        (i) =>
          row(there, "observation.base.position", 32)[i]! - row(there, "observation.base.position", 0)[i]!,
      ),
    );
    expect(drove).toBeGreaterThan(0.5);
  });

  it("twice is the take again", () => {
    const { room, start, goal } = drawn();
    const take = drivenTake(room, start, goal, KEYS);
    const twice = mirrorEpisode(contract, mirrorEpisode(contract, take, looks, plane), looks, plane);
    expect(twice.actions).toEqual(take.actions.map((value) => value + 0));
    for (const name of [...looks, "goal.place.position"])
      for (const [i, value] of twice.features[name]!.entries())
        expect(value).toBeCloseTo(take.features[name]![i]!, 12);
  });

  it("leans to the other side, and up a slope as before", () => {
    const skid = skidSteerContract("climb", null);
    const tilt = "observation.base.tilt";
    const seen = [tilt];
    const zeros = (features: readonly Feature[]): Record<string, Float32Array> =>
      Object.fromEntries(features.map(({ name, names }) => [name, new Float32Array(names.length)]));
    const { room, start, goal } = drawn();
    const leaning: Episode = {
      ...drivenTake(room, start, goal, KEYS.slice(0, 1)),
      features: { ...zeros([...skid.observations, ...skid.goals]), [tilt]: Float32Array.of(0.1, -0.2) },
    };
    const image = mirrorEpisode(skid, leaning, seen, mirrorPlanes(skid, seen)[0]!);
    expect([...image.features[tilt]!]).toEqual([Math.fround(-0.1), Math.fround(-0.2)]);
    expect(SKID_STEER.scan.beams).toBe(
      skid.observations.find(({ name }) => name === "observation.scan")!.names.length,
    );
  });
});

describe("copies that point to the side", () => {
  it("show what is seen from there, and turn back in the time that was said", () => {
    const { room, start, goal } = drawn();
    const take = drivenTake(room, start, goal, KEYS);
    const { turned } = BASE_TREATMENT;
    const copies = turnedCopies(contract, take, looks, turned!);
    expect(copies).toHaveLength(2);
    const driven = KEYS.flatMap(([v], t) => (v! > 0 ? [t] : []));
    for (const [i, copy] of copies.entries()) {
      checkEpisode(contract, copy);
      expect(copy.length).toBe(driven.length);
      const angle = (i === 0 ? 1 : -1) * ((2 * Math.PI) / beams);
      for (const [k, t] of driven.entries()) {
        expect(wrapAngle(headingAt(copy, k) - headingAt(take, t) - angle)).toBeCloseTo(0, 5);
        const [x, y] = row(take, "observation.base.position", t);
        const shown = scanAt(room, { x: x!, y: y!, yaw: headingAt(copy, k) });
        const off = row(copy, "observation.scan", k).filter((range, b) => Math.abs(range - shown[b]!) > 1e-3);
        expect(off.length).toBeLessThanOrEqual(1);
        const [[v, w], [v0, w0]] = [copy, take].map(({ actions }, which) => {
          const at = 2 * (which === 0 ? k : t);
          return [actions[at]!, actions[at + 1]!];
        }) as [[number, number], [number, number]];
        expect(v).toBe(v0);
        expect((w - w0) * turned!.within).toBeCloseTo(-angle, 5);
        expect(row(copy, "goal.place.position", k)).toEqual(row(take, "goal.place.position", t));
      }
    }
  });

  it("never ask for more than the base can turn, and are none of a take that only turns", () => {
    const { room, start, goal } = drawn();
    const fast = drivenTake(room, start, goal, new Array(5).fill([0.3, 1.5]) as number[][]);
    const [left, right] = turnedCopies(contract, fast, looks, { beams: 1, within: 0.5 });
    expect(Math.max(...right!.actions)).toBe(1.5);
    expect(left!.actions[1]).toBeCloseTo(1.5 - (2 * Math.PI) / beams / 0.5, 5);
    const turns = drivenTake(room, start, goal, new Array(5).fill([0, 1.2]) as number[][]);
    expect(turnedCopies(contract, turns, looks, { beams: 1, within: 0.5 })).toEqual([]);
  });

  it("need a scan that is looked at, and a base", async () => {
    const { room, start, goal } = drawn();
    const take = drivenTake(room, start, goal, KEYS.slice(0, 9));
    const turned = { beams: 1, within: 0.6 };
    expect(() => turnedCopies(contract, take, ["observation.base.twist"], turned)).toThrow(
      /the policy must look at a scan/,
    );
    const lift = await taskByName("lift").create();
    expect(() => turnedCopies(lift.contract, take, [], turned)).toThrow(
      /the robot must be a base, got "tool-pose"/,
    );
    lift.free();
  });
});

describe("copies that drive beside the way", () => {
  it("show about what is seen from there, and steer for the way ahead", () => {
    const { room, start, goal } = drawn();
    const take = drivenTake(room, start, goal, KEYS);
    const moved = BASE_TREATMENT.moved!;
    const copies = movedCopies(contract, take, looks, moved);
    expect(copies).toHaveLength(2);
    const offs: number[] = [];
    for (const [i, copy] of copies.entries()) {
      checkEpisode(contract, copy);
      const left = (i === 0 ? 1 : -1) * moved.aside;
      for (let k = 0; k < copy.length; k++) {
        const t = frameOf(take, copy, k);
        const [x0, y0] = row(take, "observation.base.position", t);
        const [x, y] = row(copy, "observation.base.position", k);
        const yaw = headingAt(take, t);
        // Beside, to the left or to the right: across where it points, and not along.
        expect((x! - x0!) * Math.cos(yaw) + (y! - y0!) * Math.sin(yaw)).toBeCloseTo(0, 5);
        expect((y! - y0!) * Math.cos(yaw) - (x! - x0!) * Math.sin(yaw)).toBeCloseTo(left, 5);
        expect(headingAt(copy, k)).toBeCloseTo(yaw, 6);
        const [more, v] = [copy.actions[2 * k + 1]! - take.actions[2 * t + 1]!, copy.actions[2 * k]!];
        expect(v).toBe(take.actions[2 * t]);
        // Turned so for that time, it points at the way `ahead` of it.
        expect(Math.tan(more * moved.within) * moved.ahead).toBeCloseTo(-left, 4);
        const shown = scanAt(room, { x: x!, y: y!, yaw });
        offs.push(...row(copy, "observation.scan", k).map((range, b) => Math.abs(range - shown[b]!)));
        expect(Math.min(...row(copy, "observation.scan", k))).toBeGreaterThan(moved.room);
      }
    }
    // Edges come a beam too early or too late, and what was hidden stays so; all else is where it is.
    offs.sort((a, b) => a - b);
    expect(offs[Math.floor(0.5 * offs.length)]).toBeLessThan(0.02);
    expect(offs[Math.floor(0.8 * offs.length)]).toBeLessThan(0.15);
  });

  it("of a scan of one straight wall it is the same wall, by geometry", () => {
    // A wall 1 m ahead, seen by beams that look at it; from 0.2 m to the left it is 1 m ahead still.
    const wall = (left: number): Float32Array =>
      Float32Array.from({ length: 36 }, (_, k) => {
        const angle = (2 * Math.PI * k) / 36;
        const along = 1 / Math.cos(angle);
        const across = left + along * Math.sin(angle);
        return Math.cos(angle) > 0 && Math.abs(across) < 1.5 ? along : 3.5;
      });
    const [seen, there] = [scanFromBeside(wall(0), 0.2, 3.5), wall(0.2)];
    for (const k of [0, 1, 2, 3, 33, 34, 35]) expect(seen[k]).toBeCloseTo(there[k]!, 5);
    expect(seen[18]).toBe(3.5);
    expect(
      [...scanFromBeside(wall(0), 0, 3.5)].filter((range, k) => Math.abs(range - wall(0)[k]!) > 1e-5),
    ).toEqual([]);
  });
});

describe("the treatment of a base in a recipe", () => {
  it("is on for takes of people, off for scripts; the set keeps what was recorded", () => {
    expect(defaultRecipe(contract, ["scripted:navigate/better"]).treatment).toBeUndefined();
    for (const maker of ["teleop:keyboard", "teleop:gamepad", "operator-model"])
      expect(checkRecipe(defaultRecipe(contract, [maker]))).toEqual({
        ...defaultRecipe(contract),
        treatment: BASE_TREATMENT,
      });
    expect(() =>
      checkRecipe({
        ...defaultRecipe(contract),
        treatment: { ...BASE_TREATMENT, turned: { beams: 0.5, within: 1 } },
      }),
    ).toThrow(/recipe.treatment: turned.beams must be an integer from 1 to 1000/);
    const { moved: _, ...leaning } = BASE_TREATMENT;
    expect(defaultRecipe(skidSteerContract("climb", null), ["teleop:keyboard"]).treatment).toEqual(leaning);
    const { room, start, goal } = drawn();
    const take = drivenTake(room, start, goal, KEYS);
    const before = structuredClone(take);
    const scripted = { ...take, meta: { ...take.meta, maker: "scripted:navigate/better" as const } };
    const { episodes, count } = treatEpisodes([scripted, take], contract, looks, BASE_TREATMENT);
    expect(take).toEqual(before);
    expect(count).toBe(1);
    expect(episodes[0]).toBe(scripted);
    // The take and its image, each with two copies that turn back and two that come back from beside.
    expect(episodes).toHaveLength(1 + 2 * 5);
    expect(episodes[1]).toBe(take);
  });

  it("leaves a policy that does the same in a mirror, as far as it has learned", {
    timeout: 120_000,
  }, async () => {
    const { room, start, goal } = drawn();
    const takes = [KEYS, KEYS.slice(6), KEYS.slice(16)].map((keys) => drivenTake(room, start, goal, keys));
    const recipe = { ...defaultRecipe(contract, ["teleop:keyboard"]), hidden: [64], steps: 600, warmUp: 20 };
    const differs = async (mirror: boolean): Promise<number> => {
      const request = {
        episodes: takes,
        contract,
        recipe: { ...recipe, treatment: { ...BASE_TREATMENT, mirror } },
        seed: 1,
        data: "toy",
      };
      const { candidates } = await train(request, { open: openNodeSession });
      const policy = await loadPolicy(candidates.at(-1)!.model, openNodeSession);
      const [take] = takes as [Episode];
      const image = mirrorEpisode(contract, take, looks, plane);
      const act = async (episode: Episode, t: number) =>
        policy.act(
          {
            time: 0,
            values: Object.fromEntries(
              [...looks, PLACE_POSITION.name].map((name) => [name, Float32Array.from(row(episode, name, t))]),
            ),
          },
          [0, 0],
          new Float32Array(policy.noiseSize),
        );
      let sum = 0;
      for (let t = 0; t < take.length; t++) {
        const [here, there] = [await act(take, t), await act(image, t)];
        sum += Math.abs(here[1]! + there[1]!);
      }
      await policy.free();
      return sum / take.length;
    };
    expect(await differs(true)).toBeLessThan(0.5 * (await differs(false)));
  });
});
