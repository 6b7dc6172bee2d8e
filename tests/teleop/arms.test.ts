/** The session with every built-in arm, and one on a base: what its keys move, where its hand ends, whose takes are kept. */
import { afterEach, describe, expect, it } from "vitest";
import { ARM_ROBOTS, actionOffsets, armOption, featureOf } from "../../core/index.js";
import { memoryStore, openDataset } from "../../datasets/index.js";
import { taskByName } from "../../sim/index.js";
import { restage } from "../../teleop/cameras/restage.js";
import { stateOffsets } from "../../teleop/index.js";
import { openStudio, type Studio } from "./studio-rig.js";

const open: Studio[] = [];
const studioOf = async (robot: string, store = memoryStore()): Promise<Studio> => {
  const studio = await openStudio({ task: "lift", robot, store });
  open.push(studio);
  return studio;
};
afterEach(async () => {
  for (const studio of open.splice(0)) {
    studio.send({ kind: "close" });
    await studio.session.settled();
  }
});

describe.each(ARM_ROBOTS.map((robot) => [robot.name, robot] as const))(
  "a person drives %s",
  (name, robot) => {
    it("by the contract of that arm: its hand ends at its own workspace, its gripper opens as wide as it can", async () => {
      const studio = await studioOf(name);
      const { contract } = studio.of("opened")[0]!;
      expect([contract.robot, contract.gripper?.open]).toEqual([name, robot.gripper.open]);
      // The middle of the yaws an arm works at may be elsewhere than at zero.
      expect(Math.abs(studio.last().hand.yaw - (robot.workspace.yawCentre ?? 0))).toBeLessThan(0.3);
      studio.key("KeyE", true);
      studio.run(6);
      studio.key("KeyE", false);
      studio.run(0.2);
      const { limits } = featureOf(contract, "action.ee.position");
      expect(studio.last().hand.position[2]).toBeCloseTo(limits!.low[2]!, 9);
      expect(studio.last().cues.map(({ kind }) => kind)).toContain("edge");
      const width = studio.last().hand.width;
      studio.tap("Space");
      studio.run(0.3);
      studio.tap("Space");
      studio.run(1.5);
      expect(width).toBeCloseTo(robot.gripper.open, 6);
      expect(studio.last().hand.width).toBe(robot.gripper.open);
    });

    it("and keeps takes that are that arm's, to be made again frame by frame", async () => {
      const store = memoryStore();
      const studio = await studioOf(name, store);
      studio.tap("KeyR");
      studio.key("KeyQ", true);
      studio.run(0.4);
      studio.key("KeyQ", false);
      studio.key("KeyJ", true);
      studio.run(0.4);
      studio.key("KeyJ", false);
      studio.run(0.3);
      studio.tap("Enter");
      studio.run(0.2);
      studio.tap("Enter");
      await studio.settle();
      expect(studio.of("kept")).toHaveLength(1);
      const set = await openDataset(store);
      expect(set.contract?.robot).toBe(name);
      const take = await set.episode(0);
      const width = take.actions.length / take.length;
      const yaw = actionOffsets(set.contract!).get("action.ee.yaw")!;
      expect(take.actions[(take.length - 1) * width + yaw]!).not.toBe(take.actions[yaw]!);
      const again = await taskByName("lift").create({ horizon: 1e6, ...armOption(name) });
      const { states, arm } = restage(again, take, null, "it");
      again.free();
      expect(states).toHaveLength(take.length);
      expect(arm?.name).toBe(name);
    });
  },
);

describe("a person drives a mobile manipulator", () => {
  const opened = async (): Promise<Studio> => {
    const studio = await openStudio({ task: "box-move", seed: 3 });
    open.push(studio);
    return studio;
  };
  const commandOf = (
    take: { actions: ArrayLike<number>; length: number },
    frame: number,
    at: number,
  ): number => take.actions[(frame * take.actions.length) / take.length + at]!;
  const drive = (studio: Studio, linear: readonly [number, number, number], turn = 0): void =>
    studio.send({
      kind: "intent",
      device: "keyboard",
      at: studio.now(),
      intent: { frame: "base", linear, angular: [0, 0, turn], gripper: null },
    });

  it("base and lift first, then the arm: what has no keys holds, what was held at the switch counts for neither", async () => {
    const studio = await opened();
    expect(studio.of("opened")[0]!.body).toBe("carrier");
    const offsets = stateOffsets(studio.of("scene")[0]!.joints.length, studio.of("scene")[0]!.objects.length);
    const seen = () => {
      const { data } = studio.last();
      return { lift: data[0]!, root: [...data.subarray(offsets.root, offsets.root + 2)] };
    };
    studio.run(0.2);
    const before = { ...seen(), hand: studio.last().hand };
    drive(studio, [0.2, 0, 0.5]);
    studio.run(0.28);
    drive(studio, [0, 0, 0]);
    studio.run(0.6);
    const driven = { ...seen(), hand: studio.last().hand };
    expect(Math.hypot(driven.root[0]! - before.root[0]!, driven.root[1]! - before.root[1]!)).toBeGreaterThan(
      0.02,
    );
    // A lift goes at most a decimetre a second, whatever is asked for.
    expect(driven.lift - before.lift).toBeGreaterThan(0.01);
    expect(driven.lift - before.lift).toBeLessThan(0.032);
    expect(driven.hand).toEqual(before.hand);

    drive(studio, [0.2, 0, 0]);
    studio.send({ kind: "body", body: "arm" });
    studio.run(0.2);
    const still = { ...seen(), hand: studio.last().hand };
    expect(still.hand).toEqual(before.hand);
    drive(studio, [0, 0, 0.1]);
    studio.run(0.28);
    drive(studio, [0, 0, 0]);
    studio.run(0.6);
    expect(studio.last().hand.position[2] - before.hand.position[2]).toBeGreaterThan(0.02);
    expect(seen().lift).toBeCloseTo(still.lift, 3);
    studio.run(0.5);
    const rest = seen().root;
    studio.run(0.5);
    expect(Math.hypot(seen().root[0]! - rest[0]!, seen().root[1]! - rest[1]!)).toBeLessThan(1e-4);
  });

  it("and keeps takes of the whole robot, to be made again frame by frame", async () => {
    const studio = await opened();
    studio.tap("KeyR");
    drive(studio, [0, 0, 0.1], 0.4);
    studio.run(0.28);
    drive(studio, [0, 0, 0]);
    studio.send({ kind: "body", body: "arm" });
    studio.run(0.2);
    drive(studio, [0, 0.1, 0]);
    studio.run(0.28);
    drive(studio, [0, 0, 0]);
    studio.act({ kind: "toggle-gripper" });
    studio.run(0.4);
    studio.tap("Enter");
    studio.run(0.2);
    studio.tap("Enter");
    await studio.settle();
    expect(studio.of("kept")).toHaveLength(1);
    const set = await openDataset(studio.store);
    expect(set.contract).toMatchObject({ robot: "mobile-panda", control: "mobile-manipulation" });
    const take = await set.episode(0);
    const offsets = actionOffsets(set.contract!);
    const span = (name: string, k = 0): number => {
      const values = Array.from({ length: take.length }, (_, i) =>
        commandOf(take, i, offsets.get(name)! + k),
      );
      return Math.max(...values) - Math.min(...values);
    };
    expect(span("action.base.angular")).toBeCloseTo(0.4, 5);
    expect(span("action.lift.height")).toBeGreaterThan(0.02);
    expect(span("action.ee.position", 1)).toBeGreaterThan(0.02);
    expect(span("action.gripper.width")).toBeCloseTo(0.08, 5);
    const again = await taskByName("box-move").create({ horizon: 1e6 });
    const { states, kind } = restage(again, take, null, "it");
    again.free();
    expect([states.length, kind]).toEqual([take.length, "mobile"]);
  });
});
