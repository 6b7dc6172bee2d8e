/**
 * What presses on the fingers from outside, read from the engine's contacts: while both are pressed apart they hold
 * something, and what acts along the grip is not counted (held beside the middle, a thing presses harder on one).
 * Normal forces alone, so that the weight of what is held, which friction carries, does not count either. World
 * frame, newtons. For cues; the arm's dynamics does not use it.
 */
import { dot, norm, type RobotContact, rotate, scale, type Vec3 } from "../../core/index.js";
import type { PhysicsWorld } from "../engine.js";
import type { Gripper } from "./gripper.js";

/** N below which nothing is reported, and below which a finger holds nothing */
const NOTHING = 0.2;

/**
 * The sum of normal forces on both fingers and where they act on average; null when next to nothing.
 * @param nameOf what a collider is called
 */
export function fingerContact(
  world: PhysicsWorld,
  fingers: Gripper["fingers"],
  nameOf?: (collider: number) => string | undefined,
): RobotContact | null {
  const { raw } = world;
  const force: [number, number, number] = [0, 0, 0];
  const at: [number, number, number] = [0, 0, 0];
  let weight = 0;
  let most = { push: 0, other: -1 };
  const [a, b] = [fingers[0].rigid.translation(), fingers[1].rigid.translation()];
  const grip = normalised([a.x - b.x, a.y - b.y, a.z - b.z]);
  /** what presses each finger outward, N */
  const outward = [0, 0];
  const normal = { x: 0, y: 0, z: 0 };
  for (const [side, { colliders }] of fingers.entries())
    for (const handle of colliders) {
      const collider = raw.getCollider(handle);
      raw.narrowPhase.contactPairsWith(handle, (other) => {
        raw.narrowPhase.contactPair(handle, other, raw.bodies, (manifold, flipped) => {
          const { x, y, z } = manifold.normal(normal);
          const [centre, turn] = [collider.translation(), collider.rotation()];
          for (let i = 0; i < manifold.numContacts(); i++) {
            const push = manifold.contactImpulse(i) * world.forcePerImpulse;
            const local = flipped ? manifold.localContactPoint2(i) : manifold.localContactPoint1(i);
            if (push <= 0 || local === null) continue;
            const signed = flipped ? push : -push;
            const offset = rotate([turn.x, turn.y, turn.z, turn.w], [local.x, local.y, local.z]);
            for (const [k, n] of [x, y, z].entries()) force[k]! += signed * n;
            outward[side]! += (side === 0 ? 1 : -1) * signed * dot([x, y, z], grip);
            at[0] += push * (centre.x + offset[0]);
            at[1] += push * (centre.y + offset[1]);
            at[2] += push * (centre.z + offset[2]);
            weight += push;
            if (push > most.push) most = { push, other };
          }
        });
      });
    }
  if (outward.every((push) => push > NOTHING)) {
    const along = dot(force, grip);
    for (let k = 0; k < 3; k++) force[k]! -= along * grip[k]!;
  }
  if (Math.hypot(...force) < NOTHING) return null;
  const name = nameOf?.(most.other);
  return {
    part: "gripper",
    force,
    at: [at[0] / weight, at[1] / weight, at[2] / weight],
    ...(name === undefined ? {} : { other: name }),
  };
}

const normalised = (v: Vec3): Vec3 => scale(v, 1 / norm(v));
