/**
 * Cues: what a person should notice while driving, as data. How they look and sound is the page's affair; what the
 * page alone can know (delay, stale news, a tool out of a camera's sight) is not here. Metres, radians, newtons.
 */
import {
  actionOffsets,
  type Contract,
  distance,
  norm,
  PANDA,
  pandaReach,
  type RobotContact,
  type RobotState,
  scale,
  toolYaw,
  type Vec3,
  wrapAngle,
} from "../../core/index.js";
import type { Edges } from "./hand.js";

/** Something to notice; several at once, worst first. */
export type Cue =
  /** a joint `margin` rad before its limit: below `CUES.nearJoint`, or `at` below `CUES.atJoint` */
  | {
      readonly kind: "near-limit" | "at-limit";
      readonly joint: string;
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
      /** m from the base's axis that the arm reaches at this height; null where something else holds it back */
      readonly reach: number | null;
    }
  /** the measure of Yoshikawa 1985, √det(J Jᵀ), is below `CUES.singular` */
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
  /** rad */
  nearJoint: (8 * Math.PI) / 180,
  atJoint: (1 * Math.PI) / 180,
  singular: 0.02,
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
  readonly contacts: readonly RobotContact[];
  /** the command in force, and what was asked for in this step, [A] */
  readonly command: ArrayLike<number>;
  readonly asked: ArrayLike<number>;
  /** sides of the workspace that hold the hand back; null for a base */
  readonly edges: Edges | null;
  /** √det(J Jᵀ) of the arm; null where unknown */
  readonly manipulability: number | null;
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
  if (contract.control === "tool-pose") cues.push(...unreached(facts));
  cues.push(...limits(contract, robot));
  for (const [i, axis] of (["x", "y", "z", "yaw"] as const).entries()) {
    const side: -1 | 0 | 1 = edges?.[i] ?? 0;
    if (side !== 0) cues.push({ kind: "edge", axis, side });
  }
  if (manipulability !== null && manipulability < CUES.singular)
    cues.push({ kind: "singular", manipulability });
  cues.push(
    ...touching.filter((cue) => cue.kind === "contact" && (cue.force === null || cue.force > CUES.contact)),
  );
  return cues;
}

function limits(contract: Contract, { joints, jointNames }: RobotState): Cue[] {
  const feature = contract.observations.find(({ name }) => name === "observation.joints.position");
  if (feature === undefined || feature.limits === null) return [];
  const { low, high } = feature.limits;
  return jointNames
    .flatMap((joint, i): (Cue & { margin: number })[] => {
      const at = feature.names.indexOf(joint);
      if (at < 0) return [];
      const [below, above] = [joints[i]! - low[at]!, high[at]! - joints[i]!];
      const margin = Math.min(below, above);
      if (margin >= CUES.nearJoint) return [];
      const kind = margin < CUES.atJoint ? "at-limit" : "near-limit";
      return [{ kind, joint, margin, side: below < above ? -1 : 1 }];
    })
    .sort((a, b) => a.margin - b.margin);
}

/** The pose asked for could not be had, or the tool is far behind the command. */
function unreached({ command, asked, robot, contract }: CueFacts): Cue[] {
  const offsets = actionOffsets(contract);
  const [p, yaw] = [offsets.get("action.ee.position")!, offsets.get("action.ee.yaw")!];
  const at = (vector: ArrayLike<number>): Vec3 => [vector[p]!, vector[p + 1]!, vector[p + 2]!];
  const cues: Cue[] = [];
  if (distance(at(command), at(asked)) > UNREACHED || Math.abs(command[yaw]! - asked[yaw]!) > UNREACHED)
    cues.push({
      kind: "unreachable",
      wanted: at(asked),
      yaw: asked[yaw]!,
      reach: contract.robot === PANDA.name ? passed(at(asked)) : null,
    });
  const behind = distance(at(command), robot.tool.position);
  const turned = Math.abs(wrapAngle(command[yaw]! - toolYaw(robot.tool.orientation)));
  if (behind > CUES.lag || turned > CUES.lagAngle)
    cues.push({ kind: "lag", distance: behind, angle: turned });
  return cues;
}

/** The reach at a point's height, where the point lies beyond it; else null. */
function passed([x, y, z]: Vec3): number | null {
  const reach = pandaReach(z);
  return reach !== null && Math.hypot(x, y) > reach - BARELY ? reach : null;
}

/** m that a solution may miss by: the arm stops that much before its reach */
const BARELY = 0.003;
/** m and rad: rounding of stored commands is far below, a refused step far above */
const UNREACHED = 1e-4;
