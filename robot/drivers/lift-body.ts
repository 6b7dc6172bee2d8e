/**
 * The part of a driver that raises and lowers a lift: one joint that slides, by a `joint_trajectory_controller` of its own.
 * Heights in metres above its lowest; seconds. How fast it may go is the gate's affair.
 */
import type { Clock } from "../../core/index.js";
import type { RosClient } from "../ros2/ros-client.js";
import type { Verdict } from "../safety/decide.js";
import type { SafetyGate } from "../safety/gate.js";
import { type JointPath, type JointSample, pathThrough, restAfter, samplePath } from "../trajectory.js";
import { createArmSender } from "./arm-sender.js";
import type { JointWatch } from "./joint-state.js";
import type { MobileProfile } from "./profile.js";
import type { RobotBody } from "./ros-robot.js";

/** s in which a motion that is halted comes to rest */
const BRAKING = 0.1;
/** m: a lift at rest that is farther than this from where it was sent was moved by somebody else */
const MOVED = 0.02;

export interface LiftParts {
  readonly client: RosClient;
  readonly clock: Clock;
  readonly profile: MobileProfile["lift"];
  readonly watch: JointWatch;
  /** m above its lowest */
  readonly high: number;
}

interface Motion {
  readonly startedAt: number;
  readonly path: JointPath;
  readonly from: JointSample;
}

export function liftBody({ client, clock, profile, watch, high }: LiftParts, gate: SafetyGate): RobotBody {
  const sender = createArmSender(client, { via: "topic", topic: profile.topic }, [profile.joint], (detail) =>
    gate.emit({ kind: "limited", rule: "arm", detail }),
  );
  let motion: Motion | null = null;
  let sent: number | null = null;

  const measured = (): number | null => watch.of([profile.joint])?.q[0] ?? null;
  const desired = (): JointSample | null =>
    motion === null ? null : samplePath(motion.path, motion.from, clock.now() - motion.startedAt);
  /** where it was sent, or where it is if somebody else moved it */
  const height = (): number | null => {
    const now = desired()?.q[0];
    const found = measured();
    if (now !== undefined || found === null) return now ?? null;
    return sent !== null && Math.abs(sent - found) < MOVED ? sent : found;
  };
  const standing = (at: number): JointSample => ({ q: Float64Array.of(at), qd: Float64Array.of(0) });

  return {
    get moving() {
      return motion !== null;
    },
    sight: () => {
      const at = measured();
      return at === null
        ? null
        : {
            time: watch.time(),
            age: watch.age(),
            values: { "observation.lift.height": Float32Array.of(at) },
          };
    },
    commanded: () => {
      const at = height();
      return at === null ? null : Float64Array.of(at);
    },
    execute: ({ commands, rows, period }: Extract<Verdict, { kind: "command" }>) => {
      const at = height();
      if (at === null) return { accepted: false, reason: "no-observation" };
      const heights = Array.from({ length: rows }, (_, row) => Float64Array.of(commands[row]!));
      const path = pathThrough(heights, [at], period, [0], [high]);
      const from = desired() ?? standing(at);
      const trouble = sender.send(path);
      if (trouble !== null) return { accepted: false, reason: `link: ${trouble}` };
      motion = { startedAt: clock.now(), path, from };
      sent = commands[rows - 1]!;
      return { accepted: true };
    },
    halt: (stop) => {
      const at = height();
      if (at !== null && (motion !== null || stop)) {
        const rest = restAfter(desired() ?? standing(at), BRAKING, BRAKING, [0], [high]);
        sender.halt([rest], stop);
        sent = rest.positions[0]!;
      }
      motion = null;
    },
    tick: () => {
      if (motion !== null && clock.now() - motion.startedAt > motion.path.at(-1)!.time) motion = null;
      return null;
    },
    lost: () => {
      motion = null;
      sent = null;
    },
    close: () => {
      sender.close();
      watch.close();
    },
  };
}
