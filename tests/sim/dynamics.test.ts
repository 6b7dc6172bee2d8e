/**
 * The arm's rigid-body dynamics against two independent formulations: the Lagrangian built by finite differences
 * of the energies alone, and static torques of the reference sheet computed by another program.
 */
import { describe, expect, test } from "vitest";
import {
  chainTo,
  conjugate,
  createRandom,
  fromAxisAngle,
  IDENTITY_POSE,
  type LinkModel,
  multiply,
  PANDA,
  PANDA_READY,
  PANDA_TOOL,
  type RobotModel,
  rotate,
  toolPose,
  toRotationVector,
  transformPoint,
  type Vec3,
} from "../../core/index.js";
import { type AddedMass, createDynamics } from "../../sim/index.js";

const chain = chainTo(PANDA, PANDA_TOOL);
const G = 9.81;

/** Kinetic and potential energy of the model from forward kinematics alone, by moving it a little. */
function energies(model: RobotModel, q: readonly number[], qd: readonly number[]) {
  const h = 1e-5;
  let kinetic = 0;
  let potential = 0;
  for (const link of model.links) {
    if (link.name === model.root) continue;
    const path = chainTo(model, link.name);
    const at = (s: number) =>
      toolPose(
        path,
        q.slice(0, path.n).map((x, i) => x + s * qd[i]!),
      );
    const [before, here, after] = [at(-h), at(0), at(h)];
    const centre = (pose: typeof here) => transformPoint(pose, link.centreOfMass);
    const velocity = centre(after).map((x, k) => (x - centre(before)[k]!) / (2 * h)) as unknown as Vec3;
    const turn = toRotationVector(multiply(after.orientation, conjugate(before.orientation)));
    const spin = turn.map((x) => x / (2 * h)) as unknown as Vec3;
    const local = rotate(conjugate(here.orientation), spin);
    const [xx, yy, zz, xy, xz, yz] = link.inertia;
    const [a, b, c] = local;
    kinetic +=
      0.5 * link.mass * velocity.reduce((sum, x) => sum + x * x, 0) +
      0.5 * (xx * a * a + yy * b * b + zz * c * c) +
      xy * a * b +
      xz * a * c +
      yz * b * c;
    potential += link.mass * G * centre(here)[2];
  }
  return { kinetic, potential };
}

/** Mass matrix from kinetic energies of unit velocities (polarisation). */
function referenceMass(model: RobotModel, q: readonly number[]): number[][] {
  const n = q.length;
  const unit = (...indices: number[]) => Array.from({ length: n }, (_, i) => (indices.includes(i) ? 1 : 0));
  const single = Array.from({ length: n }, (_, i) => energies(model, q, unit(i)).kinetic);
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) =>
      i === j ? 2 * single[i]! : energies(model, q, unit(i, j)).kinetic - single[i]! - single[j]!,
    ),
  );
}

const random = createRandom(200_001);
const positions = Array.from({ length: 4 }, () =>
  Array.from(chain.lower, (low, i) => random.uniform(low, chain.upper[i]!)),
);
const speeds = positions.map((q) => q.map(() => random.uniform(-1.5, 1.5)));

describe("mass matrix", () => {
  test("equals the one that kinetic energy by finite differences gives", () => {
    for (const q of positions) {
      const dynamics = createDynamics(chain);
      dynamics.setPosition(q);
      const M = dynamics.massMatrix(new Float64Array(49));
      const expected = referenceMass(PANDA, q).flat();
      expect(largestDifference(M, expected)).toBeLessThan(1e-6);
    }
  });

  test("equals what inverse dynamics says of unit accelerations", () => {
    const dynamics = createDynamics(chain);
    for (const q of positions) {
      dynamics.setPosition(q);
      const M = dynamics.massMatrix(new Float64Array(49)).slice();
      const still = new Float64Array(7);
      for (let j = 0; j < 7; j++) {
        const unit = Float64Array.from({ length: 7 }, (_, i) => (i === j ? 1 : 0));
        const column = dynamics.inverse(still, unit, 0, new Float64Array(7));
        expect(
          largestDifference(
            column,
            Array.from(still, (_, i) => M[i * 7 + j]!),
          ),
        ).toBeLessThan(1e-12);
      }
    }
  });
});

describe("inverse dynamics", () => {
  test("equals the Lagrangian d/dt(∂T/∂qd) - ∂T/∂q + ∂V/∂q by finite differences", () => {
    const dynamics = createDynamics(chain);
    positions.forEach((q, sample) => {
      const qd = speeds[sample]!;
      const qdd = qd.map((x, i) => Math.sin(3 * x + i));
      dynamics.setPosition(q);
      const tau = dynamics.inverse(qd, qdd, G, new Float64Array(7));
      const h = 1e-4;
      const shifted = (i: number, s: number) => q.map((x, k) => (k === i ? x + s : x));
      const along = (s: number) => q.map((x, k) => x + s * qd[k]!);
      const M = referenceMass(PANDA, q);
      const [ahead, behind] = [referenceMass(PANDA, along(h)), referenceMass(PANDA, along(-h))];
      for (let i = 0; i < 7; i++) {
        let expected = 0;
        for (let j = 0; j < 7; j++)
          expected += M[i]![j]! * qdd[j]! + ((ahead[i]![j]! - behind[i]![j]!) / (2 * h)) * qd[j]!;
        const [up, down] = [energies(PANDA, shifted(i, h), qd), energies(PANDA, shifted(i, -h), qd)];
        expected -= (up.kinetic - down.kinetic - (up.potential - down.potential)) / (2 * h);
        expect(Math.abs(tau[i]! - expected)).toBeLessThan(2e-3);
      }
    });
  });

  test("gravity alone equals inverse dynamics at rest", () => {
    const dynamics = createDynamics(chain);
    for (const q of positions) {
      dynamics.setPosition(q);
      const still = new Float64Array(7);
      const full = dynamics.inverse(still, null, G, new Float64Array(7));
      const alone = dynamics.gravity(G, new Float64Array(7));
      expect(largestDifference(full, alone)).toBeLessThan(1e-12);
    }
  });

  test("static torques with hand and open fingers are those of the reference sheet", () => {
    const finger: LinkModel = {
      name: "finger",
      mass: 0.0291,
      centreOfMass: [0, 0.0153, 0.022],
      inertia: [8.5e-6, 8.5e-6, 1.8e-6, 0, 0, -1e-6],
    };
    // The fingers stand 4 cm either side of the hand, the right one turned by π.
    const last = chain.joints.at(-1)!;
    const hand = last.links.find(({ link }) => link.name === "panda_hand")!.jointFromLink;
    const fingers = [0, Math.PI].map((yaw): AddedMass => {
      const turn = fromAxisAngle([0, 0, 1], yaw);
      const offset = rotate(turn, [0, 0.04, 0]);
      return {
        joint: 6,
        link: finger,
        jointFromLink: {
          position: transformPoint(hand, [offset[0], offset[1], 0.0584]),
          orientation: multiply(hand.orientation, turn),
        },
      };
    });
    const dynamics = createDynamics(chain, fingers);
    dynamics.setPosition(PANDA_READY);
    const tau = dynamics.gravity(G, new Float64Array(7));
    expect(largestDifference(tau, [0, -2.242, -0.527, 18.726, 0.738, 1.801, 0])).toBeLessThan(2e-3);
  });

  test("a falling chain keeps its energy", () => {
    // Forward dynamics by the same matrices, fourth-order Runge-Kutta.
    const dynamics = createDynamics(chain);
    const M = new Float64Array(49);
    const tau = new Float64Array(7);
    const derivative = (state: Float64Array): Float64Array => {
      const q = state.subarray(0, 7);
      const qd = state.subarray(7);
      dynamics.setPosition(q);
      dynamics.massMatrix(M);
      dynamics.inverse(qd, null, G, tau);
      const acceleration = solveDense(
        M,
        tau.map((x) => -x),
      );
      return Float64Array.from([...qd, ...acceleration]);
    };
    const total = (state: Float64Array) => {
      const { kinetic, potential } = energies(PANDA, [...state.subarray(0, 7)], [...state.subarray(7)]);
      return kinetic + potential;
    };
    let state = Float64Array.from([...positions[0]!, ...speeds[0]!]);
    const before = total(state);
    const h = 1e-3;
    const mix = (a: Float64Array, b: Float64Array, s: number) => a.map((x, i) => x + s * b[i]!);
    for (let step = 0; step < 300; step++) {
      const k1 = derivative(state);
      const k2 = derivative(mix(state, k1, h / 2));
      const k3 = derivative(mix(state, k2, h / 2));
      const k4 = derivative(mix(state, k3, h));
      state = state.map((x, i) => x + (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
    }
    expect(Math.abs(total(state) - before)).toBeLessThan(1e-3);
  });
});

test("a prismatic joint carries its load", () => {
  const model: RobotModel = {
    name: "lift",
    root: "base",
    links: [{ name: "cart", mass: 2, centreOfMass: [0.1, 0, 0.3], inertia: [0.1, 0.1, 0.1, 0, 0, 0] }],
    joints: [
      {
        name: "rail",
        type: "prismatic",
        parent: "base",
        child: "cart",
        parentFromJoint: IDENTITY_POSE,
        axis: [0, 0, 1],
        limits: { lower: 0, upper: 1, velocity: 1, effort: 100 },
      },
    ],
  };
  const dynamics = createDynamics(chainTo(model, "cart"));
  dynamics.setPosition([0.4]);
  expect(dynamics.gravity(G, new Float64Array(1))[0]).toBeCloseTo(2 * G, 12);
  expect(dynamics.massMatrix(new Float64Array(1))[0]).toBeCloseTo(2, 12);
});

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

/** Gauss with pivoting, to stay apart from the house's own solver. */
function solveDense(M: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const A = Array.from({ length: n }, (_, i) => [...M.subarray(i * n, i * n + n), b[i]!]);
  for (let i = 0; i < n; i++) {
    const pivot = A.reduce(
      (best, row, r) => (r >= i && Math.abs(row[i]!) > Math.abs(A[best]![i]!) ? r : best),
      i,
    );
    [A[i], A[pivot]] = [A[pivot]!, A[i]!];
    for (let r = i + 1; r < n; r++) {
      const factor = A[r]![i]! / A[i]![i]!;
      for (let c = i; c <= n; c++) A[r]![c]! -= factor * A[i]![c]!;
    }
  }
  const x = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = A[i]![n]!;
    for (let c = i + 1; c < n; c++) sum -= A[i]![c]! * x[c]!;
    x[i] = sum / A[i]![i]!;
  }
  return x;
}
