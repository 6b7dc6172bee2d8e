/**
 * Facts of a robot: what conditions of skills are decided from, read off its newest observation and scene.
 * In the frame of the scene: the arm's base, or the map of a mobile base.
 */
import {
  armFoot,
  armsOf,
  compose,
  type Facts,
  nameOfArm,
  type Observation,
  type Pose,
  type Quat,
  type Robot,
  type ToolFacts,
  type Vec3,
} from "../core/index.js";

/** Null until the robot has been seen and something provides a scene. */
export function factsOf(robot: Robot): Facts | null {
  const sighting = robot.latest();
  const seen = robot.scene();
  if (sighting === null || seen === null) return null;
  const { observation } = sighting;
  const [first, ...others] = armsOf(robot.contract).flatMap((arm) => toolOf(observation, arm) ?? []);
  if (first !== undefined) return { scene: seen.scene, tool: first, otherTools: others, base: null };
  const reached = poseOf(observation, "observation.ee");
  const width = observation.values["observation.gripper.width"];
  const base = poseOf(observation, "observation.base");
  const lift = observation.values["observation.lift.height"];
  // An arm that is carried says where its tool is from its own foot.
  const tool =
    reached === null || base === null || lift === undefined
      ? reached
      : compose(armFoot(base, lift[0]!), reached);
  const twist = observation.values["observation.base.twist"];
  return {
    scene: seen.scene,
    tool: tool === null || width === undefined ? null : { pose: tool, gripperWidth: width[0]! },
    base: base === null || twist === undefined ? null : { pose: base, speed: Math.abs(twist[0]!) },
  };
}

/** The tool of one of several arms, null when the observation has none. */
function toolOf(observation: Observation, arm: string): ToolFacts | null {
  const pose = poseOf(observation, nameOfArm(arm, "observation.ee"));
  const width = observation.values[nameOfArm(arm, "observation.gripper.width")];
  return pose === null || width === undefined ? null : { pose, gripperWidth: width[0]! };
}

/** The pose in `<name>.position` and `<name>.orientation`, null when the observation has none. */
export function poseOf(observation: Observation, name: string): Pose | null {
  const position = observation.values[`${name}.position`];
  const orientation = observation.values[`${name}.orientation`];
  return position === undefined || orientation === undefined
    ? null
    : {
        position: [...position] as unknown as Vec3,
        orientation: [...orientation] as unknown as Quat,
      };
}
