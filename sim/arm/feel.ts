/**
 * What a hand feels, read from the state after a step: the deflection of its springs, and the contacts of its pads.
 * Base frame, newtons, newton metres. The fingers weigh nothing here, so an empty hand at rest feels nothing, as a tared sensor.
 */
import { dot, scale, type Vec3 } from "../../core/index.js";
import type { PhysicsWorld } from "../engine.js";
import type { Gripper } from "./gripper.js";

/** What a hand feels. */
export interface Feel {
  /** N with which each finger, left and right, is pressed open against its spring */
  readonly finger: readonly [number, number];
  /** N on the hand by what its fingers carry and push, base frame: a held thing pulls down */
  readonly wrist: Vec3;
  /** N m of the same about the origin of the last link, base frame; see `Springs` */
  readonly torque: Vec3;
  /** N of normal force on the quarters of each pad, left then right: -x -z, -x +z, +x -z, +x +z of the tool, [8] */
  readonly touch: readonly number[];
}

/** Quarters of a pad are the first colliders of a finger. */
const QUARTERS = 4;

/** Reads it; changes nothing. */
export function feelOf(world: PhysicsWorld, hand: Gripper): Feel {
  const { finger, wrist, torque, axis } = hand.springs();
  const touch = hand.fingers.flatMap(({ colliders }, i) => {
    // How much is known from the spring; in a tight grasp the engine's contacts say up to a third more, and only
    // where it presses can be had from them.
    const shares = colliders.map((collider) => pressed(world, collider, scale(axis, i === 0 ? 1 : -1)));
    const all = shares.reduce((sum, share) => sum + share, 0);
    const force = all > 0 ? Math.max(0, finger[i]!) / all : 0;
    return shares.slice(0, QUARTERS).map((share) => force * Math.max(0, share));
  });
  return { finger, wrist, torque, touch };
}

/** What contacts press a collider with along `outward`, N s. */
function pressed({ raw }: PhysicsWorld, handle: number, outward: Vec3): number {
  let pressure = 0;
  const normal = { x: 0, y: 0, z: 0 };
  raw.narrowPhase.contactPairsWith(handle, (other) => {
    raw.narrowPhase.contactPair(handle, other, raw.bodies, (manifold, flipped) => {
      const { x, y, z } = manifold.normal(normal);
      const along = (flipped ? 1 : -1) * dot([x, y, z], outward);
      for (let i = 0; i < manifold.numContacts(); i++)
        pressure += Math.max(0, manifold.contactImpulse(i)) * along;
    });
  });
  return pressure;
}
