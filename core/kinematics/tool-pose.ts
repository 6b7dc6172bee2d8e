/**
 * Cartesian control of a tool that points down: turns commands [x, y, z, yaw, gripper width] at the policy's rate
 * into joint set-points. Pure maths, the same in simulation and in front of a real arm. Frame: the arm's base;
 * metres, radians, seconds. Each command is clipped to a step from the command in force and to the workspace;
 * where no joint position reaches it, the arm's command stays as it was.
 * Not here: limits of velocity or force, the safety of a real robot.
 */
import { refuse } from "../errors.js";
import { wrapAngle } from "../math/quat.js";
import type { Vec3 } from "../math/vec3.js";
import { FRANKA_HAND, PANDA_READY, PANDA_WORKSPACE, toolDown, toolYaw } from "../robots/panda.js";
import { type Chain, toolPose } from "./chain.js";
import { createIk } from "./inverse.js";

/** How far one command may move from the one in force: metres and radians in one period of 50 ms. */
export const TOOL_STEP = { period: 0.05, distance: 0.04, yaw: 0.15 } as const;

/** Where the tool may be sent, and how wide the gripper opens. */
export interface ToolWorkspace {
  readonly low: Vec3;
  readonly high: Vec3;
  /** radians either way of the middle */
  readonly yaw: number;
  /** the middle of the yaw, rad; default 0 */
  readonly yawCentre?: number;
}

/** The controller's state: the command in force and the joints it was solved to. */
export interface ToolPoseControl {
  /** the command in force: x y z (m), yaw (rad), gripper width (m); a view */
  readonly command: Float64Array;
  /** the joint position it was solved to, [n] rad, and the mean velocity of the last step; views */
  readonly q: Float64Array;
  readonly qd: Float64Array;
  /** Stands at these joints; the command becomes the tool's pose there. */
  reset(q: ArrayLike<number>, width: number): void;
  /**
   * One period on. @param command [5], finite
   * @returns false when the pose cannot be reached: `q` and the pose in force stay
   */
  apply(command: ArrayLike<number>): boolean;
}

/** Metres + 0.1 rad that a solution may be off. */
const REACHED = 1e-3;

/**
 * A controller of its own state for the chain's tool.
 * @param posture [n]: where the elbow would rather be
 * @param open m between the pads at most
 */
export function createToolPoseControl(
  chain: Chain,
  workspace: ToolWorkspace = PANDA_WORKSPACE,
  posture: ArrayLike<number> = PANDA_READY,
  open: number = FRANKA_HAND.open,
): ToolPoseControl {
  const ik = createIk(chain);
  const command = new Float64Array(5);
  const q = new Float64Array(chain.n);
  const qd = new Float64Array(chain.n);
  const middle = workspace.yawCentre ?? 0;
  const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

  return {
    command,
    q,
    qd,
    reset: (start, width) => {
      q.set(start);
      qd.fill(0);
      const { position, orientation } = toolPose(chain, start);
      const yaw = toolYaw(orientation);
      // Of the angles that say the same, the one that lies in the workspace.
      const turns = Math.round((middle - yaw) / (2 * Math.PI));
      command.set([...position, yaw + 2 * Math.PI * turns, width]);
    },
    apply: (wanted) => {
      for (let i = 0; i < 5; i++)
        if (!Number.isFinite(wanted[i]!)) refuse("tool-pose command", "must be 5 finite numbers", wanted[i]);
      command[4] = clip(wanted[4]!, 0, open);
      const dx = wanted[0]! - command[0]!;
      const dy = wanted[1]! - command[1]!;
      const dz = wanted[2]! - command[2]!;
      const share = Math.min(1, TOOL_STEP.distance / Math.max(1e-12, Math.hypot(dx, dy, dz)));
      const { low, high } = workspace;
      const position: Vec3 = [
        clip(command[0]! + share * dx, low[0], high[0]),
        clip(command[1]! + share * dy, low[1], high[1]),
        clip(command[2]! + share * dz, low[2], high[2]),
      ];
      const turn = clip(wrapAngle(wanted[3]! - command[3]!), -TOOL_STEP.yaw, TOOL_STEP.yaw);
      const yaw = clip(command[3]! + turn, middle - workspace.yaw, middle + workspace.yaw);
      const solved = ik.solve({ position, orientation: toolDown(yaw) }, q, {
        iterations: 12,
        tolerance: 2e-5,
        posture,
      });
      const reached = solved.error < REACHED;
      for (let i = 0; i < chain.n; i++) {
        qd[i] = reached ? (solved.q[i]! - q[i]!) / TOOL_STEP.period : 0;
        if (reached) q[i] = solved.q[i]!;
      }
      if (reached) {
        command.set(position);
        command[3] = yaw;
      }
      return reached;
    },
  };
}
