/**
 * The part of a driver that moves an arm: tool poses become joint trajectories by inverse kinematics, joint states become
 * the tool's pose, the gripper's width and what policies read. What the arm is (kinematics, limits) is its typed model;
 * where it is on the wire is its profile. Its own base frame; metres, radians, seconds. Works on anything with a
 * `joint_trajectory_controller`. Not here: connecting, the gate's decisions.
 */
import {
  type ArmRobot,
  type Chain,
  type Clock,
  createIk,
  refuse,
  TOLERANCES,
  toolDown,
  toolPose,
  toolYaw,
  type Vec3,
} from "../../core/index.js";
import type { RosClient } from "../ros2/ros-client.js";
import type { Limited, Verdict } from "../safety/decide.js";
import type { SafetyGate } from "../safety/gate.js";
import { type JointLimits, limitJointStep } from "../safety/joints.js";
import { type JointPath, type JointSample, pathThrough, restAfter, samplePath } from "../trajectory.js";
import { createArmSender } from "./arm-sender.js";
import type { ArmState } from "./arm-state.js";
import { createEffectMonitor } from "./effect.js";
import { createGripper } from "./gripper.js";
import { createJaw } from "./jaw.js";
import type { ArmProfile } from "./profile.js";
import type { RobotBody } from "./ros-robot.js";

const SIZE = 5;
/** As the simulation solves it: metres + 0.1 rad that a solution may be off. */
const IK = { iterations: 12, tolerance: 2e-5, reached: 1e-3 };
/** s in which a motion that is halted comes to rest */
const BRAKING = 0.1;
/** rad: an arm at rest that is farther than this, beyond its droop, from where it was sent was moved by somebody else */
const MOVED = 0.05;
/** Motion of 3 cm-worth of joints in this time without any effect: nobody listens. */
const EFFECT = { window: 0.6, commanded: 0.06, share: 0.15 };

/**
 * Of a joint's limit of velocity that a row may ask of it: on the cubic between rows it goes up to half as fast again as
 * their mean, where it starts from rest or turns round.
 */
const MEAN_SHARE = 2 / 3;
/** Share of a period by which a moment may miss a row's and still count as that. */
const ON_TIME = 0.25;

interface Posture {
  /** [5] */
  readonly command: Float64Array;
  /** [n] rad */
  readonly q: Float64Array;
}

/** Rows under way. */
interface Motion {
  readonly startedAt: number;
  readonly period: number;
  readonly rows: number;
  /** [rows, 5] */
  readonly commands: Float64Array;
  readonly joints: readonly Float64Array[];
  /** of the joints, and of a jaw that goes with them */
  readonly path: JointPath;
  readonly from: JointSample;
  /** what was in force when it began */
  readonly origin: Posture;
}

/** Where an arm is on a wire: its joints, its controller, its gripper. */
export type ArmWire = Pick<ArmProfile, "name" | "joints" | "arm" | "gripper">;

/** An arm, as it is and as it is reached. */
export interface ArmParts {
  readonly client: RosClient;
  readonly clock: Clock;
  readonly profile: ArmWire;
  readonly arm: ArmRobot;
  readonly chain: Chain;
  readonly state: ArmState;
}

/**
 * What must be so before anything is sought.
 * @throws InputError for a name that is none of the arm's, a joint without a limit of velocity, a gripper that only
 *   actions reach behind a bridge that knows none
 */
export function checkArm(client: RosClient, { joints, name, gripper }: ArmWire, chain: Chain): void {
  // It would be passed over in silence, and the joint looked for under its own name.
  const unknown = Object.keys(joints.names).find((each) => !chain.names.includes(each));
  if (unknown !== undefined)
    refuse(`profile ${name}: joints.names`, `must be of ${chain.names.join(", ")}`, unknown);
  const unlimited = chain.names.find(
    (_, i) => !(chain.velocity[i]! > 0 && Number.isFinite(chain.velocity[i]!)),
  );
  if (unlimited !== undefined) refuse(`robot ${name}`, `joint ${unlimited} must have a limit of velocity`);
  const { via } = gripper;
  if ((via === "gripper-command" || via === "parallel-gripper") && !client.actions)
    refuse(
      `robot ${name}`,
      "the bridge knows no actions; the gripper must go via trajectory, or with-arm",
      via,
    );
}

export function armBody(
  { client, clock, profile, arm, chain, state }: ArmParts,
  gate: SafetyGate,
): RobotBody {
  const ik = createIk(chain);
  const limited = (rule: string, detail: string): void => gate.emit({ kind: "limited", rule, detail });
  const names = chain.names.map((name) => profile.joints.names[name] ?? name);
  const { opening, droop } = profile.joints;
  const jaw = profile.gripper.via === "with-arm" ? createJaw(profile.gripper, opening) : null;
  const gripper =
    profile.gripper.via === "with-arm"
      ? null
      : createGripper(client, profile.gripper, opening, (detail) => limited("gripper", detail));
  const driven = jaw === null ? names : [...names, jaw.joint];
  const sender = createArmSender(client, profile.arm, driven, (detail) => limited("arm", detail));
  const lower = jaw === null ? chain.lower : [...chain.lower, jaw.lower];
  const upper = jaw === null ? chain.upper : [...chain.upper, jaw.upper];
  const effect = createEffectMonitor(EFFECT);
  let motion: Motion | null = null;
  /** where the arm was last sent; null: nowhere yet, or somebody else moved it */
  let sent: Posture | null = null;
  /** the width in force; it outlives a lost link, or what is held would be let go at the next command */
  let grip: number | null = null;
  /** where a jaw was last sent; it outlives a lost link too */
  let jawAt: number | null = null;

  const commandAt = (q: ArrayLike<number>, width: number): Float64Array => {
    const { position, orientation } = toolPose(chain, q);
    return Float64Array.of(...position, toolYaw(orientation), width);
  };
  /** What was sent for this moment, its command and joints; at rest, where the arm was sent or is. */
  const inForce = (): Posture | null => {
    if (motion !== null) {
      const { startedAt, period, rows, commands, joints, origin } = motion;
      const x = Math.min(rows, (clock.now() - startedAt) / period);
      const whole = Math.abs(x - Math.round(x)) < ON_TIME ? Math.round(x) : x;
      const at = (row: number): Posture =>
        row === 0
          ? origin
          : { command: commands.subarray((row - 1) * SIZE, row * SIZE), q: joints[row - 1]! };
      const before = at(Math.floor(whole));
      const after = at(Math.ceil(whole));
      const mix = (a: Float64Array, b: Float64Array) =>
        a.map((value, i) => value + (whole - Math.floor(whole)) * (b[i]! - value));
      return { command: mix(before.command, after.command), q: mix(before.q, after.q) };
    }
    const measured = state.joints();
    const width = state.width();
    if (measured === null || width === null) return null;
    if (sent?.q.every((value, i) => Math.abs(value - measured.q[i]!) < MOVED + droop)) return sent;
    // A hand found neither open nor closed may hold something: it is taken to be closing.
    const found = width >= TOLERANCES.open ? Math.min(width, arm.gripper.open) : 0;
    return { command: commandAt(measured.q, grip ?? found), q: measured.q };
  };
  /** Where everything that is driven is to be now: the joints, and a jaw that goes with them. */
  const desired = (): JointSample | null =>
    motion === null ? null : samplePath(motion.path, motion.from, clock.now() - motion.startedAt);
  /** At rest, as measured; a jaw stays where it was sent, or it would give up its grip. */
  const atRest = (): JointSample | null => {
    const measured = state.joints();
    const width = state.width();
    if (measured === null || width === null) return null;
    const q = jaw === null ? measured.q : [...measured.q, jawAt ?? jaw.positionOf(width)];
    return { q: Float64Array.from(q), qd: new Float64Array(q.length) };
  };
  const finish = (): void => {
    if (motion !== null) {
      const last = motion.rows - 1;
      sent = { command: motion.commands.slice(last * SIZE), q: motion.joints[last]! };
      if (jaw !== null) jawAt = motion.path.at(-1)!.positions[chain.n]!;
    }
    motion = null;
    effect.forget();
  };
  /** Rows of joints and where they come from, with the jaw's part of each where it goes with them. */
  const withJaw = (
    joints: readonly Float64Array[],
    before: Float64Array,
    commands: Float64Array,
    period: number,
    from: JointSample,
  ): [readonly Float64Array[], Float64Array] => {
    if (jaw === null) return [joints, before];
    const at = from.q[chain.n]!;
    const widths = joints.map((_, row) => commands[row * SIZE + 4]!);
    const jaws = jaw.rows(widths, at, period, gate.speedScale);
    return [joints.map((q, row) => Float64Array.of(...q, jaws[row]!)), Float64Array.of(...before, at)];
  };
  const limits = (): JointLimits => ({
    lower: chain.lower,
    upper: chain.upper,
    velocity: chain.velocity.map((velocity) => MEAN_SHARE * velocity * gate.speedScale),
  });

  return {
    get moving() {
      return motion !== null;
    },
    sight: () => {
      const joints = state.joints();
      const tool = state.tool();
      const width = state.width();
      if (joints === null || tool === null || width === null) return null;
      return {
        time: state.time(),
        age: state.age(),
        values: {
          "observation.ee.position": Float32Array.from(tool.position),
          "observation.ee.orientation": Float32Array.from(tool.orientation),
          "observation.gripper.width": Float32Array.of(width),
          "observation.joints.position": Float32Array.from(joints.q),
          "observation.joints.velocity": Float32Array.from(joints.qd),
        },
      };
    },
    commanded: () => inForce()?.command.slice() ?? null,
    execute: ({ commands, rows, period }: Extract<Verdict, { kind: "command" }>) => {
      const start = inForce();
      const from = desired() ?? atRest();
      if (start === null || from === null) return { accepted: false, reason: "no-observation" };
      const notes = new Map<string, Limited>();
      const joints: Float64Array[] = [];
      let before: Posture = start;
      for (let row = 0; row < rows; row++) {
        const wanted = commands.subarray(row * SIZE, (row + 1) * SIZE);
        const target = {
          position: [wanted[0]!, wanted[1]!, wanted[2]!] as Vec3,
          orientation: toolDown(wanted[3]!),
        };
        const solved = ik.solve(target, before.q, { ...IK, posture: arm.home });
        const reached = solved.error < IK.reached;
        const { q, share } = limitJointStep(before.q, reached ? solved.q : before.q, period, limits());
        if (!reached) {
          notes.set("unreachable", {
            rule: "unreachable",
            detail: `the tool cannot be at ${target.position}`,
          });
          wanted.set(before.command.subarray(0, 4));
        } else if (share < 1) {
          notes.set("joint-rate", { rule: "joint-rate", detail: `step shortened to ${share.toFixed(2)}` });
          wanted.set(commandAt(q, wanted[4]!));
        }
        joints.push(q);
        before = { command: wanted, q };
      }
      const path = pathThrough(...withJaw(joints, start.q, commands, period, from), period, lower, upper);
      const trouble = sender.send(path);
      if (trouble !== null) return { accepted: false, reason: `link: ${trouble}` };
      grip = commands[4]!;
      gripper?.command(grip);
      motion = { startedAt: clock.now(), period, rows, commands, joints, path, from, origin: start };
      for (const { rule, detail } of notes.values()) limited(rule, detail);
      return { accepted: true };
    },
    halt: (stop) => {
      const moving = desired() ?? atRest();
      if (stop) gripper?.cancel();
      if (moving !== null && (motion !== null || stop)) {
        const rest = restAfter(moving, BRAKING, BRAKING, lower, upper);
        sender.halt([rest], stop);
        const q = Float64Array.from(rest.positions).subarray(0, chain.n);
        sent = { command: commandAt(q, grip ?? inForce()?.command[4] ?? 0), q };
        if (jaw !== null) jawAt = rest.positions[chain.n]!;
      }
      motion = null;
      effect.forget();
    },
    tick: () => {
      gripper?.tick();
      if (motion === null) return null;
      const measured = state.joints();
      const wanted = desired();
      if (
        measured !== null &&
        wanted !== null &&
        effect.look(clock.now(), wanted.q.subarray(0, chain.n), measured.q)
      )
        return { rule: "no-effect", detail: "the arm does not follow its commands" };
      const end = motion.path.at(-1)!.time;
      if (clock.now() - motion.startedAt <= end) return null;
      finish();
      gate.holding("watchdog: the last command has been carried out");
      return null;
    },
    lost: () => {
      const now = desired();
      if (jaw !== null && now !== null) jawAt = now.q[chain.n]!;
      motion = null;
      sent = null;
      effect.forget();
    },
    close: () => {
      sender.close();
      state.close();
    },
  };
}
