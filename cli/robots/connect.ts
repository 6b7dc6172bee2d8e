/**
 * A connection to a robot behind a bridge, as commands need it: the client, the driver, and how to leave. What is not
 * a twin needs the robot's name, typed by a person.
 */
import { readFileSync } from "node:fs";
import { type Clock, type Contract, impossible, refuse } from "../../core/index.js";
import {
  connectDiffDrive,
  connectPanda,
  connectRosFromNode,
  diffDriveProfile,
  GRIPPER_BY_TOPIC,
  type Profile,
  pandaProfile,
  parseProfile,
  type RosClient,
  type RosRobot,
  whenUp,
} from "../../robot/index.node.js";

export interface RobotSession {
  readonly robot: RosRobot;
  readonly client: RosClient;
  close(): Promise<void>;
}

export interface SessionRequest {
  readonly url: string;
  readonly profile: Profile;
  /** the robot's name as typed after --real; null for a twin */
  readonly real: string | null;
}

/** Seconds to wait for the bridge. */
const PATIENCE = 6;

/** Connects, waits until the robot has been seen whole, and takes no command by itself. */
export async function openSession(
  { url, profile, real }: SessionRequest,
  clock: Clock,
): Promise<RobotSession> {
  const client = connectRosFromNode(url, { clock });
  try {
    await whenUp(client, clock, PATIENCE);
    const options = {
      client,
      clock,
      real: real === null ? null : { name: real },
      holder: `apprentice-${process.pid}`,
    };
    const robot =
      profile.kind === "arm"
        ? await connectPanda({ ...options, profile })
        : await connectDiffDrive({ ...options, profile });
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

/** The profile of a robot by name, or from a JSON file; by topics alone where the bridge knows no actions. */
export function profileOf(
  control: Contract["control"],
  { file, actions }: { readonly file?: string | undefined; readonly actions: boolean },
): Profile {
  if (file !== undefined) {
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(file, "utf8"));
    } catch {
      return refuse("profile", "must be a JSON file", file);
    }
    return parseProfile(value);
  }
  switch (control) {
    case "tool-pose":
      return pandaProfile(actions ? {} : { gripper: GRIPPER_BY_TOPIC });
    case "base-twist":
      return diffDriveProfile();
    case "mobile-manipulation":
      return refuse(
        "profile",
        "no profile of a mobile manipulator is built in: give one by --profile",
        control,
      );
    default:
      return impossible(control);
  }
}
