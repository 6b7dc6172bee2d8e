/**
 * How freely an arm's tool can move: √det(J Jᵀ) of Yoshikawa 1985, in mixed units of metres and radians; of an arm of
 * fewer than six joints √det(Jᵀ J), the same product of singular values. It depends on how large an arm is and on how
 * many joints it has, so what counts as little is a share of what the arm has over the middle of its table.
 */
import {
  type ArmRobot,
  chainTo,
  createFrames,
  createIk,
  forwardKinematics,
  jacobian,
  toolDown,
} from "../../core/index.js";

/** The measure of an arm. */
export interface Manipulability {
  /** @param joints of the arm, [n] */
  of(joints: ArrayLike<number>): number;
  /** with less than this one way is nearly blocked */
  readonly least: number;
}

/** Share of the measure over the middle of the table below which one way is nearly blocked. */
const LITTLE = 0.35;

/** The measure for an arm's joints. */
export function manipulabilityOf({ model, tool, home, zone, workspace }: ArmRobot): Manipulability {
  const chain = chainTo(model, tool);
  const { n } = chain;
  const frames = createFrames(chain);
  const J = new Float64Array(6 * n);
  const size = Math.min(6, n);
  const A = new Float64Array(size * size);
  const of = (joints: ArrayLike<number>): number => {
    forwardKinematics(chain, joints, frames);
    jacobian(chain, frames, J);
    for (let r = 0; r < size; r++)
      for (let c = 0; c < size; c++) {
        let sum = 0;
        if (n < 6) for (let k = 0; k < 6; k++) sum += J[k * n + r]! * J[k * n + c]!;
        else for (let k = 0; k < n; k++) sum += J[r * n + k]! * J[c * n + k]!;
        A[r * size + c] = sum;
      }
    return Math.sqrt(Math.max(0, determinant(A, size)));
  };
  const middle = { position: zone.tool.centre, orientation: toolDown(workspace.yawCentre ?? 0) };
  return { of, least: LITTLE * of(createIk(chain).solve(middle, home, { iterations: 200 }).q) };
}

/** Of a symmetric positive semi-definite matrix [n, n], destroyed: the product of its pivots. */
function determinant(A: Float64Array, n: number): number {
  let product = 1;
  for (let i = 0; i < n; i++) {
    const pivot = A[i * n + i]!;
    if (pivot <= 0) return 0;
    product *= pivot;
    for (let r = i + 1; r < n; r++) {
      const share = A[r * n + i]! / pivot;
      for (let c = i; c < n; c++) A[r * n + c]! -= share * A[i * n + c]!;
    }
  }
  return product;
}
