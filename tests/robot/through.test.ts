/** A robot in one process, the bridge in another's hands, a client in front of it: the twin as a node of that graph. */
import { randomUUID } from "node:crypto";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { realClock } from "../../core/index.js";
import {
  GOAL_STATUS,
  graphThrough,
  type RosMessage,
  secondsOf,
  socketsOf,
  whenUp,
} from "../../robot/ros2/index.js";
import { connectRosFromNode } from "../../robot/ros2/index.node.js";
import type { DialectName } from "../../robot/twin/dialects.js";
import { startTwinServer } from "../../robot/twin/server.node.js";

const clock = realClock();
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of undo.splice(0).reverse()) await close();
});

const STATE = "sensor_msgs/msg/JointState";
const FOLLOW = "control_msgs/action/FollowJointTrajectory";

async function bridgeWith(dialect: DialectName, port = 0) {
  const bridge = await startTwinServer({ dialect, clock, port });
  undo.push(() => bridge.close());
  return bridge;
}

function robotThrough(url: string) {
  const faults: string[] = [];
  const graph = graphThrough({
    url,
    openSocket: socketsOf(WebSocket),
    clock,
    session: randomUUID(),
    onFault: (fault) => faults.push(fault),
  });
  undo.push(() => graph.close());
  return { graph, faults };
}

async function clientOf(url: string) {
  const ros = connectRosFromNode(url);
  undo.push(() => ros.close());
  await whenUp(ros, clock, 3);
  return ros;
}

const until = async (holds: () => boolean, seconds = 3) => {
  const end = clock.now() + seconds;
  while (!holds()) {
    if (clock.now() > end) throw new Error("it never came true");
    await clock.sleep(0.01);
  }
};

/** A way to the port that can be cut: connections end as when a network fails. */
async function cableTo(port: number) {
  const ends = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const end of [near, far]) ends.add(end.on("error", () => {}));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((go) => server.listen(0, "127.0.0.1", go));
  const cut = () => {
    for (const end of ends) end.destroy();
    ends.clear();
  };
  undo.push(() => {
    cut();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, cut };
}

/** A small robot: a joint that goes where a command or a goal says. */
function serveRobot({ graph }: ReturnType<typeof robotThrough>) {
  const states = graph.advertise("/joint_states", STATE);
  const commands: RosMessage[] = [];
  const ended: string[] = [];
  graph.subscribe("/commands", STATE, (message) => {
    commands.push(message);
    states({ name: ["a"], position: message["position"], effort: [Number.NaN] });
  });
  graph.serveService("/estop", "std_srvs/srv/Trigger", () => ({ success: true, message: "stopped" }));
  graph.serveAction("/arm/follow", FOLLOW, {
    refuse: (goal) =>
      (goal["trajectory"] as { points: unknown[] }).points.length === 0 ? "no points" : null,
    execute: async (goal, { feedback, canceled }) => {
      feedback({ joint_names: ["a"] });
      const { points } = goal["trajectory"] as {
        points: { time_from_start: { sec: number; nanosec: number } }[];
      };
      try {
        await clock.sleep(secondsOf(points[0]!.time_from_start), canceled);
      } catch (error) {
        ended.push((error as Error).message);
        return { status: GOAL_STATUS.canceled, result: { error_string: "canceled" } };
      }
      return { status: GOAL_STATUS.succeeded, result: { error_string: "ok" } };
    },
  });
  return { commands, ended };
}
const goalOf = (sec: number, nanosec: number) => ({
  trajectory: { joint_names: ["a"], points: [{ positions: [1], time_from_start: { sec, nanosec } }] },
});

describe.each(["rosbridge-suite-2.1", "rosbridge-suite-2.2", "ros2-web-bridge"] as DialectName[])(
  "a robot through %s",
  (dialect) => {
    it("publishes and is commanded, and its service answers", async () => {
      const bridge = await bridgeWith(dialect);
      const robot = robotThrough(bridge.url);
      const { commands } = serveRobot(robot);
      await until(() => robot.graph.up);
      const ros = await clientOf(bridge.url);
      const states: RosMessage[] = [];
      ros.subscribe("/joint_states", STATE, (message) => states.push(message));
      ros.advertise("/commands", STATE);
      await clock.sleep(0.1);
      ros.publish("/commands", STATE, { name: ["a"], position: [0.5] });
      await until(() => states.length > 0);
      expect(commands).toMatchObject([{ name: ["a"], position: [0.5], velocity: [] }]);
      expect(states).toMatchObject([{ name: ["a"], position: [0.5], effort: [] }]);
      expect(await ros.callService("/estop", "std_srvs/srv/Trigger", {}, 2)).toEqual({
        success: true,
        message: "stopped",
      });
      const complaints = dialect === "ros2-web-bridge" ? ["Operation advertise_action is not supported"] : [];
      expect(robot.faults).toEqual(complaints.map((words) => expect.stringContaining(words)));
    });
  },
);

describe.each(["rosbridge-suite-2.1", "rosbridge-suite-2.2"] as DialectName[])(
  "its actions through %s",
  (dialect) => {
    it("end with feedback and result, or cancelled, or refused", async () => {
      const bridge = await bridgeWith(dialect);
      const robot = robotThrough(bridge.url);
      const { ended } = serveRobot(robot);
      await until(() => robot.graph.up);
      const ros = await clientOf(bridge.url);
      await clock.sleep(0.05);
      const feedback: RosMessage[] = [];
      const done = ros.sendGoal("/arm/follow", FOLLOW, goalOf(0, 5e7), {
        timeout: 2,
        onFeedback: (f) => feedback.push(f),
      });
      expect(await done.result).toEqual({
        status: GOAL_STATUS.succeeded,
        values: { error_code: 0, error_string: "ok" },
      });
      expect(feedback).toMatchObject([{ joint_names: ["a"] }]);

      const long = ros.sendGoal("/arm/follow", FOLLOW, goalOf(9, 0), { timeout: 20 });
      await clock.sleep(0.1);
      long.cancel();
      expect(await long.result).toMatchObject({
        status: GOAL_STATUS.canceled,
        values: { error_string: "canceled" },
      });
      expect(ended).toEqual(["a client canceled the goal"]);

      const refused = ros.sendGoal("/arm/follow", FOLLOW, { trajectory: {} }, { timeout: 2 });
      expect((await refused.result).status).toBe(GOAL_STATUS.aborted);
      expect(robot.faults).toEqual(["action /arm/follow: refused: no points"]);
    });

    it("are cancelled when the bridge is lost, and everything is announced once it is back", async () => {
      const bridge = await bridgeWith(dialect);
      const cable = await cableTo(bridge.port);
      const robot = robotThrough(cable.url);
      const { ended } = serveRobot(robot);
      await until(() => robot.graph.up);
      const ros = await clientOf(bridge.url);
      await clock.sleep(0.05);
      const long = ros.sendGoal("/arm/follow", FOLLOW, goalOf(9, 0), { timeout: 20 });
      await clock.sleep(0.1);
      cable.cut();
      expect(await long.result).toMatchObject({ status: GOAL_STATUS.aborted });
      await until(() => ended.length === 1);
      expect(ended).toEqual(["the bridge is lost"]);
      await until(() => robot.graph.up);
      await clock.sleep(0.05);
      const goal = ros.sendGoal("/arm/follow", FOLLOW, goalOf(0, 5e7), { timeout: 2 });
      expect((await goal.result).status).toBe(GOAL_STATUS.succeeded);
    });
  },
);

describe("what no bridge can carry", () => {
  it("is said another way, or reported once", async () => {
    const bridge = await bridgeWith("rosbridge-suite-2.2");
    const robot = robotThrough(bridge.url);
    await until(() => robot.graph.up);
    const heard: RosMessage[] = [];
    bridge.graph.subscribe("/scan", "sensor_msgs/msg/LaserScan", (message) => heard.push(message));
    bridge.graph.subscribe("/imu", "sensor_msgs/msg/Imu", (message) => heard.push(message));
    const scan = robot.graph.advertise("/scan", "sensor_msgs/msg/LaserScan");
    const imu = robot.graph.advertise("/imu", "sensor_msgs/msg/Imu");
    const { NaN: nan, POSITIVE_INFINITY: far, NEGATIVE_INFINITY: near } = Number;
    scan({ range_min: 0.1, range_max: 5, ranges: [1, far, near, nan] });
    imu({ orientation_covariance: new Array(9).fill(nan) });
    for (let i = 0; i < 3; i++) scan({ range_max: nan });
    await until(() => heard.length === 2);
    expect(heard).toMatchObject([{ ranges: [1, 5, 0, 6] }, { orientation_covariance: new Array(9).fill(0) }]);
    expect(robot.faults).toEqual(["/scan: a value that is not finite cannot be carried"]);
  });
});
