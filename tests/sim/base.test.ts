/**
 * The simulated bases: what every one of them does, and how exactly the differential-drive one drives, what it senses,
 * what it does when it bumps. The other one's own ways are in `skid-steer.test.ts`.
 */
import { beforeAll, describe, expect, test } from "vitest";
import {
  baseContract,
  createRandom,
  DIFF_DRIVE,
  type Pose,
  planarDistance,
  SKID_STEER,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import {
  type BaseSim,
  castScan,
  clearance,
  createBaseSim,
  createSkidSim,
  drawCourse,
  drawRoom,
  initEngine,
  LOCALISATION,
  localise,
  type PlanarPose,
  type Room,
} from "../../sim/index.js";

beforeAll(initEngine);

const DEGREE = Math.PI / 180;
const EMPTY: Room = { halfWidth: 3, height: 0.5, obstacles: [], places: [] };
const baseIn = (room: Room, x: number, y: number, yaw: number): BaseSim =>
  createBaseSim({ room, start: { x, y, yaw } });
const drive = (sim: BaseSim, linear: number, angular: number, seconds: number): void => {
  sim.setTwist(linear, angular);
  for (let tick = 0; tick < Math.round(seconds / sim.dt); tick++) sim.tick();
};
const deviation = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

describe("driven open loop", () => {
  const trials = [-2.9, -1.2, 0, 0.8, 2.1].flatMap((heading) =>
    [
      [0.2, 0.5],
      [0.5, 1.5],
    ].map(([speed, rate]) => ({ heading, speed: speed!, rate: rate! })),
  );

  test.each(trials)(
    "1 m at $speed m/s heading $heading, a quarter turn at $rate rad/s, then it stands",
    ({ heading, speed, rate }) => {
      const sim = baseIn(EMPTY, -0.5 * Math.cos(heading), -0.5 * Math.sin(heading), heading);
      const start = sim.pose();
      drive(sim, speed, 0, 1 / speed);
      drive(sim, 0, 0, 1);
      const end = sim.pose();
      const [dx, dy] = [end.position[0] - start.position[0], end.position[1] - start.position[1]];
      expect(Math.hypot(dx, dy)).toBeGreaterThan(0.985);
      expect(Math.hypot(dx, dy)).toBeLessThan(1.015);
      expect(Math.abs(dy * Math.cos(heading) - dx * Math.sin(heading))).toBeLessThan(0.005);

      drive(sim, 0, rate, Math.PI / 2 / rate);
      drive(sim, 0, 0, 1);
      const turn = wrapAngle(yawOf(sim.pose().orientation) - yawOf(end.orientation));
      expect(Math.abs(turn / DEGREE - 90)).toBeLessThan(1.5);

      const stopped = sim.pose();
      drive(sim, 0, 0, 5);
      expect(Math.abs(sim.twist().linear)).toBeLessThan(0.01);
      expect(planarDistance(sim.pose().position, stopped.position)).toBeLessThan(0.001);
      sim.free();
    },
  );

  test("a twist is reached within the acceleration limits and never exceeds the speed limits", () => {
    const { limits } = DIFF_DRIVE;
    const sim = baseIn(EMPTY, -2, 0, 0);
    sim.setTwist(5, -9);
    expect(sim.command()).toEqual({ linear: limits.forward, angular: -limits.turn });
    for (let tick = 1; tick <= 120; tick++) {
      sim.tick();
      const { linear, angular } = sim.twist();
      const time = tick * sim.dt;
      expect(linear).toBeLessThan(Math.min(limits.forward, limits.acceleration * time) + 0.02);
      expect(-angular).toBeLessThan(Math.min(limits.turn, limits.turnAcceleration * time) + 0.15);
    }
    expect(sim.twist().linear).toBeGreaterThan(0.97 * limits.forward);
    expect(-sim.twist().angular).toBeGreaterThan(0.97 * limits.turn);
    sim.setTwist(-5, 0);
    expect(sim.command().linear).toBe(-limits.backward);
    // v²/2a from full speed
    const before = sim.pose();
    drive(sim, 0, 0, 1);
    expect(planarDistance(before.position, sim.pose().position)).toBeLessThan(0.145);
    sim.free();
  });

  test("odometry from the wheels follows the true way, and drifts only slowly", () => {
    const sim = baseIn(EMPTY, 0, -1, 0.3);
    drive(sim, 0.4, 0.6, 8);
    drive(sim, 0.2, -0.9, 4);
    const driven = sim.pose();
    const { position } = sim.odometry();
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    const expected = [c * position[0] - s * position[1], -1 + s * position[0] + c * position[1], 0] as const;
    expect(planarDistance(expected, driven.position)).toBeLessThan(0.06);
    expect(
      Math.abs(wrapAngle(yawOf(sim.odometry().orientation) + 0.3 - yawOf(driven.orientation))),
    ).toBeLessThan(3 * DEGREE);
    sim.free();
  });
});

describe("a bump", () => {
  test("into a wall at full speed is felt, ends at the wall, and is over when it backs off", () => {
    const sim = baseIn(EMPTY, 2, 0, 0);
    while (clearance(EMPTY, sim.pose().position[0], 0) > 0.01) {
      drive(sim, 0.5, 0, sim.dt);
      expect(sim.inContact()).toBe(false);
    }
    drive(sim, 0.5, 0, 2);
    expect(sim.inContact()).toBe(true);
    const { position, orientation } = sim.pose();
    expect(Math.abs(clearance(EMPTY, position[0], position[1]))).toBeLessThan(0.002);
    expect(2 * Math.hypot(orientation[0], orientation[1])).toBeLessThan(1 * DEGREE);
    drive(sim, -0.2, 0, 1);
    expect(sim.inContact()).toBe(false);
    expect(clearance(EMPTY, sim.pose().position[0], sim.pose().position[1])).toBeGreaterThan(0.05);
    sim.free();
  });

  test("is felt exactly when rim and obstacle meet, wherever it drives", () => {
    let met = 0;
    for (let seed = 200_000; seed < 200_006; seed++) {
      const random = createRandom(seed);
      const { room, start } = drawRoom(random);
      const sim = createBaseSim({ room, start });
      for (let leg = 0; leg < 25; leg++) {
        sim.setTwist(random.uniform(-0.2, 0.5), random.uniform(-1, 1));
        for (let tick = 0; tick < 60; tick++) {
          sim.tick();
          const [x, y] = sim.pose().position;
          const gap = clearance(room, x, y);
          if (sim.inContact()) met++;
          if (Math.abs(gap) > 0.002) expect(sim.inContact()).toBe(gap < 0);
        }
      }
      sim.free();
    }
    expect(met).toBeGreaterThan(100);
  });
});

describe("the scan", () => {
  /** Walks along a ray in small steps until it is inside something: slow, and knows nothing of chords. */
  const walked = (room: Room, pose: PlanarPose, angle: number): number => {
    const far = DIFF_DRIVE.scan.rangeMax;
    for (let range = 0; range < far; range += 0.001) {
      const x = pose.x + range * Math.cos(pose.yaw + angle);
      const y = pose.y + range * Math.sin(pose.yaw + angle);
      if (clearance(room, x, y) + DIFF_DRIVE.radius <= 0) return range;
    }
    return far;
  };

  test("is what a walk along each ray meets", () => {
    const ranges = new Float32Array(DIFF_DRIVE.scan.beams);
    for (let seed = 200_000; seed < 200_010; seed++) {
      const { room, start } = drawRoom(createRandom(seed));
      castScan(room, start, DIFF_DRIVE.scan.rangeMax, ranges);
      ranges.forEach((range, beam) => {
        expect(Math.abs(range - walked(room, start, (2 * Math.PI * beam) / ranges.length))).toBeLessThan(
          0.0021,
        );
      });
    }
  });

  test("runs counter-clockwise from the front, with a centimetre of noise, and stays at its limit when clear", () => {
    const room: Room = { ...EMPTY, obstacles: [{ x: -2, y: 0.5, radius: 0.2 }] };
    // At (-2, -0.5) facing +x: the wall ahead is out of range, the obstacle stands to the left, a wall behind.
    const sim = baseIn(room, -2, -0.5, 0);
    const random = createRandom(3);
    const scans = Array.from({ length: 400 }, () => sim.scan(random));
    const beam = (index: number) => scans.map((scan) => scan[index]!);
    const mean = (index: number) => beam(index).reduce((sum, range) => sum + range, 0) / scans.length;
    expect(scans[0]!.length).toBe(36);
    expect(new Set(beam(0))).toEqual(new Set([DIFF_DRIVE.scan.rangeMax]));
    expect(mean(9)).toBeCloseTo(0.8, 2);
    expect(mean(18)).toBeCloseTo(1, 2);
    expect(mean(27)).toBeCloseTo(2.5, 2);
    for (const index of [9, 18, 27]) {
      expect(deviation(beam(index))).toBeGreaterThan(0.0085);
      expect(deviation(beam(index))).toBeLessThan(0.0115);
    }
    sim.free();
  });
});

test("localisation errs as it says, and keeps the base on the floor", () => {
  const truth: Pose = { position: [1, -2, 0.01], orientation: [0, 0, Math.sin(1.5), Math.cos(1.5)] };
  const random = createRandom(1);
  const found = Array.from({ length: 2000 }, () => localise(truth, random));
  const within = (values: readonly number[], expected: number) => {
    expect(deviation(values)).toBeGreaterThan(0.93 * expected);
    expect(deviation(values)).toBeLessThan(1.07 * expected);
  };
  within(
    found.map(({ position }) => position[0]),
    LOCALISATION.position,
  );
  within(
    found.map(({ position }) => position[1]),
    LOCALISATION.position,
  );
  within(
    found.map(({ orientation }) => wrapAngle(yawOf(orientation) - 3)),
    LOCALISATION.heading,
  );
  expect(found.every(({ position, orientation }) => position[2] === 0 && orientation[0] === 0)).toBe(true);
});

/** Each base in surroundings of its own, at its beginning; `elsewhere` of another start or rate. */
const BASES = [
  {
    name: "diff-drive",
    data: DIFF_DRIVE,
    make: (dt = 1 / 120, elsewhere = false): BaseSim => {
      const { room, start } = drawRoom(createRandom(200_001));
      return createBaseSim({ room, start: elsewhere ? { x: 0, y: 0, yaw: 0 } : start, dt });
    },
  },
  {
    name: "skid-steer",
    data: SKID_STEER,
    make: (dt = 1 / 120, elsewhere = false): BaseSim => {
      const { course, start } = drawCourse(createRandom(200_001));
      return createSkidSim({ course, start: elsewhere ? { x: 0, y: 0, yaw: 0 } : start, dt });
    },
  },
];

describe.each(BASES)("every base, as $name", ({ data, make }) => {
  const wander = (sim: BaseSim, legs: number) => {
    for (let leg = 0; leg < legs; leg++) drive(sim, 0.3 + 0.2 * Math.sin(leg), 1.2 * Math.cos(3 * leg), 0.3);
  };

  test("is driven and seen by the same words, and takes no twist beyond its limits", () => {
    const { actions } = baseContract(data, { task: "any", simulated: null, goals: [] });
    expect(actions.map(({ name }) => name)).toEqual(["action.base.linear", "action.base.angular"]);
    const sim = make();
    sim.setTwist(99, -99);
    expect(sim.command()).toEqual({ linear: data.limits.forward, angular: -data.limits.turn });
    sim.setTwist(-99, 99);
    expect(sim.command()).toEqual({ linear: -data.limits.backward, angular: data.limits.turn });
    const scan = sim.scan(createRandom(1));
    expect(scan.length).toBe(data.scan.beams);
    for (const range of scan) {
      expect(range).toBeGreaterThanOrEqual(Math.fround(data.scan.rangeMin));
      expect(range).toBeLessThanOrEqual(data.scan.rangeMax);
    }
    sim.free();
  });

  test("reaches a twist within its acceleration limits, by its encoders", () => {
    const { limits } = data;
    const sim = make();
    sim.setTwist(0.4, 0);
    for (let tick = 1; tick <= 90; tick++) {
      sim.tick();
      expect(sim.twist().linear).toBeLessThan(Math.min(0.4, limits.acceleration * tick * sim.dt) + 0.03);
    }
    expect(sim.twist().linear).toBeGreaterThan(0.95 * 0.4);
    sim.free();
  });

  test("its snapshot continues to the bit, through a bump, restored twice and in a second base", () => {
    const sim = make();
    wander(sim, 5);
    const snapshot = sim.snapshot();
    let bumped = false;
    for (let leg = 0; leg < 24; leg++) {
      drive(sim, 0.5, 0.1, 0.5);
      bumped ||= sim.inContact();
    }
    expect(bumped).toBe(true);
    const hash = sim.hash();
    const other = make(1 / 120, true);
    for (const base of [sim, sim, other]) {
      base.restore(snapshot);
      drive(base, 0.5, 0.1, 12);
      expect(base.hash()).toBe(hash);
      expect(base.odometry()).toEqual(sim.odometry());
    }
    sim.free();
    other.free();
  });

  test("its snapshot is refused by a base of another rate or kind, and damaged", () => {
    const sim = make();
    const finer = make(1 / 240);
    expect(() => finer.restore(sim.snapshot())).toThrow(/snapshot: must come from the engine/);
    expect(() => sim.restore(sim.snapshot().subarray(0, 300))).toThrow(/snapshot/);
    const stranger = BASES.find((base) => base.data !== data)!.make();
    expect(() => sim.restore(stranger.snapshot())).toThrow(/snapshot: must be of/);
    for (const each of [sim, finer, stranger]) each.free();
  });
});

test("runs more than twenty times faster than real time among six obstacles, with ten scans a second", () => {
  const random = createRandom(200_002);
  const { room, start } = drawRoom(random);
  const sim = createBaseSim({ room, start });
  drive(sim, 0, 0, 2);
  const began = performance.now();
  for (let step = 0; step < 100; step++) {
    drive(sim, 0.3, Math.sin(step / 10), 0.1);
    sim.scan(random);
  }
  expect(10 / ((performance.now() - began) / 1000)).toBeGreaterThan(20);
  sim.free();
});
