/**
 * The links of a simulated arm as the engine sees them: kinematic bodies that go where the arm's own dynamics
 * says, and what they touch. A kinematic body has infinite strength, so every contact is read and given back to
 * the arm as torque: on movable things the normal force that the engine found, on fixed ones (which the engine
 * leaves alone) a spring on the depth. Base frame, metres, newtons. Friction on links is not fed back.
 */
import type { Collider, ColliderDesc, RigidBody, TempContactManifold } from "@dimforge/rapier3d";
import {
  type ArmDrive,
  type Chain,
  compose,
  type FingerBox,
  fromAxisAngle,
  IDENTITY_QUAT,
  type LinkShape,
  poseAt,
  type Quat,
  type RobotContact,
  refuse,
  rotate,
  type Vec3,
} from "../../core/index.js";
import type { Dynamics } from "../dynamics.js";
import { type PhysicsWorld, rapier } from "../engine.js";
import type { StateReader, StateWriter } from "../state.js";

/** N/m: how a link that is pushed into something fixed is pushed back */
const STIFFNESS = 20_000;
/** Share of a new force that is taken over in one step: the force of a clamped object would ring. */
const SHARE = 0.3;
/** N below which a contact is forgotten */
const NOTHING = 1e-3;

interface Link {
  readonly joint: number;
  readonly body: number;
  rigid: RigidBody;
  readonly colliders: { readonly handle: number; collider: Collider }[];
  /** N, filtered, and where it acts */
  readonly force: Float64Array;
  readonly point: Float64Array;
  /** collider of what pressed most, and with how many N, in the last reading; not part of the state */
  other: number | null;
  most: number;
}

/** Something that stands fast and is touched. */
export interface Obstacle {
  /** unit vector from it to the link */
  readonly away: Vec3;
  readonly at: Vec3;
}

/** The kinematic link bodies of an arm in a world. */
export class Links {
  readonly links: readonly Link[];
  /** of the link that each joint moves */
  private readonly names: readonly string[];
  private readonly position = { x: 0, y: 0, z: 0 };
  private readonly rotation = { x: 0, y: 0, z: 0, w: 1 };
  /** what the callbacks of one reading work on */
  private link: Link | null = null;
  private collider: Collider | null = null;
  private other = 0;
  private otherIsFixed = false;
  private readonly sum = new Float64Array(3);

  constructor(
    private readonly world: PhysicsWorld,
    chain: Chain,
    drive: ArmDrive,
    palm: FingerBox,
    private readonly dynamics: Dynamics,
    private readonly member: number | null = null,
  ) {
    const last = chain.n - 1;
    this.names = chain.joints.map(({ joint }) => joint.child);
    const joints = [...new Set([...drive.shapes.map((shape) => shape.joint), last])].sort((a, b) => a - b);
    this.links = joints.map((joint) => this.build(joint, joint === last ? palm : null, chain, drive));
  }

  /** The body that the hand hangs on. */
  get last(): RigidBody {
    return this.links.at(-1)!.rigid;
  }

  /** Newtons that act on a joint's link, filtered. */
  forceOn(joint: number): number {
    const link = this.links.find((each) => each.joint === joint);
    return link === undefined ? 0 : Math.hypot(...link.force);
  }

  /** Where the link of a joint met something that stands fast, at the beginning of the last step of the world. */
  obstacles(joint: number): Obstacle[] {
    const { raw } = this.world;
    const found: Obstacle[] = [];
    for (const { collider } of this.links.find((each) => each.joint === joint)?.colliders ?? [])
      raw.narrowPhase.contactPairsWith(collider.handle, (other) => {
        if (raw.getCollider(other)?.parent()?.isDynamic() === true) return;
        raw.narrowPhase.contactPair(collider.handle, other, raw.bodies, (manifold, flipped) => {
          const { x, y, z } = manifold.normal();
          const sign = flipped ? 1 : -1;
          const centre = collider.translation();
          const turn = collider.rotation();
          for (let i = 0; i < manifold.numContacts(); i++) {
            const local = flipped ? manifold.localContactPoint2(i) : manifold.localContactPoint1(i);
            if (manifold.contactDist(i) > 0 || local === null) continue;
            const offset = rotate([turn.x, turn.y, turn.z, turn.w], [local.x, local.y, local.z]);
            found.push({
              away: [sign * x, sign * y, sign * z],
              at: [centre.x + offset[0], centre.y + offset[1], centre.z + offset[2]],
            });
          }
        });
      });
    return found;
  }

  /** The links that something presses on, by the name of their link. @param nameOf what a collider is called */
  contacts(nameOf?: (collider: number) => string | undefined): RobotContact[] {
    return this.links.flatMap(({ joint, force, point, other }): RobotContact[] => {
      if (force.every((value) => value === 0)) return [];
      const name = other === null ? undefined : nameOf?.(other);
      return [
        {
          part: this.names[joint]!,
          force: [force[0]!, force[1]!, force[2]!],
          at: [point[0]!, point[1]!, point[2]!],
          ...(name === undefined ? {} : { other: name }),
        },
      ];
    });
  }

  /** Sends the bodies to the frames of the arm's dynamics, to be reached by the next step of the world. */
  place(): void {
    const { frames } = this.dynamics;
    const { position, rotation } = this;
    for (const { rigid, joint } of this.links) {
      const f = joint * 7;
      position.x = frames[f]!;
      position.y = frames[f + 1]!;
      position.z = frames[f + 2]!;
      rotation.x = frames[f + 3]!;
      rotation.y = frames[f + 4]!;
      rotation.z = frames[f + 5]!;
      rotation.w = frames[f + 6]!;
      rigid.setNextKinematicTranslation(position);
      rigid.setNextKinematicRotation(rotation);
    }
  }

  /** Adds to `out` the torques of everything that touches a link. */
  addTorques(out: Float64Array): void {
    for (const link of this.links) {
      this.sum.fill(0);
      this.link = link;
      link.most = 0;
      for (const { collider } of link.colliders) {
        this.collider = collider;
        this.world.raw.narrowPhase.contactPairsWith(collider.handle, this.onPair);
      }
      const { force, point } = link;
      let size = 0;
      for (let k = 0; k < 3; k++) {
        force[k]! += SHARE * (this.sum[k]! - force[k]!);
        size += Math.abs(force[k]!);
      }
      if (size < NOTHING) force.fill(0);
      else
        this.dynamics.addForce(
          link.joint,
          point[0]!,
          point[1]!,
          point[2]!,
          force[0]!,
          force[1]!,
          force[2]!,
          out,
        );
    }
  }

  private readonly onPair = (other: number): void => {
    const { raw } = this.world;
    const parent = raw.getCollider(other)?.parent() ?? null;
    this.other = other;
    this.otherIsFixed = parent === null || !parent.isDynamic();
    raw.narrowPhase.contactPair(this.collider!.handle, other, raw.bodies, this.onManifold);
  };

  private readonly onManifold = (manifold: TempContactManifold, flipped: boolean): void => {
    let impulse = 0;
    let depth = 0;
    let deepest = -1;
    for (let i = 0; i < manifold.numContacts(); i++) {
      impulse += manifold.contactImpulse(i);
      if (deepest < 0 || -manifold.contactDist(i) > depth) {
        depth = -manifold.contactDist(i);
        deepest = i;
      }
    }
    const push = this.otherIsFixed ? STIFFNESS * Math.max(0, depth) : impulse * this.world.forcePerImpulse;
    if (deepest < 0 || push <= 0) return;
    const link = this.link!;
    if (push > link.most) [link.other, link.most] = [this.other, push];
    const normal = manifold.normal(this.position);
    const signed = flipped ? push : -push;
    this.sum[0]! += signed * normal.x;
    this.sum[1]! += signed * normal.y;
    this.sum[2]! += signed * normal.z;
    const local = flipped ? manifold.localContactPoint2(deepest) : manifold.localContactPoint1(deepest);
    if (local === null) return;
    const centre = this.collider!.translation();
    const { x, y, z, w } = this.collider!.rotation();
    const offset = rotate([x, y, z, w], [local.x, local.y, local.z]);
    link.point.set([centre.x + offset[0], centre.y + offset[1], centre.z + offset[2]]);
  };

  private build(joint: number, palm: FingerBox | null, chain: Chain, drive: ArmDrive): Link {
    const { RigidBodyDesc, ColliderDesc, ActiveCollisionTypes } = rapier();
    const pose = poseAt(this.dynamics.frames, joint);
    const rigid = this.world.addBody(
      RigidBodyDesc.kinematicPositionBased()
        .setTranslation(...pose.position)
        .setRotation(asRotation(pose.orientation)),
    );
    const descriptions = drive.shapes.filter((shape) => shape.joint === joint).map(describe);
    if (palm !== null) {
      const { half } = palm;
      const place = compose(chain.lastFromTool, { position: palm.centre, orientation: IDENTITY_QUAT });
      descriptions.push(
        ColliderDesc.cuboid(...half)
          .setTranslation(...place.position)
          .setRotation(asRotation(place.orientation)),
      );
    }
    const colliders = descriptions.map((description) => {
      description.setDensity(0).setActiveCollisionTypes(ActiveCollisionTypes.ALL);
      const collider = this.world.addCollider(description, "arm", rigid, this.member);
      return { handle: collider.handle, collider };
    });
    return {
      joint,
      body: rigid.handle,
      rigid,
      colliders,
      force: new Float64Array(3),
      point: new Float64Array(3),
      other: null,
      most: 0,
    };
  }

  /** After the world was restored. */
  attach(): void {
    const { raw } = this.world;
    for (const link of this.links) {
      link.rigid = raw.getRigidBody(link.body);
      for (const each of link.colliders) each.collider = raw.getCollider(each.handle);
    }
  }

  save(out: StateWriter): void {
    for (const link of this.links) {
      out.putArray(link.force);
      out.putArray(link.point);
    }
  }

  load(state: StateReader): void {
    for (const link of this.links) {
      state.getInto(link.force);
      state.getInto(link.point);
      link.other = null;
    }
  }
}

/** The engine's capsules stand along y. */
const UPRIGHT: Readonly<Record<"x" | "y" | "z", Quat>> = {
  x: fromAxisAngle([0, 0, 1], Math.PI / 2),
  y: IDENTITY_QUAT,
  z: fromAxisAngle([1, 0, 0], Math.PI / 2),
};

function describe(shape: LinkShape): ColliderDesc {
  const { ColliderDesc } = rapier();
  if ("points" in shape)
    return (
      ColliderDesc.convexHull(Float32Array.from(shape.points)) ??
      refuse("shape of a link", "points must span a solid", shape.points.length / 3)
    );
  const { half, radius, centre, axis } = shape;
  return ColliderDesc.capsule(half, radius)
    .setTranslation(...centre)
    .setRotation(asRotation(UPRIGHT[axis]));
}

const asRotation = ([x, y, z, w]: Quat) => ({ x, y, z, w });
