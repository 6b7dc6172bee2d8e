/**
 * What stands on a table at the start of an episode, as plain data: things that can be moved and furniture that
 * cannot, where the tool begins, and what the goal is about. Frame: the arm's base, the table top at z = 0; metres,
 * kilograms, radians. Not here: how it is drawn from a seed (a task's matter), and the physics (`bodies.ts`).
 */
import {
  boundsOf,
  type Colour,
  fromAxisAngle,
  type GoalBinding,
  IDENTITY_QUAT,
  type ObjectClass,
  type Pose,
  type Shape,
  type Vec3,
} from "../../core/index.js";

/** One thing on the table. */
export interface Prop {
  /** as the scene names it, e.g. `red_cube` */
  readonly id: string;
  readonly class: ObjectClass;
  readonly colour: Colour | null;
  /** what it collides with, in its own frame */
  readonly shape: Shape;
  /** full extents that the scene says; of a bin: inside its walls */
  readonly size: Vec3;
  /** whether the scene carries the shape: true where class and size do not tell it */
  readonly shown: boolean;
  /** table ← prop at the start */
  readonly pose: Pose;
  /** friction coefficient */
  readonly friction: number;
  readonly body: PropBody;
  /** where a hand takes it, in its own frame; default its origin */
  readonly grasp?: Vec3;
}

/** How a prop moves. */
export type PropBody =
  /** freely, with this mass in kg */
  | { readonly kind: "free"; readonly mass: number }
  /** not at all */
  | { readonly kind: "fixed" }
  /** along one axis of its own, from where it begins (closed), as a drawer does */
  | {
      readonly kind: "prismatic";
      /** the way it opens, a unit vector in its own frame */
      readonly axis: Vec3;
      /** m that it opens at most */
      readonly range: number;
      /** N s/m: what resists its motion; pushed by nobody it stays where it is */
      readonly damping: number;
      /** kg */
      readonly mass: number;
    }
  /** as one link of a rope: by a ball joint on the link before it, which bends as a damped spring */
  | {
      readonly kind: "link";
      /** id of the prop before it, which ends where this begins; null: the rope's first */
      readonly after: string | null;
      /** kg */
      readonly mass: number;
      /** m between its joints, along its own x; its middle is the origin */
      readonly length: number;
      /** N m/rad and N m s/rad of bending and twisting */
      readonly stiffness: number;
      readonly damping: number;
      /** kg m² about every axis: see `rope.ts` */
      readonly inertia: number;
      /** 1/s that its turning loses by itself: what rolls comes to rest */
      readonly rolling: number;
    }
  /** a mark on the table that nothing touches */
  | { readonly kind: "painted" };

/** Where a tool begins: m, and rad of its yaw. */
export interface ToolStart {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
}

/** Everything that is drawn for an episode at the table. */
export interface TableSetup {
  /** in the order of the scene */
  readonly props: readonly Prop[];
  /** where the tool begins, pointing down; with several arms that of the first */
  readonly tool: ToolStart;
  /** where those of the other arms begin, in order; absent where there is one arm */
  readonly otherTools?: readonly ToolStart[];
  /** what the slots of the task are bound to */
  readonly goal: GoalBinding;
}

/** What differs between things of the same kind. */
export interface PropPlace {
  readonly id: string;
  readonly colour: Colour | null;
  /** m on the table */
  readonly x: number;
  readonly y: number;
  /** rad */
  readonly yaw: number;
}

/** What a thing is made of. */
export interface PropStuff {
  /** kg */
  readonly mass: number;
  readonly friction: number;
}

const standing = ({ x, y, yaw }: PropPlace, z: number): Pose => {
  // The sine and cosine of the yaw alone: -0 in x and y would be other bits than 0.
  const [, , qz, qw] = fromAxisAngle([0, 0, 1], yaw);
  return { position: [x, y, z], orientation: [0, 0, qz, qw] };
};

/** A cube of that side on the table. */
export const cubeProp = (place: PropPlace, side: number, { mass, friction }: PropStuff): Prop => ({
  id: place.id,
  class: "cube",
  colour: place.colour,
  shape: { kind: "box", size: [side, side, side] },
  size: [side, side, side],
  shown: false,
  pose: standing(place, side / 2),
  friction,
  body: { kind: "free", mass },
});

/** A can that stands on the table. */
export const canProp = (
  place: PropPlace,
  radius: number,
  height: number,
  { mass, friction }: PropStuff,
): Prop => ({
  id: place.id,
  class: "can",
  colour: place.colour,
  shape: { kind: "cylinder", radius, height },
  size: [2 * radius, 2 * radius, height],
  shown: false,
  pose: standing(place, height / 2),
  friction,
  body: { kind: "free", mass },
});

/** How a bin is built: four walls on the table, which is its floor; metres. */
export interface BinForm {
  /** inside, along x and y */
  readonly inner: readonly [number, number];
  readonly wall: number;
  readonly height: number;
  readonly friction: number;
}

/** A bin that stands fast, its walls along the axes. */
export function binProp(
  { id, colour, x, y }: Omit<PropPlace, "yaw">,
  { inner: [length, width], wall, height, friction }: BinForm,
): Prop {
  const part = (px: number, py: number, size: Vec3) => ({
    shape: { kind: "box", size } as const,
    at: { position: [px, py, height / 2] as const, orientation: IDENTITY_QUAT },
  });
  const parts = [1, -1].flatMap((sign) => [
    part((sign * (length + wall)) / 2, 0, [wall, width + 2 * wall, height]),
    part(0, (sign * (width + wall)) / 2, [length + 2 * wall, wall, height]),
  ]);
  return {
    id,
    class: "bin",
    colour,
    shape: { kind: "compound", parts },
    size: [length, width, height],
    shown: false,
    pose: { position: [x, y, 0], orientation: IDENTITY_QUAT },
    friction,
    body: { kind: "fixed" },
  };
}

/** A shape of boxes along its axes: full extents and middle of each, m. */
export const boxesShape = (boxes: readonly { readonly size: Vec3; readonly at: Vec3 }[]): Shape => ({
  kind: "compound",
  parts: boxes.map(({ size, at }) => ({
    shape: { kind: "box", size },
    at: { position: at, orientation: IDENTITY_QUAT },
  })),
});

/** A prop of any shape that rests on the table, shown as it is. */
export function shapedProp(
  place: PropPlace,
  kind: ObjectClass,
  shape: Shape,
  friction: number,
  body: PropBody,
  grasp?: Vec3,
): Prop {
  const { centre, size } = boundsOf(shape);
  return {
    id: place.id,
    class: kind,
    colour: place.colour,
    shape,
    size,
    shown: true,
    pose: standing(place, size[2] / 2 - centre[2]),
    friction,
    body,
    ...(grasp === undefined ? {} : { grasp }),
  };
}
