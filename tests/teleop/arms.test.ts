/** The session with every built-in arm: what its keys move, where its hand ends, whose takes are kept. */
import { afterEach, describe, expect, it } from "vitest";
import { ARM_ROBOTS, actionOffsets, armOption, featureOf } from "../../core/index.js";
import { memoryStore, openDataset } from "../../datasets/index.js";
import { taskByName } from "../../sim/index.js";
import { restage } from "../../teleop/cameras/restage.js";
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
