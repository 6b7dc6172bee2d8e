/**
 * The messages that drivers and robots exchange, by their type names, and where each is read and built. Names and
 * units are those of the ROS definitions. Readers look fields up by name and ignore ones they do not know, so later
 * versions of a definition (control_msgs 6.3 adds `index` to feedback) do no harm.
 */
export type { Stamp } from "./message-fields.js";
export * from "./messages-arm.js";
export * from "./messages-base.js";
export * from "./messages-gripper.js";
export * from "./messages-scene.js";

/** Full type names, by what they carry. */
export const ROS_TYPE = {
  jointState: "sensor_msgs/msg/JointState",
  laserScan: "sensor_msgs/msg/LaserScan",
  imu: "sensor_msgs/msg/Imu",
  compressedImage: "sensor_msgs/msg/CompressedImage",
  image: "sensor_msgs/msg/Image",
  jointTrajectory: "trajectory_msgs/msg/JointTrajectory",
  controllerState: "control_msgs/msg/JointTrajectoryControllerState",
  followJointTrajectory: "control_msgs/action/FollowJointTrajectory",
  gripperCommand: "control_msgs/action/GripperCommand",
  parallelGripperCommand: "control_msgs/action/ParallelGripperCommand",
  twist: "geometry_msgs/msg/Twist",
  twistStamped: "geometry_msgs/msg/TwistStamped",
  poseWithCovariance: "geometry_msgs/msg/PoseWithCovarianceStamped",
  odometry: "nav_msgs/msg/Odometry",
  detections: "vision_msgs/msg/Detection3DArray",
  bool: "std_msgs/msg/Bool",
  string: "std_msgs/msg/String",
  trigger: "std_srvs/srv/Trigger",
} as const;
