/**
 * Joint mode: how the hand moves when one joint is to turn. The commands of an arm say where its tool is, pointing straight
 * down, so no joint but the first and the last could turn alone: the others would tilt the hand. Here the picked joint
 * leads. Of the ways that the hand can go, the one is taken on which this joint turns by what was asked and all joints
 * together by the least. What comes out is a hand like any other: it is commanded and recorded, and nothing else is.
 *
 * An arm of seven joints can hold one hand in many ways; its controller (`kinematics/tool-pose.ts`) drifts to the one
 * nearest to its posture. Joints are those where that has settled, so that a joint that was led stays where it was led to.
 * Arm's base frame, metres, radians. Pure but for scratch space. Not here: speeds, keys, words.
 */
import {
  armOfRobot,
  type Contract,
  chainTo,
  choleskySolve,
  createIk,
  TOOL_STEP,
  toolDown,
} from "../../core/index.js";
import { SPEEDS } from "../devices/speeds.js";
import { type Hand, type HandRange, handRangeOf } from "./hand.js";

/** Leads the arm of a contract by one joint. */
export interface JointLead {
  /** what its joints are called, base to hand */
  readonly names: readonly string[];
  /** rad, [n] */
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  /** Whether a joint can lead from here: not where it would only tilt the hand, or the arm would swing for nearly nothing. */
  leads(hand: Hand, joints: ArrayLike<number>, index: number): boolean;
  /**
   * The hand after that joint turned by `angle` within one command: as far as its limit, the workspace and the fastest
   * speed of a hand let it.
   * @param joints about as they stand, [n] rad
   */
  turn(hand: Hand, joints: ArrayLike<number>, index: number, angle: number): Hand;
}

/** x, y, z and yaw of a hand, or a way of it */
type Way = readonly [number, number, number, number];

/** m and rad by which a hand is moved to see how the joints answer */
const NUDGE = 1e-3;
/** How joints are solved for: closely, and each time most of the way to where the controller's drift would end. */
const CLOSELY = { iterations: 30, tolerance: 1e-8, pull: 0.7 } as const;
/** times that they are, for a hand anywhere and for one that is a little beside it */
const SETTLING = { from: 8, beside: 4 } as const;
/** m + 0.1 rad that a solution may be off, of a hand that the controller would take */
const REACHED = 1e-3;
/** Times the turn of the joint that all joints together (root of the sum of squares) may turn for it. */
const MOST_SWING = 4;
/** What one command may move a hand that goes as fast as the fastest step says. */
const MOST = {
  distance: SPEEDS.arm.at(-1)!.linear * TOOL_STEP.period,
  yaw: SPEEDS.arm.at(-1)!.angular * TOOL_STEP.period,
} as const;
/** Share of a way that is cut off at a side of the workspace without holding the rest. */
const SLIP = 0.01;
/** m and rad: rounding, at a side of the workspace */
const ROUNDING = 1e-9;

/** What leads the arm of a contract; null where it has none that is known. */
export function jointLeadOf(contract: Contract): JointLead | null {
  const arm = armOfRobot(contract.robot);
  if (arm === null) return null;
  const chain = chainTo(arm.model, arm.tool);
  const { n, lower, upper } = chain;
  const range = handRangeOf(contract);
  const ik = createIk(chain);
  const S = new Float64Array(4 * n);
  const G = new Float64Array(16);
  const solved = new Float64Array(4);

  /** The joints that hold a hand once the controller has settled; null where none do. */
  const settled = ([x, y, z, yaw]: Way, from: ArrayLike<number>, times: number): Float64Array | null => {
    const target = { position: [x, y, z], orientation: toolDown(yaw) } as const;
    let at = ik.solve(target, from, { ...CLOSELY, posture: arm.home });
    for (let i = 1; i < times; i++) at = ik.solve(target, at.q, { ...CLOSELY, posture: arm.home });
    return at.error < REACHED ? at.q : null;
  };

  /**
   * How the hand goes for a radian of one joint while all joints together turn least. They answer to a way w with S w;
   * least of |S w| with (S w)ₖ = 1 is w = G⁻¹ sₖ / (sₖᵀ G⁻¹ sₖ), with G = Sᵀ S and sₖ the k-th row of S.
   */
  const wayOf = (at: Way, q: Float64Array, index: number): Way | null => {
    for (let c = 0; c < 4; c++) {
      const nudged = (by: number): Float64Array | null => {
        const beside = at.map((value, i) => (i === c ? value + by : value)) as unknown as Way;
        return settled(beside, q, SETTLING.beside);
      };
      // Where a hand cannot go on it can go back.
      const on = nudged(NUDGE);
      const there = on ?? nudged(-NUDGE);
      if (there === null) return null;
      for (let k = 0; k < n; k++) S[k * 4 + c] = (there[k]! - q[k]!) / (on === null ? -NUDGE : NUDGE);
    }
    for (let r = 0; r < 4; r++) {
      solved[r] = S[index * 4 + r]!;
      for (let c = 0; c <= r; c++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += S[k * 4 + r]! * S[k * 4 + c]!;
        G[r * 4 + c] = sum;
      }
    }
    choleskySolve(G, solved, 4);
    let size = 0;
    for (let r = 0; r < 4; r++) size += S[index * 4 + r]! * solved[r]!;
    if (!(size > 1 / MOST_SWING ** 2)) return null;
    return scaled([solved[0]!, solved[1]!, solved[2]!, solved[3]!], 1 / size);
  };

  return {
    names: chain.names,
    lower,
    upper,
    leads: (hand, joints, index) => {
      const at = wayTo(hand);
      const q = settled(at, joints, SETTLING.from);
      return q !== null && wayOf(at, q, index) !== null;
    },
    turn: (hand, joints, index, angle) => {
      const at = wayTo(hand);
      const q = settled(at, joints, SETTLING.from);
      if (q === null) return hand;
      const room = Math.max(0, angle > 0 ? upper[index]! - q[index]! : q[index]! - lower[index]!);
      const turn = Math.sign(angle) * Math.min(room, Math.abs(angle));
      const way = turn === 0 ? null : wayOf(at, q, index);
      if (way === null) return hand;
      // The straight way is right to first order; where it leads to says by how much it falls short.
      let step = scaled(way, turn);
      const there = settled(sum(at, step), q, SETTLING.beside);
      const share = there === null ? 1 : (there[index]! - q[index]!) / turn;
      if (share > 0.5 && share < 2) step = scaled(step, 1 / share);
      return kept(hand, scaled(step, slower(step)), range);
    },
  };
}

const wayTo = ({ position: [x, y, z], yaw }: Hand): Way => [x, y, z, yaw];
const scaled = ([x, y, z, yaw]: Way, by: number): Way => [by * x, by * y, by * z, by * yaw];
const sum = (a: Way, b: Way): Way => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];

/** The share of a step that a hand may make within one command. */
const slower = ([x, y, z, yaw]: Way): number =>
  Math.min(1, MOST.distance / Math.hypot(x, y, z), MOST.yaw / Math.abs(yaw));

/** The hand after a step, or after as much of it as there is before a side of the workspace: cut there, it would be another way. */
function kept(hand: Hand, step: Way, { workspace }: HandRange): Hand {
  const middle = workspace.yawCentre ?? 0;
  const low: Way = [...workspace.low, middle - workspace.yaw];
  const high: Way = [...workspace.high, middle + workspace.yaw];
  const from = wayTo(hand);
  const size = Math.hypot(...step);
  let share = 1;
  for (const [i, each] of step.entries()) {
    if (Math.abs(each) < SLIP * size) continue;
    const room = each > 0 ? high[i]! - from[i]! : from[i]! - low[i]!;
    share = Math.min(share, Math.max(0, room) / Math.abs(each));
  }
  const at = (i: 0 | 1 | 2 | 3): number => {
    const value = from[i] + share * step[i];
    return value < low[i] + ROUNDING ? low[i] : value > high[i] - ROUNDING ? high[i] : value;
  };
  return { position: [at(0), at(1), at(2)], yaw: at(3), width: hand.width };
}
