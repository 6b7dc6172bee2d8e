/**
 * An arm behind a bridge as a robot of the house: consent, waiting until all its joints are seen, its contract. What
 * moves it is in `arm-body.ts`.
 */
import { type ArmRobot, armChain, armContract, detectedGoals } from "../../core/index.js";
import { armBody, checkArm } from "./arm-body.js";
import { watchArm } from "./arm-state.js";
import { type ConnectOptions, untilSeen } from "./connect.js";
import { consentedSpeed } from "./consent.js";
import type { ArmProfile } from "./profile.js";
import { createRosRobot, type RosRobot } from "./ros-robot.js";

/** An arm, and where it is on the wire. */
export type ArmConnection = ConnectOptions & { readonly arm: ArmRobot; readonly profile: ArmProfile };

/**
 * The arm behind the bridge, once all its joints have been seen under the names of the profile.
 * @throws InputError without consent to a real robot, or when something is missing
 */
export async function connectArm(options: ArmConnection): Promise<RosRobot> {
  const { client, clock, profile, arm } = options;
  const chain = armChain(arm);
  checkArm(client, profile, chain);
  const state = watchArm(client, clock, profile, chain);
  try {
    const speedScale = await consentedSpeed(client, { model: arm.name, name: profile.name }, options.real);
    const missing = (): string | null => {
      const names = state.missing();
      return names.length === 0 ? null : `no ${names.join(", ")} on ${profile.joints.topic}`;
    };
    await untilSeen(profile.name, options, missing, state.stamps);
    const goals = profile.detections === null ? [] : detectedGoals(arm.model.root);
    return createRosRobot({
      client,
      clock,
      profile,
      contract: armContract(arm, "any", goals, null),
      frame: arm.model.root,
      speedScale,
      holder: options.holder,
      body: (gate) => armBody({ ...options, chain, state }, gate),
    });
  } catch (error) {
    state.close();
    throw error;
  }
}
