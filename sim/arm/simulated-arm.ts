/**
 * The "kindyn" arm: its own rigid-body dynamics moves kinematic link bodies of the engine, and two dynamic
 * fingers hang on the last link by springs. What the fingers and links touch comes back as torque, so that
 * pressing on things has finite force. Base frame = world frame; radians, metres, newtons, seconds.
 *
 * Servo: implicit PD with velocity feed-forward, gravity compensated, clipped at the effort limits. A saturated
 * joint leaves its gains out of the implicit side. Not modelled: static friction, backlash, gear elasticity.
 */
import type { Collider, RigidBody, TempContactManifold } from "@dimforge/rapier3d";
import {
  type Chain,
  choleskySolve,
  compose,
  fromAxisAngle,
  type Pose,
  poseAt,
  type Quat,
  rotate,
  type Vec3,
} from "../../core/index.js";
import { createDynamics, type Dynamics } from "../dynamics.js";
import { type PhysicsWorld, rapier } from "../engine.js";
import type { StateReader, StateWriter } from "../state.js";
import { type ArmDrive, HAND_DRIVE } from "./panda.js";
import { SetPoint } from "./setpoint.js";

export interface ArmOptions {
  /** N/m, sideways spring of the fingers; default `HAND_DRIVE.side`; softer for tight insertions */
  readonly fingerSide?: number;
  /** friction coefficient of the pads; default `HAND_DRIVE.friction` */
  readonly padFriction?: number;
}

const GRAVITY = 9.81;
/** N/m: how a link that is pushed into something fixed is pushed back */
const LINK_STIFFNESS = 20_000;
/** Share of a new link force that is taken over in one step: the force of a clamped object would ring. */
const LINK_FORCE_SHARE = 0.3;

interface LinkBody {
  readonly joint: number;
  readonly handle: number;
  body: RigidBody;
  readonly colliders: { readonly handle: number; collider: Collider }[];
  /** N, world, filtered, and where it acts */
  readonly force: Float64Array;
  readonly point: Float64Array;
}

interface Finger {
  /** +1 left, -1 right: along the tool's y */
  readonly side: 1 | -1;
  readonly handle: number;
  body: RigidBody;
  readonly joint: number;
  /** colliders of the finger, by handle */
  readonly colliders: number[];
  /** m along the opening direction */
  opening: number;
}

export class SimulatedArm {
  readonly chain: Chain;
  readonly q: Float64Array;
  readonly qd: Float64Array;
  /** what the motors gave in the last step, N m */
  readonly effort: Float64Array;
  /** where the servo wants the joints */
  readonly setPoint: SetPoint;
  readonly fingers: readonly [Finger, Finger];
  readonly links: readonly LinkBody[];
  private readonly dynamics: Dynamics;
  private readonly M: Float64Array;
  private readonly bias: Float64Array;
  private readonly holding: Float64Array;
  private readonly external: Float64Array;
  private readonly rhs: Float64Array;
  private readonly saturated: Uint8Array;
  private readonly side: number;
  /** common set-point of both fingers, m, and what is wanted of it */
  private grip: number;
  private wanted: number;
  private force = 30;
  private motorGrip = Number.NaN;
  private readonly vector = { x: 0, y: 0, z: 0 };
  private readonly turn = { x: 0, y: 0, z: 0, w: 1 };

  constructor(
    private readonly world: PhysicsWorld,
    chain: Chain,
    private readonly drive: ArmDrive,
    q0: ArrayLike<number>,
    options: ArmOptions = {},
  ) {
    const { n } = chain;
    this.chain = chain;
    this.q = Float64Array.from(q0);
    this.qd = new Float64Array(n);
    this.effort = new Float64Array(n);
    this.setPoint = new SetPoint(n, world.dt);
    this.setPoint.reset(q0);
    this.dynamics = createDynamics(chain);
    this.M = new Float64Array(n * n);
    [this.bias, this.holding, this.external, this.rhs] = [0, 0, 0, 0].map(() => new Float64Array(n)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    this.saturated = new Uint8Array(n);
    this.side = options.fingerSide ?? HAND_DRIVE.side;
    this.grip = HAND_DRIVE.open;
    this.wanted = HAND_DRIVE.open;
    this.dynamics.setPosition(q0);
    this.dynamics.gravity(GRAVITY, this.effort);
    this.links = this.buildLinks();
    const last = this.links.find((link) => link.joint === n - 1)!;
    this.fingers = [this.buildFinger(1, last.body, options), this.buildFinger(-1, last.body, options)];
    this.driveFingers();
  }

  /** base ← tool, from the joints. */
  toolPose(): Pose {
    return poseAt(this.dynamics.frames, this.chain.n);
  }

  /** Opening between the pads, m. */
  gripperWidth(): number {
    return this.fingers[0].opening + this.fingers[1].opening;
  }

  /** Newtons with which the drive squeezes a finger. */
  gripperForce(): number {
    const mean = this.gripperWidth() / 2;
    return Math.max(0, HAND_DRIVE.stiffness * (mean - this.grip));
  }

  /** @param width m between the pads; @param force N at most */
  setGripper(width: number, force: number): void {
    this.force = force;
    this.wanted =
      width < HAND_DRIVE.grasp
        ? -force / HAND_DRIVE.stiffness
        : Math.min(HAND_DRIVE.open, Math.max(0, width / 2));
  }

  /** Decides the motion of one physics step; the world is stepped afterwards, then `read`. */
  tick(): void {
    this.setPoint.advance();
    this.moveGrip();
    this.readForces();
    this.integrate();
    this.placeLinks();
  }

  /** Reads what the engine moved: to be called after each step of the world. */
  read(): void {
    for (const finger of this.fingers) finger.opening = this.openingOf(finger);
  }

  private openingOf(finger: Finger): number {
    const tool = this.chain.n * 7;
    const { frames } = this.dynamics;
    const p = finger.body.translation(this.vector);
    const qx = frames[tool + 3]!;
    const qy = frames[tool + 4]!;
    const qz = frames[tool + 5]!;
    const qw = frames[tool + 6]!;
    // The tool's y axis in the world.
    const yx = 2 * (qx * qy - qz * qw);
    const yy = 1 - 2 * (qx * qx + qz * qz);
    const yz = 2 * (qy * qz + qx * qw);
    return (
      finger.side *
      ((p.x - frames[tool]!) * yx + (p.y - frames[tool + 1]!) * yy + (p.z - frames[tool + 2]!) * yz)
    );
  }

  /**
   * Both fingers follow one set-point: two motors that saturate on their own would hold an object between them
   * without any stiffness sideways. It stays at most force / stiffness inside what is held.
   */
  private moveGrip(): void {
    const step = HAND_DRIVE.speed * this.world.dt;
    const squeeze = this.force / HAND_DRIVE.stiffness;
    const floor = this.gripperWidth() / 2 - squeeze;
    const goal = Math.max(this.wanted, floor);
    if (this.grip > goal) this.grip = Math.max(goal, this.grip - step);
    else if (goal > floor || this.grip < floor - HAND_DRIVE.hysteresis * squeeze)
      this.grip = Math.min(goal, this.grip + step);
    if (this.grip !== this.motorGrip) this.driveFingers();
  }

  private driveFingers(): void {
    // Generic joints have motors in the engine but no class for them in its TypeScript.
    const { raw } = this.world.raw.impulseJoints;
    for (const finger of this.fingers)
      raw.jointConfigureMotor(finger.joint, 0, this.grip, 0, HAND_DRIVE.stiffness, HAND_DRIVE.damping);
    this.motorGrip = this.grip;
  }

  /** Torques of everything that touches the arm. */
  private readForces(): void {
    const { n } = this.chain;
    const { frames } = this.dynamics;
    const tool = n * 7;
    this.external.fill(0);
    const qx = frames[tool + 3]!;
    const qy = frames[tool + 4]!;
    const qz = frames[tool + 5]!;
    const qw = frames[tool + 6]!;
    const yx = 2 * (qx * qy - qz * qw);
    const yy = 1 - 2 * (qx * qx + qz * qz);
    const yz = 2 * (qy * qz + qx * qw);
    for (const finger of this.fingers) {
      const p = finger.body.translation(this.vector);
      const dx = p.x - frames[tool]!;
      const dy = p.y - frames[tool + 1]!;
      const dz = p.z - frames[tool + 2]!;
      const along = dx * yx + dy * yy + dz * yz;
      // Sideways spring on what is not along the grip, drive on what is.
      const pull = HAND_DRIVE.stiffness * (along - finger.side * this.grip) - this.side * along;
      this.dynamics.addForce(
        n - 1,
        p.x,
        p.y,
        p.z,
        this.side * dx + pull * yx,
        this.side * dy + pull * yy,
        this.side * dz + pull * yz,
        this.external,
      );
    }
    for (const link of this.links) this.readLink(link);
  }

  private touching: LinkBody | null = null;
  private readonly seen = new Float64Array(3);
  private touchedCollider: Collider | null = null;
  private touchedFixed = false;

  /** Normal forces on a link: as the engine found them on movable things, a spring on fixed ones. */
  private readLink(link: LinkBody): void {
    const { force, seen } = { force: link.force, seen: this.seen };
    seen.fill(0);
    this.touching = link;
    for (const { collider } of link.colliders) {
      this.touchedCollider = collider;
      this.world.raw.narrowPhase.contactPairsWith(collider.handle, this.onPair);
    }
    let size = 0;
    for (let k = 0; k < 3; k++) {
      force[k]! += LINK_FORCE_SHARE * (seen[k]! - force[k]!);
      size += Math.abs(force[k]!);
    }
    if (size < 1e-3) {
      force.fill(0);
      return;
    }
    this.dynamics.addForce(
      link.joint,
      link.point[0]!,
      link.point[1]!,
      link.point[2]!,
      force[0]!,
      force[1]!,
      force[2]!,
      this.external,
    );
  }

  private readonly onPair = (other: number): void => {
    const { raw } = this.world;
    const parent = raw.colliders.get(other)?.parent() ?? null;
    this.touchedFixed = parent === null || !parent.isDynamic();
    raw.narrowPhase.contactPair(this.touchedCollider!.handle, other, raw.bodies, this.onManifold);
  };

  private readonly onManifold = (manifold: TempContactManifold, flipped: boolean): void => {
    const { touching, seen } = this;
    if (touching === null) return;
    let size = 0;
    let deepest = 0;
    let at = -1;
    for (let i = 0; i < manifold.numContacts(); i++) {
      const depth = -manifold.contactDist(i);
      if (at < 0 || depth > deepest) {
        deepest = depth;
        at = i;
      }
      size += this.touchedFixed ? 0 : manifold.contactImpulse(i);
    }
    if (at < 0) return;
    const push = this.touchedFixed
      ? LINK_STIFFNESS * Math.max(0, deepest)
      : size * this.world.forcePerImpulse;
    if (push <= 0) return;
    const normal = manifold.normal(this.vector);
    const sign = flipped ? push : -push;
    seen[0]! += sign * normal.x;
    seen[1]! += sign * normal.y;
    seen[2]! += sign * normal.z;
    // Where it touches, from the link's own point of the contact.
    const local = flipped ? manifold.localContactPoint2(at) : manifold.localContactPoint1(at);
    if (local === null) return;
    const collider = this.touchedCollider!;
    const centre = collider.translation();
    const turn = collider.rotation();
    const offset = rotate([turn.x, turn.y, turn.z, turn.w], [local.x, local.y, local.z]);
    touching.point[0] = centre.x + offset[0];
    touching.point[1] = centre.y + offset[1];
    touching.point[2] = centre.z + offset[2];
  };

  /** (M + armature + h D + h² K) qdd = servo - bias + external - friction, then semi-implicit Euler. */
  private integrate(): void {
    const { n, effort: limit, lower, upper } = this.chain;
    const { q, qd, M, bias, holding, rhs, saturated, drive } = this;
    const h = this.world.dt;
    this.dynamics.massMatrix(M);
    this.dynamics.inverse(qd, null, GRAVITY, bias);
    this.dynamics.gravity(GRAVITY, holding);
    for (let i = 0; i < n; i++) {
      const k = drive.stiffness[i]!;
      const d = drive.damping[i]!;
      const servo = holding[i]! + k * (this.setPoint.q[i]! - q[i]!) + d * (this.setPoint.qd[i]! - qd[i]!);
      const clipped = Math.abs(servo) > limit[i]!;
      saturated[i] = clipped ? 1 : 0;
      this.effort[i] = clipped ? Math.sign(servo) * limit[i]! : servo - h * k * qd[i]!;
      rhs[i] = this.effort[i]! - bias[i]! + this.external[i]! - drive.friction * qd[i]!;
      M[i * n + i]! += drive.armature + h * drive.friction + (clipped ? 0 : h * d + h * h * k);
    }
    choleskySolve(M, rhs, n);
    for (let i = 0; i < n; i++) {
      const qdd = rhs[i]!;
      if (saturated[i] === 0) {
        const implicit = (h * drive.damping[i]! + h * h * drive.stiffness[i]!) * qdd;
        this.effort[i] = Math.min(limit[i]!, Math.max(-limit[i]!, this.effort[i]! - implicit));
      }
      qd[i]! += h * qdd;
      q[i]! += h * qd[i]!;
      if (q[i]! < lower[i]!) {
        q[i] = lower[i]!;
        qd[i] = Math.max(0, qd[i]!);
      } else if (q[i]! > upper[i]!) {
        q[i] = upper[i]!;
        qd[i] = Math.min(0, qd[i]!);
      }
    }
    this.dynamics.setPosition(q);
  }

  private placeLinks(): void {
    const { frames } = this.dynamics;
    const { vector, turn } = this;
    for (const { body, joint } of this.links) {
      const f = joint * 7;
      vector.x = frames[f]!;
      vector.y = frames[f + 1]!;
      vector.z = frames[f + 2]!;
      turn.x = frames[f + 3]!;
      turn.y = frames[f + 4]!;
      turn.z = frames[f + 5]!;
      turn.w = frames[f + 6]!;
      body.setNextKinematicTranslation(vector);
      body.setNextKinematicRotation(turn);
    }
  }

  private buildLinks(): LinkBody[] {
    const { RigidBodyDesc, ColliderDesc, ActiveCollisionTypes } = rapier();
    const last = this.chain.n - 1;
    const joints = [...new Set([...this.drive.shapes.map((shape) => shape.joint), last])].sort(
      (a, b) => a - b,
    );
    return joints.map((joint) => {
      const { position, orientation } = poseAt(this.dynamics.frames, joint);
      const body = this.world.addBody(
        RigidBodyDesc.kinematicPositionBased()
          .setTranslation(...position)
          .setRotation(asRotation(orientation)),
      );
      const descriptions = this.drive.shapes
        .filter((shape) => shape.joint === joint)
        .map((shape) => {
          const upright: Quat = shape.axis === "y" ? [0, 0, 0, 1] : fromAxisAngle([1, 0, 0], Math.PI / 2);
          return ColliderDesc.capsule(shape.half, shape.radius)
            .setTranslation(...shape.centre)
            .setRotation(asRotation(upright));
        });
      if (joint === last) {
        const palm = compose(this.chain.lastFromTool, {
          position: HAND_DRIVE.palm.centre,
          orientation: [0, 0, 0, 1],
        });
        descriptions.push(
          ColliderDesc.cuboid(...HAND_DRIVE.palm.half)
            .setTranslation(...palm.position)
            .setRotation(asRotation(palm.orientation)),
        );
      }
      const colliders = descriptions.map((description) => {
        description.setDensity(0).setActiveCollisionTypes(ActiveCollisionTypes.ALL);
        const collider = this.world.addCollider(description, "arm", body);
        return { handle: collider.handle, collider };
      });
      return {
        joint,
        handle: body.handle,
        body,
        colliders,
        force: new Float64Array(3),
        point: new Float64Array(3),
      };
    });
  }

  private buildFinger(side: 1 | -1, last: RigidBody, options: ArmOptions): Finger {
    const { RigidBodyDesc, ColliderDesc, JointData, JointAxesMask, MotorModel } = rapier();
    const { lastFromTool } = this.chain;
    const tool = this.toolPose();
    const start = HAND_DRIVE.open;
    const position = rotate(tool.orientation, [0, side * start, 0]).map(
      (offset, k) => tool.position[k]! + offset,
    ) as [number, number, number];
    // The finger's body has the axes of the last link, as the joint wants, and its origin at the pad: with the
    // joint's anchor at the finger's root, or a real finger's inertia, the drive would lose most of its force.
    const lastTurn = poseAt(this.dynamics.frames, this.chain.n - 1).orientation;
    const body = this.world.addBody(
      RigidBodyDesc.dynamic()
        .setTranslation(...position)
        .setRotation(asRotation(lastTurn))
        .setCanSleep(false)
        .setGravityScale(0)
        .setAdditionalMassProperties(
          HAND_DRIVE.mass,
          { x: 0, y: 0, z: 0 },
          { x: HAND_DRIVE.inertia, y: HAND_DRIVE.inertia, z: HAND_DRIVE.inertia },
          { x: 0, y: 0, z: 0, w: 1 },
        ),
    );
    const colliders = HAND_DRIVE.boxes.map(({ half, centre }) => {
      const offset = rotate(lastFromTool.orientation, [centre[0], side * centre[1], centre[2]]);
      const [x, y, z] = half.map((extent) => extent - HAND_DRIVE.round) as [number, number, number];
      return this.world.addCollider(
        ColliderDesc.roundCuboid(x, y, z, HAND_DRIVE.round)
          .setTranslation(...offset)
          .setRotation(asRotation(lastFromTool.orientation))
          .setDensity(0)
          .setFriction(options.padFriction ?? HAND_DRIVE.friction),
        "finger",
        body,
      ).handle;
    });
    const axis = asVector(rotate(lastFromTool.orientation, [0, side, 0]));
    const { AngX, AngY, AngZ } = JointAxesMask;
    const joint = this.world.raw.createImpulseJoint(
      JointData.generic(asVector(lastFromTool.position), { x: 0, y: 0, z: 0 }, axis, AngX | AngY | AngZ),
      last,
      body,
      true,
    );
    joint.setContactsEnabled(false);
    const { raw } = this.world.raw.impulseJoints;
    for (const direction of [0, 1, 2])
      raw.jointConfigureMotorModel(joint.handle, direction, Number(MotorModel.ForceBased));
    const sideDamping = 2 * HAND_DRIVE.sideDamping * Math.sqrt(this.side * HAND_DRIVE.mass);
    for (const direction of [1, 2])
      raw.jointConfigureMotor(joint.handle, direction, 0, 0, this.side, sideDamping);
    raw.jointSetLimits(joint.handle, 0, 0, HAND_DRIVE.stop);
    return { side, handle: body.handle, body, joint: joint.handle, colliders, opening: start };
  }

  /** After the world was restored: fetches every body and collider again, by handle. */
  attach(): void {
    const { raw } = this.world;
    for (const link of this.links) {
      link.body = raw.getRigidBody(link.handle);
      for (const each of link.colliders) each.collider = raw.getCollider(each.handle);
    }
    for (const finger of this.fingers) finger.body = raw.getRigidBody(finger.handle);
  }

  save(out: StateWriter): void {
    for (const array of [this.q, this.qd, this.effort]) out.putArray(array);
    this.setPoint.save(out);
    out.put(this.grip, this.wanted, this.force, this.motorGrip);
    for (const finger of this.fingers) out.put(finger.opening);
    for (const link of this.links) {
      out.putArray(link.force);
      out.putArray(link.point);
    }
  }

  load(state: StateReader): void {
    for (const array of [this.q, this.qd, this.effort]) state.getInto(array);
    this.setPoint.load(state);
    this.grip = state.get();
    this.wanted = state.get();
    this.force = state.get();
    this.motorGrip = state.get();
    for (const finger of this.fingers) finger.opening = state.get();
    for (const link of this.links) {
      state.getInto(link.force);
      state.getInto(link.point);
    }
    this.dynamics.setPosition(this.q);
  }
}

const asVector = ([x, y, z]: Vec3) => ({ x, y, z });
const asRotation = ([x, y, z, w]: Quat) => ({ x, y, z, w });
