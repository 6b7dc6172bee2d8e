/**
 * Our rosbridge client against a foreign robot (rclpy) in a real ROS 2 graph, through each of the two real servers
 * that the registries have. What a server does not know must end in time and in words.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realClock } from "../../core/index.js";
import { GOAL_STATUS, type RosMessage } from "../../robot/ros2/graph.js";
import { type RosClient, secondsOf, stampOf, whenUp } from "../../robot/ros2/index.js";
import { connectRosFromNode } from "../../robot/ros2/index.node.js";
import { makeRos2, openRos2, type Ros2 } from "./ros2-environment.js";

const made = await makeRos2();
const because = typeof made === "string" ? ` [skipped: ${made}]` : "";
const clock = realClock();

const FOLLOW = "control_msgs/action/FollowJointTrajectory";
const CONTROLLER = "/arm_controller/follow_joint_trajectory";

describe.skipIf(typeof made === "string")(`our client in a real ROS 2 graph${because}`, () => {
  let ros2: Ros2;
  beforeAll(async () => {
    if (typeof made === "string") return;
    ros2 = openRos2(made, 42);
    await ros2.node("robot.py").line((line) => line === "ready");
  });
  afterAll(() => ros2?.close());

  const through = (server: "rosbridgeServerRs" | "ros2WebBridge", more: (ros: () => RosClient) => void) =>
    describe(server, () => {
      let ros: RosClient;
      const faults: string[] = [];
      beforeAll(async () => {
        const bridge = await ros2[server]();
        ros = connectRosFromNode(bridge.url, { onFault: (fault) => faults.push(fault) });
        await whenUp(ros, clock, 5);
      });
      afterAll(() => ros?.close());

      it("reads joint states, NaN for what nobody measures", async () => {
        const message = await next(ros, "/joint_states", "sensor_msgs/msg/JointState");
        expect(message).toMatchObject({ name: ["shoulder", "elbow"], effort: [Number.NaN, Number.NaN] });
      });

      it("estimates the robot's clock from stamps", async () => {
        const message = await next(ros, "/joint_states", "sensor_msgs/msg/JointState");
        expect(ros.ageOf(stampOf(message)!)).toBeLessThan(0.1);
        expect(Math.abs(secondsOf(ros.robotTime()!) - Date.now() / 1000)).toBeLessThan(0.2);
      });

      it("drives with stamped twists that arrive whole", async () => {
        const told = new Promise<RosMessage>((resolve) => {
          const off = ros.subscribe("/told", "std_msgs/msg/Float64MultiArray", (message) => {
            off();
            resolve(message);
          });
        });
        const stop = ros.advertise("/cmd_vel", "geometry_msgs/msg/TwistStamped");
        const stamp = ros.robotTime()!;
        const message = {
          header: { stamp, frame_id: "" },
          twist: { linear: { x: 0.25 }, angular: { z: -0.5 } },
        };
        const timer = setInterval(
          () => ros.publish("/cmd_vel", "geometry_msgs/msg/TwistStamped", message),
          100,
        );
        const { data } = await told;
        clearInterval(timer);
        stop();
        const numbers = Array.from(data as Float64Array);
        expect(numbers.slice(0, 2)).toEqual([0.25, -0.5]);
        expect(numbers[2]).toBeCloseTo(secondsOf(stamp), 3);
      });

      it("calls a service; one that nobody serves fails in time", async () => {
        expect(await ros.callService("/ping", "std_srvs/srv/Trigger", {}, 3)).toEqual({
          success: true,
          message: "pong",
        });
        const start = clock.now();
        await expect(ros.callService("/nobody", "std_srvs/srv/Trigger", {}, 1)).rejects.toThrow("/nobody");
        expect(clock.now() - start).toBeLessThan(2);
      });

      more(() => ros);

      it("reported no fault that is not the server's", () => {
        expect(faults.filter((fault) => !fault.startsWith("bridge:"))).toEqual([]);
      });
    });

  through("rosbridgeServerRs", (ros) => {
    it("follows a goal to its end, with feedback", async () => {
      // The server may lose the result of the first goal after its start: one goes ahead.
      await ros()
        .sendGoal(CONTROLLER, FOLLOW, goal(0.1), { timeout: 8 })
        .result.catch(() => null);
      const feedback: RosMessage[] = [];
      const handle = ros().sendGoal(CONTROLLER, FOLLOW, goal(0.3), {
        timeout: 8,
        onFeedback: (values) => feedback.push(values),
      });
      const { status, values } = await handle.result;
      expect([status, values["error_code"]]).toEqual([GOAL_STATUS.succeeded, 0]);
      expect(feedback.at(-1)).toMatchObject({ joint_names: ["shoulder", "elbow"] });
    });

    it("cancels a goal at once, and hears that it ended so", async () => {
      const handle = ros().sendGoal(CONTROLLER, FOLLOW, goal(20), { timeout: 30 });
      await clock.sleep(0.3);
      const start = clock.now();
      handle.cancel();
      expect((await handle.result).status).toBe(GOAL_STATUS.canceled);
      expect(clock.now() - start).toBeLessThan(1);
    });

    it("hears that the robot refuses a goal", async () => {
      const handle = ros().sendGoal(CONTROLLER, FOLLOW, goal(0.1, ["knee"]), { timeout: 5 });
      await expect(handle.result).rejects.toThrow(/reject/);
    });

    it("reads a best-effort scan, infinity apart from NaN", async () => {
      const scan = await next(ros(), "/scan", "sensor_msgs/msg/LaserScan");
      expect(Array.from(scan["ranges"] as Float32Array)).toEqual([1.5, Number.POSITIVE_INFINITY, Number.NaN]);
    });
  });

  through("ros2WebBridge", (ros) => {
    it("learns that this server knows no actions", async () => {
      const handle = ros().sendGoal(CONTROLLER, FOLLOW, goal(0.1), { timeout: 5 });
      await expect(handle.result).rejects.toThrow("the bridge knows no actions");
      expect(ros().actions).toBe(false);
    });

    it("hears nothing of a best-effort topic, which this server cannot subscribe", async () => {
      let count = 0;
      const off = ros().subscribe("/scan", "sensor_msgs/msg/LaserScan", () => count++);
      await clock.sleep(3);
      off();
      expect(count).toBe(0);
    });
  });
});

const goal = (seconds: number, joints = ["shoulder", "elbow"]) => ({
  trajectory: {
    joint_names: joints,
    points: [
      {
        positions: [0.1, 0.2],
        time_from_start: { sec: Math.floor(seconds), nanosec: Math.round((seconds % 1) * 1e9) },
      },
    ],
  },
});

const next = (ros: RosClient, topic: string, type: string): Promise<RosMessage> =>
  new Promise((resolve) => {
    const off = ros.subscribe(topic, type, (message) => {
      off();
      resolve(message);
    });
  });
