/** The parts of drivers, each by itself: profiles, scans, scenes, clocks. */
import { describe, expect, it } from "vitest";
import { PANDA_ROBOT, type Pose, type Scene, SO101_ROBOT } from "../../core/index.js";
import { messageOfScene, sceneOfMessage } from "../../robot/drivers/detections.js";
import { createEffectMonitor } from "../../robot/drivers/effect.js";
import { createJaw } from "../../robot/drivers/jaw.js";
import { clockTrouble } from "../../robot/drivers/stamps.js";
import {
  diffDriveProfile,
  type LaserScanData,
  openingOf,
  openingTrouble,
  pandaProfile,
  parseProfile,
  positionOf,
  resampleScan,
  ur5eProfile,
  widthOf,
} from "../../robot/index.js";

describe("a profile", () => {
  it("survives being written as JSON and read", () => {
    for (const profile of [pandaProfile(), diffDriveProfile()])
      expect(parseProfile(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
  });

  it("is refused with the field that is wrong", () => {
    expect(() => parseProfile({ ...pandaProfile(), arm: { via: "topic", topic: "no slash" } })).toThrow(
      /profile\.arm\.topic/,
    );
    expect(() => parseProfile({ ...pandaProfile(), arm: { via: "both" } })).toThrow(/profile\.arm/);
    expect(() => parseProfile({ ...diffDriveProfile(), extra: 1 })).toThrow(/profile/);
    expect(() => parseProfile({ kind: "boat" })).toThrow(/profile/);
    expect(() => parseProfile(null)).toThrow(/profile/);
  });
});

describe("an opening", () => {
  it("is the position of one finger where two slide, and back", () => {
    const opening = openingOf(PANDA_ROBOT.gripper);
    expect(positionOf(opening, 0.08)).toBeCloseTo(0.04, 12);
    expect(positionOf(opening, 0.03)).toBeCloseTo(0.015, 12);
    expect(widthOf(opening, 0.015)).toBeCloseTo(0.03, 12);
    expect([positionOf(opening, -1), positionOf(opening, 1)]).toEqual([0, 0.04]);
  });

  it("of a jaw that turns is within a quarter of a millimetre of its tip everywhere", () => {
    const { gripper } = SO101_ROBOT;
    if (gripper.kind !== "jaw") throw new Error("an SO-101 has a jaw");
    const opening = openingOf(gripper);
    const { shut, wide, pivot, tip, face } = gripper.drive;
    for (let angle = shut; angle <= wide; angle += 0.01) {
      // The hinge turns about -x: y and z of the tip by hand.
      const y = pivot[1] + tip[1] * Math.cos(angle) + tip[2] * Math.sin(angle);
      expect(widthOf(opening, angle)).toBeCloseTo(y - face, 3);
      expect(Math.abs(widthOf(opening, angle) - (y - face))).toBeLessThan(2.5e-4);
      expect(positionOf(opening, widthOf(opening, angle))).toBeCloseTo(angle, 9);
    }
  });

  it("of a Robotiq 2F-85 follows its linkage, whose knuckle turns the other way as it opens", () => {
    const { opening } = ur5eProfile().joints;
    for (let angle = 0; angle <= 0.79; angle += 0.05) {
      // Half the gap of the four-bar linkage: pivots, knuckle and finger of its public description.
      const half = 0.0306011 + 0.0371575 * Math.cos(angle) - 0.0434217 * Math.sin(angle) - 0.0253402;
      expect(Math.abs(widthOf(opening, angle) - 2 * half)).toBeLessThan(1.5e-3);
    }
    expect(positionOf(opening, 0)).toBe(0.7929);
  });

  it("is refused when its pairs do not rise, or turn round", () => {
    expect(openingTrouble([[0, 0]])).toMatch(/rise/);
    expect(
      openingTrouble([
        [0, 0],
        [0, 1],
      ]),
    ).toMatch(/openings must rise/);
    expect(
      openingTrouble([
        [0, 0],
        [0.02, 1],
        [0.04, 0.5],
      ]),
    ).toMatch(/only rise, or only fall/);
  });
});

describe("a jaw that goes with the arm", () => {
  const opening = openingOf(SO101_ROBOT.gripper);
  const jaw = createJaw({ via: "with-arm", joint: "gripper", speed: 3 }, opening);
  const from = jaw.positionOf(0.08);

  it("closes no faster than its speed, however wide the step that is asked", () => {
    const rows = jaw.rows(
      Array.from({ length: 10 }, () => 0),
      from,
      0.05,
      1,
    );
    const steps = rows.map((at, row) => (row === 0 ? from : rows[row - 1]!) - at);
    for (const step of steps) expect(step).toBeLessThan(0.15 + 1e-9);
    expect(steps[0]).toBeCloseTo(0.15, 9);
    expect(rows.at(-1)).toBe(jaw.lower);
    expect(jaw.rows([0], from, 0.05, 0.1)[0]).toBeCloseTo(from - 0.015, 9);
  });
});

describe("a laser scan", () => {
  const scan = (ranges: readonly number[], more: Partial<LaserScanData> = {}): LaserScanData => ({
    stamp: { sec: 1, nanosec: 0 },
    frame: "laser",
    angleMin: 0,
    angleIncrement: (2 * Math.PI) / ranges.length,
    rangeMin: 0.1,
    rangeMax: 10,
    ranges,
    ...more,
  });
  const AT_CENTRE = { x: 0, y: 0, yaw: 0 };
  const beamsOf = (data: LaserScanData, mount = AT_CENTRE) =>
    Array.from(resampleScan(data, mount, 4, 3.5, "free")!.beams);

  it("with the contract's beams comes through as it is", () => {
    expect(beamsOf(scan([1, 2, 3, 0.5]))).toEqual([1, 2, 3, 0.5]);
  });

  it("follows REP 117: infinite is nothing in range, -infinite too near, NaN and out of range no reading", () => {
    expect(beamsOf(scan([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 12]))).toEqual([
      3.5,
      expect.closeTo(0.1, 6),
      3.5,
      3.5,
    ]);
    expect(beamsOf(scan([0.05, 9, 2, 2]))[0]).toBe(3.5);
    expect(beamsOf(scan([0.05, 9, 2, 2]))[1]).toBe(3.5);
  });

  it("is turned by its mount, and clockwise scanners are read as such", () => {
    expect(beamsOf(scan([1, 2, 3, 0.5]), { x: 0, y: 0, yaw: Math.PI / 2 })).toEqual([0.5, 1, 2, 3]);
    expect(beamsOf(scan([1, 2, 3, 0.5], { angleIncrement: -Math.PI / 2 }))).toEqual([1, 0.5, 3, 2]);
  });

  it("is measured from the middle of the base when the laser is elsewhere", () => {
    // The laser sits 0.2 m ahead and sees walls at x = 1.2 and x = -1.8, y = ±2.
    const beams = beamsOf(scan([1, 2, 2, 2]), { x: 0.2, y: 0, yaw: 0 });
    expect(beams[0]).toBeCloseTo(1.2, 5);
    expect(beams[2]).toBeCloseTo(1.8, 5);
    expect(beams[1]).toBeCloseTo(Math.hypot(2, 0.2), 5);
  });

  it("of finer resolution gives the policy single rays and the safety layer the nearest of each sector", () => {
    const ranges = Array.from({ length: 360 }, (_, i) => (i === 5 ? 0.4 : 2));
    const { beams, nearest } = resampleScan(scan(ranges), AT_CENTRE, 36, 3.5, "free")!;
    expect(beams[0]).toBe(2);
    expect(nearest[0]! === 0.4 || nearest[1]! === 0.4).toBe(true);
  });

  it("without readings is free or blocked as the profile says, and a wholly empty one is none when blocked", () => {
    const broken = scan([Number.NaN, Number.NaN, 1, 1]);
    expect(resampleScan(broken, AT_CENTRE, 4, 3.5, "free")!.nearest[0]).toBe(Number.POSITIVE_INFINITY);
    expect(resampleScan(broken, AT_CENTRE, 4, 3.5, "blocked")!.nearest[0]).toBeNaN();
    expect(resampleScan(scan([Number.NaN, Number.NaN]), AT_CENTRE, 4, 3.5, "blocked")).toBeNull();
  });
});

describe("a scene on the wire", () => {
  const STAMP = { sec: 1_700_000_000, nanosec: 500_000_000 };
  const COLOUR = { cube: "red", bin: null, table: "white" } as const;
  const object = (id: string, kind: "cube" | "bin" | "table", z: number, height: number) => ({
    id,
    class: kind,
    colour: COLOUR[kind],
    size: [0.04, 0.05, height] as const,
    pose: { position: [0.5, -0.1, z], orientation: [0, 0, Math.SQRT1_2, Math.SQRT1_2] } as Pose,
    uncertainty: { position: 0.002, rotation: 0.01 },
    time: 0,
  });
  const scene: Scene = {
    frame: "camera",
    time: 0,
    source: "detector",
    privileged: false,
    objects: [object("red_cube", "cube", 0.02, 0.04), object("left_bin", "bin", 0, 0.06)],
  };
  const IDENTITY: Pose = { position: [0, 0, 0], orientation: [0, 0, 0, 1] };

  it("comes back with every object, pose, size and deviation", () => {
    const back = sceneOfMessage(messageOfScene(scene, STAMP), "camera", "panda_link0", IDENTITY)!;
    expect(back.frame).toBe("panda_link0");
    expect(back.time).toBeCloseTo(1_700_000_000.5, 6);
    expect(back.privileged).toBe(false);
    scene.objects.forEach((sent, i) => {
      const got = back.objects[i]!;
      expect(got).toMatchObject({ id: sent.id, class: sent.class, colour: sent.colour, size: sent.size });
      got.pose.position.forEach((value, k) => {
        expect(value).toBeCloseTo(sent.pose.position[k]!, 9);
      });
      expect(got.uncertainty.position).toBeCloseTo(0.002, 9);
    });
  });

  it("says where the middle of a thing's box is: half a height above a bin's floor, and below a table's top", () => {
    const room = { ...scene, objects: [...scene.objects, object("white_table", "table", 0.6, 0.6)] };
    const message = messageOfScene(room, STAMP);
    const boxes = message["detections"] as { bbox: { center: { position: { z: number } } } }[];
    const middles = boxes.map(({ bbox }) => bbox.center.position.z);
    expect(middles).toEqual([0.02, 0.03, 0.3].map((z) => expect.closeTo(z, 9)));
    const back = sceneOfMessage(message, "camera", "panda_link0", IDENTITY)!;
    expect(back.objects[2]!.pose.position[2]).toBeCloseTo(0.6, 9);
  });

  it("is moved into the contract's frame", () => {
    const cameraAt: Pose = { position: [1, 0, 0], orientation: [0, 0, 1, 0] };
    const back = sceneOfMessage(messageOfScene(scene, STAMP), "camera", "panda_link0", cameraAt)!;
    expect(back.objects[0]!.pose.position).toEqual([0.5, 0.1, 0.02].map((v) => expect.closeTo(v, 9)));
  });

  it("in another frame, or without a stamp, is not used", () => {
    expect(sceneOfMessage(messageOfScene(scene, STAMP), "map", "panda_link0", IDENTITY)).toBeNull();
    const unstamped = messageOfScene(scene, { sec: 0, nanosec: 0 });
    expect(sceneOfMessage(unstamped, "camera", "panda_link0", IDENTITY)).toBeNull();
  });

  it("leaves out what it does not understand: unknown classes and poses that are none", () => {
    const message = structuredClone(messageOfScene(scene, STAMP)) as unknown as {
      detections: {
        results: { hypothesis: { class_id: string } }[];
        bbox: { center: { orientation: { w: number }; position: { x: number } } };
      }[];
    };
    message.detections[0]!.results[0]!.hypothesis.class_id = "red_teapot";
    message.detections[1]!.bbox.center.position.x = Number.NaN;
    expect(sceneOfMessage(message as never, "camera", "panda_link0", IDENTITY)!.objects).toEqual([]);
  });
});

describe("a robot's clock", () => {
  const samples = (stamps: readonly (number | null)[]) =>
    stamps.map((stamp, i) => ({ stamp, receivedAt: i * 0.05 }));

  it("is trusted when stamps are there, move and keep about our pace", () => {
    expect(clockTrouble(samples([1e9, 1e9 + 0.05, 1e9 + 0.1, 1e9 + 0.15]))).toBeNull();
    expect(clockTrouble(samples([1, null, 2, 3]))).toMatch(/no stamp/);
    expect(clockTrouble(samples([7, 7, 7, 7]))).toMatch(/stands still/);
    expect(clockTrouble(samples([0, 0.01, 0.02, 0.03]))).toMatch(/0\.20 times/);
  });
});

describe("whether commands take effect", () => {
  const run = (follows: number) => {
    const monitor = createEffectMonitor({ window: 0.5, commanded: 0.1, share: 0.15 });
    let said = false;
    for (let tick = 0; tick < 20; tick++)
      said = monitor.look(tick * 0.05, [tick * 0.02, 0], [tick * 0.02 * follows, 1]) || said;
    return said;
  };

  it("is denied when nothing moves, and not while the robot follows or nothing is asked", () => {
    expect(run(0)).toBe(true);
    expect(run(0.01)).toBe(true);
    expect(run(0.5)).toBe(false);
    const still = createEffectMonitor({ window: 0.5, commanded: 0.1, share: 0.15 });
    for (let tick = 0; tick < 20; tick++) expect(still.look(tick * 0.05, [1, 1], [0, 0])).toBe(false);
  });
});
