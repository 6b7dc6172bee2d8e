/** The whole path of an arm: driver, client, WebSocket, bridge, controllers, physics, and back. */
import { afterEach, describe, expect, it } from "vitest";
import { objectById, type RobotEvent, realClock, toolYaw } from "../../core/index.js";
import {
  connectPanda,
  connectRosFromNode,
  type DialectName,
  factsOf,
  GRIPPER_BY_TOPIC,
  pandaProfile,
  type RosClient,
  type RosRobot,
  runLoop,
  runPrimitive,
  startTwin,
  type Twin,
  type TwinOptions,
  whenUp,
} from "../../robot/index.node.js";

const clock = realClock();
const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of undo.splice(0).reverse()) await close();
});

interface World {
  readonly twin: Twin;
  readonly client: RosClient;
  readonly robot: RosRobot;
  readonly events: RobotEvent[];
}

async function world(
  dialect: DialectName,
  profile = pandaProfile(),
  options: Partial<TwinOptions> = {},
): Promise<World> {
  const twin = await startTwin({ robots: ["arm"], as: dialect, port: 0, seed: 210100, ...options });
  undo.push(() => twin.close());
  return { twin, ...(await driver(twin, profile)) };
}

async function driver(twin: Twin, profile = pandaProfile(), holder = "test"): Promise<Omit<World, "twin">> {
  const client = connectRosFromNode(twin.url);
  undo.push(() => client.close());
  await whenUp(client, clock, 3);
  const robot = await connectPanda({ client, clock, profile, real: null, holder });
  undo.push(() => robot.close());
  const events: RobotEvent[] = [];
  robot.on((event) => events.push(event));
  return { client, robot, events };
}

/** Straight to a tool command in so many seconds, as a plan of its own. */
const goTo = (robot: RosRobot, command: readonly number[], seconds: number) => {
  const rows = Math.round(seconds * 20);
  let planned = false;
  return runLoop(
    robot,
    clock,
    {
      next: async (_, from) => {
        if (planned) return { kind: "done", detail: "there" };
        planned = true;
        const commands = Float32Array.from({ length: (rows + 6) * 5 }, (_, k) => {
          const share = Math.min(1, (Math.floor(k / 5) + 1) / rows);
          return from[k % 5]! + share * (command[k % 5]! - from[k % 5]!);
        });
        return { kind: "plan", commands, rows: rows + 6, execute: rows + 6 };
      },
    },
    { timeout: seconds + 2 },
  );
};

describe.each(["rosbridge-suite-2.1", "rosbridge-suite-2.2", "ros2-web-bridge"] as DialectName[])(
  "an arm behind %s",
  (dialect) => {
    const profile =
      dialect === "ros2-web-bridge" ? pandaProfile({ gripper: GRIPPER_BY_TOPIC }) : pandaProfile();

    it("goes where it is sent, within 3 mm, opens and closes", async () => {
      const { twin, robot, events } = await world(dialect, profile);
      const target = [0.42, 0.12, 0.15, 0.4, 0.03];
      const result = await goTo(robot, target, 1);
      expect(result.outcome).toBe("finished");
      const { position, orientation } = twin.arm!.toolPose();
      const off = Math.hypot(...position.map((value, i) => value - target[i]!));
      console.info(
        `${dialect}: ${(1000 * off).toFixed(2)} mm off, ${result.missed} missed of ${result.ticks}, ` +
          `late ${(1000 * result.late).toFixed(1)} ms, ages ${(1000 * result.maxAge.observation).toFixed(0)} ms, ` +
          `latency ${result.latencies.map((each) => (1000 * each).toFixed(0))} ms`,
      );
      expect(off).toBeLessThan(0.003);
      expect(toolYaw(orientation)).toBeCloseTo(0.4, 1);
      expect(twin.arm!.gripperWidth()).toBeCloseTo(0.03, 2);
      const seen = factsOf(robot)!;
      expect(objectById(seen.scene, "red_cube")).toBeDefined();
      expect(seen.tool!.gripperWidth).toBeCloseTo(0.03, 2);
      expect(events.filter((event) => event.kind === "limited")).toEqual([]);
    });
  },
);
