/**
 * What an arm shows, put together from the joints that are seen under the profile's names: the tool by forward
 * kinematics, the opening from the gripper's joints. Base frame of the arm; metres, radians, seconds.
 */
import { type Chain, type Clock, type Pose, toolPose } from "../../core/index.js";
import type { RosClient } from "../ros2/ros-client.js";
import { watchJoints } from "./joint-state.js";
import { widthOf } from "./opening.js";
import type { ArmProfile } from "./profile.js";
import type { StampSample } from "./stamps.js";

export interface ArmState {
  /** [n] rad and rad/s; null until every joint has been seen */
  joints(): { readonly q: Float64Array; readonly qd: Float64Array } | null;
  /** base ← tool; null until every joint has been seen */
  tool(): Pose | null;
  /** m between the pads; null until every finger has been seen */
  width(): number | null;
  /** s, of the oldest joint or finger; infinite before all have been seen */
  age(): number;
  /** s on the robot's clock, of the newest message */
  time(): number;
  /** wire names of joints and fingers that have not been seen */
  missing(): string[];
  readonly stamps: readonly StampSample[];
  close(): void;
}

export function watchArm(
  client: RosClient,
  clock: Clock,
  profile: Pick<ArmProfile, "joints">,
  chain: Chain,
): ArmState {
  const { topic, names, fingers, opening } = profile.joints;
  const joints = chain.names.map((name) => names[name] ?? name);
  const watch = watchJoints(client, clock, topic, [...joints, ...fingers]);
  let pose: { readonly count: number; readonly tool: Pose } | null = null;

  return {
    joints: () => watch.of(joints),
    tool: () => {
      const found = watch.of(joints);
      if (found === null) return null;
      if (pose?.count !== watch.count) pose = { count: watch.count, tool: toolPose(chain, found.q) };
      return pose.tool;
    },
    width: () => {
      const found = watch.of(fingers);
      return found === null
        ? null
        : widthOf(opening, found.q.reduce((sum, each) => sum + each, 0) / found.q.length);
    },
    age: () => watch.age(),
    time: () => watch.time(),
    missing: () => watch.missing(),
    stamps: watch.stamps,
    close: () => watch.close(),
  };
}
