/**
 * The command line in a real ROS 2 graph, each part a process of its own as it would be on two machines: a bridge,
 * `apprentice twin --through` it, `apprentice deploy` in front of it. Once with rosbridge-server-rs, once with
 * `apprentice bridge`, which starts ros2-web-bridge behind the gate.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainedPolicy } from "../../bench/trained-policy.js";
import { drawLayout } from "../../sim/index.js";
import { makeRos2, openRos2, type Ros2, type Running } from "./ros2-environment.js";

const made = await makeRos2();
const because = typeof made === "string" ? ` [skipped: ${made}]` : "";

const PROGRAM = fileURLToPath(new URL("../../bin/apprentice.mjs", import.meta.url));
const POLICY = fileURLToPath(new URL("../../.cache/policies/pick-place.onnx", import.meta.url));
const SEED = 1_000_100;

describe.skipIf(typeof made === "string")(`the command line in a real ROS 2 graph${because}`, () => {
  let ros2: Ros2;
  const folder = mkdtempSync(join(tmpdir(), "apprentice-interop-"));
  const apprentice = (args: readonly string[], options?: Parameters<Ros2["run"]>[2]): Running =>
    ros2.run(process.execPath, [PROGRAM, ...args], options);

  beforeAll(async () => {
    if (typeof made === "string") return;
    ros2 = openRos2(made, 51);
    await (await trainedPolicy("pick-place")).free();
  }, 900_000);
  afterAll(async () => {
    await ros2?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A twin of that graph, and a policy deployed on it; resolves to what `deploy` wrote. */
  async function deployThrough(url: string, ...more: readonly string[]): Promise<Record<string, unknown>> {
    const twin = apprentice(["twin", "--robot", "arm", "--seed", String(SEED), "--through", url]);
    await twin.line((line) => line.includes("in the ROS 2 graph"));
    const { target, place } = drawLayout(SEED);
    const file = join(folder, `${more.length}.json`);
    const options = ["--url", url, "--target", target, "--place", place, "--seed", "1", "--json", file];
    const deployed = apprentice(["deploy", POLICY, ...options, ...more]);
    const code = await deployed.ended;
    await twin.stop();
    if (code !== 0) throw new Error(`deploy ended with ${code}:\n${deployed.lines.join("\n")}`);
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  }

  it("deploys onto a twin behind rosbridge-server-rs, and a foreign node sees the commands", async () => {
    const bridge = await ros2.rosbridgeServerRs();
    const trajectories = "/panda_arm_controller/joint_trajectory";
    const witness = ros2.node("witness.py", [`${trajectories}=trajectory_msgs/msg/JointTrajectory`]);
    const result = await deployThrough(bridge.url);
    expect(result).toMatchObject({ task: "pick-place", outcome: "reached" });
    const seen = await witness.line((line) => /: [1-9]\d+/.test(line));
    expect(JSON.parse(seen).publishers[trajectories]).toEqual(["rosbridge_websocket"]);
  });

  it("deploys onto a twin behind `apprentice bridge`", async () => {
    const bridge = apprentice(["bridge", "--port", "0"], {
      cwd: ros2.webBridgeFolder,
      env: ros2.sourced,
    });
    const said = await bridge.line((line) => line.includes("ros2-web-bridge 0.3.0 behind ws://127.0.0.1:"));
    const result = await deployThrough(/ws:\/\/\S+?(?=\.? |\.$)/.exec(said)![0], "--no-actions");
    expect(result).toMatchObject({ task: "pick-place", outcome: "reached" });
    await bridge.stop();
    expect(bridge.exitCode()).toBe(0);
  });
});
