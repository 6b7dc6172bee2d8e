/**
 * The demo's robot step in a real ROS 2 graph, by the command line, each part a process of its own as it would be on
 * several machines: a bridge, `apprentice twin --through` it, and `apprentice say` in front of it, once for each
 * sentence of the demo. Words become plans, policies carry them out, every effect is checked, all over DDS. Once with
 * rosbridge-server-rs, once with `apprentice bridge`, which starts ros2-web-bridge behind the gate.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POLICIES, trainedPolicy } from "../../bench/trained-policy.js";
import { SENTENCES } from "../../cli/demo/settings.js";
import { ROBOTS } from "../../cli/demo/tell.js";
import type { PlanResult } from "../../cli/report/result.js";
import { drawLayout } from "../../sim/index.js";
import { makeRos2, openRos2, type Ros2, type Running } from "./ros2-environment.js";

const made = await makeRos2();
const because = typeof made === "string" ? ` [skipped: ${made}]` : "";

const PROGRAM = fileURLToPath(new URL("../../bin/apprentice.mjs", import.meta.url));

/** The first table on which every cube can be reached: the sentences speak of three of them. */
function openTable(seed = 2_000_100): number {
  return drawLayout(seed).cubes.every(({ bin }) => bin === null) ? seed : openTable(seed + 1);
}

describe.skipIf(typeof made === "string")(`the command line in a real ROS 2 graph${because}`, () => {
  let ros2: Ros2;
  const folder = mkdtempSync(join(tmpdir(), "apprentice-interop-"));
  const apprentice = (args: readonly string[], options?: Parameters<Ros2["run"]>[2]): Running =>
    ros2.run(process.execPath, [PROGRAM, ...args], options);

  beforeAll(async () => {
    if (typeof made === "string") return;
    ros2 = openRos2(made, 51);
    for (const task of ["lift", "pick-place", "navigate"] as const) await (await trainedPolicy(task)).free();
  }, 900_000);
  afterAll(async () => {
    await ros2?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Tells the robots of a twin of that graph all sentences; what each came to. */
  async function tellThrough(url: string, ...more: readonly string[]): Promise<PlanResult[]> {
    const twin = apprentice(["twin", "--seed", String(openTable()), "--through", url]);
    await twin.line((line) => line.includes("in the ROS 2 graph"));
    const results: PlanResult[] = [];
    for (const { sentence, robot } of SENTENCES) {
      const file = join(folder, `${results.length}.json`);
      const options = [
        "--robot",
        ROBOTS[robot],
        "--url",
        url,
        "--policies",
        POLICIES,
        "--json",
        file,
        ...more,
      ];
      const said = apprentice(["say", sentence, ...options]);
      const code = await said.ended;
      if (code !== 0) throw new Error(`say "${sentence}" ended with ${code}:\n${said.lines.join("\n")}`);
      results.push(JSON.parse(readFileSync(file, "utf8")) as PlanResult);
    }
    await twin.stop();
    return results;
  }

  it("robots do as they are told behind rosbridge-server-rs, where a foreign node sees it", async () => {
    const bridge = await ros2.rosbridgeServerRs();
    const trajectories = "/panda_arm_controller/joint_trajectory";
    const witness = ros2.node("witness.py", [`${trajectories}=trajectory_msgs/msg/JointTrajectory`]);
    const results = await tellThrough(bridge.url);
    expect(results.map(({ done }) => done)).toEqual([true, true, true]);
    const seen = JSON.parse(witness.lines.at(-1)!);
    expect(seen.counts[trajectories]).toBeGreaterThan(100);
  });

  it("robots do as they are told behind `apprentice bridge`", async () => {
    const bridge = apprentice(["bridge", "--port", "0"], {
      cwd: ros2.webBridgeFolder,
      env: ros2.sourced,
    });
    const said = await bridge.line((line) => line.includes("ros2-web-bridge 0.3.0 behind ws://127.0.0.1:"));
    const results = await tellThrough(/ws:\/\/127\.0\.0\.1:\d+/.exec(said)![0], "--no-actions");
    expect(results.map(({ done }) => done)).toEqual([true, true, true]);
    await bridge.stop();
    expect(bridge.exitCode()).toBe(0);
  });
});
