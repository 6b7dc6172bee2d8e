/**
 * A mobile manipulator behind a bridge as a robot of the house: its base, its lift and its arm, each moved by the body of
 * its kind, under one gate: one stop, one lease, one contract. A command is for all of them or for none. Frame `map`, the
 * arm's tool in its own foot's frame; metres, radians, seconds.
 */
import {
  type ArmRobot,
  actionOffsets,
  armChain,
  type CommandResult,
  type Contract,
  DIFF_DRIVE,
  sizeOf,
} from "../../core/index.js";
import type { Verdict } from "../safety/decide.js";
import type { ScanGuard } from "../safety/scan-guard.js";
import { armBody, checkArm } from "./arm-body.js";
import { watchArm } from "./arm-state.js";
import { baseBody, twistType } from "./base-body.js";
import { watchBase } from "./base-state.js";
import { type ConnectOptions, untilSeen } from "./connect.js";
import { consentedSpeed } from "./consent.js";
import { watchJoints } from "./joint-state.js";
import { liftBody } from "./lift-body.js";
import type { MobileProfile } from "./profile.js";
import { createRosRobot, type RobotBody, type RosRobot } from "./ros-robot.js";

/** A mobile manipulator, as drivers need it. */
export interface DrivenMobile {
  readonly name: string;
  /** the arm alone, rooted in its foot */
  readonly arm: ArmRobot;
  /** m that its lift goes up */
  readonly high: number;
  readonly contract: Contract;
  readonly guard: ScanGuard;
}

/** A mobile manipulator, and where it is on the wire. */
export type MobileConnection = ConnectOptions & DrivenMobile & { readonly profile: MobileProfile };

/**
 * The robot behind the bridge, once base, lift and arm have been seen.
 * @throws InputError without consent to a real robot, or when something is missing
 */
export async function connectMobile(options: MobileConnection): Promise<RosRobot> {
  const { client, clock, profile, arm, high, guard } = options;
  const chain = armChain(arm);
  checkArm(client, profile, chain);
  const baseState = watchBase(client, clock, DIFF_DRIVE.scan, profile);
  const state = watchArm(client, clock, profile, chain);
  const watch = watchJoints(client, clock, profile.joints.topic, [profile.lift.joint]);
  try {
    const meant = { model: options.name, name: profile.name };
    const speedScale = await consentedSpeed(client, meant, options.real);
    const type = await twistType(client, profile);
    const missing = (): string | null => {
      const names = [...state.missing(), ...watch.missing()];
      return names.length > 0 ? `no ${names.join(", ")} on ${profile.joints.topic}` : baseState.missing();
    };
    await untilSeen(profile.name, options, missing, state.stamps);
    const { contract } = options;
    return createRosRobot({
      client,
      clock,
      profile,
      contract: profile.detections === null ? { ...contract, goals: [] } : contract,
      frame: "map",
      speedScale,
      holder: options.holder,
      body: (gate) =>
        together(contract, [
          {
            prefix: "action.base.",
            body: baseBody({ client, clock, profile, type, state: baseState, guard }, gate),
          },
          {
            prefix: "action.lift.",
            body: liftBody({ client, clock, profile: profile.lift, watch, high }, gate),
          },
          { prefix: "action.", body: armBody({ client, clock, profile, arm, chain, state }, gate) },
        ]),
    });
  } catch (error) {
    baseState.close();
    state.close();
    watch.close();
    throw error;
  }
}

/** A body, and the action features it takes: the first whose prefix fits. */
interface Part {
  readonly prefix: string;
  readonly body: RobotBody;
}

/** Bodies as one: each sees its own columns of a command, and all of them hold when one does. */
function together(contract: Contract, parts: readonly Part[]): RobotBody {
  const offsets = actionOffsets(contract);
  const columns: number[][] = parts.map(() => []);
  for (const feature of contract.actions) {
    const owner = parts.findIndex(({ prefix }) => feature.name.startsWith(prefix));
    for (let i = 0; i < sizeOf(feature); i++) columns[owner]!.push(offsets.get(feature.name)! + i);
  }
  const size = columns.flat().length;
  const bodies = parts.map(({ body }) => body);
  const halt = (stop: boolean): void => {
    for (const body of bodies) body.halt(stop);
  };

  return {
    get moving() {
      return bodies.some((body) => body.moving);
    },
    sight: () => {
      const sights = bodies.map((body) => body.sight()).filter((sight) => sight !== null);
      if (sights.length < bodies.length) return null;
      return {
        time: Math.min(...sights.map(({ time }) => time)),
        age: Math.max(...sights.map(({ age }) => age)),
        values: Object.assign({}, ...sights.map(({ values }) => values)),
      };
    },
    commanded: () => {
      const all = new Float64Array(size);
      for (const [i, body] of bodies.entries()) {
        const own = body.commanded();
        if (own === null) return null;
        for (const [k, column] of columns[i]!.entries()) all[column] = own[k]!;
      }
      return all;
    },
    execute: (verdict: Extract<Verdict, { kind: "command" }>): CommandResult => {
      for (const [i, body] of bodies.entries()) {
        const own = columns[i]!;
        const commands = Float64Array.from(
          { length: verdict.rows * own.length },
          (_, k) => verdict.commands[Math.floor(k / own.length) * size + own[k % own.length]!]!,
        );
        const result = body.execute({ ...verdict, commands });
        if (result.accepted) continue;
        halt(false);
        return result;
      }
      return { accepted: true };
    },
    halt,
    tick: () => {
      // Each has its housekeeping, also when another is in trouble.
      const troubles = bodies.map((body) => body.tick());
      return troubles.find((trouble) => trouble !== null) ?? null;
    },
    lost: () => {
      for (const body of bodies) body.lost();
    },
    close: () => {
      for (const body of bodies) body.close();
    },
  };
}
