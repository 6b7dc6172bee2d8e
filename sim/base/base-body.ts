/**
 * The differential-drive base and its room as bodies of a Rapier world. Frame `map`; metres, kilograms, newton-metres.
 * Not here: what any wheels do (`wheels.ts`); limits, odometry, sensors (`base-sim.ts`).
 *
 * The body is dynamic and rolls on two driven wheels and a frictionless caster under Coulomb friction, so that
 * slip, braking distance and what a bump does are physics, not assumptions. Chosen over a body moved by its
 * velocity because it is as accurate and fast enough: over 18 headings and speeds at 120 Hz, 1 m is driven as
 * 0.9986 to 0.9993 m, a quarter turn as 89.7 to 90.4 degrees, for 20 µs a step. What that took: the centre of mass
 * behind the axle (two wheels and one caster carry, never four points), narrow rounded wheels (they turn on a
 * point), wheels as heavy as 1 kg (with their rotors' inertia; lighter ones shed 0.3 % of the way).
 */
import { DIFF_DRIVE, fromAxisAngle } from "../../core/index.js";
import { type PhysicsWorld, rapier } from "../engine.js";
import type { PlanarPose, Room } from "./room.js";
import { addFloor, wallsAround } from "./walled-floor.js";
import { addWheel, type BaseHandles } from "./wheels.js";

/** Model choices beside the data of `DIFF_DRIVE`: metres, kilograms, newton-metres. */
export const BASE_MODEL = {
  wheelMass: 1,
  wheelHalfWidth: 0.002,
  wheelRounding: 0.008,
  wheelFriction: 0.9,
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

const UNTURNED = { x: 0, y: 0, z: 0, w: 1 };
/** Rapier's cylinders stand along y; this turns them along z. */
const UPRIGHT = { x: Math.SQRT1_2, y: 0, z: 0, w: Math.SQRT1_2 };

/** Makes floor, walls, obstacles and a base at rest at `at`, and tells how to find them again. */
export function buildBase(into: PhysicsWorld, place: Room, at: PlanarPose): BaseHandles {
  const { ColliderDesc, RigidBodyDesc, CoefficientCombineRule } = rapier();
  const { height, mass, radius, wheelRadius, wheelSeparation } = DIFF_DRIVE;
  const [x, y, z, w] = fromAxisAngle([0, 0, 1], at.yaw);
  const rotation = { x, y, z, w };

  addFloor(into, place.halfWidth, BASE_MODEL.wheelFriction);
  const surroundings = [
    ...wallsAround(place.halfWidth, place.height),
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

  const driven = SIDES.map((side) =>
    addWheel(
      into,
      body,
      at,
      { x: 0, y: (side * wheelSeparation) / 2, z: wheelRadius },
      wheelRadius,
      BASE_MODEL,
    ),
  );
  return {
    body: body.handle,
    shell: shell.handle,
    wheels: driven.map(({ wheel }) => wheel),
    motors: driven.map(({ motor }) => motor),
    loop: { gain: BASE_MODEL.motorGain },
    surroundings,
  };
}
