/**
 * A connection to a robot behind a bridge, as commands need it: the client, the driver, and how to leave. What is not
 * a twin needs the robot's name, typed by a person.
 */
import { readFileSync } from "node:fs";
import { type Clock, type Contract, refuse } from "../../core/index.js";
import {
  armAsDriven,
  connectRobot,
  connectRosFromNode,
  DRIVEN_ROBOTS,
  type DrivenRobot,
  drivenRobot,
  parseProfile,
  type RosClient,
  type RosRobot,
  whenUp,
  withoutActions,
  withProfile,
} from "../../robot/index.node.js";
import { loadArm } from "./arm.js";
import { isDescription } from "./description.js";

/** Help text of `--robot` where a robot is driven. */
export const DRIVEN_HELP = `${DRIVEN_ROBOTS.map(({ name }) => name).join(" | ")} | an arm's .urdf or .xacro file`;
/** Help text of `--profile`. */
export const PROFILE_HELP =
  "JSON: where each feature lives on the wire (`twin --show-profile` prints the usual one)";

export interface RobotSession {
  readonly robot: RosRobot;
  readonly client: RosClient;
  close(): Promise<void>;
}

export interface SessionRequest {
  readonly url: string;
  readonly robot: DrivenRobot;
  /** the robot's name as typed after --real; null for a twin */
  readonly real: string | null;
}

/** Seconds to wait for the bridge. */
const PATIENCE = 6;

/** Connects, waits until the robot has been seen whole, and takes no command by itself. */
export async function openSession(
  { url, robot: driven, real }: SessionRequest,
  clock: Clock,
): Promise<RobotSession> {
  const client = connectRosFromNode(url, { clock });
  try {
    await whenUp(client, clock, PATIENCE);
    const robot = await connectRobot(driven, {
      client,
      clock,
      real: real === null ? null : { name: real },
      holder: `apprentice-${process.pid}`,
    });
    return {
      robot,
      client,
      close: async () => {
        await robot.close();
        await client.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Where a robot is on the wire, as commands are told it. */
export interface Wire {
  /** a profile's file; default the usual one */
  readonly profile?: string | undefined;
  /** false where the bridge knows no actions */
  readonly actions: boolean;
}

/** The robot of that name, or the arm of that description, on that wire. */
export function robotOn(name: string, { profile, actions }: Wire): DrivenRobot {
  const usual = isDescription(name) ? armAsDriven(loadArm(name)) : drivenRobot(name);
  const robot = profile === undefined ? usual : withProfile(usual, readProfile(profile));
  return actions ? robot : withoutActions(robot);
}

/** The robot that a policy drives: the one told, or its own. @throws InputError when that has no driver */
export function robotFor(contract: Contract, told: string | undefined, wire: Wire): DrivenRobot {
  if (contract.control === "arm-team")
    return refuse(
      "policy",
      "the robot must be one arm or a base: several arms have no driver yet",
      contract.robot,
    );
  if (told === undefined && !DRIVEN_ROBOTS.some(({ name }) => name === contract.robot))
    return refuse(
      "--robot",
      `must be given: the description of ${contract.robot}, which is none of ${DRIVEN_ROBOTS.map(({ name }) => name).join(", ")}`,
    );
  return robotOn(told ?? contract.robot, wire);
}

function readProfile(file: string): ReturnType<typeof parseProfile> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return refuse("profile", "must be a JSON file", file);
  }
  return parseProfile(value);
}
