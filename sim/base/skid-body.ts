/**
 * The skid-steer base and its course as bodies of a Rapier world. Frame `map`; metres, kilograms, newton-metres. Not
 * here: what any wheels do (`wheels.ts`); limits, odometry, sensors (`base-sim.ts`).
 *
 * Four driven wheels that are rigid bodies with Coulomb friction, not rays with a tyre model: a step is climbed because
 * its edge presses on a wheel, and the base turns because its wheels slip sideways, as the real one's do.
 */
import { fromAxisAngle, SKID_STEER } from "../../core/index.js";
import { type PhysicsWorld, rapier } from "../engine.js";
import { type Course, solidsOf, TRACK } from "./course.js";
import { HALF_WIDTH, HEIGHT, type PlanarPose } from "./room.js";
import { addFloor, wallsAround } from "./walled-floor.js";
import { addWheel, type BaseHandles } from "./wheels.js";

const WHEEL_ROUNDING = 0.03;

/** Model choices beside the data of `SKID_STEER`: metres, kilograms, newton-metres. */
export const SKID_MODEL = {
  wheelMass: SKID_STEER.wheelMass,
  wheelHalfWidth: SKID_STEER.wheelWidth / 2 - WHEEL_ROUNDING,
  wheelRounding: WHEEL_ROUNDING,
  wheelInertia: SKID_STEER.wheelInertia,
  /** rubber on a dry floor */
  wheelFriction: 0.9,
  motorGain: 300,
  /** ours: twice what 44 kg on a slope of 45 degrees ask of each wheel, 13.6 N m */
  motorTorque: 30,
  bodyFriction: 0.3,
} as const;

/** 1/s; ours: what a wheel lacks is made up for in a fifth of a second. */
const INTEGRAL_RATE = 5;

/** Wheels: left and right in turn, the front ones first. */
const WHEELS = [1, -1].flatMap((front) => [1, -1].map((side) => ({ front, side })));

/** Makes floor, walls, the course and a base at rest at `at` (map ← base_link), and tells how to find them again. */
export function buildSkidSteer(into: PhysicsWorld, course: Course, at: PlanarPose): BaseHandles {
  const { ColliderDesc, RigidBodyDesc } = rapier();
  const { body: box, bodyCentre, bodyInertia, bodyMass, track, wheelbase, wheelRadius } = SKID_STEER;
  const { wheelFriction, bodyFriction, motorGain, motorTorque } = SKID_MODEL;
  const [, , z, w] = fromAxisAngle([0, 0, 1], at.yaw);

  addFloor(into, HALF_WIDTH, wheelFriction);
  const [, , courseZ, courseW] = fromAxisAngle([0, 0, 1], course.at.yaw);
  const walls = wallsAround(HALF_WIDTH, HEIGHT).map((wall) => wall.setFriction(bodyFriction));
  const solids = solidsOf(course).map((profile) => {
    const corners = [1, -1].flatMap((side) =>
      profile.flatMap(([x, height]) => [x, side * TRACK.halfWidth, height]),
    );
    const description = ColliderDesc.convexHull(Float32Array.from(corners));
    if (description === null) throw new Error("internal: a solid of a course has no hull");
    return description
      .setTranslation(course.at.x, course.at.y, 0)
      .setRotation({ x: 0, y: 0, z: courseZ, w: courseW })
      .setFriction(wheelFriction);
  });
  const surroundings = [...walls, ...solids].map((each) => into.addCollider(each, "environment").handle);

  const body = into.addBody(
    RigidBodyDesc.dynamic()
      .setTranslation(at.x, at.y, 0)
      .setRotation({ x: 0, y: 0, z, w })
      .setCanSleep(false)
      .setAdditionalMassProperties(bodyMass, bodyCentre, bodyInertia, { x: 0, y: 0, z: 0, w: 1 }),
  );
  const shell = into.addCollider(
    ColliderDesc.cuboid(box.length / 2, box.width / 2 - SKID_STEER.wheelWidth / 2, box.height / 2)
      .setTranslation(0, 0, box.middle)
      .setDensity(0)
      .setFriction(bodyFriction),
    "base",
    body,
  );
  const driven = WHEELS.map(({ front, side }) =>
    addWheel(
      into,
      body,
      at,
      { x: (front * wheelbase) / 2, y: (side * track) / 2, z: wheelRadius },
      wheelRadius,
      SKID_MODEL,
    ),
  );
  return {
    body: body.handle,
    shell: shell.handle,
    wheels: driven.map(({ wheel }) => wheel),
    motors: driven.map(({ motor }) => motor),
    // As much as the whole torque asks for.
    loop: { gain: motorGain, integral: { rate: INTEGRAL_RATE, most: motorTorque / motorGain } },
    surroundings,
  };
}
