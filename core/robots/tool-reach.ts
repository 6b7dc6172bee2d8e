/**
 * How far an arm's tool comes out at a height while it points straight down, whatever ends the way: an arm that is
 * stretched out, or a joint's limit. Asked of the controller itself (`kinematics/tool-pose.ts`), so that it holds for any
 * arm: the tool is led to that height and sent outward until it no longer follows. Base frame, metres, radians.
 * Not here: the workspace, which is a choice and may end before, and how near to its base an arm can reach.
 */
import { type Chain, chainTo } from "../kinematics/chain.js";
import { createToolPoseControl, TOOL_STEP } from "../kinematics/tool-pose.js";
import { atan2, cos, sin } from "../math/elementary.js";
import { wrapAngle } from "../math/quat.js";
import { cross, norm, type Vec3 } from "../math/vec3.js";
import type { ArmRobot } from "./arm.js";

/** Where an arm ends. */
export interface ToolReach {
  /** x, y of the upright axis that the arm turns about, and that its reach is counted from */
  readonly axis: readonly [x: number, y: number];
  /**
   * m from the axis that the tool comes to on the bearing and at the height of a point, with this yaw; null where it does
   * not come to that height at all.
   */
  at(point: Vec3, yaw: number): number | null;
}

/** What of an arm its reach depends on. */
export type ReachingArm = Pick<ArmRobot, "model" | "tool" | "home" | "workspace" | "gripper">;

/**
 * m at most between heights that are worked out, the ends of the workspace among them, and rad between turns: what lies
 * between them is mixed from its neighbours.
 */
const EVERY = 0.017;
const TURN = 0.2;
/** m by which what is worked out may be short */
const CLOSE = 5e-4;
/** m inward at a time where the tool does not rise or sink any farther out */
const INWARD = 0.01;
/** m that a tool may stand off its last axis and count as on it: turned there, it stays where it is */
const ON_AXIS = 1e-3;
const FREE = Number.POSITIVE_INFINITY;
/** heights of the grid that count as none */
const ROUNDING = 1e-9;

/** The reach of an arm whose first joint is upright. Each height takes milliseconds when it is asked for first. */
export function toolReach({ model, tool, home, workspace, gripper }: ReachingArm): ToolReach {
  const chain = chainTo(model, tool);
  const [ax, ay] = chain.joints[0]!.previousFromJoint.position;
  const anywhere = { low: [-FREE, -FREE, -FREE], high: [FREE, FREE, FREE], yaw: FREE } as const;
  const yawCentre = workspace.yawCentre ?? 0;
  const control = createToolPoseControl(chain, { ...anywhere, yawCentre }, home, gripper.open);
  const { command } = control;
  const { low, high } = workspace;
  const every = (high[2] - low[2]) / Math.ceil((high[2] - low[2]) / EVERY);
  const turns = toolOffAxis(chain) > ON_AXIS;
  const known = new Map<string, number | null>();
  control.reset(home, 0);
  const first = atan2(command[1]! - ay, command[0]! - ax);
  const straight = command[3]! - first;

  /** @param turn of the hand beside how it stands at home, as seen along the arm */
  const search = (height: number, turn: number): number | null => {
    control.reset(home, 0);
    const [c, s] = [cos(first), sin(first)];
    let [radius, z] = [Math.hypot(command[0]! - ax, command[1]! - ay), command[2]!];
    let yaw = command[3]!;
    const wanted = yaw + turn;
    const goes = (r: number, h: number): boolean => {
      if (!control.apply([ax + r * c, ay + r * s, h, yaw, 0])) return false;
      [radius, z] = [r, h];
      return true;
    };
    while (yaw !== wanted) {
      yaw = toward(yaw, wanted, TOOL_STEP.yaw);
      if (!goes(radius, z)) return null;
    }
    while (z !== height) {
      const next = toward(z, height, TOOL_STEP.distance);
      if (!goes(radius, next) && !(radius > INWARD && goes(radius - INWARD, z))) return null;
    }
    for (let step: number = TOOL_STEP.distance; step > CLOSE; ) if (!goes(radius + step, z)) step /= 2;
    return radius;
  };
  const worked = (height: number, turn: number): number | null => {
    const key = `${height} ${turn}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = search(low[2] + height * every, turn * TURN);
    known.set(key, value);
    return value;
  };
  const atTurn = (z: number, turn: number): number | null => {
    const height = (z - low[2]) / every;
    const below = Math.floor(height + ROUNDING);
    // At the top of the workspace nothing above it is asked for: the arm may not come there.
    if (height - below <= ROUNDING) return worked(below, turn);
    return mixed(worked(below, turn), worked(below + 1, turn), height - below);
  };
  return {
    axis: [ax, ay],
    at: ([x, y, z], yaw) => {
      if (!turns) return atTurn(z, 0);
      const turn = wrapAngle(yaw - atan2(y - ay, x - ax) - straight) / TURN;
      const below = Math.floor(turn);
      return mixed(atTurn(z, below), atTurn(z, below + 1), turn - below);
    },
  };
}

const mixed = (a: number | null, b: number | null, share: number): number | null =>
  a === null || b === null ? null : a + (b - a) * share;

const toward = (from: number, to: number, most: number): number =>
  Math.abs(to - from) <= most ? to : from + most * Math.sign(to - from);

/** m from the axis of the last joint to the tool. */
function toolOffAxis({ joints, lastFromTool }: Chain): number {
  const { axis } = joints.at(-1)!.joint;
  return norm(cross(axis, lastFromTool.position)) / norm(axis);
}
