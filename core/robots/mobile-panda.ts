/**
 * A mobile manipulator as typed data: a differential-drive base, a lift on it, and a Franka Panda with its hand on the
 * lift's carriage. Base and lift are of the Fetch robot's class: masses, inertias, wheels, stroke, speed and effort
 * of its lift are from its public description (ZebraDevs/fetch_ros, fetch_description/robots/fetch.urdf, BSD-3); the
 * arm is `panda.ts`. Ours, since no such robot is sold as one: where the arm stands on the carriage, the round hull,
 * the limits of driving (below the 0.96 m/s of Fetch's wheels), the gains of the lift's servo.
 *
 * The model's root is `map`: its first three joints (x, y, yaw) are where the base stands, then come the lift and the
 * arm. Frames: `base_link` between the wheels on the floor, x forward, z up; `panda_link0`, the arm's foot, rises
 * with the lift. Metres, radians, kilograms, newtons.
 */
import type { Contract, Feature } from "../contract.js";
import { fixedJoint, type JointModel, type RobotModel } from "../kinematics/model.js";
import { cos, sin } from "../math/elementary.js";
import { compose, type Pose } from "../math/pose.js";
import { IDENTITY_QUAT } from "../math/quat.js";
import type { Vec3 } from "../math/vec3.js";
import { type ArmRobot, armContract, type LinkShape } from "./arm.js";
import { BASE_OBSERVATIONS } from "./mobile-base.js";
import { PANDA, PANDA_READY } from "./panda.js";
import { PANDA_DRIVE, PANDA_ROBOT } from "./panda-drive.js";

/** Sizes, limits and places of the base and the lift. */
export const MOBILE_BASE = {
  /** m, of the round hull; it ends `gap` above the floor */
  radius: 0.28,
  height: 0.35,
  gap: 0.05,
  wheelRadius: 0.0553,
  wheelSeparation: 0.3748,
  limits: {
    /** m/s, forward and backward */
    forward: 0.6,
    backward: 0.3,
    /** rad/s */
    turn: 1.2,
    /** m/s² and rad/s² */
    acceleration: 0.6,
    turnAcceleration: 2,
  },
  lift: {
    /** m above its lowest */
    high: 0.38615,
    /** m/s */
    speed: 0.1,
    /** `base_link` ← the joint at height 0 */
    at: [-0.086875, 0, 0.37743] as Vec3,
    /** N/m and N s/m of its servo, kg of its drive as seen by it, N s/m of loss */
    stiffness: 60_000,
    damping: 6000,
    armature: 10,
    friction: 100,
  },
  /** carriage ← `panda_link0` */
  arm: [0.186875, 0, 0.03] as Vec3,
} as const;

/** How many joints of the model are where the base stands: x, y, yaw. */
export const BASE_JOINTS = 3;

/** m: how high the arm's foot stands above the floor when the lift is at 0. */
export const ARM_FOOT = MOBILE_BASE.lift.at[2] + MOBILE_BASE.arm[2];

/** map ← `panda_link0` of a base that stands there with its lift at that height, m. */
export const armFoot = (base: Pose, lift: number): Pose =>
  compose(base, {
    position: [MOBILE_BASE.lift.at[0] + MOBILE_BASE.arm[0], 0, ARM_FOOT + lift],
    orientation: IDENTITY_QUAT,
  });

/** What the joint of the lift is called, in the model and in states: before the arm's. */
export const LIFT_JOINT = "lift_joint";

/** How many of the joints of a state come before those of the arm: the lift that carries it. */
export const carriedBy = (joints: readonly string[]): number => Number(joints[0] === LIFT_JOINT);

const FREE = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY } as const;
/** Nothing here drives the base by a force; a chain wants a limit of effort for every joint. */
const UNUSED_EFFORT = 1;

const planar = (name: string, parent: string, child: string, axis: Vec3, turns: boolean): JointModel => ({
  name,
  type: turns ? "revolute" : "prismatic",
  parent,
  child,
  parentFromJoint: { position: [0, 0, 0], orientation: IDENTITY_QUAT },
  axis,
  limits: {
    ...FREE,
    velocity: turns ? MOBILE_BASE.limits.turn : MOBILE_BASE.limits.forward,
    effort: UNUSED_EFFORT,
  },
});

const MODEL: RobotModel = {
  name: "mobile-panda",
  root: "map",
  links: [
    {
      name: "base_link",
      // With both wheels, which turn but do not leave it.
      mass: 70.1294 + 2 * 4.3542,
      centreOfMass: [-0.0036, 0, 0.0014],
      inertia: [1.225, 1.2853, 0.987, 0.0099, 0.0062, -0.0034],
    },
    {
      name: "lift_link",
      mass: 10.7796,
      // Fetch's torso carries a head; a carriage ends at the arm's foot.
      centreOfMass: [0.05, 0, -0.1],
      inertia: [0.3354, 0.3354, 0.0954, 0, -0.0162, -0.0006],
    },
    ...PANDA.links,
  ],
  joints: [
    planar("base_x", "map", "base_at_x", [1, 0, 0], false),
    planar("base_y", "base_at_x", "base_at_y", [0, 1, 0], false),
    planar("base_yaw", "base_at_y", "base_link", [0, 0, 1], true),
    {
      name: LIFT_JOINT,
      type: "prismatic",
      parent: "base_link",
      child: "lift_link",
      parentFromJoint: { position: MOBILE_BASE.lift.at, orientation: IDENTITY_QUAT },
      axis: [0, 0, 1],
      limits: { lower: 0, upper: MOBILE_BASE.lift.high, velocity: MOBILE_BASE.lift.speed, effort: 450 },
    },
    fixedJoint("arm_mount", "lift_link", PANDA.root, {
      position: MOBILE_BASE.arm,
      orientation: IDENTITY_QUAT,
    }),
    ...PANDA.joints,
  ],
};

/** Corners of the base's hull around its axis. */
const CORNERS = 24;

function hull(): LinkShape {
  const { radius, gap, height } = MOBILE_BASE;
  const points = Array.from({ length: CORNERS }, (_, i) => (2 * Math.PI * i) / CORNERS).flatMap((angle) =>
    [gap, height].flatMap((z) => [radius * cos(angle), radius * sin(angle), z]),
  );
  return { joint: BASE_JOINTS - 1, points };
}

const before = (own: readonly number[], of: number | readonly number[]): number[] => [
  0,
  0,
  0,
  ...own,
  ...(typeof of === "number" ? PANDA_READY.map(() => of) : of),
];

/** Where the tool may be sent in `panda_link0`: what the tables' heights and the lift's stroke ask for. */
const WORKSPACE = { low: [0.3, -0.3, -0.03] as Vec3, high: [0.7, 0.3, 0.5] as Vec3, yaw: 1.9 };

const { lift } = MOBILE_BASE;

/** Base, lift and arm as one chain to be simulated; base joints are moved from outside, see `SimulatedArm`. */
export const MOBILE_PANDA: ArmRobot = {
  ...PANDA_ROBOT,
  name: "mobile-panda",
  title: "Franka Panda on a lift on a differential-drive base of the Fetch robot's class",
  model: MODEL,
  home: [0, 0, 0, 0, ...PANDA_READY],
  workspace: WORKSPACE,
  drive: {
    stiffness: before([lift.stiffness], PANDA_DRIVE.stiffness),
    damping: before([lift.damping], PANDA_DRIVE.damping),
    friction: before([lift.friction], PANDA_DRIVE.friction),
    armature: before([lift.armature], PANDA_DRIVE.armature),
    shapes: [
      hull(),
      // The column between the hull and the arm's foot.
      { joint: BASE_JOINTS, centre: [0.1, 0, -0.06], axis: "z", half: 0.06, radius: 0.08 },
      ...PANDA_DRIVE.shapes.map((shape) => ({ ...shape, joint: shape.joint + BASE_JOINTS + 1 })),
    ],
  },
  limits: ["what the arm does to the base (recoil, tipping, slip of the wheels) is left out"],
};

/** The arm of the mobile manipulator alone, as it stands on the carriage: what solves its tool's poses. */
export const CARRIED_PANDA: ArmRobot = { ...PANDA_ROBOT, workspace: WORKSPACE };

/**
 * What a mobile manipulator shows and takes under `mobile-manipulation` control at 20 Hz. The base's pose is that of
 * its wheels' odometry in the map; tool poses are in `panda_link0`; goals come from the scene, in the map.
 */
export function mobilePandaContract(
  task: string,
  goals: readonly Feature[],
  simulated: { readonly physics: number; readonly engine: Contract["engine"] } | null,
): Contract {
  const arm = armContract(CARRIED_PANDA, task, goals, simulated);
  const { limits } = MOBILE_BASE;
  const measured = { kind: "proprioception" } as const;
  const commanded = { kind: "command" } as const;
  const twist = (name: string, axis: string, unit: Feature["unit"], low: number, high: number): Feature => ({
    name,
    names: [axis],
    unit,
    frame: "base_link",
    limits: { low: [low], high: [high] },
    representation: { kind: "vector" },
    source: commanded,
  });
  return {
    ...arm,
    robot: MOBILE_PANDA.name,
    control: "mobile-manipulation",
    observations: [
      ...BASE_OBSERVATIONS,
      {
        name: "observation.lift.height",
        names: ["height"],
        unit: "m",
        frame: "base_link",
        limits: { low: [0], high: [lift.high] },
        representation: { kind: "vector" },
        source: measured,
      },
      ...arm.observations,
    ],
    actions: [
      twist("action.base.linear", "x", "m/s", -limits.backward, limits.forward),
      twist("action.base.angular", "z", "rad/s", -limits.turn, limits.turn),
      {
        name: "action.lift.height",
        names: ["height"],
        unit: "m",
        frame: "base_link",
        limits: { low: [0], high: [lift.high] },
        representation: { kind: "position" },
        source: commanded,
      },
      ...arm.actions,
    ],
  };
}
