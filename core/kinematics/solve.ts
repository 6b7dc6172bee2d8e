/**
 * Solves A x = b in place for a symmetric positive definite A (lower triangle read, destroyed), [n, n] row by
 * row; b [n] becomes x. Cholesky; no pivoting, so A must be safely positive.
 */
export function choleskySolve(A: Float64Array, b: Float64Array, n: number): Float64Array {
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) {
      const l = A[j * n + k]!;
      for (let i = j; i < n; i++) A[i * n + j]! -= A[i * n + k]! * l;
    }
    const d = Math.sqrt(A[j * n + j]!);
    for (let i = j; i < n; i++) A[i * n + j]! /= d;
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= A[i * n + k]! * b[k]!;
    b[i] = sum / A[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < n; k++) sum -= A[k * n + i]! * b[k]!;
    b[i] = sum / A[i * n + i]!;
  }
  return b;
}
