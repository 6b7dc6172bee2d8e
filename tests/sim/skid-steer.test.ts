/** The simulated skid-steer base: that it drives, slips, climbs and leans as such a base does, and what its laser sees. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  compose,
  createRandom,
  fromRollPitchYaw,
  invert,
  leanOf,
  type Pose,
  planarDistance,
  SKID_STEER,
  transformPoint,
  type Vec3,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import {
  type BaseSim,
  type Course,
  castCourse,
  createSkidSim,
  drawCourse,
  initEngine,
  solidsOf,
  TRACK,
} from "../../sim/index.js";

beforeAll(initEngine);

const DEGREE = Math.PI / 180;
/** Nothing higher than a millimetre before the far wall. */
const FLAT: Course = {
  at: { x: 0, y: 0, yaw: 0 },
  step: { from: 2.6, to: 2.65, height: 0.001 },
  ramp: { foot: 2.7, crest: 2.8 },
  height: 0.001,
};
const courseOf = (step: number, slope: number): Course => ({
  ...FLAT,
  step: { from: -1.1, to: -0.6, height: step },
  ramp: { foot: 1.35 - 0.3 / Math.tan(slope), crest: 1.35 },
  height: 0.3,
});
const onto = (course: Course, x: number): BaseSim => createSkidSim({ course, start: { x, y: 0, yaw: 0 } });
const drive = (sim: BaseSim, linear: number, angular: number, seconds: number): void => {
  sim.setTwist(linear, angular);
  for (let tick = 0; tick < Math.round(seconds / sim.dt); tick++) sim.tick();
};
const pitchOf = ({ orientation: [x, y, z, w] }: Pose): number => Math.asin(2 * (w * y - z * x));
/** Turns on the spot through many circles: rad that the base and its odometry turned, and where it was. */
const turn = (sim: BaseSim, rate: number, seconds: number) => {
  drive(sim, 0, rate, 1.5);
  const headings = () => [yawOf(sim.pose().orientation), yawOf(sim.odometry().orientation)] as const;
  let [turned, measured] = [0, 0];
  let before = headings();
  const poses: Pose[] = [];
  for (let k = 0; k < seconds * 10; k++) {
    drive(sim, 0, rate, 0.1);
    const now = headings();
    turned += wrapAngle(now[0] - before[0]);
    measured += wrapAngle(now[1] - before[1]);
    before = now;
    poses.push(sim.pose());
  }
  return { turned, measured, poses };
};

/**
 * Turning on the spot by hand: four wheels, each with a quarter of front or rear load, slip at constant speed; friction is
 * as large in every direction and against the slip. What separation of rolling wheels turns as far, and about which x the
 * base turns, where forces across and moments are in balance.
 */
function quasiStatic(): { readonly separation: number; readonly behind: number } {
  const { bodyCentre, bodyMass, track, wheelMass, wheelbase } = SKID_STEER;
  const [a, b] = [wheelbase / 2, track / 2];
  const centre = (bodyMass * bodyCentre.x) / (bodyMass + 4 * wheelMass);
  const wheels = [a, -a].flatMap((x) =>
    [b, -b].map((y) => ({ x, y, load: (1 + (centre * x) / a ** 2) / 4 })),
  );
  /** at 1 rad/s about x0, the treads of either side going at +-u m/s */
  const balance = (u: number, x0: number) => {
    let [across, moment] = [0, 0];
    for (const { x, y, load } of wheels) {
      const [sx, sy] = [-y + u * Math.sign(y), x - x0];
      const k = -load / Math.hypot(sx, sy);
      across += k * sy;
      moment += x * k * sy - y * k * sx;
    }
    return { across, moment };
  };
  const root = (from: number, to: number, below: (x: number) => boolean): number => {
    let [low, high] = [from, to];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (below(middle)) low = middle;
      else high = middle;
    }
    return low;
  };
  const about = (u: number) => root(-a, a, (x0) => balance(u, x0).across < 0);
  const u = root(b, 1, (speed) => balance(speed, about(speed)).moment < 0);
  return { separation: 2 * u, behind: about(u) };
}

describe("on the level", () => {
  test.each([0.3, 0.8])("drives straight as far as its wheels roll, at %s m/s, and stands", (speed) => {
    const sim = onto(FLAT, -1.5);
    drive(sim, 0, 0, 0.5);
    const start = sim.pose();
    drive(sim, speed, 0, 1.5 / speed);
    drive(sim, 0, 0, 1.5);
    const end = sim.pose();
    expect(planarDistance(start.position, end.position)).toBeGreaterThan(0.985 * 1.5);
    expect(planarDistance(start.position, end.position)).toBeLessThan(1.015 * 1.5);
    expect(Math.abs(end.position[1])).toBeLessThan(0.01);
    drive(sim, 0, 0, 5);
    expect(planarDistance(sim.pose().position, end.position)).toBeLessThan(0.005);
    expect(Math.abs(end.position[2])).toBeLessThan(0.002);
    sim.free();
  });

  test("turns on the spot as Coulomb friction says: how far its wheels slip, and about which point", () => {
    const { separation, behind } = quasiStatic();
    for (const rate of [0.3, -0.8]) {
      const sim = onto(FLAT, 0);
      const { turned, measured, poses } = turn(sim, rate, 6);
      expect(Math.abs(turned / 6 / rate - 1)).toBeLessThan(0.05);
      // Tyres with a width slip a hundredth more.
      expect((SKID_STEER.wheelSeparation * measured) / turned / separation).toBeGreaterThan(0.98);
      expect((SKID_STEER.wheelSeparation * measured) / turned / separation).toBeLessThan(1.04);
      // The point of the base that stays where it is: x0 with p + R (x0, 0) the same all the time, by least squares.
      const [first] = poses;
      let [top, bottom] = [0, 0];
      for (const pose of poses) {
        const [dx, dy] = [0, 1].map((k) => pose.position[k]! - first!.position[k]!) as [number, number];
        const [yaw, from] = [yawOf(pose.orientation), yawOf(first!.orientation)];
        const [dc, ds] = [Math.cos(yaw) - Math.cos(from), Math.sin(yaw) - Math.sin(from)];
        top -= dx * dc + dy * ds;
        bottom += dc * dc + ds * ds;
      }
      expect(Math.abs(top / bottom - behind)).toBeLessThan(0.03);
      sim.free();
    }
  });

  test("its odometry drifts where wheels slip: while it turns, not while it drives straight", () => {
    const sim = onto(FLAT, -1);
    drive(sim, 0.5, 0, 3);
    const way = sim.pose().position[0] + 1;
    expect(Math.abs(sim.odometry().position[0] - way)).toBeLessThan(0.02);
    drive(sim, 0.4, 0.8, 3);
    drive(sim, 0.2, -0.9, 3);
    const off = yawOf(sim.odometry().orientation) - yawOf(sim.pose().orientation);
    expect(Math.abs(wrapAngle(off))).toBeGreaterThan(1 * DEGREE);
    sim.free();
  });
});

/** Told to stand, a base is where it was to 0.4 mm and 0.2 mrad after ten seconds. */
const expectStill = (sim: BaseSim): void => {
  drive(sim, 0, 0, 3);
  const before = sim.pose();
  drive(sim, 0, 0, 10);
  const after = sim.pose();
  expect(Math.hypot(...[0, 1, 2].map((k) => after.position[k]! - before.position[k]!))).toBeLessThan(4e-4);
  expect(Math.abs(wrapAngle(yawOf(after.orientation) - yawOf(before.orientation)))).toBeLessThan(2e-4);
};

describe("at rest", () => {
  test.each([0, 0.7, 2])("it stands, heading %s, also after it has turned", (yaw) => {
    const sim = createSkidSim({ course: FLAT, start: { x: -1, y: 0, yaw } });
    expectStill(sim);
    drive(sim, 0, 0.8, 2);
    expectStill(sim);
    sim.free();
  });
});

describe("uphill", () => {
  test("climbs a step and a ramp, leans as they do, and stands on top", () => {
    const slope = 0.28;
    const sim = onto(courseOf(0.06, slope), -2.05);
    let [up, down] = [0, 0];
    while (sim.pose().position[0] < 2.1 && sim.time() < 15) {
      drive(sim, 0.5, 0, 0.1);
      up = Math.min(up, pitchOf(sim.pose()));
      down = Math.max(down, pitchOf(sim.pose()));
    }
    drive(sim, 0, 0, 2);
    expect(sim.pose().position[2]).toBeCloseTo(0.3, 2);
    // On the ramp it leans by the slope, off the step by its height over the wheelbase.
    expect(Math.abs(up + slope)).toBeLessThan(1.5 * DEGREE);
    expect(down).toBeGreaterThan(0.8 * Math.asin(0.06 / SKID_STEER.wheelbase));
    sim.free();
  });

  test("holds still on a slope of 18 degrees", () => {
    const sim = onto(courseOf(0.001, 18 * DEGREE), -0.6);
    while (sim.pose().position[0] < 0.85) drive(sim, 0.4, 0, 0.1);
    expectStill(sim);
    sim.free();
  });

  test("a step as high as its axles stops it", () => {
    const sim = onto(courseOf(0.17, 0.28), -2.05);
    drive(sim, 0.4, 0, 8);
    expect(sim.pose().position[0]).toBeLessThan(-1.5);
    sim.free();
  });

  test("tips when it drives off the side of a platform", () => {
    const sim = onto(courseOf(0.01, 0.28), -0.6);
    while (sim.pose().position[0] < 1.9) drive(sim, 0.5, 0, 0.1);
    drive(sim, 0, 0.8, 2);
    let lean = 0;
    for (let k = 0; k < 40; k++) {
      drive(sim, 0.5, 0, 0.1);
      lean = Math.max(lean, leanOf(sim.pose().orientation));
    }
    expect(lean).toBeGreaterThan(30 * DEGREE);
    sim.free();
  });
});

describe("the scan", () => {
  /** Walks along a ray until it is inside something or under the floor: slow, and knows nothing of faces. */
  const walked = (course: Course, from: Vec3, direction: Vec3): number => {
    const far = SKID_STEER.scan.rangeMax;
    const at: Pose = { position: [0, 0, 0], orientation: fromRollPitchYaw(0, 0, course.at.yaw) };
    for (let range = 0; range < far; range += 0.001) {
      const [x, y, z] = [0, 1, 2].map((k) => from[k]! + range * direction[k]!) as [number, number, number];
      if (z <= 0) return range;
      if (Math.max(Math.abs(x), Math.abs(y)) >= 3) return z <= 0.5 ? range : far;
      const [cx, cy] = transformPoint(invert(at), [x, y, z]);
      if (Math.abs(cy) > TRACK.halfWidth) continue;
      const { step, ramp, height } = course;
      const top =
        cx > step.from && cx < step.to
          ? step.height
          : cx > ramp.crest && cx < TRACK.to
            ? height
            : cx > ramp.foot && cx < TRACK.to
              ? (height * (cx - ramp.foot)) / (ramp.crest - ramp.foot)
              : 0;
      if (z <= top) return range;
    }
    return far;
  };

  test("is what a walk along each ray meets, however the base leans", () => {
    const ranges = new Float32Array(SKID_STEER.scan.beams);
    const random = createRandom(5);
    let near = 0;
    for (let seed = 200_000; seed < 200_006; seed++) {
      const { course } = drawCourse(createRandom(seed));
      const pose: Pose = {
        position: [random.uniform(-2, 2), random.uniform(-0.5, 0.5), random.uniform(0, 0.3)],
        orientation: fromRollPitchYaw(
          random.uniform(-0.3, 0.3),
          random.uniform(-0.4, 0.4),
          random.uniform(-3, 3),
        ),
      };
      castCourse(course, pose, ranges);
      const scanner = compose(pose, {
        position: [0, 0, SKID_STEER.scan.height],
        orientation: [0, 0, 0, 1],
      });
      ranges.forEach((range, beam) => {
        const angle = (2 * Math.PI * beam) / ranges.length;
        const tip = transformPoint(scanner, [Math.cos(angle), Math.sin(angle), 0]);
        const along = [0, 1, 2].map((k) => tip[k]! - scanner.position[k]!) as unknown as Vec3;
        expect(Math.abs(range - walked(course, scanner.position, along))).toBeLessThan(0.0021);
        if (range < SKID_STEER.scan.rangeMax) near++;
      });
    }
    expect(near).toBeGreaterThan(60);
  });
});

test("a course is two convex solids, foot to crest as steep as drawn, and leaves room for the base between them", () => {
  for (let seed = 0; seed < 200; seed++) {
    const { course } = drawCourse(createRandom(seed));
    for (const profile of solidsOf(course))
      profile.forEach(([ax, az], i) => {
        const [bx, bz] = profile[(i + 1) % profile.length]!;
        const [cx, cz] = profile[(i + 2) % profile.length]!;
        expect((bx - ax) * (cz - bz) - (bz - az) * (cx - bx)).toBeGreaterThan(0);
      });
    const slope = Math.atan2(course.height, course.ramp.crest - course.ramp.foot);
    expect(slope).toBeGreaterThanOrEqual(0.2 - 1e-9);
    expect(slope).toBeLessThanOrEqual(0.31 + 1e-9);
    expect(course.ramp.foot).toBeGreaterThan(course.step.to);
  }
});
