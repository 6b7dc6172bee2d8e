/**
 * Props as the engine has them: colliders of what stands fast, bodies of what moves, joints of what slides and of links.
 * Made in the order fixed, sliding, free, links, so that a setup gives the same bits whatever order its scene has. Metres, kilograms.
 */
import type { ColliderDesc, PrismaticImpulseJoint, RigidBody, RigidBodyDesc } from "@dimforge/rapier3d";
import {
  compose,
  dot,
  impossible,
  type Pose,
  partsOf,
  type Quat,
  rotate,
  type SceneObject,
  type SimpleShape,
  subtract,
  type Vec3,
  volumeOf,
} from "../../core/index.js";
import { type PhysicsWorld, rapier } from "../engine.js";
import type { Prop } from "./setup.js";

/** How props differ from what a setup says. */
export interface PropOptions {
  /** factors; default 1 */
  readonly massScale: number;
  readonly frictionScale: number;
  /** whether resting things may sleep */
  readonly sleep: boolean;
}

/** A prop in a world. */
export interface PropInWorld {
  readonly prop: Prop;
  readonly colliders: readonly number[];
  /** null when it stands fast; fetched anew by `attachProps` */
  body: RigidBody | null;
  readonly handle: number | null;
}

/** Puts props into a world; the result is in the order of the setup. */
export function addProps(world: PhysicsWorld, props: readonly Prop[], options: PropOptions): PropInWorld[] {
  const made = new Map<Prop, PropInWorld>();
  for (const kind of ["fixed", "prismatic", "free", "link", "painted"] as const)
    for (const prop of props)
      if (prop.body.kind === kind) made.set(prop, addProp(world, prop, options, [...made.values()]));
  return props.map((prop) => made.get(prop)!);
}

/** After the world was restored. */
export function attachProps(world: PhysicsWorld, props: readonly PropInWorld[]): void {
  for (const each of props) if (each.handle !== null) each.body = world.raw.getRigidBody(each.handle);
}

function addProp(
  world: PhysicsWorld,
  prop: Prop,
  options: PropOptions,
  made: readonly PropInWorld[],
): PropInWorld {
  const { RigidBodyDesc } = rapier();
  const { body: kind, friction, pose } = prop;
  const parts = partsOf(prop.shape);
  switch (kind.kind) {
    case "fixed": {
      const colliders = parts.map(({ shape, at }) => {
        const description = placed(describe(shape), shape, compose(pose, at));
        return world.addCollider(description.setFriction(friction * options.frictionScale), "environment")
          .handle;
      });
      return { prop, colliders, body: null, handle: null };
    }
    case "prismatic":
    case "free": {
      const body = world.addBody(standing(RigidBodyDesc.dynamic(), pose).setCanSleep(options.sleep));
      const volume = parts.reduce((sum, { shape }) => sum + volumeOf(shape), 0);
      const colliders = parts.map(({ shape, at }) => {
        const share = volumeOf(shape) / volume;
        const description = placed(describe(shape), shape, at)
          .setMass(kind.mass * options.massScale * share)
          .setFriction(friction * options.frictionScale);
        return world.addCollider(description, "object", body).handle;
      });
      if (kind.kind === "prismatic") slide(world, body, pose, kind);
      // They lie at rest already; asked for in the description, sleep would end with the first step.
      if (options.sleep) body.sleep();
      return { prop, colliders, body, handle: body.handle };
    }
    case "link": {
      const body = world.addBody(
        standing(RigidBodyDesc.dynamic(), pose).setCanSleep(options.sleep).setAngularDamping(kind.rolling),
      );
      const [part] = parts as [(typeof parts)[number]];
      const { mass, inertia } = {
        mass: kind.mass * options.massScale,
        inertia: kind.inertia * options.massScale,
      };
      const round = { x: inertia, y: inertia, z: inertia };
      const description = placed(describe(part.shape), part.shape, part.at)
        .setMassProperties(mass, { x: 0, y: 0, z: 0 }, round, { x: 0, y: 0, z: 0, w: 1 })
        .setFriction(friction * options.frictionScale);
      const collider = world.addCollider(description, "object", body).handle;
      const before = made.find(({ prop: { id } }) => id === kind.after);
      if (before?.body != null) bend(world, before.body, body, kind);
      if (options.sleep) body.sleep();
      return { prop, colliders: [collider], body, handle: body.handle };
    }
    case "painted":
      return { prop, colliders: [], body: null, handle: null };
    default:
      return impossible(kind);
  }
}

const standing = (description: RigidBodyDesc, { position, orientation }: Pose): RigidBodyDesc => {
  const [x, y, z, w] = orientation;
  return description.setTranslation(...position).setRotation({ x, y, z, w });
};

/** Lets a body move along its axis alone, from where it is, against a damper that pulls it nowhere. */
function slide(
  world: PhysicsWorld,
  body: RigidBody,
  pose: Pose,
  { axis: [x, y, z], range, damping }: Extract<Prop["body"], { kind: "prismatic" }>,
): void {
  const { JointData, MotorModel, RigidBodyDesc } = rapier();
  const origin = { x: 0, y: 0, z: 0 };
  const joint = world.raw.createImpulseJoint(
    JointData.prismatic(origin, origin, { x, y, z }),
    world.addBody(standing(RigidBodyDesc.fixed(), pose)),
    body,
    true,
  ) as PrismaticImpulseJoint;
  joint.setLimits(0, range);
  joint.configureMotorModel(MotorModel.ForceBased);
  joint.configureMotorVelocity(0, damping);
}

/** Joins the end of a link to the beginning of the next one: a ball joint that bends and twists as a damped spring. */
function bend(
  world: PhysicsWorld,
  before: RigidBody,
  body: RigidBody,
  { length, stiffness, damping }: Extract<Prop["body"], { kind: "link" }>,
): void {
  const { JointData, MotorModel } = rapier();
  const end = { x: length / 2, y: 0, z: 0 };
  const joint = world.raw.createImpulseJoint(
    JointData.spherical(end, { x: -length / 2, y: 0, z: 0 }),
    before,
    body,
    true,
  );
  joint.setContactsEnabled(false);
  // The engine's class for these joints is not made for what `createImpulseJoint` returns.
  const { raw } = world.raw.impulseJoints;
  for (const turn of [3, 4, 5]) {
    raw.jointConfigureMotorModel(joint.handle, turn, Number(MotorModel.ForceBased));
    raw.jointConfigureMotor(joint.handle, turn, 0, 0, stiffness, damping);
  }
}

/** m, rounding of a cylinder's edges: without it a cylinder stands and slides badly in the engine. */
const ROUND = 0.001;

function describe(shape: SimpleShape): ColliderDesc {
  const { ColliderDesc } = rapier();
  switch (shape.kind) {
    case "box":
      return ColliderDesc.cuboid(shape.size[0] / 2, shape.size[1] / 2, shape.size[2] / 2);
    case "cylinder":
      return ColliderDesc.roundCylinder(shape.height / 2 - ROUND, shape.radius - ROUND, ROUND);
    case "sphere":
      return ColliderDesc.ball(shape.radius);
    case "capsule":
      return ColliderDesc.capsule(shape.length / 2, shape.radius);
    default:
      return impossible(shape);
  }
}

/** The engine's cylinders and capsules stand along y. */
const UPRIGHT: Quat = [Math.SQRT1_2, 0, 0, Math.SQRT1_2];

function placed(description: ColliderDesc, shape: SimpleShape, at: Pose): ColliderDesc {
  const { position, orientation } =
    shape.kind === "cylinder" || shape.kind === "capsule"
      ? compose(at, { position: [0, 0, 0], orientation: UPRIGHT })
      : at;
  const [x, y, z, w] = orientation;
  return description.setTranslation(...position).setRotation({ x, y, z, w });
}

/** table ← prop, now. */
export function poseOf({ prop, body }: PropInWorld): Pose {
  if (body === null) return prop.pose;
  const p = body.translation();
  const r = body.rotation();
  return { position: [p.x, p.y, p.z], orientation: [r.x, r.y, r.z, r.w] };
}

/** How far a thing that slides has moved along its axis, m. */
const openingOf = (each: PropInWorld, axis: Vec3): number =>
  dot(rotate(each.prop.pose.orientation, axis), subtract(poseOf(each).position, each.prop.pose.position));

/** Whether any collider of one list presses on any of the other. */
export const pressing = (world: PhysicsWorld, some: readonly number[], others: readonly number[]): boolean =>
  some.some((a) =>
    others.some((b) => world.normalForce(world.raw.getCollider(a), world.raw.getCollider(b)) > 0),
  );

/** Pose and velocity of bodies, thirteen numbers each, for hashes. */
export const motionOf = (bodies: readonly RigidBody[]): number[] =>
  bodies.flatMap((body) => {
    const [p, r, v, w] = [body.translation(), body.rotation(), body.linvel(), body.angvel()];
    return [p.x, p.y, p.z, r.x, r.y, r.z, r.w, v.x, v.y, v.z, w.x, w.y, w.z];
  });

/** m/s; 0 of what stands fast. */
export function speedOf({ body }: PropInWorld): number {
  const v = body?.linvel();
  return v === undefined ? 0 : Math.hypot(v.x, v.y, v.z);
}

const EXACT = { position: 0, rotation: 0 } as const;

/** A prop as the exact scene shows it at `time` s. */
export function objectOf(each: PropInWorld, time: number): SceneObject {
  const { prop } = each;
  return {
    id: prop.id,
    class: prop.class,
    colour: prop.colour,
    size: prop.size,
    pose: poseOf(each),
    uncertainty: EXACT,
    time,
    ...(prop.shown ? { shape: prop.shape } : {}),
    ...(prop.body.kind === "prismatic" ? { opening: openingOf(each, prop.body.axis) } : {}),
  };
}
