/**
 * What the simulated arm sees of its gripper, whichever kind it is: fingers that are bodies of the engine, a width
 * that is wanted, and what they pull the arm with. `hand.ts` has fingers that slide, `jaw.ts` a jaw that turns.
 */
import type { RigidBody } from "@dimforge/rapier3d";
import { type ArmGripper, type Chain, impossible, type Vec3 } from "../../core/index.js";
import type { Dynamics } from "../dynamics.js";
import type { PhysicsWorld } from "../engine.js";
import type { StateReader, StateWriter } from "../state.js";
import { Hand } from "./hand.js";
import { Jaw } from "./jaw.js";

/** What may differ from the gripper's own drive. */
export interface HandOptions {
  /** N/m, sideways spring of the fingers; default the drive's `side`; softer for tight insertions */
  readonly fingerSide?: number;
  /** friction coefficient of the pads; default the drive's `friction` */
  readonly padFriction?: number;
}

/** A finger as a body of the engine. */
export interface Finger {
  readonly body: number;
  readonly colliders: readonly number[];
  rigid: RigidBody;
}

/** What the springs of a gripper carry at a moment. */
export interface Springs {
  /** N with which each finger is pressed open, towards +y and -y of the tool */
  readonly finger: readonly [number, number];
  /** N on the arm by both, base frame */
  readonly wrist: Vec3;
  /** N m on the arm by both about the origin of its last link, base frame */
  readonly torque: Vec3;
  /** the tool's y axis in the base frame */
  readonly axis: Vec3;
}

/** The gripper of an arm in a world. Step: `advance`, `addTorques`, then the world, then `read`. */
export interface Gripper {
  readonly fingers: readonly [Finger, Finger];
  /** N, base frame: what the fingers' springs pull the arm with, as a wrist sensor would say; a view */
  readonly pull: Float64Array;
  /** Opening between the pads, m. */
  width(): number;
  /** Newtons with which the drive squeezes. */
  squeeze(): number;
  /** @param width m between the pads, 0 to grasp; @param force N at most */
  aim(width: number, force: number): void;
  /** What its springs carry now. */
  springs(): Springs;
  /** The set-point of one physics step. */
  advance(): void;
  /** Reads the fingers after a step of the world, for the pose that the arm took in it. */
  read(): void;
  /** Adds to `out` the torques with which the fingers pull at the arm. */
  addTorques(out: Float64Array): void;
  /** After the world was restored. */
  attach(): void;
  save(out: StateWriter): void;
  load(state: StateReader): void;
}

/**
 * The gripper of that kind, on the arm's last link.
 * @param member which of several arms of the world it belongs to, see `SimulatedArm`
 */
export function createGripper(
  world: PhysicsWorld,
  chain: Chain,
  dynamics: Dynamics,
  last: RigidBody,
  gripper: ArmGripper,
  options: HandOptions,
  member: number | null = null,
): Gripper {
  switch (gripper.kind) {
    case "parallel":
      return new Hand(world, chain, dynamics, last, gripper.drive, gripper.force, options, member);
    case "jaw":
      return new Jaw(world, chain, dynamics, last, gripper.drive, gripper.force, options, member);
    default:
      return impossible(gripper);
  }
}
