/** How freely an arm's tool can move: √det(J Jᵀ) of Yoshikawa 1985, in mixed units of metres and radians. */
import {
  type Contract,
  chainTo,
  createFrames,
  forwardKinematics,
  jacobian,
  PANDA,
  PANDA_TOOL,
} from "../../core/index.js";

/** The measure for a robot's joints [n]; null for a robot whose kinematics are not known here. */
export function manipulabilityOf(contract: Contract): ((joints: ArrayLike<number>) => number) | null {
  if (contract.robot !== PANDA.name) return null;
  const chain = chainTo(PANDA, PANDA_TOOL);
  const { n } = chain;
  const frames = createFrames(chain);
  const J = new Float64Array(6 * n);
  const A = new Float64Array(36);
  return (joints) => {
    forwardKinematics(chain, joints, frames);
    jacobian(chain, frames, J);
    for (let r = 0; r < 6; r++)
      for (let c = 0; c < 6; c++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += J[r * n + k]! * J[c * n + k]!;
        A[r * 6 + c] = sum;
      }
    return Math.sqrt(Math.max(0, determinant(A, 6)));
  };
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
