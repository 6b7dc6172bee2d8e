/**
 * The gate in front of the real ros2-web-bridge: the frame that kills that server (base64 text in a `uint8[]`) kills it
 * without the gate, and with the gate arrives as what was meant.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { realClock } from "../../core/index.js";
import { connectRosFromNode, type RosMessage, whenUp } from "../../robot/index.node.js";
import { makeRos2, openRos2, type Ros2 } from "./ros2-environment.js";

const made = await makeRos2();
const because = typeof made === "string" ? ` [skipped: ${made}]` : "";
const clock = realClock();

const TOPIC = "/camera/compressed";
const TYPE = "sensor_msgs/msg/CompressedImage";
const FRAMES = [
  { op: "advertise", topic: TOPIC, type: TYPE },
  { op: "publish", topic: TOPIC, msg: { format: "jpeg", data: Buffer.from([1, 2, 3]).toString("base64") } },
];

describe.skipIf(typeof made === "string")(`ros2-web-bridge and a malformed frame${because}`, () => {
  let ros2: Ros2;
  beforeAll(() => {
    if (typeof made !== "string") ros2 = openRos2(made, 50);
  });
  afterAll(() => ros2?.close());

  it("ends without the gate", async () => {
    const { url, program } = await ros2.ros2WebBridge();
    const socket = await opened(url);
    for (const frame of FRAMES) socket.send(JSON.stringify(frame));
    await new Promise((resolve) => socket.once("close", resolve));
    await clock.sleep(0.5);
    expect(program.exitCode()).toBe("SIGSEGV");
  });

  it("goes on behind the gate, and the image arrives", async () => {
    const bridge = await ros2.gatedWebBridge();
    const ros = connectRosFromNode(bridge.url);
    try {
      await whenUp(ros, clock, 5);
      const image = new Promise<RosMessage>((resolve) => ros.subscribe(TOPIC, TYPE, resolve));
      const socket = await opened(bridge.url);
      socket.send(JSON.stringify(FRAMES[0]));
      const timer = setInterval(() => socket.send(JSON.stringify(FRAMES[1])), 200);
      const { format, data } = await image;
      clearInterval(timer);
      expect([format, ...(data as Uint8Array)]).toEqual(["jpeg", 1, 2, 3]);
      socket.close();
    } finally {
      await ros.close();
    }
  });
});

async function opened(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await new Promise((resolve) => socket.once("open", resolve));
  return socket;
}
