/**
 * Inverse kinematics by damped least squares (Wampler 1986; Nakamura and Hanafusa 1986), joint limits by
 * clamping. Local: it finds the solution near the start, which is what a controller wants.
 */

import type { Pose } from "../math/pose.js";
import { conjugate, multiply, toRotationVector } from "../math/quat.js";
import { type Chain, createFrames, type FrameBuffer, forwardKinematics, jacobian, poseAt } from "./chain.js";
import { choleskySolve } from "./solve.js";

/** How hard to try. */
export interface IkOptions {
  /** default 60 */
  readonly iterations?: number;
  /** stop when metres + 0.1 × radians of error fall below this; default 1e-5 */
  readonly tolerance?: number;
  /** λ² added to the diagonal of J Jᵀ; default 1e-4 */
  readonly damping?: number;
  /**
   * Where redundant joints would rather be, [n]: the first step goes a share `pull` of the way there as far as the
   * tool does not notice. Without it the elbow of a seven-joint arm wanders along a long path.
   */
  readonly posture?: ArrayLike<number>;
  /** share of the way to `posture`; default 0.05 */
  readonly pull?: number;
}

/** Where the solver ended. */
export interface IkResult {
  /** [n], within the limits */
  readonly q: Float64Array;
  /** metres + 0.1 × radians that remain */
  readonly error: number;
  readonly reached: boolean;
}

/** Scratch space of a solver, one a chain; not shared between threads. */
export interface IkSolver {
  /** base ← tool wanted, from the start `q0` [n] */
  solve(target: Pose, q0: ArrayLike<number>, options?: IkOptions): IkResult;
}

/** A solver for the chain's tool. */
export function createIk(chain: Chain): IkSolver {
  const { n } = chain;
  const frames: FrameBuffer = createFrames(chain);
  const J = new Float64Array(6 * n);
  const A = new Float64Array(36);
  const e = new Float64Array(6);
  const z = new Float64Array(n);

  return {
    solve: (target, q0, options = {}) => {
      const { iterations = 60, tolerance = 1e-5, damping = 1e-4, posture, pull = 0.05 } = options;
      const q = Float64Array.from(q0);
      let error = Number.POSITIVE_INFINITY;
      for (let iteration = 0; iteration <= iterations; iteration++) {
        forwardKinematics(chain, q, frames);
        const tool = poseAt(frames, n);
        const turn = toRotationVector(multiply(target.orientation, conjugate(tool.orientation)));
        for (let i = 0; i < 3; i++) {
          e[i] = target.position[i]! - tool.position[i]!;
          e[i + 3] = turn[i]!;
        }
        error = Math.hypot(e[0]!, e[1]!, e[2]!) + 0.1 * Math.hypot(e[3]!, e[4]!, e[5]!);
        const drawn = iteration === 0 && posture !== undefined;
        if ((error < tolerance && !drawn) || iteration === iterations) break;
        jacobian(chain, frames, J);
        // Null space without a second solve: go there, and let the tool's correction undo what it notices.
        for (let k = 0; k < n; k++) z[k] = drawn ? pull * (posture[k]! - q[k]!) : 0;
        if (drawn) for (let r = 0; r < 6; r++) for (let k = 0; k < n; k++) e[r]! -= J[r * n + k]! * z[k]!;
        for (let r = 0; r < 6; r++)
          for (let c = 0; c <= r; c++) {
            let sum = r === c ? damping : 0;
            for (let k = 0; k < n; k++) sum += J[r * n + k]! * J[c * n + k]!;
            A[r * 6 + c] = sum;
          }
        choleskySolve(A, e, 6);
        for (let k = 0; k < n; k++) {
          let step = z[k]!;
          for (let r = 0; r < 6; r++) step += J[r * n + k]! * e[r]!;
          q[k] = Math.min(chain.upper[k]!, Math.max(chain.lower[k]!, q[k]! + step));
        }
      }
      return { q, error, reached: error < tolerance };
    },
  };
}
