/**
 * Universal Robots UR5e with a parallel gripper of the Robotiq 2F-85's stroke: kinematics, masses and limits of the
 * vendor's public description (UniversalRobots/Universal_Robots_ROS2_Description, BSD-3, config/ur5e), joint names
 * as its ROS 2 driver uses them. Base frame `base_link`, z up, x forward: what its controller calls `base` is turned
 * by π. A real robot's calibration differs by up to a millimetre.
 *
 * Stiffness of the servos is MuJoCo Menagerie's (google-deepmind/mujoco_menagerie, BSD-3); their damping is ours,
 * since its passive one would eat the effort of a fast move. The gripper is two sliding pads: the real linkage keeps
 * its tips parallel and moves them 13 mm outward as it closes, which is left out.
 */
import { fixedJoint, type JointModel, type LinkModel, type RobotModel } from "../kinematics/model.js";
import { fromRollPitchYaw } from "../math/quat.js";
import type { Vec3 } from "../math/vec3.js";
import type { ArmRobot } from "./arm.js";
import { UR5E_LOOK } from "./ur5e-look.js";

const HALF_PI = Math.PI / 2;
const TURN = 2 * Math.PI;

const link = (
  name: string,
  mass: number,
  centreOfMass: Vec3,
  x: number,
  y: number,
  z: number,
): LinkModel => ({
  name,
  mass,
  centreOfMass,
  inertia: [x, y, z, 0, 0, 0],
});

const joint = (
  name: string,
  parent: string,
  child: string,
  position: Vec3,
  rpy: Vec3,
  range: number,
  effort: number,
): JointModel => ({
  name,
  type: "revolute",
  parent,
  child,
  parentFromJoint: { position, orientation: fromRollPitchYaw(...rpy) },
  axis: [0, 0, 1],
  limits: { lower: -range, upper: range, velocity: Math.PI, effort },
});

const fixed = (name: string, parent: string, child: string, position: Vec3, rpy: Vec3): JointModel =>
  fixedJoint(name, parent, child, { position, orientation: fromRollPitchYaw(...rpy) });

/** Kinematics, masses and limits of the arm and its gripper. */
export const UR5E: RobotModel = {
  name: "ur5e",
  root: "base_link",
  links: [
    link("base_link_inertia", 4, [0, 0, 0], 0.0061, 0.0061, 0.0072),
    link("shoulder_link", 3.761, [0, -0.0019, -0.0256], 0.0103, 0.0103, 0.0067),
    link("upper_arm_link", 8.058, [-0.2125, 0, 0.1134], 0.0151, 0.134, 0.134),
    link("forearm_link", 2.846, [-0.2422, 0, 0.0265], 0.0041, 0.0312, 0.0312),
    link("wrist_1_link", 1.37, [0, -0.0163, -0.0018], 0.00256, 0.00256, 0.00219),
    link("wrist_2_link", 1.3, [0, 0.0163, -0.0018], 0.00256, 0.00256, 0.00219),
    link("wrist_3_link", 0.365, [0, 0, -0.0012], 0.000099, 0.000099, 0.00013),
    link("gripper_body", 0.9, [0, 0, 0.06], 0.0012, 0.0014, 0.0006),
  ],
  joints: [
    fixed("base_link-base_link_inertia", "base_link", "base_link_inertia", [0, 0, 0], [0, 0, Math.PI]),
    joint("shoulder_pan_joint", "base_link_inertia", "shoulder_link", [0, 0, 0.1625], [0, 0, 0], TURN, 150),
    joint("shoulder_lift_joint", "shoulder_link", "upper_arm_link", [0, 0, 0], [HALF_PI, 0, 0], TURN, 150),
    joint("elbow_joint", "upper_arm_link", "forearm_link", [-0.425, 0, 0], [0, 0, 0], Math.PI, 150),
    joint("wrist_1_joint", "forearm_link", "wrist_1_link", [-0.3922, 0, 0.1333], [0, 0, 0], TURN, 28),
    joint("wrist_2_joint", "wrist_1_link", "wrist_2_link", [0, -0.0997, 0], [HALF_PI, 0, 0], TURN, 28),
    joint("wrist_3_joint", "wrist_2_link", "wrist_3_link", [0, 0.0996, 0], [-HALF_PI, 0, 0], TURN, 28),
    fixed("wrist_3-tool0", "wrist_3_link", "tool0", [0, 0, 0], [0, 0, 0]),
    fixed("tool0-gripper_body", "tool0", "gripper_body", [0, 0, 0], [0, 0, 0]),
    // The middle of the pads is 149.3 mm from the flange; the tool stands 11 mm above their ends, as the Panda's does.
    fixed("gripper_body-tool", "gripper_body", "ur5e_tool", [0, 0, 0.1573], [0, 0, 0]),
  ],
};

/** The arm ready to be simulated. */
export const UR5E_ROBOT: ArmRobot = {
  name: "ur5e",
  title: "Universal Robots UR5e: 6 joints, parallel gripper of 85 mm",
  model: UR5E,
  tool: "ur5e_tool",
  home: [-0.26986, -1.54181, 1.8808, -1.90979, -HALF_PI, -1.84066],
  workspace: { low: [0.25, -0.45, 0.008], high: [0.75, 0.45, 0.6], yaw: 1.9 },
  gripper: {
    kind: "parallel",
    open: 0.085,
    force: 30,
    drive: {
      stiffness: 5000,
      damping: 100,
      side: 20_000,
      sideDamping: 0.7,
      mass: 0.1,
      inertia: 1e-3,
      friction: 0.8,
      speed: 0.075,
      open: 0.042,
      stop: 0.0425,
      grasp: 0.002,
      hysteresis: 0.2,
      palm: { half: [0.035, 0.07, 0.045], centre: [0, 0, -0.1] },
      round: 0.001,
      boxes: [
        { half: [0.005, 0.004, 0.0092], centre: [-0.006, 0.004, 0.0018] },
        { half: [0.005, 0.004, 0.0092], centre: [0.006, 0.004, 0.0018] },
        { half: [0.005, 0.004, 0.0092], centre: [-0.006, 0.004, -0.0174] },
        { half: [0.005, 0.004, 0.0092], centre: [0.006, 0.004, -0.0174] },
        { half: [0.0105, 0.006, 0.014], centre: [0, 0.014, -0.03] },
      ],
    },
  },
  drive: {
    stiffness: [3500, 3500, 3500, 3000, 3000, 3000],
    damping: [350, 350, 350, 100, 100, 100],
    friction: 1,
    armature: 0.1,
    shapes: [
      { joint: 1, centre: [-0.2125, 0, 0.138], axis: "x", half: 0.2125, radius: 0.055 },
      { joint: 2, centre: [-0.196, 0, 0.007], axis: "x", half: 0.196, radius: 0.045 },
      { joint: 3, centre: [0, 0, -0.03], axis: "z", half: 0.05, radius: 0.045 },
      { joint: 4, centre: [0, 0, -0.03], axis: "z", half: 0.04, radius: 0.045 },
      { joint: 5, centre: [0, 0, -0.03], axis: "z", half: 0.02, radius: 0.045 },
    ],
  },
  zone: {
    centre: [0.5, 0],
    range: [0.1, 0.1],
    apart: 0.1,
    tool: { centre: [0.5, 0, 0.2], range: 0.03 },
    lift: 0.2,
  },
  look: UR5E_LOOK,
  limits: ["the gripper's linkage is two sliding pads: its tips stay at one depth"],
};
