/**
 * The real servers, with a real rclpy robot behind them over DDS, seen by a foreign client (roslib): what the
 * environment gives, before anything of this house is in between.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { Action, Ros, type RosLike, Service, Topic } from "../robot/roslib.js";
import { type Bridge, makeRos2, openRos2, type Ros2 } from "./ros2-environment.js";

const made = await makeRos2();
const because = typeof made === "string" ? ` [skipped: ${made}]` : "";

describe.skipIf(typeof made === "string")(`real bridges over real DDS${because}`, () => {
  let ros2: Ros2;
  beforeAll(async () => {
    if (typeof made === "string") return;
    ros2 = openRos2(made, 41);
    await ros2.node("robot.py").line((line) => line === "ready");
  });
  afterAll(() => ros2?.close());

  describe("rosbridge-server-rs", () => {
    let bridge: Bridge;
    let ros: RosLike;
    beforeAll(async () => {
      bridge = await ros2.rosbridgeServerRs();
      ros = await connected(bridge.url);
    });
    afterAll(() => ros?.close());

    it("delivers the joint states of the robot, NaN as null", async () => {
      const message = await first<JointState>(ros, "/joint_states", "sensor_msgs/msg/JointState");
      expect(message.name).toEqual(["shoulder", "elbow"]);
      expect(message.position).toEqual([0, 0]);
      expect(message.effort).toEqual([null, null]);
    });

    it("calls a service of the robot", async () => {
      const service = new Service<object, { message: string }>({
        ros,
        name: "/ping",
        serviceType: "std_srvs/srv/Trigger",
      });
      const answer = await new Promise<{ message: string }>((resolve, reject) =>
        service.callService({}, resolve, (error) => reject(new Error(String(error)))),
      );
      expect(answer.message).toBe("pong");
    });

    it("carries a goal of the generated FollowJointTrajectory to its end", async () => {
      const action = new Action<object, object, { error_code: number }>({
        ros,
        name: "/arm_controller/follow_joint_trajectory",
        actionType: "control_msgs/action/FollowJointTrajectory",
      });
      const feedback: object[] = [];
      const send = () =>
        new Promise<{ error_code: number }>((resolve, reject) =>
          action.sendGoal(
            goal(["shoulder", "elbow"]),
            resolve,
            (each) => feedback.push(each),
            (error) => reject(new Error(String(error))),
          ),
        );
      // The result of the first goal after the start may be lost in the server: a throwaway one goes ahead.
      await send().catch(() => null);
      const result = await send();
      expect(result.error_code).toBe(0);
      expect(feedback.length).toBeGreaterThan(0);
      const state = await first<JointState>(ros, "/joint_states", "sensor_msgs/msg/JointState");
      expect(state.position[0]).toBeCloseTo(0.25);
    });
  });

  describe("ros2-web-bridge", () => {
    let bridge: Bridge;
    beforeAll(async () => {
      bridge = await ros2.ros2WebBridge();
    });

    it("delivers the joint states of the robot", async () => {
      const ros = await connected(bridge.url);
      const message = await first<JointState>(ros, "/joint_states", "sensor_msgs/msg/JointState");
      expect(message.name).toEqual(["shoulder", "elbow"]);
      expect(message.effort).toEqual([null, null]);
      ros.close();
    });

    it("calls a service when the frame carries its type", async () => {
      const socket = new WebSocket(bridge.url);
      await new Promise((resolve) => socket.once("open", resolve));
      const answer = new Promise<{ values: { message: string } }>((resolve) =>
        socket.on("message", (data) => resolve(JSON.parse(String(data)))),
      );
      socket.send(
        JSON.stringify({
          op: "call_service",
          id: "1",
          service: "/ping",
          type: "std_srvs/srv/Trigger",
          args: {},
        }),
      );
      expect((await answer).values.message).toBe("pong");
      socket.close();
    });

    it("carries the generated vision_msgs both ways", async () => {
      const ros = await connected(bridge.url);
      const topic = new Topic<object>({
        ros,
        name: "/detections",
        messageType: DETECTIONS,
      });
      const seen = first<{ detections: { id: string }[] }>(ros, "/detections", DETECTIONS);
      const timer = setInterval(() => topic.publish({ detections: [{ id: "red_cube" }] }), 200);
      expect((await seen).detections[0]?.id).toBe("red_cube");
      clearInterval(timer);
      ros.close();
    });
  });
});

const DETECTIONS = "vision_msgs/msg/Detection3DArray";

interface JointState {
  readonly name: string[];
  readonly position: number[];
  readonly effort: (number | null)[];
}

const goal = (joints: readonly string[]) => ({
  trajectory: {
    joint_names: joints,
    points: [
      { positions: [0.1, 0.2], time_from_start: { sec: 0, nanosec: 100_000_000 } },
      { positions: [0.25, 0.5], time_from_start: { sec: 0, nanosec: 300_000_000 } },
    ],
  },
});

async function connected(url: string): Promise<RosLike> {
  const ros = new Ros();
  await ros.connect(url);
  return ros;
}

/** The first message of a topic. */
const first = <T>(ros: RosLike, name: string, messageType: string): Promise<T> =>
  new Promise((resolve) => new Topic<T>({ ros, name, messageType }).subscribe(resolve));
