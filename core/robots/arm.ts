/**
 * A robot arm as one piece of data: kinematics and masses, where its tool may go, how its servos and its gripper
 * behave, what it touches with. A built-in arm is one file of this folder that fills it in; an imported one is
 * filled in from its description (`urdf/arm-from.ts`). The simulator, the controller and the contract are written
 * against it. Metres, radians, kilograms, newtons; the base frame is the model's root, z up, x forward.
 * Not here: code that moves anything, ROS names; what it looks like is data of its own (`look.ts`).
 */
import type { Contract, Feature } from "../contract.js";
import { refuse } from "../errors.js";
import { type Chain, chainTo } from "../kinematics/chain.js";
import type { RobotModel } from "../kinematics/model.js";
import type { ToolWorkspace } from "../kinematics/tool-pose.js";
import { fromAxisAngle, rotate } from "../math/quat.js";
import type { Vec3 } from "../math/vec3.js";
import type { ArmLook } from "./look.js";

/** A capsule: all points within `radius` of a segment along `axis`, metres. */
export interface LinkCapsule {
  /** index of the joint that carries it */
  readonly joint: number;
  readonly centre: Vec3;
  readonly axis: "x" | "y" | "z";
  /** half the length of the segment */
  readonly half: number;
  readonly radius: number;
}

/** The convex hull of points, metres, in the frame of the joint that carries it. */
export interface LinkHull {
  readonly joint: number;
  /** [points × 3] */
  readonly points: ArrayLike<number>;
}

/** A solid that a link touches with. */
export type LinkShape = LinkCapsule | LinkHull;

/** Servo gains, joint losses and outer shapes of an arm; lists hold one number a joint, in order. */
export interface ArmDrive {
  /** N m / rad and N m s / rad */
  readonly stiffness: readonly number[];
  readonly damping: readonly number[];
  /** passive, N m s / rad, and kg m², of every joint or one a joint */
  readonly friction: number | readonly number[];
  readonly armature: number | readonly number[];
  /** `felt` where the servos do not know of gravity, so that the arm sags under its weight; compensated by default */
  readonly gravity?: "felt";
  readonly shapes: readonly LinkShape[];
}

/** A box of a finger: half extents and centre, metres. */
export interface FingerBox {
  readonly half: Vec3;
  readonly centre: Vec3;
}

/**
 * How a gripper is simulated: dynamic fingers on springs. Mass and inertia of a finger are larger than the real
 * ones, because the engine's contact stiffness grows with mass: model choices, not measurements.
 */
export interface FingerDrive {
  /** N/m across the grip, and the share of critical damping */
  readonly side: number;
  readonly sideDamping: number;
  /** kg, kg m² of a finger */
  readonly mass: number;
  readonly inertia: number;
  readonly friction: number;
  /** m: a width below this means "grasp", with the whole force whatever is in between */
  readonly grasp: number;
  /** share of the squeeze by which a held object may widen before the set-point follows */
  readonly hysteresis: number;
  /** hand: half extents, and centre before the flange, tool frame axes */
  readonly palm: FingerBox;
  /** rounding of the pads' edges, m */
  readonly round: number;
}

/** Two fingers that slide apart along the tool's y, equally. */
export interface ParallelDrive extends FingerDrive {
  /** N/m and N s/m along the grip */
  readonly stiffness: number;
  readonly damping: number;
  /** m/s of one finger */
  readonly speed: number;
  /** m, of one finger: short of the stop, where limit and motor would fight */
  readonly open: number;
  readonly stop: number;
  /** boxes of one finger, centre from the pad's centre; y outward, z to the tip */
  readonly boxes: readonly FingerBox[];
}

/**
 * One jaw that turns about `axis` against a fixed one. At angle 0 the jaw's parts stand where they are given here,
 * all in tool axes; a positive angle opens it towards +y.
 */
export interface JawDrive extends FingerDrive {
  /** the hinge, tool frame, and the unit axis about which it opens */
  readonly pivot: Vec3;
  readonly axis: Vec3;
  /** from the pivot to the tip of the jaw */
  readonly tip: Vec3;
  /** y of the fixed jaw's face, tool frame: widths are measured from it to the tip */
  readonly face: number;
  /** rad: shut and as far as it goes */
  readonly shut: number;
  readonly wide: number;
  /** rad/s */
  readonly speed: number;
  /** boxes of the moving jaw, centre from the pivot, and of the fixed one, centre in the tool frame */
  readonly moving: readonly FingerBox[];
  readonly fixed: readonly FingerBox[];
}

/** m from the face of the fixed jaw to the tip of the moving one at that angle, rad; negative where they cross. */
export const jawWidth = ({ pivot, axis, tip, face }: JawDrive, angle: number): number =>
  pivot[1] + rotate(fromAxisAngle(axis, angle), tip)[1] - face;

/** The angle of a width, by halving: the tip only ever goes outward as the jaw opens. */
export function jawAngle(drive: JawDrive, width: number): number {
  let [low, high] = [drive.shut, drive.wide];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (jawWidth(drive, middle) < width) low = middle;
    else high = middle;
  }
  return high;
}

/** The gripper of an arm. */
export type ArmGripper = {
  /** m between the pads when open, as the contract says it */
  readonly open: number;
  /** N that it squeezes with unless told otherwise */
  readonly force: number;
} & (
  | { readonly kind: "parallel"; readonly drive: ParallelDrive }
  | { readonly kind: "jaw"; readonly drive: JawDrive }
);

/** Where on a table in front of it the arm can take things from above. */
export interface TableZone {
  /** of things on the table: half ranges around the centre, m */
  readonly centre: readonly [number, number];
  readonly range: readonly [number, number];
  /** m between their centres */
  readonly apart: number;
  /** where the tool begins: centre and half range of each axis, m */
  readonly tool: { readonly centre: Vec3; readonly range: number };
  /** m above the table that the tool can lift to everywhere in the zone */
  readonly lift: number;
}

/** A robot arm with a gripper, ready to be simulated, shown, recorded and taught. */
export interface ArmRobot {
  /** as contracts and `--robot` name it */
  readonly name: string;
  /** one line for people: what it is, and with which gripper */
  readonly title: string;
  readonly model: RobotModel;
  /** the link between the pads: z out of the hand, y the opening direction */
  readonly tool: string;
  /** rad, [n]: the tool points straight down over the table with the middle yaw of the workspace */
  readonly home: readonly number[];
  readonly workspace: ToolWorkspace;
  readonly gripper: ArmGripper;
  readonly drive: ArmDrive;
  readonly zone: TableZone;
  /** how pictures show it; grown from its kinematic tree by default. Nothing in a simulation depends on it */
  readonly look?: ArmLook;
  /** what the arm cannot do under `tool-pose` control, or what its model leaves out, in one sentence each */
  readonly limits: readonly string[];
}

/**
 * The chain from base to tool, checked against the rest of the data.
 * @throws InputError when lists have another length than the chain has joints, or a joint has no limit of effort
 */
export function armChain(robot: ArmRobot): Chain {
  const place = `robot ${robot.name}`;
  const chain = chainTo(robot.model, robot.tool);
  const { drive, home } = robot;
  for (const [name, list] of [
    ["home", home],
    ["drive.stiffness", drive.stiffness],
    ["drive.damping", drive.damping],
    ["drive.friction", drive.friction],
    ["drive.armature", drive.armature],
  ] as const)
    if (typeof list !== "number" && list.length !== chain.n)
      refuse(place, `${name} must hold ${chain.n} numbers`, list.length);
  chain.effort.forEach((effort, i) => {
    if (!(effort > 0 && Number.isFinite(effort)))
      refuse(place, `joint ${chain.names[i]} must have a limit of effort`, effort);
  });
  const heaviest = Math.max(
    ...chain.joints.map(({ links }) => links.reduce((sum, { link }) => sum + link.mass, 0)),
  );
  if (!(heaviest > 0)) refuse(place, "its links must have masses", heaviest);
  const outside = home.findIndex((q, i) => q < chain.lower[i]! || q > chain.upper[i]!);
  if (outside >= 0)
    refuse(place, `home must lie within the limits of ${chain.names[outside]}`, home[outside]);
  return chain;
}

const XYZ = ["x", "y", "z"];
const XYZW = ["x", "y", "z", "w"];

/** What an arm shows and takes under `tool-pose` control at 20 Hz, with the given goal features. */
export function armContract(
  robot: ArmRobot,
  task: string,
  goals: readonly Feature[],
  simulated: { readonly physics: number; readonly engine: Contract["engine"] } | null,
): Contract {
  const chain = chainTo(robot.model, robot.tool);
  const names = [...chain.names];
  const base = robot.model.root;
  const { workspace, gripper } = robot;
  const yaw = {
    low: (workspace.yawCentre ?? 0) - workspace.yaw,
    high: (workspace.yawCentre ?? 0) + workspace.yaw,
  };
  const bounded = [...chain.lower, ...chain.upper].every(Number.isFinite);
  const width = { low: [0], high: [gripper.open] };
  const measured = { kind: "proprioception" } as const;
  const commanded = { kind: "command" } as const;
  return {
    version: 1,
    robot: robot.name,
    task,
    control: "tool-pose",
    rates: { physics: simulated?.physics ?? null, policy: 20, record: 20 },
    observations: [
      {
        name: "observation.ee.position",
        names: XYZ,
        unit: "m",
        frame: base,
        limits: null,
        representation: { kind: "position" },
        source: measured,
      },
      {
        name: "observation.ee.orientation",
        names: XYZW,
        unit: "1",
        frame: base,
        limits: null,
        representation: { kind: "quaternion", symmetry: 1 },
        source: measured,
      },
      {
        name: "observation.gripper.width",
        names: ["width"],
        unit: "m",
        frame: null,
        limits: width,
        representation: { kind: "vector" },
        source: measured,
      },
      {
        name: "observation.joints.position",
        names,
        unit: "rad",
        frame: null,
        limits: bounded ? { low: [...chain.lower], high: [...chain.upper] } : null,
        representation: { kind: "vector" },
        source: measured,
      },
      {
        name: "observation.joints.velocity",
        names,
        unit: "rad/s",
        frame: null,
        limits: null,
        representation: { kind: "vector" },
        source: measured,
      },
    ],
    goals,
    actions: [
      {
        name: "action.ee.position",
        names: XYZ,
        unit: "m",
        frame: base,
        limits: { low: workspace.low, high: workspace.high },
        representation: { kind: "position" },
        source: commanded,
      },
      {
        name: "action.ee.yaw",
        names: ["yaw"],
        unit: "rad",
        frame: base,
        limits: { low: [yaw.low], high: [yaw.high] },
        representation: { kind: "angle" },
        source: commanded,
      },
      {
        name: "action.gripper.width",
        names: ["width"],
        unit: "m",
        frame: null,
        limits: width,
        representation: { kind: "vector" },
        source: commanded,
      },
    ],
    gripper: { open: gripper.open, closed: 0 },
    engine: simulated?.engine ?? null,
  };
}
