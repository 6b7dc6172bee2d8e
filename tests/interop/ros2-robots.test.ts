/**
 * The twin's robots in a real ROS 2 graph and our drivers in front of them, each behind a real bridge: what passes
 * between them is DDS, which a foreign node (rclpy) witnesses.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { distance, PANDA_ROBOT, realClock, wrapAngle, yawOf } from "../../core/index.js";
import {
  connectRobot,
  connectRosFromNode,
  drivenRobot,
  factsOf,
  graphThrough,
  type LoopResult,
  openTwinRobots,
  type PlanSource,
  type RosClient,
  runLoop,
  runPrimitive,
  socketsOf,
  startRegionOf,
  type TwinRobots,
  whenUp,
  withoutActions,
} from "../../robot/index.node.js";
import { makeRos2, openRos2, type Ros2, type Running } from "./ros2-environment.js";

const made = await makeRos2();
const because = typeof made === "string" ? ` [skipped: ${made}]` : "";
const clock = realClock();

const WITNESSED = {
  "/joint_states": "sensor_msgs/msg/JointState",
  "/detections": "vision_msgs/msg/Detection3DArray",
  "/panda_arm_controller/joint_trajectory": "trajectory_msgs/msg/JointTrajectory",
  "/cmd_vel": "geometry_msgs/msg/TwistStamped",
  "/odom": "nav_msgs/msg/Odometry",
};

/** How each server is brought up; what it cannot carry, the profile goes around. */
const SERVERS = {
  "rosbridge-server-rs": {
    domain: 44,
    actions: true,
    open: async (ros2: Ros2) => (await ros2.rosbridgeServerRs()).url,
  },
  "ros2-web-bridge behind the gate": {
    domain: 45,
    actions: false,
    open: async (ros2: Ros2) => (await ros2.gatedWebBridge()).url,
  },
} as const;

describe.skipIf(typeof made === "string").each(Object.keys(SERVERS) as (keyof typeof SERVERS)[])(
  `twin and drivers through %s${because}`,
  (server) => {
    let ros2: Ros2;
    let witness: Running;
    let twin: TwinRobots;
    let client: RosClient;
    const faults: string[] = [];

    beforeAll(async () => {
      if (typeof made === "string") return;
      ros2 = openRos2(made, SERVERS[server].domain);
      const url = await SERVERS[server].open(ros2);
      witness = ros2.node(
        "witness.py",
        Object.entries(WITNESSED).map(([topic, type]) => `${topic}=${type}`),
      );
      const graph = graphThrough({
        url,
        openSocket: socketsOf(WebSocket),
        clock,
        session: randomUUID(),
        onFault: (fault) => faults.push(`twin: ${fault}`),
      });
      twin = await openTwinRobots(graph, {
        robots: [drivenRobot("panda"), drivenRobot("diff-drive")],
        seed: 210_200,
        clock,
        timeOfDay: Date.now() / 1000,
        // The bridge's publishers are reliable.
        base: { scanReliability: "reliable" },
      });
      client = connectRosFromNode(url, { onFault: (fault) => faults.push(`client: ${fault}`) });
      await whenUp(client, clock, 5);
    });
    afterAll(async () => {
      await client?.close();
      await twin?.close();
      await ros2?.close();
    });

    it("the arm goes where it is sent, opens its hand and comes back", async () => {
      const panda = drivenRobot("panda");
      const driven = SERVERS[server].actions ? panda : withoutActions(panda);
      const robot = await connectRobot(driven, { client, clock, real: null, holder: "interop" });
      const away = await runLoop(robot, clock, straightTo([0.42, 0.12, 0.3, 0.4, 0.03], 40), { timeout: 4 });
      expect(away.outcome).toBe("finished");
      expect(distance(twin.arm!.toolPose().position, [0.42, 0.12, 0.3])).toBeLessThan(0.003);
      expect(twin.arm!.gripperWidth()).toBeCloseTo(0.03, 2);
      const back = await runPrimitive(robot, clock, "return-to-start");
      const facts = factsOf(robot)!;
      await robot.close();
      expect(back.outcome).toBe("finished");
      expect(distance(twin.arm!.toolPose().position, startRegionOf(PANDA_ROBOT).position)).toBeLessThan(
        0.008,
      );
      expect(twin.arm!.gripperWidth()).toBeGreaterThan(0.06);
      expect(facts.scene.objects.map(({ id }) => id)).toContain("red_cube");
      console.info(`${server}: ${timing(away)}`);
    });

    it("the base turns where it stands, and stops when told nothing more", async () => {
      const robot = await connectRobot(drivenRobot("diff-drive"), {
        client,
        clock,
        real: null,
        holder: "interop",
      });
      const before = yawOf(twin.base!.pose().orientation);
      const turning = Float32Array.of(0, 0.5);
      const result = await runLoop(
        robot,
        clock,
        { next: async () => ({ kind: "plan", commands: turning, rows: 1, execute: 1 }) },
        { timeout: 2 },
      );
      expect(result.outcome).toBe("timed-out");
      await clock.sleep(0.8);
      const after = yawOf(twin.base!.pose().orientation);
      await clock.sleep(0.3);
      expect(yawOf(twin.base!.pose().orientation)).toBeCloseTo(after, 2);
      await robot.close();
      const turned = wrapAngle(after - before);
      expect(turned).toBeGreaterThan(0.7);
      expect(turned).toBeLessThan(1.3);
      console.info(`${server}: turned ${turned.toFixed(2)} rad, ${timing(result)}`);
    });

    it("passed through DDS, where a foreign node saw it", async () => {
      await clock.sleep(1.5);
      const seen = JSON.parse(witness.lines.at(-1)!) as {
        counts: Record<keyof typeof WITNESSED, number>;
        publishers: Record<keyof typeof WITNESSED, string[]>;
      };
      for (const topic of Object.keys(WITNESSED) as (keyof typeof WITNESSED)[])
        expect([topic, seen.counts[topic] > 5]).toEqual([topic, true]);
    });

    it("complained of nothing but what the server cannot do", () => {
      const known = server !== "rosbridge-server-rs" ? /advertise_action is not supported/ : /^$/;
      expect(faults.filter((fault) => !known.test(fault))).toEqual([]);
    });
  },
);

/**
 * Straight to a tool command in so many rows of 50 ms. Where the loop threw the plan away, because the robot was not
 * seen for a moment and held, it goes on from there at the same pace.
 */
function straightTo(command: readonly number[], rows: number): PlanSource {
  const target = Float32Array.from(command);
  let whole: number | null = null;
  return {
    next: async (_, from) => {
      const left = Math.hypot(...target.map((value, i) => value - from[i]!));
      if (left < 1e-5) return { kind: "done", detail: "there" };
      whole ??= left;
      const moving = Math.ceil((rows * left) / whole);
      // Some rows more, to come to rest.
      const all = moving + 6;
      const commands = Float32Array.from({ length: all * 5 }, (_, k) => {
        const share = Math.min(1, (Math.floor(k / 5) + 1) / moving);
        return from[k % 5]! + share * (target[k % 5]! - from[k % 5]!);
      });
      return { kind: "plan", commands, rows: all, execute: all };
    },
  };
}

const timing = ({ missed, ticks, late, maxAge, latencies }: LoopResult): string =>
  `${missed} of ${ticks} ticks missed, latest ${(1000 * late).toFixed(0)} ms late, oldest observation ` +
  `${(1000 * maxAge.observation).toFixed(0)} ms, command to motion ${latencies.map((s) => (1000 * s).toFixed(0)).join(" ")} ms`;
