/**
 * The profiles of the house's robots, as data: each as its public ROS 2 driver names things, and how else its gripper may
 * be reached. A robot that names them otherwise is told by options, or by a file.
 *
 * Panda: the vendor's MoveIt configuration (moveit_resources panda_moveit_config). UR5e: ur_controllers.yaml of
 * UniversalRobots/Universal_Robots_ROS2_Driver, its default controller; the Robotiq 2F-85 on it: robotiq_controllers.yaml
 * and 2f_85.ros2_control.xacro of PickNikRobotics/ros2_robotiq_gripper, with the prefix `robotiq_85_` that Kinova's and
 * others' descriptions give it. SO-101 has no vendor's driver: one `joint_trajectory_controller` over arm and jaw as in
 * JafarAbdi/ros2_so_arm100 (ros2_controllers.yaml), joints as LeRobot and nimiCurtis/so101_ros2 name them. Skid-steer:
 * Clearpath's platform and sensors API (docs.clearpathrobotics.com), without the namespace of one robot.
 */
import {
  type ArmRobot,
  armChain,
  FRANKA_HAND,
  IDENTITY_POSE,
  MOBILE_PANDA,
  PANDA_ROBOT,
  type Pose,
  SO101_ROBOT,
  UR5E_ROBOT,
} from "../../core/index.js";
import { type Opening, openingOf } from "./opening.js";
import type { ArmProfile, BaseProfile, MobileProfile, Profile } from "./profile.js";

/** What an arm's profile may say otherwise. */
export type ArmProfileOptions = Partial<Omit<ArmProfile, "kind" | "version">>;
/** What a base's profile may say otherwise. */
export type BaseProfileOptions = Partial<Omit<BaseProfile, "kind" | "version">>;

/** rad that servos which feel gravity may rest off: an SO-101's own weight at the softest of its published gains, twice. */
const DROOP = 0.1;

/**
 * Of any arm whose driver names things as ros2_control's examples do: its joints by the names of its description, a
 * `joint_trajectory_controller`, a `gripper_controller` of one joint called `gripper`.
 */
export function armProfile(arm: ArmRobot, options: ArmProfileOptions = {}): ArmProfile {
  return {
    kind: "arm",
    version: 2,
    name: arm.name,
    joints: {
      topic: "/joint_states",
      names: Object.fromEntries(armChain(arm).names.map((name) => [name, name])),
      fingers: ["gripper"],
      opening: pairs(openingOf(arm.gripper)),
      droop: arm.drive.gravity === "felt" ? DROOP : 0,
    },
    arm: { via: "topic", topic: "/joint_trajectory_controller/joint_trajectory" },
    gripper: {
      via: "gripper-command",
      action: "/gripper_controller/gripper_cmd",
      effort: arm.gripper.force,
    },
    detections: { topic: "/detections", frame: arm.model.root, poseOfFrame: plainPose(IDENTITY_POSE) },
    stop: { lock: "/stop_lock", service: "/stop" },
    lease: `/${arm.name.replace(/[^A-Za-z0-9_]/g, "_")}/command_lease`,
    ...options,
  };
}

/** A Panda behind ros2_control. */
export const pandaProfile = (options: ArmProfileOptions = {}): ArmProfile =>
  armProfile(PANDA_ROBOT, {
    joints: { ...armProfile(PANDA_ROBOT).joints, fingers: [...FRANKA_HAND.joints] },
    arm: { via: "topic", topic: "/panda_arm_controller/joint_trajectory" },
    gripper: { via: "gripper-command", action: "/panda_gripper/gripper_cmd", effort: FRANKA_HAND.force },
    ...options,
  });

/** A Panda's gripper by a trajectory on a topic: for bridges that know no actions (ros2-web-bridge). */
export const GRIPPER_BY_TOPIC: ArmProfile["gripper"] = {
  via: "trajectory",
  topic: "/panda_hand_controller/joint_trajectory",
  joints: [...FRANKA_HAND.joints],
  seconds: 0.1,
};

/** A Panda's gripper by the newer action, the only one from ROS 2 Kilted on. */
export const GRIPPER_PARALLEL: ArmProfile["gripper"] = {
  via: "parallel-gripper",
  action: "/panda_parallel_gripper/gripper_cmd",
  joint: FRANKA_HAND.joints[0],
  effort: FRANKA_HAND.force,
};

const KNUCKLE = "robotiq_85_left_knuckle_joint";
/** The knuckle's angle by its linkage (the tips stay parallel); what the driver calls closed is 0.7929. */
const ROBOTIQ_85: Opening = [
  [0, 0.7929],
  [0.0228, 0.6],
  [0.0452, 0.4],
  [0.0661, 0.2],
  [0.085, 0],
];

/** A UR5e behind its vendor's driver, with a Robotiq 2F-85. */
export const ur5eProfile = (options: ArmProfileOptions = {}): ArmProfile =>
  armProfile(UR5E_ROBOT, {
    joints: { ...armProfile(UR5E_ROBOT).joints, fingers: [KNUCKLE], opening: pairs(ROBOTIQ_85) },
    arm: { via: "topic", topic: "/scaled_joint_trajectory_controller/joint_trajectory" },
    gripper: {
      via: "gripper-command",
      action: "/robotiq_gripper_controller/gripper_cmd",
      effort: UR5E_ROBOT.gripper.force,
    },
    ...options,
  });

/** How else a UR5e's gripper may be reached: the newer action, and a trajectory on a topic. */
export const ROBOTIQ_OTHERWISE: readonly ArmProfile["gripper"][] = [
  {
    via: "parallel-gripper",
    action: "/robotiq_parallel_gripper_controller/gripper_cmd",
    joint: KNUCKLE,
    effort: UR5E_ROBOT.gripper.force,
  },
  {
    via: "trajectory",
    topic: "/robotiq_trajectory_controller/joint_trajectory",
    joints: [KNUCKLE],
    seconds: 0.1,
  },
];

/** rad/s at which the jaw is sent: below what its servo does without load, so that it follows. */
const JAW_SPEED = 3;

/** An SO-101 behind one controller of six joints: the jaw is the last of them. */
export const so101Profile = (options: ArmProfileOptions = {}): ArmProfile =>
  armProfile(SO101_ROBOT, { gripper: { via: "with-arm", joint: "gripper", speed: JAW_SPEED }, ...options });

/** A differential-drive base under Nav2's usual names. */
export function diffDriveProfile(options: BaseProfileOptions = {}): BaseProfile {
  return {
    kind: "base",
    version: 2,
    name: "diff-drive",
    command: { topic: "/cmd_vel", type: "geometry_msgs/msg/TwistStamped", frame: "base_link" },
    odometry: "/odom",
    imu: null,
    mapPose: "/amcl_pose",
    scan: { topic: "/scan", mount: { x: 0, y: 0, yaw: 0 }, missing: "free" },
    detections: { topic: "/places", frame: "map", poseOfFrame: plainPose(IDENTITY_POSE) },
    stop: { lock: "/stop_lock", service: "/stop" },
    lease: "/diff_drive/command_lease",
    ...options,
  };
}

/** A skid-steer base under the names of Clearpath's platforms, with a laser and an inertial sensor. */
export const skidSteerProfile = (options: BaseProfileOptions = {}): BaseProfile =>
  diffDriveProfile({
    name: "skid-steer",
    odometry: "/platform/odom",
    imu: { topic: "/sensors/imu_0/data", mount: [0, 0, 0, 1] },
    scan: { topic: "/sensors/lidar2d_0/scan", mount: { x: 0, y: 0, yaw: 0 }, missing: "free" },
    lease: "/skid_steer/command_lease",
    ...options,
  });

/** What a mobile manipulator's profile may say otherwise. */
export type MobileProfileOptions = Partial<Omit<MobileProfile, "kind" | "version">>;

/**
 * The mobile manipulator of the house: a base under Nav2's usual names that counts its wheels from where it began, a Panda
 * behind ros2_control, a lift behind a trajectory controller of its own, things seen in the frame of the odometry. No such
 * robot is sold as one.
 */
export function mobilePandaProfile(options: MobileProfileOptions = {}): MobileProfile {
  const { command, odometry, imu, stop } = diffDriveProfile();
  const { joints, arm, gripper } = pandaProfile();
  return {
    kind: "mobile",
    version: 2,
    name: MOBILE_PANDA.name,
    command,
    odometry,
    imu,
    mapPose: null,
    scan: null,
    joints,
    arm,
    gripper,
    lift: { topic: "/lift_controller/joint_trajectory", joint: "lift_joint" },
    detections: { topic: "/detections", frame: "map", poseOfFrame: plainPose(IDENTITY_POSE) },
    stop,
    lease: "/mobile_panda/command_lease",
    ...options,
  };
}

const pairs = (opening: Opening): [number, number][] => opening.map(([width, position]) => [width, position]);

function plainPose({ position, orientation }: Pose): NonNullable<Profile["detections"]>["poseOfFrame"] {
  return { position: [...position], orientation: [...orientation] };
}
