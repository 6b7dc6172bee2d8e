/**
 * A mobile base behind a bridge as a robot of the house: consent, waiting until all that it shows is seen, its contract.
 * What the base is (size, limits, what it shows) is its typed data; where it is on the wire is its profile. What drives it
 * is in `base-body.ts`.
 */
import { type Contract, type MobileBase, TILT } from "../../core/index.js";
import type { ScanGuard } from "../safety/scan-guard.js";
import { baseBody, twistType } from "./base-body.js";
import { watchBase } from "./base-state.js";
import { type ConnectOptions, untilSeen } from "./connect.js";
import { consentedSpeed } from "./consent.js";
import type { BaseProfile } from "./profile.js";
import { createRosRobot, type RosRobot } from "./ros-robot.js";

/** A base that twists drive, as drivers need it. */
export interface DrivenBase {
  readonly base: MobileBase;
  /** what it shows and takes on a robot; features without a source on its profile's wire are left out */
  readonly contract: Contract;
  /** what stops it before what its scan sees */
  readonly guard: ScanGuard;
}

/** A base, and where it is on the wire. */
export type BaseConnection = ConnectOptions & DrivenBase & { readonly profile: BaseProfile };

/**
 * The base behind the bridge, once odometry, scan and its place on the map have been seen.
 * @throws InputError without consent to a real robot, or when something is missing
 */
export async function connectBase(options: BaseConnection): Promise<RosRobot> {
  const { client, clock, profile, base } = options;
  const state = watchBase(client, clock, base.scan, profile);
  try {
    const speedScale = await consentedSpeed(client, { model: base.name, name: profile.name }, options.real);
    const type = await twistType(client, profile);
    await untilSeen(profile.name, options, state.missing, state.stamps);
    const { goals, observations } = options.contract;
    return createRosRobot({
      client,
      clock,
      profile,
      contract: {
        ...options.contract,
        observations: observations.filter(({ name }) => name !== TILT.name || profile.imu !== null),
        goals: profile.detections === null ? [] : goals,
      },
      frame: "map",
      speedScale,
      holder: options.holder,
      body: (gate) => baseBody({ ...options, type, state }, gate),
    });
  } catch (error) {
    state.close();
    throw error;
  }
}
