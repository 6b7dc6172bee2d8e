/**
 * A gripper with one jaw that turns against a fixed one (SO-100, SO-101): two dynamic bodies that hang on the last
 * link by stiff springs. The fixed jaw moves only as far as its springs give; the other turns about its hinge and
 * follows one force-limited set-point. What the springs carry is what the arm feels. The width is measured from the
 * face of the fixed jaw to the tip of the other. Tool frame: y is the opening direction, z points out of the hand.
 * Metres, radians, newtons, seconds. Friction holds things; nothing is ever glued.
 */
import type { RigidBody } from "@dimforge/rapier3d";
import {
  add,
  type Chain,
  conjugate,
  cross,
  type FingerBox,
  fromAxisAngle,
  type JawDrive,
  multiply,
  norm,
  poseAt,
  type Quat,
  rotate,
  scale,
  subtract,
  twistAngle,
  type Vec3,
} from "../../core/index.js";
import type { Dynamics } from "../dynamics.js";
import { type PhysicsWorld, rapier } from "../engine.js";
import type { StateReader, StateWriter } from "../state.js";
import type { Finger, Gripper, HandOptions } from "./gripper.js";

interface Part extends Finger {
  readonly joint: number;
  /** where the springs hold it, frame of the last joint, and the same point in its own frame */
  readonly anchor: Vec3;
  readonly ownAnchor: Vec3;
  /** where its pull acts on the arm, frame of the last joint */
  readonly acts: Vec3;
}

/** rad short of the stops, where limit and motor would fight */
const SHORT = 0.01;

/** The fixed jaw and the moving one of an arm in a world. */
export class Jaw implements Gripper {
  readonly fingers: readonly [Part, Part];
  readonly pull = new Float64Array(3);
  private readonly side: number;
  /** the hinge's axis in the frame of the last joint */
  private readonly axis: Vec3;
  /** m from hinge to tip */
  private readonly lever: number;
  /** set-point, what is wanted of it and where the jaw is, rad */
  private grip: number;
  private wanted: number;
  private angle: number;
  /** the set-point that the engine's motor has */
  private motor = Number.NaN;

  constructor(
    private readonly world: PhysicsWorld,
    chain: Chain,
    private readonly dynamics: Dynamics,
    last: RigidBody,
    private readonly drive: JawDrive,
    private force: number,
    options: HandOptions,
  ) {
    const { orientation, position } = chain.lastFromTool;
    this.side = options.fingerSide ?? drive.side;
    this.axis = rotate(orientation, drive.axis);
    this.lever = norm(drive.tip);
    this.angle = drive.wide - SHORT;
    this.grip = this.angle;
    this.wanted = this.angle;
    const friction = options.padFriction ?? drive.friction;
    const inLast = (point: Vec3): Vec3 => add(position, rotate(orientation, point));
    const build = (boxes: readonly FingerBox[], origin: Vec3, hinge: Vec3 | null): Part => {
      const centre = middleOf(boxes);
      const anchor = inLast(hinge ?? add(origin, centre));
      const ownAnchor: Vec3 = hinge === null ? [0, 0, 0] : rotate(orientation, scale(centre, -1));
      // Beside the hinge, in the plane of the pads: there a squeezed thing's push turns the arm as it does in truth.
      const along = hinge === null ? 0 : this.drive.axis.reduce((sum, a, k) => sum + a * centre[k]!, 0);
      const acts = add(anchor, scale(this.axis, along));
      return this.build(boxes, centre, { anchor, ownAnchor, acts }, last, chain, friction, hinge !== null);
    };
    this.fingers = [build(drive.moving, drive.pivot, drive.pivot), build(drive.fixed, [0, 0, 0], null)];
    this.setMotor();
  }

  width(): number {
    return Math.max(0, this.widthAt(this.angle));
  }

  squeeze(): number {
    return Math.max(0, (this.drive.stiffness * (this.angle - this.grip)) / this.lever);
  }

  aim(width: number, force: number): void {
    this.force = force;
    const { shut, wide } = this.drive;
    this.wanted =
      width < this.drive.grasp ? shut - this.depth() : Math.min(wide - SHORT, this.angleAt(width));
  }

  /** The set-point stays at most force / stiffness inside what is held, as that of sliding fingers does. */
  advance(): void {
    const step = this.drive.speed * this.world.dt;
    const depth = this.depth();
    const floor = this.angle - depth;
    const goal = Math.max(this.wanted, floor);
    if (this.grip > goal) this.grip = Math.max(goal, this.grip - step);
    else if (goal > floor || this.grip < floor - this.drive.hysteresis * depth)
      this.grip = Math.min(goal, this.grip + step);
    if (this.grip !== this.motor) this.setMotor();
  }

  read(): void {
    const { x, y, z, w } = this.fingers[0].rigid.rotation();
    const last = poseAt(this.dynamics.frames, this.dynamics.n - 1);
    this.angle = twistAngle(multiply(conjugate(last.orientation), [x, y, z, w]), this.axis);
  }

  addTorques(out: Float64Array): void {
    const joint = this.dynamics.n - 1;
    const last = poseAt(this.dynamics.frames, joint);
    this.pull.fill(0);
    for (const { rigid, anchor, ownAnchor, acts } of this.fingers) {
      const p = rigid.translation();
      const { x, y, z, w } = rigid.rotation();
      const own = add([p.x, p.y, p.z], rotate([x, y, z, w], ownAnchor));
      const held = add(last.position, rotate(last.orientation, anchor));
      const f = scale(subtract(own, held), this.side);
      const at = add(last.position, rotate(last.orientation, acts));
      this.dynamics.addForce(joint, ...at, ...f, out);
      for (let k = 0; k < 3; k++) this.pull[k]! += f[k]!;
    }
    // The hinge's motor turns the arm the other way: a couple of two forces.
    const torque = this.drive.stiffness * (this.angle - this.grip);
    const axis = rotate(last.orientation, this.axis);
    const lever = perpendicular(axis);
    const half = scale(lever, 0.5);
    const push = scale(cross(axis, lever), torque);
    this.dynamics.addForce(joint, ...add(last.position, half), ...push, out);
    this.dynamics.addForce(joint, ...subtract(last.position, half), ...scale(push, -1), out);
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

  /** rad by which the set-point may lie inside what is held */
  private depth(): number {
    return (this.force * this.lever) / this.drive.stiffness;
  }

  private widthAt(angle: number): number {
    const { pivot, axis, tip, face } = this.drive;
    return pivot[1] + rotate(fromAxisAngle(axis, angle), tip)[1] - face;
  }

  /** The angle of a width, by halving: the tip only ever goes outward as the jaw opens. */
  private angleAt(width: number): number {
    let [low, high] = [this.drive.shut, this.drive.wide];
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (this.widthAt(middle) < width) low = middle;
      else high = middle;
    }
    return high;
  }

  private setMotor(): void {
    const { raw } = this.world.raw.impulseJoints;
    raw.jointConfigureMotor(this.fingers[0].joint, 3, this.grip, 0, this.drive.stiffness, this.drive.damping);
    this.motor = this.grip;
  }

  private build(
    boxes: readonly FingerBox[],
    centre: Vec3,
    at: Pick<Part, "anchor" | "ownAnchor" | "acts">,
    last: RigidBody,
    chain: Chain,
    friction: number,
    turns: boolean,
  ): Part {
    const { RigidBodyDesc, ColliderDesc, JointData, JointAxesMask, MotorModel } = rapier();
    const { drive } = this;
    const { orientation } = chain.lastFromTool;
    const joint = poseAt(this.dynamics.frames, this.dynamics.n - 1);
    const turn = turns ? fromAxisAngle(this.axis, this.angle) : ([0, 0, 0, 1] as const);
    const origin = subtract(at.anchor, rotate(turn, at.ownAnchor));
    const rigid = this.world.addBody(
      RigidBodyDesc.dynamic()
        .setTranslation(...add(joint.position, rotate(joint.orientation, origin)))
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
      return this.world.addCollider(description, "finger", rigid).handle;
    });
    const { AngX, AngY, AngZ } = JointAxesMask;
    const hinge = this.world.raw.createImpulseJoint(
      JointData.generic(
        asVector(at.anchor),
        asVector(at.ownAnchor),
        asVector(this.axis),
        turns ? AngY | AngZ : AngX | AngY | AngZ,
      ),
      last,
      rigid,
      true,
    );
    hinge.setContactsEnabled(false);
    const { raw } = this.world.raw.impulseJoints;
    const damping = 2 * drive.sideDamping * Math.sqrt(this.side * drive.mass);
    for (const direction of [0, 1, 2]) {
      raw.jointConfigureMotorModel(hinge.handle, direction, Number(MotorModel.ForceBased));
      raw.jointConfigureMotor(hinge.handle, direction, 0, 0, this.side, damping);
    }
    if (turns) {
      raw.jointConfigureMotorModel(hinge.handle, 3, Number(MotorModel.ForceBased));
      raw.jointSetLimits(hinge.handle, 3, drive.shut, drive.wide);
    }
    return { ...at, body: rigid.handle, joint: hinge.handle, colliders, rigid };
  }
}

/** Middle of the boxes' centres: where the body's mass is. */
const middleOf = (boxes: readonly FingerBox[]): Vec3 =>
  boxes.reduce<Vec3>((sum, { centre }) => add(sum, scale(centre, 1 / boxes.length)), [0, 0, 0]);

/** A unit vector at right angles to a unit vector. */
function perpendicular(v: Vec3): Vec3 {
  const other: Vec3 = Math.abs(v[0]) < 0.8 ? [1, 0, 0] : [0, 1, 0];
  const across = cross(v, other);
  return scale(across, 1 / norm(across));
}

const asVector = ([x, y, z]: Vec3) => ({ x, y, z });
const asRotation = ([x, y, z, w]: Quat) => ({ x, y, z, w });
