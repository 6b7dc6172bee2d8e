/**
 * Connecting to a robot, the part that is the same for all: consent, waiting until everything of the contract has
 * been seen, and saying what is missing when it has not.
 */
import { type Clock, refuse } from "../../core/index.js";
import type { RosClient } from "../ros2/ros-client.js";
import type { Consent } from "./consent.js";
import { clockTrouble, ENOUGH_STAMPS, type StampSample } from "./stamps.js";

/** What every driver needs to reach its robot. */
export interface ConnectOptions {
  readonly client: RosClient;
  readonly clock: Clock;
  /** null for twins; the robot's name, typed by a person, for steel */
  readonly real: Consent;
  /** unique name of this client among those who may command the robot */
  readonly holder: string;
  /** s to wait for the robot to be seen whole; default 6 */
  readonly timeout?: number;
}

/**
 * Waits until `missing` says nothing and the stamps can be trusted.
 * @throws InputError that says what was missing, or what is wrong with the clock
 */
export async function untilSeen(
  robot: string,
  { clock, timeout = 6 }: ConnectOptions,
  missing: () => string | null,
  stamps: readonly StampSample[],
): Promise<void> {
  const end = clock.now() + timeout;
  let lacking = missing();
  while (lacking !== null || stamps.length < ENOUGH_STAMPS) {
    if (clock.now() > end)
      refuse(`robot ${robot}`, `must show itself within ${timeout} s`, lacking ?? "a stamp");
    await clock.sleep(0.02);
    lacking = missing();
  }
  const trouble = clockTrouble(stamps);
  if (trouble !== null) refuse(`robot ${robot}`, "stamps must be those of a running clock", trouble);
}
