/**
 * Cues: what a person should notice while driving, as data. How they look and sound is the page's affair; what the
 * page alone can know (delay, stale news, a tool out of a camera's sight) is not here. Metres, radians, newtons.
 */
import {
  actionOffsets,
  type Contract,
  distance,
  LIFT_JOINT,
  norm,
  type Pose,
  type RobotContact,
  type RobotState,
  scale,
  type ToolReach,
  toolYaw,
  type Vec3,
  wrapAngle,
} from "../../core/index.js";
import type { Edges } from "./hand.js";

/** Something to notice; several at once, worst first. */
export type Cue =
  /** a joint `margin` before its limit, rad, or m of what slides: below the first of `CUES.joint`, `at` below the second */
  | {
      readonly kind: "near-limit" | "at-limit";
      readonly joint: string;
      readonly unit: "rad" | "m";
      readonly margin: number;
      /** which end: -1 the lower, 1 the upper */
      readonly side: -1 | 1;
    }
  /** the hand is held back at a side of the workspace: axis x, y, z or yaw, and which side */
  | { readonly kind: "edge"; readonly axis: "x" | "y" | "z" | "yaw"; readonly side: -1 | 1 }
  /** no joint position reaches what is wanted: the command stayed as it was */
  | {
      readonly kind: "unreachable";
      readonly wanted: Vec3;
      readonly yaw: number;
      /** m from the axis that the arm turns about that it reaches at this height; null where something else holds it back */
      readonly reach: number | null;
    }
  /** the measure of Yoshikawa 1985 is below what counts as little of this arm, see `manipulability.ts` */
  | { readonly kind: "singular"; readonly manipulability: number }
  /** something presses on a part from outside, N, at a point; null where the simulation has no force or no name */
  | {
      readonly kind: "contact" | "collision";
      readonly part: string;
      /** id of what presses, or `table` */
      readonly other: string | null;
      readonly force: number | null;
      readonly at: Vec3;
      /** unit vector that it pushes in; null where there is no force */
      readonly direction: Vec3 | null;
    }
  /** the tool is behind the command by so much */
  | { readonly kind: "lag"; readonly distance: number; readonly angle: number };

/** Where cues begin. */
export const CUES = {
  /** before a joint's limit and at it: of one that turns, rad, and of one that slides, m */
  joint: {
    rad: [(8 * Math.PI) / 180, (1 * Math.PI) / 180],
    m: [0.015, 0.002],
  },
  /** N */
  contact: 0.5,
  collision: 40,
  /** m and rad between command and tool */
  lag: 0.015,
  lagAngle: (8 * Math.PI) / 180,
} as const;

/** What cues are made from, at the end of a step. */
export interface CueFacts {
  readonly contract: Contract;
  readonly robot: RobotState;
  /** base of the arm ← tool: what commands are told in */
  readonly tool: Pose;
  readonly contacts: readonly RobotContact[];
  /** the command in force, and what was asked for in this step, [A] */
  readonly command: ArrayLike<number>;
  readonly asked: ArrayLike<number>;
  /** sides of the workspace that hold the hand back; null for a base */
  readonly edges: Edges | null;
  /** where the arm ends; null without one */
  readonly reach: ToolReach | null;
  /** how freely its tool can move, and with less than what one way is nearly blocked; null without an arm */
  readonly manipulability: { readonly measure: number; readonly least: number } | null;
}

/** Everything to notice, worst first. */
export function cuesOf(facts: CueFacts): Cue[] {
  const { contract, robot, contacts, edges, manipulability } = facts;
  const touching = contacts.map(({ part, force, at, other = null }): Cue => {
    const size = force === null ? null : norm(force);
    const hit = part !== "gripper" || (size !== null && size > CUES.collision);
    const direction = force === null || size === null || size < 1e-9 ? null : scale(force, 1 / size);
    return { kind: hit ? "collision" : "contact", part, other, force: size, at, direction };
  });
  const cues: Cue[] = touching.filter((cue) => cue.kind === "collision");
  cues.push(...unreached(facts));
  cues.push(...limits(contract, robot));
  for (const [i, axis] of (["x", "y", "z", "yaw"] as const).entries()) {
    const side: -1 | 0 | 1 = edges?.[i] ?? 0;
    if (side !== 0) cues.push({ kind: "edge", axis, side });
  }
  if (manipulability !== null && manipulability.measure < manipulability.least)
    cues.push({ kind: "singular", manipulability: manipulability.measure });
  cues.push(
    ...touching.filter((cue) => cue.kind === "contact" && (cue.force === null || cue.force > CUES.contact)),
  );
  return cues;
}

function limits(contract: Contract, { joints, jointNames }: RobotState): Cue[] {
  const observed = (wanted: string) => contract.observations.find(({ name }) => name === wanted);
  const arm = observed("observation.joints.position");
  const lift = observed("observation.lift.height");
  return jointNames
    .flatMap((joint, i): (Cue & { share: number })[] => {
      const lifts = joint === LIFT_JOINT;
      const feature = lifts ? lift : arm;
      const at = lifts ? 0 : (arm?.names.indexOf(joint) ?? -1);
      if (feature === undefined || feature.limits === null || at < 0) return [];
      const unit = lifts ? "m" : "rad";
      const [near, reached] = CUES.joint[unit];
      const { low, high } = feature.limits;
      const [below, above] = [joints[i]! - low[at]!, high[at]! - joints[i]!];
      const margin = Math.min(below, above);
      if (margin >= near) return [];
      const kind = margin < reached ? "at-limit" : "near-limit";
      return [{ kind, joint, unit, margin, side: below < above ? -1 : 1, share: margin / near }];
    })
    .sort((a, b) => a.share - b.share)
    .map(({ share, ...cue }) => cue);
}

/** The pose asked for could not be had, or the tool is far behind the command. */
function unreached({ command, asked, tool, reach, contract }: CueFacts): Cue[] {
  const offsets = actionOffsets(contract);
  const [p, yaw] = [offsets.get("action.ee.position"), offsets.get("action.ee.yaw")];
  if (p === undefined || yaw === undefined) return [];
  const at = (vector: ArrayLike<number>): Vec3 => [vector[p]!, vector[p + 1]!, vector[p + 2]!];
  const cues: Cue[] = [];
  if (distance(at(command), at(asked)) > UNREACHED || Math.abs(command[yaw]! - asked[yaw]!) > UNREACHED)
    cues.push({
      kind: "unreachable",
      wanted: at(asked),
      yaw: asked[yaw]!,
      reach: reach === null ? null : passed(at(asked), asked[yaw]!, reach),
    });
  const behind = distance(at(command), tool.position);
  const turned = Math.abs(wrapAngle(command[yaw]! - toolYaw(tool.orientation)));
  if (behind > CUES.lag || turned > CUES.lagAngle)
    cues.push({ kind: "lag", distance: behind, angle: turned });
  return cues;
}

/** The reach at a point's height, where the point lies beyond it; else null. */
function passed(point: Vec3, yaw: number, { axis, at }: ToolReach): number | null {
  const reach = at(point, yaw);
  return reach !== null && Math.hypot(point[0] - axis[0], point[1] - axis[1]) > reach - BARELY ? reach : null;
}

/** m that a solution may miss by: the arm stops that much before its reach */
const BARELY = 0.003;
/** m and rad: rounding of stored commands is far below, a refused step far above */
const UNREACHED = 1e-4;
