/**
 * Recorded sessions of a real ROS 2 Jazzy with rosbridge 2.1.0, both ways: every request is sent to the twin, which
 * must answer as the real server did, down to the text; every answer is sent to our client. Skipped when
 * ../shared/rosbridge-capture is absent.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { realClock } from "../../core/index.js";
import { decodeCbor } from "../../robot/ros2/cbor.js";
import { GOAL_STATUS, type RosMessage, secondsOf, whenUp } from "../../robot/ros2/index.js";
import { connectRosFromNode } from "../../robot/ros2/index.node.js";
import { DIALECTS } from "../../robot/twin/dialects.js";
import { startTwinServer, type TwinServer } from "../../robot/twin/server.node.js";
import { type CapturedFrame, captureNames, captureOf, hasCaptures } from "./captures.js";

const clock = realClock();
const undo: (() => unknown)[] = [];
const close = async () => {
  for (const one of undo.splice(0).reverse()) await one();
};

const JOINTS = ["joint1", "joint2", "joint3", "joint4", "joint5", "joint6"];
const FOLLOW = "control_msgs/action/FollowJointTrajectory";
type Point = { positions: number[]; time_from_start: { sec: number; nanosec: number } };

/** The recorded robot's node: states at 50 Hz, commands echoed, scan and imu at 5 Hz, a trigger, a trajectory action. */
function recordedRobot({ graph }: TwinServer, start: readonly number[]): void {
  let position = start;
  const header = () => ({ stamp: { sec: Math.floor(Date.now() / 1000), nanosec: 123456789 } });
  const every = (seconds: number, work: () => void) => {
    const timer = setInterval(work, seconds * 1000);
    undo.push(() => clearInterval(timer));
  };
  const states = graph.advertise("/joint_states", "sensor_msgs/msg/JointState");
  const echo = graph.advertise("/joint_echo", "sensor_msgs/msg/JointState");
  const scan = graph.advertise("/scan", "sensor_msgs/msg/LaserScan", "best-effort");
  const imu = graph.advertise("/imu", "sensor_msgs/msg/Imu");
  every(0.02, () =>
    states({
      header: header(),
      name: JOINTS,
      position,
      velocity: new Array(6).fill(0),
      effort: new Array(6).fill(Number.NaN),
    }),
  );
  every(0.2, () => {
    scan({
      header: { ...header(), frame_id: "laser" },
      ranges: [1, Number.POSITIVE_INFINITY, Number.NaN, 2.5],
    });
    imu({ header: header(), orientation_covariance: new Array(9).fill(Number.NaN) });
  });
  graph.subscribe("/joint_commands", "sensor_msgs/msg/JointState", (command) => {
    position = command["position"] as number[];
    echo(command);
  });
  graph.serveService("/estop", "std_srvs/srv/Trigger", () => ({ success: true, message: "stopped" }));
  graph.serveAction("/arm_controller/follow_joint_trajectory", FOLLOW, {
    refuse: () => null,
    execute: async (goal, { feedback, canceled }) => {
      const { points } = goal["trajectory"] as { points: Point[] };
      const { positions, time_from_start } = points.at(-1)!;
      const end = clock.now() + secondsOf(time_from_start);
      while (clock.now() < end) {
        feedback({ joint_names: JOINTS, desired: { positions }, actual: { positions: position } });
        await clock.sleep(Math.min(0.1, Math.max(0, end - clock.now())), canceled).catch(() => {});
        if (canceled.aborted)
          return { status: GOAL_STATUS.canceled, result: { error_code: 0, error_string: "canceled" } };
      }
      position = positions;
      return { status: GOAL_STATUS.succeeded, result: { error_code: 0, error_string: "ok" } };
    },
  });
}

/** A frame with its time stamps taken out: everything that may differ from one run to the next. */
const timeless = (text: string): string => text.replace(/"(sec|nanosec|secs|nsecs)":\d+/g, '"$1":0');
/** Stamps of zero are not times: they must stay. */
const keepZero = (text: string): string =>
  text.replace(/"stamp":\{"sec":0,"nanosec":0\}/g, '"stamp":"not stamped"');

const readable = ({ text, bytes }: Pick<CapturedFrame, "text" | "bytes">): string =>
  text ??
  JSON.stringify(decodeCbor(bytes!), (_, value) =>
    value instanceof Uint8Array
      ? { bytes: value.length }
      : ArrayBuffer.isView(value)
        ? [...(value as Float64Array)].map(String)
        : value,
  );

/** Frames by what they are about, fragments joined: `publish /scan`, `action_result g1`. */
function byStream(frames: readonly Pick<CapturedFrame, "text" | "bytes">[]): Map<string, string[]> {
  const streams = new Map<string, string[]>();
  let joined = "";
  for (const frame of frames) {
    let text = readable(frame);
    if (text.startsWith('{"op":"fragment"')) {
      const { data, num, total } = JSON.parse(text) as { data: string; num: number; total: number };
      joined = num === 0 ? data : joined + data;
      if (num < Math.floor(total) - 1) continue;
      text = joined;
    }
    const {
      op: what,
      topic,
      service,
      action,
      id,
    } = JSON.parse(text.replaceAll("NaN", "null")) as Record<string, string>;
    const key = `${what} ${topic ?? service ?? action} ${id ?? ""}`;
    streams.set(key, [...(streams.get(key) ?? []), timeless(keepZero(text))]);
  }
  return streams;
}

/** Where the recorded arm stood at the beginning of a session. */
function startOf(name: string): number[] {
  for (const { text } of captureOf(name).filter((frame) => frame.dir === "s2c")) {
    const match =
      /"actual":\{"positions":(\[[^\]]*\])/.exec(text ?? "") ?? /"position":(\[[^\]]*\])/.exec(text ?? "");
    if (match !== null) return JSON.parse(match[1]!) as number[];
  }
  return [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
}

/** The cancel session was recorded with both `*_in_new_thread` parameters set, all others with the defaults. */
const dialectOfSession = (name: string) =>
  name === "action-cancel"
    ? { ...DIALECTS["rosbridge-suite-2.1"], blocking: { services: false, actions: false } }
    : DIALECTS["rosbridge-suite-2.1"];

type Heard = Omit<CapturedFrame, "dir">;

async function replay(name: string): Promise<Heard[]> {
  const server = await startTwinServer({ dialect: dialectOfSession(name), clock, port: 0 });
  undo.push(() => server.close());
  recordedRobot(server, startOf(name));
  const socket = new WebSocket(server.url);
  undo.push(() => socket.terminate());
  await once(socket, "open");
  const begin = clock.now();
  const heard: Heard[] = [];
  socket.on("message", (data: Buffer, binary) =>
    heard.push({
      text: binary ? null : String(data),
      bytes: binary ? new Uint8Array(data) : null,
      ms: (clock.now() - begin) * 1000,
    }),
  );
  const frames = captureOf(name);
  for (const { dir, ms, text } of frames) {
    if (dir !== "c2s") continue;
    await clock.sleep(ms / 1000 - (clock.now() - begin));
    socket.send(text!);
  }
  // As long as the recording lasted, and a little more: silence takes time to hear.
  await clock.sleep(frames.at(-1)!.ms / 1000 + 0.5 - (clock.now() - begin));
  return heard;
}

describe.skipIf(!hasCaptures)("the twin answers recorded requests as the real server did", () => {
  const heardIn = new Map<string, Heard[]>();
  beforeAll(async () => {
    await Promise.all(captureNames().map(async (name) => heardIn.set(name, await replay(name))));
  });
  afterAll(close);

  it.each(captureNames())("%s", (name) => {
    const recorded = captureOf(name).filter((frame) => frame.dir === "s2c");
    const heard = heardIn.get(name)!;
    const expected = byStream(recorded);
    const actual = byStream(heard);
    expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [stream, texts] of expected) {
      // Recordings keep only the first three frames of a periodic stream, or two where they come in pieces.
      const periodic = /^(publish|action_feedback)/.test(stream) && texts.length >= 2;
      const answers = actual.get(stream)!;
      if (periodic) expect(answers.length).toBeGreaterThanOrEqual(3);
      expect(periodic ? answers.slice(0, texts.length) : answers).toEqual(texts);
    }
  });

  it("action-blocking-default: the emergency stop on the goal's socket waits for the goal, and the cancel is lost", () => {
    const heard = heardIn.get("action-blocking-default")!;
    const ends = heard.filter(({ text }) => /"op":"(action_result|service_response)"/.test(text!));
    expect(ends.map(({ text }) => (JSON.parse(text!) as { op: string }).op)).toEqual([
      "action_result",
      "service_response",
    ]);
    expect(ends[1]!.ms).toBeGreaterThan(2900);
    expect(ends[0]!.text).toContain('"status":4');
  });

  it("pubsub-jointstate: throttled to 10 Hz as asked", () => {
    const heard = heardIn.get("pubsub-jointstate")!;
    const states = heard.filter(({ text }) => text!.includes("joint_states"));
    // Asked for from 24 ms to 1128 ms, one in 100 ms. A busy machine stretches that second: what counts is the rate.
    expect(states.length).toBeGreaterThanOrEqual(8);
    const seconds = (states.at(-1)!.ms - states[0]!.ms) / 1000;
    expect((states.length - 1) / seconds).toBeLessThanOrEqual(10.9);
  });

  it("fragment: pieces of the size asked for, one id, a fraction for a total", () => {
    const heard = heardIn.get("fragment")!;
    const real = captureOf("fragment").filter((frame) => frame.dir === "s2c");
    const fields = (frame: { text: string | null }) => {
      const { data, total, ...rest } = JSON.parse(frame.text!) as Record<string, unknown>;
      return {
        ...rest,
        length: (data as string).length > 95 ? "whole" : "rest",
        total: Math.floor(total as number),
      };
    };
    expect(heard.slice(0, 3).map(fields)).toEqual(real.slice(0, 3).map(fields));
    expect(Number.isInteger((JSON.parse(heard[0]!.text!) as { total: number }).total)).toBe(false);
  });
});

/** A server that says to everyone who says anything what a recorded server said. */
async function recordedServer(frames: readonly CapturedFrame[], rewrite = (text: string, _: string) => text) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  undo.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  await once(server, "listening");
  server.on("connection", (socket) =>
    socket.once("message", (request) => {
      for (const { text, bytes } of frames) socket.send(bytes ?? rewrite(text!, String(request)));
    }),
  );
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answersOf = (name: string) => captureOf(name).filter((frame) => frame.dir === "s2c");

describe.skipIf(!hasCaptures)("our client takes every recorded answer", () => {
  afterEach(close);

  it("decodes all topics of all sessions, told all at once, with nothing to complain of", async () => {
    const url = await recordedServer(captureNames().flatMap(answersOf));
    const faults: string[] = [];
    const ros = connectRosFromNode(url, { onFault: (fault) => faults.push(fault) });
    undo.push(() => ros.close());
    const heard = new Map<string, RosMessage[]>();
    for (const [topic, type] of [
      ["/joint_states", "sensor_msgs/msg/JointState"],
      ["/joint_echo", "sensor_msgs/msg/JointState"],
      ["/scan", "sensor_msgs/msg/LaserScan"],
      ["/imu", "sensor_msgs/msg/Imu"],
    ] as const) {
      heard.set(topic, []);
      ros.subscribe(topic, type, (message) => heard.get(topic)!.push(message));
    }
    await whenUp(ros, clock, 3);
    await clock.sleep(0.3);
    expect(faults).toEqual([]);
    // three as JSON, three as CBOR, two in fragments
    expect(heard.get("/joint_states")).toHaveLength(8);
    for (const state of heard.get("/joint_states")!)
      expect(state).toMatchObject({
        name: JOINTS,
        velocity: [0, 0, 0, 0, 0, 0],
        effort: new Array(6).fill(Number.NaN),
      });
    expect(heard.get("/joint_echo")).toMatchObject([
      { position: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], effort: [] },
    ]);
    // three as JSON, where infinity is null too, three as CDR
    const far = Number.POSITIVE_INFINITY;
    expect(heard.get("/scan")!.map((scan) => (scan["ranges"] as number[])[1])).toEqual(
      expect.arrayContaining([Number.NaN, Number.NaN, Number.NaN, far, far, far]),
    );
    expect(heard.get("/imu")).toHaveLength(3);
    expect(heard.get("/imu")![0]).toMatchObject({ orientation_covariance: new Array(9).fill(Number.NaN) });
  });

  /** The recorded answer under the id that our client chose. */
  const underOurId = (recordedId: string) => (text: string, request: string) => {
    const { id } = JSON.parse(request) as { id: string };
    return text.replaceAll(JSON.stringify(recordedId).replaceAll("/", "\\/"), JSON.stringify(id));
  };

  it.each([
    ["action-result", "g1", 4, "ok"],
    ["action-cancel", "g2", 5, "canceled"],
    ["action-blocking-default", "g3", 4, "ok"],
  ])("%s: feedback and the end of the goal", async (name, id, status, words) => {
    const url = await recordedServer(answersOf(name), underOurId(id));
    const ros = connectRosFromNode(url);
    undo.push(() => ros.close());
    await whenUp(ros, clock, 3);
    const feedback: RosMessage[] = [];
    const goal = ros.sendGoal(
      "/arm_controller/follow_joint_trajectory",
      FOLLOW,
      {},
      {
        timeout: 2,
        onFeedback: (values) => feedback.push(values),
      },
    );
    expect(await goal.result).toEqual({ status, values: { error_code: 0, error_string: words } });
    expect(feedback).toHaveLength(3);
    expect(feedback[0]).toMatchObject({ joint_names: JOINTS, desired: { positions: [1, 2, 3, 4, 5, 6] } });
  });

  it("service: the answer, and that there is no such service", async () => {
    const [found, missing] = answersOf("service");
    const ours = (recordedId: string) => (text: string, request: string) =>
      underOurId(recordedId)(text, request);
    for (const [frame, id] of [
      [found!, "call_service:/estop:1"],
      [missing!, "missing"],
    ] as const) {
      const ros = connectRosFromNode(await recordedServer([frame], ours(id)));
      undo.push(() => ros.close());
      await whenUp(ros, clock, 3);
      const answer = ros.callService("/estop", "std_srvs/srv/Trigger", {}, 2);
      if (frame === found) expect(await answer).toEqual({ success: true, message: "stopped" });
      else await expect(answer).rejects.toThrow("Service /not_there does not exist");
    }
  });
});
