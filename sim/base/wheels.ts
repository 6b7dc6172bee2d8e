/**
 * Driven wheels of a base as bodies of a Rapier world, and what is done with them: set their speeds, read their
 * encoders. Each wheel is a rigid body on a revolute joint whose motor holds a speed within its torque; Coulomb friction
 * decides what it does on the ground. Metres, kilograms, newton-metres, rad/s. Not here: bodies (`base-body.ts`,
 * `skid-body.ts`), limits and odometry (`base-sim.ts`).
 */
import type { Collider, ImpulseJoint, RevoluteImpulseJoint, RigidBody } from "@dimforge/rapier3d";
import { cos, fromAxisAngle, sin } from "../../core/index.js";
import { type PhysicsWorld, rapier } from "../engine.js";
import type { PlanarPose } from "./room.js";

/** A driven wheel as physics has it. */
export interface WheelModel {
  readonly wheelMass: number;
  /** m from the middle to where the rounding of the rim begins, and that rounding */
  readonly wheelHalfWidth: number;
  readonly wheelRounding: number;
  readonly wheelFriction: number;
  /**
   * kg m² about every axis; default that of its shape. Where a wheel slips on both of its axes it must be alike about all:
   * the engine's friction weighs each direction of slip by the mass that it moves.
   */
  readonly wheelInertia?: number;
  /** N m s/rad of a wheel's speed loop, and its largest torque */
  readonly motorGain: number;
  readonly motorTorque: number;
}

/** How the speed of a wheel is held. */
export interface SpeedLoop {
  /** N m s/rad */
  readonly gain: number;
  /**
   * Of the integral part, as motor controllers have one: 1/s, how fast what a wheel lacks is made up for, and rad/s that are
   * made up for at most. With it a wheel that is to stand does not give way to what pushes it; without, it does.
   */
  readonly integral?: { readonly rate: number; readonly most: number };
}

const ORIGIN = { x: 0, y: 0, z: 0 };

/** Handles outlive a restore of the world; wrappers do not. */
export interface BaseHandles {
  readonly body: number;
  readonly shell: number;
  /** left and right in turn */
  readonly wheels: readonly number[];
  readonly motors: readonly number[];
  readonly loop: SpeedLoop;
  /** colliders of what the shell may touch */
  readonly surroundings: readonly number[];
}

/** The wrappers of a base in the present world. */
export interface BaseParts {
  readonly body: RigidBody;
  /** what can bump */
  readonly shell: Collider;
  readonly wheels: readonly RigidBody[];
  readonly motors: readonly RevoluteImpulseJoint[];
  readonly loop: SpeedLoop;
  readonly surroundings: readonly Collider[];
}

/**
 * Adds a wheel at rest to a body that stands level at `at`.
 * @param axle base_link ← middle of the wheel
 */
export function addWheel(
  into: PhysicsWorld,
  body: RigidBody,
  at: PlanarPose,
  axle: { readonly x: number; readonly y: number; readonly z: number },
  radius: number,
  model: WheelModel,
): { readonly wheel: number; readonly motor: number } {
  const { ColliderDesc, RigidBodyDesc, JointData, MotorModel } = rapier();
  const [x, y, z, w] = fromAxisAngle([0, 0, 1], at.yaw);
  const [c, s] = [cos(at.yaw), sin(at.yaw)];
  const wheel = into.addBody(
    RigidBodyDesc.dynamic()
      .setTranslation(at.x + axle.x * c - axle.y * s, at.y + axle.x * s + axle.y * c, axle.z)
      .setRotation({ x, y, z, w })
      .setCanSleep(false),
  );
  const tyre = ColliderDesc.roundCylinder(
    model.wheelHalfWidth,
    radius - model.wheelRounding,
    model.wheelRounding,
  ).setFriction(model.wheelFriction);
  if (model.wheelInertia === undefined) tyre.setMass(model.wheelMass);
  else
    tyre.setMassProperties(
      model.wheelMass,
      ORIGIN,
      { x: model.wheelInertia, y: model.wheelInertia, z: model.wheelInertia },
      { x: 0, y: 0, z: 0, w: 1 },
    );
  into.addCollider(tyre, "base", wheel);
  const joint = into.raw.createImpulseJoint(
    JointData.revolute(axle, ORIGIN, { x: 0, y: 1, z: 0 }),
    body,
    wheel,
    true,
  );
  const motor = asMotor(joint);
  motor.configureMotorModel(MotorModel.ForceBased);
  motor.setMotorMaxForce(model.motorTorque);
  motor.configureMotorVelocity(0, model.motorGain);
  motor.setContactsEnabled(false);
  return { wheel: wheel.handle, motor: motor.handle };
}

/** Fetches the parts anew: after building, and after every restore of the world. */
export function baseParts({ raw }: PhysicsWorld, handles: BaseHandles): BaseParts {
  return {
    body: raw.getRigidBody(handles.body),
    shell: raw.getCollider(handles.shell),
    wheels: handles.wheels.map((handle) => raw.getRigidBody(handle)),
    motors: handles.motors.map((handle) => asMotor(raw.getImpulseJoint(handle))),
    loop: handles.loop,
    surroundings: handles.surroundings.map((handle) => raw.getCollider(handle)),
  };
}

/**
 * Sets the speeds, rad/s, that the motors of the left and the right wheels hold within their torque.
 * @param added to each wheel's by the integral part of its loop
 */
export function driveWheels(
  { motors, loop: { gain } }: BaseParts,
  left: number,
  right: number,
  added: ArrayLike<number>,
): void {
  for (const [i, motor] of motors.entries())
    motor.configureMotorVelocity((i % 2 === 0 ? left : right) + (added[i] ?? 0), gain);
}

/** After `dt` seconds at those speeds: what the loops add from now on. */
export function integrate(
  parts: BaseParts,
  left: number,
  right: number,
  dt: number,
  added: Float64Array,
): void {
  const { integral } = parts.loop;
  if (integral === undefined) return;
  for (const [i, speed] of spins(parts).entries()) {
    const lack = (i % 2 === 0 ? left : right) - speed;
    added[i] = Math.max(-integral.most, Math.min(integral.most, added[i]! + integral.rate * lack * dt));
  }
}

/** What the encoders measure: rad/s of the left and right wheels about their axles, relative to the body, in the mean. */
export function wheelSpeeds(parts: BaseParts): [left: number, right: number] {
  const sides: [number, number] = [0, 0];
  const each = spins(parts);
  for (const [i, speed] of each.entries()) sides[i % 2 === 0 ? 0 : 1] += speed;
  return [(2 * sides[0]) / each.length, (2 * sides[1]) / each.length];
}

/** Of each wheel. */
function spins({ body, wheels }: BaseParts): number[] {
  const { x, y, z, w } = body.rotation();
  const axle = { x: 2 * (x * y - w * z), y: 1 - 2 * (x * x + z * z), z: 2 * (y * z + w * x) };
  const carrier = body.angvel();
  return wheels.map((wheel) => {
    const spin = wheel.angvel();
    return (spin.x - carrier.x) * axle.x + (spin.y - carrier.y) * axle.y + (spin.z - carrier.z) * axle.z;
  });
}

/** Whether the shell touches what is around it: a point of contact without a gap. */
export function touching({ raw }: PhysicsWorld, { shell, surroundings }: BaseParts): boolean {
  let touched = false;
  for (const other of surroundings)
    raw.contactPair(shell, other, (manifold) => {
      for (let i = 0; i < manifold.numContacts(); i++) if (manifold.contactDist(i) <= 0) touched = true;
    });
  return touched;
}

function asMotor(joint: ImpulseJoint): RevoluteImpulseJoint {
  if (joint instanceof rapier().RevoluteImpulseJoint) return joint;
  throw new Error("internal: a wheel's joint cannot be driven");
}
