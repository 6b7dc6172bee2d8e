/** The whole path of a mobile base: driver, WebSocket, bridge, node, physics, and back; and its faults. */
import { describe, expect, it } from "vitest";
import {
  angleBetween,
  createRandom,
  DIFF_DRIVE,
  objectById,
  type Policy,
  planarDistance,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import {
  type DialectName,
  deploy,
  diffDriveProfile,
  factsOf,
  ROS_TYPE,
  type RosRobot,
  twistMessage,
  twistStampedMessage,
} from "../../robot/index.node.js";
import { drawRoom } from "../../sim/index.js";
import { baseWorld, carryOut, clock, drive, until } from "./twin-world.js";

const DIALECTS: readonly DialectName[] = ["rosbridge-suite-2.1", "rosbridge-suite-2.2", "ros2-web-bridge"];
const twists = (linear: number, angular: number, seconds: number) => () =>
  Array.from({ length: Math.round(seconds * 10) }, () => [linear, angular]);
const forward = { linear: [0.4, 0, 0], angular: [0, 0, 0] } as const;

/** Turns towards the nearest wall or obstacle and says how far it is. */
async function faceNearest(robot: RosRobot): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    const scan = robot.latest()!.observation.values["observation.scan"]!;
    const beam = scan.indexOf(Math.min(...scan));
    const angle = wrapAngle((2 * Math.PI * beam) / scan.length);
    if (Math.abs(angle) < 0.1) return;
    await carryOut(robot, twists(0, 1.5 * Math.sign(angle), Math.abs(angle) / 1.5));
    await clock.sleep(0.2);
  }
}

describe.concurrent.each(DIALECTS)("a base behind %s", (dialect) => {
  it("drives, knows where it is, and stops", async (test) => {
    const { twin, robot } = await baseWorld(test, { as: dialect });
    const start = twin.base!.pose();
    const scan = robot.latest()!.observation.values["observation.scan"]!;
    const way = scan[0]! > 1 ? 0.2 : -0.1;
    const result = await carryOut(robot, twists(way, 0, 1));
    expect(result.outcome).toBe("finished");
    await until(() => Math.abs(twin.base!.twist().linear) < 0.01);
    const truth = twin.base!.pose();
    expect(planarDistance(truth.position, start.position)).toBeGreaterThan(0.05);
    await clock.sleep(0.2);
    const seen = factsOf(robot)!;
    expect(planarDistance(seen.base!.pose.position, truth.position)).toBeLessThan(0.06);
    expect(angleBetween(seen.base!.pose.orientation, truth.orientation)).toBeLessThan(0.06);
    expect(seen.base!.speed).toBeLessThan(0.05);
    for (const place of ["shelf", "door", "desk"]) {
      const said = objectById(seen.scene, place)!;
      const exact = objectById(twin.base!.scene(), place)!;
      expect(planarDistance(said.pose.position, exact.pose.position)).toBeLessThan(1e-6);
    }
    console.info(
      `${dialect}: missed ${result.missed} of ${result.ticks} ticks; command to motion ` +
        `${result.latencies.map((each) => (1000 * each).toFixed(0))} ms`,
    );
  });
});

describe.concurrent("a policy on a base", () => {
  it("reaches the shelf it is sent to: a turn, then straight, where the way is free", async (test) => {
    // The first room in which nothing stands between the start and the shelf.
    const seed = [...Array(200).keys()]
      .map((i) => 210_300 + i)
      .find((each) => {
        const { room, start } = drawRoom(createRandom(each).fork("room"));
        const shelf = room.places.find((place) => place.name === "shelf")!;
        const [dx, dy] = [shelf.x - start.x, shelf.y - start.y];
        const length = Math.hypot(dx, dy);
        return (
          length > 1.5 &&
          length < 2.6 &&
          room.obstacles.every((obstacle) => {
            const along = ((obstacle.x - start.x) * dx + (obstacle.y - start.y) * dy) / length;
            const across = Math.abs((obstacle.x - start.x) * dy - (obstacle.y - start.y) * dx) / length;
            return along < -0.5 || along > length + 0.9 || across > obstacle.radius + 0.4;
          })
        );
      })!;
    const { twin, robot } = await baseWorld(test, { seed });
    robot.bind({ place: "shelf" });
    const policy: Policy = {
      contract: robot.contract,
      horizon: 4,
      execute: 1,
      noiseSize: 0,
      act: async ({ values }) => {
        const [x, y] = values["observation.base.position"]!;
        const goal = values["goal.place.position"]!;
        const [qx, qy, qz, qw] = values["observation.base.orientation"]!;
        const bearing = wrapAngle(Math.atan2(goal[1]! - y!, goal[0]! - x!) - yawOf([qx!, qy!, qz!, qw!]));
        const distance = Math.hypot(goal[1]! - y!, goal[0]! - x!);
        const linear = distance < 0.1 ? 0 : Math.max(0, 0.4 * Math.cos(bearing)) * Math.min(1, distance);
        const angular = distance < 0.1 ? 0 : Math.max(-1.2, Math.min(1.2, 2 * bearing));
        return Float32Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? linear : angular));
      },
      free: async () => {},
    };
    const result = await deploy(robot, policy, clock, {
      seed: 1,
      timeout: 25,
      until: ({ base, scene }) =>
        base !== null &&
        planarDistance(base.pose.position, objectById(scene, "shelf")!.pose.position) < 0.2 &&
        base.speed < 0.05,
    });
    expect(result.outcome).toBe("reached");
    expect(twin.base!.inContact()).toBe(false);
    expect(
      planarDistance(twin.base!.pose().position, objectById(twin.base!.scene(), "shelf")!.pose.position),
    ).toBeLessThan(0.25);
    console.info(
      `base loop: missed ${result.missed} of ${result.ticks} ticks, late ${(1000 * result.late).toFixed(1)} ms, ` +
        `command to motion ${result.latencies.map((each) => (1000 * each).toFixed(0))} ms`,
    );
  });
});

describe.concurrent("what stops a base", () => {
  it("brakes within half a second, and its braking distance, when commands fall silent", async (test) => {
    const { twin, client } = await baseWorld(test);
    const send = () =>
      client.publish(
        "/cmd_vel",
        ROS_TYPE.twistStamped,
        twistStampedMessage(client.robotTime(), "base_link", forward),
      );
    send();
    await clock.sleep(0.1);
    const spin = { linear: [0, 0, 0], angular: [0, 0, 1] } as const;
    client.publish(
      "/cmd_vel",
      ROS_TYPE.twistStamped,
      twistStampedMessage(client.robotTime(), "base_link", spin),
    );
    await until(() => twin.base!.twist().angular > 0.8);
    const silentSince = twin.base!.time();
    await until(() => twin.base!.command().angular === 0);
    expect(twin.base!.time() - silentSince).toBeLessThan(0.55);
    await until(() => Math.abs(twin.base!.twist().angular) < 0.02);
    expect(twin.base!.time() - silentSince).toBeLessThan(0.95);
  });

  it("is a link that is cut: it brakes by itself, and what the driver meant is gone", async (test) => {
    const { twin, robot, way, events } = await baseWorld(test);
    const running = carryOut(robot, twists(0, 1, 5));
    await until(() => twin.base!.twist().angular > 0.8);
    way.cut();
    const cutAt = twin.base!.time();
    await until(() => Math.abs(twin.base!.twist().angular) < 0.02);
    expect(twin.base!.time() - cutAt).toBeLessThan(1);
    expect(robot.command({ commands: Float32Array.of(0.1, 0), rows: 1, period: 0.1 }).accepted).toBe(false);
    expect((await running).outcome).not.toBe("finished");
    way.restore();
    await until(() => events.some((event) => event.kind === "link" && event.up), 6);
    await clock.sleep(0.5);
    expect(Math.abs(twin.base!.twist().angular)).toBeLessThan(0.02);
  });

  it("is the driver, when a command has been carried out and none follows", async (test) => {
    const { twin, robot, events } = await baseWorld(test);
    robot.command({ commands: Float32Array.of(0, 1, 0, 1, 0, 1), rows: 3, period: 0.1 });
    await until(() => twin.base!.command().angular > 0.9);
    await until(() => twin.base!.command().angular === 0);
    expect(events).toContainEqual({ kind: "holding", reason: expect.stringContaining("watchdog") });
  });

  it("is a stop, on a connection of its own, and it stays", async (test) => {
    const { twin, robot, client } = await baseWorld(test);
    void carryOut(robot, twists(0, 1, 5));
    await until(() => twin.base!.twist().angular > 0.8);
    robot.stop("a person pressed stop");
    await until(() => Math.abs(twin.base!.twist().angular) < 0.02);
    client.publish(
      "/cmd_vel",
      ROS_TYPE.twistStamped,
      twistStampedMessage(client.robotTime(), "base_link", forward),
    );
    await clock.sleep(0.3);
    expect(Math.abs(twin.base!.twist().linear)).toBeLessThan(0.02);
    robot.releaseStop();
    await clock.sleep(0.1);
    void carryOut(robot, twists(0, -1, 1));
    await until(() => twin.base!.twist().angular < -0.5);
  });

  it("is what the laser sees ahead; turning and backing away stay free", async (test) => {
    const { twin, robot, events } = await baseWorld(test);
    await faceNearest(robot);
    await carryOut(robot, twists(0.5, 0, 4));
    await until(() => Math.abs(twin.base!.twist().linear) < 0.02);
    expect(twin.base!.inContact()).toBe(false);
    const scan = robot.latest()!.observation.values["observation.scan"]!;
    const nearest = Math.min(...scan);
    console.info(`held ${(100 * (nearest - DIFF_DRIVE.radius)).toFixed(1)} cm before what is ahead`);
    expect(nearest).toBeGreaterThan(DIFF_DRIVE.radius + 0.005);
    expect(nearest).toBeLessThan(DIFF_DRIVE.radius + 0.2);
    expect(events).toContainEqual({ kind: "limited", rule: "obstacle", detail: expect.anything() });
    const before = twin.base!.pose();
    await carryOut(robot, twists(-0.2, 0, 0.8));
    expect(planarDistance(twin.base!.pose().position, before.position)).toBeGreaterThan(0.05);
  });
});

describe.concurrent("commands of a base", () => {
  it("with a stale stamp are dropped, unstamped ones are not", async (test) => {
    const dropped: string[] = [];
    const { twin, client } = await baseWorld(test, { base: { onDropped: (reason) => dropped.push(reason) } });
    const spin = { linear: [0, 0, 0], angular: [0, 0, 1] } as const;
    const now = client.robotTime()!;
    const old = { sec: now.sec - 2, nanosec: now.nanosec };
    client.advertise("/cmd_vel", ROS_TYPE.twistStamped);
    client.publish("/cmd_vel", ROS_TYPE.twistStamped, twistStampedMessage(old, "base_link", spin));
    await clock.sleep(0.2);
    expect(dropped.length).toBe(1);
    expect(twin.base!.command().angular).toBe(0);
    client.publish("/cmd_vel", ROS_TYPE.twistStamped, twistStampedMessage(null, "base_link", spin));
    await until(() => twin.base!.command().angular === 1);
  });

  it("are Twist where the robot takes Twist: as the profile says, or as the graph does", async (test) => {
    const { twin, robot, client } = await baseWorld(
      test,
      { base: { twist: "twist" } },
      diffDriveProfile({ command: { topic: "/cmd_vel", type: "ask", frame: "base_link" } }),
    );
    robot.command({ commands: Float32Array.of(0, 1), rows: 1, period: 0.1 });
    await until(() => twin.base!.command().angular === 1);
    client.publish("/cmd_vel", ROS_TYPE.twist, twistMessage({ linear: [0, 0, 0], angular: [0, 0, -1] }));
    await until(() => twin.base!.command().angular === -1);
  });

  it("cannot be asked for where no rosapi answers: the profile must say", async (test) => {
    const { twin } = await baseWorld(test, { as: "ros2-web-bridge" });
    const asking = diffDriveProfile({ command: { topic: "/cmd_vel", type: "ask", frame: "base_link" } });
    await expect(drive(test, twin.url, asking)).rejects.toThrow(/must be in the profile/);
  });

  it("are slower on the wire, not for the policy, when the robot is slowed", async (test) => {
    const { twin, robot } = await baseWorld(test);
    robot.setSpeedScale(0.1);
    robot.command({ commands: Float32Array.of(0, 1, 0, 1), rows: 2, period: 0.1 });
    expect(Array.from(robot.commanded()!)).toEqual([0, 1]);
    await until(() => twin.base!.command().angular > 0);
    expect(twin.base!.command().angular).toBeCloseTo(0.1, 6);
  });
});
