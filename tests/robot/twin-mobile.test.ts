/** The whole path of a mobile manipulator: driver, WebSocket, bridge, node, physics, and back; and a link that is cut. */
import { expect, it } from "vitest";
import { type Policy, planarDistance } from "../../core/index.js";
import { deploy, drivenRobot } from "../../robot/index.node.js";
import { carryOut, clock, PATIENCE, until, worldOf } from "./twin-world.js";

/** m/s and rad/s: backwards, slowly, and turning; nothing is in the way */
const BACK = [-0.15, 0.4];
/** m that the lift goes up or down */
const RISE = 0.05;

// How soon it does, and holds, is told in simulated time by `conformance`.
it("a mobile manipulator drives and lifts at once, and stands when its link is cut", async (test) => {
  const { twin, robot, way, events } = await worldOf(test, drivenRobot("mobile-panda"));
  const mobile = twin.mobile!;
  const stands = (): boolean => {
    const { linear, angular } = mobile.twist();
    return Math.abs(linear) < 0.01 && Math.abs(angular) < 0.02 && mobile.qd.every((v) => Math.abs(v) < 0.01);
  };
  const start = mobile.base().position;
  const from = mobile.joints[0]!;
  const to = from < 0.2 ? from + RISE : from - RISE;
  const arrived = (): boolean =>
    planarDistance(start, mobile.base().position) > 0.05 && Math.abs(mobile.joints[0]! - to) < 0.003;
  const rows = (command: Float64Array): number[][] =>
    Array.from({ length: 26 }, (_, row) => [
      ...BACK,
      command[2]! + Math.min(1, (row + 1) / 20) * (to - command[2]!),
      ...command.slice(3),
    ]);
  // A loop that was blind for a moment has held, and is told again.
  for (let tries = 0; tries < 5 && !arrived(); tries++) await carryOut(robot, rows, arrived);
  expect(arrived()).toBe(true);
  // A twist ends with its command: the base does not roll on.
  await until(stands, PATIENCE);
  const seen = (): number => robot.latest()!.observation.values["observation.lift.height"]![0]!;
  await until(() => Math.abs(seen() - mobile.joints[0]!) < 0.003, PATIENCE);

  const policy: Policy = {
    contract: { ...robot.contract, goals: [] },
    horizon: 1,
    execute: 1,
    noiseSize: 0,
    act: async (_, previous) => Float32Array.from([...BACK, ...Array.from(previous).slice(2)]),
    free: async () => {},
  };
  const running = deploy(robot, policy, clock, { seed: 1, timeout: 2 * PATIENCE });
  await until(() => Math.abs(mobile.twist().linear) > 0.05, PATIENCE);
  way.cut();
  await until(stands, PATIENCE);
  expect((await running).outcome).not.toBe("finished");
  expect(events).toContainEqual(expect.objectContaining({ kind: "link", up: false }));
});
