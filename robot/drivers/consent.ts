/**
 * Twin or steel: a simulated robot says so by a service of ours, `/apprentice_twin/identity`. Whatever does not
 * say so is taken for real, and moves only for somebody who typed its name.
 */
import { refuse } from "../../core/index.js";
import type { RosMessage } from "../ros2/graph.js";
import { ROS_TYPE } from "../ros2/messages.js";
import type { RosClient } from "../ros2/ros-client.js";
import { FIRST_SPEED_SCALE } from "../safety/limits.js";

/** std_srvs/Trigger by which a twin says that it is one. */
export const IDENTITY_SERVICE = "/apprentice_twin/identity";

/** What a twin answers, as JSON in the message of a `std_srvs/Trigger`. */
export interface TwinIdentity {
  readonly twin: true;
  readonly robots: readonly string[];
}

/** The name of a real robot, typed by a person who means it; null: twins only. */
export type Consent = { readonly name: string } | null;

/** s to wait for the answer: bridges that know no such service may stay silent; and between two questions */
const TIMEOUT = 2;
const REPEAT = 0.4;

/** The identity of the twin at the other end; null when nothing there says that it is one. */
export async function twinIdentity(client: RosClient): Promise<TwinIdentity | null> {
  const answer = await client
    .callService(IDENTITY_SERVICE, ROS_TYPE.trigger, {}, TIMEOUT, { repeat: REPEAT })
    .catch(() => null);
  return answer === null ? null : identityOf(answer);
}

function identityOf({ success, message }: RosMessage): TwinIdentity | null {
  if (success !== true || typeof message !== "string") return null;
  try {
    const said: unknown = JSON.parse(message);
    if (typeof said !== "object" || said === null || !("twin" in said) || said.twin !== true) return null;
    const robots = "robots" in said && Array.isArray(said.robots) ? said.robots.map(String) : [];
    return { twin: true, robots };
  } catch {
    return null;
  }
}

/** Whom a driver means. */
export interface MeantRobot {
  /** what the robot is: its typed model's name */
  readonly model: string;
  /** which one: the name in its profile, which a person types */
  readonly name: string;
}

/**
 * The speed scale to begin with: 1 for a twin, a tenth for a real robot with consent.
 * @throws InputError when it is not a twin and nobody consented to this very robot, or a twin of other robots
 */
export async function consentedSpeed(client: RosClient, meant: MeantRobot, real: Consent): Promise<number> {
  const { name, model } = meant;
  const twin = await twinIdentity(client);
  if (twin !== null)
    return twin.robots.includes(model)
      ? 1
      : refuse(
          `robot ${name}`,
          `the twin behind this bridge must be one of ${model}`,
          twin.robots.join(", "),
        );
  if (real === null)
    refuse(
      `robot ${name}`,
      "what is behind this bridge does not say that it is a twin; a real robot moves only with consent (--real and its name)",
    );
  if (real.name !== name) refuse(`robot ${name}`, "the name that was typed must be this robot's", real.name);
  return FIRST_SPEED_SCALE;
}
