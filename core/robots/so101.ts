/**
 * SO-101, the open hobby arm (TheRobotStudio/SO-ARM100, Apache-2.0: Simulation/SO101, new calibration), with joint
 * names as LeRobot uses them: five joints and a jaw that turns against a fixed one. Base frame `base`, z up, x
 * forward. Zero is the middle of each joint's range: upper arm up, forearm and gripper forward.
 *
 * Servo gains: sources disagree by a factor of 56 (kp 17.8 to 998 N m/rad for the same servo). Their geometric mean,
 * 130, with about critical damping, sags by a quarter of a degree under its own weight; like the real ones, the
 * servos know nothing of gravity. Losses and armature are the source's; effort is the stall torque at 12 V. What
 * the pads look like to the engine is ours, sized after the tips of the SO-100.
 */
import { fixedJoint, type JointModel, type LinkModel, type RobotModel } from "../kinematics/model.js";
import { fromRollPitchYaw, type Quat } from "../math/quat.js";
import type { Vec3 } from "../math/vec3.js";
import type { ArmRobot } from "./arm.js";
import { SO101_LOOK } from "./so101-look.js";

const HALF_PI = Math.PI / 2;
const DEGREE = Math.PI / 180;
/** rad/s without load, and N m at stall, of a 12 V STS3215 */
const SPEED = 4.7;
const STALL = 2.94;

const link = (
  name: string,
  mass: number,
  centreOfMass: Vec3,
  tenMicro: readonly [number, number, number, number, number, number],
): LinkModel => ({
  name,
  mass,
  centreOfMass,
  inertia: tenMicro.map((value) => value * 1e-5) as unknown as LinkModel["inertia"],
});

const joint = (
  name: string,
  parent: string,
  child: string,
  position: Vec3,
  rpy: Vec3,
  lower: number,
  upper: number,
): JointModel => ({
  name,
  type: "revolute",
  parent,
  child,
  parentFromJoint: { position, orientation: fromRollPitchYaw(...rpy) },
  axis: [0, 0, 1],
  limits: { lower, upper, velocity: SPEED, effort: STALL },
});

/** gripper ← tool: y towards the moving jaw, z out of the hand */
const TOOL_TURN: Quat = [Math.SQRT1_2, Math.SQRT1_2, 0, 0];
/**
 * Where the tool stands on the gripper, m: 11 mm above the tips, and 30 mm off the fixed jaw's face: a cube of 4 cm
 * below it has a centimetre of room, and the jaw pushes it against the fixed one as it closes.
 */
const TOOL_AT: Vec3 = [0.0219, -0.0002, -0.09];
/** Kinematics, masses and limits of the five joints; the jaw is in `SO101_ROBOT.gripper`. */
export const SO101: RobotModel = {
  name: "so101",
  root: "base",
  links: [
    link("base", 0.147, [0.0137, 0, 0.0335], [11.5, 13.6, 13, 0, 0.5, 0]),
    link("shoulder", 0.1, [-0.0308, 0, -0.0253], [8.4, 8.1, 2.4, 0, -0.1, 0]),
    link("upper_arm", 0.103, [-0.0898, -0.0084, 0.0184], [4.1, 14.7, 14.2, -2, 0, 0]),
    link("lower_arm", 0.104, [-0.0981, 0.0032, 0.0183], [2.9, 16, 14.5, 0.7, 0.1, 0]),
    link("wrist", 0.079, [-0.0001, -0.0386, 0.0281], [3.7, 2.5, 2.1, 0, 0, 0.4]),
    link("gripper", 0.087, [0.0002, 0.0002, -0.0252], [2.8, 4.3, 3.5, 0, -0.6, 0]),
    // Its weight counts where it hangs; as a part that moves it is the gripper's.
    link("moving_jaw", 0.012, [-0.0016, -0.03, 0.0193], [0.66, 0.19, 0.53, 0, 0, 0]),
  ],
  joints: [
    joint(
      "shoulder_pan",
      "base",
      "shoulder",
      [0.0388353, 0, 0.0624],
      [Math.PI, 0, -Math.PI],
      -1.91986,
      1.91986,
    ),
    joint(
      "shoulder_lift",
      "shoulder",
      "upper_arm",
      [-0.0303992, -0.0182778, -0.0542],
      [-HALF_PI, -HALF_PI, 0],
      -1.74533,
      1.74533,
    ),
    joint("elbow_flex", "upper_arm", "lower_arm", [-0.11257, -0.028, 0], [0, 0, HALF_PI], -1.69, 1.69),
    joint("wrist_flex", "lower_arm", "wrist", [-0.1349, 0.0052, 0], [0, 0, -HALF_PI], -1.65806, 1.65806),
    joint(
      "wrist_roll",
      "wrist",
      "gripper",
      [0, -0.0611, 0.0181],
      [HALF_PI, 0.0486795, Math.PI],
      -2.74385,
      2.84121,
    ),
    fixedJoint("moving_jaw_mount", "gripper", "moving_jaw", {
      position: [0.0202, 0.0188, -0.0234],
      orientation: fromRollPitchYaw(HALF_PI, 0, 0),
    }),
    fixedJoint("gripper_frame_joint", "gripper", "gripper_frame", {
      position: [-0.0079, -0.000218121, -0.0981274],
      orientation: fromRollPitchYaw(0, Math.PI, 0),
    }),
    fixedJoint("tool_joint", "gripper", "so101_tool", { position: TOOL_AT, orientation: TOOL_TURN }),
  ],
};

/** The arm ready to be simulated. */
export const SO101_ROBOT: ArmRobot = {
  name: "so101",
  title: "SO-101: 5 joints, one jaw that turns against a fixed one",
  model: SO101,
  tool: "so101_tool",
  home: [-0.00292, -0.55659, 0.67573, 1.45166, 0.04576],
  workspace: { low: [0.14, -0.15, 0.008], high: [0.27, 0.15, 0.088], yaw: 1.2, yawCentre: HALF_PI },
  gripper: {
    kind: "jaw",
    open: 0.08,
    force: 8,
    drive: {
      side: 5000,
      sideDamping: 0.7,
      mass: 0.1,
      inertia: 1e-3,
      friction: 0.8,
      grasp: 0.002,
      hysteresis: 0.2,
      palm: { half: [0.022, 0.03, 0.025], centre: [0, -0.0215, -0.075] },
      round: 0.001,
      pivot: [0.019, -0.0017, -0.0666],
      axis: [-1, 0, 0],
      tip: [-0.019, -0.0113, 0.077],
      face: -0.03,
      shut: -10 * DEGREE,
      wide: 100 * DEGREE,
      speed: 3,
      moving: [
        { half: [0.0035, 0.003, 0.0105], centre: [-0.0235, -0.0083, 0.046] },
        { half: [0.0035, 0.003, 0.0105], centre: [-0.0145, -0.0083, 0.046] },
        { half: [0.0035, 0.003, 0.0105], centre: [-0.0235, -0.0083, 0.0665] },
        { half: [0.0035, 0.003, 0.0105], centre: [-0.0145, -0.0083, 0.0665] },
      ],
      fixed: [
        { half: [0.005, 0.003, 0.011], centre: [-0.006, -0.033, 0] },
        { half: [0.005, 0.003, 0.011], centre: [0.006, -0.033, 0] },
        { half: [0.005, 0.003, 0.011], centre: [-0.006, -0.033, -0.022] },
        { half: [0.005, 0.003, 0.011], centre: [0.006, -0.033, -0.022] },
      ],
    },
  },
  drive: {
    stiffness: [130, 130, 130, 130, 130],
    damping: [5.5, 5, 4.5, 3.5, 3.5],
    friction: 0.6,
    armature: 0.028,
    gravity: "felt",
    shapes: [
      { joint: 1, centre: [-0.056, -0.014, 0.018], axis: "x", half: 0.05, radius: 0.022 },
      { joint: 2, centre: [-0.067, 0.0026, 0.018], axis: "x", half: 0.06, radius: 0.022 },
      { joint: 3, centre: [0, -0.03, 0.018], axis: "y", half: 0.02, radius: 0.022 },
    ],
  },
  zone: {
    centre: [0.2, 0],
    range: [0.035, 0.075],
    apart: 0.075,
    tool: { centre: [0.2, 0, 0.068], range: 0.01 },
    lift: 0.075,
  },
  look: SO101_LOOK,
  limits: [
    "the wrist bends 95 degrees: the tool points straight down only below 8 cm and 0.14 to 0.26 m from the base; five joints leave no tilt sideways",
    "friction of the gears is viscous here; their backlash of up to half a degree is left out",
  ],
};
