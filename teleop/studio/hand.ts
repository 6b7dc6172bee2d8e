/**
 * The hand: where the person wants the tool, moved by intents in continuous time and sampled by the session at the
 * robot's rate, so that a key held for 60 ms moves the tool by exactly 60 ms of its speed whenever the steps fall.
 * The page moves its ghost by the same function. Frame: the arm's base; metres, radians. Pure.
 */
import { type Contract, featureOf, refuse, type ToolWorkspace, type Vec3 } from "../../core/index.js";
import type { Intent } from "../devices/intent.js";

/** A wanted tool pose and gripper. */
export interface Hand {
  readonly position: Vec3;
  readonly yaw: number;
  /** opening between the pads, m */
  readonly width: number;
}

/** Where a hand may go, and how far its gripper opens, m. */
export interface HandRange {
  readonly workspace: ToolWorkspace;
  readonly open: number;
}

/** Where the hand of a contract's arm may go, as its actions say. @throws InputError for one that sets no bounds to it */
export function handRangeOf(contract: Contract): HandRange {
  const { limits } = featureOf(contract, "action.ee.position");
  const yaw = featureOf(contract, "action.ee.yaw").limits;
  if (limits === null || yaw === null || contract.gripper === null)
    return refuse(
      "studio",
      "the contract must say where the hand may go and how far it opens",
      contract.robot,
    );
  const [from, to] = [yaw.low[0]!, yaw.high[0]!];
  return {
    workspace: {
      low: limits.low as unknown as Vec3,
      high: limits.high as unknown as Vec3,
      yaw: (to - from) / 2,
      yawCentre: (from + to) / 2,
    },
    open: contract.gripper.open,
  };
}

/** Whether a side of the workspace holds the hand back: the sign of the side along x, y, z and yaw, else 0. */
export type Edges = readonly [Side, Side, Side, Side];
type Side = -1 | 0 | 1;

/** The hand `seconds` later under an intent, kept in the workspace. */
export function moveHand(hand: Hand, intent: Intent, seconds: number, { workspace, open }: HandRange): Hand {
  const [vx, vy, vz] = intent.linear;
  // The frame turns with the yaw: over one intent's short life its middle is exact enough, and exact without turn.
  const turn = intent.frame === "tool" ? hand.yaw + (intent.angular[2] * seconds) / 2 : 0;
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
  const { low, high } = workspace;
  const middle = workspace.yawCentre ?? 0;
  const [x, y, z] = hand.position;
  return {
    position: [
      clip(x + (c * vx - s * vy) * seconds, low[0], high[0]),
      clip(y + (s * vx + c * vy) * seconds, low[1], high[1]),
      clip(z + vz * seconds, low[2], high[2]),
    ],
    yaw: clip(hand.yaw + intent.angular[2] * seconds, middle - workspace.yaw, middle + workspace.yaw),
    width: intent.gripper === null ? hand.width : (1 - clip(intent.gripper, 0, 1)) * open,
  };
}

/** On which sides of the workspace the hand stands. */
export function edgesOf({ position, yaw }: Hand, { workspace }: HandRange): Edges {
  const side = (value: number, low: number, high: number): Side =>
    value <= low ? -1 : value >= high ? 1 : 0;
  const { low, high } = workspace;
  const middle = workspace.yawCentre ?? 0;
  return [
    side(position[0], low[0], high[0]),
    side(position[1], low[1], high[1]),
    side(position[2], low[2], high[2]),
    side(yaw, middle - workspace.yaw, middle + workspace.yaw),
  ];
}
