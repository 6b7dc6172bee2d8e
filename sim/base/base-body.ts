/**
 * The base and its room as bodies of a Rapier world. Frame `map`; metres, kilograms, newton-metres.
 * Not here: limits, odometry, sensors (`base-sim.ts`).
 *
 * The body is dynamic and rolls on two driven wheels and a frictionless caster under Coulomb friction, so that
 * slip, braking distance and what a bump does are physics, not assumptions. Chosen over a body moved by its
 * velocity because it is as accurate and fast enough: over 18 headings and speeds at 120 Hz, 1 m is driven as
 * 0.9986 to 0.9993 m, a quarter turn as 89.7 to 90.4 degrees, for 20 µs a step. What that took: the centre of mass
 * behind the axle (two wheels and one caster carry, never four points), narrow rounded wheels (they turn on a
 * point), wheels as heavy as 1 kg (with their rotors' inertia; lighter ones shed 0.3 % of the way).
 */
import type { Collider, ImpulseJoint, RevoluteImpulseJoint, RigidBody } from "@dimforge/rapier3d";
import { DIFF_DRIVE, fromAxisAngle } from "../../core/index.js";
import { type PhysicsWorld, rapier } from "../engine.js";
import type { PlanarPose, Room } from "./room.js";

/** Model choices beside the data of `DIFF_DRIVE`: metres, kilograms, newton-metres. */
export const BASE_MODEL = {
  wheelMass: 1,
  wheelHalfWidth: 0.002,
  wheelRounding: 0.008,
  wheelFriction: 0.9,
  /** N m s/rad of a wheel's speed loop, and its largest torque */
  motorGain: 20,
  motorTorque: 2,
  centreOfMass: { x: -0.02, y: 0, z: 0.07 },
  bodyFloorGap: 0.05,
  bodyFriction: 0.3,
  casterRadius: 0.02,
  casterX: 0.17,
  /** the front caster is raised: it only stops the base from tipping over */
  frontCasterGap: 0.002,
} as const;

/** Wheels: left, at +y, then right. */
const SIDES = [1, -1] as const;

const ORIGIN = { x: 0, y: 0, z: 0 };
const UNTURNED = { x: 0, y: 0, z: 0, w: 1 };
/** Rapier's cylinders stand along y; this turns them along z. */
const UPRIGHT = { x: Math.SQRT1_2, y: 0, z: 0, w: Math.SQRT1_2 };

/** Handles outlive a restore of the world; wrappers do not. */
export interface BaseHandles {
  readonly body: number;
  readonly shell: number;
  readonly wheels: readonly number[];
  readonly motors: readonly number[];
  /** colliders of walls and obstacles */
  readonly surroundings: readonly number[];
}

/** The wrappers of a base in the present world. */
export interface BaseParts {
  readonly body: RigidBody;
  /** what can bump */
  readonly shell: Collider;
  readonly wheels: readonly RigidBody[];
  readonly motors: readonly RevoluteImpulseJoint[];
  readonly surroundings: readonly Collider[];
}

/** Makes floor, walls, obstacles and a base at rest at `at`, and tells how to find them again. */
export function buildBase(into: PhysicsWorld, place: Room, at: PlanarPose): BaseHandles {
  const { ColliderDesc, RigidBodyDesc, JointData, MotorModel, CoefficientCombineRule } = rapier();
  const { height, mass, radius, wheelRadius, wheelSeparation } = DIFF_DRIVE;
  const [x, y, z, w] = fromAxisAngle([0, 0, 1], at.yaw);
  const rotation = { x, y, z, w };

  into.addCollider(
    ColliderDesc.cuboid(place.halfWidth + 1, place.halfWidth + 1, 0.1)
      .setTranslation(0, 0, -0.1)
      .setFriction(BASE_MODEL.wheelFriction),
    "environment",
  );
  const surroundings = [
    ...[1, -1].flatMap((side) => {
      const thickness = 0.1;
      const reach = side * (place.halfWidth + thickness);
      const long = place.halfWidth + 2 * thickness;
      return [
        ColliderDesc.cuboid(thickness, long, place.height / 2).setTranslation(reach, 0, place.height / 2),
        ColliderDesc.cuboid(long, thickness, place.height / 2).setTranslation(0, reach, place.height / 2),
      ];
    }),
    ...place.obstacles.map((obstacle) =>
      ColliderDesc.cylinder(place.height / 2, obstacle.radius)
        .setRotation(UPRIGHT)
        .setTranslation(obstacle.x, obstacle.y, place.height / 2),
    ),
  ].map(
    (description) => into.addCollider(description.setFriction(BASE_MODEL.bodyFriction), "environment").handle,
  );

  const bodyMass = mass - 2 * BASE_MODEL.wheelMass;
  const shellHeight = height - BASE_MODEL.bodyFloorGap;
  const aboutX = (bodyMass * (3 * radius ** 2 + shellHeight ** 2)) / 12;
  const aboutZ = (bodyMass * radius ** 2) / 2;
  const body = into.addBody(
    RigidBodyDesc.dynamic()
      .setTranslation(at.x, at.y, 0)
      .setRotation(rotation)
      .setCanSleep(false)
      .setAdditionalMassProperties(
        bodyMass,
        BASE_MODEL.centreOfMass,
        { x: aboutX, y: aboutX, z: aboutZ },
        UNTURNED,
      ),
  );
  const shell = into.addCollider(
    ColliderDesc.cylinder(shellHeight / 2, radius)
      .setRotation(UPRIGHT)
      .setTranslation(0, 0, BASE_MODEL.bodyFloorGap + shellHeight / 2)
      .setDensity(0)
      .setFriction(BASE_MODEL.bodyFriction),
    "base",
    body,
  );
  for (const [casterX, gap] of [
    [-BASE_MODEL.casterX, 0],
    [BASE_MODEL.casterX, BASE_MODEL.frontCasterGap],
  ] as const)
    into.addCollider(
      ColliderDesc.ball(BASE_MODEL.casterRadius)
        .setTranslation(casterX, 0, BASE_MODEL.casterRadius + gap)
        .setDensity(0)
        .setFriction(0)
        .setFrictionCombineRule(CoefficientCombineRule.Min),
      "base",
      body,
    );

  const driven = SIDES.map((side) => {
    const offset = (side * wheelSeparation) / 2;
    const wheel = into.addBody(
      RigidBodyDesc.dynamic()
        .setTranslation(at.x - offset * Math.sin(at.yaw), at.y + offset * Math.cos(at.yaw), wheelRadius)
        .setRotation(rotation)
        .setCanSleep(false),
    );
    into.addCollider(
      ColliderDesc.roundCylinder(
        BASE_MODEL.wheelHalfWidth,
        wheelRadius - BASE_MODEL.wheelRounding,
        BASE_MODEL.wheelRounding,
      )
        .setMass(BASE_MODEL.wheelMass)
        .setFriction(BASE_MODEL.wheelFriction),
      "base",
      wheel,
    );
    const joint = into.raw.createImpulseJoint(
      JointData.revolute({ x: 0, y: offset, z: wheelRadius }, ORIGIN, { x: 0, y: 1, z: 0 }),
      body,
      wheel,
      true,
    );
    const motor = asMotor(joint);
    motor.configureMotorModel(MotorModel.ForceBased);
    motor.setMotorMaxForce(BASE_MODEL.motorTorque);
    motor.configureMotorVelocity(0, BASE_MODEL.motorGain);
    motor.setContactsEnabled(false);
    return { wheel: wheel.handle, motor: motor.handle };
  });
  return {
    body: body.handle,
    shell: shell.handle,
    wheels: driven.map(({ wheel }) => wheel),
    motors: driven.map(({ motor }) => motor),
    surroundings,
  };
}

/** Fetches the parts anew: after building, and after every restore of the world. */
export function baseParts({ raw }: PhysicsWorld, handles: BaseHandles): BaseParts {
  return {
    body: raw.getRigidBody(handles.body),
    shell: raw.getCollider(handles.shell),
    wheels: handles.wheels.map((handle) => raw.getRigidBody(handle)),
    motors: handles.motors.map((handle) => asMotor(raw.getImpulseJoint(handle))),
    surroundings: handles.surroundings.map((handle) => raw.getCollider(handle)),
  };
}

/** Sets the speeds, rad/s, that the wheels' motors hold within their torque. */
export function driveWheels(parts: BaseParts, left: number, right: number): void {
  parts.motors[0]!.configureMotorVelocity(left, BASE_MODEL.motorGain);
  parts.motors[1]!.configureMotorVelocity(right, BASE_MODEL.motorGain);
}

/** What the encoders measure: rad/s of the left and right wheel about the axle, relative to the body. */
export function wheelSpeeds({ body, wheels }: BaseParts): [left: number, right: number] {
  const { x, y, z, w } = body.rotation();
  const axle = { x: 2 * (x * y - w * z), y: 1 - 2 * (x * x + z * z), z: 2 * (y * z + w * x) };
  const carrier = body.angvel();
  const speed = (wheel: RigidBody) => {
    const spin = wheel.angvel();
    return (spin.x - carrier.x) * axle.x + (spin.y - carrier.y) * axle.y + (spin.z - carrier.z) * axle.z;
  };
  return [speed(wheels[0]!), speed(wheels[1]!)];
}

/** Whether the shell touches a wall or an obstacle: a point of contact without a gap. */
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
