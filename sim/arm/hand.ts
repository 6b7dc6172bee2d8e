/**
 * The gripper of a simulated arm: two dynamic fingers that hang on the last link by springs. Along the grip they
 * follow one force-limited set-point, across it they are held by a stiff spring; what the springs carry is what
 * the arm feels. Tool frame: y is the opening direction, z points out of the hand. Metres, newtons, seconds.
 * Friction holds things; nothing is ever glued.
 */
import type { RigidBody } from "@dimforge/rapier3d";
import {
  type Chain,
  cross,
  type ParallelDrive,
  poseAt,
  type Quat,
  rotate,
  subtract,
  type Vec3,
} from "../../core/index.js";
import type { Dynamics } from "../dynamics.js";
import { type PhysicsWorld, rapier } from "../engine.js";
import type { StateReader, StateWriter } from "../state.js";
import type { Finger, Gripper, HandOptions, Springs } from "./gripper.js";

interface Slider extends Finger {
  /** +1 left, -1 right: along the tool's y */
  readonly side: 1 | -1;
  readonly joint: number;
  /** m from the closed position */
  opening: number;
}

/** The two fingers of an arm in a world. */
export class Hand implements Gripper {
  readonly fingers: readonly [Slider, Slider];
  /** N, base frame: what the fingers' springs pull the arm with, as a wrist sensor would say; a view */
  readonly pull = new Float64Array(3);
  private readonly side: number;
  /** common set-point of both fingers, what is wanted of it (m), and the force (N) */
  private grip: number;
  private wanted: number;
  /** the set-point that the engine's motors have */
  private motor = Number.NaN;
  /** the tool's y axis in the base frame, of this step */
  private readonly axis = new Float64Array(3);
  private readonly scratch = { x: 0, y: 0, z: 0 };

  constructor(
    private readonly world: PhysicsWorld,
    private readonly chain: Chain,
    private readonly dynamics: Dynamics,
    last: RigidBody,
    private readonly drive: ParallelDrive,
    private force: number,
    options: HandOptions,
    private readonly member: number | null,
  ) {
    this.grip = drive.open;
    this.wanted = drive.open;
    this.side = options.fingerSide ?? drive.side;
    const friction = options.padFriction ?? drive.friction;
    this.fingers = [this.build(1, last, friction), this.build(-1, last, friction)];
    this.setMotors();
  }

  /** Opening between the pads, m. */
  width(): number {
    return this.fingers[0].opening + this.fingers[1].opening;
  }

  /** Newtons with which the drive squeezes. */
  squeeze(): number {
    return Math.max(0, this.drive.stiffness * (this.width() / 2 - this.grip));
  }

  /** @param width m between the pads, 0 to grasp; @param force N at most */
  aim(width: number, force: number): void {
    this.force = force;
    this.wanted =
      width < this.drive.grasp
        ? -force / this.drive.stiffness
        : Math.min(this.drive.open, Math.max(0, width / 2));
  }

  /**
   * Both fingers follow one set-point: two motors that saturate on their own would hold an object between them
   * without any stiffness sideways. It stays at most force / stiffness inside what is held.
   */
  advance(): void {
    const step = this.drive.speed * this.world.dt;
    const depth = this.force / this.drive.stiffness;
    const floor = this.width() / 2 - depth;
    const goal = Math.max(this.wanted, floor);
    if (this.grip > goal) this.grip = Math.max(goal, this.grip - step);
    else if (goal > floor || this.grip < floor - this.drive.hysteresis * depth)
      this.grip = Math.min(goal, this.grip + step);
    if (this.grip !== this.motor) this.setMotors();
  }

  /** Reads the fingers after a step of the world, for the pose that the arm took in it. */
  read(): void {
    this.readAxis();
    for (const finger of this.fingers) finger.opening = finger.side * this.along(finger);
  }

  /** Adds to `out` the torques with which the fingers pull at the arm. */
  addTorques(out: Float64Array): void {
    this.readAxis();
    const { frames, n } = this.dynamics;
    const tool = n * 7;
    const [yx, yy, yz] = this.axis as unknown as [number, number, number];
    this.pull.fill(0);
    for (const finger of this.fingers) {
      const along = this.along(finger);
      const p = this.scratch;
      const excess = this.drive.stiffness * (along - finger.side * this.grip) - this.side * along;
      const fx = this.side * (p.x - frames[tool]!) + excess * yx;
      const fy = this.side * (p.y - frames[tool + 1]!) + excess * yy;
      const fz = this.side * (p.z - frames[tool + 2]!) + excess * yz;
      this.dynamics.addForce(n - 1, p.x, p.y, p.z, fx, fy, fz, out);
      this.pull[0]! += fx;
      this.pull[1]! += fy;
      this.pull[2]! += fz;
    }
  }

  springs(): Springs {
    this.readAxis();
    const { frames, n } = this.dynamics;
    const tool = n * 7;
    const axis: Vec3 = [this.axis[0]!, this.axis[1]!, this.axis[2]!];
    const wrist: [number, number, number] = [0, 0, 0];
    const torque: [number, number, number] = [0, 0, 0];
    const last = poseAt(frames, n - 1).position;
    const [left, right] = this.fingers.map((finger) => {
      const along = this.along(finger);
      const { x, y, z } = this.scratch;
      const grip = this.drive.stiffness * (along - finger.side * this.grip);
      const force = [x, y, z].map((p, k) => {
        const across = p - frames[tool + k]! - along * axis[k]!;
        return this.side * across + grip * axis[k]!;
      }) as [number, number, number];
      const moment = cross(subtract([x, y, z], last), force);
      for (let k = 0; k < 3; k++) {
        wrist[k]! += force[k]!;
        torque[k]! += moment[k]!;
      }
      return finger.side * grip;
    }) as [number, number];
    return { finger: [left, right], wrist, torque, axis };
  }

  /** After the world was restored. */
  attach(): void {
    for (const finger of this.fingers) finger.rigid = this.world.raw.getRigidBody(finger.body);
  }

  save(out: StateWriter): void {
    out.put(this.grip, this.wanted, this.force, this.motor);
    for (const finger of this.fingers) out.put(finger.opening);
  }

  load(state: StateReader): void {
    this.grip = state.get();
    this.wanted = state.get();
    this.force = state.get();
    this.motor = state.get();
    for (const finger of this.fingers) finger.opening = state.get();
  }

  private readAxis(): void {
    const { frames, n } = this.dynamics;
    const q = n * 7 + 3;
    const x = frames[q]!;
    const y = frames[q + 1]!;
    const z = frames[q + 2]!;
    const w = frames[q + 3]!;
    this.axis[0] = 2 * (x * y - z * w);
    this.axis[1] = 1 - 2 * (x * x + z * z);
    this.axis[2] = 2 * (y * z + x * w);
  }

  /** Where the finger is along the tool's y, m; leaves its position in `scratch`. */
  private along(finger: Slider): number {
    const { frames, n } = this.dynamics;
    const tool = n * 7;
    const p = finger.rigid.translation(this.scratch);
    return (
      (p.x - frames[tool]!) * this.axis[0]! +
      (p.y - frames[tool + 1]!) * this.axis[1]! +
      (p.z - frames[tool + 2]!) * this.axis[2]!
    );
  }

  private setMotors(): void {
    // Generic joints have motors in the engine but no class for them in its TypeScript.
    const { raw } = this.world.raw.impulseJoints;
    for (const finger of this.fingers)
      raw.jointConfigureMotor(finger.joint, 0, this.grip, 0, this.drive.stiffness, this.drive.damping);
    this.motor = this.grip;
  }

  private build(side: 1 | -1, last: RigidBody, friction: number): Slider {
    const { RigidBodyDesc, ColliderDesc } = rapier();
    const { lastFromTool, n } = this.chain;
    const tool = poseAt(this.dynamics.frames, n);
    const [dx, dy, dz] = rotate(tool.orientation, [0, side * this.drive.open, 0]);
    const [tx, ty, tz] = tool.position;
    const { inertia } = this.drive;
    // The finger's body has the axes of the last link, as the joint wants, and its origin at the pad: with the
    // joint's anchor at the finger's root, or a real finger's inertia, the drive would lose most of its force.
    const rigid = this.world.addBody(
      RigidBodyDesc.dynamic()
        .setTranslation(tx + dx, ty + dy, tz + dz)
        .setRotation(asRotation(poseAt(this.dynamics.frames, n - 1).orientation))
        .setCanSleep(false)
        .setGravityScale(0)
        .setAdditionalMassProperties(
          this.drive.mass,
          { x: 0, y: 0, z: 0 },
          { x: inertia, y: inertia, z: inertia },
          { x: 0, y: 0, z: 0, w: 1 },
        ),
    );
    const colliders = this.drive.boxes.map(({ half, centre }) => {
      const offset = rotate(lastFromTool.orientation, [centre[0], side * centre[1], centre[2]]);
      const { round } = this.drive;
      const description = ColliderDesc.roundCuboid(half[0] - round, half[1] - round, half[2] - round, round)
        .setTranslation(...offset)
        .setRotation(asRotation(lastFromTool.orientation))
        .setDensity(0)
        .setFriction(friction);
      return this.world.addCollider(description, "finger", rigid, this.member).handle;
    });
    const joint = this.hang(rigid, last, asVector(rotate(lastFromTool.orientation, [0, side, 0])));
    return { side, body: rigid.handle, joint, colliders, rigid, opening: this.drive.open };
  }

  /** Joins a finger to the last link: motor and stops along the axis, springs across, no turning. */
  private hang(finger: RigidBody, last: RigidBody, axis: ReturnType<typeof asVector>): number {
    const { JointData, JointAxesMask, MotorModel } = rapier();
    const { AngX, AngY, AngZ } = JointAxesMask;
    const anchor = asVector(this.chain.lastFromTool.position);
    const joint = this.world.raw.createImpulseJoint(
      JointData.generic(anchor, { x: 0, y: 0, z: 0 }, axis, AngX | AngY | AngZ),
      last,
      finger,
      true,
    );
    joint.setContactsEnabled(false);
    const { raw } = this.world.raw.impulseJoints;
    for (const direction of [0, 1, 2])
      raw.jointConfigureMotorModel(joint.handle, direction, Number(MotorModel.ForceBased));
    const damping = 2 * this.drive.sideDamping * Math.sqrt(this.side * this.drive.mass);
    for (const direction of [1, 2])
      raw.jointConfigureMotor(joint.handle, direction, 0, 0, this.side, damping);
    raw.jointSetLimits(joint.handle, 0, 0, this.drive.stop);
    return joint.handle;
  }
}

const asVector = ([x, y, z]: Vec3) => ({ x, y, z });
const asRotation = ([x, y, z, w]: Quat) => ({ x, y, z, w });
