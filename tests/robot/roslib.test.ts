/** roslib 2.1, the ROS project's own JavaScript client, drives the twin; through ours it also serves. */

import { afterEach, describe, expect, it } from "vitest";
import { realClock } from "../../core/index.js";
import { GOAL_STATUS, type RosMessage, secondsOf } from "../../robot/ros2/index.js";
import type { DialectName } from "../../robot/twin/dialects.js";
import { startTwinServer } from "../../robot/twin/server.node.js";
import { Action, Ros, Service, Topic } from "./roslib.js";

const clock = realClock();
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of undo.splice(0).reverse()) await close();
});

async function open(dialect: DialectName) {
  const server = await startTwinServer({ dialect, clock, port: 0 });
  undo.push(() => server.close());
  const connect = async () => {
    const ros = new Ros();
    await ros.connect(server.url);
    undo.push(() => ros.close());
    if (!ros.isConnected) await new Promise((go) => ros.once("connection", go));
    return ros;
  };
  return { graph: server.graph, connect };
}

const within = <T>(work: Promise<T>, seconds = 3): Promise<T> =>
  Promise.race([work, clock.sleep(seconds).then(() => Promise.reject(new Error("nothing came")))]);

const STATE = "sensor_msgs/msg/JointState";
const FOLLOW = "control_msgs/action/FollowJointTrajectory";
const SUITES: DialectName[] = ["rosbridge-suite-2.1", "rosbridge-suite-2.2"];
type Goal = { trajectory: { joint_names: string[]; points: object[] } };
type Feedback = { joint_names: string[] };
type Result = { error_code: number; error_string: string };
const goalOf = (sec: number, nanosec: number): Goal => ({
  trajectory: { joint_names: ["a"], points: [{ positions: [1], time_from_start: { sec, nanosec } }] },
});

describe.each([...SUITES, "ros2-web-bridge"] as DialectName[])("roslib and %s", (dialect) => {
  it("subscribes and publishes", async () => {
    const { graph, connect } = await open(dialect);
    const states = graph.advertise("/joint_states", STATE);
    const commands: RosMessage[] = [];
    graph.subscribe("/commands", STATE, (message) => commands.push(message));
    const ros = await connect();
    const topic = new Topic<{ name: string[]; position: number[] }>({
      ros,
      name: "/joint_states",
      messageType: STATE,
    });
    const heard = within(new Promise<{ name: string[]; position: number[] }>((go) => topic.subscribe(go)));
    await clock.sleep(0.05);
    states({ name: ["a"], position: [0.25] });
    expect(await heard).toMatchObject({ name: ["a"], position: [0.25] });
    new Topic({ ros, name: "/commands", messageType: STATE }).publish({ name: ["a"], position: [1] });
    await clock.sleep(0.1);
    expect(commands).toMatchObject([{ name: ["a"], position: [1], velocity: [] }]);
  });

  it("calls a service where the server asks for no type; ros2-web-bridge never answers its calls", async () => {
    const { graph, connect } = await open(dialect);
    graph.serveService("/estop", "std_srvs/srv/Trigger", () => ({ success: true, message: "stopped" }));
    const ros = await connect();
    const service = new Service<object, { success: boolean }>({
      ros,
      name: "/estop",
      serviceType: "std_srvs/srv/Trigger",
    });
    const answer = within(
      new Promise<{ success: boolean }>((go, no) => service.callService({}, go, no)),
      0.5,
    );
    if (dialect === "ros2-web-bridge") await expect(answer).rejects.toThrow("nothing came");
    else expect(await answer).toEqual({ success: true, message: "stopped" });
  });

  it("serves a service that our own nodes, and other clients, call", async () => {
    const { connect } = await open(dialect);
    const [server, caller] = [await connect(), await connect()];
    const service = new Service<{ data: boolean }, { success: boolean; message: string }>({
      ros: server,
      name: "/switch",
      serviceType: "std_srvs/srv/SetBool",
    });
    await service.advertiseAsync(async ({ data }) => ({ success: true, message: data ? "on" : "off" }));
    await clock.sleep(0.05);
    const answer = new Promise((go) => caller.once("me", go));
    caller.callOnConnection({
      op: "call_service",
      id: "me",
      service: "/switch",
      type: "std_srvs/srv/SetBool",
      args: { data: true },
    });
    expect(await within(answer)).toMatchObject({ values: { success: true, message: "on" }, result: true });
  });
});

describe.each(SUITES)("roslib and the actions of %s", (dialect) => {
  const serve = ({ graph }: Awaited<ReturnType<typeof open>>) =>
    graph.serveAction("/arm/follow", FOLLOW, {
      refuse: () => null,
      execute: async (goal, { feedback, canceled }) => {
        const { points } = goal["trajectory"] as {
          points: { time_from_start: { sec: number; nanosec: number } }[];
        };
        feedback({ joint_names: ["a"] });
        try {
          await clock.sleep(secondsOf(points[0]!.time_from_start), canceled);
        } catch {
          return { status: GOAL_STATUS.canceled, result: { error_string: "canceled" } };
        }
        return { status: GOAL_STATUS.succeeded, result: { error_string: "ok" } };
      },
    });

  it("feedback and result", async () => {
    const twin = await open(dialect);
    serve(twin);
    const ros = await twin.connect();
    const action = new Action<Goal, Feedback, Result>({ ros, name: "/arm/follow", actionType: FOLLOW });
    const feedback: Feedback[] = [];
    const result = new Promise<Result>((go, no) =>
      action.sendGoal(
        goalOf(0, 1e8),
        go,
        (one) => feedback.push(one),
        (error) => no(new Error(error)),
      ),
    );
    expect(await within(result)).toEqual({ error_code: 0, error_string: "ok" });
    expect(feedback).toMatchObject([{ joint_names: ["a"] }]);
  });

  it("cancel: at once where the server has a thread for it, by another connection where it blocks", async () => {
    const twin = await open(dialect);
    serve(twin);
    const [ros, other] = [await twin.connect(), await twin.connect()];
    const action = new Action<Goal, Feedback, Result>({ ros, name: "/arm/follow", actionType: FOLLOW });
    const elsewhere = new Action<Goal, Feedback, Result>({
      ros: other,
      name: "/arm/follow",
      actionType: FOLLOW,
    });
    let id: string | undefined;
    const failure = new Promise<string>((go) => {
      id = action.sendGoal(
        goalOf(2, 0),
        () => go("succeeded"),
        () => {},
        go,
      );
    });
    await clock.sleep(0.1);
    const before = clock.now();
    (dialect === "rosbridge-suite-2.1" ? elsewhere : action).cancelGoal(id!);
    expect(await within(failure)).toMatch(/canceled/i);
    expect(clock.now() - before).toBeLessThan(0.5);
  });

  it("cancel all", async () => {
    const twin = await open(dialect);
    serve(twin);
    const [ros, other] = [await twin.connect(), await twin.connect()];
    const action = new Action<Goal, Feedback, Result>({ ros, name: "/arm/follow", actionType: FOLLOW });
    const failure = new Promise<string>((go) => {
      action.sendGoal(
        goalOf(2, 0),
        () => go("succeeded"),
        () => {},
        go,
      );
    });
    await clock.sleep(0.1);
    new Action<Goal, Feedback, Result>({
      ros: other,
      name: "/arm/follow",
      actionType: FOLLOW,
    }).cancelAllGoals();
    expect(await within(failure, 1)).toMatch(/canceled/i);
  });

  it("serves an action to another client, with feedback and cancel", async () => {
    const twin = await open(dialect);
    const [server, client, canceller] = [await twin.connect(), await twin.connect(), await twin.connect()];
    const served = new Action<Goal, Feedback, Result>({ ros: server, name: "/served", actionType: FOLLOW });
    const goals: string[] = [];
    served.advertise(
      (goal, id) => {
        goals.push(id);
        served.sendFeedback(id, { joint_names: goal.trajectory.joint_names });
        if (goal.trajectory.points.length === 0)
          served.setSucceeded(id, { error_code: 0, error_string: "empty" });
      },
      (id) => served.setCanceled(id, { error_code: 0, error_string: "as you wish" }),
    );
    await clock.sleep(0.05);
    const action = new Action<Goal, Feedback, Result>({ ros: client, name: "/served", actionType: FOLLOW });
    const feedback: Feedback[] = [];
    const empty = new Promise((go, no) =>
      action.sendGoal(
        { trajectory: { joint_names: ["z"], points: [] } },
        go,
        (one) => feedback.push(one),
        no,
      ),
    );
    expect(await within(empty)).toEqual({ error_code: 0, error_string: "empty" });
    expect(feedback).toMatchObject([{ joint_names: ["z"] }]);
    let id: string | undefined;
    const canceled = new Promise<string>((go) => {
      id = action.sendGoal(
        goalOf(9, 0),
        () => go("succeeded"),
        () => {},
        go,
      );
    });
    await clock.sleep(0.05);
    new Action<Goal, Feedback, Result>({ ros: canceller, name: "/served", actionType: FOLLOW }).cancelGoal(
      id!,
    );
    expect(await within(canceled)).toContain("as you wish");
    expect(goals).toHaveLength(2);
  });

  it("rosapi: what is there, and of what type", async () => {
    const twin = await open(dialect);
    serve(twin);
    twin.graph.advertise("/joint_states", STATE);
    twin.graph.serveService("/estop", "std_srvs/srv/Trigger", () => ({}));
    const ros = await twin.connect();
    const ask = <T>(call: (go: (value: T) => void, no: (error: string) => void) => void) =>
      within(new Promise<T>((go, no) => call(go, (error) => no(new Error(error)))));
    const topics = await ask<{ topics: string[]; types: string[] }>((go, no) => ros.getTopics(go, no));
    expect(topics.types[topics.topics.indexOf("/joint_states")]).toBe(STATE);
    expect(await ask<string>((go, no) => ros.getTopicType("/joint_states", go, no))).toBe(STATE);
    expect(await ask<string[]>((go, no) => ros.getTopicsForType(STATE, go, no))).toEqual(["/joint_states"]);
    expect(await ask<string[]>((go, no) => ros.getServices(go, no))).toContain("/estop");
    expect(await ask<string>((go, no) => ros.getServiceType("/estop", go, no))).toBe("std_srvs/srv/Trigger");
    expect(await ask<string[]>((go, no) => ros.getActionServers(go, no))).toEqual(["/arm/follow"]);
    expect(await ask<string[]>((go, no) => ros.getNodes(go, no))).toContain("/twin");
    const details = await ask<{ type: string; fieldnames: string[] }[]>((go, no) =>
      ros.getMessageDetails("sensor_msgs/JointState", go, no),
    );
    expect(details.map((one) => one.type)).toEqual([
      "sensor_msgs/JointState",
      "std_msgs/Header",
      "builtin_interfaces/Time",
    ]);
    expect(details[0]!.fieldnames).toEqual(["header", "name", "position", "velocity", "effort"]);
  });
});
