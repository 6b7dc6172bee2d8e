/**
 * How the simulated Panda is driven and what it touches with. Servo gains, joint damping and armature are those
 * of MuJoCo Menagerie's Panda (google-deepmind/mujoco_menagerie, BSD-3); the outer shapes are capsules around
 * the links. Each shape stands in the frame of the joint that carries it. Kinematics and masses: `panda.ts`.
 */

import type { Contract, Feature } from "../contract.js";
import type { Vec3 } from "../math/vec3.js";
import { type ArmDrive, type ArmRobot, armContract } from "./arm.js";
import { FRANKA_HAND, PANDA, PANDA_READY, PANDA_TOOL, PANDA_WORKSPACE } from "./panda.js";

/** The Panda's. Stiffness and damping of joints 1-2, 3-4 and 5-7. */
export const PANDA_DRIVE: ArmDrive = {
  stiffness: [4500, 4500, 3500, 3500, 2000, 2000, 2000],
  damping: [450, 450, 350, 350, 200, 200, 200],
  friction: 1,
  armature: 0.1,
  shapes: [
    { joint: 2, centre: [0, 0, -0.145], axis: "z", half: 0.075, radius: 0.07 },
    { joint: 3, centre: [0, 0, 0], axis: "z", half: 0.06, radius: 0.07 },
    { joint: 4, centre: [0, 0, -0.26], axis: "z", half: 0.05, radius: 0.07 },
    { joint: 4, centre: [0, 0.07, -0.13], axis: "z", half: 0.07, radius: 0.05 },
    { joint: 5, centre: [0, 0, -0.03], axis: "z", half: 0.04, radius: 0.06 },
    { joint: 6, centre: [0, 0, 0.03], axis: "z", half: 0.03, radius: 0.06 },
  ],
};

/**
 * The Franka Hand as two dynamic fingers on springs. Mass and inertia are larger than the real 15 g, because the
 * engine's contact stiffness grows with mass: a model choice, not a measurement.
 */
export const HAND_DRIVE = {
  /** N/m and N s/m along the grip */
  stiffness: 5000,
  damping: 100,
  /** N/m across the grip, and the share of critical damping */
  side: 20_000,
  sideDamping: 0.7,
  /** kg, kg m² */
  mass: 0.1,
  inertia: 1e-3,
  friction: 0.8,
  /** m/s of one finger */
  speed: 0.1,
  /** m, of one finger: short of the stop at 40 mm, where limit and motor would fight */
  open: 0.0395,
  stop: 0.04,
  /** m: a width below this means "grasp", with the whole force whatever is in between */
  grasp: 0.002,
  /** share of the squeeze by which a held object may widen before the set-point follows */
  hysteresis: 0.2,
  /** hand: half extents, and centre before the flange, tool frame axes */
  palm: { half: [0.02, 0.1, 0.03] as Vec3, centre: [0, 0, -0.0734] as Vec3 },
  /** rounding of the pads' edges, m */
  round: 0.001,
  /** boxes of one finger: half extents and centre from the pad's centre; y outward, z to the tip, m */
  boxes: [
    { half: [0.005, 0.0075, 0.005], centre: [-0.006, 0.0075, -0.006] },
    { half: [0.005, 0.0075, 0.005], centre: [-0.006, 0.0075, 0.006] },
    { half: [0.005, 0.0075, 0.005], centre: [0.006, 0.0075, -0.006] },
    { half: [0.005, 0.0075, 0.005], centre: [0.006, 0.0075, 0.006] },
    { half: [0.0105, 0.005, 0.014], centre: [0, 0.011, -0.023] },
  ] as readonly { readonly half: Vec3; readonly centre: Vec3 }[],
} as const;

/** The Panda as an arm to be simulated. */
export const PANDA_ROBOT: ArmRobot = {
  name: "panda",
  title: "Franka Panda with Franka Hand: 7 joints, parallel gripper of 80 mm",
  model: PANDA,
  tool: PANDA_TOOL,
  home: PANDA_READY,
  workspace: PANDA_WORKSPACE,
  gripper: { kind: "parallel", open: FRANKA_HAND.open, force: FRANKA_HAND.force, drive: HAND_DRIVE },
  drive: PANDA_DRIVE,
  zone: {
    centre: [0.5, 0],
    range: [0.1, 0.1],
    apart: 0.1,
    tool: { centre: [0.5, 0, 0.2], range: 0.03 },
    lift: 0.2,
  },
  look: { kind: "grown", girth: 1, hand: "franka" },
  limits: [],
};

/** What a Panda shows and takes under `tool-pose` control at 20 Hz, with the given goal features. */
export const pandaContract = (
  task: string,
  goals: readonly Feature[],
  simulated: { readonly physics: number; readonly engine: Contract["engine"] } | null,
): Contract => armContract(PANDA_ROBOT, task, goals, simulated);
