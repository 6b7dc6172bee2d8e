/**
 * Franka Panda (FER) with Franka Hand, as typed data: kinematics, masses and limits of the vendor's public
 * description (frankarobotics/franka_description, Apache-2.0, robots/fer), joint names as its ROS 2 drivers use
 * them. Base frame `panda_link0`, z up; the tool frame lies between the finger tips. No shapes, no gains.
 */
import { type Feature, GOAL_SLOTS, type GoalSlot } from "../contract.js";
import { fixedJoint, type JointModel, type LinkModel, type RobotModel } from "../kinematics/model.js";
import { conjugate, fromAxisAngle, fromRollPitchYaw, multiply, type Quat, yawOf } from "../math/quat.js";
import type { Vec3 } from "../math/vec3.js";

const HALF_PI = Math.PI / 2;

type InertiaRow = LinkModel["inertia"];
const link = (name: string, mass: number, centreOfMass: Vec3, inertia: InertiaRow): LinkModel => ({
  name,
  mass,
  centreOfMass,
  inertia,
});

const joint = (
  index: number,
  position: Vec3,
  roll: number,
  lower: number,
  upper: number,
  velocity: number,
  effort: number,
): JointModel => ({
  name: `panda_joint${index}`,
  type: "revolute",
  parent: `panda_link${index - 1}`,
  child: `panda_link${index}`,
  parentFromJoint: { position, orientation: fromRollPitchYaw(roll, 0, 0) },
  axis: [0, 0, 1],
  limits: { lower, upper, velocity, effort },
});

const fixed = (name: string, parent: string, child: string, position: Vec3, yaw: number): JointModel =>
  fixedJoint(name, parent, child, { position, orientation: fromRollPitchYaw(0, 0, yaw) });

/** Kinematics, masses and limits of the arm and its hand. */
export const PANDA: RobotModel = {
  name: "panda",
  root: "panda_link0",
  links: [
    link("panda_link0", 2.397, [-0.0172, 0.0004, 0.0745], [0.009, 0.0115, 0.0085, 0, 0.002, 0]),
    link("panda_link1", 2.791, [0.0003, -0.022, -0.0476], [0.01565, 0.0144, 0.005, 0, 0, -0.00248]),
    link("panda_link2", 2.542, [0.0004, -0.0921, 0.0191], [0.01662, 0.00463, 0.01545, 0, 0, 0.00356]),
    link(
      "panda_link3",
      2.251,
      [0.0515, 0.017, -0.0297],
      [0.00632, 0.00866, 0.00658, 0.00097, 0.00293, 0.00093],
    ),
    link(
      "panda_link4",
      2.204,
      [-0.0511, 0.0583, 0.017],
      [0.00785, 0.0065, 0.01003, -0.0034, 0.00159, -0.00181],
    ),
    link("panda_link5", 2.286, [-0.0001, 0.0373, -0.0928], [0.02297, 0.02095, 0.00431, 0, 0, 0.00382]),
    link("panda_link6", 1.353, [0.0657, -0.0037, 0.0015], [0.00088, 0.00278, 0.00287, -0.00021, -0.00012, 0]),
    link("panda_link7", 0.36, [0.0009, -0.0004, 0.0549], [0.0002, 0.00019, 0.00018, 0, 0, 0]),
    link("panda_hand", 0.654, [0, 0.0119, 0.0207], [0.00186, 0.0003, 0.00174, 0, 0, -0.00002]),
  ],
  joints: [
    joint(1, [0, 0, 0.333], 0, -2.8973, 2.8973, 2.175, 87),
    joint(2, [0, 0, 0], -HALF_PI, -1.7628, 1.7628, 2.175, 87),
    joint(3, [0, -0.316, 0], HALF_PI, -2.8973, 2.8973, 2.175, 87),
    joint(4, [0.0825, 0, 0], HALF_PI, -3.0718, -0.0698, 2.175, 87),
    joint(5, [-0.0825, 0.384, 0], -HALF_PI, -2.8973, 2.8973, 2.61, 12),
    joint(6, [0, 0, 0], HALF_PI, -0.0175, 3.7525, 2.61, 12),
    joint(7, [0.088, 0, 0], HALF_PI, -2.8973, 2.8973, 2.61, 12),
    fixed("panda_joint8", "panda_link7", "panda_link8", [0, 0, 0.107], 0),
    fixed("panda_hand_joint", "panda_link8", "panda_hand", [0, 0, 0], -Math.PI / 4),
    fixed("panda_hand_tcp_joint", "panda_hand", "panda_hand_tcp", [0, 0, 0.1034], 0),
  ],
};

/** The frame between the finger tips. */
export const PANDA_TOOL = "panda_hand_tcp";

/** Ready pose of the vendor's examples, rad: the tool points straight down with yaw 0. */
export const PANDA_READY: readonly number[] = [
  0,
  -Math.PI / 4,
  0,
  (-3 * Math.PI) / 4,
  0,
  HALF_PI,
  Math.PI / 4,
];

/** Franka Hand: opening between the pads (m), speed (m/s), force (N). */
export const FRANKA_HAND = {
  joints: ["panda_finger_joint1", "panda_finger_joint2"],
  open: 0.08,
  speed: 0.2,
  force: 30,
} as const;

/** base ← tool when it points straight down with yaw 0. */
export const TOOL_DOWN: Quat = [1, 0, 0, 0];

/** Orientation of a tool that points down, turned by `yaw` rad about the base's z. */
export const toolDown = (yaw: number): Quat => multiply(fromAxisAngle([0, 0, 1], yaw), TOOL_DOWN);

/** The yaw of a tool that points (about) down, rad. */
export const toolYaw = (baseFromTool: Quat): number => yawOf(multiply(baseFromTool, conjugate(TOOL_DOWN)));

/** Where the tool may be sent: metres in the base frame, radians of yaw. The table top is at z = 0. */
export const PANDA_WORKSPACE = {
  low: [0.25, -0.45, 0.008] as Vec3,
  high: [0.75, 0.45, 0.6] as Vec3,
  yaw: 1.9,
};

const XYZ = ["x", "y", "z"];
const XYZW = ["x", "y", "z", "w"];

/** The goal feature of how long a thing is, or how far it is open, for a task in which that decides what to do. */
export const measureGoal = (slot: GoalSlot, part: "size" | "opening"): Feature => ({
  name: `goal.${slot}.${part}`,
  names: part === "size" ? XYZ : ["x"],
  unit: "m",
  frame: null,
  limits: null,
  representation: { kind: "vector" },
  source: { kind: "scene", slot, part },
});

/** How the orientation of what a slot is bound to is shown; see `tableGoals`. */
export type SlotSymmetry = Readonly<Partial<Record<GoalSlot, number | null>>>;

/**
 * The goal features of the poses that slots are bound to, in the arm's base frame `frame`: the position, and where something
 * is to be grasped its orientation.
 * @param symmetry turns of 2π/n about z that cannot be told apart, null where the orientation is not shown; default 4
 *   (a cube) for targets, null for places
 */
export function tableGoals(
  slots: readonly GoalSlot[],
  symmetry: SlotSymmetry = {},
  frame: string = PANDA.root,
): Feature[] {
  return slots.flatMap((slot): Feature[] => {
    const position: Feature = {
      name: `goal.${slot}.position`,
      names: XYZ,
      unit: "m",
      frame,
      limits: null,
      representation: { kind: "position" },
      source: { kind: "scene", slot, part: "position" },
    };
    const turns = symmetry[slot] === undefined ? (slot.endsWith("target") ? 4 : null) : symmetry[slot];
    if (turns === null) return [position];
    return [
      position,
      {
        name: `goal.${slot}.orientation`,
        names: XYZW,
        unit: "1",
        frame,
        limits: null,
        representation: { kind: "quaternion", symmetry: turns },
        source: { kind: "scene", slot, part: "orientation" },
      },
    ];
  });
}

/** Everything a detection says of whatever a slot is bound to, in `frame`: what a driver offers. */
export const detectedGoals = (frame: string): Feature[] => [
  ...tableGoals(GOAL_SLOTS, {}, frame),
  ...GOAL_SLOTS.map((slot) => measureGoal(slot, "size")),
];
