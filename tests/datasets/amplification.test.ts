/**
 * Ten takes become many: how a take is cut, how its parts are moved, and that what is kept is what the simulator says
 * of it. Sources are scripted takes and one of the model of a person at the keys.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  compose,
  createRandom,
  diffDriveContract,
  type Environment,
  fromAxisAngle,
  type GoalSlot,
  invert,
  type Pose,
  stateHash,
  TWO_PANDAS,
  tableGoals,
  teamContract,
  type Vec3,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import {
  type AmplificationSource,
  type Attempt,
  amplifyOnce,
  checkAmplifiable,
  counted,
  createDataset,
  type Episode,
  memoryStore,
  movePart,
  NO_YIELD,
  openDataset,
  PACE,
  type Part,
  paced,
  partsOf,
  readYield,
  takeApart,
  takeId,
  type WatchedTake,
  writeYield,
} from "../../datasets/index.js";
import { taskByName } from "../../sim/index.js";
import { recordDemonstration } from "../../teleop/index.js";
import { episodesOf, work } from "../operator/headless.js";

const LONG = 120_000;
const OPEN = 0.08;

/** A take of one letter a frame: what is held (t target, p place, . nothing), capitals with fingers told to close. */
function written(held: string, positions: Partial<Record<GoalSlot, Vec3>> = {}): WatchedTake {
  const letters = [...held];
  const poses = (slot: GoalSlot): Pose[] =>
    letters.map(() => ({ position: positions[slot] ?? [0.5, 0, 0.02], orientation: [0, 0, 0, 1] }));
  return {
    id: "0123456789abcdef",
    frames: letters.length,
    commands: Float32Array.from(
      letters.flatMap((letter, i) => [
        0.5 + 0.01 * i,
        0,
        0.2,
        0,
        letter === letter.toLowerCase() && letter !== "-" ? OPEN : 0,
      ]),
    ),
    objects: { target: poses("target"), ...(positions.place === undefined ? {} : { place: poses("place") }) },
    held: letters.map((letter) => (({ t: "target", p: "place" })[letter.toLowerCase()] as GoalSlot) ?? null),
  };
}

const shown = (parts: readonly Part[]): string =>
  parts
    .map(
      ({ from, to, reference, carries, grasps }) =>
        `${from}-${to} ${reference ?? "-"} ${carries ?? "-"}>${grasps ?? "-"}`,
    )
    .join(", ");

describe("a take is cut where something of the goal begins or ends to be held", () => {
  it.each([
    [
      "a lift: the reach belongs to the target, the rest goes on from there",
      "....--TTTTTTTT",
      {},
      "0-6 target ->target, 6-14 - target>target",
    ],
    [
      "a cube into a bin: what is brought belongs to the place",
      "....--TTTTTTTTTT....",
      { place: [0.5, 0.05, 0] },
      "0-6 target ->target, 6-16 place target>-, 16-20 - ->-",
    ],
    [
      "a peg that is in its hole when the take ends: what is brought belongs to the hole",
      "....--TTTTTTTTTT",
      { place: [0.5, 0.05, 0] },
      "0-6 target ->target, 6-16 place target>target",
    ],
    [
      "held far from the place when the take ends: the rest goes on from there",
      "....--TTTTTTTTTT",
      { place: [0.5, 0.3, 0] },
      "0-6 target ->target, 6-16 - target>target",
    ],
    [
      "let go far from the place: it belongs to nothing",
      "....--TTTTTTTTTT....",
      { place: [0.5, 0.3, 0] },
      "0-6 target ->target, 6-16 - target>-, 16-20 - ->-",
    ],
    [
      "fingers that closed on nothing and opened again are left out",
      "....---....--TTTTTTTT",
      {},
      "7-13 target ->target, 13-21 - target>target",
    ],
    [
      "a cube that was lost and taken again: only the last time counts",
      "....--TTTTTTT.....--TTTTTTTT",
      {},
      "13-20 target ->target, 20-28 - target>target",
    ],
    [
      "a cube that is not seen in the hand for a frame or two was not lost",
      "....--TTTT--TTTTTT",
      {},
      "0-6 target ->target, 6-18 - target>target",
    ],
    ["a touch is no grasp", "....--TT......", {}, ""],
    ["nothing was held", "..........", {}, ""],
  ] as const)("%s", (_, held, positions, expected) => {
    expect(shown(partsOf(written(held, positions)))).toBe(expected);
  });
});

/** A straight reach that bends down at the end, with a turn of the hand. */
const reach = (object: Pose): { take: WatchedTake; part: Part } => {
  const [x, y] = object.position;
  const way: [number, number, number, number, number][] = [];
  for (let i = 0; i <= 20; i++) way.push([x - 0.15 + 0.0075 * i, y + 0.1 - 0.005 * i, 0.2, 0.02 * i, OPEN]);
  for (let i = 1; i <= 18; i++) way.push([x, y, 0.2 - 0.01 * i, 0.4, OPEN]);
  for (let i = 0; i < 8; i++) way.push([x, y, 0.02, 0.4, 0]);
  const take: WatchedTake = {
    id: "0123456789abcdef",
    frames: way.length,
    commands: Float32Array.from(way.flat()),
    objects: { target: way.map(() => object) },
    held: way.map((_, i) => (i > way.length - 4 ? "target" : null)),
  };
  return { take, part: { from: 0, to: way.length, reference: "target", carries: null, grasps: "target" } };
};
const upright = (x: number, y: number, yaw: number): Pose => ({
  position: [x, y, 0.02],
  orientation: fromAxisAngle([0, 0, 1], yaw),
});
const layouts = fc.record({
  x: fc.double({ min: 0.4, max: 0.6, noNaN: true }),
  y: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
  yaw: fc.double({ min: -3, max: 3, noNaN: true }),
});

describe("a part that is moved", () => {
  const object = upright(0.5, 0, 0.3);
  const { take, part } = reach(object);
  const start = { position: [0.35, 0.1, 0.2] as Vec3, yaw: 0 };
  const circumstances = {
    from: start,
    reference: object,
    carried: null,
    carriedSymmetry: null,
    symmetry: 4,
    reach: 1.9,
  };

  it("stays what it was where nothing has changed", () => {
    const way = movePart(take, part, circumstances)!;
    for (const { position, yaw } of way) {
      const near = Array.from({ length: take.frames }, (_, i) =>
        take.commands.subarray(5 * i, 5 * i + 4),
      ).some(
        (row) =>
          Math.hypot(row[0]! - position[0], row[1]! - position[1], row[2]! - position[2], row[3]! - yaw) <
          1e-6,
      );
      expect(near).toBe(true);
    }
  });

  it("begins where the hand is and ends at the object as it was shown, whatever the layout", () => {
    fc.assert(
      fc.property(layouts, layouts, ({ x, y, yaw }, hand) => {
        const there = upright(x, y, yaw);
        const from = { position: [hand.x, hand.y, 0.25] as Vec3, yaw: 0.1 * hand.yaw };
        const way = movePart(take, part, {
          ...circumstances,
          from,
          reference: there,
          symmetry: 1,
          reach: 10,
        })!;
        expect(way[0]!.position.map((v, k) => v - from.position[k]!)).toEqual(
          [0, 0, 0].map(() => expect.closeTo(0, 9)),
        );
        const end = way.at(-1)!;
        // As seen from the object, by the algebra of poses.
        const seen = (at: Pose, tool: { position: Vec3; yaw: number }): Pose =>
          compose(invert(at), { position: tool.position, orientation: fromAxisAngle([0, 0, 1], tool.yaw) });
        const [was, is] = [seen(object, { position: [0.5, 0, 0.02], yaw: 0.4 }), seen(there, end)];
        is.position.forEach((value, k) => {
          expect(value).toBeCloseTo(was.position[k]!, 6);
        });
        expect(wrapAngle(yawOf(is.orientation) - yawOf(was.orientation))).toBeCloseTo(0, 6);
      }),
    );
  });

  it("turns the hand as little as a symmetric object allows, and never farther than it goes", () => {
    fc.assert(
      fc.property(layouts, ({ x, y, yaw }) => {
        const way = movePart(take, part, { ...circumstances, reference: upright(x, y, yaw) })!;
        const end = way.at(-1)!.yaw;
        const offFace = (4 * (end - yaw - (0.4 - 0.3))) / (2 * Math.PI);
        expect(Math.abs(offFace - Math.round(offFace))).toBeLessThan(1e-6);
        expect(Math.abs(end)).toBeLessThanOrEqual(Math.PI / 4 + 1e-6);
      }),
    );
    const behind = { ...circumstances, reference: upright(0.5, 0, 0.3 + Math.PI), symmetry: 1 };
    expect(movePart(take, part, behind)).toBeNull();
  });

  it("brings what is held to the place, however it is held, and turned as it was shown", () => {
    const cube = upright(0.5, 0, 0);
    const place = upright(0.5, 0.3, 0);
    const frames = 41;
    const carried: WatchedTake = {
      ...take,
      frames,
      commands: Float32Array.from(
        Array.from({ length: frames }, (_, i) => [
          0.5,
          0.0075 * i,
          0.2,
          0,
          i === frames - 1 ? OPEN : 0,
        ]).flat(),
      ),
      objects: {
        target: Array.from({ length: frames }, (_, i) => ({
          ...cube,
          position: [0.5, 0.0075 * i, 0.19] as Vec3,
        })),
        place: Array.from({ length: frames }, () => place),
      },
    };
    const bring: Part = { from: 0, to: frames, reference: "place", carries: "target", grasps: null };
    fc.assert(
      fc.property(layouts, layouts, fc.boolean(), ({ x, y, yaw }, hand, seen) => {
        const tool = { position: [hand.x, hand.y, 0.2] as Vec3, yaw: 0.2 * hand.yaw };
        const handPose = (at: typeof tool): Pose => ({
          position: at.position,
          orientation: fromAxisAngle([0, 0, 1], at.yaw),
        });
        // Held up to 10 mm beside where it was shown, and turned by up to 0.3 rad.
        const inHand: Pose = {
          position: [0.1 * (hand.x - 0.5), 0.1 * y, -0.01],
          orientation: fromAxisAngle([0, 0, 1], 0.1 * yaw),
        };
        // Where the contract does not show how the place is turned, it is turned as it was.
        const there = upright(x, y, seen ? yaw : 0);
        const way = movePart(carried, bring, {
          from: tool,
          reference: there,
          carried: compose(handPose(tool), inHand),
          carriedSymmetry: 1,
          symmetry: seen ? 1 : null,
          reach: 10,
        })!;
        const arrived = compose(handPose(way.at(-1)!), inHand);
        const wanted = compose(there, { position: [0, 0, 0.17], orientation: [0, 0, 0, 1] });
        for (const k of [0, 1, 2]) expect(arrived.position[k]).toBeCloseTo(wanted.position[k]!, 6);
        expect(wrapAngle(yawOf(arrived.orientation) - yawOf(wanted.orientation))).toBeCloseTo(0, 6);
      }),
    );
  });
});

describe("the pace", () => {
  it("keeps every step below its distance and waits where the fingers are told something", () => {
    const { take, part } = reach(upright(0.5, 0, 0));
    const from = { position: [0.35, 0.1, 0.2] as Vec3, yaw: 0, width: OPEN, bound: 0 };
    const way = movePart(take, part, {
      from,
      reference: upright(0.55, -0.05, 0.2),
      carried: null,
      carriedSymmetry: null,
      symmetry: 4,
      reach: 1.9,
    })!;
    const commands = paced(from, way, PACE);
    for (const [i, { position }] of commands.entries()) {
      const before = commands[i - 1] ?? from;
      expect(Math.hypot(...position.map((v, k) => v - before.position[k]!))).toBeLessThan(
        PACE.distance + 1e-9,
      );
    }
    const told = commands.findIndex(({ width }) => width === 0);
    const stood = (i: number): boolean =>
      commands[i]!.position.every((v, k) => v === commands[told]!.position[k]);
    expect([told - PACE.before, told, told + PACE.after].every(stood)).toBe(true);
    expect(commands.at(-1)!.position).toEqual(way.at(-1)!.position);
  });
});

describe.each(["lift", "pick-place"])("amplified takes of %s", (name) => {
  const task = taskByName(name);
  let environment: Environment;
  let takes: Episode[];
  let sources: AmplificationSource[];
  const options = { linger: task.linger, sentence: () => "do it" };
  const attempt = (seed: number): Attempt => amplifyOnce(environment, sources, seed, options);

  beforeAll(async () => {
    environment = await task.create();
    takes = [1, 2, 3].map(
      (seed) =>
        recordDemonstration(environment, task.demonstrator(seed), {
          seed,
          linger: task.linger,
          sentence: "do it",
          maker: "scripted",
        })!,
    );
    sources = takes.flatMap((take) => takeApart(environment, take).source ?? []);
  }, LONG);
  afterAll(() => environment.free());

  it("come from takes that can all be taken apart", () => {
    expect(sources.map(({ take }) => take.id)).toEqual(takes.map(takeId));
  });

  it("do the task again in the very layout they were shown in", () => {
    for (const [i, source] of sources.entries()) {
      const again = amplifyOnce(environment, [source], takes[i]!.meta.seed!, { ...options, sway: 0 });
      expect(again.episode?.meta.success).toBe(true);
    }
  });

  it("are kept where the simulator said so, and end the same way to the bit when they are played again", {
    timeout: LONG,
  }, () => {
    const kept = Array.from({ length: 6 }, (_, i) => attempt(300_000 + i)).flatMap(
      ({ episode }) => episode ?? [],
    );
    expect(kept.length).toBeGreaterThanOrEqual(4);
    for (const { actions, features, length, meta } of kept) {
      environment.reset(meta.seed!);
      expect(Array.from(environment.command())).toEqual(meta.initialCommand);
      const seen = new Map(Object.keys(features).map((feature): [string, number[]] => [feature, []]));
      for (let t = 0; t < length; t++) {
        for (const [feature, values] of Object.entries(environment.observe().values))
          seen.get(feature)!.push(...values);
        environment.step(actions.subarray(5 * t, 5 * t + 5));
      }
      for (const [feature, values] of Object.entries(features))
        expect(stateHash(Float64Array.from(seen.get(feature)!))).toBe(stateHash(Float64Array.from(values)));
      expect(environment.outcome()).toEqual({ state: "success" });
    }
  });

  it("are the same from the same seed, whatever was tried before", () => {
    const [first, second] = [attempt(300_020), attempt(300_021)];
    expect(attempt(300_021)).toEqual(second);
    expect(attempt(300_020)).toEqual(first);
    expect(second).not.toEqual(first);
  });

  it("say what they are and whose, in memory and in a data set", async () => {
    const found = [attempt(300_000), attempt(300_001), attempt(300_002)].find(
      ({ episode }) => episode !== null,
    )!;
    const store = memoryStore();
    const writer = await createDataset(store, { contract: environment.contract });
    for (const episode of [...takes, found.episode!]) await writer.append(episode);
    await writer.close();
    const { meta } = await (await openDataset(store)).episode(3);
    expect(meta).toEqual(found.episode!.meta);
    expect([meta.maker, meta.seed]).toEqual(["amplified", found.seed]);
    expect(meta.parents!.length).toBeGreaterThan(0);
    for (const parent of meta.parents!) expect(takes.map(takeId)).toContain(parent);
    expect(takeApart(environment, found.episode!)).toMatchObject({
      source: null,
      reason: expect.stringContaining("made from others"),
    });
  });

  it("are not made of takes that failed, have no seed, or do not end here as they were recorded", () => {
    const spoiled = (meta: Partial<Episode["meta"]>): Episode => ({
      ...takes[0]!,
      meta: { ...takes[0]!.meta, ...meta },
    });
    for (const [meta, reason] of [
      [{ success: false }, "must be a success"],
      [{ seed: null }, "must have the seed"],
      [{ randomisation: { mass: 2 } as never }, "another one was drawn for it"],
      [{ seed: 77 }, "must end in this simulator as it was recorded"],
    ] as const)
      expect(takeApart(environment, spoiled(meta))).toMatchObject({
        source: null,
        reason: expect.stringContaining(reason),
      });
  });
});

describe("a take from the keyboard", () => {
  it("is moved without the time somebody stood and thought", { timeout: LONG }, async () => {
    const task = taskByName("lift");
    const environment = await task.create();
    const takes = await episodesOf(await work({ task: "lift", person: 0, firstSeed: 41, takes: 1 }));
    const { source } = takeApart(environment, takes[0]!);
    const attempts = Array.from({ length: 6 }, (_, i) =>
      amplifyOnce(environment, [source!], 300_000 + i, { linger: task.linger, sentence: () => "lift it" }),
    );
    const kept = attempts.flatMap(({ episode }) => episode ?? []);
    expect(kept.length).toBeGreaterThanOrEqual(3);
    for (const { length } of kept) expect(length).toBeLessThan(0.7 * takes[0]!.length);
    environment.free();
  });
});

describe("the yield", () => {
  it("counts every attempt once, kept or by its failure, and is read back as it was written", async () => {
    const kinds = ["missed", "dropped", "out-of-reach"] as const;
    const episode = {} as Episode;
    const random = createRandom(1);
    const attempts = Array.from(
      { length: 50 },
      (_, i): Attempt =>
        random.next() < 0.6 ? { seed: i, episode } : { seed: i, episode: null, failure: random.pick(kinds) },
    );
    const found = attempts.reduce(counted, NO_YIELD);
    expect(found.tried).toBe(50);
    expect(found.kept).toBe(attempts.filter((each) => each.episode !== null).length);
    expect(Object.values(found.failures).reduce((sum, count) => sum + count, found.kept)).toBe(50);
    expect(found.next).toBe(50);
    const store = memoryStore();
    expect(await readYield(store)).toEqual(NO_YIELD);
    await writeYield(store, found);
    expect(await readYield(store)).toEqual(found);
  });

  it.each([
    ["{", /meta\/apprentice-amplification\.json: must be JSON/],
    ["[]", /version must be 1/],
    ['{"version":1,"tried":null,"kept":0,"failures":{},"next":null}', /tried must be an integer/],
  ])("of %j is refused with place and rule", async (text, message) => {
    const store = memoryStore();
    const bytes = new TextEncoder().encode(text);
    await store.write([{ path: "meta/apprentice-amplification.json", bytes }]);
    await expect(readYield(store)).rejects.toThrow(message);
  });
});

describe("what cannot be amplified", () => {
  it("is refused with the reason: the way of a base is not that of its goal, and two hands hold one thing", () => {
    expect(() => checkAmplifiable(diffDriveContract("navigate", null))).toThrow(
      /amplify: takes must be of a tool: the way of a base/,
    );
    const team = teamContract(TWO_PANDAS, "two-arm-lift", tableGoals(["target"], {}, "table"), null);
    expect(() => checkAmplifiable(team)).toThrow(
      'amplify: takes must be of one tool: what two hands hold is moved by neither alone, got "two-pandas"',
    );
  });
});
