/** What each server says, and keeps silent about, frame by frame; and who is let in. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { realClock } from "../../core/index.js";
import { GOAL_STATUS } from "../../robot/ros2/index.js";
import { DIALECTS, type DialectName } from "../../robot/twin/dialects.js";
import { startTwinServer, type TwinServerOptions } from "../../robot/twin/server.node.js";
import { QUIET, rawClient } from "./raw-socket.js";

const clock = realClock();
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of undo.splice(0).reverse()) await close();
});

async function open(dialect: TwinServerOptions["dialect"], more: Partial<TwinServerOptions> = {}) {
  const logged: string[] = [];
  const server = await startTwinServer({
    dialect,
    clock,
    port: 0,
    onLog: (text) => logged.push(text),
    ...more,
  });
  undo.push(() => server.close());
  const client = async () => {
    const raw = await rawClient(server.url);
    undo.push(() => raw.socket.terminate());
    return raw;
  };
  return { server, graph: server.graph, logged, client };
}

const WEB_BRIDGE: DialectName = "ros2-web-bridge";
const SUITES: DialectName[] = ["rosbridge-suite-2.1", "rosbridge-suite-2.2"];
const STATE = "sensor_msgs/msg/JointState";

describe("a wrong frame", () => {
  it.each([
    ["an unknown operation", { op: "dance", id: "x" }, "dance: Error: Operation dance is not supported"],
    ["a subscription without a type", { op: "subscribe", id: "x", topic: "/t" }, "subscribe"],
    [
      "a publication that was not advertised",
      { op: "publish", id: "x", topic: "/t", msg: { position: [1] } },
      "publish",
    ],
    ["an unknown type", { op: "advertise", id: "x", topic: "/t", type: "no_pkg/msg/Nope" }, "advertise"],
    [
      "a goal",
      { op: "send_action_goal", id: "x", action: "/a", action_type: "a/action/B" },
      "send_action_goal: Error: Operation send_action_goal is not supported",
    ],
    ["a call without a type", { op: "call_service", id: "x", service: "/s" }, "call_service"],
  ])("%s: ros2-web-bridge says so", async (_, frame, words) => {
    const { client } = await open(WEB_BRIDGE);
    const raw = await client();
    raw.send(frame);
    const [status] = await raw.take(1);
    expect(status).toMatchObject({ op: "status", level: "error", id: "x" });
    expect(status!["msg"]).toContain(words);
  });

  it.each(SUITES)("%s says nothing of any, only its own log does", async (dialect) => {
    const { client, logged } = await open(dialect);
    const raw = await client();
    raw.send({ op: "dance", id: "x" });
    raw.send("{broken");
    raw.send({ op: "subscribe", id: "x", topic: "/nothing" });
    raw.send({ op: "advertise", id: "x", topic: "/t", type: "no_pkg/msg/Nope" });
    raw.send({ op: "publish", id: "x", topic: "/t", msg: {} });
    raw.send({ op: "set_level", level: "none" });
    expect(await raw.take(1, QUIET)).toEqual([]);
    expect(logged).toHaveLength(6);
  });

  it.each([
    ["null in a float array", { position: [null] }],
    ["an unknown field", { positions: [1] }],
    ["text for a list", { name: "joint1" }],
  ])("%s: the suite drops the message", async (_, msg) => {
    const { client, graph } = await open("rosbridge-suite-2.1");
    const heard: unknown[] = [];
    graph.subscribe("/commands", STATE, (message) => heard.push(message));
    const raw = await client();
    raw.send({ op: "advertise", topic: "/commands", type: STATE });
    raw.send({ op: "publish", topic: "/commands", msg });
    raw.send({ op: "publish", topic: "/commands", msg: { position: [7] } });
    expect(await raw.take(1, QUIET)).toEqual([]);
    expect(heard).toMatchObject([{ position: [7] }]);
  });

  it("ros2-web-bridge complains of null and takes a message with an unknown field without it", async () => {
    const { client, graph } = await open(WEB_BRIDGE);
    const heard: unknown[] = [];
    graph.subscribe("/commands", STATE, (message) => heard.push(message));
    const raw = await client();
    raw.send({ op: "advertise", topic: "/commands", type: STATE });
    raw.send({ op: "publish", id: "1", topic: "/commands", msg: { position: [null] } });
    raw.send({ op: "publish", id: "2", topic: "/commands", msg: { position: [1], nonsense: 2 } });
    expect(await raw.take(2, QUIET)).toMatchObject([{ op: "status", level: "error", id: "1" }]);
    expect(heard).toMatchObject([{ position: [1] }]);
  });

  it("what is not JSON makes ros2-web-bridge deaf on that connection, and only there", async () => {
    const { client } = await open(WEB_BRIDGE);
    const [deaf, other] = [await client(), await client()];
    deaf.send('{"op":"publish","topic":"/t","msg":{"x":NaN}}');
    deaf.send({ op: "dance" });
    other.send({ op: "dance" });
    expect(await deaf.take(1, QUIET)).toEqual([]);
    expect(await other.take(1)).toHaveLength(1);
  });

  it("base64 in uint8[] ends every connection of ros2-web-bridge; the suite reads it", async () => {
    const image = { op: "publish", topic: "/image", msg: { data: "AQID" } };
    const type = "sensor_msgs/msg/CompressedImage";
    for (const dialect of [WEB_BRIDGE, "rosbridge-suite-2.2"] as const) {
      const { client, graph } = await open(dialect);
      const heard: unknown[] = [];
      graph.subscribe("/image", type, (message) => heard.push(message["data"]));
      const [sender, bystander] = [await client(), await client()];
      sender.send({ op: "advertise", topic: "/image", type });
      sender.send(image);
      await new Promise((go) => setTimeout(go, QUIET));
      const fatal = dialect === WEB_BRIDGE;
      expect(bystander.socket.readyState).toBe(fatal ? WebSocket.CLOSED : WebSocket.OPEN);
      expect(heard).toEqual(fatal ? [] : [Uint8Array.of(1, 2, 3)]);
    }
  });
});

describe("time stamps of the suite", () => {
  it.each([
    ["a header left out", {}, 0],
    ["an empty header", { header: {} }, 1234],
    ["the word now", { header: { stamp: "now" } }, 1234],
    ["a stamp", { header: { stamp: { sec: 5, nanosec: 6 } } }, 5],
    ["a stamp with ROS 1 names", { header: { stamp: { secs: 5, nsecs: 6 } } }, 5],
  ])("%s", async (_, msg, sec) => {
    const { client, graph } = await open("rosbridge-suite-2.1", { timeOfDay: () => 1234.5 });
    const heard: Record<string, unknown>[] = [];
    graph.subscribe("/t", STATE, (message) => heard.push(message));
    const raw = await client();
    raw.send({ op: "publish", topic: "/t", msg });
    await raw.take(1, QUIET);
    expect(heard).toMatchObject([{ header: { stamp: { sec } } }]);
  });
});

describe("what subscriptions carry", () => {
  const image = { format: "jpeg", data: Uint8Array.of(1, 2, 255) };

  it.each([
    ["rosbridge-suite-2.1", "AQL/"],
    ["rosbridge-suite-2.2", "AQL/"],
    ["ros2-web-bridge", [1, 2, 255]],
  ] as const)("%s writes uint8[] its way, and NaN in a fixed array", async (dialect, data) => {
    const { client, graph } = await open(dialect);
    const images = graph.advertise("/image", "sensor_msgs/msg/CompressedImage");
    const imu = graph.advertise("/imu", "sensor_msgs/msg/Imu");
    const raw = await client();
    raw.send({ op: "subscribe", topic: "/image", type: "sensor_msgs/msg/CompressedImage" });
    raw.send({ op: "subscribe", topic: "/imu", type: "sensor_msgs/Imu" });
    await raw.take(1, 50);
    images(image);
    imu({ orientation_covariance: new Array(9).fill(Number.NaN), angular_velocity: { x: Number.NaN } });
    const [first, second] = await raw.take(2);
    expect(first).toMatchObject({ op: "publish", topic: "/image", msg: { data } });
    const covariance = new Array(9).fill(dialect === WEB_BRIDGE ? null : "NaN");
    expect(second).toMatchObject({
      msg: { orientation_covariance: covariance, angular_velocity: { x: null } },
    });
  });

  it("ros2-web-bridge ignores throttle, fragments and compression; best-effort topics are silent", async () => {
    const { client, graph } = await open(WEB_BRIDGE);
    const states = graph.advertise("/states", STATE);
    const camera = graph.advertise("/camera", "sensor_msgs/msg/CompressedImage", "best-effort");
    const raw = await client();
    const asked = { throttle_rate: 500, queue_length: 1, fragment_size: 20, compression: "cbor" };
    raw.send({ op: "subscribe", topic: "/states", type: STATE, ...asked });
    raw.send({ op: "subscribe", topic: "/camera", type: "sensor_msgs/msg/CompressedImage" });
    await raw.take(1, 50);
    for (let i = 0; i < 10; i++) states({ position: [i] });
    camera(image);
    const heard = await raw.take(11, QUIET);
    expect(heard.map((frame) => [frame["op"], frame["topic"]])).toEqual(
      new Array(10).fill(["publish", "/states"]),
    );
  });

  it("the suite hears a best-effort publisher that was there first, and one that came later never", async () => {
    const { client, graph } = await open("rosbridge-suite-2.1");
    const type = "sensor_msgs/msg/CompressedImage";
    const early = graph.advertise("/early", type, "best-effort");
    const raw = await client();
    raw.send({ op: "subscribe", topic: "/early", type });
    raw.send({ op: "subscribe", topic: "/late", type });
    await raw.take(1, 50);
    graph.advertise("/late", type, "best-effort")(image);
    early(image);
    expect((await raw.take(2, QUIET)).map((frame) => frame["topic"])).toEqual(["/early"]);
  });

  it("the suite keeps what clients published for a second, for who subscribes late", async () => {
    const { client } = await open("rosbridge-suite-2.2");
    const [first, second] = [await client(), await client()];
    first.send({ op: "advertise", topic: "/word", type: "std_msgs/msg/String" });
    first.send({ op: "advertise", topic: "/latched", type: "std_msgs/msg/String", latch: true });
    first.send({ op: "publish", topic: "/word", msg: { data: "soon gone" } });
    for (const data of ["a", "b"]) first.send({ op: "publish", topic: "/latched", msg: { data } });
    await clock.sleep(1.1);
    first.send({ op: "publish", topic: "/word", msg: { data: "fresh" } });
    await clock.sleep(0.05);
    for (const topic of ["/word", "/latched"])
      second.send({ op: "subscribe", topic, type: "std_msgs/String" });
    expect((await second.take(2)).map((frame) => (frame["msg"] as { data: string }).data)).toEqual([
      "fresh",
      "b",
    ]);
  });

  it("throttled, the suite drops what comes too early, or keeps the newest in a queue that was asked for", async () => {
    const { client, graph } = await open("rosbridge-suite-2.2");
    const states = graph.advertise("/n", "std_msgs/msg/Float64");
    const [dropping, queueing] = [await client(), await client()];
    const subscribe = { op: "subscribe", topic: "/n", type: "std_msgs/msg/Float64", throttle_rate: 60 };
    dropping.send(subscribe);
    queueing.send({ ...subscribe, queue_length: 2 });
    await clock.sleep(0.05);
    for (let data = 0; data < 6; data++) states({ data });
    const numbers = (heard: Record<string, unknown>[]) =>
      heard.map((frame) => (frame["msg"] as { data: number }).data);
    await clock.sleep(0.3);
    expect(numbers(await dropping.take(1))).toEqual([0]);
    expect(numbers(await queueing.take(1))).toEqual([0, 4, 5]);
  });

  it("a binary frame above the server's bound is dropped, a text one comes in fragments", async () => {
    const { client, graph, logged } = await open({
      ...DIALECTS["rosbridge-suite-2.2"],
      maxMessageSize: 2000,
    });
    const type = "sensor_msgs/msg/CompressedImage";
    const camera = graph.advertise("/image", type);
    const [binary, text] = [await client(), await client()];
    binary.send({ op: "subscribe", topic: "/image", type, compression: "cbor" });
    text.send({ op: "subscribe", topic: "/image", type });
    await clock.sleep(0.05);
    camera({ data: new Uint8Array(3000) });
    expect((await text.take(3)).map((frame) => frame["op"])).toEqual(["fragment", "fragment", "fragment"]);
    expect(await binary.take(1, QUIET)).toEqual([]);
    expect(logged.join()).toContain("dropped");
  });
});

describe("services and actions", () => {
  it("a missing service is answered by the suite, not by ros2-web-bridge", async () => {
    const call = { op: "call_service", id: "c", service: "/none", type: "std_srvs/srv/Trigger", args: {} };
    const suite = await (await open("rosbridge-suite-2.1")).client();
    suite.send(call);
    expect(await suite.take(1)).toEqual([
      {
        op: "service_response",
        service: "/none",
        values: "Service /none does not exist",
        result: false,
        id: "c",
      },
    ]);
    const web = await (await open(WEB_BRIDGE)).client();
    web.send(call);
    expect(await web.take(1, QUIET)).toEqual([]);
  });

  it("a refused goal is answered from 2.2 on; one without a server never", async () => {
    for (const dialect of SUITES) {
      const { client, graph } = await open(dialect);
      graph.serveAction("/fib", "example_interfaces/action/Fibonacci", {
        refuse: () => "never",
        execute: async () => ({ status: GOAL_STATUS.succeeded, result: {} }),
      });
      const [raw, other] = [await client(), await client()];
      const goal = {
        op: "send_action_goal",
        id: "g",
        action_type: "example_interfaces/action/Fibonacci",
        args: {},
      };
      raw.send({ ...goal, action: "/fib" });
      other.send({ ...goal, action: "/none" });
      const answers = await raw.take(1, QUIET);
      if (dialect === "rosbridge-suite-2.1") expect(answers).toEqual([]);
      else
        expect(answers).toEqual([
          {
            op: "action_result",
            action: "/fib",
            values: "Action goal was rejected",
            status: 0,
            result: false,
            id: "g",
          },
        ]);
      expect(await other.take(1, QUIET)).toEqual([]);
      // In 2.1 such a connection hears nothing more.
      other.send({ op: "call_service", id: "c", service: "/none", args: {} });
      expect(await other.take(1, QUIET)).toHaveLength(dialect === "rosbridge-suite-2.1" ? 0 : 1);
    }
  });

  it("a service that hangs is given up by 2.2 after the time that the client names", async () => {
    const { client, graph } = await open("rosbridge-suite-2.2");
    graph.serveService("/slow", "std_srvs/srv/Trigger", () => new Promise(() => {}));
    const raw = await client();
    raw.send({ op: "call_service", id: "c", service: "/slow", args: {}, timeout: 0.1 });
    expect(await raw.take(1)).toMatchObject([
      { result: false, values: expect.stringContaining("Timeout exceeded") },
    ]);
  });
});

describe("who is let in", () => {
  const refused = (url: string, headers: Record<string, string>): Promise<number | "open"> =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, { headers });
      undo.push(() => socket.terminate());
      socket.on("unexpected-response", (_, response) => resolve(response.statusCode ?? 0));
      socket.on("open", () => resolve("open"));
      socket.on("error", () => {});
    });

  it.each([
    ["a program of this machine", {}, "open"],
    ["a page of this machine", { Origin: "http://localhost:5173" }, "open"],
    ["a page that is named", { Origin: "https://lab.example" }, "open"],
    ["any other page", { Origin: "https://evil.example" }, 403],
    ["a page without an origin of its own", { Origin: "null" }, 403],
    ["a page under a name of its own (DNS rebinding)", { Host: "evil.example:9090" }, 403],
  ])("%s", async (_, headers, outcome) => {
    const { server } = await open("rosbridge-suite-2.2", { origins: ["https://lab.example"] });
    expect(await refused(server.url, headers as Record<string, string>)).toBe(outcome);
  });

  it("beyond loopback only who knows the token", async () => {
    await expect(open("rosbridge-suite-2.2", { host: "0.0.0.0" })).rejects.toThrow(
      "a token is required beyond loopback",
    );
    const { server } = await open("rosbridge-suite-2.2", { host: "0.0.0.0", token: "correct horse" });
    const url = `ws://127.0.0.1:${server.port}`;
    expect(await refused(url, {})).toBe(401);
    expect(await refused(`${url}/?token=wrong`, {})).toBe(401);
    expect(await refused(`${url}/?token=correct%20horse`, {})).toBe("open");
    expect(await refused(url, { Authorization: "Bearer correct horse" })).toBe("open");
  });

  it("whoever connected and said nothing does not keep it from closing", async () => {
    const server = await startTwinServer({ dialect: "rosbridge-suite-2.2", clock, port: 0 });
    const mute = connect(server.port, "127.0.0.1");
    await once(mute, "connect");
    await clock.sleep(0.05);
    await server.close();
    await once(mute, "close");
  });

  it("so many, so large, so much, and no more", async () => {
    const { server, client, logged } = await open(
      { ...DIALECTS["rosbridge-suite-2.2"], maxMessageSize: 1000 },
      { limits: { connections: 3, subscriptions: 2 } },
    );
    const raw = await client();
    for (const topic of ["/a", "/b", "/c"]) raw.send({ op: "subscribe", topic, type: "std_msgs/msg/Empty" });
    await raw.take(1, QUIET);
    expect(logged).toEqual(["subscribe: too many subscriptions"]);
    const second = await client();
    second.send({ op: "publish", topic: "/x".repeat(1000) });
    await new Promise((go) => second.socket.on("close", go));
    await client();
    await client();
    expect(await refused(server.url, {})).toBe(503);
  });
});
