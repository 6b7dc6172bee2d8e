/**
 * The part of a driver that drives a base: twists on its command topic, 20 a second for as long as a command is in force,
 * cut down by what the laser sees; odometry, localisation, scan and lean come back. Frame `map` and `base_link`; m/s,
 * rad/s, seconds. Not here: connecting, the gate's decisions.
 *
 * A speed scale below 1 slows the wire, not the command: policies see and give full-speed twists, the base drives
 * the same path slower.
 */
import { type Clock, messageOf, refuse, TILT, tiltOf } from "../../core/index.js";
import { ROS_TYPE, twistMessage, twistStampedMessage } from "../ros2/messages.js";
import type { RosClient } from "../ros2/ros-client.js";
import type { Verdict } from "../safety/decide.js";
import type { SafetyGate } from "../safety/gate.js";
import { type ScanGuard, safeShare } from "../safety/scan-guard.js";
import type { BaseState, BaseWire } from "./base-state.js";
import { createEffectMonitor } from "./effect.js";
import type { BaseProfile } from "./profile.js";
import type { RobotBody } from "./ros-robot.js";

export type TwistType = Exclude<BaseProfile["command"]["type"], "ask">;

const SIZE = 2;
/** s in which zeros are sent after a motion, before the topic falls silent and is free for others */
const ZEROS = 0.5;
/** The command's integral, m and rad, that must show in the odometry's. */
const EFFECT = { window: 1, commanded: 0.1, share: 0.1 };
const ASK_TIMEOUT = 2;

/** Twist or TwistStamped: as the profile says, or as the graph does. Distributions differ; a wrong guess is silent. */
export async function twistType(client: RosClient, { name, command }: BaseWire): Promise<TwistType> {
  if (command.type !== "ask") return command.type;
  const answer = await client
    .callService("/rosapi/topic_type", "rosapi_msgs/srv/TopicType", { topic: command.topic }, ASK_TIMEOUT)
    .catch((error: unknown) =>
      refuse(`robot ${name}`, `the type of ${command.topic} must be in the profile: ${messageOf(error)}`),
    );
  const said = answer["type"];
  return said === ROS_TYPE.twist || said === ROS_TYPE.twistStamped
    ? said
    : refuse(`robot ${name}`, `${command.topic} must be Twist or TwistStamped`, said);
}

interface Motion {
  readonly startedAt: number;
  readonly period: number;
  readonly rows: number;
  /** [rows, 2] */
  readonly commands: Float64Array;
}

/** A base, as it is and as it is reached. */
export interface BaseParts {
  readonly client: RosClient;
  readonly clock: Clock;
  readonly profile: BaseWire;
  readonly type: TwistType;
  readonly state: BaseState;
  readonly guard: ScanGuard;
}

export function baseBody(
  { client, clock, profile, type, state, guard }: BaseParts,
  gate: SafetyGate,
): RobotBody {
  const { topic, frame } = profile.command;
  const unadvertise = client.advertise(topic, type);
  const effect = createEffectMonitor(EFFECT);
  let motion: Motion | null = null;
  let zerosUntil = Number.NEGATIVE_INFINITY;
  /** what was last sent, before the speed scale */
  let inForce: Float64Array = Float64Array.of(0, 0);
  let guarded = false;
  /** integrals of what was sent and of what was driven */
  const wanted = { way: 0, turn: 0 };
  const driven = { way: 0, turn: 0 };
  let countedAt = clock.now();

  const send = (linear: number, angular: number, stop = false): boolean => {
    const data = { linear: [linear, 0, 0], angular: [0, 0, angular] } as const;
    const message =
      type === ROS_TYPE.twist ? twistMessage(data) : twistStampedMessage(client.robotTime(), frame, data);
    return stop ? client.publishStop(topic, type, message) : client.publish(topic, type, message);
  };
  /** The row in force now, after the guard; null when there is none any more. */
  const present = (): Float64Array | null => {
    if (motion === null) return null;
    const row = Math.floor((clock.now() - motion.startedAt) / motion.period + 1e-6);
    if (row >= motion.rows) return null;
    const [linear, angular] = motion.commands.subarray(row * SIZE, (row + 1) * SIZE);
    const scan = state.scan();
    const scale = gate.speedScale;
    const share =
      profile.scan === null
        ? 1
        : scan === null
          ? 0
          : safeShare(linear! * scale, angular! * scale, scan.nearest, guard);
    if (share < 1 && !guarded)
      gate.emit({
        kind: "limited",
        rule: "obstacle",
        detail: `${linear!.toFixed(2)} m/s held to ${(linear! * share).toFixed(2)}`,
      });
    guarded = share < 1;
    return Float64Array.of(linear! * share, angular!);
  };
  const count = (): void => {
    const seconds = clock.now() - countedAt;
    countedAt = clock.now();
    const twist = state.twist();
    wanted.way += inForce[0]! * gate.speedScale * seconds;
    wanted.turn += inForce[1]! * gate.speedScale * seconds;
    driven.way += (twist?.linear ?? 0) * seconds;
    driven.turn += (twist?.angular ?? 0) * seconds;
  };
  const end = (): void => {
    motion = null;
    inForce = Float64Array.of(0, 0);
    zerosUntil = clock.now() + ZEROS;
    effect.forget();
  };
  const pump = (): boolean => {
    count();
    const now = present();
    if (now === null) {
      if (motion !== null) {
        end();
        gate.holding("watchdog: the last command has been carried out");
      }
      return clock.now() > zerosUntil || send(0, 0);
    }
    inForce = now;
    return send(now[0]! * gate.speedScale, now[1]! * gate.speedScale);
  };

  return {
    get moving() {
      return motion !== null;
    },
    sight: () => {
      const pose = state.pose();
      const twist = state.twist();
      const scan = state.scan();
      const lean = state.lean();
      if (pose === null || twist === null || (scan === null && profile.scan !== null)) return null;
      return {
        time: state.time(),
        age: state.age(),
        values: {
          "observation.base.position": Float32Array.from(pose.position),
          "observation.base.orientation": Float32Array.from(pose.orientation),
          "observation.base.twist": Float32Array.of(twist.linear, twist.angular),
          ...(lean === null ? {} : { [TILT.name]: Float32Array.from(tiltOf(lean)) }),
          ...(scan === null ? {} : { "observation.scan": scan.beams.slice() }),
        },
      };
    },
    commanded: () => inForce.slice(),
    execute: ({ commands, rows, period }: Extract<Verdict, { kind: "command" }>) => {
      motion = { startedAt: clock.now(), period, rows, commands };
      if (pump()) return { accepted: true };
      end();
      return { accepted: false, reason: "link: the link to the robot is down" };
    },
    halt: (stop) => {
      end();
      send(0, 0, stop);
    },
    tick: () => {
      pump();
      if (motion === null) return null;
      return effect.look(clock.now(), [wanted.way, wanted.turn], [driven.way, driven.turn])
        ? { rule: "no-effect", detail: "the base does not follow its commands" }
        : null;
    },
    lost: end,
    close: () => {
      unadvertise();
      state.close();
    },
  };
}
