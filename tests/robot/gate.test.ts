/**
 * The gate in front of ros2-web-bridge, and how that server is started. Behind the gate stands our twin speaking as
 * that bridge does, which one malformed frame ends; the real one is met in the interop tier.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { realClock } from "../../core/index.js";
import { gateMemory, passFrame } from "../../robot/ros2/gate-frames.js";
import { KNOWN_TYPES, type RosMessage, whenUp } from "../../robot/ros2/index.js";
import { type BridgeGateOptions, connectRosFromNode, startBridgeGate } from "../../robot/ros2/index.node.js";
import { startTwinServer } from "../../robot/twin/server.node.js";
import { QUIET, rawClient } from "./raw-socket.js";

const clock = realClock();
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of undo.splice(0).reverse()) await close();
});

const STATE = "sensor_msgs/msg/JointState";
const IMAGE = "sensor_msgs/msg/CompressedImage";

async function gated(more: Partial<BridgeGateOptions> = {}) {
  const bridgeLog: string[] = [];
  const bridge = await startTwinServer({
    dialect: "ros2-web-bridge",
    clock,
    port: 0,
    onLog: (text) => bridgeLog.push(text),
  });
  undo.push(() => bridge.close());
  const gate = await startBridgeGate({ upstream: bridge.url, port: 0, ...more });
  undo.push(() => gate.close());
  const client = async () => {
    const raw = await rawClient(gate.url);
    undo.push(() => raw.socket.terminate());
    return raw;
  };
  return { bridge, gate, client, bridgeLog };
}

describe("through the gate", () => {
  it("our client works as without it", async () => {
    const { bridge, gate } = await gated();
    bridge.graph.serveService("/estop", "std_srvs/srv/Trigger", () => ({ success: true }));
    const states = bridge.graph.advertise("/joint_states", STATE);
    bridge.graph.subscribe("/commands", STATE, states);
    const ros = connectRosFromNode(gate.url);
    undo.push(() => ros.close());
    await whenUp(ros, clock, 3);
    const heard: RosMessage[] = [];
    ros.subscribe("/joint_states", STATE, (message) => heard.push(message));
    ros.advertise("/commands", STATE);
    await clock.sleep(0.1);
    ros.publish("/commands", STATE, { name: ["a"], position: [0.5] });
    expect(await ros.callService("/estop", "std_srvs/srv/Trigger", {}, 2)).toMatchObject({ success: true });
    await clock.sleep(0.1);
    expect(heard).toMatchObject([{ name: ["a"], position: [0.5] }]);
    const goal = ros.sendGoal("/a", "example_interfaces/action/Fibonacci", {}, { timeout: 2 });
    await expect(goal.result).rejects.toThrow("the bridge knows no actions");
  });

  it("base64 reaches the bridge as numbers, and nobody is the worse for it", async () => {
    const { bridge, client } = await gated();
    const images: unknown[] = [];
    bridge.graph.subscribe("/image", IMAGE, (message) => images.push(message["data"]));
    const raw = await client();
    raw.send({ op: "advertise", topic: "/image", type: IMAGE });
    raw.send({ op: "publish", topic: "/image", msg: { format: "jpeg", data: "AQL/" } });
    raw.send({ op: "publish", topic: "/image", msg: { format: "jpeg", data: [4, 5] } });
    expect(await raw.take(1, QUIET)).toEqual([]);
    expect(images).toEqual([Uint8Array.of(1, 2, 255), Uint8Array.of(4, 5)]);
  });

  it("the same frame without the gate ends the bridge for everybody", async () => {
    const { bridge } = await gated();
    const [raw, bystander] = [await rawClient(bridge.url), await rawClient(bridge.url)];
    raw.send({ op: "advertise", topic: "/image", type: IMAGE });
    raw.send({ op: "publish", topic: "/image", msg: { data: "AQL/" } });
    await clock.sleep(0.1);
    expect(bystander.socket.readyState).toBe(WebSocket.CLOSED);
  });

  const advertised = { op: "advertise", topic: "/states", type: STATE };
  it.each<[string, (object | string)[], string]>([
    ["what is not JSON", ["{broken"], "frame: Error"],
    [
      "a number that JSON lacks",
      ['{"op":"publish","topic":"/states","msg":{"position":[NaN]}}'],
      "frame: Error",
    ],
    ["no object", ["[1]"], "frame must be an object"],
    ["a tower of brackets", [`{"op":${"[".repeat(5000)}`], "nest"],
    ["an unknown operation", [{ op: "dance" }], "Operation dance is not supported"],
    ["an operation of Object.prototype", [{ op: "constructor" }], "Operation constructor is not supported"],
    ["an id that is an object", [{ op: "subscribe", id: {}, topic: "/a", type: STATE }], "id must be text"],
    ["a topic that is no name", [{ op: "advertise", topic: "/a b", type: STATE }], "must be a ROS name"],
    ["no topic", [{ op: "subscribe", type: STATE }], "must be a ROS name"],
    ["no type", [{ op: "subscribe", topic: "/a" }], "type must be said"],
    ["a call without a type", [{ op: "call_service", service: "/a" }], "type must be said"],
    [
      "a type that nobody can check",
      [{ op: "advertise", topic: "/a", type: "my_msgs/msg/Own" }],
      "the gate can check",
    ],
    [
      "a topic that was not advertised",
      [{ op: "publish", topic: "/a", msg: {} }],
      "must be advertised first",
    ],
    [
      "null in a list",
      [advertised, { op: "publish", topic: "/states", msg: { position: [null] } }],
      "must be a number",
    ],
    [
      "null for a list",
      [advertised, { op: "publish", topic: "/states", msg: { position: null } }],
      "must be a list",
    ],
    [
      "text for a list",
      [advertised, { op: "publish", topic: "/states", msg: { name: "AQL/" } }],
      "must be a list",
    ],
    [
      "an unknown field",
      [advertised, { op: "publish", topic: "/states", msg: { q: 1 } }],
      "must have no field",
    ],
    ["a list for a message", [advertised, { op: "publish", topic: "/states", msg: [] }], "must be an object"],
    [
      "infinity by overflow",
      [advertised, '{"op":"publish","topic":"/states","msg":{"position":[1e999]}}'],
      "finite",
    ],
    ["another type for the topic", [advertised, { ...advertised, type: IMAGE }], "announced with type"],
    [
      "an answer to no service",
      [{ op: "service_response", service: "/a", id: "1", values: {} }],
      "advertised first",
    ],
  ])("refuses %s, and the connection goes on", async (_, frames, words) => {
    const { bridgeLog, client } = await gated();
    const raw = await client();
    for (const frame of frames) raw.send(frame);
    const [status] = await raw.take(1);
    expect(status).toMatchObject({ op: "status", level: "error" });
    expect(status!["msg"]).toContain(words);
    raw.send({ op: "dance", id: "still here" });
    expect(await raw.take(1)).toMatchObject([{ id: "still here" }]);
    expect(bridgeLog).toEqual([]);
  });

  it("lets in whom the twin lets in, so many, so much", async () => {
    const { gate, client } = await gated({ limits: { connections: 1, frame: 1000 } });
    const refused = (headers: Record<string, string>) =>
      new Promise((resolve) => {
        const socket = new WebSocket(gate.url, { headers });
        socket.on("unexpected-response", (_, response) => resolve(response.statusCode));
        socket.on("open", () => resolve("open"));
        socket.on("error", () => {});
      });
    expect(await refused({ Origin: "https://evil.example" })).toBe(403);
    expect(await refused({ Host: "evil.example" })).toBe(403);
    const raw = await client();
    expect(await refused({})).toBe(503);
    raw.send({ op: "subscribe", topic: "/x".repeat(600), type: STATE });
    await new Promise((go) => raw.socket.on("close", go));
    await expect(startBridgeGate({ upstream: "ws://127.0.0.1:9", port: 0, host: "0.0.0.0" })).rejects.toThrow(
      "token",
    );
  });

  it("ends with the bridge", async () => {
    const { bridge, gate, client } = await gated();
    const raw = await client();
    raw.send({ op: "subscribe", topic: "/a", type: STATE });
    await clock.sleep(0.05);
    await bridge.close();
    await clock.sleep(0.05);
    expect(raw.socket.readyState).toBe(WebSocket.CLOSED);
    const late = await rawClient(gate.url);
    await clock.sleep(0.1);
    expect(late.socket.readyState).toBe(WebSocket.CLOSED);
  });
});

describe("whatever comes", () => {
  const rules = { types: KNOWN_TYPES, frame: 10_000, names: 4, now: () => ({ sec: 1, nanosec: 2 }) };
  const operation = fc.constantFrom(
    "advertise",
    "publish",
    "subscribe",
    "call_service",
    "advertise_service",
    "service_response",
    "set_level",
    "fragment",
  );
  const frame = fc.record(
    {
      op: fc.oneof(operation, fc.jsonValue()),
      id: fc.jsonValue(),
      topic: fc.oneof(fc.constant("/t"), fc.jsonValue()),
      service: fc.oneof(fc.constant("/s"), fc.jsonValue()),
      type: fc.oneof(fc.constantFrom(...KNOWN_TYPES.keys(), STATE), fc.jsonValue()),
      msg: fc.oneof(fc.record({ position: fc.jsonValue(), name: fc.jsonValue() }), fc.jsonValue()),
      args: fc.jsonValue(),
      values: fc.jsonValue(),
      level: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );

  it("what passes holds no null, and passes again unchanged", () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 4 }), (frames) => {
        const memory = gateMemory();
        passFrame(rules, memory, JSON.stringify({ op: "advertise", topic: "/t", type: STATE }));
        passFrame(
          rules,
          memory,
          JSON.stringify({ op: "advertise_service", service: "/s", type: "std_srvs/SetBool" }),
        );
        for (const one of frames) {
          const verdict = passFrame(rules, memory, JSON.stringify(one));
          if (verdict.kind !== "pass") continue;
          expect(verdict.text).not.toMatch(/:null|\[null|,null/);
          expect(passFrame(rules, memory, verdict.text)).toEqual(verdict);
        }
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it("is never thrown at the server", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        expect(passFrame(rules, gateMemory(), text).kind).toBe("refuse");
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});

const DIST = new URL("../../dist/robot/ros2/", import.meta.url);

describe("the preload that binds a server to loopback", () => {
  it.each([
    ["a port", "server.listen(0)"],
    ["a port as text", "server.listen('0')"],
    ["every address", "server.listen(0, '0.0.0.0')"],
    ["options", "server.listen({ port: 0, host: '::' })"],
    ["nothing", "server.listen()"],
    ["port, backlog, callback", "server.listen(0, 5, () => {})"],
  ])("%s", (_, listen) => {
    const preload = new URL("loopback-only.node.js", DIST).href;
    const program = `const server = require('node:http').createServer(); ${listen};
      server.on('listening', () => { console.log(server.address().address); process.exit(); })`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", preload, "-e", program], {
      encoding: "utf8",
    });
    expect(stdout.trim() + stderr).toBe("127.0.0.1");
  });

  it("leaves a local path alone, and calls back", () => {
    const preload = new URL("loopback-only.node.js", DIST).href;
    const program = `const server = require('node:net').createServer();
      server.listen('/tmp/loopback-' + process.pid, () => { console.log(server.address()); process.exit(); })`;
    const { stdout } = spawnSync(process.execPath, ["--import", preload, "-e", program], {
      encoding: "utf8",
    });
    expect(stdout.trim()).toMatch(/^\/tmp\/loopback-\d+$/);
  });
});

describe("starting ros2-web-bridge", () => {
  /** The program as it is published, with a stand-in for what only ROS 2 could give it. */
  function installStandIn(program: string): string {
    const folder = mkdtempSync(join(tmpdir(), "apprentice-bridge-"));
    undo.push(() => rmSync(folder, { recursive: true, force: true }));
    const at = join(folder, "node_modules", "ros2-web-bridge");
    mkdirSync(join(at, "bin"), { recursive: true });
    const bin = { rosbridge: "bin/rosbridge.cjs" };
    writeFileSync(
      join(at, "package.json"),
      JSON.stringify({ name: "ros2-web-bridge", version: "0.3.0", bin }),
    );
    writeFileSync(join(at, "bin", "rosbridge.cjs"), program);
    return folder;
  }
  const ws = fileURLToPath(new URL("../../node_modules/ws/index.js", import.meta.url));
  const LISTENING = `
    const { WebSocketServer } = require(${JSON.stringify(ws)});
    const port = Number(process.argv[process.argv.indexOf('--port') + 1]);
    const server = new WebSocketServer({ port });
    server.on('listening', () => console.log(server.address().address, process.env.AMENT_PREFIX_PATH));
    server.on('connection', (socket) => socket.on('message', (text) => socket.send(String(text))));
    process.on('SIGTERM', () => {});`;
  const load = async () =>
    (await import(new URL("index.node.js", DIST).href)) as typeof import("../../robot/ros2/index.node.js");
  const environment = { ...process.env, AMENT_PREFIX_PATH: "/opt/ros/jazzy" };

  it("needs a ROS 2 environment and the package, and says which is missing", async () => {
    const { startRos2WebBridge } = await load();
    const folder = mkdtempSync(join(tmpdir(), "apprentice-bridge-"));
    undo.push(() => rmSync(folder, { recursive: true, force: true }));
    const bare = { ...environment, AMENT_PREFIX_PATH: "" };
    await expect(startRos2WebBridge({ clock, port: 0, folder, environment: bare })).rejects.toThrow(
      "AMENT_PREFIX_PATH",
    );
    await expect(startRos2WebBridge({ clock, port: 0, folder, environment })).rejects.toThrow(
      "npm install ros2-web-bridge",
    );
  });

  it("starts it on loopback behind the gate, and ends it even when it will not", async () => {
    const { startRos2WebBridge } = await load();
    const said: string[] = [];
    const folder = installStandIn(LISTENING);
    const bridge = await startRos2WebBridge({
      clock,
      port: 0,
      folder,
      environment,
      onLog: (text) => said.push(text),
    });
    const raw = await rawClient(bridge.url);
    raw.send({ op: "subscribe", topic: "/joint_states", type: STATE, throttle_rate: 5 });
    expect(await raw.take(1)).toEqual([{ op: "subscribe", topic: "/joint_states", type: STATE }]);
    expect(said.join()).toContain("127.0.0.1 /opt/ros/jazzy");
    await bridge.close();
    expect(await bridge.ended).toBe("it ended by SIGKILL");
    expect(raw.socket.readyState).toBe(WebSocket.CLOSED);
  });

  it("says what it said when it does not come up", async () => {
    const { startRos2WebBridge } = await load();
    const folder = installStandIn("console.error('Could not locate the bindings file'); process.exit(7)");
    await expect(startRos2WebBridge({ clock, port: 0, folder, environment })).rejects.toThrow(
      /ros2-web-bridge 0.3.0: it ended with code 7\nCould not locate the bindings file/,
    );
    const mute = installStandIn("setInterval(() => {}, 1000)");
    await expect(
      startRos2WebBridge({ clock, port: 0, folder: mute, environment, patience: 0.5 }),
    ).rejects.toThrow("it does not listen after 0.5 s");
  });
});
