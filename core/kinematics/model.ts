/**
 * A robot as typed data: links with masses, joints with limits. Metres, radians, kilograms; inertias about the
 * link's centre of mass in link axes. The data says nothing of controllers or shapes.
 */
import type { Pose } from "../math/pose.js";
import type { Vec3 } from "../math/vec3.js";

/** A rigid body of a robot. */
export interface LinkModel {
  readonly name: string;
  /** kilograms */
  readonly mass: number;
  /** metres, link frame */
  readonly centreOfMass: Vec3;
  /** ixx iyy izz ixy ixz iyz, kg m², about the centre of mass */
  readonly inertia: readonly [number, number, number, number, number, number];
}

/** What connects two links, and how far it may go. */
export interface JointModel {
  readonly name: string;
  readonly type: "revolute" | "prismatic" | "fixed";
  readonly parent: string;
  readonly child: string;
  readonly parentFromJoint: Pose;
  /** unit vector in the joint's frame; ignored when fixed */
  readonly axis: Vec3;
  /** radians or metres, rad/s or m/s, N m or N */
  readonly limits: {
    readonly lower: number;
    readonly upper: number;
    readonly velocity: number;
    readonly effort: number;
  };
}

/** A tree of links and joints. */
export interface RobotModel {
  readonly name: string;
  readonly root: string;
  readonly links: readonly LinkModel[];
  readonly joints: readonly JointModel[];
}

/** Limits of a joint that does not move. */
export const NO_MOTION: JointModel["limits"] = { lower: 0, upper: 0, velocity: 0, effort: 0 };

/** What holds `child` where it is on `parent`. */
export const fixedJoint = (
  name: string,
  parent: string,
  child: string,
  parentFromJoint: Pose,
): JointModel => ({
  name,
  type: "fixed",
  parent,
  child,
  parentFromJoint,
  axis: [0, 0, 1],
  limits: NO_MOTION,
});

/** A link that is only a frame. */
export const massless = (name: string): LinkModel => ({
  name,
  mass: 0,
  centreOfMass: [0, 0, 0],
  inertia: [0, 0, 0, 0, 0, 0],
});
