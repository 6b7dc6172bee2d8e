/** What our client does when a bridge, or the way to it, misbehaves: each fault is caused, over real sockets. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { realClock } from "../../core/index.js";
import { GOAL_STATUS, type RosMessage, whenUp } from "../../robot/ros2/index.js";
import { connectRosFromNode } from "../../robot/ros2/index.node.js";

const clock = realClock();
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of undo.splice(0).reverse()) await close();
});

type Frame = Record<string, unknown>;
/** A bridge that does what a test says to each frame. */
async function bridge(onFrame: (frame: Frame, socket: WebSocket) => void) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  undo.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  await once(server, "listening");
  server.on("connection", (socket) =>
    socket.on("message", (text) => onFrame(JSON.parse(String(text)), socket)),
  );
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
async function client(url: string, options: Parameters<typeof connectRosFromNode>[1] = {}) {
  const faults: string[] = [];
  const ros = connectRosFromNode(url, { onFault: (fault) => faults.push(fault), ...options });
  undo.push(() => ros.close());
  await whenUp(ros, clock, 3);
  return { ros, faults };
}
const FLOAT = "std_msgs/msg/Float64";
const FIBONACCI = "example_interfaces/action/Fibonacci";

describe("a bridge that", () => {
  it("does not read: nothing more is sent, and the connection is given up", async () => {
    const { url, server } = await bridge(() => {});
    const { ros } = await client(url, { limits: { congestion: 0.2 } });
    for (const socket of server.clients) socket.pause();
    const links: [boolean, string][] = [];
    ros.onLink((up, reason) => links.push([up, reason]));
    const data = new Array(20_000).fill(0.123456789);
    const message = { layout: {}, data };
    let refused = 0;
    const end = clock.now() + 5;
    while (links.length === 0 && clock.now() < end) {
      if (!ros.publish("/big", "std_msgs/msg/Float64MultiArray", message)) refused++;
      await clock.sleep(0.01);
    }
    expect(refused).toBeGreaterThan(5);
    expect(links[0]).toEqual([false, "the bridge does not take what is sent"]);
  });

  it("falls silent: its topics are subscribed anew, then the connection is made anew", async () => {
    const subscribed: WebSocket[] = [];
    const { url } = await bridge((frame, socket) => {
      if (frame["op"] !== "subscribe") return;
      // Answers the first subscription of each connection once.
      if (!subscribed.includes(socket))
        socket.send(JSON.stringify({ op: "publish", topic: "/n", msg: { data: 1 } }));
      subscribed.push(socket);
    });
    const { ros } = await client(url, { limits: { silence: 0.1, dead: 0.5 } });
    const links: [boolean, string][] = [];
    ros.onLink((up, reason) => links.push([up, reason]));
    ros.subscribe("/n", FLOAT, () => {});
    await clock.sleep(1.5);
    expect(links.slice(0, 2)).toEqual([
      [false, "nothing came for 0.5 s"],
      [true, "connected"],
    ]);
    expect(subscribed.filter((socket) => socket === subscribed[0]).length).toBeGreaterThanOrEqual(2);
  });

  it("sends nonsense: it is dropped and reported, what is right gets through", async () => {
    const good = { op: "publish", topic: "/n", msg: { data: 5 } };
    const { url } = await bridge((frame, socket) => {
      if (frame["op"] !== "subscribe") return;
      for (const text of [
        "{broken",
        "[]",
        "null",
        "7",
        '{"op":7}',
        '{"op":"publish"}',
        '{"op":"publish","topic":"/n"}',
      ])
        socket.send(text);
      socket.send(JSON.stringify({ ...good, msg: { data: "five" } }));
      socket.send(JSON.stringify({ op: "fragment", id: 0, data: "{}", num: -1, total: "many" }));
      socket.send(`{"op":"publish","topic":"/n","msg":${"[".repeat(50_000)}`);
      socket.send(Uint8Array.of(0xff, 0, 1, 2));
      socket.send(JSON.stringify({ ...good, padding: "x".repeat(3000) }));
      socket.send(JSON.stringify({ op: "service_response", id: "never asked", values: {}, result: true }));
      socket.send(JSON.stringify(good));
    });
    const heard: RosMessage[] = [];
    const { ros, faults } = await client(url, { limits: { frame: 2000 } });
    ros.subscribe("/n", FLOAT, (message) => heard.push(message));
    await clock.sleep(0.2);
    expect(heard).toEqual([{ data: 5 }]);
    expect(faults.length).toBeGreaterThanOrEqual(8);
    expect(ros.up).toBe(true);
  });

  it("a handler that throws does not keep the others from hearing", async () => {
    const { url } = await bridge((frame, socket) => {
      if (frame["op"] === "subscribe")
        socket.send(JSON.stringify({ op: "publish", topic: "/n", msg: { data: 5 } }));
    });
    const { ros, faults } = await client(url);
    const heard: RosMessage[] = [];
    ros.subscribe("/n", FLOAT, () => {
      throw new Error("mine");
    });
    ros.subscribe("/n", FLOAT, (message) => heard.push(message));
    await clock.sleep(0.1);
    expect(heard).toEqual([{ data: 5 }]);
    expect(faults).toEqual(["a handler of /n failed: mine"]);
  });

  it("never answers a goal: the client gives up in time and has it cancelled on the stop connection", async () => {
    const cancels: Frame[] = [];
    let goalSocket: WebSocket | undefined;
    const cancelSockets: WebSocket[] = [];
    const { url } = await bridge((frame, socket) => {
      if (frame["op"] === "send_action_goal") goalSocket = socket;
      if (frame["op"] !== "cancel_action_goal") return;
      cancels.push(frame);
      cancelSockets.push(socket);
    });
    const { ros } = await client(url);
    const goal = ros.sendGoal("/fib", FIBONACCI, { order: 3 }, { timeout: 0.2 });
    await expect(goal.result).rejects.toThrow("/fib: no answer within 0.2 s");
    await clock.sleep(0.05);
    expect(cancels).toEqual([{ op: "cancel_action_goal", id: goal.id, action: "/fib" }]);
    expect(cancelSockets[0]).not.toBe(goalSocket);
  });

  it.each([
    [
      "aborted with nothing at all: the outcome is not known",
      { status: 6, values: {}, result: true },
      { status: GOAL_STATUS.unknown, values: {} },
    ],
    [
      "cancelled and `result` false",
      { status: 5, values: { sequence: [1] }, result: false },
      { status: GOAL_STATUS.canceled, values: { sequence: [1] } },
    ],
    [
      "cancelled and only words",
      { status: 5, values: "canceled", result: false },
      { status: GOAL_STATUS.canceled, values: {} },
    ],
    [
      "aborted with a result",
      { status: 6, values: { sequence: [] }, result: true },
      { status: GOAL_STATUS.aborted, values: { sequence: [] } },
    ],
  ])("ends a goal as %s", async (_, end, outcome) => {
    const { url } = await bridge((frame, socket) => {
      if (frame["op"] !== "send_action_goal") return;
      socket.send(JSON.stringify({ op: "action_result", action: "/fib", id: frame["id"], ...end }));
    });
    const { ros } = await client(url);
    expect(await ros.sendGoal("/fib", FIBONACCI, {}, { timeout: 1 }).result).toEqual(outcome);
  });

  it("refuses a goal in words", async () => {
    const { url } = await bridge((frame, socket) => {
      if (frame["op"] !== "send_action_goal") return;
      const refusal = { values: "Action goal was rejected", status: 0, result: false };
      socket.send(JSON.stringify({ op: "action_result", action: "/fib", id: frame["id"], ...refusal }));
    });
    const { ros } = await client(url);
    const goal = ros.sendGoal("/fib", FIBONACCI, {}, { timeout: 1 });
    await expect(goal.result).rejects.toThrow("/fib: Action goal was rejected");
  });

  it("is asked for too much at once: the ninth call fails, the others are answered", async () => {
    const asked: [Frame, WebSocket][] = [];
    const { url } = await bridge((frame, socket) => {
      if (frame["op"] === "call_service") asked.push([frame, socket]);
    });
    const { ros } = await client(url);
    const calls = Array.from({ length: 9 }, () => ros.callService("/x", "std_srvs/srv/Trigger", {}, 3));
    await expect(calls[8]).rejects.toThrow("more than 8 calls at once");
    while (asked.length < 8) await clock.sleep(0.01);
    for (const [{ id }, socket] of asked)
      socket.send(JSON.stringify({ op: "service_response", id, values: { success: true }, result: true }));
    expect(await Promise.all(calls.slice(0, 8))).toEqual(new Array(8).fill({ success: true, message: "" }));
    expect(new Set(asked.map(([, socket]) => socket)).size).toBe(8);
  });

  it("is not there: the client keeps trying, ever more slowly, and says why", async () => {
    const { url, server } = await bridge(() => {});
    const { port } = server.address() as AddressInfo;
    await new Promise((go) => server.close(go));
    const ros = connectRosFromNode(url, { limits: { backOff: { first: 0.05, most: 0.2 } } });
    undo.push(() => ros.close());
    await expect(whenUp(ros, clock, 0.3)).rejects.toThrow("no connection to the bridge within 0.3 s");
    const late = new WebSocketServer({ port, host: "127.0.0.1" });
    undo.push(() => {
      for (const socket of late.clients) socket.terminate();
      late.close();
    });
    await whenUp(ros, clock, 2);
    expect(ros.up).toBe(true);
  });
});

describe("frames to the bridge", () => {
  it("always name the type, and carry bytes as numbers", async () => {
    const frames: Frame[] = [];
    const { url } = await bridge((frame) => frames.push(frame));
    const { ros } = await client(url);
    ros.subscribe("/a", "std_msgs/Float64", () => {});
    ros.publish("/image", "sensor_msgs/msg/CompressedImage", { format: "jpeg", data: Uint8Array.of(1, 255) });
    ros.callService("/s", "std_srvs/Trigger", {}, 0.1).catch(() => {});
    await clock.sleep(0.2);
    const of = (op: string) => frames.filter((frame) => frame["op"] === op);
    expect(of("subscribe")).toMatchObject([{ topic: "/a", type: FLOAT }]);
    expect(of("advertise")).toMatchObject(new Array(2).fill({ type: "sensor_msgs/msg/CompressedImage" }));
    expect(of("publish")).toMatchObject([{ msg: { format: "jpeg", data: [1, 255] } }]);
    expect(of("call_service")).toMatchObject([{ type: "std_srvs/srv/Trigger", timeout: 0.1 }]);
  });
});
