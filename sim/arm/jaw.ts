/**
 * A gripper with one jaw that turns against a fixed one (SO-100, SO-101): two dynamic bodies held by stiff springs
 * at their pads. The fixed jaw moves only as far as its springs give. The springs of the other carry its pad along
 * the arc about its hinge, and it turns as it goes: a body that hung at the hinge itself would lose most of its
 * force on the way to the pad, and what it holds would creep. What the springs carry is what the arm feels. The
 * width is measured from the face of the fixed jaw to the tip of the other. Tool frame: y is the opening direction,
 * z points out of the hand. Metres, radians, newtons, seconds. Friction holds things; nothing is ever glued.
 */
import type { RigidBody } from "@dimforge/rapier3d";
import {
  add,
  type Chain,
  conjugate,
  cross,
  dot,
  type FingerBox,
  fromAxisAngle,
  type JawDrive,
  jawAngle,
  jawWidth,
  multiply,
  norm,
  normalize,
  type Pose,
  poseAt,
  type Quat,
  refuse,
  rotate,
  scale,
  subtract,
  transformPoint,
  type Vec3,
} from "../../core/index.js";
import type { Dynamics } from "../dynamics.js";
import { type PhysicsWorld, rapier } from "../engine.js";
import type { StateReader, StateWriter } from "../state.js";
import type { Finger, Gripper, HandOptions, Springs } from "./gripper.js";

interface Part extends Finger {
  readonly joint: number;
  /** where the springs hold it when the jaw is at angle 0, frame of the last joint: the middle of its pads */
  readonly held: Vec3;
}

/** rad short of the end of its way: the set-point stays off it */
const SHORT = 0.01;
/** N m/rad with which the jaw keeps its angle to the arc */
const UPRIGHT = 50;

/** The moving jaw and the fixed one of an arm in a world. */
export class Jaw implements Gripper {
  readonly fingers: readonly [Part, Part];
  readonly pull = new Float64Array(3);
  private readonly side: number;
  /** hinge and its axis, frame of the last joint */
  private readonly pivot: Vec3;
  private readonly axis: Vec3;
  /** m from the axis to the moving pads, and from the hinge to them, frame of the last joint at angle 0 */
  private readonly lever: number;
  private readonly arm: Vec3;
  /** turns x of the engine's joint onto the axis */
  private readonly lastFromJoint: Quat;
  /** set-point, what is wanted of it and where the jaw is, rad */
  private grip: number;
  private wanted: number;
  private angle: number;
  /** the set-point that the engine's motors have */
  private motor = Number.NaN;

  constructor(
    private readonly world: PhysicsWorld,
    chain: Chain,
    private readonly dynamics: Dynamics,
    last: RigidBody,
    private readonly drive: JawDrive,
    private force: number,
    options: HandOptions,
    private readonly member: number | null,
  ) {
    const { orientation, position } = chain.lastFromTool;
    const inLast = (point: Vec3): Vec3 => add(position, rotate(orientation, point));
    this.side = options.fingerSide ?? drive.side;
    this.pivot = inLast(drive.pivot);
    this.axis = rotate(orientation, drive.axis);
    const pads = middleOf(drive.moving);
    this.arm = rotate(orientation, pads);
    this.lever = norm(subtract(this.arm, scale(this.axis, dot(this.arm, this.axis))));
    this.lastFromJoint = turnTo(this.axis);
    this.angle = drive.wide - SHORT;
    this.grip = this.angle;
    this.wanted = this.angle;
    const friction = options.padFriction ?? drive.friction;
    const fixed = middleOf(drive.fixed);
    this.fingers = [
      this.build(drive.moving, pads, add(this.pivot, this.arm), last, chain, friction, true),
      this.build(drive.fixed, fixed, inLast(fixed), last, chain, friction, false),
    ];
    this.setMotor();
  }

  width(): number {
    return Math.max(0, jawWidth(this.drive, this.angle));
  }

  squeeze(): number {
    return Math.max(0, this.side * this.lever * (this.angle - this.grip));
  }

  aim(width: number, force: number): void {
    this.force = force;
    const { shut, wide, grasp } = this.drive;
    this.wanted = width < grasp ? shut : Math.min(wide - SHORT, jawAngle(this.drive, width));
  }

  /** The set-point stays at most force / stiffness inside what is held, as that of sliding fingers does. */
  advance(): void {
    const step = this.drive.speed * this.world.dt;
    const depth = this.force / (this.side * this.lever);
    const floor = this.angle - depth;
    const goal = Math.max(this.wanted, floor);
    if (this.grip > goal) this.grip = Math.max(goal, this.grip - step);
    else if (goal > floor || this.grip < floor - this.drive.hysteresis * depth)
      this.grip = Math.min(goal, this.grip + step);
    if (this.grip !== this.motor) this.setMotor();
  }

  read(): void {
    const last = poseAt(this.dynamics.frames, this.dynamics.n - 1);
    const off = this.deflection(last, this.fingers[0], this.wayAt(this.motor));
    const out = scale(cross(this.axis, this.armAt(this.motor)), 1 / this.lever);
    this.angle = this.motor + dot(rotate(last.orientation, out), off.by) / this.lever;
  }

  addTorques(out: Float64Array): void {
    const joint = this.dynamics.n - 1;
    const last = poseAt(this.dynamics.frames, joint);
    this.pull.fill(0);
    for (const [index, part] of this.fingers.entries()) {
      const { at, by } = this.deflection(last, part, index === 0 ? this.wayAt(this.motor) : [0, 0, 0]);
      const f = scale(by, this.side);
      this.dynamics.addForce(joint, ...at, ...f, out);
      for (let k = 0; k < 3; k++) this.pull[k]! += f[k]!;
    }
  }

  springs(): Springs {
    const { frames, n } = this.dynamics;
    const last = poseAt(frames, n - 1);
    const axis = rotate(poseAt(frames, n).orientation, [0, 1, 0]);
    const [moving, fixed] = this.fingers.map((part, index) => {
      const { at, by } = this.deflection(last, part, index === 0 ? this.wayAt(this.motor) : [0, 0, 0]);
      const force = scale(by, this.side);
      return { force, moment: cross(subtract(at, last.position), force) };
    }) as [{ force: Vec3; moment: Vec3 }, { force: Vec3; moment: Vec3 }];
    return {
      finger: [dot(moving.force, axis), -dot(fixed.force, axis)],
      wrist: add(moving.force, fixed.force),
      torque: add(moving.moment, fixed.moment),
      axis,
    };
  }

  attach(): void {
    for (const part of this.fingers) part.rigid = this.world.raw.getRigidBody(part.body);
  }

  save(out: StateWriter): void {
    out.put(this.grip, this.wanted, this.force, this.motor, this.angle);
  }

  load(state: StateReader): void {
    this.grip = state.get();
    this.wanted = state.get();
    this.force = state.get();
    this.motor = state.get();
    this.angle = state.get();
  }

  /** From the hinge to the moving pads at an angle, frame of the last joint. */
  private armAt(angle: number): Vec3 {
    return rotate(fromAxisAngle(this.axis, angle), this.arm);
  }

  /** How far the moving pads have gone from where they are at angle 0. */
  private wayAt(angle: number): Vec3 {
    return subtract(this.armAt(angle), this.arm);
  }

  /** Where a part is, and by how much its springs are stretched; base frame. */
  private deflection(last: Pose, { rigid, held }: Part, way: Vec3): { readonly at: Vec3; readonly by: Vec3 } {
    const p = rigid.translation();
    const at: Vec3 = [p.x, p.y, p.z];
    return { at, by: subtract(at, transformPoint(last, add(held, way))) };
  }

  private setMotor(): void {
    const { raw } = this.world.raw.impulseJoints;
    const { joint } = this.fingers[0];
    const target = rotate(conjugate(this.lastFromJoint), this.wayAt(this.grip));
    const damping = this.sideDamping();
    for (const k of [0, 1, 2]) raw.jointConfigureMotor(joint, k, target[k]!, 0, this.side, damping);
    const turning = 2 * Math.sqrt(UPRIGHT * this.drive.inertia);
    raw.jointConfigureMotor(joint, 3, this.grip, 0, UPRIGHT, turning);
    this.motor = this.grip;
  }

  private sideDamping(): number {
    return 2 * this.drive.sideDamping * Math.sqrt(this.side * this.drive.mass);
  }

  /** A part of these boxes around `centre`, held at `held`. */
  private build(
    boxes: readonly FingerBox[],
    centre: Vec3,
    held: Vec3,
    last: RigidBody,
    chain: Chain,
    friction: number,
    turns: boolean,
  ): Part {
    const { RigidBodyDesc, ColliderDesc, JointData, JointAxesMask, MotorModel } = rapier();
    const { drive } = this;
    const { orientation } = chain.lastFromTool;
    const joint = poseAt(this.dynamics.frames, this.dynamics.n - 1);
    const turn: Quat = turns ? fromAxisAngle(this.axis, this.angle) : [0, 0, 0, 1];
    const start = turns ? add(held, this.wayAt(this.angle)) : held;
    const rigid = this.world.addBody(
      RigidBodyDesc.dynamic()
        .setTranslation(...transformPoint(joint, start))
        .setRotation(asRotation(multiply(joint.orientation, turn)))
        .setCanSleep(false)
        .setGravityScale(0)
        .setAdditionalMassProperties(
          drive.mass,
          { x: 0, y: 0, z: 0 },
          { x: drive.inertia, y: drive.inertia, z: drive.inertia },
          { x: 0, y: 0, z: 0, w: 1 },
        ),
    );
    const colliders = boxes.map(({ half, centre: where }) => {
      const { round } = drive;
      const description = ColliderDesc.roundCuboid(half[0] - round, half[1] - round, half[2] - round, round)
        .setTranslation(...rotate(orientation, subtract(where, centre)))
        .setRotation(asRotation(orientation))
        .setDensity(0)
        .setFriction(friction);
      return this.world.addCollider(description, "finger", rigid, this.member).handle;
    });
    const { AngX, AngY, AngZ } = JointAxesMask;
    const hinge = this.world.raw.createImpulseJoint(
      JointData.generic(
        asVector(held),
        { x: 0, y: 0, z: 0 },
        asVector(this.axis),
        turns ? AngY | AngZ : AngX | AngY | AngZ,
      ),
      last,
      rigid,
      true,
    );
    hinge.setContactsEnabled(false);
    const { raw } = this.world.raw.impulseJoints;
    for (const direction of turns ? [0, 1, 2, 3] : [0, 1, 2])
      raw.jointConfigureMotorModel(hinge.handle, direction, Number(MotorModel.ForceBased));
    if (!turns)
      for (const direction of [0, 1, 2])
        raw.jointConfigureMotor(hinge.handle, direction, 0, 0, this.side, this.sideDamping());
    return { held, body: rigid.handle, joint: hinge.handle, colliders, rigid };
  }
}

/** Middle of the boxes' centres: where the body's mass is. */
const middleOf = (boxes: readonly FingerBox[]): Vec3 =>
  boxes.reduce<Vec3>((sum, { centre }) => add(sum, scale(centre, 1 / boxes.length)), [0, 0, 0]);

/** The shortest turn from x to a unit vector, which the engine makes the frame of a joint with that axis. */
function turnTo(axis: Vec3): Quat {
  if (axis[0] < -0.999) refuse("jaw", "the hinge must not point along -x of the last joint", axis);
  const [x, y, z] = cross([1, 0, 0], axis);
  return normalize([x, y, z, 1 + axis[0]]);
}

const asVector = ([x, y, z]: Vec3) => ({ x, y, z });
const asRotation = ([x, y, z, w]: Quat) => ({ x, y, z, w });
