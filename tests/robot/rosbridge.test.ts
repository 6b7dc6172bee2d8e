/** Our client against the twin's bridge over real sockets, in every dialect. */
import { afterEach, describe, expect, it } from "vitest";
import { realClock } from "../../core/index.js";
import { GOAL_STATUS, type RosMessage } from "../../robot/ros2/graph.js";
import { whenUp } from "../../robot/ros2/index.js";
import { connectRosFromNode } from "../../robot/ros2/index.node.js";
import type { RosClient } from "../../robot/ros2/ros-client.js";
import { secondsOf } from "../../robot/ros2/time.js";
import type { DialectName } from "../../robot/twin/dialects.js";
import { startTwinServer, type TwinServer, type TwinServerOptions } from "../../robot/twin/server.node.js";

const clock = realClock();
const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of undo.splice(0).reverse()) await close();
});

async function bridge(dialect: DialectName, more: Partial<TwinServerOptions> = {}): Promise<TwinServer> {
  const server = await startTwinServer({ dialect, clock, port: 0, ...more });
  undo.push(() => server.close());
  return server;
}
async function client(
  server: TwinServer,
  more: Parameters<typeof connectRosFromNode>[1] = {},
): Promise<RosClient> {
  const ros = connectRosFromNode(server.url, more);
  undo.push(() => ros.close());
  await whenUp(ros, clock, 3);
  return ros;
}
const next = <T>(register: (take: (value: T) => void) => void, seconds = 2): Promise<T> =>
  Promise.race([
    new Promise<T>(register),
    clock.sleep(seconds).then(() => Promise.reject(new Error("nothing came"))),
  ]);

const FOLLOW = "control_msgs/action/FollowJointTrajectory";
const goalOf = (seconds: number) => ({
  trajectory: {
    joint_names: ["a"],
    points: [{ positions: [1], time_from_start: { sec: Math.floor(seconds), nanosec: (seconds % 1) * 1e9 } }],
  },
});

/** An action that takes as long as its goal says, and reports a few times on the way. */
function serveFollow(server: TwinServer): void {
  server.graph.serveAction("/arm/follow", FOLLOW, {
    refuse: (goal) =>
      (goal["trajectory"] as { points: unknown[] }).points.length === 0 ? "no points" : null,
    execute: async (goal, { feedback, canceled }) => {
      const [point] = (
        goal["trajectory"] as { points: { time_from_start: { sec: number; nanosec: number } }[] }
      ).points;
      const seconds = secondsOf(point!.time_from_start);
      for (let i = 0; i < 4; i++) {
        feedback({ joint_names: ["a"] });
        try {
          await clock.sleep(seconds / 4, canceled);
        } catch {
          return { status: GOAL_STATUS.canceled, result: { error_string: "canceled" } };
        }
      }
      return { status: GOAL_STATUS.succeeded, result: { error_code: 0, error_string: "ok" } };
    },
  });
}

const ALL: DialectName[] = ["rosbridge-suite-2.1", "rosbridge-suite-2.2", "ros2-web-bridge"];
const SUITES = ALL.slice(0, 2);

describe.each(ALL)("a client of %s", (dialect) => {
  it("subscribes, publishes and hears its own command come back", async () => {
    const server = await bridge(dialect);
    const echo = server.graph.advertise("/echo", "sensor_msgs/msg/JointState");
    server.graph.subscribe("/commands", "sensor_msgs/msg/JointState", echo);
    const ros = await client(server);
    ros.advertise("/commands", "sensor_msgs/msg/JointState");
    const heard = next<RosMessage>((take) => ros.subscribe("/echo", "sensor_msgs/JointState", take));
    await clock.sleep(0.05);
    expect(ros.publish("/commands", "sensor_msgs/msg/JointState", { name: ["j"], position: [0.5] })).toBe(
      true,
    );
    expect(await heard).toMatchObject({ name: ["j"], position: [0.5], velocity: [] });
  });

  it("calls services, and a missing one fails in time", async () => {
    const server = await bridge(dialect);
    server.graph.serveService("/estop", "std_srvs/srv/Trigger", async () => ({
      success: true,
      message: "stopped",
    }));
    const ros = await client(server);
    expect(await ros.callService("/estop", "std_srvs/srv/Trigger", {}, 1)).toEqual({
      success: true,
      message: "stopped",
    });
    const missing = ros.callService("/not_there", "std_srvs/srv/Trigger", {}, 0.3);
    await expect(missing).rejects.toThrow(
      /not_there: (no answer within 0.3 s|Service \/not_there does not exist)/,
    );
  });

  it("reads infinity and NaN where the bridge can say them, NaN where it writes null", async () => {
    const server = await bridge(dialect);
    const scan = server.graph.advertise("/scan", "sensor_msgs/msg/LaserScan");
    const imu = server.graph.advertise("/imu", "sensor_msgs/msg/Imu");
    const ros = await client(server);
    const scans = next<RosMessage>((take) => ros.subscribe("/scan", "sensor_msgs/msg/LaserScan", take));
    const imus = next<RosMessage>((take) => ros.subscribe("/imu", "sensor_msgs/msg/Imu", take));
    await clock.sleep(0.05);
    scan({ ranges: [1, Number.POSITIVE_INFINITY, Number.NaN, 2.5], angle_min: Number.NaN });
    imu({ orientation_covariance: new Array(9).fill(Number.NaN) });
    const far = dialect === "ros2-web-bridge" ? Number.NaN : Number.POSITIVE_INFINITY;
    expect(await scans).toMatchObject({ ranges: [1, far, Number.NaN, 2.5], angle_min: Number.NaN });
    expect((await imus)["orientation_covariance"]).toEqual(new Array(9).fill(Number.NaN));
  });

  it("gets images whole, in whatever form the bridge sends them", async () => {
    const server = await bridge(dialect);
    const camera = server.graph.advertise("/image", "sensor_msgs/msg/CompressedImage");
    const ros = await client(server);
    const images = next<RosMessage>((take) =>
      ros.subscribe("/image", "sensor_msgs/msg/CompressedImage", take, { images: true }),
    );
    await clock.sleep(0.1);
    const data = Uint8Array.from({ length: 40_000 }, (_, i) => i % 251);
    camera({ format: "jpeg", data });
    expect(Buffer.from((await images)["data"] as Uint8Array).equals(data)).toBe(true);
  });

  it("knows the robot's clock from stamps", async () => {
    const server = await bridge(dialect, { timeOfDay: () => 5000 + clock.now() });
    const states = server.graph.advertise("/joint_states", "sensor_msgs/msg/JointState");
    const ros = await client(server);
    expect(ros.robotTime()).toBeNull();
    const heard = next<RosMessage>((take) =>
      ros.subscribe("/joint_states", "sensor_msgs/msg/JointState", take),
    );
    await clock.sleep(0.05);
    const sent = 5000 + clock.now();
    const stamp = { sec: Math.floor(sent), nanosec: Math.floor((sent % 1) * 1e9) };
    states({ header: { stamp } });
    await heard;
    expect(secondsOf(ros.robotTime()!)).toBeCloseTo(5000 + clock.now(), 1);
    expect(ros.ageOf(stamp)).toBeLessThan(0.1);
    await clock.sleep(0.2);
    expect(ros.ageOf(stamp)).toBeGreaterThan(0.19);
  });
});

describe.each(SUITES)("actions of %s", (dialect) => {
  it("report, and end with the robot's result", async () => {
    const server = await bridge(dialect);
    serveFollow(server);
    const ros = await client(server);
    const feedback: RosMessage[] = [];
    const goal = ros.sendGoal("/arm/follow", FOLLOW, goalOf(0.2), {
      timeout: 2,
      onFeedback: (f) => feedback.push(f),
    });
    expect(await goal.result).toEqual({
      status: GOAL_STATUS.succeeded,
      values: { error_code: 0, error_string: "ok" },
    });
    expect(feedback).toHaveLength(4);
    expect(feedback[0]).toMatchObject({ joint_names: ["a"], desired: { positions: [] } });
  });

  it("a goal holds up neither commands nor its own cancel, even where the server blocks", async () => {
    const server = await bridge(dialect);
    serveFollow(server);
    server.graph.serveService("/estop", "std_srvs/srv/Trigger", () => ({ success: true }));
    const commands: RosMessage[] = [];
    server.graph.subscribe("/commands", "std_msgs/msg/Float64", (message) => commands.push(message));
    const ros = await client(server);
    ros.advertise("/commands", "std_msgs/msg/Float64");
    const goal = ros.sendGoal("/arm/follow", FOLLOW, goalOf(5), { timeout: 10 });
    await clock.sleep(0.1);
    ros.publish("/commands", "std_msgs/msg/Float64", { data: 1 });
    ros.publishStop("/commands", "std_msgs/msg/Float64", { data: 0 });
    expect(await ros.callService("/estop", "std_srvs/srv/Trigger", {}, 1)).toMatchObject({ success: true });
    await clock.sleep(0.05);
    expect(commands.map((one) => one["data"]).sort()).toEqual([0, 1]);
    const before = clock.now();
    goal.cancel();
    expect((await goal.result).status).toBe(GOAL_STATUS.canceled);
    expect(clock.now() - before).toBeLessThan(1);
  });

  it("to no server, or refused, end within their time", async () => {
    const server = await bridge(dialect);
    serveFollow(server);
    const ros = await client(server);
    const lost = ros.sendGoal("/nope", FOLLOW, goalOf(1), { timeout: 0.3 });
    await expect(lost.result).rejects.toThrow("/nope: no answer within 0.3 s");
    const refused = ros.sendGoal("/arm/follow", FOLLOW, { trajectory: {} }, { timeout: 0.3 });
    await expect(refused.result).rejects.toThrow(/rejected|no answer within/);
    // and the client is none the worse for it
    const fine = ros.sendGoal("/arm/follow", FOLLOW, goalOf(0.1), { timeout: 2 });
    expect((await fine.result).status).toBe(GOAL_STATUS.succeeded);
  });
});

describe("a bridge without actions", () => {
  it("is known for it after the first goal", async () => {
    const server = await bridge("ros2-web-bridge");
    serveFollow(server);
    const ros = await client(server);
    expect(ros.actions).toBe(true);
    const goal = ros.sendGoal("/arm/follow", FOLLOW, goalOf(1), { timeout: 2 });
    await expect(goal.result).rejects.toThrow("the bridge knows no actions");
    expect(ros.actions).toBe(false);
    expect(() => ros.sendGoal("/arm/follow", FOLLOW, goalOf(1), { timeout: 2 })).toThrow("knows no actions");
  });
});

describe("a lost link", () => {
  it("queues nothing, says so, and comes back with its topics", async () => {
    const first = await bridge("rosbridge-suite-2.2");
    const { port } = first;
    const ros = await client(first);
    const heard: RosMessage[] = [];
    ros.subscribe("/number", "std_msgs/msg/Float64", (message) => heard.push(message));
    ros.advertise("/commands", "std_msgs/msg/Float64");
    const links: boolean[] = [];
    ros.onLink((up) => links.push(up));
    const hanging = ros
      .callService("/x", "std_srvs/srv/Trigger", {}, 5)
      .catch((error: Error) => error.message);
    await first.close();
    await clock.sleep(0.05);
    expect(ros.up).toBe(false);
    expect(await hanging).toMatch(/^\/x: /);
    for (let i = 0; i < 30; i++)
      expect(ros.publish("/commands", "std_msgs/msg/Float64", { data: i })).toBe(false);
    await expect(ros.callService("/x", "std_srvs/srv/Trigger", {}, 5)).rejects.toThrow("the link is down");

    const second = await bridge("rosbridge-suite-2.2", { port });
    const commands: RosMessage[] = [];
    second.graph.subscribe("/commands", "std_msgs/msg/Float64", (message) => commands.push(message));
    await whenUp(ros, clock, 5);
    await clock.sleep(0.1);
    second.graph.advertise("/number", "std_msgs/msg/Float64")({ data: 7 });
    expect(ros.publish("/commands", "std_msgs/msg/Float64", { data: 100 })).toBe(true);
    await clock.sleep(0.1);
    expect(heard).toEqual([{ data: 7 }]);
    expect(commands).toEqual([{ data: 100 }]);
    expect(links).toEqual([false, true]);
  });

  it("a topic subscribed before its best-effort publisher existed is heard after a new subscription", async () => {
    const server = await bridge("rosbridge-suite-2.1");
    const ros = await client(server, { limits: { silence: 0.2 } });
    const heard = next<RosMessage>((take) => ros.subscribe("/scan", "sensor_msgs/msg/LaserScan", take));
    await clock.sleep(0.05);
    const scan = server.graph.advertise("/scan", "sensor_msgs/msg/LaserScan", "best-effort");
    const publishing = setInterval(() => scan({ ranges: [1] }), 20);
    expect(await heard).toMatchObject({ ranges: [1] });
    clearInterval(publishing);
  });
});

describe("what a client will not send", () => {
  it("is a number that JSON lacks", async () => {
    const server = await bridge("rosbridge-suite-2.2");
    const ros = await client(server);
    ros.advertise("/commands", "std_msgs/msg/Float64MultiArray");
    expect(() =>
      ros.publish("/commands", "std_msgs/msg/Float64MultiArray", { data: [0, Number.NaN] }),
    ).toThrow("must be a finite number, got NaN");
  });
});
